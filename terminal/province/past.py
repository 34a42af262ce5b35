"""What the province knows of a person's visits (5201) and settlements (5203)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from terminal.core.faults import Refused, Uncertain
from terminal.province import settlement_answers as a
from terminal.province import visit_messages as vm
from terminal.province.envelope import Answer
from terminal.province.nodes import read_node, rows, written
from terminal.province.said import Settled, VisitThere
from terminal.province.session import Case, Session

UNREADABLE = ("province.nonsense", "province.amounts_do_not_add_up")
"""Codes of an answer that came and cannot be read: asking again would bring the same."""

_ORDINARY = "11"
"""med_type of an ordinary outpatient visit: what other systems mostly register."""

_SYSTEM_ERROR = -1

_AHEAD = timedelta(days=1)
"""How far a settlement may lie in the future: a day, for their clock and ours."""


def visits_of_day(
    session: Session, case: Case, day: date, med_types: Collection[str] = ()
) -> tuple[VisitThere, ...]:
    """5201, once for the case's own kind of visit, once for ordinary ones, and once for each
    other kind of `med_types`.

    Of a visit that is settled late also the days since it was made.
    """
    since = min(case.begun_at.date(), day)
    found: dict[str, VisitThere] = {}
    for med_type in dict.fromkeys((case.med_type, _ORDINARY, *med_types)):
        node = written(
            vm.VisitsQuery,
            psn_no=case.person.psn_no,
            begntime=f"{since.isoformat()} 00:00:00",
            endtime=f"{day.isoformat()} 23:59:59",
            med_type=med_type,
        )
        answer = _asked(session, "5201", node, case)
        for told in rows(answer, "mdtrtinfo"):
            row = read_node(a.VisitRow, told)
            if row.psn_no in ("", case.person.psn_no):
                found[row.mdtrt_id] = VisitThere(
                    mdtrt_id=row.mdtrt_id,
                    begun=row.begntime,
                    med_type=row.med_type,
                    ipt_otp_no=row.ipt_otp_no,
                    institution=row.fixmedins_name or row.fixmedins_code,
                    fixmedins_code=row.fixmedins_code,
                )
    return tuple(found.values())


def settlements(
    session: Session, case: Case, *, mdtrt_id: str = "", setl_id: str = ""
) -> tuple[Settled, ...]:
    """5203: the settlements of this person that the answer names."""
    node = written(
        vm.SettlementQuery, psn_no=case.person.psn_no, setl_id=setl_id, mdtrt_id=mdtrt_id
    )
    answer = _asked(session, "5203", node, case)
    told = [read_node(a.SetlInfo, row) for row in rows(answer, "setlinfo") if row]
    return tuple(
        settled(info, session)
        for info in told
        if info.setl_id and info.psn_no in ("", case.person.psn_no)
    )


def _asked(session: Session, infno: str, node: dict[str, Any], case: Case) -> Answer:
    """Trouble of the platform is no "there is none": whoever asks must not take it for one.

    Raises Uncertain `province.system_error` for infcode -1 and for a terminal that is
    not admitted (a clock that is wrong), else as Session.send does.
    """
    try:
        return session.send(infno, {"data": node}, case)
    except Refused as no:
        if no.code != "province.not_admitted" and no.facts.get("infcode") != _SYSTEM_ERROR:
            raise
        trouble = Uncertain("province.system_error", infno=infno)
        trouble.said = no.said
        raise trouble from None


def settled(info: a.SetlInfo, session: Session) -> Settled:
    """A settlement that was told of.

    Raises Uncertain `province.amounts_do_not_add_up` and `province.nonsense`: something
    was charged or undone, and not as this says.
    """
    try:
        shares = info.shares(session.clinic.region).verified()
    except Refused as wrong:
        raise Uncertain("province.amounts_do_not_add_up", **wrong.facts) from None
    if _to_come(info.setl_time, session.now()):
        raise Uncertain("province.nonsense", reason="settled on a day to come")
    return Settled(
        setl_id=info.setl_id,
        mdtrt_id=info.mdtrt_id,
        medins_setl_id=info.medins_setl_id,
        shares=shares,
        refunded=info.refunded,
        insutype=info.insutype,
        clr_type=info.clr_type,
        clr_optins=info.clr_optins,
        clr_way=info.clr_way,
        setl_time=info.setl_time,
        institution=info.fixmedins_name or info.fixmedins_code,
        fixmedins_code=info.fixmedins_code,
        invono=info.invono,
    )


def _to_come(told: str, now: datetime) -> bool:
    try:
        day = date.fromisoformat(told[:10])
    except ValueError:
        return False  # Another way of writing it is no reason to doubt a charge.
    return day > (now + _AHEAD).date()
