"""The month as the township hospital and the county are told it: sums, and no person.

Charges count in the month in which they were made, and are taken off in the month in
which they were cancelled, so that a statement made later says the same, and twelve of
them add up to the year. The terminal does not hear when the province has paid: what it
names as owed is what was settled, by month.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from terminal.core.charged import Charge, made, undone
from terminal.core.evidence import MONTHLY_STATEMENT
from terminal.core.money import Money, plain, total
from terminal.core.shares import Shares

_SUMS = {
    "medfee_sumamt": "total",
    "fund_pay_sumamt": "fund",
    "psn_part_amt": "own",
    "acct_pay": "account",
    "acct_mulaid_pay": "mutual_aid",
    "psn_cash_pay": "cash",
    "hosp_part_amt": "hospital",
}
"""By the interface's names, as far as the answers tell kinds apart; amounts in fen."""


@dataclass(frozen=True, slots=True)
class Institution:
    """Who settles, and for whom the statement is signed."""

    fixmedins_code: str
    name: str
    settles_under: str
    """The township hospital whose code it is; empty where the code is the clinic's own."""
    public_key: str


@dataclass(frozen=True, slots=True)
class ItemSold:
    """A line of a bill that was charged; below zero where it was cancelled."""

    item_code: str
    name: str
    is_drug: bool
    quantity: Decimal
    amount: Money


@dataclass(frozen=True, slots=True)
class UnknownCharge:
    """Sent, and nobody knows yet what became of it."""

    msgid: str
    sent_at: datetime
    own: Money
    fund: Money


@dataclass(frozen=True, slots=True)
class Month:
    """What the book says of a month."""

    year: int
    month: int
    charges: Sequence[Charge]
    """Made or cancelled in it, and perhaps others."""
    visits: Mapping[str, int]
    """How many visits of the month stand in each state."""
    items: Sequence[ItemSold]
    settled_fund: Mapping[str, Money]
    """What the fund was charged by month (`2025-09`), cancelled charges taken off."""
    unknown: Sequence[UnknownCharge]
    credit: Sequence[tuple[date, Money]]
    """What each resident owes, and since when; without a name."""
    closed: Mapping[date, bool]
    """Days closed, and whether they balanced."""

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def statement(who: Institution, month: Month, made_at: datetime) -> dict[str, Any]:
    """The month's statement, ready to be signed: whole numbers and text only."""
    charged = made(month.charges, month.first, month.last)
    cancelled = undone(month.charges, month.first, month.last)
    return {
        "schema": MONTHLY_STATEMENT,
        "month": f"{month.year:04}-{month.month:02}",
        "made_at": made_at.isoformat(),
        "device": {"public_key": who.public_key},
        "institution": {
            "fixmedins_code": who.fixmedins_code,
            "name": who.name,
            "settles_under": who.settles_under,
        },
        "visits": {
            "by_state": dict(sorted(month.visits.items())),
            "settled": len({charge.visit_id for charge in charged}),
        },
        "settlements": {
            "settled": len(charged),
            "cancelled": len(cancelled),
            "late": sum(charge.late for charge in charged),
        },
        "sums_fen": _sums(charged, cancelled),
        "by_insutype_fen": {
            insutype: _sums(
                [charge for charge in charged if charge.insutype == insutype],
                [charge for charge in cancelled if charge.insutype == insutype],
            )
            for insutype in sorted({charge.insutype for charge in (*charged, *cancelled)})
        },
        "drugs": _items(item for item in month.items if item.is_drug),
        "services": _items(item for item in month.items if not item.is_drug),
        "owed_to_clinic": _owed(month),
        "closings": _closings(month, charged, cancelled, made_at.date()),
    }


def _sums(charged: Sequence[Charge], cancelled: Sequence[Charge]) -> dict[str, int]:
    """Charged less cancelled, in fen, by the interface's names."""

    def summed(part: str, charges: Sequence[Charge]) -> int:
        return total(_part(charge.shares, part) for charge in charges).fen

    return {name: summed(part, charged) - summed(part, cancelled) for name, part in _SUMS.items()}


def _part(shares: Shares, part: str) -> Money:
    amount: Money = getattr(shares, part)
    return amount


def _items(items: Iterable[ItemSold]) -> list[dict[str, Any]]:
    """By kind; what was charged and cancelled again is not there."""
    kinds: dict[str, list[ItemSold]] = {}
    for item in items:
        kinds.setdefault(item.item_code, []).append(item)
    rows = [
        {
            "item_code": code,
            "name": together[0].name,
            "quantity": plain(sum((item.quantity for item in together), Decimal(0))),
            "sum_fen": total(item.amount for item in together).fen,
        }
        for code, together in sorted(kinds.items())
    ]
    return [row for row in rows if (row["quantity"], row["sum_fen"]) != ("0", 0)]


def _owed(month: Month) -> dict[str, Any]:
    """Who owes the clinic what, and since when."""
    return {
        "province": {
            "cleared_is_known": False,
            "settled_fund_fen_by_month": {
                name: amount.fen for name, amount in sorted(month.settled_fund.items())
            },
        },
        "unknown_charges": [
            {
                "msgid": each.msgid,
                "sent_at": each.sent_at.isoformat(),
                "own_fen": each.own.fen,
                "fund_fen": each.fund.fen,
            }
            for each in month.unknown
        ],
        "residents": {
            "count": len(month.credit),
            "sum_fen": total(owed for _, owed in month.credit).fen,
            "since": min((since.isoformat() for since, _ in month.credit), default=None),
        },
    }


def _closings(
    month: Month, charged: Sequence[Charge], cancelled: Sequence[Charge], today: date
) -> dict[str, list[str]]:
    """Days closed, and days with settlements that are not."""
    worked = {charge.settled_on for charge in charged} | {
        charge.cancelled_on for charge in cancelled if charge.cancelled_on is not None
    }
    days = {
        "balanced": [day for day, balanced in month.closed.items() if balanced],
        "with_differences": [day for day, balanced in month.closed.items() if not balanced],
        "open": [day for day in worked if day not in month.closed and day <= today],
    }
    return {name: sorted(day.isoformat() for day in listed) for name, listed in days.items()}
