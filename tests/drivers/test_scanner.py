import fcntl
import queue
import threading

import pytest

from drivers.heard import REPEATS_MIN
from drivers.scanner import HICCUPS_MAX, LINES_MAX, Rhythm, Scanner
from drivers.simulated.scanner import (
    WRONG_THINGS,
    ScannerFault,
    SimulatedScanner,
    next_box,
)
from drivers.wire.scanner_profiles import PROFILES, Manner
from drivers.wire.ssi import ACKNOWLEDGE, SEND_AGAIN
from terminal.core.faults import Refused
from terminal.core.trace_codes import Kind, classify
from tests.drivers.simulated_ssi import SimulatedSsiScanner, SsiFault

BOX = "83857930000879766660"
QUICK = Rhythm(retry_first_s=0.02, retry_max_s=0.05)
PATIENCE_S = 60.0  # Never waited for in full unless the test fails.


class Bench:
    """A scanner heard over a real pty, and the changes it says."""

    def __init__(self, folder, made=SimulatedScanner, **settings):
        self.link = folder / "serial" / "by-id" / "scanner"
        self.simulated = made(self.link)
        self.said = queue.Queue()
        self.scanner = Scanner(self.link, on_change=self.said.put, **({"rhythm": QUICK} | settings))

    def until(self, code, notice=None):
        """The changes said up to and with this one, as codes and notices."""
        passed = []
        while not passed or passed[-1] != (code, notice):
            state = self.said.get(timeout=PATIENCE_S)
            passed.append((state.code, state.notice))
        return passed

    def take(self, count=1):
        lines = [self.scanner.take(PATIENCE_S) for _ in range(count)]
        return [line.data.decode("latin-1") for line in lines]

    def nothing_more(self):
        """A marker comes next: whatever was sent before it brought no line."""
        self.simulated.scan("MARKER")
        return self.take() == ["MARKER"]


@pytest.fixture
def bench(tmp_path):
    made = []

    def make(**settings):
        made.append(Bench(tmp_path, **settings))
        made[0].until(None)
        return made[0]

    yield make
    for one in made:
        one.scanner.close()
        one.simulated.close()


def test_ten_scans_in_one_burst_are_ten_lines_in_order(bench):
    bench = bench()
    bench.simulated.plant(ScannerFault.BURST)
    bench.simulated.scan(BOX)
    boxes = [BOX]
    while len(boxes) < 10:
        boxes.append(next_box(boxes[-1]))
    assert bench.take(10) == boxes


def test_a_code_that_comes_byte_by_byte_is_one_line(bench):
    bench = bench()
    for byte in f"{BOX}\r\n":
        bench.simulated.send(byte.encode())
    assert bench.take() == [BOX]
    assert bench.nothing_more()


@pytest.mark.parametrize(
    ("fault", "kinds"),
    [
        (ScannerFault.CUT, [Kind.CUT]),
        (ScannerFault.GLUED, [Kind.GLUED]),
        (ScannerFault.ACKNOWLEDGEMENT_FIRST, [Kind.TRACE_CODE]),
        (ScannerFault.AIM_ID, [Kind.TRACE_CODE]),
        (ScannerFault.REPEATS, [Kind.TRACE_CODE] * 3),
        (ScannerFault.GBK_TEXT, [Kind.TEXT]),
    ],
)
def test_each_fault_of_a_scan_arrives_as_what_it_is(bench, fault, kinds):
    bench = bench()
    bench.simulated.plant(fault)
    bench.simulated.scan(BOX)
    assert [classify(line.encode("latin-1")).kind for line in bench.take(len(kinds))] == kinds
    bench.simulated.scan(BOX)
    assert bench.take() == [BOX]


def test_after_four_kilobytes_of_noise_the_next_code_is_heard_and_no_noise_is_accepted(bench):
    bench = bench()
    bench.simulated.plant(ScannerFault.NOISE)
    bench.simulated.scan(BOX)
    heard = []
    while heard[-1:] != [BOX]:
        heard += bench.take()
    assert [line for line in heard if classify(line.encode("latin-1")).accepted] == [BOX]
    assert bench.scanner.state().noise_count > 0


def test_every_wrong_thing_is_a_mistake_and_together_they_show_them_all(bench):
    bench = bench()
    kinds = set()
    for _, code in WRONG_THINGS:
        bench.simulated.scan(code)
        scan = classify(bench.scanner.take(PATIENCE_S).data)
        assert not scan.accepted
        kinds.add(scan.kind)
    assert kinds == set(Kind) - {Kind.TRACE_CODE, Kind.GS1}


