"""Putting a visit's fees on the book and taking them off again: 2204 and 2205.

Lines are grouped by chrg_bchno; one such batch becomes one settlement.
"""

from __future__ import annotations

import sqlite3
from decimal import Decimal

from drivers.simulated.province import rx_book, wire
from drivers.simulated.province.call import Call, Output
from drivers.simulated.province.fields import Node
from drivers.simulated.province.policy import price
from drivers.simulated.province.reference import Item
from drivers.simulated.province.rejection import Rejection
from drivers.simulated.province.visits import check_doctor, open_visit
from drivers.simulated.province.wire import Json
from terminal.core.benefits import LineShares
from terminal.core.bill import Grade
from terminal.core.money import Money, line_total

ALL_UNSETTLED = "0000"
"""As chrg_bchno of 2205: every batch of the visit that is not settled."""
_LINE_NUMBER_DIGITS_MAX = 15
"""Hunan: feedetl_sn is digits only, not zero, at most fifteen of them."""
_NO_LIMIT = Decimal(999999)
"""How the interface writes that an item has no price limit."""


def upload(call: Call) -> Output:
    """2204: put fee lines on the book, and say how each of them divides."""
    lines = call.nodes["feedetail"]
    person, visit = call.person(), open_visit(call, call.data)
    if not visit["med_type"]:
        raise Rejection("请先上传就诊信息", "feecheck_1")
    if len({(line["mdtrt_id"], line["psn_no"]) for line in lines}) > 1:
        raise Rejection("一次上传的明细必须属于同一次就诊", "feecheck_2")
    for line in lines:
        _put(call, line)
    mdtrt_id = visit["mdtrt_id"]
    results: list[Json] = []
    for batch in dict.fromkeys(line["chrg_bchno"] for line in lines):
        rows = batch_lines(call, mdtrt_id, batch)
        shares = price(call, person, visit, rows, visit["med_type"]).shares
        sent = {line["feedetl_sn"] for line in lines}
        results += [
            _result(call, row, share)
            for row, share in zip(rows, shares.lines, strict=True)
            if row["feedetl_sn"] in sent
        ]
    return {"result": results}


def withdraw(call: Call) -> Output:
    """2205: take unsettled lines off the book; doing it twice is doing it once."""
    visit, batch = open_visit(call, call.data), call.data["chrg_bchno"]
    if batch != ALL_UNSETTLED and settled(call, visit["mdtrt_id"], batch):
        raise Rejection("该批次已结算,不能撤销明细", "feecheck_4")
    batches = [batch]
    if batch == ALL_UNSETTLED:
        rows = call.book.rows(
            "SELECT DISTINCT chrg_bchno FROM lines WHERE mdtrt_id = ?", visit["mdtrt_id"]
        )
        batches = [row["chrg_bchno"] for row in rows]
    for each in batches:
        if not settled(call, visit["mdtrt_id"], each):
            call.book.write(
                "DELETE FROM lines WHERE mdtrt_id = ? AND chrg_bchno = ?", visit["mdtrt_id"], each
            )
    return {}


def batch_lines(call: Call, mdtrt_id: str, batch: str) -> list[sqlite3.Row]:
    """The lines of one batch, in the order they were uploaded."""
    return call.book.rows(
        "SELECT * FROM lines WHERE mdtrt_id = ? AND chrg_bchno = ? ORDER BY seq", mdtrt_id, batch
    )


def settled(call: Call, mdtrt_id: str, batch: str) -> bool:
    """Whether a settlement of this batch stands."""
    return bool(
        call.book.total(
            "SELECT count(*) FROM settlements"
            " WHERE mdtrt_id = ? AND chrg_bchno = ? AND state = 'settled'",
            mdtrt_id,
            batch,
        )
    )


def untraced(call: Call, mdtrt_id: str, feedetl_sn: str) -> str:
    """Why a line's drug has no trace code, as its upload said; "" when it said nothing."""
    row = call.book.row(
        "SELECT reason FROM untraced WHERE mdtrt_id = ? AND feedetl_sn = ?", mdtrt_id, feedetl_sn
    )
    return str(row["reason"]) if row else ""


def _put(call: Call, line: Node) -> None:
    number, batch = line["feedetl_sn"], line["chrg_bchno"]
    short_enough = len(number) <= _LINE_NUMBER_DIGITS_MAX
    if not (number.isascii() and number.isdigit() and int(number) and short_enough):
        raise Rejection("feedetl_sn应为不超过15位的非零数字", "feecheck_5")
    if batch == ALL_UNSETTLED:
        raise Rejection("chrg_bchno不能为0000", "feecheck_5")
    if settled(call, line["mdtrt_id"], batch):
        raise Rejection("该批次已结算,不能再上传明细", "feecheck_4")
    item = _item(call, line)
    check_doctor(call, line["bilg_dr_codg"])
    amount = Money.parse(line["det_item_fee_sumamt"])
    if amount != line_total(Decimal(line["pric"]), Decimal(line["cnt"])):
        raise Rejection(f"明细金额与单价数量不符:{number}", "feecheck_7")
    put = call.book.write_once(
        "INSERT INTO lines (mdtrt_id, feedetl_sn, chrg_bchno, dise_codg, item, price, quantity,"
        " fen) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        line["mdtrt_id"],
        number,
        batch,
        line["dise_codg"],
        item.code,
        line["pric"],
        line["cnt"],
        amount.fen,
    )
    if not put:
        raise Rejection(f"费用明细流水号重复:{number}", "feecheck_3")
    rx_book.note(call, line)
    reason = wire.extension(line["exp_content"]).get("untraced")
    call.book.write(
        "INSERT OR REPLACE INTO untraced VALUES (?, ?, ?)",
        line["mdtrt_id"],
        number,
        reason if isinstance(reason, str) else "",
    )


def _item(call: Call, line: Node) -> Item:
    item = call.reference.items.get(line["med_list_codg"])
    if item is None:
        raise Rejection("医保目录编码不存在", "feecheck_6")
    if item.own_code != line["medins_list_codg"]:
        raise Rejection("机构目录未对照", "feecheck_6")
    if item.public_health:
        raise Rejection("基本公共卫生服务项目不得纳入医保结算", "feecheck_8")
    return item


def _result(call: Call, row: sqlite3.Row, share: LineShares) -> Json:
    item = call.reference.items[row["item"]]
    limit = item.price_limit if item.price_limit is not None else _NO_LIMIT
    wholly_own = item.grade is Grade.C
    return {
        "feedetl_sn": row["feedetl_sn"],
        "det_item_fee_sumamt": Money(row["fen"]),
        "cnt": Decimal(row["quantity"]),
        "pric": Decimal(row["price"]),
        "pric_uplmt_amt": limit,
        "selfpay_prop": Decimal(1) if wholly_own else item.advance_ratio,
        "fulamt_ownpay_amt": share.split.full_self_pay,
        # So spelt here, and overlmt_selfpay in a settlement.
        "overlmt_amt": share.split.over_price_limit,
        "preselfpay_amt": share.split.advance,
        "inscp_scp_amt": share.split.in_scope,
        "chrgitm_lv": item.grade.value,
        "med_chrgitm_type": item.charge_type,
        "bas_medn_flag": "0",
        "hi_nego_drug_flag": "1" if item.governed_price else "0",
        "chld_medc_flag": "0",
        "list_sp_item_flag": "0",
        "lmt_used_flag": "0",
        "drt_reim_flag": "0",
        "memo": None,
    }
