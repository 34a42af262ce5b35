"""Faults planted in every part, one at a time: the self-check names the part and the fault.

The store, the ledger's head, the weights, the supplies and the line are real files and real
connections to the sandbox province; what a device says of itself comes as its driver says it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.certificates import make
from drivers.simulated.province.server import DEMO_PAASID, DEMO_SECRET, SandboxProvince
from models.packs import Pack, default_pack
from terminal.assembly.checks import weights_of
from terminal.checking import CAMERA_FILE, Checking, FieldGauges
from terminal.clock import SHANGHAI
from terminal.core.field_checks import FieldMeasured, judge_field, worst_of
from terminal.core.part_measured import CertificateTold, CountyTold
from terminal.core.screen_views import PaperView
from terminal.core.status_views import KeyClass, KeysStatus
from terminal.core.technical_views import Framing
from terminal.ledger_head import HEAD_FILE, Head, break_at_end
from terminal.power import Power
from terminal.province.client import Client
from terminal.province.line import Line
from terminal.province.session import Session
from terminal.province.trying import LineTrial
from terminal.store import Store
from terminal.technical import Gauges, Technical
from tests.clinic import CLINIC, DEVICE_KEY, Clock, quick_folder
from tests.core.test_part_checks import WELL
from tests.field.supplies import battery, card, mains, sensor
from tests.kiosk.shown_technical import FACE

CAMERA = "usb Invented 0c45:6366"


@dataclass
class Terminal:
    """A terminal of which all is well, until a test breaks something."""

    folder: Path
    store: Store
    clock: Clock
    line: Line
    pack: Pack
    measured: Any = WELL
    framing: Framing | None = FACE
    camera: str = CAMERA
    checked: Path = field(init=False)

    def __post_init__(self) -> None:
        self.checked = self.folder
        self.supplies = self.folder / "power_supply"
        self.sysfs = self.folder / "sys"
        self.heard = self.folder / "timesync/synchronized"
        battery(self.supplies, 90, "Discharging", energy_now=9_000, power_now=3_000)
        sensor(self.sysfs, 48_000)
        card(self.sysfs, "0x01 0x02", "0x01")
        self.heard.parent.mkdir()
        self.heard.touch()
        (self.folder / CAMERA_FILE).write_text(CAMERA, "utf-8")

    def told(self, verb: str = "check") -> dict[str, Any]:
        client = Client(self.line, self.store.journal, self.clock)
        try:
            session = Session(client, CLINIC, self.store.journal, self.clock)
            skew: list[float | None] = []

            def tried():
                trial = LineTrial(self.line, session, self.clock)
                yield from trial.steps()
                skew.append(trial.skew_s)

            gauges = Gauges(
                camera=lambda: self.measured.camera,
                framing=lambda: self.framing,
                place=lambda: self.measured.place,
                trial=tried,
                skew_s=lambda: skew[-1],
                signed_in=session.is_signed_in,
            )
            technical = Technical(
                self.store,
                lambda: self.measured.status,
                lambda: self.measured.paper,
                gauges,
                self.clock,
            )
            more = FieldGauges(
                folder=self.checked,
                weights=lambda: weights_of(self.pack),
                store_whole=self.store.machine.whole,
                ledger_break=self.ledger_break,
                camera=lambda: self.camera,
                power=Power(self.supplies),
                sysfs=self.sysfs,
                synchronised=self.heard,
            )
            checking = Checking(technical, more)
            return checking.check() if verb == "check" else checking.trip()
        finally:
            client.close()

    def ledger_break(self) -> str | None:
        key = DEVICE_KEY.public_key
        found = break_at_end(self.store.ledger, Head(self.folder), key, self.clock())
        return None if found is None else found.value

    def say(self, **changed: Any) -> None:
        """What the devices say of themselves; `status_` and `place_` are of those parts."""
        for name, value in changed.items():
            part, _, rest = name.partition("_")
            if part in ("status", "place"):
                inner = replace(getattr(self.measured, part), **{rest: value})
                self.measured = replace(self.measured, **{part: inner})
            else:
                self.measured = replace(self.measured, **{name: value})


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with quick_folder() as folder:
        yield folder


@pytest.fixture
def clock() -> Clock:
    """As it is outside: the sandbox's web server tells the true time."""
    running = Clock()
    running.now = datetime.now(SHANGHAI)
    return running