def test_unplugged_in_mid_code_is_said_once_lost_once_back_and_the_half_is_dropped(bench):
    bench = bench()
    for _ in range(2):
        # The half comes with a whole line, so that it was heard before the cable goes.
        bench.simulated.send(f"MARKER\r{BOX[:9]}".encode())
        assert bench.take() == ["MARKER"]
        bench.simulated.unplug()
        assert bench.until("scanner.unplugged") == [("scanner.unplugged", None)]
        bench.simulated.replug()
        assert bench.until(None, "scanner.rescan_last") == [(None, "scanner.rescan_last")]
        bench.simulated.scan(BOX)
        assert bench.take() == [BOX]
        assert bench.until(None) == [(None, None)]


def test_what_was_scanned_while_nobody_listened_is_dropped_and_asked_for_again(bench):
    bench = bench()
    bench.simulated.unplug()
    bench.until("scanner.unplugged")
    # The port is held by another program when it comes back; the doctor scans on.
    target = bench.link.with_name("elsewhere")
    other = SimulatedScanner(target)
    with other, target.open("rb", buffering=0) as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        bench.link.symlink_to(target)
        assert bench.until("scanner.held") == [("scanner.held", None)]
        other.scan(BOX)
        fcntl.flock(holder, fcntl.LOCK_UN)
        assert bench.until(None, "scanner.rescan_last") == [(None, "scanner.rescan_last")]
        other.scan(next_box(BOX))
        assert bench.take() == [next_box(BOX)]


def test_a_scanner_that_was_never_there_is_not_found_until_it_comes(tmp_path):
    said = queue.Queue()
    link = tmp_path / "scanner"
    with Scanner(link, on_change=said.put, rhythm=QUICK) as scanner:
        assert said.get(timeout=PATIENCE_S).code == "scanner.not_found"
        with SimulatedScanner(link) as simulated:
            assert said.get(timeout=PATIENCE_S).code is None
            assert scanner.state().last_byte_s is None
            simulated.scan(BOX)
            line = scanner.take(PATIENCE_S)
            assert scanner.state().last_byte_s <= line.at_s
    assert scanner.state().code == "scanner.closed"


def test_a_line_that_breaks_and_mends_again_and_again_is_unsteady_until_it_holds(bench):
    bench = bench(rhythm=Rhythm(retry_first_s=0.5, retry_max_s=0.5, steady_s=2.0))
    for _ in range(HICCUPS_MAX):
        bench.simulated.replug()
        bench.simulated.scan(BOX)
        said = bench.said.get(timeout=PATIENCE_S)
        while said.notice != "scanner.rescan_last":
            said = bench.said.get(timeout=PATIENCE_S)
        bench.simulated.scan(BOX)
        assert bench.take() == [BOX]
    assert bench.scanner.state().code == "scanner.unsteady"
    bench.until(None)


def test_a_code_without_an_end_is_said_and_does_not_spoil_the_next(bench):
    bench = bench()
    bench.simulated.plant(ScannerFault.NO_TERMINATOR)
    bench.simulated.scan(BOX)
    assert bench.until(None, "scanner.unended") == [(None, "scanner.unended")]
    bench.simulated.scan(BOX)
    assert bench.take() == [BOX]
    assert bench.nothing_more()


def test_a_scanner_without_ends_is_heard_where_the_setting_says_so(bench):
    bench = bench(manner=Manner(idle_gap_s=0.1))
    for _ in range(2):
        bench.simulated.plant(ScannerFault.NO_TERMINATOR)
        bench.simulated.scan(BOX)
        assert bench.take() == [BOX]


def test_lines_nobody_takes_are_bounded_and_the_doctor_is_told(bench):
    bench = bench()
    for number in range(LINES_MAX + 5):
        bench.simulated.scan(f"8{number:019}")
    bench.until(None, "scanner.overrun")
    assert bench.take(LINES_MAX) == [f"8{number:019}" for number in range(LINES_MAX)]


def test_closing_lets_go_of_the_port_and_leaves_no_thread(bench):
    bench = bench()
    bench.scanner.close()
    assert "scanner" not in {thread.name for thread in threading.enumerate()}
    assert bench.scanner.take(0.0) is None
    with bench.link.open("rb", buffering=0) as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_scanned_line_keeps_its_digits_out_of_its_repr(bench):
    bench = bench()
    bench.simulated.scan(BOX)
    assert BOX not in repr(bench.scanner.take(PATIENCE_S))


