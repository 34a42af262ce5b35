"""A settled visit as lines of text: what stood on the bill, who paid what, and when.

Names are masked: a slip is left lying about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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


def receipt(
    clinic_name: str,
    person_name: str,
    relative_name: str,
    lines: Sequence[ReceiptLine],
    shares: Shares,
    setl_ids: Sequence[str],
    settled_at: datetime,
) -> tuple[str, ...]:
    """The receipt's lines, top to bottom. `relative_name` is empty when nobody stood in."""
    head = [clinic_name, "医保结算单", f"姓名 {masked_name(person_name)}"]
    if relative_name:
        head.append(f"代办人 {masked_name(relative_name)}")
    head.append(f"时间 {settled_at:%Y-%m-%d %H:%M}")
    body = [
        f"{line.name} {line.spec} ×{line.quantity}{line.unit} {line.total.yuan}" for line in lines
    ]
    feet = [
        f"总费用 {shares.total.yuan}",
        f"医保基金支付 {shares.fund.yuan}",
        f"个人负担 {shares.own.yuan}",
    ]
    ways = [
        ("  其中个人账户", shares.account),
        ("  其中家庭共济", shares.mutual_aid),
        ("  其中现金", shares.cash),
        ("机构承担", shares.hospital),
    ]
    feet += [f"{name} {amount.yuan}" for name, amount in ways if amount != ZERO]
    return (*head, *body, *feet, *(f"结算号 {setl_id}" for setl_id in setl_ids))


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
