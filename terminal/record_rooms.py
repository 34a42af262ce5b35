"""The rooms beside the clinic's record system joined: handing over, and bills it pushes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypedDict

from terminal.board import Workplace
from terminal.callbacks import Callbacks, CallMe
from terminal.core.record_views import HandedView, PushedView
from terminal.goods_rooms import GoodsRooms
from terminal.handing_over import HandingOver, Handlers
from terminal.money_rooms import MoneyRooms, Rules
from terminal.ports import Typist
from terminal.province.session import Session
from terminal.pushed import Pushed
from terminal.pushed_door import PushedRules
from terminal.store.visits import Visit


class BesideVisit(TypedDict):
    """The fields of a VisitView that come from here."""

    handed: HandedView | None


class BesideCounter(TypedDict):
    """The fields of a CounterView that come from here."""

    record_settles: bool
    pushed: tuple[PushedView, ...]


@dataclass(frozen=True, slots=True)
class RecordSystem:
    """What of the clinic's record system is at hand."""

    typist: Typist | None = None
    """A keyboard into it."""
    client_of: Callable[[str], str | None] = lambda _: None
    """Whose token this is that a bill was pushed with."""


class RecordRooms:
    """Everything that passes between this terminal and the record system, built once."""

    def __init__(
        self,
        workplace: Workplace,
        session: Session,
        rules: Rules,
        money: MoneyRooms,
        goods: GoodsRooms,
        open_by_id_number: Callable[[str], None],
        beside: RecordSystem,
    ) -> None:
        self._workplace = workplace
        self.handing_over = HandingOver(
            workplace,
            session,
            rules.med_types.values(),
            beside.typist,
            Handlers(money.refuse_open, money.till.lines_changed, money.charged_before),
        )
        self.handing_over.take_up()
        money.rounds.tell_too(self.handing_over.finding)
        self.pushed = Pushed(
            workplace,
            PushedRules(
                rules.catalogue,
                rules.goods.diagnoses,
                beside.client_of,
                record_settles=self.handing_over.record_settles,
            ),
            goods.billing,
            goods.suspects,
            open_by_id_number,
            money.till.lines_changed,
        )

    def calls(
        self,
        client: Callable[[str], CallMe | None],
        allowed: Collection[str],
        report: Callable[[str, str | None], object],
    ) -> Callbacks:
        """Whoever tells the results of pushed bills; arguments as callbacks.Callbacks has them."""
        return Callbacks(self._workplace, client, allowed, report)

    def of_visit(self, visit: Visit) -> BesideVisit:
        """What of this visit lies in the record system's hands."""
        return BesideVisit(handed=self.handing_over.view(visit))

    def of_counter(self) -> BesideCounter:
        """Who settles here, and which pushed bills wait."""
        return BesideCounter(
            record_settles=self.handing_over.record_settles, pushed=self.pushed.view()
        )
