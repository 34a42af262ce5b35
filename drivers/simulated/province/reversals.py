"""Undoing: 2208 cancels a settlement, 2601 undoes a message nobody heard the answer of.

Limits and accounts are sums over the settlements that stand, so undoing one gives back
what it used, and reinstating it takes that again.
"""

from __future__ import annotations

import sqlite3
from decimal import Decimal

from drivers.simulated.province import commits
from drivers.simulated.province.call import Call, Output
from drivers.simulated.province.commits import Kind
from drivers.simulated.province.fees import settled
from drivers.simulated.province.manner import UnknownOriginal
from drivers.simulated.province.rejection import Rejection
from drivers.simulated.province.sales import release_sales
from drivers.simulated.province.settlements import stored
from drivers.simulated.province.wire import Json

REVERSIBLE = {
    "2102": "2102",
    "2102A": "2102",
    "2103": "2103",
    "2207": "2207A",
    "2207A": "2207A",
    "2208": "2208",
    "2304": "2304",
    "2304A": "2304",
    "2305": "2305",
    "2401": "2401",
}
"""What 2601 may undo, by oinfno as sent -> as this province files it."""
_AMOUNTS_NULL = ("psn_part_amt", "hosp_part_amt", "acct_mulaid_pay")
"""Null in the recorded answer to 2208, whatever they were."""
_NOT_AN_AMOUNT = ("age", "pool_prop_selfpay", "balc")


def cancel(call: Call) -> Output:
    """2208: cancel a settlement whole; the answer has its amounts below zero."""
    data = call.data
    row = call.book.row(
        "SELECT * FROM settlements WHERE setl_id = ? AND mdtrt_id = ? AND psn_no = ?"
        " AND institution = ?",
        data["setl_id"],
        data["mdtrt_id"],
        call.person().psn_no,
        call.institution.code,
    )
    if row is None:
        raise Rejection("结算信息不存在", "setlcheck_10")
    if row["state"] != "settled":
        raise Rejection("该结算已撤销", "setlcheck_11")
    _set_state(call, row["setl_id"], "cancelled", Kind.CANCELLED)
    call.book.write(
        "INSERT INTO cancellations (msgid, setl_id, at) VALUES (?, ?, ?)",
        call.msgid,
        row["setl_id"],
        call.time,
    )
    info, details = stored(row)
    negative = {name: _negative(name, each) for name, each in info.items()}
    nulls: Output = dict.fromkeys(_AMOUNTS_NULL)
    own: Output = {"medins_setl_id": call.msgid, "setl_time": call.time}
    if call.manner.cancellation_has_own_id:
        own["setl_id"] = call.identifier("setl")
    return {
        "setlinfo": {**negative, **nulls, **own},
        "setldetail": [
            {**each, "fund_payamt": _negative("fund_payamt", each["fund_payamt"])}
            for each in details
            if isinstance(each, dict)
        ],
    }


def reverse(call: Call) -> Output:
    """2601: undo the original message, or see to it that it finds the door shut.

    The original's id is remembered first, so that a request still on its way is refused
    when it arrives. Asking again is answered the same.
    """
    data, person = call.data, call.person()
    oinfno = REVERSIBLE.get(data["oinfno"])
    if oinfno is None:
        raise Rejection("该交易不支持冲正", "revscheck_1")
    original = call.book.row("SELECT * FROM messages WHERE msgid = ?", data["omsgid"])
    if original is not None and original["infno"] != oinfno:
        raise Rejection("原交易编号与原报文不一致", "revscheck_2")
    call.book.write_once(
        "INSERT INTO reversals VALUES (?, ?, ?, ?)",
        data["omsgid"],
        oinfno,
        person.psn_no,
        call.time,
    )
    undo = _reverse_cancellation if oinfno == "2208" else _reverse_settlement
    found = undo(call, data["omsgid"], person.psn_no)
    if not found and call.manner.unknown_original is UnknownOriginal.NOT_FOUND:
        raise OriginalNotFound
    return {}


class OriginalNotFound(Rejection):
    """The answer "no such original"; that its id was barred stays written all the same."""

    keeps_what_was_written = True

    def __init__(self) -> None:
        super().__init__("原交易不存在", "revscheck_3")


def _reverse_settlement(call: Call, omsgid: str, psn_no: str) -> bool:
    """Undo the settlement made by that message; False when it made none."""
    row = call.book.row("SELECT * FROM settlements WHERE msgid = ?", omsgid)
    if row is None:
        return False
    _check_whose(call, row, psn_no)
    if row["state"] == "cancelled":
        raise Rejection("原交易已撤销", "revscheck_4")
    if row["state"] == "settled":
        _set_state(call, row["setl_id"], "reversed", Kind.REVERSED)
    return True


def _reverse_cancellation(call: Call, omsgid: str, psn_no: str) -> bool:
    """Reversing a 2208 reinstates the settlement it cancelled; False when it did none."""
    row = call.book.row(
        "SELECT settlements.*, cancellations.reversed FROM cancellations"
        " JOIN settlements USING (setl_id) WHERE cancellations.msgid = ?",
        omsgid,
    )
    if row is None:
        return False
    _check_whose(call, row, psn_no)
    if row["reversed"]:
        return True
    if settled(call, row["mdtrt_id"], row["chrg_bchno"]):
        raise Rejection("该批次已重新结算", "revscheck_5")
    call.book.write("UPDATE cancellations SET reversed = 1 WHERE msgid = ?", omsgid)
    _set_state(call, row["setl_id"], "settled", Kind.REINSTATED)
    return True


def _check_whose(call: Call, row: sqlite3.Row, psn_no: str) -> None:
    if (row["psn_no"], row["institution"]) != (psn_no, call.institution.code):
        raise Rejection("人员或机构与原交易不一致", "revscheck_6")


def _set_state(call: Call, setl_id: str, state: str, kind: Kind) -> None:
    commits.undone(call, kind, setl_id)
    call.book.write("UPDATE settlements SET state = ? WHERE setl_id = ?", state, setl_id)
    if state != "settled":
        release_sales(call, setl_id)


def _negative(name: str, value: Json) -> Json:
    if isinstance(value, Decimal) and name not in _NOT_AN_AMOUNT:
        # Not -value: minus zero is no amount.
        return -value if value else value
    return value
