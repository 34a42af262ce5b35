"""The doctor of a rehearsal: does with a visit what lies nearest, until it ends or waits.

Uses the verbs of the desk as the screens do, and looks at the counter before each. What
a doctor cannot do anything about goes home with the person and waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from terminal.assembly.counter_without_eyes import CounterWithoutEyes
from terminal.assembly.rehearse_plans import Plan
from terminal.core.charge import SettlementState
from terminal.core.counter import VisitView
from terminal.core.faults import Fault, Unavailable
from terminal.core.goods_views import Severity
from terminal.core.money import total
from terminal.core.visit import VisitState

_DIAGNOSIS = "J06.900"

_STEPS_MAX = 40
"""What a doctor tries with one visit before going on with the next."""
_ASKED_MAX = 3
"""How often one visit's outcome is asked about while its person stands there."""
_CANCELLED_MAX = 4

_REST_S = 30.0
_BREATH_S = 0.01
"""Between two tries, when the terminal said no."""

_BACK_TO_THE_EYE = (
    VisitState.TRACED,
    VisitState.ESTIMATED,
    VisitState.PRICED,
    VisitState.DIFFERS,
    VisitState.PARTLY_SETTLED,
)
_FINISHED_LATER = Plan(
    number=-1,
    id_number="",
    boxes=(),
    afterthought=False,
    cancels=False,
    corrects=False,
    offline=False,
    mishaps=(),
)
"""What is on its bill is priced anew and agreed to, the person having come once more."""

