import errno
import os
import string
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.keys_out import GadgetKeys, OwnKeys
from drivers.simulated.typist import RecordPc, ReportReader, TypingFault
from drivers.typist import Typist
from drivers.wire.keyboard import EVENT, KeyboardWire
from drivers.wire.keyboard_out import RELEASED, SIGNS_MAX, events, events_released, reports
from terminal.core.faults import Refused, Unavailable, Uncertain

CERTNO = "99010119570203123X"
BOX = "83857930000879766660"
GS1 = "(01)06901234567892(21)aZ%7/q?"
TYPED = st.text(string.ascii_letters + string.digits + string.punctuation + " ", min_size=1,
                max_size=SIGNS_MAX)  # fmt: skip
ENDS = {"enter": "\n", "tab": "\t", "nothing": ""}
PATIENCE_S = 60.0
NO_GADGETS = Path("/nonexistent")


def read_until(pc, ends):
    """What the PC has read, as soon as it ends so."""
    with pc.changed:
        pc.changed.wait_for(lambda: pc.typed().endswith(ends), PATIENCE_S)
    return pc.typed()


class EndpointKeys(GadgetKeys):
    """Has room for one report, as an endpoint does: done when the host took it, or never will."""

    def __init__(self, port, pc):
        super().__init__(port, stall_s=0.1, gadgets=NO_GADGETS)
        self.pc, self.wrote = pc, 0

    def put(self, beat):
        super().put(beat)
        self.wrote += 1
        with self.pc.changed:
            self.pc.changed.wait_for(lambda: self.pc.reports >= self.wrote, 0.1)


def typist(port, ends_with="enter", stall_s=5.0):
    keys = GadgetKeys(port, stall_s=stall_s, gadgets=NO_GADGETS)
    return Typist(str(port), ends_with, 1, keys)


@given(TYPED, st.sampled_from(sorted(ENDS)))
def test_a_pc_reads_from_the_reports_what_was_written(text, ends_with):
    reader = ReportReader()
    assert reader.feed(b"".join(reports(text, ends_with))) == text + ENDS[ends_with]
    assert not reader.down


@given(TYPED, st.sampled_from(sorted(ENDS)))
def test_our_own_wire_reads_from_the_events_what_was_written(text, ends_with):
    heard = KeyboardWire().feed(b"".join(events(text, ends_with)), now_s=0.0)
    assert heard.decode() == text + ENDS[ends_with].replace("\n", "\r")


@given(TYPED, st.integers(0, 2 * SIGNS_MAX + 2))
def test_no_key_stays_down_wherever_the_line_is_cut(text, at):
    reader, beats = ReportReader(), reports(text, "enter")
    reader.feed(b"".join(beats[:at]) + RELEASED)
    assert not reader.down
    down = set()
    for _, _, kind, code, value in EVENT.iter_unpack(
        b"".join(events(text, "enter")[:at]) + events_released()
    ):
        if kind == 1:
            (down.add if value else down.discard)(code)
    assert not down


@pytest.mark.parametrize(
    "text", ["", "1" * (SIGNS_MAX + 1), "0106901\x1d10", "电子", "１２", "1\n"]
)
def test_what_no_key_types_is_refused_before_the_first_and_is_not_told(text, tmp_path):
    with RecordPc(tmp_path / "hidg0") as pc:
        with pytest.raises(Refused) as refused:
            typist(tmp_path / "hidg0").type_line(text)
        assert pc.typed() == ""
    assert refused.value.code == "typing.cannot"
    assert not text or text not in str(refused.value)


def test_lines_arrive_whole_and_in_order_at_a_pc_that_listens(tmp_path):
    with RecordPc(tmp_path / "hidg0") as pc:
        hand = typist(tmp_path / "hidg0")
        for text in (CERTNO, BOX, GS1):
            hand.type_line(text)
        hand.close()
        assert read_until(pc, GS1 + "\n") == f"{CERTNO}\n{BOX}\n{GS1}\n"
        assert not pc.reader.down


def test_two_who_type_at_once_do_not_mix_their_digits(tmp_path):
    with RecordPc(tmp_path / "hidg0") as pc:
        hand = typist(tmp_path / "hidg0", "tab")
        others = [threading.Thread(target=hand.type_line, args=(str(n) * 18,)) for n in range(4)]
        for each in others:
            each.start()
        for each in others:
            each.join()
        hand.type_line("end")
        lines = read_until(pc, "end\t").split("\t")
    assert sorted(lines) == ["", *sorted(str(n) * 18 for n in range(4)), "end"]


