"""What is printed or shown of a visit, drawn from the books each time: nothing is kept twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from terminal.core import receipt_paper
from terminal.core.bill_views import Line
from terminal.core.charge import SettlementState
from terminal.core.faults import Refused
from terminal.core.money_views import Publicity
from terminal.core.papers import Paper, PaperKind, again, printed_before
from terminal.core.people import age_on, masked_id
from terminal.core.receipt import Occasion, ReceiptLine, receipt
from terminal.core.receipt_paper import Item, Receipted, Treated
from terminal.core.shares import Shares, added
from terminal.core.standing import Standing
from terminal.core.visit import VisitState
from terminal.store import Store
from terminal.store.papers import PaperAsked
from terminal.store.visits import Visit

_GENDERS = {"1": "男", "2": "女"}


@dataclass(frozen=True, slots=True)
class Books:
    """Whom to ask what stands on a paper."""

    clinic_name: str
    lines: Callable[[Visit], Sequence[Line]]
    """What is on the visit's bill."""
    next_due: Callable[[Visit], date | None]
    diagnosis_name: Callable[[str], str]
    slip: Callable[[Visit], tuple[str, ...]]
    """The lines of its numbered slip; empty where there is none."""
    publicity: Callable[[date], Publicity]


class Receipts:
    """Reads; writes nothing."""

    def __init__(self, store: Store, books: Books, now: Callable[[], datetime]) -> None:
        self._store = store
        self._books = books
        self._now = now

    def drawn(self, asked: PaperAsked) -> Paper:
        """A paper that waits, as the books have it now; marked where it was begun before.

        Raises Refused `paper.nothing_settled`, `visit.not_found`: not to be printed any more.
        """
        paper = self._drawn(asked)
        return again(paper) if asked.begun else paper

    def of_visit(self, visit_id: str, kind: PaperKind) -> Paper:
        """Its receipt or slip, or its set for an insurer.

        Raises Refused `paper.nothing_settled`, `visit.not_found`.
        """
        visit = self._store.visits.visit(visit_id)
        if kind is PaperKind.SET:
            return receipt_paper.insurers_set(self._told(visit), self._treated(visit))
        if slip := self._books.slip(visit):
            return Paper((receipt_paper.slip_part(slip),))
        return Paper((receipt_paper.receipt_part(self._told(visit)),))

    def on_screen(self, visit: Visit) -> tuple[str, ...]:
        """The receipt's lines for the screen; none while the visit is not settled."""
        if visit.state is not VisitState.SETTLED or visit.person_id is None:
            return ()
        told = self._told(visit)
        return receipt(told.occasion, told.lines, told.shares, told.setl_ids)

    def sample(self) -> Paper:
        """The test page."""
        return Paper((receipt_paper.sample_part(self._books.clinic_name, self._now()),))

    def _drawn(self, asked: PaperAsked) -> Paper:
        if asked.kind is PaperKind.PUBLICITY:
            sheet = self._books.publicity(asked.day or self._now().date())
            return Paper((receipt_paper.publicity_part(sheet),))
        if asked.kind is PaperKind.PADS:
            name = self._books.clinic_name
            return Paper(tuple(receipt_paper.pad_part(name, number) for number in asked.numbers))
        paper = self.of_visit(asked.visit_id, asked.kind)
        # A slip is no receipt: it is printed of what is not settled, and bears its own number.
        settled_at = self._store.visits.came_to(asked.visit_id, VisitState.SETTLED)
        times = 0 if settled_at is None else self._store.papers.earlier(asked, settled_at)
        return printed_before(paper, times) if times else paper

    def _told(self, visit: Visit) -> Receipted:
        person = self._store.people.person(visit.person_id or "")
        if visit.state is not VisitState.SETTLED or person is None:
            raise Refused("paper.nothing_settled")
        standing = [
            record
            for record in self._store.settlements.of_visit(visit.visit_id)
            if record.state is SettlementState.SETTLED
        ]
        paid = {record.category for record in standing}
        when = self._store.visits.came_to(visit.visit_id, VisitState.SETTLED)
        numbers = [(record.clearing or {}).get("invono", "") for record in standing]
        return Receipted(
            Occasion(
                self._books.clinic_name,
                person.name,
                self._stood_in(visit),
                when or visit.opened_at,
                self._books.next_due(visit),
                tuple(number for number in numbers if number),
                self._prescriptions(visit, paid),
            ),
            tuple(
                ReceiptLine(x.name, x.spec, x.quantity, x.unit, x.total, x.course_times)
                for x in self._books.lines(visit)
                if x.category in paid
            ),
            added(Shares.from_fen(record.settled) for record in standing if record.settled),
            tuple(record.setl_id for record in standing if record.setl_id),
        )

    def _prescriptions(self, visit: Visit, paid: Collection[str]) -> tuple[str, ...]:
        """Numbers of those that boxes of these categories were dispensed under."""
        lines = self._store.lines.of(visit.visit_id)
        return tuple(dict.fromkeys(x.rxno for x in lines if x.rxno and x.category in paid))

    def _treated(self, visit: Visit) -> Treated:
        person = self._store.people.person(visit.person_id or "")
        if person is None:
            raise Refused("paper.nothing_settled")
        kept = {line.number: line for line in self._store.lines.of(visit.visit_id)}
        items = tuple(
            Item(
                kept[x.number].item_code,
                x.name,
                x.spec,
                x.quantity,
                x.unit,
                x.price,
                x.total,
                drug=bool(kept[x.number].trace_code or kept[x.number].untraced),
                days=x.days,
            )
            for x in self._books.lines(visit)
            if x.number in kept
        )
        return Treated(
            name=person.name,
            masked_id=masked_id(person.id_number),
            gender=_GENDERS.get(person.gender, ""),
            age=age_on(person.born, visit.opened_at.date()),
            diagnosis_code=visit.diagnosis or "",
            diagnosis=self._books.diagnosis_name(visit.diagnosis) if visit.diagnosis else "",
            doctor=self._store.operators.doctor(visit.doctor_code).name,
            visited_at=visit.opened_at,
            items=items,
        )

    def _stood_in(self, visit: Visit) -> str:
        """Name of the holder, or of whoever was sent; empty where nobody stood in."""
        if visit.standing is Standing.ERRAND:
            sent = self._store.families.companion(visit.visit_id)
            return sent.name if sent else ""
        holder = None if visit.holder_id is None else self._store.people.person(visit.holder_id)
        return holder.name if holder else ""
