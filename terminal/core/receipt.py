"""A settled visit as lines of text: what stood on the bill, who paid what, and when.

Names are masked: a slip is left lying about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from terminal.core.money import ZERO, Money
from terminal.core.people import masked_name
from terminal.core.shares import Shares


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    name: str
    spec: str
    quantity: str
    unit: str
    total: Money
    times: int = 0
    """Settled once for so many times; 0: not a course."""

    @property
    def text(self) -> str:
        course = f"（分{self.times}次）" if self.times else ""
        return f"{self.name} {self.spec} ×{self.quantity}{self.unit}{course} {self.total.yuan}"


@dataclass(frozen=True, slots=True, repr=False)
class Occasion:
    """Whose receipt it is, and of when."""

    clinic_name: str
    person_name: str
    relative_name: str
    """Empty when nobody stood in."""
    settled_at: datetime
    next_due: date | None = None
    """When the first of the long-term drugs runs out."""
    electronic: tuple[str, ...] = ()
    """Numbers of the electronic receipts (invono, 5203), where the province has told any."""
    prescriptions: tuple[str, ...] = ()
    """Numbers of the county hospital's prescriptions that were dispensed."""


def receipt(
    occasion: Occasion, lines: Sequence[ReceiptLine], shares: Shares, setl_ids: Sequence[str]
) -> tuple[str, ...]:
    """The receipt's lines, top to bottom. Without a setl_id no insurance settled anything."""
    title = "医保结算单" if setl_ids else "自费收费单（没有用医保）"
    head = [occasion.clinic_name, title, f"姓名 {masked_name(occasion.person_name)}"]
    if occasion.relative_name:
        head.append(f"代办人 {masked_name(occasion.relative_name)}")
    head.append(f"时间 {occasion.settled_at:%Y-%m-%d %H:%M}")
    body = [line.text for line in lines]
    fund = [f"医保基金支付 {shares.fund.yuan}"] if setl_ids else []
    feet = [f"总费用 {shares.total.yuan}", *fund, f"个人负担 {shares.own.yuan}"]
    ways = [
        ("  其中个人账户", shares.account),
        ("  其中家庭共济", shares.mutual_aid),
        ("  其中现金", shares.cash),
        ("机构承担", shares.hospital),
    ]
    feet += [f"{name} {amount.yuan}" for name, amount in ways if amount != ZERO]
    feet += [f"结算号 {setl_id}" for setl_id in setl_ids]
    feet += [f"电子票据号 {number}" for number in occasion.electronic]
    feet += [f"处方号 {number}" for number in occasion.prescriptions]
    if (due := occasion.next_due) is not None:
        feet.append(f"下次取药 {due.month}月{due.day}日前后")
    return (*head, *body, *feet)


def pending_slip(
    clinic_name: str,
    slip_no: str,
    person_name: str,
    at: datetime,
    ceiling: Money | None,
    deposit: Money,
) -> tuple[str, ...]:
    """The numbered slip of whoever goes home before the outcome is known.

    It promises no amount. `ceiling` is what was agreed to while the province was away,
    said as an estimate; None where an outcome is waited for.
    """
    lines = [
        clinic_name,
        "医保结算办理中",
        f"凭条号 {slip_no}",
        f"姓名 {masked_name(person_name)}",
        f"时间 {at:%Y-%m-%d %H:%M}",
    ]
    if ceiling is None:
        lines += ["结算结果还没有查到，查到之前不收钱。", "不会重复扣费，可以先回家。"]
    else:
        lines += [f"个人最多付 {ceiling.yuan}（估算，多退少补）", "网络恢复后结算，可以先回家。"]
    if deposit != ZERO:
        lines.append(f"已收押金 {deposit.yuan}（不是付款，多退少补）")
    return (*lines, "请保管好凭条，凭号来问结果。")
