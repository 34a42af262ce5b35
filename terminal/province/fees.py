"""Fee lines as 2204 takes them: rows of one batch, in as many calls as the limits ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from terminal.province import messages as m
from terminal.province import visit_messages as vm
from terminal.province.envelope import INPUT_CHARS_MAX, compact
from terminal.province.nodes import written
from terminal.province.said import Fee
from terminal.province.session import Case, Clinic

_AROUND_ROWS = 64
"""Characters of `input` beside its rows, and some: node, brackets."""


Rows = list[dict[str, Any]]


def fee_rows(case: Case, clinic: Clinic, mdtrt_id: str, batch: str, fees: Sequence[Fee]) -> Rows:
    """Raises Refused `province.request_incomplete`."""
    doctor = case.claimed_by(clinic)
    return [
        _with_reason(fee)
        | written(
            vm.FeeLine,
            feedetl_sn=fee.feedetl_sn,
            mdtrt_id=mdtrt_id,
            psn_no=case.person.psn_no,
            chrg_bchno=batch,
            dise_codg=case.registration,
            rxno=fee.rxno,
            rx_circ_flag="1" if fee.rxno else "0",
            fee_ocur_time=m.wire_time(fee.at),
            med_list_codg=fee.med_list_codg,
            medins_list_codg=fee.medins_list_codg,
            det_item_fee_sumamt=fee.total.yuan,
            cnt=fee.quantity,
            pric=fee.price,
            bilg_dept_codg=clinic.dept_code,
            bilg_dept_name=clinic.dept_name,
            bilg_dr_codg=doctor.code,
            bilg_dr_name=doctor.name,
        )
        for fee in fees
    ]


def _with_reason(fee: Fee) -> dict[str, Any]:
    """Why a drug has no trace code, in the extension slot: no field of 2204 is known for it."""
    return {"exp_content": compact({"untraced": fee.untraced})} if fee.untraced else {}


def in_calls(rows: Rows, rows_max: int) -> Iterator[Rows]:
    """The rows in order, at most so many a call and never beyond C40000 of `input`."""
    call: Rows = []
    chars = 0
    for row in rows:
        length = len(compact(row)) + 1
        if call and (len(call) == rows_max or chars + length > INPUT_CHARS_MAX - _AROUND_ROWS):
            yield call
            call, chars = [], 0
        call.append(row)
        chars += length
    if call:
        yield call
