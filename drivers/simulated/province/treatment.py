"""Whether someone may claim at all, and under which fund: 2001 (section 5.1)."""

from __future__ import annotations

from datetime import date

from drivers.simulated.province.call import Call, Output
from drivers.simulated.province.policy import coverage_of
from drivers.simulated.province.rejection import Rejection
from drivers.simulated.province.statement import POOL
from drivers.simulated.province.wire import Json
from terminal.core.coverage import Reason

_FUND_CHECK, _OTHER = "01", "99"
_WORDS = {Reason.AWAY_FROM_REGION: "未办理异地就医备案,门诊费用不予支付"}


def check(call: Call) -> Output:
    """2001: a row for each fund that would pay, or the reason why none does."""
    data, person = call.data, call.person()
    if data["fixmedins_code"] != call.institution.code:
        raise Rejection("定点医药机构编号不一致", "trtcheck_1")
    day = date.fromisoformat(data["begntime"][:10])
    try:
        coverage = coverage_of(call, person, data["insutype"], data["med_type"], day)
    except Rejection as no:
        reason = no.err_msg.removeprefix("FSI-").split("[")[0]
        return {"trtinfo": [_row(call, None, day, reason)]}
    if coverage.pot is None:
        reason = _WORDS.get(coverage.reason, "无门诊待遇")
        return {"trtinfo": [_row(call, None, day, reason)]}
    fund, _ = POOL[data["insutype"]]
    return {"trtinfo": [_row(call, fund, day, None)]}


def _row(call: Call, fund: str | None, day: date, reason: str | None) -> Json:
    return {
        "psn_no": call.data["psn_no"],
        "trt_chk_type": _OTHER if fund is None else _FUND_CHECK,
        "fund_pay_type": fund,
        "trt_enjymnt_flag": "0" if fund is None else "1",
        "begndate": day.isoformat(),
        "enddate": None,
        "trt_chk_rslt": reason,
    }