_BEFORE_MONEY = (VisitState.OPEN, VisitState.DOUBTED, VisitState.CHOOSING, VisitState.PRESENTED)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a visit came out at the counter."""

    number: int
    visit_id: str
    state: str
    notice: str


class Doctor:
    """Works at one counter."""

    def __init__(self, counter: CounterWithoutEyes, tell: Callable[..., None]) -> None:
        """`tell` hears of a visit as soon as it has a number."""
        self._desk = counter.desk
        self._store = counter.store
        self._tell = tell
        self._asked = self._cancels = 0
        self._corrected = False

    def see(self, plan: Plan, visit_id: str) -> Ended:
        """Bring the plan's visit to its end; `visit_id` when a killed terminal began it."""
        self._asked = self._cancels = 0
        self._corrected = False
        self._rest()
        for _ in range(_STEPS_MAX):
            try:
                visit = self._on_counter(plan, visit_id)
                if visit is None:
                    return self._ended(plan, visit_id)
                if visit.visit_id != visit_id:
                    visit_id = visit.visit_id
                    self._tell("visit", visit_id)
                if self._step(plan, visit):
                    self._desk.reception.leave(visit_id)
                    return self._ended(plan, visit_id)
            except Fault:
                time.sleep(_BREATH_S)  # The disk is full, or the screen was old.
            self._rest()
        self._clear()
        return self._ended(plan, visit_id)

    def rounds(self, most: int) -> None:
        """What the desk does by itself, and then what it brought back to the doctor's eye."""
        self._ask_about_all(most)
        for visit in self._store.visits.unfinished():
            if visit.state in _BACK_TO_THE_EYE:
                self.see(_FINISHED_LATER, visit.visit_id)
        self._ask_about_all(most)

    def _ask_about_all(self, most: int) -> None:
        """Round after round, until nothing moves any more."""
        before: list[str] = []
        for _ in range(most):
            self._desk.till.ask_now()
            self._rest()
            after = [f"{one.visit_id}{one.state}" for one in self._store.visits.unfinished()]
            if after == before:
                return
            before = after

    def _on_counter(self, plan: Plan, visit_id: str) -> VisitView | None:
        """The plan's visit as the screen shows it; None when it is over or put aside."""
        self._desk.board.publish()
        view = self._desk.view()
        front = view.visit
        if front is not None:
            anew = bool(visit_id) and front.corrects == visit_id
            if front.visit_id == visit_id or anew or (not visit_id and self._is_of(plan, front)):
                return front
            self._desk.reception.leave(front.visit_id)
        if visit_id and any(waiting.visit_id == visit_id for waiting in view.waiting):
            self._desk.reception.call_up(visit_id)
        elif visit_id and self._is_over(visit_id):
            return None
        else:
            self._desk.reception.open_by_id_number(plan.id_number)
        self._rest()
        self._desk.board.publish()
        return self._desk.view().visit

    def _is_of(self, plan: Plan, front: VisitView) -> bool:
        """Whether a visit found on the counter after a kill is this plan's."""
        ours = {each[:7] + " " + each[7:] for each in plan.boxes}
        shown = {line.code_shown for line in front.lines}
        return shown <= ours and (bool(shown) or front.state in _BEFORE_MONEY)

    def _is_over(self, visit_id: str) -> bool:
        """A visit that nobody agreed to an amount of may have been ended by the restart."""
        return self._store.visits.visit(visit_id).state is not VisitState.ABANDONED

    def _step(self, plan: Plan, visit: VisitView) -> bool:
        """One step; True when nothing is left to do for it here."""
        desk, visit_id = self._desk, visit.visit_id
        match visit.state:
            case VisitState.OPEN | VisitState.CHOOSING | VisitState.DOUBTED:
                desk.reception.leave(visit_id)  # Nobody could say who it is: asked anew.
            case VisitState.PRESENTED if visit.person and visit.person.insured is not None:
                desk.reception.confirm_person(visit_id)
            case VisitState.PRESENTED:
                desk.reception.leave(visit_id)
            case VisitState.IDENTIFIED | VisitState.TRACED if visit.diagnosis is None:
                desk.basket.set_diagnosis(visit_id, _DIAGNOSIS)
            case VisitState.IDENTIFIED | VisitState.TRACED | VisitState.PRICED:
                self._bill(plan, visit)
            case VisitState.ESTIMATED:
                self._agree(visit)
            case _:
                return self._money(plan, visit)
        return False

    def _money(self, plan: Plan, visit: VisitView) -> bool:
        """One step once an amount was agreed to; True when nothing is left to do here."""
        desk, visit_id = self._desk, visit.visit_id
        match visit.state:
            case (
                VisitState.CONFIRMED
                | VisitState.WAITING
                | VisitState.SETTLING
                | VisitState.UNCERTAIN
            ):
                return self._ask(visit)
            case VisitState.DIFFERS:
                desk.till.accept_difference(visit_id)
            case VisitState.PARTLY_SETTLED:
                self._rest_of_it(visit)
                return self._ask(visit)
            case VisitState.SETTLED:
                return not plan.cancels or self._corrected or self._cancel(visit_id)
            case VisitState.CANCELLED if plan.corrects and not self._corrected:
                self._corrected = True
                desk.undoing.correct(visit_id, "演练更正")
            case _:
                return True
        return False

    def _bill(self, plan: Plan, visit: VisitView) -> None:
        """Scan what is still to be scanned, have it priced, and confirm the amount."""
        desk, visit_id = self._desk, visit.visit_id
        shown = {line.code_shown.replace(" ", "") for line in visit.lines}
        missing = [each for each in plan.boxes if each not in shown]
        if plan.afterthought and len(missing) == len(plan.boxes):
            missing = missing[:-1]
        elif plan.afterthought and missing and visit.bill is None:
            missing = []  # First the price of what lies there.
        if missing:
            desk.scanning.scanned(missing[0].encode())
        elif visit.state is VisitState.TRACED and plan.offline and desk.view().away:
            desk.till.estimate(visit_id)
        elif visit.bill is None or visit.state is not VisitState.PRICED:
            desk.till.price(visit_id)
        elif not self._judged(visit):
            own = total(s.own for s in visit.bill.shares if s.state is SettlementState.PRICED)
            self._give_reasons(visit)
            self._tell("confirming", visit_id)
            desk.till.confirm_amount(visit_id, visit.revision, own)

    def _agree(self, visit: VisitView) -> None:
        """The estimate is agreed to as a ceiling, the province being away."""
        if visit.bill is None:
            self._desk.till.price(visit.visit_id)
            return
        self._give_reasons(visit)
        self._tell("confirming", visit.visit_id)
        self._desk.till.agree_ceiling(visit.visit_id, visit.revision, visit.bill.own)

    def _give_reasons(self, visit: VisitView) -> None:
        """Go on although a rule warns, as a doctor does who knows why."""
        for finding in visit.findings:
            if finding.open and finding.severity is Severity.WARN:
                self._desk.basket.give_reason(
                    visit.visit_id, finding.rule, finding.number, "病情需要"
                )

    def _rest_of_it(self, visit: VisitView) -> None:
        if visit.bill is None:
            return
        own = [s.own for s in visit.bill.shares if s.state is SettlementState.PRICED]
        if own:
            self._give_reasons(visit)
            self._desk.till.confirm_amount(visit.visit_id, visit.revision, total(own))
        else:
            self._desk.till.price(visit.visit_id)

    def _ask(self, visit: VisitView) -> bool:
        """Ask what became of it; after a few times the person goes home."""
        self._judged(visit)
        self._asked += 1
        if self._asked > _ASKED_MAX:
            return True
        self._desk.till.ask_now()
        return False

    def _judged(self, visit: VisitView) -> bool:
        """Say of what else was found that it is another matter; True when there was any."""
        unjudged = [other.setl_id for other in visit.elsewhere if not other.judged]
        for setl_id in unjudged:  # Everybody here comes several times a day.
            self._desk.till.judge_elsewhere(visit.visit_id, setl_id)
        return bool(unjudged)

    def _cancel(self, visit_id: str) -> bool:
        self._cancels += 1
        if self._cancels > _CANCELLED_MAX:
            return True
        states = {record.state for record in self._store.settlements.of_visit(visit_id)}
        if SettlementState.CANCELLING in states:
            self._desk.till.ask_now()
        else:
            self._desk.undoing.cancel(visit_id, "演练撤销")
        return False

    def _rest(self) -> None:
        if not self._desk.errands.rest(_REST_S):
            raise Unavailable("rehearsal.stuck", step="errands")

    def _clear(self) -> None:
        view = self._desk.view()
        if view.visit is not None:
            with suppress(Fault):  # The next visit finds it there, and leaves it too.
                self._desk.reception.leave(view.visit.visit_id)

    def _ended(self, plan: Plan, visit_id: str) -> Ended:
        visit = self._store.visits.visit(visit_id) if visit_id else None
        view = self._desk.view().visit
        notice = view.notice.code if view is not None and view.notice else ""
        state = "" if visit is None else visit.state.value
        return Ended(plan.number, visit_id, state, notice)
