"""A stand-in for what is mine: shows what a test says, and remembers what was tapped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from terminal.core.faults import Fault, Refused
from terminal.core.money import Money
from terminal.core.outlook import reckoned
from terminal.core.screen_views import (
    MineView,
    MyBinding,
    MySettlement,
    PriceTold,
)

_BOUGHT = (("苯磺酸氨氯地平片", "1盒", Money(2634)), ("血糖测定", "1次", Money(1250)))


def mine(**other: Any) -> MineView:
    """A likely grandmother's."""
    known: dict[str, Any] = {
        "visit_id": "v1",
        "masked_name": "王*国",
        "insured": True,
        "insutype": "390",
        "paid_this_year": None,
        "fund_used": Money(36880),
        "fund_limit": Money(42000),
        "contract": "石桥镇卫生院",
        "packages": (),
        "registrations": ("高血压", "糖尿病"),
        "family": (
            MyBinding("孙子", "王*明", as_holder=True, until=date(2026, 8, 31)),
            MyBinding("母亲", "王*军", as_holder=False, until=date(2027, 1, 31)),
        ),
        "settlements": tuple(
            MySettlement(f"s{n}", date(2025, 11, 20 - 2 * n), Money(3884), Money(2969), Money(915))
            for n in range(7)
        ),
        "lasts": reckoned(Money(5120), Money(1844), 14, date(2025, 11, 20)),
        "closes_in_s": 60,
        "as_of": datetime(2025, 11, 20, 0, 5, tzinfo=UTC),
    }
    return MineView(**{**known, **other})


PRICE = PriceTold(
    "苯磺酸氨氯地平片",
    "5mg×28片",
    listed=True,
    price=Money(2634),
    fund=Money(1844),
    own=Money(790),
    why=("price.everybody", "why.part_paid"),
)


class ShownAsking:
    """Open for whoever asks, until it is closed."""

    def __init__(self, shown: MineView | None = None) -> None:
        self.holds = shown or mine()
        self.is_open = False
        self.taps: list[str] = []
        self.printed = 0
        self.forgotten = 0
        self.refusing: Fault | None = None

    def open_mine(self, visit_id: str) -> None:
        if self.refusing is not None:
            raise self.refusing
        self.is_open = visit_id == self.holds.visit_id

    def close_mine(self) -> None:
        self.is_open = False

    def mine(self) -> MineView | None:
        return self.holds if self.is_open else None

    def look_at(self, visit_id: str) -> None:
        self.taps.append(visit_id)
        opened = tuple(
            replace(each, lines=_BOUGHT if each.visit_id == visit_id else ())
            for each in self.holds.settlements
        )
        known = any(each.visit_id == visit_id for each in opened)
        self.holds = replace(self.holds, settlements=opened, opened=visit_id if known else "")

    def print_mine(self) -> None:
        if not self.is_open:
            raise Refused("asking.closed")
        self.printed += 1

    def forget_price(self) -> None:
        self.forgotten += 1
