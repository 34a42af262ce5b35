"""Paper: asked for, begun, printed; whatever the printer does, the money stays as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from drivers.printer import Printer, Waits
from drivers.simulated.printer import PrinterFault, SimulatedPrinter
from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.core.papers import AGAIN, Paper
from terminal.core.visit import VisitState
from terminal.print_run import ASK_FROM, LOOK_EVERY_S, PrintRun
from terminal.printing import Printing
from terminal.receipts import Books, Receipts
from terminal.store.reading import ReadingDatabase
from tests.clinic import AMOXICILLIN, KEY, LI, PARACETAMOL, WANG, Clock, code
from tests.longer import longer
from tests.rooms import Rooms

DAY = date(2025, 9, 20)
MONEY = ("settlement", "settlement_step", "payment", "visit", "visit_step")
IN_MINUTES = (
    PrinterFault.PAPER_OUT,
    PrinterFault.PAPER_OUT_IN_MID_PRINT,
    PrinterFault.UNPLUGGED_IN_MID_PRINT,
)


class Paperwork:
    """A counter's rooms with a printer, and the printing without its thread."""

    def __init__(self, rooms: Rooms, printer: object, *, always: bool = False) -> None:
        self.rooms, self.said = rooms, list[str | None]()
        self.now_s = 0.0
        goods = rooms.goods_rooms
        books = Books(
            "演示村卫生室",
            goods.lines,
            goods.next_due,
            lambda code: f"诊断{code}",
            lambda visit: rooms.beside.of(visit, rooms.store.settlements.of_visit(visit.visit_id))[
                "slip"
            ],
            rooms.closing.publicity,
        )
        receipts = Receipts(rooms.store, books, rooms.clock)
        self.run = PrintRun(
            rooms.place,
            printer,  # type: ignore[arg-type]
            receipts,
            always=always,
            report=self.said.append,
            monotonic=lambda: self.now_s,
        )
        self.paper = Printing(rooms.place, receipts, self.run)

    def later(self) -> None:
        """The next look at the printer."""
        self.now_s += LOOK_EVERY_S
        self.run.attend()

    def money(self) -> str:
        """Everything that is written of settlements and payments, as one digest."""
        with closing(ReadingDatabase(self.rooms.path, KEY)) as book:
            rows = [
                [tuple(row) for row in book.rows(f"SELECT * FROM {table}")]  # noqa: S608 - ours.
                for table in MONEY
            ]
        return hashlib.sha256(repr(rows).encode()).hexdigest()


@pytest.fixture
def simulated(tmp_path: Path) -> Iterator[SimulatedPrinter]:
    with SimulatedPrinter(tmp_path / "lp0") as plugged_in:
        yield plugged_in


@pytest.fixture
def work(rooms: Callable[..., Rooms], simulated: SimulatedPrinter) -> Paperwork:
    return Paperwork(rooms(), Printer(simulated.target, 80, Waits(1.5, 2.0)))


def settled(rooms: Rooms, person: str = WANG, serial: int = 1) -> str:
    visit_id = rooms.priced(person, code(PARACETAMOL, serial))
    rooms.confirm(visit_id)
    assert rooms.state(visit_id) is VisitState.SETTLED
    rooms.reception.leave(visit_id)
    return visit_id


def test_a_receipt_has_every_amount_and_nobody_in_full(
    work: Paperwork, simulated: SimulatedPrinter
) -> None:
    visit_id = settled(work.rooms)
    work.paper.print_receipt(visit_id)
    work.run.attend()
    (printed,) = simulated.papers
    record = work.rooms.record(visit_id)
    assert record.setl_id is not None
    assert record.setl_id in printed
    own = record.settled["own"] if record.settled else 0
    assert f"￥{own // 100}.{own % 100:02}" in printed
    person = work.rooms.store.people.person(work.rooms.store.visits.visit(visit_id).person_id or "")
    assert person is not None
    assert person.name not in printed
    assert work.paper.view().waiting == 0


def test_the_insurers_set_is_three_papers_in_one_print(
    work: Paperwork, simulated: SimulatedPrinter
) -> None:
    visit_id = settled(work.rooms)
    work.paper.print_set(visit_id)
    work.run.attend()
    assert [
        next(word for word in ("医保结算单", "门诊费用清单", "诊断与处方") if word in each)
        for each in simulated.papers
    ] == ["医保结算单", "门诊费用清单", "诊断与处方"]


@pytest.mark.parametrize("fault", longer(PrinterFault, IN_MINUTES))
def test_whatever_the_printer_does_the_money_stays_and_the_paper_comes_once_it_is_well(
    work: Paperwork, simulated: SimulatedPrinter, fault: PrinterFault
) -> None:
    visit_id = settled(work.rooms)
    work.later()  # It has answered once.
    before = work.money()
    simulated.plant(fault)
    work.paper.print_set(visit_id)
    work.run.attend()
    assert work.money() == before
    stuck = work.paper.view()
    simulated.mend()
    work.later()
    assert work.money() == before
    assert work.paper.view().waiting == 0
    assert work.paper.view().away is None
    assert "诊断与处方" in simulated.papers[-1]
    if fault in (PrinterFault.PAPER_OUT_IN_MID_PRINT, PrinterFault.UNPLUGGED_IN_MID_PRINT):
        assert stuck.waiting == 1
        assert AGAIN in simulated.papers[-1]
    if fault in (PrinterFault.PAPER_OUT, PrinterFault.COVER_OPEN):
        assert stuck.away == f"printer.{fault}"
        assert AGAIN not in simulated.papers[-1]