def test_a_scanner_that_repeats_is_said_once_and_nothing_of_it_is_hidden(bench):
    bench = bench()
    for _ in range(2):
        for _ in range(REPEATS_MIN + 2):
            bench.simulated.scan(BOX)
        assert bench.take(REPEATS_MIN + 2) == [BOX] * (REPEATS_MIN + 2)
        bench.simulated.scan(next_box(BOX))
        assert bench.take() == [next_box(BOX)]
    bench.simulated.send(b"half")
    said = bench.until(None, "scanner.unended")
    assert said.count((None, "scanner.repeats")) == 1


def test_two_reads_of_one_box_are_no_repetition(bench):
    bench = bench()
    for _ in range(REPEATS_MIN - 1):
        bench.simulated.scan(BOX)
    bench.take(REPEATS_MIN - 1)
    assert bench.scanner.state().notice is None


def test_what_is_dropped_as_noise_is_said(bench):
    bench = bench()
    bench.simulated.send(b"7" * 4000 + b"\r")
    assert bench.until(None, "scanner.noise") == [(None, "scanner.noise")]
    bench.simulated.scan(BOX)
    assert bench.take() == [BOX]
    state = bench.scanner.state()
    assert (state.line_count, state.noise_count, state.unended_count) == (1, 1, 0)


def test_the_prefix_of_the_settings_is_taken_off(bench):
    bench = bench(manner=Manner(prefix=b"T:"))
    bench.simulated.scan("T:" + BOX)
    bench.simulated.scan(BOX)
    assert bench.take(2) == [BOX, BOX]


@pytest.mark.parametrize("profile", [name for name in PROFILES if name != "none"])
def test_a_trigger_sends_what_the_maker_says_and_only_to_this_port(bench, profile):
    bench = bench(manner=Manner(PROFILES[profile]))
    bench.scanner.trigger()
    wanted = PROFILES[profile].wake + PROFILES[profile].trigger
    sent = b""
    while len(sent) < len(wanted):
        sent += bench.simulated.told(PATIENCE_S)
    assert sent == wanted
    bench.scanner.untrigger()
    wanted = PROFILES[profile].stop and PROFILES[profile].wake + PROFILES[profile].stop
    sent = b""
    while len(sent) < len(wanted):
        sent += bench.simulated.told(PATIENCE_S)
    assert sent == wanted


def test_without_a_profile_no_byte_is_ever_sent(bench):
    bench = bench()
    with pytest.raises(Refused) as refused:
        bench.scanner.trigger()
    assert refused.value.code == "scanner.no_trigger"
    bench.scanner.untrigger()
    for fault in (ScannerFault.CUT, ScannerFault.GLUED, ScannerFault.ACKNOWLEDGEMENT_FIRST):
        bench.simulated.plant(fault)
        bench.simulated.scan(BOX)
    bench.take(3)
    bench.simulated.unplug()
    bench.until("scanner.unplugged")
    bench.simulated.replug()
    bench.until(None, "scanner.rescan_last")
    assert bench.nothing_more()
    assert bench.simulated.told(0.2) == b""


def test_a_trigger_to_a_scanner_that_is_away_does_not_fire_when_it_comes_back(bench):
    bench = bench(manner=Manner(PROFILES["honeywell"]))
    bench.simulated.unplug()
    bench.until("scanner.unplugged")
    bench.scanner.trigger()
    bench.simulated.replug()
    bench.until(None, "scanner.rescan_last")
    assert bench.nothing_more()
    assert bench.simulated.told(0.2) == b""


def test_packets_are_acknowledged_and_one_sent_again_is_one_code(bench):
    bench = bench(made=SimulatedSsiScanner, manner=Manner(PROFILES["zebra_ssi"]))
    bench.simulated.scan_packet(BOX.encode(), SsiFault.UNACKNOWLEDGED)
    bench.simulated.scan_packet(next_box(BOX).encode(), SsiFault.CORRUPT)
    bench.simulated.scan_packet(BOX.encode())
    assert bench.take(3) == [BOX, next_box(BOX), BOX]
    wanted = ACKNOWLEDGE * 3 + SEND_AGAIN + ACKNOWLEDGE * 2
    sent = b""
    while len(sent) < len(wanted):
        sent += bench.simulated.told(PATIENCE_S)
    assert sent == wanted
