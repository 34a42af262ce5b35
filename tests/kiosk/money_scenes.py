"""Every screen of the money, by name: what the desk shows while it stands there.

Drawn by the browser's tests and photographed for docs/screens.md.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from terminal.core.charge import SettlementState
from terminal.core.money_views import FreedVisit, PaymentKind, PaymentRow, Told, Way
from terminal.core.visit import VisitState
from tests.kiosk.books import FUND
from tests.kiosk.counter_views import (
    AT,
    ELSEWHERE,
    SLIP,
    WAITING,
    bill,
    notice,
    payments,
    share,
    visit,
    yuan,
)

AWAY = {"province": "province.away"}
OFFLINE: dict[str, Any] = {"away": AWAY, "offline_allowed": True}


def told(*codes: str) -> tuple[Told, ...]:
    """These steps, seven seconds apart."""
    return tuple(
        Told(AT + timedelta(seconds=7 * n), f"told.{code}") for n, code in enumerate(codes)
    )


def paid(kind: PaymentKind, amount: str, way: Way | None = None, reason: str = "") -> PaymentRow:
    return PaymentRow(kind, way, yuan(amount), reason, "1120-004", "D99", AT)


SILENT = told("confirmed", "sent", "silent", "asked", "not_found", "reversal_sent")
LONG = SILENT + told(
    "silent", "restarted", *(["reversal_sent", "silent"] * 6), "file_decides_later"
)
UNKNOWN = visit(VisitState.UNCERTAIN, told=SILENT, decided_by=AT + timedelta(days=1))
DIFFERS = visit(VisitState.DIFFERS, told=told("confirmed", "sent", "answered", "differs"))
SETTLED = visit(VisitState.SETTLED, payments=payments(may_let_go=yuan("0.90")))
IN_CASH = paid(PaymentKind.PAID, "7.00", Way.CASH)
CANCELLING = bill(share(SettlementState.CANCELLING))
FREED = FreedVisit("v5", AT + timedelta(hours=3), "何*香", yuan("21.00"))

SCENES: dict[str, dict[str, Any]] = {
    "picking up": {"picking_up": 3, "waiting": WAITING},
    "free": {"waiting": WAITING, "fund": FUND},
    "may estimate": {"visit": visit(VisitState.TRACED), **OFFLINE},
    "estimated": {"visit": visit(VisitState.ESTIMATED), **OFFLINE},
    "waiting": {"visit": visit(VisitState.WAITING), **OFFLINE},
    "waiting with a deposit": {
        "visit": visit(
            VisitState.WAITING,
            payments=payments(
                "0", deposit=yuan("5"), rows=(paid(PaymentKind.DEPOSIT, "5.00", Way.CASH),)
            ),
        ),
        **OFFLINE,
    },
    "exceeded": {"visit": visit(VisitState.PRICED, ceiling=yuan("7.00"))},
    "settled elsewhere": {"visit": visit(VisitState.PRICED, elsewhere=(ELSEWHERE,))},
    "confirmed": {"visit": visit(VisitState.CONFIRMED), **OFFLINE},
    "unknown": {"visit": replace(UNKNOWN, notice=notice("province.no_answer")), "waiting": WAITING},
    "unknown for long": {"visit": replace(UNKNOWN, told=LONG, busy=None)},
    "differs": {"visit": DIFFERS},
    "partly settled": {"visit": visit(VisitState.PARTLY_SETTLED)},
    "to pay": {"visit": SETTLED, "fund": FUND},
    "paid": {
        "visit": replace(
            SETTLED,
            payments=payments("0", rows=(IN_CASH, paid(PaymentKind.LET_GO, "0.90"))),
        )
    },
    "on credit": {
        "visit": replace(SETTLED, payments=payments("0", rows=(paid(PaymentKind.CREDIT, "7.90"),)))
    },
    "to return": {
        "visit": replace(
            SETTLED,
            payments=payments(
                "0",
                to_return=yuan("2.10"),
                rows=(paid(PaymentKind.DEPOSIT, "10.00", Way.CASH),),
            ),
        )
    },
    "cancelling": {"visit": visit(VisitState.SETTLED, bill=CANCELLING, slip=SLIP)},
    "cancelled": {
        "visit": visit(
            VisitState.CANCELLED,
            payments=payments("0", to_return=yuan("7.00"), rows=(IN_CASH,)),
            freed=(FREED,),
            told=told("confirmed", "sent", "settled", "cancellation_sent", "cancelled"),
        )
    },
    "corrected": {"visit": visit(VisitState.TRACED, corrects="v0")},
    "a deposit kept": {
        "visit": visit(VisitState.PRICED, payments=payments("0", deposit=yuan("5")))
    },
    "huge sums": {
        "visit": visit(
            VisitState.SETTLED, payments=payments("99999999999999.99", may_let_go=yuan("0.99"))
        )
    },
}
NOTHING: dict[str, Any] = {
    "visit": None, "waiting": (), "away": {}, "offline_allowed": False, "picking_up": 0,
    "fund": None, "hint": None, "enrolling": None, "scan": None,
}  # fmt: skip

PICTURED = (
    "may estimate", "estimated", "waiting", "exceeded", "settled elsewhere", "unknown for long",
    "differs", "to pay", "cancelled", "picking up",
)  # fmt: skip
BOOKS = ("/doctor/day", "/doctor/credit", "/doctor/month", "/publicity")