@pytest.mark.parametrize("host", ["none", "stands"])
def test_without_a_host_that_takes_it_not_a_key_is_pressed(host, tmp_path):
    port = tmp_path / "hidg0"
    pc = RecordPc(port, TypingFault.STANDS) if host == "stands" else None
    hand = typist(port, stall_s=0.05)
    assert hand.away() == "typing.away"
    with pytest.raises(Unavailable) as away:
        hand.type_line(CERTNO)
    assert away.value.code == "typing.away"
    if pc is not None:
        assert pc.typed() == ""
        pc.close()


@pytest.mark.parametrize("fault", [TypingFault.GONE_IN_MID_LINE, TypingFault.STANDS_IN_MID_LINE])
def test_a_host_that_goes_in_the_middle_leaves_the_line_uncertain(fault, tmp_path):
    with RecordPc(tmp_path / "hidg0", fault) as pc:
        hand = Typist("/dev/hidg0", "enter", 1, EndpointKeys(tmp_path / "hidg0", pc))
        with pytest.raises(Uncertain) as cut:
            hand.type_line(GS1 * 4)
        assert cut.value.code == "typing.cut"
        assert GS1 not in str(cut.value)
        assert 0 < len(pc.typed()) < len(GS1)
        assert GS1.startswith(pc.typed())


def test_a_port_that_no_host_has_set_up_is_away_and_is_well_when_one_has(tmp_path):
    state = tmp_path / "udc/dwc2/state"
    state.parent.mkdir(parents=True)
    state.write_text("not attached\n")
    with RecordPc(tmp_path / "hidg0"):
        keys = GadgetKeys(tmp_path / "hidg0", gadgets=tmp_path / "udc")
        hand = Typist("/dev/hidg0", "enter", 1, keys)
        assert hand.away() == "typing.away"
        state.write_text("configured\n")
        assert hand.away() is None


def test_a_keyboard_of_our_own_types_events_and_is_made_once(tmp_path):
    port, made = tmp_path / "uinput", []
    os.mkfifo(port)
    end = os.open(port, os.O_RDONLY | os.O_NONBLOCK)
    hand = Typist("uinput", "enter", 1, OwnKeys(port, create=made.append, found_after_s=0.0))
    assert hand.away() is None
    hand.type_line(CERTNO)
    hand.type_line(BOX)
    assert len(made) == 1
    heard = KeyboardWire().feed(os.read(end, 65536), now_s=0.0)
    assert heard.decode() == f"{CERTNO}\r{BOX}\r"
    os.close(end)
    with pytest.raises(Unavailable):
        hand.type_line(BOX)


def test_a_machine_without_uinput_says_that_nobody_types(tmp_path):
    hand = Typist("uinput", "enter", 1, OwnKeys(tmp_path / "none"))
    assert hand.away() == "typing.away"

    def forbidden(_: int) -> None:
        raise OSError(errno.EPERM, "not allowed")

    (tmp_path / "uinput").touch()
    refused = OwnKeys(tmp_path / "uinput", create=forbidden)
    assert Typist("uinput", "enter", 1, refused).away() == "typing.away"


class PowerCut(BaseException):
    """Not an Exception, so that no handler can survive it."""


class CutKeys(GadgetKeys):
    """Is broken off by something that is no fault of the host's, with a key down."""

    def put(self, beat: bytes) -> None:
        super().put(beat)
        if beat != RELEASED:
            raise PowerCut


def test_a_key_is_let_go_whatever_breaks_the_line_off(tmp_path):
    with RecordPc(tmp_path / "hidg0") as pc:
        keys = CutKeys(tmp_path / "hidg0", gadgets=NO_GADGETS)
        with pytest.raises(PowerCut):
            Typist("/dev/hidg0", "enter", 1, keys).type_line("7")
        with pc.changed:
            # Nothing is pressed; 7 is; nothing is.
            assert pc.changed.wait_for(lambda: pc.reports >= 3, PATIENCE_S)
        assert pc.typed() == "7"
        assert not pc.reader.down
