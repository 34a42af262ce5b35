"""What moved money, one row a commit, in the order it was committed.

An oracle compares a terminal's book with this one. It is written in the same
transaction as the settlement itself, so that neither is there without the other.
"""

from __future__ import annotations

from enum import StrEnum

from drivers.simulated.province.call import Call
from drivers.simulated.province.statement import Statement

_COPY = (
    "INSERT INTO commits (kind, setl_id, msgid, mdtrt_id, chrg_bchno, psn_no, institution,"
    " insutype, clr_optins, day, at, total, fund, account, mutual_aid, cash)"
    " SELECT ?, setl_id, ?, mdtrt_id, chrg_bchno, psn_no, institution, insutype, clr_optins,"
    " ?, ?, ? * total, ? * fund, ? * account, ? * mutual_aid, ? * cash"
    " FROM commits WHERE setl_id = ? AND kind = 'settled'"
)


class Kind(StrEnum):
    """What was committed; undoing one counts below zero."""

    SETTLED = "settled"
    CANCELLED = "cancelled"
    """By 2208."""
    REVERSED = "reversed"
    """By 2601: as if it had never been."""
    REINSTATED = "reinstated"
    """A 2208 undone by 2601."""


def settled(call: Call, statement: Statement, setl_id: str) -> None:
    """Write down a settlement."""
    visit, paid = statement.visit, statement.priced.paid
    shares = statement.priced.shares
    call.book.write(
        "INSERT INTO commits (kind, setl_id, msgid, mdtrt_id, chrg_bchno, psn_no, institution,"
        " insutype, clr_optins, day, at, total, fund, account, mutual_aid, cash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        Kind.SETTLED.value,
        setl_id,
        call.msgid,
        visit["mdtrt_id"],
        call.data["chrg_bchno"],
        statement.person.psn_no,
        call.institution.code,
        visit["insutype"],
        call.institution.place.region,
        call.today.isoformat(),
        call.now.isoformat(),
        shares.split.total.fen,
        shares.fund.fen,
        paid.account.fen,
        paid.mutual_aid.fen,
        paid.cash.fen,
    )


def undone(call: Call, kind: Kind, setl_id: str) -> None:
    """Write down that a settlement was undone, or stands again."""
    sign = 1 if kind is Kind.REINSTATED else -1
    call.book.write(
        _COPY,
        kind.value,
        call.msgid,
        call.today.isoformat(),
        call.now.isoformat(),
        *[sign] * 5,
        setl_id,
    )
