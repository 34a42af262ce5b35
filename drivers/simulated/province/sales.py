"""Trace codes sold, returned and asked about: 3505A, 3506A, 3513, and 2207's own node.

A code is one box. Whole boxes are sold once, which a unique index keeps; a box opened
for split doses (trdn_flag 1) is reported as often as tablets are taken from it. What
another institution sold is refused without a word of who bought it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from decimal import Decimal

from drivers.simulated.province.call import Call, Output
from drivers.simulated.province.fields import Node
from drivers.simulated.province.rejection import Rejection
from drivers.simulated.province.verdicts import NotTaken, check_drug_of, not_taken, taken
from drivers.simulated.province.wire import Json

_INSURED, _SELF_PAID = "1", "2"
"""mdtrt_setl_type; what is self-paid is reported as well, and has no setl_id."""
_SETTLEMENT = "2207A"


def sell(call: Call) -> Output:
    """3505A: report sales. All of them are taken, or none with the reason."""
    rows = call.rows
    for row in rows:
        if row["mdtrt_setl_type"] == _INSURED and not row["setl_id"]:
            raise Rejection("setl_id不能为空", "fieldcheck_2")
    try:
        with call.book.attempt():
            for number, row in enumerate(rows, 1):
                _sell_row(call, number, row)
    except NotTaken as reason:
        return not_taken(reason)
    return taken()


def take_back(call: Call) -> Output:
    """3506A: report returns. All of them are taken, or none with the reason."""
    found: list[int] = []
    for number, row in enumerate(call.rows, 1):
        for code in row.inner["drugtracinfo"]:
            sales = _sales_of(call, row, code["drug_trac_codg"])
            standing = [each["seq"] for each in sales if not each["returned"]]
            left = [seq for seq in standing if seq not in found]
            if not left:
                returned = "追溯码已退货" if sales else "追溯码无销售记录"
                return not_taken(f"第{number}行:{returned}")
            found.append(left[0])
    for seq in found:
        call.book.write("UPDATE sales SET returned = 1 WHERE seq = ?", seq)
    return taken()


def sold(call: Call) -> Output:
    """3513: what this institution reported as sold, newest first."""
    data = call.data
    rows = call.book.rows(
        "SELECT * FROM sales WHERE institution = ? AND ? IN ('', code) AND ? IN ('', setl_id)"
        " AND substr(at, 1, 10) BETWEEN ? AND ? ORDER BY seq DESC LIMIT 500",
        call.institution.code,
        data["drug_trac_codg"],
        data["setl_id"],
        data["begndate"] or "0000-01-01",
        data["enddate"] or "9999-12-31",
    )
    found: list[Json] = [
        {
            "drug_trac_codg": row["code"],
            "med_list_codg": row["med_list_codg"],
            "trdn_flag": row["trdn_flag"],
            "setl_id": row["setl_id"],
            "sel_retn_time": row["at"],
            "retn_flag": str(row["returned"]),
        }
        for row in rows
    ]
    return {"data": found}


def sell_with_settlement(call: Call, setl_id: str, codes: Sequence[Node]) -> None:
    """The trace codes that came inside 2207. Raises Rejection: then nothing is settled."""
    for code in codes:
        line = call.book.row(
            "SELECT item FROM lines WHERE mdtrt_id = ? AND chrg_bchno = ? AND feedetl_sn = ?",
            call.data["mdtrt_id"],
            call.data["chrg_bchno"],
            code["feedetl_sn"],
        )
        if line is None:
            raise Rejection("追溯码对应的费用明细不存在", "traccheck_1")
        try:
            _sell_code(call, code["drug_trac_codg"], code["trdn_flag"], line["item"], setl_id)
        except NotTaken as reason:
            raise Rejection(str(reason), "traccheck_2") from reason


def release_sales(call: Call, setl_id: str) -> None:
    """What a settlement sold by itself is not sold once it is undone."""
    call.book.write(
        "UPDATE sales SET returned = 1 WHERE setl_id = ? AND source = ?", setl_id, _SETTLEMENT
    )


def _sales_of(call: Call, row: Node, code: str) -> list[sqlite3.Row]:
    """What this institution reported of a box that a row of 3506A names, newest first."""
    with_settlement = row["mdtrt_setl_type"] != _SELF_PAID
    return call.book.rows(
        "SELECT seq, returned FROM sales WHERE code = ? AND institution = ?"
        " AND med_list_codg = ? AND trdn_flag = ? AND (setl_id = ? OR ? = '' AND ?)"
        " ORDER BY seq DESC",
        code,
        call.institution.code,
        row["med_list_codg"],
        row["trdn_flag"],
        row["setl_id"],
        row["setl_id"],
        with_settlement,
    )


def _sell_row(call: Call, number: int, row: Node) -> None:
    if row["mdtrt_setl_type"] == _SELF_PAID and row["setl_id"]:
        raise NotTaken(f"第{number}行:自费销售不应有结算ID")
    if row["setl_id"] and not call.book.total(
        "SELECT count(*) FROM settlements"
        " WHERE setl_id = ? AND institution = ? AND state = 'settled'",
        row["setl_id"],
        call.institution.code,
    ):
        raise NotTaken(f"第{number}行:结算信息不存在或已撤销")
    codes = row.inner["drugtracinfo"]
    if row["trdn_flag"] == "0" and Decimal(row["sel_retn_cnt"]) < len(codes):
        raise NotTaken(f"第{number}行:包装实采数量与追溯码数量不一致")
    for code in row.inner["drugtracinfo"]:
        try:
            _sell_code(
                call,
                code["drug_trac_codg"],
                row["trdn_flag"],
                row["med_list_codg"],
                row["setl_id"],
            )
        except NotTaken as reason:
            raise NotTaken(f"第{number}行:{reason}") from reason


def _sell_code(call: Call, code: str, trdn_flag: str, drug: str, setl_id: str) -> None:
    check_drug_of(call, code, drug)
    there = call.reference.goods.sold_elsewhere.get(code)
    if there is not None and there.institution != call.institution.code:
        raise NotTaken(f"追溯码已于{there.day.isoformat()}在其他定点医药机构销售")
    earlier = call.book.rows("SELECT * FROM sales WHERE code = ? AND returned = 0", code)
    if setl_id and any(
        (row["setl_id"], row["source"], row["trdn_flag"]) == (setl_id, _SETTLEMENT, trdn_flag)
        for row in earlier
    ):
        return  # Already taken with that settlement; reporting it as well is no second sale.
    if any(row["institution"] != call.institution.code for row in earlier):
        raise NotTaken("追溯码已在其他定点医药机构销售")
    whole = trdn_flag == "0" or any(row["trdn_flag"] == "0" for row in earlier)
    if (earlier and whole) or not call.book.write_once(
        "INSERT INTO sales (code, trdn_flag, med_list_codg, setl_id, institution, source, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        code,
        trdn_flag,
        drug,
        setl_id,
        call.institution.code,
        call.infno,
        call.time,
    ):
        raise NotTaken("追溯码已销售")
