"""The slip of the cash book as lines of text: what was paid, what is left, what is held.

Names are masked: a slip is left lying about. No drug and no disease stands on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from terminal.core.cash import Reckoning
from terminal.core.money import ZERO, total
from terminal.core.money_views import PaymentKind, PaymentRow, Way

_KINDS = {
    PaymentKind.PAID: "付款",
    PaymentKind.DEPOSIT: "押金",
    PaymentKind.DEPOSIT_RETURNED: "退押金",
    PaymentKind.LET_GO: "抹零",
    PaymentKind.LET_OFF: "免收",
    PaymentKind.CREDIT: "赊账",
    PaymentKind.REPAID: "还赊账",
    PaymentKind.RETURNED: "退款",
}
_WAYS = {
    Way.CASH: "现金",
    Way.CODE: "收款码",
    Way.ACCOUNT: "医保账户",
    Way.FAMILY: "亲情账户",
}


@dataclass(frozen=True, slots=True)
class SlipVisit:
    """One visit on the slip."""

    day: date
    reckoned: Reckoning
    rows: Sequence[PaymentRow]


def slip(
    clinic_name: str, masked_name: str, visits: Sequence[SlipVisit], now: datetime
) -> tuple[str, ...]:
    """The slip's lines, top to bottom."""
    head = [clinic_name, "收费小票", f"姓名 {masked_name}", f"打印 {now:%Y-%m-%d %H:%M}"]
    body = [line for visit in visits for line in _visit(visit)]
    owed = total(visit.reckoned.owed for visit in visits)
    feet = [f"赊账还欠 {owed.yuan}"] if owed > ZERO else ["没有赊账"]
    return (*head, *body, *feet)


def _visit(visit: SlipVisit) -> Iterator[str]:
    reckoned = visit.reckoned
    yield f"{visit.day:%Y-%m-%d} 就诊"
    if reckoned.share > ZERO:
        yield f"  个人应付现金 {reckoned.share.yuan}"
    for row in visit.rows:
        way = "" if row.way is None else f" {_WAYS[row.way]}"
        yield f"  {row.slip_no} {row.at:%m-%d} {_KINDS[row.kind]}{way} {row.amount.yuan}"
    left = (
        ("押金算作付款", reckoned.deposit_counted),
        ("还没有付", reckoned.due),
        ("赊账未还", reckoned.owed),
        ("应退给您", reckoned.to_return),
    )
    for words, amount in left:
        if amount > ZERO:
            yield f"  {words} {amount.yuan}"
    if reckoned.deposit > ZERO:
        yield f"  押金 {reckoned.deposit.yuan} 尚未结算（估算，多退少补）"
