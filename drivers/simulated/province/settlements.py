"""Pre-settling and settling one batch, and finding a settlement again: 2206A, 2207A, 5203.

A batch is settled at most once: a unique index says so, whatever order requests come in.
"""

from __future__ import annotations

import sqlite3
from decimal import Decimal

from drivers.simulated.province import commits, rx_book, wire
from drivers.simulated.province.call import Call, Output
from drivers.simulated.province.fees import batch_lines, settled, untraced
from drivers.simulated.province.policy import price
from drivers.simulated.province.rejection import Rejection
from drivers.simulated.province.sales import sell_with_settlement
from drivers.simulated.province.statement import Statement
from drivers.simulated.province.visits import open_visit
from drivers.simulated.province.wire import Json
from terminal.core.money import Money, total

_ECHOED = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
"""What 2207 repeats from 2206: may be empty, must not differ."""


def presettle(call: Call) -> Output:
    """2206A: what 2207A would answer now. Nothing is written."""
    statement = _statement(call)
    return {"setlinfo": statement.info(call, None), "setldetail": statement.details()}


def settle(call: Call) -> Output:
    """2207A: settle one batch, once."""
    statement = _statement(call)
    setl_id = call.identifier("setl")
    info, details = statement.info(call, setl_id), statement.details()
    for name in _ECHOED:
        if name in call.data and Money.parse(call.data[name]) != info[name]:
            raise Rejection(f"{name}与预结算不一致", "setlcheck_3")
    mdtrt_id, batch = call.data["mdtrt_id"], call.data["chrg_bchno"]
    written = call.book.write_once(
        "INSERT INTO settlements VALUES (?, ?, ?, ?, ?, ?, 'settled', ?, ?, ?, ?)",
        setl_id,
        call.msgid,
        mdtrt_id,
        batch,
        statement.person.psn_no,
        call.institution.code,
        statement.priced.year,
        call.time,
        wire.write(info),
        wire.write(details),
    )
    if not written:
        raise Rejection("该批次已结算", "setlcheck_4")
    commits.settled(call, statement, setl_id)
    _use_up(call, statement, setl_id)
    _check_codes_named(call)
    sell_with_settlement(call, setl_id, call.nodes["drug_trac_info"])
    return {"setlinfo": info, "setldetail": details}


def _check_codes_named(call: Call) -> None:
    """Where trace codes must come with 2207: every drug of the batch has one, or a reason."""
    if not call.manner.trace_codes_with_settlement:
        return
    named = {code["feedetl_sn"] for code in call.nodes["drug_trac_info"]}
    for line in batch_lines(call, call.data["mdtrt_id"], call.data["chrg_bchno"]):
        item = call.reference.items[line["item"]]
        if not item.drug or item.exempt or line["feedetl_sn"] in named:
            continue
        if not untraced(call, line["mdtrt_id"], line["feedetl_sn"]):
            raise Rejection(f"药品未上传追溯码:{line['feedetl_sn']}", "traccheck_3")


def find_settlement(call: Call) -> Output:
    """5203: a settlement by setl_id, or the newest of a visit where the region allows.

    Without a match both nodes are empty: nothing is settled under that name.
    """
    data = call.data
    if not data["setl_id"] and not (data["mdtrt_id"] and call.manner.visit_finds_settlement):
        raise Rejection("setl_id不能为空", "fieldcheck_2")
    # By the column that is given, so that an index answers.
    column = "setl_id" if data["setl_id"] else "mdtrt_id"
    row = call.book.row(
        f"SELECT * FROM settlements WHERE {column} = ? AND psn_no = ?"  # noqa: S608  # Ours.
        " AND ? IN ('', mdtrt_id) ORDER BY rowid DESC LIMIT 1",
        data[column],
        call.person().psn_no,
        data["mdtrt_id"],
    )
    if row is None:
        return {"setlinfo": None, "setldetail": []}
    info, details = stored(row)
    # 5203 has its own names for two amounts.
    info["psn_pay"] = info.pop("psn_part_amt")
    info["cash_payamt"] = info.pop("psn_cash_pay")
    visit = call.book.row("SELECT * FROM visits WHERE mdtrt_id = ?", row["mdtrt_id"])
    institution = call.reference.institutions[row["institution"]]
    more: Output = {
        "pay_loc": "2",
        "fixmedins_code": institution.code,
        "fixmedins_name": institution.name,
        "begndate": visit["begntime"][:10] if visit else None,
        "enddate": visit["begntime"][:10] if visit else None,
        "refd_setl_flag": "0" if row["state"] == "settled" else "1",
        "year": str(row["year"]),
        "dise_codg": visit["dise_codg"] if visit else None,
        "dise_name": visit["dise_name"] if visit else None,
        "invono": None,
    }
    return {"setlinfo": {**info, **more}, "setldetail": details}


def stored(row: sqlite3.Row) -> tuple[Output, list[Json]]:
    """setlinfo and setldetail as they were answered, amounts exact."""
    info, details = wire.read(row["setlinfo"]), wire.read(row["setldetail"])
    if not (isinstance(info, dict) and isinstance(details, list)):
        raise wire.Unreadable
    return info, details


def _statement(call: Call) -> Statement:
    """Price the batch a request names. Raises Rejection when it is not as they say."""
    data, person, visit = call.data, call.person(), open_visit(call, call.data)
    if not visit["med_type"]:
        raise Rejection("请先上传就诊信息", "feecheck_1")
    if data["insutype"] != visit["insutype"]:
        raise Rejection("险种与挂号时不一致", "setlcheck_1")
    if not person.holds(data["mdtrt_cert_type"], data["mdtrt_cert_no"]):
        raise Rejection("就诊凭证与人员不符", "mdtrtcheck_1")
    if settled(call, visit["mdtrt_id"], data["chrg_bchno"]):
        raise Rejection("该批次已结算", "setlcheck_4")
    lines = batch_lines(call, visit["mdtrt_id"], data["chrg_bchno"])
    if not lines:
        raise Rejection("未上传费用明细", "setlcheck_5")
    rx_book.check_batch(call, lines, person.psn_no)
    uploaded = total(Money(line["fen"]) for line in lines)
    if Money.of(Decimal(data["medfee_sumamt"])) != uploaded:
        raise Rejection("费用总额与上传明细合计不一致", "setlcheck_6")
    priced = price(call, person, visit, lines, data["med_type"])
    return Statement(person, visit, data["med_type"], priced)


def _use_up(call: Call, statement: Statement, setl_id: str) -> None:
    """Write what this settlement takes from limits and accounts."""
    person, priced = statement.person, statement.priced
    for pot, amount in priced.shares.counted.items():
        if amount.fen:  # Someone whose limit is used up would gather rows of nothing.
            call.book.write(
                "INSERT INTO uses VALUES (?, ?, ?, ?, ?)",
                setl_id,
                person.psn_no,
                priced.year,
                pot.value,
                amount.fen,
            )
    payers = {person.psn_no: priced.paid.account}
    if person.mutual_aid is not None:
        payers[person.mutual_aid] = priced.paid.mutual_aid
    for psn_no, amount in payers.items():
        if amount.fen:
            call.book.write(
                "INSERT INTO account_uses VALUES (?, ?, ?)", setl_id, psn_no, amount.fen
            )
