"""The nodes that open a visit: registered (2201) and described (2203A)."""

from __future__ import annotations

from typing import Any

from terminal.core.standing import Standing
from terminal.province import visit_messages as vm
from terminal.province.envelope import compact
from terminal.province.messages import wire_time
from terminal.province.nodes import written
from terminal.province.session import ID_CARD, Case, Clinic
from terminal.province.vouchers import E_VOUCHER


def registration(case: Case, clinic: Clinic, ipt_otp_no: str, voucher: str = "") -> dict[str, Any]:
    """Node data of 2201, by the insurance code that was shown or else by the ID number.

    Raises Refused `province.request_incomplete`.
    """
    doctor = case.claimed_by(clinic)
    return written(
        vm.Registration,
        psn_no=case.person.psn_no,
        insutype=case.coverage.insutype,
        begntime=wire_time(case.begun_at),
        mdtrt_cert_type=E_VOUCHER if voucher else ID_CARD,
        mdtrt_cert_no=voucher or case.person.id_number,
        ipt_otp_no=ipt_otp_no,
        atddr_no=doctor.code,
        dr_name=doctor.name,
        dept_code=clinic.dept_code,
        dept_name=clinic.dept_name,
        caty=clinic.caty,
    )


def description(case: Case, clinic: Clinic, mdtrt_id: str) -> dict[str, Any]:
    """Both nodes of 2203(A). Raises Refused `province.request_incomplete`."""
    doctor = case.claimed_by(clinic)
    visit = written(
        vm.VisitInformation,
        mdtrt_id=mdtrt_id,
        psn_no=case.person.psn_no,
        med_type=case.med_type,
        begntime=wire_time(case.begun_at),
        dise_codg=case.registration or case.diagnosis_code,
        dise_name=case.diagnosis_name,
    )
    diagnosis = written(
        vm.Diagnosis,
        diag_srt_no=1,
        diag_code=case.diagnosis_code,
        diag_name=case.diagnosis_name,
        diag_dept=clinic.dept_name,
        dise_dor_no=doctor.code,
        dise_dor_name=doctor.name,
        diag_time=wire_time(case.begun_at),
    )
    return {"mdtrtinfo": visit | sent_for(case), "diseinfo": [diagnosis]}


def sent_for(case: Case) -> dict[str, Any]:
    """Who was sent for an absent person, in the extension slot: 2203 and 2207 have no field
    for it; the names are those of 2505's (agnter_*)."""
    sent = case.companion
    if sent is None or sent.standing is not Standing.ERRAND:
        return {}
    agent = {
        "agnter_name": sent.name,
        "agnter_cert_type": "01",
        "agnter_certno": sent.id_number,
        "agnter_rlts": sent.relation,
    }
    return {"exp_content": compact({"agent": agent})}
