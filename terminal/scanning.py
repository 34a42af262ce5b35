"""What a scan does at this counter: sold, opened, packed, taken in, or what was wrong.

Nothing here keeps what was scanned unless it is a trace code: identity cards, payment
codes end in the classifier, and so do insurance vouchers, but for one that opens a visit.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date

from terminal.billing import Billing, refuse_early_or_late
from terminal.board import Held, Workplace
from terminal.core.boxes import BoxEvent, BoxState, ScanMode
from terminal.core.catalogue import Catalogue, Item, Pack
from terminal.core.counter import Notice
from terminal.core.faults import Fault, Refused
from terminal.core.trace_codes import ACKNOWLEDGEMENT, Kind, Scan, classify
from terminal.store.visits import Visit

log = logging.getLogger(__name__)

_VOUCHER_CHARACTERS = 28
_TYPED_MAX = 200
"""Characters; the longest code on a box has some eighty."""


class Scanning:
    """Takes what the scanner reads, whatever it is."""

    def __init__(
        self,
        workplace: Workplace,
        catalogue: Catalogue,
        billing: Billing,
        suspects: Callable[[str], date | None],
        line_is_away: Callable[[], bool],
        changed: Callable[[str], None],
    ) -> None:
        """`suspects`: since when the county has a code as sold, as far as its digest says."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._now = workplace.now
        self._catalogue = catalogue
        self._billing = billing
        self._suspects = suspects
        self._line_is_away = line_is_away
        self._doctor = workplace.doctor
        self._changed = changed
        self.voucher_shown: Callable[[str], None] | None = None
        """Opens the visit of whoever showed this insurance code; nobody keeps it."""
        self.command_heard: Callable[[bytes], bool] | None = None
        """Does a printed command; whether it was one."""
        self.prescription_heard: Callable[[bytes], bool] | None = None
        """Looks up a prescription by its code; whether it was one."""
        self.prescription_said: Callable[[str, Item], Notice | None] | None = None
        """Whether the box that was just put on the bill is of a prescription."""
        self.price_asked: Callable[[Scan], Notice | None] | None = None
        """Shows what a box costs where nothing can be sold yet; None where it is a sale."""
        self._by_mode: Mapping[ScanMode, Callable[[Scan], Notice]] = {
            ScanMode.OPEN: self._open,
            ScanMode.PACK: self._pack,
            ScanMode.UNPACK: self._unpack,
            ScanMode.TAKE_IN: self._take_in,
        }

    def scanned(self, raw: bytes) -> None:
        """Take one line of the scanner; the counter says what became of it."""
        visit_id = self._counter.front  # When it was scanned: a tap may come in between.
        if self.command_heard is not None and self.command_heard(raw):
            return
        if self.prescription_heard is not None and self.prescription_heard(raw):
            return
        scan = classify(raw)
        if scan.kind is Kind.NOISE:
            return
        if scan.kind is Kind.INSURANCE_VOUCHER and self._opens_by(raw):
            return
        with self._counter.lock:
            sold = self._mode() is ScanMode.SELL
            try:
                notice = self._take(scan, visit_id)
            except Fault as fault:
                sold = False
                notice = Notice(fault.code, {k: str(v) for k, v in fault.facts.items()})
            if sold and visit_id not in (None, self._counter.front):
                notice = Notice("scan.went_before", notice.facts)
            self._counter.scan = notice
        if sold and visit_id is not None:
            self._price(visit_id)
        self._board.publish()

    def typed(self, visit_id: str, code: str) -> None:
        """Take a code that was read by eye. Raises what is wrong with it."""
        scan = classify("".join(code.split()).encode()[:_TYPED_MAX])
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            self._counter.scan = self._sell(scan, visit_id, typed=True)
        self._price(visit_id)
        self._board.publish()

    def sell_held(self, visit_id: str, held: Held, item: Item) -> None:
        """Put the box that was held for the doctor's word onto the bill it was scanned for."""
        with self._counter.lock:
            self._counter.on_counter(visit_id)
            visit = self._store.visits.visit(visit_id)
            refuse_early_or_late(visit)
            self._counter.scan = self._put(visit, item, held.scan, typed=held.typed)
        self._price(visit_id)

    def _opens_by(self, raw: bytes) -> bool:
        """Whether this insurance code opened a visit: somebody new stands at the counter."""
        with self._counter.lock:
            nobody = self._counter.front is None and self._counter.mode is ScanMode.SELL
        if self.voucher_shown is None or not nobody:
            return False
        try:
            self.voucher_shown(_voucher_code(raw))
        except Fault as fault:  # Somebody came in between; the code is shown once more.
            log.info("no visit by a code: %s", fault)
            return False
        return True

    def _take(self, scan: Scan, visit_id: str | None) -> Notice:
        mode = self._mode()
        if mode is ScanMode.SELL:
            return self._told(scan) or self._sell(scan, visit_id)
        known = self._store.boxes.box(scan.code) if scan.code else None
        if not scan.accepted and known is None:  # Another maker's, where it was sold here.
            raise wrong_scan(scan.kind)
        notice = self._by_mode[mode](scan)
        if mode in (ScanMode.OPEN, ScanMode.TAKE_IN):
            self._counter.mode = ScanMode.SELL
        return notice

    def _told(self, scan: Scan) -> Notice | None:
        """Its price, where nobody is there to whom it could be sold. Nothing is marked."""
        asked = scan.accepted or scan.kind is Kind.OTHER_MAKER
        return self.price_asked(scan) if asked and self.price_asked is not None else None

    def _mode(self) -> ScanMode:
        """Packing ends by itself when somebody stands at the counter: their box is sold."""
        packing = self._counter.mode in (ScanMode.PACK, ScanMode.UNPACK)
        if packing and self._counter.front is not None:
            self._counter.mode = ScanMode.SELL
        return self._counter.mode

    def _sell(self, scan: Scan, visit_id: str | None, *, typed: bool = False) -> Notice:
        self._counter.held = None
        if not scan.accepted and scan.kind is not Kind.OTHER_MAKER:
            raise wrong_scan(scan.kind)
        if visit_id is None:
            raise Refused("scan.no_visit")
        visit = self._store.visits.visit(visit_id)
        refuse_early_or_late(visit)
        if scan.kind is Kind.OTHER_MAKER:
            self._counter.held = Held(visit_id, scan, typed=typed)
            raise wrong_scan(scan.kind)
        self._refuse_expired(scan)
        pack = self._catalogue.pack_of(scan.product_prefix or "")
        if pack is None:
            self._counter.held = Held(visit_id, scan, typed=typed)
            raise Refused("scan.not_in_catalogue", prefix=scan.product_prefix)
        if not self._is_opened(scan):
            _refuse_outer(pack)
        return self._put(visit, pack.item, scan, typed=typed)

    def _put(self, visit: Visit, item: Item, scan: Scan, *, typed: bool) -> Notice:
        """A whole pack; or one unit, of a box that is open or of a case that only opens."""
        if item.outer_only or self._is_opened(scan):
            return self._sell_unit(visit, item, scan)
        self._billing.add_box(visit, item, scan, typed=typed)
        return self._accepted(visit, item, scan)

    def _sell_unit(self, visit: Visit, item: Item, scan: Scan) -> Notice:
        """One small unit out of a box that is open, or a case that only opens."""
        code = scan.code or ""
        with self._store.transaction():
            if not self._is_opened(scan):
                self._open_as(item, scan)
            self._billing.add_units(visit, item, code, 1)
        return Notice(
            "box.unit_taken",
            {
                "name": item.name,
                "unit": item.small_unit,
                "left": str(self._store.opened.left_in(code)),
            },
        )

    def _accepted(self, visit: Visit, item: Item, scan: Scan) -> Notice:
        """On the bill; while the line is away the county's digest warns of codes it knows."""
        day = self._suspects(scan.code or "") if self._line_is_away() else None
        if day is not None:
            return Notice("box.maybe_sold", {"name": item.name, "day": day.isoformat()})
        said = self.prescription_said
        told = said(visit.visit_id, item) if said is not None else None
        return told or Notice("scan.accepted", {"name": item.name})

    def _open(self, scan: Scan) -> Notice:
        return self._open_as(self._known(scan), scan)

    def _open_as(self, item: Item, scan: Scan) -> Notice:
        if not item.small_unit or item.pack_units <= 1:
            raise Refused("box.not_splittable", name=item.name)
        self._store.opened.open(
            scan.code or "",
            item.medins_list_codg,
            item.pack_units,
            self._now(),
            self._doctor(),
        )
        facts = {"name": item.name, "units": str(item.pack_units), "unit": item.small_unit}
        return Notice("box.opened", facts)

    def _pack(self, scan: Scan) -> Notice:
        return Notice("box.packed", {"name": self._claim(scan, BoxEvent.PACKED)})

    def _unpack(self, scan: Scan) -> Notice:
        return Notice("box.unpacked", {"name": self._claim(scan, BoxEvent.UNPACKED)})

    def _take_in(self, scan: Scan) -> Notice:
        reason, note = self._counter.taking_in
        self._store.boxes.bring_back(scan.code or "", self._now(), self._doctor(), reason, note)
        box = self._store.boxes.box(scan.code or "")
        item = self._catalogue.item(box.item_code) if box else None
        return Notice("box.taken_in", {"name": item.name if item else scan.shown})

    def _claim(self, scan: Scan, event: BoxEvent) -> str:
        """Move the box; returns its drug's name."""
        item = self._known(scan)
        self._store.boxes.claim(
            scan.code or "", item.medins_list_codg, event, self._now(), self._doctor()
        )
        return item.name

    def _known(self, scan: Scan) -> Item:
        """Raises Refused `scan.not_in_catalogue`, `box.outer_pack`, `box.expired`."""
        self._refuse_expired(scan)
        pack = self._catalogue.pack_of(scan.product_prefix or "")
        if pack is None:
            raise Refused("scan.not_in_catalogue", prefix=scan.product_prefix)
        _refuse_outer(pack)
        return pack.item

    def _refuse_expired(self, scan: Scan) -> None:
        if scan.expires_on and scan.expires_on < self._now().date().isoformat():
            raise Refused("box.expired", day=scan.expires_on)

    def _is_opened(self, scan: Scan) -> bool:
        box = self._store.boxes.box(scan.code or "")
        return box is not None and box.state is BoxState.OPENED

    def _price(self, visit_id: str) -> None:
        try:
            self._changed(visit_id)
        except Fault as fault:  # The box is on the bill; its price can be asked for again.
            log.info("not priced: %s", fault)


def _voucher_code(raw: bytes) -> str:
    """The characters of an insurance voucher, for the province alone: whoever has them may
    pay with them. Before them a scanner may say of what form they are."""
    printed = bytes(each for each in raw.replace(ACKNOWLEDGEMENT, b"") if 0x20 < each < 0x7F)
    return printed[-_VOUCHER_CHARACTERS:].decode("ascii")


def _refuse_outer(pack: Pack) -> None:
    """A middle or outer pack is not sold by its own code, where the boxes in it have theirs."""
    if pack.ratio > 1 and not pack.item.outer_only:
        raise Refused("box.outer_pack", name=pack.item.name, ratio=pack.ratio)


def wrong_scan(kind: Kind) -> Refused:
    """What to say of a scan that is not a trace code; the code says which mistake."""
    return Refused(WRONG_SCANS[kind])


WRONG_SCANS: dict[Kind, str] = {
    kind: f"scan.{kind.value}" for kind in Kind if kind not in (Kind.TRACE_CODE, Kind.GS1)
}
"""The fault code of each kind of wrong thing: `scan.identity_card`, `scan.cut`, ..."""
