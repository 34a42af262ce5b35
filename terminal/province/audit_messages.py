"""The nodes of the bureau's audit, 3101 before and 3102 during a visit.

No table of their input was found in the interface's transcripts; these are the fields
that hospitals were seen to send.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from terminal.province.messages import (
    C3,
    C6,
    C30,
    C50,
    C100,
    C200,
    C500,
    Day,
    Moment,
    Paid,
    Quantity,
    Written,
)


class AuditedOrder(Written):
    """A row of fsi_order_dtos: one fee line."""

    rx_id: C50
    hilist_code: C50
    hosplist_code: C50
    cnt: Quantity
    pric: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=6)]
    sumamt: Paid
    drord_begn_date: Moment
    drord_dr_codg: C50
    drord_dr_name: C50


class AuditedDiagnosis(Written):
    """A row of fsi_diagnose_dtos."""

    dise_id: C50
    inout_dise_type: C6 = "1"
    maindise_flag: C3 = "1"
    dias_srt_no: int = 1
    dise_codg: C50
    dise_name: C500
    dise_date: Moment


class AuditedVisit(Written):
    """A row of fsi_encounter_dtos."""

    mdtrt_id: C50
    medins_id: C50
    medins_name: C200
    medins_admdvs: C6
    medins_type: C6 = "1"
    medins_lv: C6 = "11"
    adm_date: Moment
    dscg_main_dise_codg: C50
    dscg_main_dise_name: C500
    dr_codg: C50
    adm_dept_codg: C50
    adm_dept_name: C100
    med_mdtrt_type: C6 = "1"
    med_type: C6
    medfee_sumamt: Paid
    insutype: C6
    fsi_diagnose_dtos: list[AuditedDiagnosis]
    fsi_order_dtos: list[AuditedOrder]


class AuditedPerson(Written):
    """A row of patient_dtos."""

    patn_id: C50
    patn_name: C50
    gend: C6
    brdy: Day
    poolarea: C6
    curr_mdtrt_id: C50
    fsi_encounter_dtos: list[AuditedVisit]


class AuditRequest(Written):
    """3101, 3102: node data."""

    syscode: C30
    patient_dtos: list[AuditedPerson]
    trig_scen: C6
    """Where in the visit it is asked: 1 before, 2 during the settlement."""
