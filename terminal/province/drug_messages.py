"""The nodes of sold and returned boxes: 3505(A), 3506(A), 3513 (interface section 8)."""

from __future__ import annotations

from typing import Annotated

from terminal.province.messages import (
    C3,
    C6,
    C30,
    C50,
    C200,
    Day,
    Moment,
    Quantity,
    Written,
    optional,
)


class SaleReturn(Written):
    """3506(A), a row of node selinfoDetail (3506: node selinfo); one box each."""

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
    rx_flag: C3
    trdn_flag: C3 = "0"
    sel_retn_cnt: Quantity
    sel_retn_time: Moment
    sel_retn_opter_name: C50
    mdtrt_setl_type: C6 = "1"
    drugtracinfo: list[dict[str, str]]


class Sale(SaleReturn):
    """3505(A), a row of node selinfoDetail (3505: node selinfo); one box each."""

    prsc_dr_name: C50
    phar_name: C50
    phar_prac_cert_no: C50
    hi_feesetl_type: C6 = "1"
    rx_circ_flag: C3 = "0"
    rtal_docno: Annotated[str, optional(40)]


class SoldQuery(Written):
    """3513, node data. No field list was found; these are the names its kin use."""

    drug_trac_codg: Annotated[str, optional(100)] = ""
    begndate: Day
    enddate: Day
