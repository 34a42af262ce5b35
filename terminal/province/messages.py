"""The nodes of each transaction, written strictly and with the interface's lengths.

Field tables: the interface's sections 3 to 8. C(n) is text of at most n characters.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Written(BaseModel):
    """A node that we send: nothing unknown, nothing too long."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def node(self) -> dict[str, Any]:
        """As it goes on the wire; what is not given is sent as an empty text."""
        return {k: "" if v is None else v for k, v in self.model_dump(mode="json").items()}


def _c(most: int) -> Any:
    return StringConstraints(min_length=1, max_length=most)


C3 = Annotated[str, _c(3)]
C6 = Annotated[str, _c(6)]
C20 = Annotated[str, _c(20)]
C30 = Annotated[str, _c(30)]
C50 = Annotated[str, _c(50)]
C100 = Annotated[str, _c(100)]
C150 = Annotated[str, _c(150)]
C200 = Annotated[str, _c(200)]
C500 = Annotated[str, _c(500)]
Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")]


def wire_time(at: datetime) -> str:
    """DT of the interface: Asia/Shanghai time to the second."""
    return f"{at:%Y-%m-%d %H:%M:%S}"


class SignIn(Written):
    """9001, node signIn."""

    opter_no: C20
    mac: C20
    ip: C20


class PersonQuery(Written):
    """1101, node data."""

    mdtrt_cert_type: C3
    mdtrt_cert_no: C50
    psn_cert_type: C6 = "01"
    certno: C50
    psn_name: Annotated[str, StringConstraints(max_length=50)] = ""


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


class VisitInformation(Written):
    """2203A, node mdtrtinfo."""

    mdtrt_id: C30
    psn_no: C30
    med_type: C6
    begntime: Moment
    dise_codg: C30
    dise_name: C500


class Diagnosis(Written):
    """2203A, a row of node diseinfo."""

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
    dise_codg: Annotated[str, StringConstraints(max_length=30)] = ""
    rx_circ_flag: C3 = "0"
    fee_ocur_time: Moment
    med_list_codg: C50
    medins_list_codg: C150
    det_item_fee_sumamt: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)]
    cnt: Annotated[Decimal, Field(gt=0, max_digits=16, decimal_places=4)]
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
    medfee_sumamt: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)]
    psn_setlway: C6 = "01"
    mdtrt_id: C30
    chrg_bchno: C30
    acct_used_flag: Annotated[str, StringConstraints(pattern="^[01]$")] = "1"
    insutype: C6


class SettlementRequest(PreSettlement):
    """2207(A), node data: as pre-settled, with its four parts echoed."""

    fulamt_ownpay_amt: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)]
    overlmt_selfpay: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)]
    preselfpay_amt: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)]
    inscp_scp_amt: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)]


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


class Sale(Written):
    """3505A, a row of node selinfoDetail; one box each."""

    med_list_codg: C50
    fixmedins_hilist_id: C30
    fixmedins_hilist_name: C200
    fixmedins_bchno: C30
    prsc_dr_name: C50
    phar_name: C50
    phar_prac_cert_no: C50
    hi_feesetl_type: C6 = "1"
    setl_id: C30
    mdtrt_sn: C30
    psn_no: C30
    psn_cert_type: C6 = "01"
    manu_lotnum: C30
    manu_date: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")]
    rx_flag: C3
    trdn_flag: C3 = "0"
    rx_circ_flag: C3 = "0"
    rtal_docno: C50
    sel_retn_cnt: Annotated[Decimal, Field(gt=0, max_digits=16, decimal_places=4)]
    sel_retn_time: Moment
    sel_retn_opter_name: C50
    mdtrt_setl_type: C6 = "1"
    drugtracinfo: list[dict[str, str]]
