"""Sold and returned boxes (3505, 3506, 3513): two levels of verdict, none about money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from terminal.core.faults import Refused, Uncertain
from terminal.province import drug_messages as dm
from terminal.province import settlement_answers as a
from terminal.province.envelope import Answer
from terminal.province.nodes import read_node, rows, written
from terminal.province.said import SoldBox
from terminal.province.session import Case, Session


def report_sale(session: Session, case: Case, sale: Mapping[str, object]) -> None:
    """3505(A) for one box. Raises Refused `province.sale_refused` at either level."""
    infno = session.clinic.region.infno_sale
    row = written(dm.Sale, **sale)
    _taken(session.send(infno, _one(infno, row), case))


def take_back_sale(session: Session, case: Case, sale: Mapping[str, object]) -> None:
    """3506(A) for one box that was reported. Raises as `report_sale`."""
    infno = session.clinic.region.infno_sale_return
    known = {name: sale[name] for name in dm.SaleReturn.model_fields if name in sale}
    _taken(session.send(infno, _one(infno, written(dm.SaleReturn, **known)), case))


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
        SoldBox(row.drug_trac_codg, row.setl_id, row.retn_flag == "1")
        for row in told
        if row.drug_trac_codg and trace_code in ("", row.drug_trac_codg)
    )


def _one(infno: str, row: dict[str, object]) -> dict[str, object]:
    """The A forms take an array, the others one object."""
    return {"selinfoDetail": [row]} if infno.endswith("A") else {"selinfo": row}


def _taken(answer: Answer) -> None:
    verdicts = [read_node(a.SaleVerdict, told) for told in rows(answer, "result")]
    for verdict in verdicts:
        if verdict.retRslt != "1":
            fault = Refused("province.sale_refused")
            fault.said = verdict.msgRslt
            raise fault
    if not verdicts:
        raise Uncertain("province.nonsense", reason="no verdict")
