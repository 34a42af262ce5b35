"""The shelf: what lies there, who will need what, what is to be ordered.

Counts and moves are written into the stock book and told to the province by themselves
(stock_reports). Nothing here touches a bill, and nobody is named: people are counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from terminal.core.catalogue import Catalogue, Item
from terminal.core.faults import Refused
from terminal.core.forecast import LOOK_BACK_D, Given, Need, needs, to_order
from terminal.core.goods_views import ShelfView, StockMove, StockRow
from terminal.ordering import Order, order_csv, order_of
from terminal.province.session import Clinic
from terminal.sheets import order_pdf
from terminal.stock_reports import StockReports
from terminal.store import Store
from terminal.store.dispensed import Dispensed
from terminal.store.stock import Move, Told

_ROWS_MAX = 200
"""Drugs on one page; a village clinic stocks about eighty."""

_PACKS_MAX = Decimal(99_999)
_COUNT_PLACES, _MOVE_PLACES = -2, -4
"""Digits behind the point: inv_cnt is N16,2, cnt N16,4 (interface section 8)."""

_TEXT_MAX = 100
"""Characters of a reason that are kept."""

_LOT_MAX = 30
"""manu_lotnum, C30."""

_TWICE_S = 15
"""The same move again within this time is a tap that was made twice."""

_NO_NEED = Need(Decimal(0), 0)

_SHOWN = {Told.ASKED: Told.TO_TELL, Told.COVERED: Told.TOLD}
"""What a page need not tell apart: being told, and known by a later count."""


@dataclass(frozen=True, slots=True)
class ShelfRules:
    """What the clinic has settled on."""

    forecast_d: int
    expiry_warning_d: int


class Shelf:
    """The doctor's verbs about the shelf (kiosk_ui/desk_goods.Shelf)."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        reports: StockReports,
        clinic: Clinic,
        doctor: Callable[[], str],
        rules: ShelfRules,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._reports = reports
        self._clinic = clinic
        self._doctor = doctor
        self._rules = rules
        self._now = now

    def view(self) -> ShelfView:
        """The shelf of this moment: what is short first, then what expires soon."""
        today = self._now().date()
        rows = sorted(self._rows(today), key=_urgency)[:_ROWS_MAX]
        moves = tuple(self._shown(move) for move in self._store.stock.newest())
        return ShelfView(today, self._rules.forecast_d, tuple(rows), moves)

    def count(self, item_code: str, packs: Decimal, lot: str, expires_on: date | None) -> None:
        """All of one drug was counted: so many packs lie there, of whatever lots.

        Raises Refused `stock.no_such_item`, `stock.amount`.
        """
        self._drug(item_code)
        _refuse_amount(packs, Decimal(0), _COUNT_PLACES)
        self._store.stock.add(self._move(item_code, "count", packs, lot, expires_on, ""))

    def moved(
        self, item_code: str, kind: str, packs: Decimal, lot: str, expires_on: date | None,
        reason: str,
    ) -> None:  # fmt: skip
        """Packs came in (a delivery, a transfer) or went out (lost, expired, handed on).

        Raises Refused `stock.no_such_item`, `stock.kind`, `stock.amount`,
        `stock.no_reason`; `stock.expired_already` for a delivery that has expired,
        `stock.more_than_there` for more than lies there, `stock.same_again` for a tap
        that was made twice.
        """
        self._drug(item_code)
        if kind not in ("in", "out"):
            raise Refused("stock.kind", kind=kind)
        _refuse_amount(packs, Decimal(1).scaleb(_MOVE_PLACES), _MOVE_PLACES)
        if not reason.strip():
            raise Refused("stock.no_reason")
        if kind == "in" and expires_on is not None and expires_on < self._now().date():
            raise Refused("stock.expired_already", expires_on=expires_on.isoformat())
        move = self._move(item_code, kind, packs, lot, expires_on, reason)
        with self._store.transaction():
            self._refuse_twice(move)
            there = self._store.stock.on_hand().get(item_code)
            if kind == "out" and there is not None and packs > there:
                raise Refused("stock.more_than_there", there=str(there))
            self._store.stock.add(move)

    def order_csv(self) -> str:
        """The order for the township hospital, for spreadsheet programs."""
        return order_csv(self._order())

    def order_pdf(self) -> bytes:
        """The same to print, A4. Raises Unavailable `sheet.no_font`."""
        return order_pdf(self._order())

    def _order(self) -> Order:
        drugs = {drug.medins_list_codg: drug for drug in self._catalogue.drugs}
        clinic = self._clinic
        return order_of(
            self.view(), drugs, clinic.fixmedins_name, clinic.settles_under, self._now()
        )

    def _rows(self, today: date) -> list[StockRow]:
        drugs = {drug.medins_list_codg: drug for drug in self._catalogue.drugs}
        since = self._now() - timedelta(days=LOOK_BACK_D)
        given = [
            _given(each, drugs[each.item_code])
            for each in self._store.dispensed.since(since)
            if each.item_code in drugs
        ]
        needed = needs(given, drugs, today, self._rules.forecast_d)
        there, expiries = self._store.stock.on_hand(), self._store.stock.expiries()
        return [
            self._row(drug, there.get(code), needed.get(code, _NO_NEED), expiries.get(code), today)
            for code, drug in drugs.items()
        ]

    def _row(
        self, drug: Item, there: Decimal | None, need: Need, written: date | None, today: date
    ) -> StockRow:
        expires_on = None if there == 0 else written or _day(drug.expires_on)
        soon = timedelta(days=self._rules.expiry_warning_d)
        return StockRow(
            item_code=drug.medins_list_codg,
            name=drug.name,
            spec=drug.spec,
            unit=drug.unit,
            on_hand=there,
            needed=need.packs,
            people=need.people,
            to_order=to_order(need.packs, there),
            expires_on=expires_on,
            expires_soon=expires_on is not None and expires_on - today <= soon,
        )

    def _drug(self, item_code: str) -> None:
        if all(drug.medins_list_codg != item_code for drug in self._catalogue.drugs):
            raise Refused("stock.no_such_item", item=item_code)

    def _move(
        self, item_code: str, kind: str, packs: Decimal, lot: str, expires_on: date | None,
        reason: str,
    ) -> Move:  # fmt: skip
        return Move(
            item_code=item_code,
            kind=kind,
            packs=packs,
            by_whom=self._doctor(),
            at=self._now(),
            report=self._reports.first_state(),
            lot=lot.strip()[:_LOT_MAX],
            expires_on="" if expires_on is None else expires_on.isoformat(),
            reason=reason.strip()[:_TEXT_MAX],
        )

    def _refuse_twice(self, move: Move) -> None:
        last = self._store.stock.last_of(move.item_code)
        if last is None or move.at - last.at > timedelta(seconds=_TWICE_S):
            return
        if (last.kind, last.packs, last.lot, last.reason) == (
            move.kind, move.packs, move.lot, move.reason,
        ):  # fmt: skip
            raise Refused("stock.same_again")

    def _shown(self, move: Move) -> StockMove:
        item = self._catalogue.item(move.item_code)
        return StockMove(
            number=move.number,
            item_code=move.item_code,
            name=move.item_code if item is None else item.name,
            kind=move.kind,
            packs=move.packs,
            reason=move.reason,
            at=move.at,
            by_whom=move.by_whom,
            told=_SHOWN.get(move.report, move.report).value,
            said=move.said,
        )


def _refuse_amount(packs: Decimal, least: Decimal, places: int) -> None:
    """Written so that NaN is refused as well."""
    if not (packs.is_finite() and least <= packs <= _PACKS_MAX):
        raise Refused("stock.amount", packs=str(packs))
    if int(packs.normalize().as_tuple().exponent) < places:
        raise Refused("stock.amount", packs=str(packs))


def _given(line: Dispensed, drug: Item) -> Given:
    units = line.quantity if line.split_units else line.quantity * drug.pack_units
    return Given(line.person_id, line.item_code, units, line.days, line.at.date())


def _day(written: str) -> date | None:
    """A date of the catalogue; None for what is none."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _urgency(row: StockRow) -> tuple[object, ...]:
    """What is short, by how many wait for it; what expires soon; what is used at all."""
    return (
        row.to_order <= 0,
        -row.people,
        not row.expires_soon,
        row.needed == 0 and row.on_hand is None,
        row.name,
        row.spec,
    )
