"""What a technician asks: the line step by step, the scanner's bytes, the log, the counts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from drivers.heard import ScannedLine, ScannerState
from drivers.simulated.province import remote
from drivers.simulated.province.certificates import Certificates, make
from drivers.simulated.province.server import DEMO_PAASID, DEMO_SECRET, SandboxProvince
from terminal.assembly.log_ring import RECORDS_MAX, LogRing, without_people
from terminal.board import Board
from terminal.core.screen_views import PaperView
from terminal.core.technical_views import NetworkStep
from terminal.health import Health
from terminal.listening import Listening
from terminal.overhearing import LINES_MAX, OPEN_S, Overhearing
from terminal.province.client import Client
from terminal.province.line import Line
from terminal.province.session import Session
from terminal.province.trying import STEPS, LineTrial
from terminal.store import Store
from terminal.technical import Gauges, Technical
from tests.clinic import CLINIC, Clock
from tests.core.test_overheard import BOX, ID_NUMBER
from tests.kiosk.counter_views import view
from tests.kiosk.shown_technical import STATUS
from tests.rooms import Rooms

RoomsOpened = Callable[..., Rooms]
WAIT_S = 30.0


def line_to(address: str, **other: object) -> Line:
    line = Line(address, DEMO_PAASID, DEMO_SECRET, 2.0, 5.0)
    return replace(line, **other)  # type: ignore[arg-type]


def tried(line: Line, store: Store, clock: Clock) -> dict[str, NetworkStep]:
    client = Client(line, store.journal, clock)
    try:
        session = Session(client, CLINIC, store.journal, clock)
        return {step.step: step for step in LineTrial(line, session, clock).steps()}
    finally:
        client.close()


def codes(steps: dict[str, NetworkStep]) -> list[str | None]:
    return [steps[name].code for name in STEPS]


def test_a_line_that_is_well_is_well_at_each_step_and_signs_in_once_a_day(
    province: SandboxProvince, store: Store, clock: Clock
) -> None:
    line = line_to(province.address)
    first = tried(line, store, clock)
    assert codes(first) == [None, None, None, "network.not_used", None, None]
    assert first["gateway"].detail == "HTTP 200"
    again = tried(line, store, clock)
    assert codes(again)[-1] == "network.kept_sign_in"


@pytest.mark.parametrize(
    ("address", "failing", "code"),
    [
        ("http://", "address", "province.away"),
        ("http://no.such.name.invalid", "name", "network.no_such_name"),
        ("http://127.0.0.1:1", "connection", "network.no_connection"),
    ],
)
def test_the_step_that_fails_is_named_and_those_after_it_are_not_reached(
    store: Store, clock: Clock, address: str, failing: str, code: str
) -> None:
    steps = tried(line_to(address), store, clock)
    assert steps[failing].code == code
    after = STEPS[STEPS.index(failing) + 1 :]
    assert {steps[name].code for name in after} == {"network.not_reached"}


def test_a_gateway_that_does_not_know_us_is_told_from_a_line_that_is_cut(
    province: SandboxProvince, store: Store, clock: Clock
) -> None:
    steps = tried(line_to(province.address, secret="another"), store, clock)
    assert steps["connection"].code is None
    assert steps["gateway"].code == "network.not_admitted"
    assert "another" not in repr(steps)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def behind_tls(
    tmp_path: Path, clock: Clock, certificates: Certificates
) -> Iterator[SandboxProvince]:
    with SandboxProvince(tmp_path / "tls", clock=clock, tls=certificates) as running:
        yield running


def test_a_certificate_is_tried_by_itself(
    behind_tls: SandboxProvince, certificates: Certificates, store: Store, clock: Clock
) -> None:
    trusting = line_to(behind_tls.address, ca_file=certificates.authority)
    assert tried(trusting, store, clock)["tls"].detail.startswith("TLSv1.")
    steps = tried(line_to(behind_tls.address), store, clock)
    assert steps["connection"].code is None
    assert steps["tls"].code == "province.certificate"
    remote.plant(behind_tls.address, "certificate_expired")
    clock.now += timedelta(seconds=1)
    assert tried(trusting, store, clock)["tls"].code == "province.certificate"


class Monotonic:
    def __init__(self) -> None:
        self.at_s = 100.0

    def __call__(self) -> float:
        return self.at_s


def test_the_scanners_test_keeps_nothing_before_after_and_beyond_its_time(clock: Clock) -> None:
    at = Monotonic()
    overhearing = Overhearing(clock, at)
    overhearing.heard(BOX)
    assert overhearing.view().lines == ()
    overhearing.open()
    overhearing.heard(BOX)
    overhearing.heard(ID_NUMBER.encode())
    view = overhearing.view()
    assert [(line.kind, line.length, line.shown) for line in view.lines] == [
        ("identity_card", 18, ""),
        ("trace_code", 20, BOX.hex(" ")),
    ]
    assert view.closes_in_s == OPEN_S
    for _ in range(LINES_MAX + 5):
        overhearing.heard(BOX)
    assert len(overhearing.view().lines) == LINES_MAX
    at.at_s += OPEN_S
    overhearing.heard(None)  # As the listening thread says while nothing is scanned.
    at.at_s -= 1.0
    assert not overhearing.view().open
    overhearing.open()
    assert overhearing.view().lines == ()
    overhearing.close()
    assert not overhearing.view().open


def test_a_log_keeps_the_newest_and_no_ones_number_or_name() -> None:
    ring = LogRing()
    ring.attach()
    try:
        log = logging.getLogger("terminal.test")
        log.warning("a person: %s %s", ID_NUMBER, "王建国·买买提")
        for number in range(RECORDS_MAX + 3):
            log.warning("number %d", number)
        try:
            int(f"{ID_NUMBER}?")
        except ValueError:
            log.exception("broke")
    finally:
        ring.detach()
    logging.getLogger("terminal.test").warning("after")
    kept = ring.lines("info", "")
    assert len(kept) == RECORDS_MAX
    assert kept[0].text == "broke [ValueError]"
    assert [line.text for line in ring.lines("error", "")] == ["broke [ValueError]"]
    assert [line.text for line in ring.lines("info", "NUMBER 502")] == ["number 502"]


@pytest.mark.parametrize(
    "text",
    [
        ID_NUMBER,
        f"id={ID_NUMBER},",
        "tel 13800138000",
        "王建国 came",
        "voucher Zm9vYmFyYmF6cXV4Zm9vYm1yYmF6",
        "H99010100001202511200805000001",
    ],
)
def test_what_might_name_somebody_is_taken_out_of_a_record(text: str) -> None:
    told = without_people(text)
    assert not any(piece in told for piece in (ID_NUMBER, "13800138000", "王", "Zm9v", "20251120"))
    assert "<" in told


def test_what_helps_a_technician_stays_in_a_record() -> None:
    said = "camera is away: camera.lost port=8080 took 12.5 s /dev/serial/by-id/usb-1eab"
    assert without_people(said) == said


def technical(store: Store, clock: Clock, **gauges: object) -> Technical:
    return Technical(
        store,
        lambda: STATUS,
        PaperView,
        Gauges(**gauges),  # type: ignore[arg-type]
        clock,
    )


def test_the_parts_of_a_bare_terminal_are_told_from_its_own_store(
    store: Store, clock: Clock
) -> None:
    view = technical(store, clock).parts()
    by_name = {part.part: part for part in view.parts}
    assert by_name["store"].measured["bytes"].endswith(" MB")
    assert by_name["province"].code == "province.no_answer"
    assert by_name["printer"].code == "part.not_fitted"
    assert technical(store, clock).versions()["database"].startswith("SQLCipher ")
    assert technical(store, clock).enrolled().people == 0


def test_one_try_of_the_line_goes_on_at_a_time_and_ends_though_it_breaks(
    store: Store, clock: Clock
) -> None:

    go_on, begun, ended = Event(), [], Event()

    def steps() -> Iterator[NetworkStep]:
        begun.append(1)
        yield NetworkStep("address")
        go_on.wait(WAIT_S)
        yield NetworkStep("name")
        ended.set()

    room = technical(store, clock, trial=steps)
    room.try_network()
    room.try_network()
    assert room.network().running
    go_on.set()
    assert ended.wait(WAIT_S)
    assert begun == [1]


class Handed:
    """A scanner that hands out these lines, then nothing."""

    def __init__(self, *lines: bytes) -> None:
        self._lines = [ScannedLine(line, 0.0) for line in lines]
        self.emptied = Event()

    def take(self, timeout_s: float) -> ScannedLine | None:
        if self._lines:
            return self._lines.pop(0)
        self.emptied.wait(timeout_s)  # As a scanner waits for its next line.
        self.emptied.set()
        return None

    def state(self) -> ScannerState:
        return ScannerState(None)

    def close(self) -> None:
        pass


def test_what_is_overheard_goes_to_the_counter_as_well(clock: Clock, rooms: RoomsOpened) -> None:
    place, overhearing, scanner = rooms(), Overhearing(clock), Handed(b"6901234567892")
    overhearing.open()
    listening = Listening(scanner, place.scanning, Board(lambda _: view()), Health(), overhearing)
    listening.start()
    assert scanner.emptied.wait(WAIT_S)
    listening.stop(WAIT_S)
    assert [line.kind for line in overhearing.view().lines] == ["commodity_code"]
    assert place.counter.scan is not None
    assert place.counter.scan.code == "scan.commodity_code"
