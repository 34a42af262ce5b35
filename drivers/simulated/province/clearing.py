"""The day's end: 3201 compares sums, 3202 compares every settlement (section 6).

A settlement counts on the day it was made; its cancellation is a row of its own, below
zero, on the day of the cancellation. What 2601 undid was never there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from drivers.simulated.province import files
from drivers.simulated.province.call import Call, Output
from drivers.simulated.province.manner import FileRows, Verdicts
from drivers.simulated.province.rejection import Rejection
from terminal.core.faults import Refused
from terminal.core.money import Money, total

_CLR_TYPE = "11"
"""门诊: everything a village clinic settles."""
_SPAN_DAYS_MAX = 366
_ROWS = """
SELECT commits.* FROM commits
LEFT JOIN settlements ON settlements.setl_id = commits.setl_id
LEFT JOIN cancellations ON cancellations.msgid = commits.msgid
WHERE commits.institution = ? AND commits.day BETWEEN ? AND ? AND commits.clr_optins = ?
  AND ? IN ('', commits.insutype)
  AND ((commits.kind = 'settled' AND settlements.state <> 'reversed')
    OR (commits.kind = 'cancelled' AND cancellations.reversed = 0))
ORDER BY commits.seq
"""


class _Verdict(StrEnum):
    BALANCED = "平"
    THEIRS = "中心多"
    OURS = "医药机构多"
    DIFFERS = "数据不一致"


_CODES = {
    _Verdict.BALANCED: ("0", "000000"),
    _Verdict.THEIRS: ("1", "000101"),
    _Verdict.OURS: ("2", "000102"),
    _Verdict.DIFFERS: ("3", "000103"),
}


@dataclass(frozen=True, slots=True)
class _Row:
    """One row as the platform and the clinic both have it; refunds are below zero."""

    setl_id: str
    mdtrt_id: str
    psn_no: str
    msgid: str | None
    total: Money
    fund: Money
    account: Money
    refunded: bool
    """Whether this is the row of a cancellation."""

    @property
    def key(self) -> tuple[str, bool]:
        return self.setl_id, self.refunded

    @property
    def amounts(self) -> tuple[Money, Money, Money]:
        return self.total, self.fund, self.account


def compare_sums(call: Call) -> Output:
    """3201: whether the clinic's sums of one group are this platform's."""
    data = call.data
    rows = _rows(call, data["insutype"])
    count = sum(-1 if row.refunded else 1 for row in rows)
    has = tuple(total(row.amounts[each] for row in rows) for each in range(3))
    said_count = int(data["fixmedins_setl_cnt"])
    told = tuple(
        Money.parse(data[name]) for name in ("medfee_sumamt", "fund_pay_sumamt", "acct_pay")
    )
    if count != said_count:
        verdict = _Verdict.THEIRS if count > said_count else _Verdict.OURS
    else:
        verdict = _Verdict.BALANCED if has == told else _Verdict.DIFFERS
    said = f"{verdict}:中心{count}笔,总额{has[0]},基金{has[1]},个账{has[2]}"
    return {
        "stmtinfo": {
            "setl_optins": data["setl_optins"],
            "stmt_rslt": _code(call, verdict),
            "stmt_rslt_dscr": said,
        }
    }


def compare_rows(call: Call) -> Output:
    """3202: compare the file of 9101 row by row; the answer is a file too, for 9102."""
    data = call.data
    ours = {row.key: row for row in _uploaded(files.content(call, data["file_qury_no"]))}
    theirs = {row.key: row for row in _all_rows(call, data["insutype"])}
    compared: list[tuple[_Row, _Verdict]] = []
    for key, row in theirs.items():
        sent = ours.pop(key, None)
        if sent is None:
            compared.append((row, _Verdict.THEIRS))
        elif (sent.amounts, sent.mdtrt_id) != (row.amounts, row.mdtrt_id):
            compared.append((row, _Verdict.DIFFERS))
        else:
            compared.append((row, _Verdict.BALANCED))
    compared += [(row, _Verdict.OURS) for row in ours.values()]
    if call.manner.file_rows is FileRows.DIFFERENCES:
        compared = [each for each in compared if each[1] is not _Verdict.BALANCED]
    lines = [_line(call, row, verdict) for row, verdict in compared]
    return {"fileinfo": files.offer(call, "stmt_detail.txt", lines)}


def _rows(call: Call, insutype: str) -> list[_Row]:
    """What belongs into the sums that 3201 compares."""
    rows = _all_rows(call, insutype)
    if "1" in {call.data["refd_setl_flag"], call.data["REFD_SETL_FLAG"]}:
        return [row for row in rows if row.refunded]
    if call.manner.refunds_netted:
        return rows
    return [row for row in rows if not row.refunded]


def _all_rows(call: Call, insutype: str) -> list[_Row]:
    """What this platform has of the institution in the span a request names."""
    data = call.data
    begin, end = (date.fromisoformat(data[name]) for name in ("stmt_begndate", "stmt_enddate"))
    if not 0 <= (end - begin).days <= _SPAN_DAYS_MAX:
        raise Rejection("对账起止日期不正确", "stmtcheck_1")
    if data["clr_type"] not in {"", _CLR_TYPE}:
        return []
    found = call.book.rows(
        _ROWS,
        call.institution.code,
        begin.isoformat(),
        end.isoformat(),
        data["setl_optins"],
        insutype,
    )
    return [_row(call, row) for row in found]


def _row(call: Call, row: sqlite3.Row) -> _Row:
    """A commit with its amounts as this province answers them."""
    account, fund = Money(row["account"]), Money(row["fund"])
    if call.manner.mutual_aid_in_account:
        account += Money(row["mutual_aid"])
    if call.manner.account_in_fund:
        fund += account
    named = (row["setl_id"], row["mdtrt_id"], row["psn_no"], row["msgid"])
    return _Row(*named, Money(row["total"]), fund, account, row["kind"] == "cancelled")


def _uploaded(lines: Sequence[Sequence[str]]) -> list[_Row]:
    """The clinic's rows. Raises Rejection for a file in another shape."""
    rows: list[_Row] = []
    for number, line in enumerate(lines, 1):
        if len(line) not in {7, 8} or "" in line:
            raise Rejection(f"对账文件第{number}行格式错误", "stmtcheck_2")
        setl_id, mdtrt_id, psn_no, *amounts, flag = line[:7]
        try:
            fee, fund, account = (Money.parse(each) for each in amounts)
        except Refused:
            raise Rejection(f"对账文件第{number}行金额错误", "stmtcheck_2") from None
        if (flag, fee.fen >= 0) not in {("0", True), ("1", fee.fen == 0)}:
            raise Rejection(f"对账文件第{number}行退费标志错误", "stmtcheck_2")
        rows.append(_Row(setl_id, mdtrt_id, psn_no, None, fee, fund, account, flag == "1"))
    if len({row.key for row in rows}) != len(rows):
        raise Rejection("对账文件存在重复的结算", "stmtcheck_3")
    return rows


def _line(call: Call, row: _Row, verdict: _Verdict) -> list[str | None]:
    refunded = "1" if row.refunded else "0"
    memo = None if verdict is _Verdict.BALANCED else verdict.value
    return [
        *(row.psn_no, row.mdtrt_id, row.setl_id, row.msgid),
        *(_code(call, verdict), refunded, memo),
        *(each.yuan for each in row.amounts),
    ]


def _code(call: Call, verdict: _Verdict) -> str:
    short, long = _CODES[verdict]
    return long if call.manner.verdicts is Verdicts.LONG else short
