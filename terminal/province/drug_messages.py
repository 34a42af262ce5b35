"""The nodes of boxes and stock: 3501, 3502, 3505(A), 3506(A), 3513 (interface section 8)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from terminal.province.messages import (
    C3,
    C6,
    C30,
    C50,
    C100,
    C200,
    Day,
    Moment,
    Quantity,
    Written,
    optional,
)

Price = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=6)]
_DayOrNone = Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d\d-\d\d)?$")]
_BOXES_MAX = 100
"""Codes in one row; implementers cut their uploads at a hundred."""


class TraceCode(Written):
    """A row of drugtracinfo."""

    drug_trac_codg: C100


class SaleReturn(Written):
    """3506(A), a row of node selinfoDetail (3506: node selinfo); boxes of one delivery."""

    med_list_codg: C50
    fixmedins_hilist_id: C30
    fixmedins_hilist_name: C200
    fixmedins_bchno: C30
    setl_id: C30
    mdtrt_sn: C30
    psn_no: C30
    psn_cert_type: C6 = "01"
    manu_lotnum: C30
    manu_date: Day
    expy_end: _DayOrNone = ""
    rx_flag: C3
    trdn_flag: C3 = "0"
    """0 whole packs, 1 units out of an opened one: its code may come again."""
    finl_trns_pric: Price | None = None
    sel_retn_cnt: Quantity
    sel_retn_time: Moment
    sel_retn_opter_name: C50
    mdtrt_setl_type: C6 = "1"
    drugtracinfo: Annotated[list[TraceCode], Field(min_length=1, max_length=_BOXES_MAX)]


class Sale(SaleReturn):
    """3505(A), a row of node selinfoDetail (3505: node selinfo); boxes of one delivery."""

    prsc_dr_name: C50
    phar_name: C50
    phar_prac_cert_no: C50
    hi_feesetl_type: C6 = "1"
    rxno: Annotated[str, optional(40)] = ""
    rx_circ_flag: C3 = "0"
    """1: sold under another institution's prescription, `rxno`."""
    rtal_docno: Annotated[str, optional(40)]
    drug_prod_barc: Annotated[str, optional(30)] = ""
    """The commodity code (69...) of the box, where it was scanned as well."""


class SelfPaidReturn(SaleReturn):
    """3506(A) of a box that was sold without insurance: there is no settlement, and who
    bought it need not be said."""

    setl_id: Literal[""] = ""
    psn_no: Annotated[str, optional(30)] = ""
    certno: Annotated[str, optional(50)] = ""
    psn_name: Annotated[str, optional(50)] = ""
    mdtrt_setl_type: Literal["2"] = "2"


class SelfPaidSale(SelfPaidReturn, Sale):
    """3505(A) of boxes sold without insurance; these are reported as well."""

    hi_feesetl_type: Literal["0"] = "0"


class SoldQuery(Written):
    """3513, node data. No field list was found; these are the names its kin use."""

    drug_trac_codg: Annotated[str, optional(100)] = ""
    begndate: Day
    enddate: Day


class Stocktake(Written):
    """3501, node invinfo: what was counted of one delivery."""

    med_list_codg: C50
    fixmedins_hilist_id: C30
    fixmedins_hilist_name: C200
    rx_flag: C3
    invdate: Day
    inv_cnt: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)]
    """In the smallest pack that is priced."""
    manu_lotnum: Annotated[str, optional(30)] = ""
    fixmedins_bchno: C30
    manu_date: Day
    expy_end: Day
    memo: Annotated[str, optional(500)] = ""
    drugtracinfo: list[TraceCode] = Field(default_factory=list, max_length=_BOXES_MAX)


class StockMove(Written):
    """3502, node invinfo: what came in or went otherwise than by a purchase or a sale."""

    med_list_codg: C50
    inv_chg_type: C6
    """Which way it went stands here alone; the quantity is above zero."""
    fixmedins_hilist_id: C30
    fixmedins_hilist_name: C200
    fixmedins_bchno: C30
    pric: Price
    cnt: Quantity
    rx_flag: C3
    inv_chg_time: Moment
    inv_chg_opter_name: Annotated[str, optional(50)] = ""
    memo: Annotated[str, optional(500)] = ""
    trdn_flag: C3 = "0"
    drugtracinfo: list[TraceCode] = Field(default_factory=list, max_length=_BOXES_MAX)
