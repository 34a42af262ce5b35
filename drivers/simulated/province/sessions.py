"""Signing in and out: 9001 and 9002. A sign-in is good for one operator and one day."""

from __future__ import annotations

from datetime import date

from drivers.simulated.province.book import Book
from drivers.simulated.province.call import Call, Output
from drivers.simulated.province.fields import Node
from drivers.simulated.province.rejection import Rejection


def sign_in(call: Call) -> Output:
    """9001: a sign-in number for this operator, good until midnight."""
    if call.data["opter_no"] != call.envelope["opter"]:
        raise Rejection("操作员与经办人不一致", "signcheck_2")
    sign_no = str(100_000 + call.book.serial("sign"))
    call.book.write(
        "INSERT INTO sign_ins (sign_no, institution, opter, day) VALUES (?, ?, ?, ?)",
        sign_no,
        call.institution.code,
        call.data["opter_no"],
        call.today.isoformat(),
    )
    return {"signinoutb": {"sign_time": call.time, "sign_no": sign_no}}


def sign_out(call: Call) -> Output:
    """9002: the number is good no longer."""
    closed = call.book.write(
        "UPDATE sign_ins SET open = 0 WHERE sign_no = ? AND opter = ? AND institution = ?",
        call.data["sign_no"],
        call.data["opter_no"],
        call.institution.code,
    )
    if not closed:
        raise Rejection("签到编号不存在", "signcheck_3")
    return {"signoutoutb": {"sign_time": call.time}}


def check(book: Book, envelope: Node, today: date) -> None:
    """Raises Rejection unless this operator signed in here today and has not signed out."""
    valid = book.row(
        "SELECT 1 FROM sign_ins WHERE sign_no = ? AND institution = ? AND opter = ?"
        " AND day = ? AND open = 1",
        envelope["sign_no"],
        envelope["fixmedins_code"],
        envelope["opter"],
        today.isoformat(),
    )
    if valid is None:
        raise Rejection("签到编号无效或已过期,请重新签到", "signcheck_1")
