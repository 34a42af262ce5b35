"""The sheet on the door (公示): who was treated for how much, as the village may read it.

A date, a masked name, amounts: no drug, no disease, nobody under eighteen. A sheet tells
what happened on one day: what was charged for that day's visits, and of earlier days'
visits what settled late or was cancelled. So every charge stands on exactly one sheet,
every cancellation on one, and all sheets together add up to the book. A charge made and
cancelled on the same day stands on none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from terminal.core.charged import Charge
from terminal.core.csv_cells import csv_text
from terminal.core.money import Money, total
from terminal.core.money_views import Publicity, PublicityRow
from terminal.core.people import OF_AGE, age_on, masked_name
from terminal.core.shares import added

LATE = "late"
CANCELLED = "cancelled"

MARKS = {"": "", LATE: "补结算", CANCELLED: "已撤销"}
HEAD = ("就诊日期", "姓名", "总费用(元)", "医保基金支付(元)", "个人负担(元)", "备注")


def sheet(clinic_name: str, day: date, charges: Iterable[Charge], made_at: datetime) -> Publicity:
    """The sheet of one day. `charges` are those made or cancelled on that day, and may
    hold others. Minors are left out of rows and sums, and counted."""
    relevant = [charge for charge in charges if _mark(charge, day) is not None]
    shown = [charge for charge in relevant if not _minor(charge)]
    left_out = {charge.visit_id for charge in relevant if _minor(charge)}
    rows = _rows([charge for charge in shown if _mark(charge, day) == ""], "")
    since = [
        row
        for mark in (LATE, CANCELLED)
        for row in _rows([charge for charge in shown if _mark(charge, day) == mark], mark)
    ]
    return Publicity(
        clinic_name,
        day,
        rows,
        since=tuple(sorted(since, key=lambda row: row.day)),
        left_out=len(left_out),
        total=total(row.total for row in rows),
        fund=total(row.fund for row in rows),
        own=total(row.own for row in rows),
        made_at=made_at,
    )


def _mark(charge: Charge, day: date) -> str | None:
    """How the charge stands on this day's sheet; None: not at all."""
    made, undone = charge.settled_on == day, charge.cancelled_on == day
    if made == undone:
        return None  # Nothing of it happened on this day, or nothing is left of it.
    if undone:
        return CANCELLED
    return LATE if charge.late else ""


def _minor(charge: Charge) -> bool:
    """Whoever was younger on the day of the visit is not shown."""
    return age_on(charge.born, charge.visited_on) < OF_AGE


def _rows(charges: list[Charge], mark: str) -> tuple[PublicityRow, ...]:
    """One row a visit, whose charges of one day are added up, in the visits' order."""
    visits: dict[str, list[Charge]] = {}
    for charge in charges:
        visits.setdefault(charge.visit_id, []).append(charge)
    return tuple(_row(together, mark) for together in visits.values())


def _row(charges: list[Charge], mark: str) -> PublicityRow:
    shares = added(charge.shares for charge in charges)
    first = charges[0]
    return PublicityRow(
        first.visited_on, masked_name(first.name), shares.total, shares.fund, shares.own, mark
    )


def publicity_csv(publicity: Publicity) -> str:
    """The sheet for spreadsheet programs: UTF-8 with a byte order mark, CRLF.

    No cell begins a formula, whatever a name begins with.
    """
    lines = [
        [publicity.clinic_name, "医保基金支付公示", f"{publicity.day:%Y-%m-%d}"],
        HEAD,
        *(_cells(row) for row in publicity.rows),
        ["合计", "", *_amounts(publicity.total, publicity.fund, publicity.own), ""],
        *([["以前就诊的变动"]] if publicity.since else []),
        *(_cells(row) for row in publicity.since),
        *([[left_out_text(publicity)]] if publicity.left_out else []),
        [f"制表时间 {publicity.made_at:%Y-%m-%d %H:%M}"],
    ]
    return "\ufeff" + csv_text(lines)


def left_out_text(publicity: Publicity) -> str:
    """What is said of those who are not shown."""
    return f"另有未成年人就诊 {publicity.left_out} 人次，依规不公示"


def _cells(row: PublicityRow) -> list[str]:
    amounts = _amounts(row.total, row.fund, row.own)
    return [f"{row.day:%Y-%m-%d}", row.masked_name, *amounts, MARKS[row.mark]]


def _amounts(*amounts: Money) -> list[str]:
    return [amount.yuan for amount in amounts]
