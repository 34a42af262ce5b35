"""Trace codes sold, returned and asked about: 3505A, 3506A, 3513, and 2207's own node.

A code is one box. Whole boxes are sold once, which a unique index keeps; a box opened
for split doses (trdn_flag 1) is reported as often as tablets are taken from it.
"""

from __future__ import annotations

from collections.abc import Sequence

from drivers.simulated.province.call import Call, Output
from drivers.simulated.province.fields import Node
from drivers.simulated.province.rejection import Rejection
from drivers.simulated.province.wire import Json

_INSURED = "1"
"""mdtrt_setl_type of an insured sale; 2 is self-paid, which is reported as well."""
_SETTLEMENT = "2207A"
_PREFIX_DIGITS = 7


class _NotSellable(Exception):
    """Why the inner verdict is no; the transaction itself went well."""


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
    except _NotSellable as reason:
        return _verdict("0", str(reason))
    return _verdict("1", "成功")


def take_back(call: Call) -> Output:
    """3506A: report returns. All of them are taken, or none with the reason."""
    found: list[int] = []
    for number, row in enumerate(call.rows, 1):
        for code in row.inner["drugtracinfo"]:
            sale = call.book.row(
                "SELECT seq FROM sales WHERE code = ? AND institution = ? AND returned = 0"
                " AND med_list_codg = ? ORDER BY seq DESC",
                code["drug_trac_codg"],
                call.institution.code,
                row["med_list_codg"],
            )
            if sale is None or sale["seq"] in found:
                return _verdict("0", f"第{number}行:追溯码无销售记录")
            found.append(sale["seq"])
    for seq in found:
        call.book.write("UPDATE sales SET returned = 1 WHERE seq = ?", seq)
    return _verdict("1", "成功")


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
        except _NotSellable as reason:
            raise Rejection(str(reason), "traccheck_2") from reason


def release_sales(call: Call, setl_id: str) -> None:
    """What a settlement sold by itself is not sold once it is undone."""
    call.book.write(
        "UPDATE sales SET returned = 1 WHERE setl_id = ? AND source = ?", setl_id, _SETTLEMENT
    )


def _sell_row(call: Call, number: int, row: Node) -> None:
    if row["setl_id"] and not call.book.total(
        "SELECT count(*) FROM settlements WHERE setl_id = ? AND state = 'settled'",
        row["setl_id"],
    ):
        raise _NotSellable(f"第{number}行:结算信息不存在或已撤销")
    for code in row.inner["drugtracinfo"]:
        try:
            _sell_code(
                call,
                code["drug_trac_codg"],
                row["trdn_flag"],
                row["med_list_codg"],
                row["setl_id"],
            )
        except _NotSellable as reason:
            raise _NotSellable(f"第{number}行:{reason}") from reason


def _sell_code(call: Call, code: str, trdn_flag: str, drug: str, setl_id: str) -> None:
    known = call.reference.prefixes.get(code[:_PREFIX_DIGITS])
    if known is not None and known != drug:
        raise _NotSellable("追溯码与药品不一致")
    earlier = call.book.rows("SELECT * FROM sales WHERE code = ? AND returned = 0", code)
    if setl_id and any(
        (row["setl_id"], row["source"], row["trdn_flag"]) == (setl_id, _SETTLEMENT, trdn_flag)
        for row in earlier
    ):
        return  # Already taken with that settlement; reporting it as well is no second sale.
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
        raise _NotSellable("追溯码已销售")


def _verdict(result: str, text: str) -> Output:
    return {"result": {"retRslt": result, "msgRslt": text}}
