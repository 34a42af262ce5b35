"""The demo clinic for tests: its people, boxes and rules, its line to a sandbox province.

Time stands still until a test moves it, and the same clock is the terminal's and the
province's. Time-outs are short: what is tested is what follows one, not the waiting.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from drivers.simulated.province.reference import DATA
from drivers.simulated.province.server import DEMO_PAASID, DEMO_SECRET, SandboxProvince
from terminal.clock import SHANGHAI
from terminal.core.benefits_file import read_policies, read_terms
from terminal.core.catalogue import Catalogue, Registration, read_drugs, read_services
from terminal.core.estimate import Here
from terminal.core.national_crypto import new_sm2_key
from terminal.core.region import Region
from terminal.money_rooms import Rules
from terminal.offline import OfflineRules
from terminal.province.client import Client
from terminal.province.line import Line
from terminal.province.session import Clinic
from terminal.settlement import SettlingRules
from terminal.vault import DeviceKey

KEY = bytes(range(32))
WAIT_S = 60.0
"""How long a test waits for something that takes milliseconds; a busy machine, not a slow part."""

WANG = "991024196503121030"
"""王建国: contracted here, registered for hypertension (两病)."""
LI = "991024199007081045"
"""李秀英: contracted here."""
CHILD = "991024202005161070"
"""李小宝, for whom she may settle."""
PAUSED = "991024199111111443"
"""蒋停云: her insurance is paused."""
DENG = "991024196210101255"
"""邓大山: of an age with Wang, and for some tests of the same face."""

COLD = "J06.900"
PARACETAMOL, AMOXICILLIN, CEFIXIME, AMLODIPINE = "8910037", "8910111", "8910185", "8910629"
"""First seven digits of the boxes' codes: 4.00 at 100 %, 26.34, 30.00, and 两病 at 3.92."""
GLUCOSE_TEST = "FW0005"

CLINIC = Clinic(
    fixmedins_code="H43102400991",
    fixmedins_name="演示村卫生室",
    mdtrtarea_admvs="431024",
    dept_code="A02",
    dept_name="全科医疗科",
    caty="A02",
    doctor_code="D431024000991",
    doctor_name="雷新民",
    region=Region(),
)

DELIVERY = {"batch": "B1", "lot": "L1", "made_on": "2025-01-01"}


def catalogue(*, deliveries: bool = True) -> Catalogue:
    """The demo clinic's drugs and services, with the deliveries they came in or without."""
    delivery = DELIVERY if deliveries else dict.fromkeys(DELIVERY, "")
    drugs = [
        dataclasses.replace(drug, **delivery)
        for drug in read_drugs((DATA / "drugs.csv").read_text("utf-8"))
    ]
    return Catalogue(drugs, read_services((DATA / "services.csv").read_text("utf-8")))


_PAIR = new_sm2_key()
DEVICE_KEY = DeviceKey(_PAIR.private_hex, _PAIR.public_hex)

OFFLINE_RULES = OfflineRules(
    allowed=True,
    policies=read_policies((DATA / "benefits.toml").read_text("utf-8")),
    terms={
        **read_terms((DATA / "drugs.csv").read_text("utf-8")),
        **read_terms((DATA / "services.csv").read_text("utf-8")),
    },
    here=Here(CLINIC.mdtrtarea_admvs),
)

RULES = Rules(
    catalogue=catalogue(),
    registrations={
        "M03900": Registration("M03900", "chronic", "hypertension"),
        "LB001": Registration("LB001", "two_diseases", "hypertension"),
        "LB002": Registration("LB002", "two_diseases", "diabetes"),
    },
    med_types={"ordinary": "11", "two_diseases": "9901", "chronic": "14"},
    settling=SettlingRules(),
    offline=OFFLINE_RULES,
    version="tests",
    resume_every_s=3600.0,
    resume_every_max_s=3600.0,
    asks_more_from=None,
    let_go_max_fen=9,
    clinic_fund=None,
)
"""The demo region's; rounds come only when a test asks for one."""


def settling(**changed: object) -> Rules:
    """The demo region's rules, but for how an unknown charge is decided."""
    rules = dataclasses.replace(RULES.settling, **changed)  # type: ignore[arg-type]
    return dataclasses.replace(RULES, settling=rules)


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2025, 9, 20, 9, 30, tzinfo=SHANGHAI)

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder on a disk that never waits, where the machine has one.

    A visit syncs a hundred times: what that costs is measured elsewhere, not in each test.
    """
    memory = Path("/dev/shm")  # noqa: S108 - a fresh folder in it, for us alone.
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def code(prefix: str, serial: int) -> str:
    """The trace code of one box."""
    return f"{prefix}{serial:013}"


def open_line(
    address: str,
    journal: object,
    clock: Clock,
    read_timeout_s: float = 5.0,
    *,
    never: Collection[str] = (),
    **more: object,
) -> Client:
    line = Line(
        url=address,
        paasid=DEMO_PAASID,
        secret=DEMO_SECRET,
        connect_timeout_s=0.5,
        read_timeout_s=read_timeout_s,
        never=frozenset(never),
    )
    return Client(line, journal, clock, **more)  # type: ignore[arg-type]


def charges(province: SandboxProvince, state: str = "settled") -> list[dict[str, object]]:
    """The settlements that stand (or were undone) in the province's book."""
    listed = province.book()["settlements"]
    assert isinstance(listed, list)
    return [row for row in listed if isinstance(row, dict) and row["state"] == state]
