"""What the province says beforehand: who would pay (2001), and what the audit warns of."""

from __future__ import annotations

from collections.abc import Sequence

from terminal.core.goods_views import FindingView, Severity
from terminal.core.money import total
from terminal.province import answers as a
from terminal.province import audit_messages as am
from terminal.province import messages as m
from terminal.province.envelope import compact
from terminal.province.nodes import read_node, rows, written
from terminal.province.said import Fee, Treatment, Violation
from terminal.province.session import Case, Session

_SYSTEM = "clinic-terminal"
"""syscode: who asks."""

_BEFORE, _DURING = "1", "2"
"""trig_scen."""
_EXP_CONTENT_CHARS_MAX = 4000
"""C4000 of exp_content (interface section 2.2)."""


def treatment(session: Session, case: Case) -> tuple[Treatment, ...]:
    """2001: which funds would pay for this person and kind of visit, and why others not."""
    node = written(
        m.TreatmentQuery,
        psn_no=case.person.psn_no,
        insutype=case.coverage.insutype,
        fixmedins_code=session.clinic.fixmedins_code,
        med_type=case.med_type,
        begntime=m.wire_time(case.begun_at),
        dise_codg=case.registration or case.diagnosis_code,
        dise_name=case.diagnosis_name,
    )
    answer = session.send("2001", {"data": node}, case)
    told = rows(answer, "trtinfo") or rows(answer, "data")  # No two transcripts agree.
    return tuple(
        Treatment(row.fund_pay_type, row.trt_enjymnt_flag != "0", row.trt_chk_rslt)
        for row in (read_node(a.TreatmentRow, each) for each in told)
    )


def audit(
    session: Session,
    case: Case,
    mdtrt_id: str,
    fees: Sequence[Fee],
    findings: Sequence[FindingView] = (),
    *,
    during: bool,
) -> tuple[Violation, ...]:
    """3101 (3102 `during` the visit): warnings only; a claim may be made all the same.

    Our own findings go along in the extension slot, the heaviest first.
    """
    node = written(
        am.AuditRequest,
        syscode=_SYSTEM,
        patient_dtos=[_person(session, case, mdtrt_id, fees)],
        trig_scen=_DURING if during else _BEFORE,
    )
    if findings:
        node["exp_content"] = _told(findings)
    answer = session.send("3102" if during else "3101", {"data": node}, case)
    told = rows(answer, "result") or rows(answer, "")  # Some answer with a bare array.
    return tuple(
        Violation(row.rule_id, row.rule_name, row.vola_cont, row.vola_amt, row.sev_deg)
        for row in (read_node(a.ViolationRow, each) for each in told)
    )


def _told(findings: Sequence[FindingView]) -> str:
    """The findings as JSON within C4000, cut between two of them."""
    heaviest = list(Severity)
    text, told = "", list[dict[str, object]]()
    for each in sorted(findings, key=lambda finding: heaviest.index(finding.severity)):
        told.append(
            {
                "rule_id": each.rule,
                "sev": each.severity.value,
                "line": each.number,
                "words": each.words,
                "reason": each.reason,
            }
        )
        longer = compact({"findings": told})
        if len(longer) > _EXP_CONTENT_CHARS_MAX:
            told.pop()
            continue  # A shorter one behind it may still find room.
        text = longer
    return text


def _person(session: Session, case: Case, mdtrt_id: str, fees: Sequence[Fee]) -> dict[str, object]:
    return {
        "patn_id": case.person.psn_no,
        "patn_name": case.person.name,
        "gend": case.person.gender,
        "brdy": case.person.born.isoformat(),
        "poolarea": case.coverage.insuplc_admdvs,
        "curr_mdtrt_id": mdtrt_id,
        "fsi_encounter_dtos": [_visit(session, case, mdtrt_id, fees)],
    }


def _visit(session: Session, case: Case, mdtrt_id: str, fees: Sequence[Fee]) -> dict[str, object]:
    clinic, begun = session.clinic, m.wire_time(case.begun_at)
    doctor = case.claimed_by(clinic)
    return {
        "mdtrt_id": mdtrt_id,
        "medins_id": clinic.fixmedins_code,
        "medins_name": clinic.fixmedins_name,
        "medins_admdvs": clinic.mdtrtarea_admvs,
        "adm_date": begun,
        "dscg_main_dise_codg": case.diagnosis_code,
        "dscg_main_dise_name": case.diagnosis_name,
        "dr_codg": doctor.code,
        "adm_dept_codg": clinic.dept_code,
        "adm_dept_name": clinic.dept_name,
        "med_type": case.med_type,
        "medfee_sumamt": total(fee.total for fee in fees).yuan,
        "insutype": case.coverage.insutype,
        "fsi_diagnose_dtos": [
            {
                "dise_id": case.diagnosis_code,
                "dise_codg": case.diagnosis_code,
                "dise_name": case.diagnosis_name,
                "dise_date": begun,
            }
        ],
        "fsi_order_dtos": [
            {
                "rx_id": fee.feedetl_sn,
                "hilist_code": fee.med_list_codg,
                "hosplist_code": fee.medins_list_codg,
                "cnt": fee.quantity,
                "pric": fee.price,
                "sumamt": fee.total.yuan,
                "drord_begn_date": m.wire_time(fee.at),
                "drord_dr_codg": doctor.code,
                "drord_dr_name": doctor.name,
            }
            for fee in fees
        ],
    }