def test_a_printer_is_said_lost_once_and_back_once(
    work: Paperwork, simulated: SimulatedPrinter
) -> None:
    work.later()
    simulated.unplug()
    for _ in range(20):
        work.later()
    simulated.replug()
    for _ in range(3):
        work.later()
    assert work.said == ["printer.away", None]


def test_what_waits_outlives_a_restart_and_half_a_paper_comes_again_with_a_mark(
    rooms: Callable[..., Rooms], simulated: SimulatedPrinter
) -> None:
    class CutOff:
        """Power fails while it prints."""

        def check(self) -> None: ...

        def print_paper(self, paper: Paper) -> None:
            raise PowerCutError

    first = Paperwork(rooms(), CutOff())
    visit_id = settled(first.rooms)
    first.paper.print_receipt(visit_id)
    with pytest.raises(PowerCutError):
        first.run.attend()
    second = Paperwork(rooms(), Printer(simulated.target, 58))
    second.run.attend()
    (printed,) = simulated.papers
    assert AGAIN in printed
    assert second.paper.view().waiting == 0


def test_a_receipt_that_is_printed_again_says_so_with_its_number(
    work: Paperwork, simulated: SimulatedPrinter
) -> None:
    visit_id = settled(work.rooms)
    for _ in range(3):
        work.paper.print_receipt(visit_id)
        work.later()
    work.paper.print_set(visit_id)
    work.later()
    first, second, third, *of_set = simulated.papers
    assert "补打" not in first
    assert "补打 第1次" in second
    assert "补打 第2次" in third
    assert not any("补打" in part for part in of_set), "a set is another paper"


def test_a_slip_that_was_printed_is_no_first_print_of_the_receipt(
    work: Paperwork, simulated: SimulatedPrinter, province: SandboxProvince, clock: Clock
) -> None:
    visit_id = work.rooms.priced(WANG, code(PARACETAMOL, 1))
    province.faults.plant("lost_after_commit", "2207A")
    work.rooms.confirm(visit_id)
    work.paper.print_receipt(visit_id)
    work.later()
    clock.now += timedelta(minutes=2)
    work.rooms.till.ask_now()
    assert work.rooms.state(visit_id) is VisitState.SETTLED
    work.paper.print_receipt(visit_id)
    work.later()
    slip, receipt = simulated.papers
    assert "凭条号" in slip
    assert "补打" not in receipt


class PowerCutError(BaseException):
    """Not an Exception, so that no handler can survive it."""


def test_a_paper_that_always_stops_the_printer_is_given_up(rooms: Callable[..., Rooms]) -> None:
    class Jams:
        """Well until it prints."""

        printed = 0

        def check(self) -> None: ...

        def print_paper(self, paper: Paper) -> None:
            self.printed += 1
            raise _jam()

    jams = Jams()
    work = Paperwork(rooms(), jams)
    work.paper.print_receipt(settled(work.rooms))
    for _ in range(10):
        work.later()
    assert jams.printed == 3
    assert work.paper.view().waiting == 0


def _jam() -> Fault:
    return Uncertain("printer.jammed")


def test_more_than_twenty_that_waited_are_not_printed_before_somebody_says_so(
    work: Paperwork, simulated: SimulatedPrinter
) -> None:
    for number in range(ASK_FROM + 1):
        work.paper.print_publicity(date(2025, 8, number + 1))
    work.later()
    assert simulated.papers == ()
    assert work.paper.view().asks
    work.paper.print_waiting()
    work.run.attend()
    assert len(simulated.papers) == ASK_FROM + 1
    assert not work.paper.view().asks


def test_the_same_paper_does_not_wait_twice(work: Paperwork, simulated: SimulatedPrinter) -> None:
    visit_id = settled(work.rooms)
    simulated.plant(PrinterFault.PAPER_OUT)
    for _ in range(3):
        work.paper.print_receipt(visit_id)
    assert work.paper.view().waiting == 1
    work.paper.drop_waiting()
    assert work.paper.view().waiting == 0


def test_each_settled_visit_prints_by_itself_once_and_none_from_before(
    rooms: Callable[..., Rooms], simulated: SimulatedPrinter
) -> None:
    printer = Printer(simulated.target, 80)
    asked = Paperwork(rooms(), printer)
    settled(asked.rooms)
    asked.rooms.clock.now = asked.rooms.clock.now.replace(hour=10)
    always = Paperwork(rooms(), printer, always=True)
    always.later()
    assert simulated.papers == ()
    always.rooms.clock.now = always.rooms.clock.now.replace(hour=11)
    settled(always.rooms, LI, 2)
    always.later()
    again = Paperwork(rooms(), printer, always=True)
    again.later()
    assert len(simulated.papers) == 1


