import errno
import queue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.hid_scanner import KeyLine, take_hold
from drivers.scanner import Rhythm, Scanner
from drivers.scanner_place import Place
from drivers.wire.keyboard import EVENT, SPOILT, STALE_S, KeyboardWire
from terminal.core.faults import Unavailable
from terminal.core.trace_codes import Kind, classify
from tests.drivers.made_up_usb import MadeUpUsb
from tests.drivers.simulated_keyboard import SimulatedKeyboard, key_events

BOX = "83857930000879766660"
GS1 = "010690123456789221SN1\x1d10LOT1"
QUICK = Rhythm(retry_first_s=0.02, retry_max_s=0.05)
PATIENCE_S = 60.0
ALT, PAD_0, PAD_2, PAD_9, F8, ENTER = 56, 82, 80, 73, 66, 28


def tap(*keys):
    return [(key, value) for key in keys for value in (1, 0)]


@pytest.fixture
def typing(tmp_path):
    """A scanner that types, heard through a pipe of real events."""
    machine = MadeUpUsb(tmp_path)
    path = machine.keyboard("event3", "05e0:1200", socket="1-3")
    path.parent.mkdir()
    keyboard = SimulatedKeyboard(path)
    held, said = [], queue.Queue()
    place = Place("hid:05e0:1200", machine.sysfs, machine.dev)
    scanner = Scanner(
        place,
        open_line=lambda at: KeyLine(at, take=held.append),
        on_change=said.put,
        rhythm=QUICK,
    )
    said.get(timeout=PATIENCE_S)
    yield keyboard, scanner, said, held
    scanner.close()


def test_what_is_typed_is_what_was_scanned_with_letters_signs_and_gs(typing):
    keyboard, scanner, _, held = typing
    for code in (BOX, GS1, "https://Example.invalid/p?id=1&Q_{}|~", "]C0" + BOX):
        keyboard.scan(code)
        assert scanner.take(PATIENCE_S).data == code.encode()
    assert len(held) == 1
    assert scanner.state().found_as == "event3"
    assert scanner.state().line_count == 4


def test_a_keyboard_pulled_out_is_said_and_found_again(typing):
    keyboard, _, said, _ = typing
    keyboard.unplug()
    assert said.get(timeout=PATIENCE_S).code == "scanner.unplugged"
    SimulatedKeyboard(keyboard.path).scan("x")
    assert said.get(timeout=PATIENCE_S).notice == "scanner.rescan_last"


def test_keys_older_than_five_seconds_are_dropped(typing):
    keyboard, scanner, _, _ = typing
    keyboard.scan("6901234567892", age_s=STALE_S + 1)
    keyboard.scan(BOX)
    assert scanner.take(PATIENCE_S).data == BOX.encode()


def test_a_line_whose_beginning_is_too_old_is_never_a_code():
    wire = KeyboardWire()
    old, new = key_events(tap(2, 3), 100.0), key_events(tap(4, 5, ENTER), 107.0)
    assert wire.feed(old + new, 107.0) == SPOILT + b"34\r"
    assert classify(SPOILT + BOX.encode()).kind is Kind.UNKNOWN
    # The old line is whole and gone; the new one is whole and stays.
    assert wire.feed(key_events(tap(2, ENTER), 100.0) + new, 107.0) == b"34\r"


def test_gs_may_be_typed_with_alt_and_its_number():
    wire = KeyboardWire()
    keys = [*tap(2), (ALT, 1), *tap(PAD_0, PAD_2, PAD_9), (ALT, 0), *tap(3, ENTER)]
    assert wire.feed(key_events(keys, 1.0), 1.0) == b"1\x1d2\r"


def test_a_key_that_is_no_character_spoils_its_line_instead_of_shortening_it():
    wire = KeyboardWire()
    assert wire.feed(key_events(tap(2, F8, 3), 1.0), 1.0) == b"1" + SPOILT + b"2"
    alt_without_number = [(ALT, 1), *tap(30), (ALT, 0)]
    assert wire.feed(key_events(alt_without_number, 1.0), 1.0) == SPOILT


def test_keys_that_the_kernel_lost_spoil_the_line():
    lost = EVENT.pack(1, 0, 0, 3, 0)
    assert KeyboardWire().feed(key_events(tap(2), 1.0) + lost, 1.0) == b"1" + SPOILT


@given(st.binary(max_size=400), st.integers(0, 400))
def test_no_bytes_break_it_and_cuts_do_not_matter(noise, cut):
    whole, pieces = KeyboardWire(), KeyboardWire()
    typed = pieces.feed(noise[:cut], 0.0) + pieces.feed(noise[cut:], 0.0)
    assert whole.feed(noise, 0.0) == typed


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EBUSY, "serial.held"),
        (errno.ENODEV, "serial.not_found"),
        (errno.EACCES, "serial.not_allowed"),
    ],
)
def test_a_keyboard_that_cannot_be_ours_is_said_by_its_code(tmp_path, number, code):
    SimulatedKeyboard(tmp_path / "event3")

    def fail(_):
        raise OSError(number, "no")

    with pytest.raises(Unavailable) as away:
        KeyLine(tmp_path / "event3", take=fail)
    assert away.value.code == code


def test_what_cannot_be_taken_hold_of_is_not_listened_to(tmp_path):
    # A pipe is no input device: the kernel itself refuses the grab.
    SimulatedKeyboard(tmp_path / "event3")
    with pytest.raises(Unavailable) as away:
        KeyLine(tmp_path / "event3", take=take_hold)
    assert away.value.code == "serial.not_a_port"
    with pytest.raises(Unavailable) as away:
        KeyLine(tmp_path / "event4")
    assert away.value.code == "serial.not_found"
