"""The province's book as an oracle shows it: what was settled, undone, reversed and sold."""

from __future__ import annotations

from drivers.simulated.province import stock, wire
from drivers.simulated.province.book import Book
from drivers.simulated.province.wire import Json

_AMOUNTS = (
    "medfee_sumamt",
    "fund_pay_sumamt",
    "psn_part_amt",
    "acct_pay",
    "acct_mulaid_pay",
    "psn_cash_pay",
)


def shown(book: Book) -> dict[str, Json]:
    """Everything committed, oldest first; amounts are texts like "18.44"."""
    return {
        "settlements": [
            {
                "setl_id": row["setl_id"],
                "medins_setl_id": row["msgid"],
                "mdtrt_id": row["mdtrt_id"],
                "chrg_bchno": row["chrg_bchno"],
                "psn_no": row["psn_no"],
                "fixmedins_code": row["institution"],
                "state": row["state"],
                "year": row["year"],
                "setl_time": row["at"],
                **_amounts(row["setlinfo"]),
            }
            for row in book.rows("SELECT * FROM settlements ORDER BY rowid")
        ],
        "cancellations": _table(book, "SELECT * FROM cancellations ORDER BY rowid"),
        "reversals": _table(book, "SELECT * FROM reversals ORDER BY rowid"),
        "visits": _table(
            book,
            "SELECT mdtrt_id, psn_no, institution, ipt_otp_no, med_type, open FROM visits"
            " ORDER BY rowid",
        ),
        "sales": _table(book, "SELECT * FROM sales ORDER BY seq"),
        "stock": list(stock.lying(book)),
        "stock_reports": _table(book, "SELECT * FROM stock_reports ORDER BY seq"),
        "findings": _table(book, "SELECT * FROM findings ORDER BY seq"),
        "commits": commits_since(book, 0),
    }


def commits_since(book: Book, seq: int) -> list[Json]:
    """What moved money after commit number `seq`, in the order it was committed; amounts
    are whole fen, below zero where something was undone."""
    return _table(book, "SELECT * FROM commits WHERE seq > ? ORDER BY seq", seq)


def _amounts(setlinfo: str) -> dict[str, Json]:
    info = wire.read(setlinfo)
    if not isinstance(info, dict):
        raise wire.Unreadable
    return {name: wire.write(info[name]) for name in _AMOUNTS}


def _table(book: Book, sql: str, *values: object) -> list[Json]:
    return [
        {name: row[name] for name in row.keys()}  # noqa: SIM118
        for row in book.rows(sql, *values)
    ]
