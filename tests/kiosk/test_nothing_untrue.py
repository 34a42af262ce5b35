"""What a screen says is true when it says it: nothing past, nothing of others, no disease."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk_ui.bill_picture import limit_told, picture_of
from kiosk_ui.notices import notice_now
from kiosk_ui.screens import resident_screen
from kiosk_ui.steps import step_of, why_waiting
from kiosk_ui.words import WORDS
from terminal.core.charge import SettlementState
from terminal.core.money_views import PaymentKind, Way
from terminal.core.receipt import Occasion, ReceiptLine, receipt
from terminal.core.shares import Shares
from terminal.core.visit import VisitState
from tests.kiosk.counter_views import (
    AT,
    ELSEWHERE,
    WAITING,
    ShownDesk,
    bill,
    line,
    notice,
    payments,
    share,
    view,
    visit,
    yuan,
)
from tests.kiosk.money_scenes import AWAY, DIFFERS, OFFLINE, SETTLED, UNKNOWN, paid

_FIELDS = [field.name for field in fields(Shares)]
UNUSABLE = ("no_answer", "nonsense", "amounts_do_not_add_up", "contradiction", "system_error")
DRUG, SERVICE = "苯磺酸氨氯地平片", "尿常规检测"
AT_NOON = datetime(2025, 11, 20, 12, 0)  # noqa: DTZ001 - as the province tells it.


def test_no_drug_and_no_service_is_named_on_the_residents_screen(
    client: Any, desk: ShownDesk
) -> None:
    lines = (line(1, DRUG), line(2, SERVICE, "10.00"))
    slip = receipt(
        Occasion("卫生室", "王建国", "", AT),
        [ReceiptLine(each.name, each.spec, "1", "盒", each.total) for each in lines],
        Shares.from_fen({**dict.fromkeys(_FIELDS, 0), "total": 3634, "fund": 2634, "own": 1000}),
        ["9901"],
    )
    for state in VisitState:
        told = slip if state is VisitState.SETTLED else ()
        desk.show(visit=visit(state, lines=lines, receipt=told))
        for shown in (client.get("/resident").text, repr(resident_screen(desk.shown))):
            assert DRUG not in shown
            assert SERVICE not in shown
    desk.show(visit=visit(VisitState.SETTLED, lines=lines, receipt=slip))
    page = client.get("/resident").text
    assert "结算号 9901" in page
    assert "总费用 36.34" in page
    assert DRUG in client.get("/doctor").text


def test_the_resident_still_counts_the_boxes_and_their_prices(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.TRACED, lines=(line(1), line(2, amount="4.00"))))
    page = client.get("/resident").text
    for said in ("已记下 2 项", "¥30.34", "第 2 项", "¥4.00", "第 1 项", "¥26.34"):
        assert said in page


@pytest.mark.parametrize("code", UNUSABLE)
@pytest.mark.parametrize("state", [VisitState.SETTLED, VisitState.CANCELLED])
def test_a_doubt_that_is_over_is_not_said_any_more(
    client: Any, desk: ShownDesk, state: VisitState, code: str
) -> None:
    desk.show(visit=visit(state, notice=notice(f"province.{code}")))
    for path in ("/resident", "/doctor"):
        page = client.get(path).text
        assert "请不要重新结算" not in page
        assert "正在向医保中心核实" not in page
        assert "data-notice" not in page


@pytest.mark.parametrize("code", UNUSABLE)
def test_a_cancellation_that_is_in_doubt_keeps_its_notice(code: str) -> None:
    doubtful = bill(share(SettlementState.CANCELLING))
    shown = visit(VisitState.SETTLED, bill=doubtful, notice=notice(f"province.{code}"))
    assert notice_now(view(shown)) == shown.notice


def test_a_difference_that_was_undone_is_not_said_any_more(client: Any, desk: ShownDesk) -> None:
    code = "settlement.differs_from_agreed"
    desk.show(visit=visit(VisitState.CANCELLED, notice=notice(code)))
    assert WORDS[code].doctor not in client.get("/doctor").text
    assert WORDS[code].resident not in client.get("/resident").text


@pytest.mark.parametrize("code", UNUSABLE)
def test_a_price_that_was_not_answered_is_neither_a_charge_in_doubt_nor_a_lost_line(
    client: Any, desk: ShownDesk, code: str
) -> None:
    wrong = f"province.{code}"
    desk.show(
        visit=visit(VisitState.TRACED, notice=notice(wrong)),
        away={"province": wrong},
        offline_allowed=True,
    )
    page = client.get("/doctor").text
    assert f'data-away="{wrong}"' in page
    for untrue in ("请不要重新结算", "已经发出", "网络不通"):
        assert untrue not in page
    assert '"button primary" id="price-button"' in page
    assert '"button" id="estimate-button"' in page
    for untrue in ("网络暂时不通", "正在向医保中心核实"):
        assert untrue not in client.get("/resident").text


def test_a_lost_line_is_said_once_above_and_of_no_visit(client: Any, desk: ShownDesk) -> None:
    gone = notice("province.away")
    desk.show(visit=visit(VisitState.TRACED, notice=gone), **OFFLINE)
    page = client.get("/doctor").text
    assert page.count("连不上医保中心") == 1
    assert "这一步没有发出" not in page
    assert '"button primary" id="estimate-button"' in page
    assert client.get("/resident").text.count("网络暂时不通") == 1
    desk.show(away={})
    assert 'data-notice="province.away"' in client.get("/doctor").text


def test_at_or_under_the_ceiling_nobody_is_told_that_it_is_more() -> None:
    for ceiling, step in (("7.89", "step.exceeded"), ("7.90", "step.priced")):
        shown = visit(VisitState.PRICED, ceiling=yuan(ceiling))
        assert step_of(view(shown)) == step


def test_what_is_left_of_the_year_is_not_told_once_something_was_charged_or_given_back() -> None:
    plausible = bill(share(fund=yuan("14.32"), own=yuan("12.02")))
    assert limit_told(visit(VisitState.PRICED, bill=plausible))
    assert not limit_told(visit(VisitState.PRICED, bill=plausible, corrects="v0"))
    assert not limit_told(visit(VisitState.PRICED, bill=bill(share(fund=yuan("14.33")))))
    assert not limit_told(visit(VisitState.PRICED, bill=bill(share(fund=yuan("0")))))
    for state in (VisitState.SETTLED, VisitState.DIFFERS, VisitState.CANCELLED):
        assert not limit_told(visit(state))


@pytest.mark.parametrize(
    ("used", "fund", "named"),
    [("420", "0", "why.limit_used_up"), ("405.68", "14.32", "why.yearly_limit")],
)
def test_a_limit_used_up_before_is_not_used_up_by_this_bill(
    used: str, fund: str, named: str
) -> None:
    one = share(fund=yuan(fund), own=yuan("26.34") - yuan(fund))
    shown = visit(VisitState.PRICED, bill=bill(one))
    assert shown.person is not None
    shown = replace(shown, person=replace(shown.person, fund_used=yuan(used)))
    picture = picture_of(shown)
    assert picture is not None
    assert [code for code in picture.why if "limit" in code] == [named]


@pytest.mark.parametrize(("fund", "own"), [("26.34", "0"), ("0", "26.34")])
def test_an_estimate_says_that_it_is_one_where_it_says_why(
    client: Any, desk: ShownDesk, fund: str, own: str
) -> None:
    one = share(SettlementState.ESTIMATED, fund=yuan(fund), own=yuan(own))
    desk.show(visit=visit(VisitState.ESTIMATED, bill=replace(bill(one), estimated=True)), **OFFLINE)
    for path in ("/resident", "/doctor"):
        page = client.get(path).text
        assert "估算，" in page
        assert "您不用付钱" not in page
        assert "这次医保没有支付" not in page


def test_the_amounts_of_a_cancelled_visit_are_marked_and_nothing_is_asked_for(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=visit(VisitState.CANCELLED, payments=None))
    page = client.get("/doctor").text
    assert 'data-undone="yes"' in page
    assert "已收的现金" not in page
    assert "请找医生退还" not in client.get("/resident").text
    desk.show(visit=visit(VisitState.PRICED))
    assert "data-undone" not in client.get("/doctor").text


def test_more_than_the_ceiling_is_said_once(client: Any, desk: ShownDesk) -> None:
    more = notice("offline.above_ceiling")
    desk.show(visit=visit(VisitState.PRICED, ceiling=yuan("7.00"), notice=more))
    page = client.get("/doctor").text
    assert WORDS["step.exceeded"].doctor in page
    assert "data-notice" not in page


def test_a_cancelled_visit_is_not_listed_with_an_amount(client: Any, desk: ShownDesk) -> None:
    undone = replace(WAITING[0], visit_id="v4", state=VisitState.CANCELLED, own=yuan("13.17"))
    desk.show(visit=None, settled_today=(undone,))
    page = client.get("/doctor").text
    assert "已撤销" in page
    assert "13.17" not in page


def test_what_another_system_of_the_clinic_settled_is_not_called_elsewhere(
    client: Any, desk: ShownDesk
) -> None:
    ours = replace(ELSEWHERE, institution=desk.shown.clinic_name, at=AT_NOON)
    unknown = replace(ELSEWHERE, institution="", setl_id="visit:v0:ordinary")
    desk.show(visit=visit(VisitState.PRICED, elsewhere=(ours, unknown)))
    page = client.get("/doctor").text
    assert "本所，别的系统办的" in page
    assert "本所，结果还没有查清的一次" in page
    assert "在别处" not in page
    assert "12:00 · 总" in page, "the province tells the clinic's time, without a zone"
    desk.show(visit=replace(SETTLED, elsewhere=(replace(ours, judged=True),)))
    assert "data-elsewhere" not in client.get("/doctor").text


@pytest.mark.parametrize("zone", [None, UTC])
def test_a_time_without_a_zone_is_the_clinics(app: Any, zone: Any) -> None:
    clock = app.jinja_env.filters["clock"]
    assert clock(AT_NOON.replace(tzinfo=zone)) == ("12:00" if zone is None else "20:00")


def test_what_came_back_to_the_doctor_says_so_in_the_list() -> None:
    back = replace(WAITING[2], state=VisitState.PRICED, why=None)
    assert why_waiting(back) == "waiting.doctor"
    assert why_waiting(replace(back, slip_no="")) == "waiting.before_agreement"
    assert why_waiting(WAITING[2], AWAY) == "waiting.line"
    assert why_waiting(WAITING[2], {}) == "waiting.line_back"


def test_a_deposit_that_was_counted_is_told_beside_what_is_left_to_pay(
    client: Any, desk: ShownDesk
) -> None:
    rows = (
        paid(PaymentKind.DEPOSIT, "7.00", Way.CASH),
        paid(PaymentKind.DEPOSIT_RETURNED, "2.00", Way.CASH),
    )
    desk.show(visit=replace(SETTLED, payments=payments("2.90", rows=rows)))
    page = client.get("/resident").text
    assert "还要付给医生 <strong>¥2.90</strong>" in page
    assert "已经收了您 ¥5.00" in page
    desk.show(visit=SETTLED)
    page = client.get("/resident").text
    assert "请付给医生 <strong>¥7.90</strong>" in page
    assert "已经收了您" not in page


def test_the_next_person_is_called_only_when_the_money_is_done(
    client: Any, desk: ShownDesk
) -> None:
    done = WORDS["step.settled_up"].doctor
    desk.show(visit=replace(SETTLED, payments=payments("0")))
    assert done in client.get("/doctor").text
    for shown in (
        SETTLED,
        replace(SETTLED, payments=payments("0", to_return=yuan("1"))),
        replace(SETTLED, payments=None),
        replace(UNKNOWN, payments=payments("0")),
        replace(DIFFERS, payments=payments("0")),
    ):
        desk.show(visit=shown)
        assert done not in client.get("/doctor").text


def test_what_waits_for_the_doctor_stands_first_and_is_counted(
    client: Any, desk: ShownDesk
) -> None:
    many = tuple(
        replace(WAITING[3 if n in (5, 9) else 2], visit_id=f"w{n}", slip_no=f"1120-{n:03}")
        for n in range(12)
    )
    desk.show(waiting=many)
    page = client.get("/doctor").text
    assert "12 位，其中 2 位要您看" in page
    assert re.findall(r' action="/doctor/visits/(w[0-9]+)/call-up"', page)[:4] == [
        "w5",
        "w9",
        "w0",
        "w1",
    ]
