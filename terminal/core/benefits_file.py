"""What files say of benefits: the regions' rules, and the terms of each item.

The clinic's lists of drugs and services (CSV, as `catalogue` reads them) say in further
columns what the province's catalogue says of an item. They serve estimates only: an item
without them is reckoned as wholly self-paid.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from terminal.core.benefit_policy import Policy, read_policy
from terminal.core.bill import BillLine, Grade, Listed
from terminal.core.faults import Refused


@dataclass(frozen=True, slots=True)
class Terms:
    """What of an item's price the fund looks at."""

    grade: Grade
    advance_ratio: Decimal = Decimal(0)
    price_limit: Decimal | None = None
    """Yuan a unit."""
    listed: Listed = Listed.NONE
    governed_price: bool = False
    charge_type: str = ""
    """med_chrgitm_type, by which consultations are waived."""

    def billed(self, number: str, price: Decimal, quantity: Decimal) -> BillLine:
        """A line of an item with these terms. Raises Refused `bill.line_unreadable`."""
        return BillLine(
            number=number,
            price=price,
            quantity=quantity,
            grade=self.grade,
            advance_ratio=self.advance_ratio,
            price_limit=self.price_limit,
            governed_price=self.governed_price,
            listed=self.listed,
            charge_type=self.charge_type,
        )


WHOLLY_SELF_PAID = Terms(Grade.C)
"""The terms of an item of which nothing is known."""


def read_policies(text: str) -> tuple[Policy, ...]:
    """Read the regions' rules (TOML, a table `policy` for each region and year).

    Raises Refused `benefits.policy_unreadable` naming what is wrong.
    """
    try:
        tables = tomllib.loads(text, parse_float=Decimal).get("policy", [])
    except tomllib.TOMLDecodeError:
        raise Refused("benefits.policy_unreadable", parameter="TOML") from None
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise Refused("benefits.policy_unreadable", parameter="policy")
    return tuple(read_policy(table) for table in tables)


def read_terms(text: str) -> dict[str, Terms]:
    """Read each item's terms, by the clinic's own code (medins_list_codg).

    Columns: class (01, 02, 03), selfpay_ratio, price_limit, list (none, specific,
    higher), charge_type, governed_price (yes, no). A row without a class is left out.
    Raises Refused `catalogue.unreadable` naming the line.
    """
    reader = csv.DictReader(text.removeprefix("\ufeff").splitlines())
    found: dict[str, Terms] = {}
    for row in reader:
        code, grade = row.get("medins_list_codg") or "", row.get("class") or ""
        if code and grade:
            try:
                found[code] = _terms(row, Grade(grade))
            except (ValueError, InvalidOperation):
                raise Refused("catalogue.unreadable", line=reader.line_num) from None
    return found


def _terms(row: Mapping[str, str | None], grade: Grade) -> Terms:
    limit = row.get("price_limit")
    terms = Terms(
        grade=grade,
        advance_ratio=Decimal(row.get("selfpay_ratio") or "0"),
        price_limit=Decimal(limit) if limit else None,
        listed=Listed(row.get("list") or Listed.NONE),
        governed_price=row.get("governed_price") == "yes",
        charge_type=row.get("charge_type") or "",
    )
    # Written so that NaN is refused as well.
    if not 0 <= terms.advance_ratio <= 1 or not (limit is None or (terms.price_limit or 0) >= 0):
        raise ValueError
    return terms
