"""Sold and returned boxes (3505, 3506, 3513) and moved stock (3501, 3502).

All of them answer with two levels of verdict, and none is about money.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from terminal.core.faults import Refused, Uncertain
from terminal.province import drug_messages as dm
from terminal.province import settlement_answers as a
from terminal.province import visit_messages as vm
from terminal.province.envelope import Answer
from terminal.province.messages import Written
from terminal.province.nodes import read_node, rows, written
from terminal.province.said import BoxCode, SoldBox
from terminal.province.session import Case, Session


def report_sale(session: Session, case: Case, sale: Mapping[str, object]) -> None:
    """3505(A), one row. Raises Refused `province.sale_refused` at either level."""
    infno = session.clinic.region.infno_sale
    row = written(dm.Sale, **sale)
    _taken(session.send(infno, _one(infno, row), case), Refused("province.sale_refused"))


def take_back_sale(session: Session, case: Case, sale: Mapping[str, object]) -> None:
    """3506(A), one row that was reported. Raises as `report_sale`."""
    infno = session.clinic.region.infno_sale_return
    row = written(dm.SaleReturn, **_known(dm.SaleReturn, sale))
    _taken(session.send(infno, _one(infno, row), case), Refused("province.sale_refused"))


def report_self_paid_sale(
    session: Session, sale: Mapping[str, object], insuplc_admdvs: str
) -> None:
    """3505(A) without insurance. Raises as `report_sale`."""
    infno = session.clinic.region.infno_sale
    row = written(dm.SelfPaidSale, **sale)
    answer = session.send(infno, _one(infno, row), insuplc_admdvs=insuplc_admdvs)
    _taken(answer, Refused("province.sale_refused"))


def take_back_self_paid(session: Session, sale: Mapping[str, object], insuplc_admdvs: str) -> None:
    """3506(A) without insurance. Raises as `report_sale`."""
    infno = session.clinic.region.infno_sale_return
    row = written(dm.SelfPaidReturn, **_known(dm.SelfPaidReturn, sale))
    answer = session.send(infno, _one(infno, row), insuplc_admdvs=insuplc_admdvs)
    _taken(answer, Refused("province.sale_refused"))


def sold(session: Session, begin: date, end: date, trace_code: str) -> tuple[SoldBox, ...]:
    """3513: the boxes of this institution, or one of them, reported in a span of days."""
    node = written(
        dm.SoldQuery,
        drug_trac_codg=trace_code,
        begndate=begin.isoformat(),
        enddate=end.isoformat(),
    )
    answer = session.send("3513", {"data": node})
    told = [read_node(a.SoldRow, row) for row in rows(answer, "data")]
    return tuple(
        SoldBox(row.drug_trac_codg, row.setl_id, row.retn_flag == "1", row.trdn_flag == "1")
        for row in told
        if row.drug_trac_codg and trace_code in ("", row.drug_trac_codg)
    )


def report_stocktake(session: Session, count: Mapping[str, object]) -> None:
    """3501. Raises Refused `province.stock_refused` at the second level."""
    answer = session.send("3501", {"invinfo": written(dm.Stocktake, **count)})
    _taken(answer, Refused("province.stock_refused"))


def report_stock_move(session: Session, move: Mapping[str, object]) -> None:
    """3502. Raises as `report_stocktake`."""
    answer = session.send("3502", {"invinfo": written(dm.StockMove, **move)})
    _taken(answer, Refused("province.stock_refused"))


def in_settlement(codes: Sequence[BoxCode]) -> list[dict[str, object]]:
    """Node drug_trac_info of 2207(A). Raises Refused `province.request_incomplete`."""
    return [
        written(
            vm.BoxInSettlement,
            feedetl_sn=box.feedetl_sn,
            drug_trac_codg=box.trace_code,
            trdn_flag="1" if box.split else "0",
        )
        for box in codes
    ]


def _known(model: type[Written], sale: Mapping[str, object]) -> dict[str, object]:
    """What a return says of the sale that was reported with more."""
    return {name: sale[name] for name in model.model_fields if name in sale}


def _one(infno: str, row: dict[str, object]) -> dict[str, object]:
    """The A forms take an array, the others one object."""
    return {"selinfoDetail": [row]} if infno.endswith("A") else {"selinfo": row}


def _taken(answer: Answer, refusal: Refused) -> None:
    """Raise `refusal`, with the province's words, for a no at the second level."""
    verdicts = [read_node(a.Verdict, told) for told in rows(answer, "result")]
    for verdict in verdicts:
        if verdict.retRslt != "1":
            refusal.said = verdict.msgRslt
            raise refusal
    if not verdicts:
        raise Uncertain("province.nonsense", reason="no verdict")
