"""Scan before you buy: what a box costs, told without a visit and marked nowhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from terminal.board import Workplace
from terminal.core.boxes import BoxState
from terminal.core.catalogue import Catalogue
from terminal.core.counter import Notice
from terminal.core.faults import Refused
from terminal.core.people import Identified, masked_name
from terminal.core.price_told import (
    PRICE_SHOWN_S,
    Asker,
    PriceRules,
    bare_price,
    price_told,
)
from terminal.core.screen_views import PriceTold
from terminal.core.standing import Standing
from terminal.core.trace_codes import Scan
from terminal.core.visit import VisitState
from terminal.store.visits import Visit

_GONE = {
    BoxState.BILL: "price.sold",
    BoxState.GONE: "price.sold",
    BoxState.OPENED: "price.opened",
    BoxState.NOT_FOR_SALE: "price.returned",
}
"""Boxes that are not sold as they are, whatever they cost."""

EXPIRED = "price.expired"


@dataclass(frozen=True, slots=True)
class _Shown:
    told: PriceTold
    until_s: float
    visit_id: str | None
    """Beside which visit it was asked; None: nobody was there."""


class Prices:
    """Tells a price to whoever holds a box to the scanner. Reads; writes nothing."""

    def __init__(
        self,
        workplace: Workplace,
        catalogue: Catalogue,
        rules: PriceRules,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` in seconds, for what is shown for a while."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._now = workplace.now
        self._catalogue = catalogue
        self._rules = rules
        self._clock = clock
        self._shown: _Shown | None = None

    def ask(self, scan: Scan) -> Notice | None:
        """Show what this box costs, where nothing can be sold yet: nobody is here, or a face
        was recognised and the doctor has not said yet that it is they. None where a scan
        means a sale, or must wait for the doctor. The caller holds the counter's lock.

        Raises Refused `price.unknown_box`, `price.outer_pack`.
        """
        front = self._counter.front
        visit = None if front is None else self._store.visits.visit(front)
        if visit is not None and not self._is_just_a_face(visit):
            return None
        self._shown = None
        told = self._told(scan, visit)
        self._shown = _Shown(told, self._clock() + PRICE_SHOWN_S, front)
        return Notice(told.code, {"name": told.name})

    def shown(self) -> PriceTold | None:
        """What is on the resident's screen now; gone by itself, and with whoever comes next."""
        with self._counter.lock:
            shown = self._shown
            if shown is None:
                return None
            front = self._counter.front
            over = shown.until_s <= self._clock() or shown.visit_id != front
            if front is not None and not over:
                over = self._store.visits.visit(front).state is not VisitState.PRESENTED
            if over:
                self._shown = None
            return None if over else shown.told

    def forget(self) -> None:
        """The box has been looked at, or its time is over."""
        with self._counter.lock:
            self._shown = None
        self._board.publish()

    def _told(self, scan: Scan, visit: Visit | None) -> PriceTold:
        pack = self._catalogue.pack_of(scan.product_prefix or "")
        if pack is None:
            raise Refused("price.unknown_box")
        item = pack.item
        if pack.ratio > 1 and not item.outer_only:
            raise Refused("price.outer_pack")
        box = self._store.boxes.box(scan.code or "")
        if box is not None and box.state in _GONE:
            return bare_price(item, _GONE[box.state])
        now = self._now()
        printed = scan.expires_on or ""
        if printed and printed < now.date().isoformat():
            return bare_price(item, EXPIRED)
        return price_told(item, self._rules, now, None if visit is None else self._asker(visit))

    def _asker(self, visit: Visit) -> Asker | None:
        """Whose face it is; the rule for everybody where nobody is known by that number."""
        person = self._store.people.person(visit.person_id or "")
        if person is None:
            return None
        return Asker(
            masked_name(person.name),
            self._store.people.coverage(person.person_id),
            self._store.offline.paid_in(person.person_id, self._now().year, ""),
        )

    def _is_just_a_face(self, visit: Visit) -> bool:
        """A face opened it, of the very person, and nothing has been said or done since."""
        return (
            visit.state is VisitState.PRESENTED
            and visit.identified is Identified.BY_FACE
            and visit.standing is Standing.SELF
            and visit.holder_id is None
            and visit.face_agrees is not False
            and self._counter.called_up != visit.visit_id  # Its person may be at home.
        )
