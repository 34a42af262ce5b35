"""What the clinic sells and does: drugs and services with price, class and trace prefix.

The province decides what the fund pays; from here come codes, prices and names, and to
which settlement a line belongs: all lines of one batch are of one category, so a
grandfather's blood-pressure pills and his cold are two settlements of one visit.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from terminal.core.faults import Refused

ORDINARY = "ordinary"
TWO_DISEASES = "two_diseases"
CHRONIC = "chronic"
"""Categories of settlement: 普通门诊, 两病 (hypertension, diabetes), 慢特病. The last two
are followed by a colon and the code of the registration they settle under."""

_ROWS_MAX = 100_000
"""A clinic stocks about eighty drugs; a province's whole list has some 70,000."""

_PREFIX_DIGITS = 7

_PRICE_MAX = Decimal(10**10)
"""The interface's N16,6 holds ten digits before the point."""


@dataclass(frozen=True, slots=True)
class Item:
    """A drug or a service that can stand on a bill."""

    med_list_codg: str
    """The national catalogue's code."""
    medins_list_codg: str
    """The clinic's own code, mapped to the national one at the province (3301)."""
    name: str
    spec: str
    unit: str
    price: Decimal
    """Yuan a unit, at most six digits behind the point."""
    prescription: bool
    """rx_flag: sold on prescription only."""
    programme: str
    """hypertension, diabetes or empty: which registrations this drug may settle under."""
    prefixes: tuple[str, ...]
    """First seven digits of its trace codes; empty for a service."""
    batch: str = ""
    """The clinic's number of the delivery on the shelf (fixmedins_bchno)."""
    lot: str = ""
    """The maker's lot number (manu_lotnum) of that delivery."""
    made_on: str = ""
    """Its date of manufacture (manu_date), yyyy-MM-dd."""
    public_health: bool = False
    """Paid from the fund for public health: it never stands on a bill."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What a registered disease code means for settling, in this region."""

    code: str
    category: str
    """TWO_DISEASES or CHRONIC."""
    programme: str


class Catalogue:
    """Drugs by trace prefix, services by code."""

    def __init__(self, drugs: Iterable[Item], services: Iterable[Item]) -> None:
        """Raises Refused `catalogue.two_owners` when a code or a trace prefix names two."""
        self._drugs: dict[str, Item] = {}
        self._services: dict[str, Item] = {}
        for items, into in ((drugs, self._drugs), (services, self._services)):
            for item in items:
                if self.item(item.medins_list_codg) is not None:
                    raise Refused("catalogue.two_owners", item=item.medins_list_codg)
                into[item.medins_list_codg] = item
        self._by_prefix: dict[str, Item] = {}
        for drug in self._drugs.values():
            for prefix in drug.prefixes:
                if prefix in self._by_prefix:
                    raise Refused("catalogue.two_owners", prefix=prefix)
                self._by_prefix[prefix] = drug

    def drug_of(self, product_prefix: str) -> Item | None:
        """The drug whose boxes carry this seven-digit prefix."""
        return self._by_prefix.get(product_prefix)

    def item(self, medins_list_codg: str) -> Item | None:
        """A drug or service by the clinic's own code."""
        return self._drugs.get(medins_list_codg) or self._services.get(medins_list_codg)

    def service(self, medins_list_codg: str) -> Item:
        """Raises Refused `catalogue.no_such_service`."""
        try:
            return self._services[medins_list_codg]
        except KeyError:
            raise Refused("catalogue.no_such_service") from None

    @property
    def drugs(self) -> tuple[Item, ...]:
        return tuple(self._drugs.values())

    @property
    def services(self) -> tuple[Item, ...]:
        return tuple(self._services.values())


def category_of(item: Item, registered: Iterable[str], known: Mapping[str, Registration]) -> str:
    """Which settlement a line belongs to, for someone with these registrations.

    A chronic disease's settlement pays without advance self-pay and comes first.
    """
    fitting = [
        known[code]
        for code in registered
        if code in known and item.programme and known[code].programme == item.programme
    ]
    for category in (CHRONIC, TWO_DISEASES):
        for registration in fitting:
            if registration.category == category:
                return f"{category}:{registration.code}"
    return ORDINARY


def registration_of(category: str) -> str:
    """The registration's code within a category, empty for an ordinary visit."""
    return category.partition(":")[2]


def read_drugs(text: str) -> list[Item]:
    """Read the drug list (CSV with a header line).

    Columns: med_list_codg, medins_list_codg, name, spec, unit, price, rx_flag (1 =
    prescription), programme (hypertension, diabetes, none), trace_prefixes (several
    parted by ;); batch, lot and made_on of the delivery on the shelf; public_health (yes:
    never billed). Others are passed over. Raises Refused `catalogue.unreadable` naming the line.
    """
    return [
        _item(row, number, _prefixes(row, number)) for number, row in _rows(text, "trace_prefixes")
    ]


def read_services(text: str) -> list[Item]:
    """Read the list of services; columns as for drugs, as far as they apply."""
    return [_item(row, number, ()) for number, row in _rows(text, "medins_list_codg")]


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


def _item(row: Mapping[str, str], number: int, prefixes: tuple[str, ...]) -> Item:
    try:
        price = Decimal(row["price"])
    except InvalidOperation:
        raise Refused("catalogue.unreadable", line=number, column="price") from None
    exponent = price.as_tuple().exponent
    # Written so that NaN is refused as well.
    if not (price.is_finite() and 0 <= price < _PRICE_MAX) or int(exponent) < -6:
        raise Refused("catalogue.unreadable", line=number, column="price")
    for column in ("med_list_codg", "medins_list_codg", "name"):
        if not row[column]:
            raise Refused("catalogue.unreadable", line=number, column=column)
    programme = row.get("programme", "")
    return Item(
        med_list_codg=row["med_list_codg"],
        medins_list_codg=row["medins_list_codg"],
        name=row["name"],
        spec=row.get("spec", ""),
        unit=row.get("unit", ""),
        price=Decimal(f"{price:f}"),  # 1E+1 is 10 on the wire.
        prescription=row.get("rx_flag") == "1",
        programme="" if programme == "none" else programme,
        prefixes=prefixes,
        batch=row.get("batch", ""),
        lot=row.get("lot", ""),
        made_on=row.get("made_on", ""),
        public_health=row.get("public_health") == "yes",
    )


def _prefixes(row: Mapping[str, str], number: int) -> tuple[str, ...]:
    prefixes = tuple(part.strip() for part in row["trace_prefixes"].split(";") if part.strip())
    for prefix in prefixes:
        if len(prefix) != _PREFIX_DIGITS or not (prefix.isascii() and prefix.isdigit()):
            raise Refused("catalogue.unreadable", line=number, column="trace_prefixes")
    return prefixes
