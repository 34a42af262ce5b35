"""The clinic's list of drugs and services, as a file that people edit: read strictly.

A cell that cannot be what its column says is refused with its line and column: a price or
a pack size guessed from a slip of the keyboard would stand on somebody's bill.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from terminal.core.boxes import EXEMPT
from terminal.core.faults import Refused
from terminal.core.gs1 import check_digit_ok
from terminal.core.items import Item

_ROWS_MAX = 100_000
"""A clinic stocks about eighty drugs; a province's whole list has some 70,000."""

_PREFIX_DIGITS = 7
_GTIN_DIGITS = 14

_AMOUNT = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,6})?")
"""The interface's N16,6: ten digits before the point and six behind it."""
_WHOLE = re.compile(r"[1-9][0-9]{0,4}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_GRADES = frozenset({"", "01", "02", "03"})
_LISTS = frozenset({"", "higher", "specific", "none"})
_EXEMPT = frozenset({"", *EXEMPT})
_YES_OR_NO = frozenset({"", "yes", "no"})
_PRICE_MAX = Decimal(10**10)
_LITTLE, _MANY = Decimal("0.01"), Decimal(1000)
"""Small units a day: a drop of something, and more than anybody swallows."""


def read_drugs(text: str) -> list[Item]:
    """Read the drug list (CSV with a header line).

    Columns that must be there: med_list_codg, medins_list_codg, name, price (yuan a unit),
    trace_prefixes (seven digits or a GTIN as 14, several parted by ;).

    Others: spec, unit, rx_flag (1 = prescription), programme (hypertension, diabetes,
    none); batch, lot, made_on and expires_on (yyyy-MM-dd) of the delivery on the shelf;
    public_health (yes: never billed); pack_units (small units in a pack) and small_unit;
    class (01, 02, 03), selfpay_ratio (0 to 1), price_limit (yuan a unit), list (higher,
    specific, none); generic, ingredients (several parted by ;); daily_units and
    daily_units_max (small units a day); exempt (herbal_pieces, herbal_granules),
    outer_only (yes), aprvno. What else there is is passed over.

    Raises Refused `catalogue.unreadable` naming line and column.
    """
    return [_item(_Cells(row, number)) for number, row in _rows(text, "trace_prefixes")]


def read_services(text: str) -> list[Item]:
    """Read the list of services; columns as for drugs, as far as they apply."""
    rows = _rows(text, "medins_list_codg")
    return [_item(_Cells({**row, "trace_prefixes": ""}, number)) for number, row in rows]


def _rows(text: str, needed: str) -> list[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(text.removeprefix("\ufeff").splitlines(), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        missing = {"med_list_codg", "medins_list_codg", "name", "price", needed} - set(
            reader.fieldnames or ()
        )
        if missing:
            raise Refused("catalogue.unreadable", missing=sorted(missing))
        for row in reader:
            if len(rows) >= _ROWS_MAX or None in row:
                raise Refused("catalogue.unreadable", line=reader.line_num)
            rows.append(
                (reader.line_num, {name: (cell or "").strip() for name, cell in row.items()})
            )
    except csv.Error:
        raise Refused("catalogue.unreadable", line=reader.line_num) from None
    return rows


class _Cells:
    """The cells of one row, each read as what it should be."""

    def __init__(self, row: Mapping[str, str], line: int) -> None:
        self._row = row
        self._line = line

    def text(self, column: str) -> str:
        return self._row.get(column, "")

    def needed(self, column: str) -> str:
        return self.text(column) or self._wrong(column)

    def price(self, column: str) -> Decimal:
        try:
            price = Decimal(self.text(column))
        except InvalidOperation:
            self._wrong(column)
        # Written so that NaN is refused as well.
        if not (price.is_finite() and 0 <= price < _PRICE_MAX):
            self._wrong(column)
        if int(price.as_tuple().exponent) < -6:
            self._wrong(column)
        return Decimal(f"{price:f}")  # 1E+1 is 10 on the wire.

    def amount(self, column: str, least: Decimal, most: Decimal) -> Decimal | None:
        """A number within these limits; None where the cell is empty."""
        if not self.text(column):
            return None
        self._fits(column, _AMOUNT)
        amount = Decimal(self.text(column))
        return amount if least <= amount <= most else self._wrong(column)

    def whole(self, column: str, otherwise: int) -> int:
        return int(self._fits(column, _WHOLE)) if self.text(column) else otherwise

    def one_of(self, column: str, known: frozenset[str]) -> str:
        return self.text(column) if self.text(column) in known else self._wrong(column)

    def day(self, column: str) -> str:
        if self.text(column):
            self._fits(column, _DAY)
            try:
                date.fromisoformat(self.text(column))
            except ValueError:
                self._wrong(column)
        return self.text(column)

    def several(self, column: str) -> tuple[str, ...]:
        parts = (part.strip() for part in self.text(column).split(";"))
        return tuple(part for part in parts if part)

    def prefixes(self, column: str) -> tuple[str, ...]:
        prefixes = self.several(column)
        return prefixes if all(map(_is_prefix, prefixes)) else self._wrong(column)

    def _fits(self, column: str, pattern: re.Pattern[str]) -> str:
        text = self.text(column)
        return text if pattern.fullmatch(text) else self._wrong(column)

    def _wrong(self, column: str) -> NoReturn:
        raise Refused("catalogue.unreadable", line=self._line, column=column) from None


def _is_prefix(text: str) -> bool:
    if not (text.isascii() and text.isdigit()):
        return False
    return len(text) == _PREFIX_DIGITS or (len(text) == _GTIN_DIGITS and check_digit_ok(text))


def _item(row: _Cells) -> Item:
    programme = row.text("programme")
    daily = row.amount("daily_units", _LITTLE, _MANY)
    return Item(
        med_list_codg=row.needed("med_list_codg"),
        medins_list_codg=row.needed("medins_list_codg"),
        name=row.needed("name"),
        spec=row.text("spec"),
        unit=row.text("unit"),
        price=row.price("price"),
        prescription=row.text("rx_flag") == "1",
        programme="" if programme == "none" else programme,
        prefixes=row.prefixes("trace_prefixes"),
        batch=row.text("batch"),
        lot=row.text("lot"),
        made_on=row.text("made_on"),
        public_health=row.text("public_health") == "yes",
        grade=row.one_of("class", _GRADES),
        advance_ratio=row.amount("selfpay_ratio", Decimal(0), Decimal(1)),
        price_limit=row.amount("price_limit", Decimal(0), _PRICE_MAX),
        listed=row.one_of("list", _LISTS),
        generic=row.text("generic"),
        ingredients=row.several("ingredients"),
        pack_units=row.whole("pack_units", 1),
        small_unit=row.text("small_unit"),
        daily_units=daily,
        daily_units_max=row.amount("daily_units_max", daily or _LITTLE, _MANY),
        exempt=row.one_of("exempt", _EXEMPT),
        outer_only=row.one_of("outer_only", _YES_OR_NO) == "yes",
        expires_on=row.day("expires_on"),
        aprvno=row.text("aprvno"),
    )