@pytest.fixture
def terminal(
    tmp_path: Path, store: Store, province: SandboxProvince, clock: Clock, pulled: Path
) -> Terminal:
    pack = default_pack(pulled / "weights")
    task = min(pack.parts, key=lambda each: pack.parts[each].network.size)
    copied = tmp_path / "weights.onnx"
    shutil.copyfile(pack.parts[task].path, copied)
    small = replace(pack, parts={task: replace(pack.parts[task], path=copied)})
    line = Line(province.address, DEMO_PAASID, DEMO_SECRET, 2.0, 5.0)
    made = Terminal(tmp_path, store, clock, line, small)
    made.say(place_filter_fetched_at=clock.now)
    made.told()  # The first sign-in of the day: from here on the province has answered.
    return made


SCANNER: Any = WELL.status.scanner
DARK = replace(FACE, picture_brightness=3.0, box=None)
BRIGHT = replace(FACE, picture_brightness=250.0, box=None)


def damage(terminal: Terminal) -> None:
    """A card that lost a page: the last one, which nothing else reads."""
    terminal.store.truncate_log()
    with (terminal.folder / "terminal.db").open("r+b") as file:
        file.seek(-1000, 2)
        file.write(bytes(500))


def weights_changed(terminal: Terminal) -> None:
    with (terminal.folder / "weights.onnx").open("r+b") as file:
        file.seek(100)
        file.write(b"\0\1\2\3\4\5")


def untrusted(terminal: Terminal) -> Iterator[None]:
    made = make(terminal.folder / "tls")
    with SandboxProvince(terminal.folder / "behind", clock=terminal.clock, tls=made) as running:
        terminal.line = replace(terminal.line, url=running.address)
        yield


def runs_on(terminal: Terminal, percent: int) -> None:
    battery(terminal.supplies, percent, "Discharging", energy_now=900, power_now=3_000)


def camera(**changed: Any) -> Callable[[Terminal], None]:
    return lambda it: it.say(camera=replace(WELL.camera, **changed))


def scanner(**changed: Any) -> Callable[[Terminal], None]:
    return lambda it: it.say(status_scanner=replace(SCANNER, unended=0, **changed))


def says(**changed: Any) -> Callable[[Terminal], None]:
    return lambda it: it.say(**changed)


def certified_for(left: timedelta) -> Callable[[Terminal], None]:
    """The county's certificate has so long to go."""
    return lambda it: it.say(place_certificate=CertificateTold(it.clock.now + left))


def sees(picture: Framing) -> Callable[[Terminal], None]:
    return lambda it: setattr(it, "framing", picture)


def to(**changed: Any) -> Callable[[Terminal], None]:
    return lambda it: setattr(it, "line", replace(it.line, **changed))


def moved(by: timedelta) -> Callable[[Terminal], None]:
    return lambda it: setattr(it.clock, "now", it.clock.now + by)


WEAK_KEYS = KeysStatus(KeyClass.WEAK, "file")
PLANTED: list[tuple[str, str, str, Callable[[Terminal], Any]]] = [
    ("camera", "camera.away", "away", says(status_away={"camera": "camera.away"})),
    ("camera", "part.few_frames", "weak", camera(frames_per_s=4.0)),
    ("camera", "part.small_picture", "weak", camera(height=240)),
    ("camera", "check.too_dark", "weak", sees(DARK)),
    ("camera", "check.too_bright", "weak", sees(BRIGHT)),
    ("camera", "check.out_of_focus", "weak", sees(replace(FACE, sharpness=4.0))),
    ("camera", "check.camera_changed", "weak", lambda it: setattr(it, "camera", "usb Other")),
    ("eyes", "pack.research_only", "weak",
     says(status_faces=replace(WELL.status.faces, warning="pack.research_only"))),
    ("scanner", "scanner.away", "away", scanner(code="scanner.away")),
    ("scanner", "part.nothing_heard", "weak", scanner(last_byte_at=None)),
    ("scanner", "part.noise", "weak", scanner(noise=900)),
    ("printer", "printer.no_paper", "away", says(paper=PaperView("printer.no_paper", fitted=True))),
    ("store", "check.store_damaged", "away", damage),
    ("store", "check.disk_read_only", "away", lambda it: setattr(it, "checked", Path("/proc"))),
    ("store", "part.disk_short", "weak", says(place_disk_free_bytes=500 * 1024**2)),
    ("store", "part.disk_full", "away", says(place_disk_free_bytes=1024**2)),
    ("store", "check.card_worn", "weak", lambda it: card(it.sysfs, "0x02 0x09", "0x01")),
    ("store", "check.card_worn", "weak", lambda it: card(it.sysfs, "0x01 0x01", "0x03")),
    ("clock", "check.clock_alone", "weak", lambda it: it.heard.unlink()),
    ("clock", "check.clock_skewed", "away", moved(timedelta(minutes=4))),
    ("clock", "part.clock_wrong", "away",
     lambda it: setattr(it.clock, "now", it.clock.now.replace(year=1970))),
    ("network.address", "province.away", "away", to(url="http://")),
    ("network.name", "network.no_such_name", "away", to(url="http://no.such.name.invalid")),
    ("network.connection", "network.no_connection", "away", to(url="http://127.0.0.1:1")),
    ("network.tls", "province.certificate", "away", untrusted),
    ("network.gateway", "network.not_admitted", "away", to(secret="another")),
    ("weights", "weights.wrong_digest", "away", weights_changed),
    ("weights", "weights.missing", "away", lambda it: (it.folder / "weights.onnx").unlink()),
    ("keys", "part.keys_weak", "weak", says(status_keys=WEAK_KEYS)),
    ("ledger", "check.ledger_broken", "away",
     lambda it: (it.folder / HEAD_FILE).write_bytes(b"no head")),
    ("temperature", "check.hot", "weak", lambda it: sensor(it.sysfs, 80_000)),
    ("temperature", "check.too_hot", "away", lambda it: sensor(it.sysfs, 93_000)),
    ("power", "power.short", "weak", lambda it: runs_on(it, 20)),
    ("power", "power.low", "away", lambda it: runs_on(it, 8)),
    ("catalogue", "part.no_catalogue", "away", says(place_drugs=0, place_services=0)),
    ("sold_filter", "part.filter_old", "weak", says(place_filter_fetched_at=None)),
    ("county", "county.silent", "weak",
     says(place_county=CountyTold({"settings": None}, ("settings",)))),
    ("certificate", "certificate.ends_soon", "weak", certified_for(timedelta(hours=9))),
    ("certificate", "certificate.expired", "away", certified_for(timedelta(0))),
    ("voice", "part.no_voice", "away", says(place_voice_files=0)),
    ("screens", "part.assets_missing", "away", says(place_assets_missing=("htmx.js",))),
]  # fmt: skip

