"""Prescriptions as fee lines name them (rxno of 2204): how much of which may be dispensed.

Whether one is dispensed follows from the settlements that stand and the lines they settled.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from drivers.simulated.province import wire
from drivers.simulated.province.book import Book
from drivers.simulated.province.call import TIME, Call
from drivers.simulated.province.fields import Node
from drivers.simulated.province.rejection import Rejection

OPEN = "1"
_FROM_OUTSIDE = "1"
"""rx_circ_flag of a line that another institution prescribed."""


@dataclass(frozen=True, slots=True)
class Where:
    """Who dispensed it, and when."""

    institution: str
    at: str


def dispensed_at(book: Book, hi_rxno: str) -> Where | None:
    """The first settlement that stands and has a line of it."""
    row = book.row(
        "SELECT settlements.institution, settlements.at FROM rx_lines"
        " JOIN lines USING (mdtrt_id, feedetl_sn)"
        " JOIN settlements USING (mdtrt_id, chrg_bchno)"
        " WHERE rxno = ? AND state = 'settled' ORDER BY settlements.rowid LIMIT 1",
        hi_rxno,
    )
    return None if row is None else Where(row["institution"], row["at"])


def note(call: Call, line: Node) -> None:
    """Keep under which prescription a line of 2204 is dispensed. Raises Rejection for one
    that may not be."""
    outside = line["rx_circ_flag"] == _FROM_OUTSIDE
    if outside and not line["rxno"]:
        raise Rejection("外购处方缺少处方号", "rxline_1")
    call.book.write(
        "INSERT OR REPLACE INTO rx_lines VALUES (?, ?, ?)",
        line["mdtrt_id"],
        line["feedetl_sn"],
        line["rxno"] if outside else "",  # With 0 it is a number of their own.
    )
    if outside:
        _check(call, line["rxno"], line["psn_no"])


def check_batch(call: Call, lines: Sequence[sqlite3.Row], psn_no: str) -> None:
    """Raises Rejection when a prescription of these lines may not be dispensed any more."""
    for line in lines:
        row = call.book.row(
            "SELECT rxno FROM rx_lines WHERE mdtrt_id = ? AND feedetl_sn = ? AND rxno != ''",
            line["mdtrt_id"],
            line["feedetl_sn"],
        )
        if row is not None:
            _check(call, row["rxno"], psn_no)


def _check(call: Call, hi_rxno: str, psn_no: str) -> None:
    row = call.book.row("SELECT * FROM prescriptions WHERE hi_rxno = ?", hi_rxno)
    if row is None or row["stage"] not in {"uploaded", "withdrawn"}:
        raise Rejection("处方不存在", "rxline_2")
    if row["psn_no"] != psn_no:
        raise Rejection("处方与就诊人员不符", "rxline_3")
    if row["stage"] == "withdrawn":
        raise Rejection("处方已撤销", "rxline_4")
    if call.now.strftime(TIME) > row["valid_until"]:
        raise Rejection("处方已失效", "rxline_5")
    where = dispensed_at(call.book, hi_rxno)
    if where is not None and (where.institution, where.at[:10]) != (
        call.institution.code,
        call.today.isoformat(),
    ):
        raise Rejection("处方已取药", "rxline_6")  # The rest may follow on the same day.
    prescribed = _prescribed(row["told"])
    used = call.book.rows(
        "SELECT item, quantity FROM rx_lines JOIN lines USING (mdtrt_id, feedetl_sn)"
        " LEFT JOIN settlements ON settlements.mdtrt_id = lines.mdtrt_id"
        " AND settlements.chrg_bchno = lines.chrg_bchno AND state = 'settled'"
        " WHERE rxno = ? AND (lines.mdtrt_id = ? OR setl_id IS NOT NULL)",
        hi_rxno,
        call.data["mdtrt_id"],
    )
    sums: dict[str, Decimal] = {}
    for line in used:
        sums[line["item"]] = sums.get(line["item"], Decimal(0)) + Decimal(line["quantity"])
    for item, quantity in sums.items():
        if quantity > prescribed.get(item, Decimal(0)):
            raise Rejection("药品不在处方内或超过处方数量", "rxline_7")


def _prescribed(told: str) -> dict[str, Decimal]:
    rows = wire.read(told)
    drugs = rows["rxDetlList"] if isinstance(rows, dict) else []
    sums: dict[str, Decimal] = {}
    for each in drugs:
        code = each["medListCodg"]
        sums[code] = sums.get(code, Decimal(0)) + Decimal(each["drugCnt"])
    return sums
