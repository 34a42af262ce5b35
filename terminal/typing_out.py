"""Typing numbers into the record system: the intent first, then the keys, then what came of it."""

from __future__ import annotations

from terminal.board import Workplace
from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.core.record_views import TypedView, What
from terminal.core.visit import VisitState
from terminal.ports import Typist
from terminal.store.handed_over import Typed
from terminal.store.visits import Visit

_MAY_TYPE = (VisitState.IDENTIFIED, VisitState.TRACED, VisitState.HANDED_OVER)
"""The person is confirmed, and nothing is settled yet."""


class TypingOut:
    """Types what the doctor asks for, one number a line."""

    def __init__(self, workplace: Workplace, typist: Typist | None) -> None:
        """`typist`: None where no keyboard into the record system is fitted."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._errands = workplace.errands
        self._doctor = workplace.doctor
        self._now = workplace.now
        self._typist = typist
        self._away: str | None = None

    @property
    def is_fitted(self) -> bool:
        """Whether there is a keyboard into the record system at all."""
        return self._typist is not None

    @property
    def away(self) -> str | None:
        """Code of what was wrong with the keyboard when it was last used."""
        return self._away

    def type_out(self, visit_id: str, what: What) -> None:
        """Type the ID number of whom the visit is for, or every trace code of its bill, in
        the bill's order, a box's code once a line; whatever has the cursor there gets it.

        Raises Refused `visit.other_on_counter`, `visit.no_such_step`, `typing.nothing`,
        `typing.busy`, Unavailable `typing.away` where none is fitted. What happens to the
        keys is told beside the visit.
        """
        name = f"typing:{visit_id}"
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            if name in self._errands.under_way():
                raise Refused("typing.busy")  # Another tap would type it twice.
            if self._typist is None:
                raise Unavailable("typing.away", port="")
            self._texts(visit_id, what)
            self._counter.notices.pop(visit_id, None)
            doctor = self._doctor()
            self._errands.hand_over(name, lambda: self._type(visit_id, what, doctor))
        self._board.publish()

    def typed(self, visit: Visit) -> tuple[TypedView, ...]:
        """What was typed of a visit, oldest first."""
        busy = f"typing:{visit.visit_id}" in self._errands.under_way()
        rows = self._store.handed_over.typed(visit.visit_id)
        return tuple(
            _view(each, under_way=busy and place == len(rows))
            for place, each in enumerate(rows, start=1)
        )

    def _type(self, visit_id: str, what: What, doctor: str) -> None:
        if self._typist is None:
            return
        with self._counter.lock:  # Another person may stand here by now.
            self._counter.on_counter(visit_id)
            texts = self._texts(visit_id, what)
        book = self._store.handed_over
        number = book.typing_begins(visit_id, what, len(texts), self._now(), doctor)
        typed = 0
        try:
            for text in texts:
                self._typist.type_line(text)
                typed += 1
        except Fault as fault:
            self._away = "typing.away" if isinstance(fault, Unavailable) else None
            if typed and isinstance(fault, Unavailable):  # Of this line no key, of others all.
                raise Uncertain("typing.cut", done=typed, of=len(texts)) from fault
            raise
        else:
            self._away = None
        finally:
            book.typing_ends(number, typed, self._now())

    def _texts(self, visit_id: str, what: What) -> list[str]:
        visit = self._store.visits.visit(visit_id)
        if visit.state not in _MAY_TYPE:
            raise Refused("visit.no_such_step", state=visit.state.value, event="type_out")
        if what is What.ID_NUMBER:
            person = self._store.people.person(visit.person_id or "")
            texts = [person.id_number] if person is not None else []
        else:
            lines = self._store.lines.of(visit_id)
            texts = [line.trace_code for line in lines if line.trace_code]
        if not texts:
            raise Refused("typing.nothing")
        return texts


def _view(typed: Typed, *, under_way: bool) -> TypedView:
    whole: bool | None = typed.ended_at is not None and typed.typed == typed.wanted
    if typed.ended_at is None and under_way:
        whole = None
    return TypedView(typed.what, typed.begun_at, typed.typed, typed.wanted, whole)
