"""The nodes that open a visit: registered (2201) and described (2203A)."""

from __future__ import annotations

from typing import Any

from terminal.province import visit_messages as vm
from terminal.province.messages import wire_time
from terminal.province.nodes import written
from terminal.province.session import ID_CARD, Case, Clinic


def registration(case: Case, clinic: Clinic, ipt_otp_no: str) -> dict[str, Any]:
    """Node data of 2201. Raises Refused `province.request_incomplete`."""
    return written(
        vm.Registration,
        psn_no=case.person.psn_no,
        insutype=case.coverage.insutype,
        begntime=wire_time(case.begun_at),
        mdtrt_cert_type=ID_CARD,
        mdtrt_cert_no=case.person.id_number,
        ipt_otp_no=ipt_otp_no,
        atddr_no=clinic.doctor_code,
        dr_name=clinic.doctor_name,
        dept_code=clinic.dept_code,
        dept_name=clinic.dept_name,
        caty=clinic.caty,
    )


def description(case: Case, clinic: Clinic, mdtrt_id: str) -> dict[str, Any]:
    """Both nodes of 2203(A). Raises Refused `province.request_incomplete`."""
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
        dise_dor_no=clinic.doctor_code,
        dise_dor_name=clinic.doctor_name,
        diag_time=wire_time(case.begun_at),
    )
    return {"mdtrtinfo": visit, "diseinfo": [diagnosis]}
