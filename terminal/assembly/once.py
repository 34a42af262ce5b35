"""One whole visit without a screen: what the demo's people do, done by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from terminal.assembly.demonstration import Demonstration
from terminal.assembly.stage import fresh_code
from terminal.core.counter import CounterView, VisitView
from terminal.core.faults import Unavailable
from terminal.core.visit import VisitState

_STEP_MAX_S = 60.0
"""How long one step may take before the demo gives up: a slow machine, not a slow person."""

_DIAGNOSIS = "J06.900"
_DRUGS = ("YP0001", "YP0001")
"""Two boxes at 4.00 of a drug that the fund pays whole: worked case 1."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `clinic-terminal demo --once --json` prints."""

    person: str
    """Masked."""
    similarity: float | None
    live_score: float | None
    trace_codes: tuple[str, ...]
    mdtrt_id: str
    setl_id: str
    medfee_sumamt: str
    fund_pay_sumamt: str
    psn_part_amt: str
    seconds_face_to_card: float | None
    seconds_confirm_to_settled: float

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def visit_once(demo: Demonstration, drugs: Sequence[str] = _DRUGS) -> Outcome:
    """Be recognised, confirmed, given boxes, and settled.

    What a demo before it left on the counter leaves it first, as a doctor would have it.
    Raises Unavailable `demo.stuck` naming the step that did not come about.
    """
    device = demo.device
    desk, store = device.desk, device.store
    left = desk.view().visit
    if left is not None and not _presented(left):
        desk.reception.leave(left.visit_id)
    visit_id = _until(demo, "person card", _presented).visit_id
    desk.reception.confirm_person(visit_id)
    _until(demo, "insurance", lambda visit: bool(visit.person and visit.person.insured))
    desk.basket.set_diagnosis(visit_id, _DIAGNOSIS)
    codes = []
    for number, code in enumerate(drugs, start=1):
        drug = next(drug for drug in device.catalogue.drugs if drug.medins_list_codg == code)
        codes.append(fresh_code(drug))
        demo.scanner.scan(codes[-1])
        _until(demo, "scanned box", _has_lines(number))
    priced = _until(demo, "bill", lambda visit: visit.bill is not None and visit.busy is None)
    if priced.bill is None:
        raise Unavailable("demo.stuck", step="bill")
    begun_s = time.monotonic()
    desk.till.confirm_amount(visit_id, priced.revision, priced.bill.own)
    settled = _until(demo, "settlement", lambda visit: visit.state is VisitState.SETTLED)
    took_s = time.monotonic() - begun_s
    bill = settled.bill or priced.bill
    record = store.settlements.of_visit(visit_id)[0]
    return Outcome(
        person=settled.person.masked_name if settled.person else "",
        similarity=settled.similarity,
        live_score=store.visits.visit(visit_id).live_score,
        trace_codes=tuple(codes),
        mdtrt_id=record.mdtrt_id or "",
        setl_id=record.setl_id or "",
        medfee_sumamt=bill.total.yuan,
        fund_pay_sumamt=bill.fund.yuan,
        psn_part_amt=bill.own.yuan,
        seconds_face_to_card=device.greeting.face_to_card_s,
        seconds_confirm_to_settled=took_s,
    )


def _presented(visit: VisitView) -> bool:
    return visit.state is VisitState.PRESENTED


def _has_lines(count: int) -> Callable[[VisitView], bool]:
    return lambda visit: len(visit.lines) >= count


def _until(demo: Demonstration, step: str, come: Callable[[VisitView], bool]) -> VisitView:
    """Wait until the visit on the counter has come so far."""
    until_s = time.monotonic() + _STEP_MAX_S
    view: CounterView = demo.device.desk.view()
    while True:
        if view.visit is not None and come(view.visit):
            return view.visit
        left_s = until_s - time.monotonic()
        if left_s <= 0:
            notice = view.visit.notice.code if view.visit and view.visit.notice else None
            raise Unavailable("demo.stuck", step=step, notice=notice, hint=view.hint)
        view = demo.device.desk.wait_for_change(view.number, min(left_s, 1.0))