def test_what_a_resident_asked_is_written_down_nowhere_and_never_waits(
    work: Paperwork, simulated: SimulatedPrinter
) -> None:
    work.paper.print_text("我的医保", ("王*国", "今年已用 405.68"))
    assert work.paper.view().waiting == 0
    work.run.attend()
    assert "405.68" in simulated.papers[0]
    simulated.plant(PrinterFault.COVER_OPEN)
    work.later()
    with pytest.raises(Unavailable, match=r"printer\.cover_open"):
        work.paper.print_text("我的医保", ("王*国",))


def test_without_a_printer_it_is_refused_and_the_pdf_is_there(
    rooms: Callable[..., Rooms],
) -> None:
    work = Paperwork(rooms(), None)
    visit_id = settled(work.rooms)
    for wanted in (
        lambda: work.paper.print_receipt(visit_id),
        lambda: work.paper.print_pads(3),
        work.paper.print_test,
    ):
        with pytest.raises(Refused, match=r"printer\.none"):
            wanted()
    assert work.paper.pdf(visit_id, "set").count(b"/Type /Page\n") == 3
    assert b"419.53 595.28" in work.paper.pdf(visit_id, "receipt")
    with pytest.raises(Refused, match=r"paper\.no_such_kind"):
        work.paper.pdf(visit_id, "publicity")


def test_nothing_is_printed_of_a_visit_that_settled_nothing(work: Paperwork) -> None:
    visit_id = work.rooms.priced(WANG, code(AMOXICILLIN, 7))
    with pytest.raises(Refused, match=r"paper\.nothing_settled"):
        work.paper.print_receipt(visit_id)


def test_each_number_of_the_pad_is_entered_once_and_a_missing_one_is_told(
    work: Paperwork, simulated: SimulatedPrinter, clock: Clock
) -> None:
    work.paper.print_pads(4)
    work.run.attend()
    printed = simulated.papers
    assert [f"第 {n:05} 号" in each for n, each in enumerate(printed, 1)] == [True] * 4
    first = work.rooms.traced(WANG, code(PARACETAMOL, 1))
    for wrong, number in (("pad.unknown", 5), ("pad.unknown", 0)):
        with pytest.raises(Refused, match=wrong):
            work.paper.enter_pad(first, number)
    work.paper.enter_pad(first, 3)
    with pytest.raises(Refused, match=r"pad\.visit_has_one"):
        work.paper.enter_pad(first, 2)
    with pytest.raises(Refused, match=r"pad\.entered_already"):
        work.paper.spoil_pad(3, "写坏了")
    assert work.paper.missing_pads() == (1, 2)
    work.paper.spoil_pad(1, "写坏了")
    assert work.paper.missing_pads() == (2,)
    work.rooms.reception.set_aside(first)
    second = work.rooms.traced(LI, code(PARACETAMOL, 2))
    with pytest.raises(Refused, match=r"visit\.other_on_counter"):
        work.paper.enter_pad(first, 3)
    for wrong, number in (("pad.entered_already", 3), ("pad.spoilt", 1)):
        with pytest.raises(Refused, match=wrong):
            work.paper.enter_pad(second, number)
    work.paper.enter_pad(second, 2)
    assert work.paper.missing_pads() == ()
    assert [slip.number for slip in work.paper.pads()] == [1, 2, 3, 4]


def test_slips_that_were_never_printed_are_spoilt_when_they_are_dropped(
    work: Paperwork, simulated: SimulatedPrinter
) -> None:
    simulated.plant(PrinterFault.PAPER_OUT)
    work.paper.print_pads(2)
    work.later()
    work.paper.drop_waiting()
    assert [bool(slip.spoilt_at) for slip in work.paper.pads()] == [True, True]


class AskedWhileLooking:
    """A printer that is asked for a paper just while it is looked at."""

    def __init__(self) -> None:
        self.ask: Callable[[], None] = lambda: None
        self.papers: list[Paper] = []

    def check(self) -> None:
        ask, self.ask = self.ask, lambda: None
        ask()

    def print_paper(self, paper: Paper) -> None:
        self.papers.append(paper)


def test_a_paper_asked_for_while_the_printer_is_looked_at_is_printed_at_once(
    rooms: Callable[..., Rooms],
) -> None:
    printer = AskedWhileLooking()
    work = Paperwork(rooms(), printer)
    printer.ask = lambda: work.paper.print_publicity(DAY)
    work.run.attend()
    work.run.attend()
    assert len(printer.papers) == 1


def test_the_thread_prints_what_is_asked_for(
    rooms: Callable[..., Rooms], simulated: SimulatedPrinter
) -> None:
    work = Paperwork(rooms(), Printer(simulated.target, 80))
    work.run.start()
    try:
        work.paper.print_publicity(DAY)
        assert simulated.wait_for(1)
    finally:
        work.run.stop(5.0)
