"""A terminal process with a morning's work in its data folder, to be copied and killed.

Usage: python -m tests.shell.a_morning FOLDER ADDRESS. Says `ready` with its work in the
journal beside the file, and stays open until it is killed.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from drivers.simulated.province import server as sandbox
from drivers.simulated.province.reference import DATA
from terminal.assembly.counter_without_eyes import CounterWithoutEyes
from terminal.assembly.keys import open_settled_store, rotate_keys
from terminal.core.consent import Consent, EndedConsent
from terminal.core.ledger import Deed
from terminal.core.recognition import Template
from terminal.core.visit import VisitState
from terminal.core_dumps import forbid_core_dumps
from terminal.province.session import Session
from terminal.settings import Settings
from tests.clinic import (
    AMOXICILLIN,
    CHILD,
    CLINIC,
    LI,
    PARACETAMOL,
    WANG,
    Clock,
    code,
    open_line,
)
from tests.counter import Counter
from tests.families import bound

BOXES = (code(PARACETAMOL, 41), code(AMOXICILLIN, 42))
NAMES = ("王建国", "李秀英", "李小宝")
ID_NUMBERS = (WANG, LI, CHILD)
FACES = tuple(
    bytes((number * 37 + place * 101) % 256 for place in range(2048)) for number in (1, 2)
)
"""Of Wang, who stays, and of Li, who withdraws; no byte of one repeats soon."""


class Morning(Counter):
    """The counter of tests, at a store and keys as a device has them."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.clock = clock
        self.store = open_settled_store(settings)
        self.whole = CounterWithoutEyes(settings, self.store, clock)
        self.session = Session(
            open_line(settings.province_url, self.store.journal, clock),
            CLINIC,
            self.store.journal,
            clock,
        )
        self.desk = self.whole.desk
        self.desk.start()

    def enrol(self, person_id: str, face: bytes) -> None:
        kept = {f"{person_id}-{n}": Template(face, "digest", 0.9) for n in range(3)}
        self.store.people.enrol(person_id, Consent("1", CLINIC.doctor_code), kept, self.clock())

    def withdraw(self, person_id: str) -> None:
        with self.store.transaction():
            self.store.faces.withdraw(person_id, self.clock(), EndedConsent.PERSON)
            erased = self.store.people.erase_templates(person_id)
            self.store.ledger.add(Deed.WITHDRAWN, self.clock(), {"templates": erased})


def settings_for(folder: Path, address: str) -> Settings:
    told: dict[str, Any] = {
        "data_dir": folder,
        "key_source": "file",
        "clinic_name": CLINIC.fixmedins_name,
        "fixmedins_code": CLINIC.fixmedins_code,
        "doctor_code": CLINIC.doctor_code,
        "doctor_name": CLINIC.doctor_name,
        "mdtrtarea_admvs": CLINIC.mdtrtarea_admvs,
        "province_url": address,
        "province_paasid": sandbox.DEMO_PAASID,
        "province_secret": SecretStr(sandbox.DEMO_SECRET),
        "drugs_file": DATA / "drugs.csv",
        "services_file": DATA / "services.csv",
        "benefits_file": DATA / "benefits.toml",
        "resume_every_s": 3600.0,
    }
    return Settings(**told)


def main(folder: Path, address: str) -> None:
    forbid_core_dumps()
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    settings = settings_for(folder, address)
    open_settled_store(settings).close()
    rotate_keys(settings)
    morning = Morning(settings, Clock())
    settled = morning.settled(WANG, *BOXES)
    assert settled.state is VisitState.SETTLED, settled
    wang = morning.store.visits.visit(settled.visit_id).person_id
    assert wang is not None
    morning.enrol(wang, FACES[0])
    with_account, child = morning.knows(LI), morning.knows(CHILD)
    morning.enrol(with_account, FACES[1])
    bound(morning.store, with_account, child)
    morning.withdraw(with_account)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
