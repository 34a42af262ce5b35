"""What leaves the clinic on paper or as a file: the sheet on the door, the month's statement.

Both are made from the book whenever they are asked for; nothing of them is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from terminal.core.catalogue import Catalogue
from terminal.core.evidence import canonical, sealed
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money
from terminal.core.money_views import CreditRow, Publicity
from terminal.core.monthly import Institution, ItemSold, Month, UnknownCharge, statement
from terminal.core.publicity import publicity_csv, sheet
from terminal.province.session import Clinic
from terminal.sheets import publicity_pdf
from terminal.store import Store

_MONTHS_OWED = 13
"""How far back the statement names what the fund was charged: a year, and this month."""


class Signer(Protocol):
    """The device's own key."""

    @property
    def public_key(self) -> str: ...

    def sign(self, data: bytes) -> str: ...


@dataclass(frozen=True, slots=True)
class Papers:
    """Made by day and by month."""

    store: Store
    clinic: Clinic
    catalogue: Catalogue
    signer: Signer
    credit: Callable[[], Sequence[CreditRow]]
    now: Callable[[], datetime]

    def publicity(self, day: date) -> Publicity:
        """The sheet for the door: what was settled on this day, and what it changed of
        earlier ones."""
        charges = self.store.closings.charges(day, day)
        return sheet(self.clinic.fixmedins_name, day, charges, self.now())

    def publicity_csv(self, day: date) -> str:
        """The sheet for spreadsheet programs."""
        return publicity_csv(self.publicity(day))

    def publicity_pdf(self, day: date) -> bytes:
        """The sheet to print, A4. Raises Unavailable `sheet.no_font`."""
        return publicity_pdf(self.publicity(day))

    def statement(self, year: int, month: int) -> str:
        """The month's signed statement: JSON that `clinic-terminal verify-record` reads.

        Raises Refused `statement.no_such_month` for one that has not begun.
        """
        today = self.now().date()
        if not 1 <= month <= 12 or not (2000, 1) <= (year, month) <= (today.year, today.month):
            raise Refused("statement.no_such_month", year=year, month=month)
        told = canonical(statement(self._institution(), self._month(year, month), self.now()))
        return sealed(told.decode("utf-8"), self.signer.sign(told))

    def _institution(self) -> Institution:
        return Institution(
            self.clinic.fixmedins_code,
            self.clinic.fixmedins_name,
            self.clinic.settles_under,
            self.signer.public_key,
        )

    def _month(self, year: int, month: int) -> Month:
        book = self.store.closings
        first = date(year, month, 1)
        last = _last(first)
        return Month(
            year,
            month,
            book.charges(first, last),
            book.visits_by_state(first, last),
            self._items(first, last),
            self._settled_fund(first),
            [
                UnknownCharge(each.msgid, each.sent_at, each.own, each.fund)
                for each in book.pending()
            ],
            [(row.since, row.owed) for row in self.credit()],
            self.store.closed_days.days_closed(first, last),
        )

    def _settled_fund(self, first: date) -> dict[str, Money]:
        """What the fund was charged and stands, by month; months of nothing left out."""
        paid = {}
        for _ in range(_MONTHS_OWED):
            paid[f"{first:%Y-%m}"] = self.store.closings.fund_paid(first, _last(first))
            first = (first - timedelta(days=1)).replace(day=1)
        return {month: amount for month, amount in paid.items() if amount != ZERO}

    def _items(self, first: date, last: date) -> list[ItemSold]:
        drugs = {drug.medins_list_codg for drug in self.catalogue.drugs}
        named = {
            item.medins_list_codg: item.name
            for item in (*self.catalogue.drugs, *self.catalogue.services)
        }
        return [
            ItemSold(
                line.item_code,
                named.get(line.item_code, ""),
                is_drug=line.boxed or line.item_code in drugs,
                quantity=line.quantity,
                amount=line.total,
            )
            for line in self.store.closings.sold(first, last)
        ]


def _last(first: date) -> date:
    """The last day of the month that begins so."""
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