ALSO = {
    "part.clock_wrong": {"network.gateway", "network.sign_in", "signed_in", "sold_filter"},
    "check.clock_skewed": {"network.gateway"},
}
"""What cannot be well beside it."""


def test_a_terminal_of_which_all_is_well_is_well_in_every_part(terminal: Terminal) -> None:
    told = terminal.told()
    assert [row for row in told["parts"] if row["state"] != "well"] == []
    assert told["worst"] == 0
    names = [row["part"] for row in told["parts"]]
    assert len(names) == len(set(names)) == 28


@pytest.mark.parametrize(
    ("part", "code", "state", "plant"), PLANTED, ids=[f"{p}-{c}" for p, c, *_ in PLANTED]
)
def test_a_planted_fault_is_named_by_its_part_and_no_other_is_blamed(
    terminal: Terminal, part: str, code: str, state: str, plant: Callable[[Terminal], Any]
) -> None:
    planting = plant(terminal)
    if isinstance(planting, Iterator):
        next(planting)
    told = terminal.told()
    if isinstance(planting, Iterator):
        assert next(planting, None) is None
    rows = {row["part"]: row for row in told["parts"]}
    assert (rows[part]["code"], rows[part]["state"]) == (code, state)
    blamed = {name for name, row in rows.items() if row["state"] != "well"}
    assert blamed - {part} - ALSO.get(code, set()) == set()
    assert told["worst"] == {"weak": 1, "away": 2}[state]


def test_at_least_twenty_faults_are_planted() -> None:
    assert len(PLANTED) >= 20


def test_a_board_too_slow_for_a_challenge_is_named() -> None:
    rows = {each.part: each for each in judge_field((), FieldMeasured(look_ms=251.0))}
    assert (rows["weights"].code, rows["weights"].state) == ("check.slow_board", "weak")
    assert worst_of(rows.values()) == 1


def test_before_a_trip_a_battery_is_wanted_that_lasts_and_nothing_else_is_asked(
    terminal: Terminal,
) -> None:
    terminal.say(status_away={"camera": "camera.away"})
    told = terminal.told("trip")
    assert told["worst"] == 0
    assert told["parts"][0]["part"] == "power"
    runs_on(terminal, 70)
    told = terminal.told("trip")
    assert (told["worst"], told["parts"][0]["code"]) == (1, "check.trip_battery")
    shutil.rmtree(terminal.supplies)
    mains(terminal.supplies, "1")
    assert terminal.told("trip")["parts"][0]["code"] == "check.no_battery"


def test_the_first_check_remembers_the_camera_and_accepting_one_makes_it_right(
    terminal: Terminal,
) -> None:
    (terminal.folder / CAMERA_FILE).unlink()
    assert terminal.told()["worst"] == 0
    assert (terminal.folder / CAMERA_FILE).read_text("utf-8") == CAMERA
