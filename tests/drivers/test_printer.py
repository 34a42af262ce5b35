"""The receipt printer on a pseudo-terminal and over TCP: what it printed, and what it said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer import Printer, Waits
from drivers.simulated.printer import PrinterFault, SimulatedPrinter
from drivers.wire.escpos import encoded
from drivers.wire.escpos_status import answer_to_asking, done
from terminal.core.faults import Unavailable, Uncertain
from terminal.core.papers import COLUMNS, RULE, Paper, PaperLine, Style
from tests.longer import longer

QUICK = Waits(answer_s=1.5, done_s=2.0)
SAID = {
    PrinterFault.PAPER_OUT: "printer.paper_out",
    PrinterFault.COVER_OPEN: "printer.cover_open",
    PrinterFault.JAMMED: "printer.jammed",
    PrinterFault.MUTE: "printer.not_answering",
    PrinterFault.GARBAGE_STATUS: "printer.not_answering",
}
PAPER = Paper(
    (
        (
            PaperLine("演示村卫生室", style=Style.TITLE),
            RULE,
            PaperLine("苯磺酸氨氯地平片 5mg×28片", "26.34"),
            PaperLine("个人负担", "¥7.90", Style.LARGE),
            PaperLine("有疑问请问医生"),
        ),
    )
)


@pytest.fixture(params=["pty", "tcp"])
def simulated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter(tmp_path / "lp0" if request.param == "pty" else None) as plugged_in:
        yield plugged_in


@pytest.mark.parametrize("paper_mm", [58, 80])
def test_what_is_printed_is_what_was_asked_for_and_no_wider_than_the_paper(
    simulated: SimulatedPrinter, paper_mm: int
) -> None:
    Printer(simulated.target, paper_mm).print_paper(PAPER)
    (printed,) = simulated.papers
    lines = printed.rstrip("\n").split("\n")
    assert [line.split()[-1] for line in lines] == [
        "演示村卫生室", "-" * COLUMNS[paper_mm], "26.34", "￥7.90", "有疑问请问医生",
    ]  # fmt: skip
    assert all(len(line.encode("gb18030")) <= COLUMNS[paper_mm] for line in lines)


@pytest.mark.parametrize("fault", longer(SAID, [PrinterFault.PAPER_OUT, PrinterFault.COVER_OPEN]))
def test_a_printer_that_says_it_cannot_is_sent_nothing(
    simulated: SimulatedPrinter, fault: PrinterFault
) -> None:
    printer = Printer(simulated.target, 80, QUICK)
    printer.check()
    simulated.plant(fault)
    with pytest.raises(Unavailable) as said:
        printer.print_paper(PAPER)
    assert said.value.code == SAID[fault]
    simulated.mend()
    printer.print_paper(PAPER)
    assert len(simulated.papers) == 1


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (PrinterFault.PAPER_OUT_IN_MID_PRINT, "printer.paper_out"),
        (PrinterFault.UNPLUGGED_IN_MID_PRINT, "printer.away"),
    ],
)
def test_what_stopped_in_the_middle_is_uncertain(
    simulated: SimulatedPrinter, fault: PrinterFault, code: str
) -> None:
    printer = Printer(simulated.target, 80, QUICK)
    simulated.plant(fault)
    with pytest.raises(Uncertain) as said:
        printer.print_paper(PAPER)
    assert said.value.code == code
    assert simulated.papers == ()


@pytest.mark.parametrize(
    "fault",
    longer(
        [PrinterFault.SLOW, PrinterFault.MUTE, PrinterFault.NO_GS_R],
        [PrinterFault.SLOW, PrinterFault.MUTE],
    ),
)
def test_a_slow_or_a_mute_printer_prints_all_the_same(
    simulated: SimulatedPrinter, fault: PrinterFault
) -> None:
    simulated.plant(fault)
    Printer(simulated.target, 80, QUICK).print_paper(PAPER)
    assert simulated.wait_for(1)


def test_a_printer_that_is_not_there_is_away(tmp_path: Path) -> None:
    for target in (str(tmp_path / "none"), "tcp:127.0.0.1:1", "tcp:127.0.0.1:x"):
        with pytest.raises(Unavailable, match=r"printer\.away"):
            Printer(target, 80).check()


def test_a_rare_name_is_drawn_and_without_the_font_marked() -> None:
    rare = Paper(((PaperLine("欧阳𬱖娜", "7.90"),),))
    assert b"\x1dv0\x00" + (48).to_bytes(2, "little") in encoded(rare, 58)
    marked = encoded(rare, 58, fonts=())
    assert "欧阳〓娜".encode("gb18030") in marked
    assert b"\x1dv0" not in marked


def test_no_yuan_sign_is_sent_that_printers_lack() -> None:
    assert "￥7.90".encode("gb18030") in encoded(PAPER, 58)
    assert "¥".encode("gb18030") not in encoded(PAPER, 58)


@given(st.text(), st.text(max_size=12))
def test_no_name_can_give_the_printer_an_order(left: str, right: str) -> None:
    plain = Paper(((PaperLine("", ""),),))
    orders = sum(encoded(plain, 58, fonts=()).count(each) for each in (b"\x1d", b"\x10"))
    rows = encoded(Paper(((PaperLine(left, right),),)), 58, fonts=())
    assert sum(rows.count(each) for each in (b"\x1d", b"\x10")) == orders


@given(st.binary())
def test_no_answer_of_a_printer_breaks_it_and_none_is_taken_for_two(data: bytes) -> None:
    answer = answer_to_asking(data)
    assert answer is None or not done(bytes((answer,)))
