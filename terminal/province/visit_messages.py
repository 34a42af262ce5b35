"""The nodes of a visit and its settlements: 2201 to 2208, 2601, and what is asked of them.

Field tables: the interface's sections 5 and 7.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from terminal.province.messages import (
    C3,
    C6,
    C20,
    C30,
    C50,
    C100,
    C150,
    C500,
    Moment,
    Paid,
    Quantity,
    Written,
    optional,
)

Flag = Annotated[str, StringConstraints(pattern="^[01]$")]


class Registration(Written):
    """2201, node data."""

    psn_no: C30
    insutype: C6
    begntime: Moment
    mdtrt_cert_type: C3
    mdtrt_cert_no: C50
    ipt_otp_no: C30
    atddr_no: C30
    dr_name: C50
    dept_code: C30
    dept_name: C100
    caty: C6


class RegistrationCancellation(Written):
    """2202, node data."""

    psn_no: C30
    mdtrt_id: C30
    ipt_otp_no: C30


class VisitInformation(Written):
    """2203(A), node mdtrtinfo."""

    mdtrt_id: C30
    psn_no: C30
    med_type: C6
    begntime: Moment
    dise_codg: C30
    dise_name: C500


class Diagnosis(Written):
    """2203(A), a row of node diseinfo."""

    diag_type: C3 = "1"
    diag_srt_no: int = Field(ge=1, le=99)
    diag_code: C20
    diag_name: C100
    diag_dept: C50
    dise_dor_no: C30
    dise_dor_name: C50
    diag_time: Moment
    vali_flag: C3 = "1"


class FeeLine(Written):
    """2204, a row of node feedetail."""

    feedetl_sn: Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,14}$")]
    """Digits only, not zero, at most 15: the narrowest reading met."""
    mdtrt_id: C30
    psn_no: C30
    chrg_bchno: C30
    dise_codg: Annotated[str, optional(30)] = ""
    rxno: Annotated[str, optional(30)] = ""
    rx_circ_flag: C3 = "0"
    """1: prescribed by another institution, under `rxno`."""
    fee_ocur_time: Moment
    med_list_codg: C50
    medins_list_codg: C150
    det_item_fee_sumamt: Paid
    cnt: Quantity
    pric: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=6)]
    bilg_dept_codg: C30
    bilg_dept_name: C100
    bilg_dr_codg: C30
    bilg_dr_name: C50
    hosp_appr_flag: C3 = "1"


class FeeCancellation(Written):
    """2205, node data. `0000` takes back all unsettled lines of the visit."""

    mdtrt_id: C30
    chrg_bchno: C30 = "0000"
    psn_no: C30


class PreSettlement(Written):
    """2206(A), node data."""

    psn_no: C30
    mdtrt_cert_type: C3
    mdtrt_cert_no: C50
    med_type: C6
    medfee_sumamt: Paid
    psn_setlway: C6 = "01"
    mdtrt_id: C30
    chrg_bchno: C30
    acct_used_flag: Flag = "1"
    insutype: C6


class SettlementRequest(PreSettlement):
    """2207(A), node data: as pre-settled, with its four parts echoed."""

    fulamt_ownpay_amt: Paid
    overlmt_selfpay: Paid
    preselfpay_amt: Paid
    inscp_scp_amt: Paid


class BoxInSettlement(Written):
    """2207(A), a row of node drug_trac_info, where trace codes travel with the money."""

    feedetl_sn: C30
    drug_trac_codg: C100
    trdn_flag: Flag
    min_prcunt_type: C3 = "2"
    """2: the smallest pack; no other value is known (interface section 8)."""


class Cancellation(Written):
    """2208, node data."""

    setl_id: C30
    mdtrt_id: C30
    psn_no: C30


class Reversal(Written):
    """2601, node data."""

    psn_no: C30
    omsgid: C30
    oinfno: C6


class VisitsQuery(Written):
    """5201, node data."""

    psn_no: C30
    begntime: Moment
    endtime: Moment
    med_type: C6


class SettlementQuery(Written):
    """5203, node data. One of the two last is told, or both."""

    psn_no: C30
    setl_id: Annotated[str, optional(30)] = ""
    mdtrt_id: Annotated[str, optional(30)] = ""
