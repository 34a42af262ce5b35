"""The doctor's verbs where the clinic's record system settles.

This terminal knows who it is and which boxes went out; the record system settles, and what
it settled is learnt from the province. A visit that was handed over is never charged here,
whatever the setting says later: it is found settled there, or taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from terminal.board import Workplace
from terminal.charged_before import ChargedBefore
from terminal.core.faults import Fault, Refused
from terminal.core.money import Money, total
from terminal.core.record_system import ThereTold
from terminal.core.record_views import HandedView, SettledThere, What
from terminal.core.visit import VisitEvent, VisitState, advance
from terminal.found_there import FoundThere
from terminal.ports import Typist
from terminal.province.session import Session
from terminal.store.handed_over import Claim
from terminal.store.visits import Visit
from terminal.typing_out import TypingOut

_THERE = (VisitState.HANDED_OVER, VisitState.SETTLED_THERE)


@dataclass(frozen=True, slots=True)
class Handlers:
    """Whom handing over asks and tells."""

    refuse_open: Callable[[str], None]
    """Raises while a warning about this visit stands open."""
    changed: Callable[[str], None]
    """Told a visit that was taken back: its price may be wanted."""
    before: ChargedBefore
    """Whether a charge of ours for this person may stand."""


class HandingOver:
    """Hands visits over, and learns what became of them."""

    def __init__(
        self,
        workplace: Workplace,
        session: Session,
        med_types: Collection[str],
        typist: Typist | None,
        rest: Handlers,
    ) -> None:
        """`med_types`: the region's, of every kind of settlement; `typist`: None where no
        keyboard into the record system is fitted."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._errands = workplace.errands
        self._doctor = workplace.doctor
        self._now = workplace.now
        self._session = session
        self._rest = rest
        self._before = rest.before
        self._typing = TypingOut(workplace, typist)
        self.finding = FoundThere(workplace.store, session, med_types, workplace.now)
        """A teller of the rounds: asks about what is handed over."""

    def take_up(self) -> None:
        """At the start, after the setting changed: what was priced here and not agreed to goes
        back to its boxes, to be handed over; the record system reckons its own amount."""
        if not self.record_settles:
            return
        for visit in self._store.visits.unfinished():
            if visit.state in (VisitState.PRICED, VisitState.ESTIMATED):
                with self._store.transaction():
                    self._store.visits.record(visit.visit_id, VisitEvent.REOPENED, self._now())
                    self._store.visits.raise_revision(visit.visit_id)

    @property
    def record_settles(self) -> bool:
        """Whether the clinic's record system settles, and not this terminal."""
        return not self._session.settles

    def type_out(self, visit_id: str, what: What) -> None:
        """Type the ID number, or all trace codes, into whatever has the record system's focus.

        Raises Refused `handed.terminal_settles`, and as typing_out.TypingOut.type_out does.
        """
        self._refuse_unless_there()
        self._typing.type_out(visit_id, what)

    def hand_over(self, visit_id: str) -> None:
        """Everything is scanned: the record system settles it now; the boxes stay with it.

        Where a charge of this person was sent before and refused, the province is asked first
        whether it stands, and the visit goes when that is answered.

        Raises Refused `handed.terminal_settles`, `visit.other_on_counter`,
        `visit.no_such_step`, `settlement.settled_elsewhere` while the doctor has not judged
        another charge of ours that is or may be made, and what stands open of the warnings.
        """
        self._refuse_unless_there()
        try:
            with self._counter.lock:
                visit = self._may_go(visit_id)
                self._counter.notices.pop(visit_id, None)
                self._before.refuse_unjudged(visit)
                if self._before.any_refused(visit):
                    name = f"asking_there:{visit_id}"
                    self._errands.hand_over(name, lambda: self._ask_before(visit))
                else:
                    self._go(visit_id)
        finally:
            self._board.publish()  # What has to be judged first shows as well.

    def _may_go(self, visit_id: str) -> Visit:
        """The caller holds the lock."""
        self._counter.on_counter(visit_id)
        visit = self._store.visits.visit(visit_id)
        advance(visit.state, VisitEvent.HANDED_OVER)
        self._rest.refuse_open(visit_id)
        return visit

    def _ask_before(self, visit: Visit) -> None:
        """Hand over, when nothing of ours stands, what the doctor saw when they tapped."""
        self._before.ask(visit)
        with self._counter.lock:
            if self._may_go(visit.visit_id).revision == visit.revision:
                self._go(visit.visit_id)

    def _go(self, visit_id: str) -> None:
        with self._store.transaction():
            visit = self._store.visits.visit(visit_id)
            facts = {"revision": visit.revision, "total_fen": self._total(visit_id).fen}
            self._store.visits.record(visit_id, VisitEvent.HANDED_OVER, self._now(), facts=facts)
            self._counter.notices.pop(visit_id, None)
            self._counter.scan = None

    def take_back(self, visit_id: str) -> None:
        """It was not settled there: back to the boxes, to be changed, left, or handed over anew.

        Raises Refused `visit.other_on_counter`, `visit.no_such_step`.
        """
        with self._counter.lock, self._store.transaction():
            self._counter.on_counter(visit_id)
            self._store.visits.record(visit_id, VisitEvent.TAKEN_BACK, self._now())
            self._counter.notices.pop(visit_id, None)
        self._rest.changed(visit_id)
        self._board.publish()

    def ask_now(self, visit_id: str) -> None:
        """Ask the province at once; what it says appears beside the visit.

        Raises Refused `visit.other_on_counter`, `visit.no_such_step`.
        """
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            state = self._store.visits.visit(visit_id).state
            if state not in _THERE:
                raise Refused("visit.no_such_step", state=state.value, event="ask_now")
            self._counter.notices.pop(visit_id, None)
            self._errands.hand_over(f"asking_there:{visit_id}", lambda: self._ask(visit_id))
        self._board.publish()

    def choose(self, visit_id: str, setl_id: str) -> None:
        """The doctor says: this settlement is this visit's. A second one may be added.

        Raises Refused `handed.not_told` for one that is not among those found,
        `handed.of_another_visit`, `visit.other_on_counter`, `visit.no_such_step`.
        """
        with self._counter.lock, self._store.transaction():
            self._counter.on_counter(visit_id)
            visit = self._store.visits.visit(visit_id)
            if visit.state not in _THERE:
                raise Refused("visit.no_such_step", state=visit.state.value, event="choose")
            if self._store.handed_over.holders([setl_id]).get(setl_id, visit_id) != visit_id:
                raise Refused("handed.of_another_visit")
            found = {each.setl_id: each for each in self.finding.candidates(visit)}
            if setl_id not in found:
                raise Refused("handed.not_told")
            self.finding.take(visit_id, found[setl_id], self._doctor())
            self._counter.notices.pop(visit_id, None)
        self._board.publish()

    def undo_choice(self, visit_id: str, setl_id: str) -> None:
        """The doctor says: it was not this visit's. Then nothing is taken for it by itself.

        Raises Refused `handed.not_told` for one that is not held to be this visit's,
        `visit.other_on_counter`, `visit.no_such_step`.
        """
        with self._counter.lock, self._store.transaction():
            self._counter.on_counter(visit_id)
            self.finding.let_go(visit_id, setl_id, self._doctor())
            self._counter.notices.pop(visit_id, None)
        self._board.publish()

    def view(self, visit: Visit) -> HandedView | None:
        """What of this visit lies with the record system; None where it has no part in it."""
        if not self.record_settles and visit.state not in _THERE:
            return None
        whole = self._total(visit.visit_id)
        claims = self._store.handed_over.of_visit(visit.visit_id)
        ours = {each.told.setl_id for each in claims}
        others = [each for each in self._candidates(visit) if each.setl_id not in ours]
        return HandedView(
            may_type=self._typing.is_fitted and self.record_settles,
            typing_away=self._typing.away,
            typed=self._typing.typed(visit),
            may_hand_over=self._may_hand_over(visit),
            asked_at=self.finding.asked_at(visit.visit_id),
            found=(
                *(_claimed(each, whole) for each in claims),
                *(_shown(each, whole) for each in others),
            ),
            total=whole,
        )

    def _ask(self, visit_id: str) -> None:
        self.finding.ask(visit_id)
        visit = self._store.visits.visit(visit_id)
        if visit.state is VisitState.HANDED_OVER:
            some = self._candidates(visit)
            self._counter.say(
                visit_id, Refused("handed.to_choose") if some else Refused("handed.not_found_yet")
            )

    def _candidates(self, visit: Visit) -> tuple[ThereTold, ...]:
        return self.finding.candidates(visit) if visit.state in _THERE else ()

    def _may_hand_over(self, visit: Visit) -> bool:
        if not self.record_settles or visit.state is not VisitState.TRACED:
            return False
        try:
            self._rest.refuse_open(visit.visit_id)
        except Fault:
            return False
        return True

    def _refuse_unless_there(self) -> None:
        if not self.record_settles:
            raise Refused("handed.terminal_settles")

    def _total(self, visit_id: str) -> Money:
        return total(line.total for line in self._store.lines.of(visit_id))


def _claimed(claim: Claim, whole: Money) -> SettledThere:
    shown = _shown(claim.told, whole)
    return SettledThere(
        shown.setl_id,
        shown.at,
        shown.total,
        shown.fund,
        shown.own,
        ours=True,
        refunded=claim.refunded_at is not None,
        same_total=shown.same_total,
    )


def _shown(told: ThereTold, whole: Money) -> SettledThere:
    return SettledThere(
        told.setl_id,
        told.at,
        told.total,
        told.fund,
        told.own,
        refunded=told.refunded,
        same_total=told.total == whole,
    )
