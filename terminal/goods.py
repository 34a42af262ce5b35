"""The doctor's verbs about boxes: opened, bound to a drug, brought back, carried along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from terminal.billing import Billing
from terminal.board import Held, Workplace
from terminal.core.boxes import ReturnReason, ScanMode, Untraced
from terminal.core.catalogue import Catalogue, Item
from terminal.core.faults import Refused
from terminal.core.goods_views import (
    BagBox,
    BoxTrace,
    CommonVisit,
    CourseView,
    GoodsView,
    OpenedBox,
    RefusedBox,
    Unbound,
)
from terminal.core.people import masked_name
from terminal.core.trace_codes import Kind, Scan, classify
from terminal.duty import doctor_of
from terminal.province.session import Clinic
from terminal.scanning import Scanning, wrong_scan
from terminal.store.boxes import Box

_TEXT_MAX = 100
"""Characters of a reason, a lot, a delivery note."""

_REFUSED_FOR = timedelta(days=30)
_REFUSED_MAX = 20


class Goods:
    """Boxes beside the bill."""

    def __init__(
        self,
        workplace: Workplace,
        catalogue: Catalogue,
        billing: Billing,
        scanning: Scanning,
        clinic: Clinic,
        changed: Callable[[str], None],
    ) -> None:
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._now = workplace.now
        self._catalogue = catalogue
        self._billing = billing
        self._scanning = scanning
        self._doctor = workplace.doctor
        self._clinic = clinic
        self._changed = changed
        self.typed = scanning.typed

    def scan_means(self, mode: ScanMode) -> None:
        """Raises Refused `visit.other_on_counter` for the bag while somebody stands here,
        `box.no_return_reason` for a box brought back: `take_in` says why it was."""
        with self._counter.lock:
            if mode in (ScanMode.PACK, ScanMode.UNPACK) and self._counter.front is not None:
                raise Refused("visit.other_on_counter")
            if mode is ScanMode.TAKE_IN:
                raise Refused("box.no_return_reason")
            self._counter.mode = mode
            self._counter.scan = None
        self._board.publish()

    def take_in(self, reason: ReturnReason, note: str) -> None:
        """The next box that is scanned was brought back. It never sells again."""
        with self._counter.lock:
            self._counter.mode = ScanMode.TAKE_IN
            self._counter.taking_in = (reason.value, _text(note))
            self._counter.scan = None
        self._board.publish()

    def add_split(self, visit_id: str, box: int, units: int) -> None:
        """Raises Refused `box.not_opened`, `box.not_enough`, `visit.quantity`."""
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            opened = self._store.opened.opened(box)
            item = self._drug(opened.item_code)
            visit = self._store.visits.visit(visit_id)
            self._billing.add_units(visit, item, opened.trace_code, units)
        self._after(visit_id)

    def close_box(self, box: int, reason: str) -> None:
        """Raises Refused `box.not_opened`, `box.touched`, `visit.no_reason`."""
        if not reason.strip():
            raise Refused("visit.no_reason")
        self._store.opened.close(box, self._now(), self._doctor(), _text(reason))
        self._board.publish()

    def add_untraced(
        self,
        visit_id: str,
        item_code: str,
        quantity: Decimal,
        why: Untraced,
        lot: str,
        delivery_note: str,
    ) -> None:
        """Raises Refused `box.not_exempt`, `box.no_evidence`, `visit.quantity`."""
        told = {"lot": _text(lot), "delivery_note": _text(delivery_note)}
        evidence = {name: text for name, text in told.items() if text}
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            visit = self._store.visits.visit(visit_id)
            self._billing.add_untraced(visit, self._drug(item_code), quantity, why, evidence)
        self._after(visit_id)

    def propose_binding(self, item_code: str) -> None:
        """Raises Refused `binding.nothing_held`, `catalogue.no_such_drug`."""
        item = self._drug(item_code)
        with self._counter.lock:
            self._counter.held = replace(self._held(), proposed=item.medins_list_codg)
        self._board.publish()

    def confirm_binding(self, item_code: str) -> None:
        """The prefix is this drug's from now on, and the box that showed it is billed.

        Another maker's code says nothing of the next box, so it is not remembered. Raises
        Refused `binding.nothing_held`, `binding.other_proposed`.
        """
        item = self._drug(item_code)
        with self._counter.lock:
            held = self._held()
            if held.proposed != item.medins_list_codg:
                raise Refused("binding.other_proposed")
            self._scanning.sell_held(held.visit_id, held, item)
            if held.scan.kind is not Kind.OTHER_MAKER:
                self._bind(held.scan.product_prefix or "", item)
            self._counter.held = None
        self._board.publish()

    def drop_binding(self) -> None:
        with self._counter.lock:
            self._counter.held = self._counter.scan = None
        self._board.publish()

    def bedside(self, visit_id: str, *, wanted: bool) -> None:
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            self._store.visits.note(visit_id, {"bedside": int(wanted)})
        self._board.publish()

    def trace(self, code: str) -> BoxTrace:
        """Raises Refused for what is no trace code, `box.never_here` for one never claimed."""
        scan = classify("".join(code.split()).encode())
        if scan.code is None:
            raise wrong_scan(scan.kind)
        box = self._store.boxes.box(scan.code)
        if box is None:
            raise Refused("box.never_here")
        item = self._catalogue.item(box.item_code)
        return BoxTrace(
            state=box.state,
            name=item.name if item else box.item_code,
            code_shown=scan.shown,
            batch=item.batch if item else "",
            lot=item.lot if item else "",
            steps=tuple(
                (step.at, step.event.value, self._name_of(step.by_whom))
                for step in self._store.boxes.history(scan.code)
            ),
        )

    def view(self, courses: Sequence[CourseView], common: Sequence[CommonVisit]) -> GoodsView:
        """Boxes and goods of this moment, for the screens."""
        with self._counter.lock:
            mode, held = self._counter.mode, self._counter.held
        return GoodsView(
            mode=mode,
            opened=tuple(self.opened()),
            bag=tuple(self._in_bag(box) for box in self._store.boxes.in_bag()),
            unbound=None if held is None else self._unbound(held),
            refused=self._refused(),
            courses=tuple(courses),
            common=tuple(common),
        )

    def opened(self) -> list[OpenedBox]:
        """The boxes that are sold by the small unit, with something left in them."""
        found = []
        for opened in self._store.opened.under_way():
            item = self._catalogue.item(opened.item_code)
            found.append(
                OpenedBox(
                    box=opened.box,
                    item_code=opened.item_code,
                    name=item.name if item else opened.item_code,
                    spec=item.spec if item else "",
                    unit=item.small_unit if item else "",
                    units=opened.units,
                    left=opened.left,
                    opened_at=opened.opened_at,
                    code_shown=shown(opened.trace_code),
                )
            )
        return found

    def _name_of(self, doctor_code: str) -> str:
        return doctor_of(self._store, self._clinic, doctor_code).name

    def _bind(self, prefix: str, item: Item) -> None:
        catalogues = self._store.catalogues
        catalogues.bind(prefix, item.medins_list_codg, self._doctor(), self._now())
        self._catalogue.bind(catalogues.bindings())

    def _held(self) -> Held:
        """Raises Refused `binding.nothing_held`. The caller holds the lock."""
        if self._counter.held is None:
            raise Refused("binding.nothing_held")
        return self._counter.held

    def _drug(self, item_code: str) -> Item:
        item = self._catalogue.drug(item_code)
        if item is None:
            raise Refused("catalogue.no_such_drug")
        return item

    def _unbound(self, held: Held) -> Unbound:
        proposed = None if held.proposed is None else self._catalogue.drug(held.proposed)
        return Unbound(
            prefix=held.scan.product_prefix or "",
            code_shown=held.scan.shown,
            proposed=proposed.medins_list_codg if proposed else "",
            proposed_name=proposed.name if proposed else "",
            proposed_spec=proposed.spec if proposed else "",
            other_maker=held.scan.kind is Kind.OTHER_MAKER,
        )

    def _in_bag(self, box: Box) -> BagBox:
        item = self._catalogue.item(box.item_code)
        return BagBox(
            item.name if item else box.item_code,
            item.spec if item else "",
            shown(box.trace_code),
            box.at,
        )

    def _refused(self) -> tuple[RefusedBox, ...]:
        since = self._now() - _REFUSED_FOR
        rows = []
        for told in self._store.sales.refused(since, _REFUSED_MAX):
            item = self._catalogue.item(told.item_code)
            person = self._store.people.person(told.person_id)
            rows.append(
                RefusedBox(
                    item.name if item else told.item_code,
                    shown(told.trace_code),
                    masked_name(person.name) if person else "",
                    told.said,
                    told.at,
                )
            )
        return tuple(rows)

    def _after(self, visit_id: str) -> None:
        self._counter.scan = None
        self._changed(visit_id)
        self._board.publish()


def shown(trace_code: str) -> str:
    """As the box prints it: seven digits of product, then the serial."""
    scan: Scan = classify(trace_code.encode())
    return scan.shown or trace_code


def _text(told: str) -> str:
    return told.strip()[:_TEXT_MAX]
