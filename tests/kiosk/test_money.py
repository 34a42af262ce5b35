"""The screens of the money: what is unknown is not promised, what is paid is one tap."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from kiosk_ui.doctor_screen import doctor_screen
from kiosk_ui.pay_picture import deposit_choices, resident_pays
from kiosk_ui.screens import resident_screen
from kiosk_ui.slip import slip_number
from kiosk_ui.steps import step_of
from kiosk_ui.taps import LIVE, Tap, counter_taps, live_taps
from kiosk_ui.words import WORDS, words_of
from terminal.core.charge import SettlementEvent, SettlementState
from terminal.core.counter import Waiting
from terminal.core.money_views import PaymentKind, Way
from terminal.core.told import told_of_event, told_of_message
from terminal.core.visit import VisitState
from tests.kiosk.books import FUND
from tests.kiosk.counter_views import (
    AT,
    ELSEWHERE,
    SLIP,
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
from tests.kiosk.money_scenes import (
    AWAY,
    CANCELLING,
    NOTHING,
    OFFLINE,
    SCENES,
    SETTLED,
    SILENT,
    UNKNOWN,
    paid,
    told,
)

CASH = {Tap.PAID, Tap.LET_GO, Tap.LET_OFF, Tap.ON_CREDIT, Tap.DEPOSIT, Tap.RETURNED}
TOLD = (
    "confirmed", "sent", "answered", "refused", "silent", "away", "asked", "not_found", "found",
    "reversal_sent", "reversed", "reversal_refused", "file_asked", "file_decides_later",
    "settled", "differs", "accepted", "restarted", "cancellation_sent", "cancelled",
    "cancellation_refused", "ceiling_agreed", "held", "exceeded", "reopened", "file_stands",
    "file_absent", "file_refunded", "file_not_trusted",
)  # fmt: skip
SENT = ("2207A", "2207", "5203", "2601", "2208", "2201", "3505A")
IN_DOUBT = {
    "unknown": UNKNOWN,
    "unknown, and the line is silent": replace(UNKNOWN, notice=notice("province.no_answer")),
    "cancelling": visit(VisitState.SETTLED, bill=CANCELLING, slip=SLIP),
    "a cancellation handed over": visit(VisitState.SETTLED, busy="cancelling"),
}


def text_of(page: str) -> str:
    """What is read on a page, without what is copied onto a slip."""
    read = re.sub(r"<(title|pre)[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", "\n", read)


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("path", ["/resident", "/doctor"])
def test_every_screen_of_the_money_is_drawn_for_both_readers(
    client: Any, desk: ShownDesk, name: str, path: str
) -> None:
    desk.show(**{**NOTHING, **SCENES[name]})
    page = client.get(path)
    assert page.status_code == 200
    assert f'data-step="{step_of(desk.shown)}"' in page.text
    assert step_of(desk.shown) in WORDS


@pytest.mark.parametrize("name", SCENES)
def test_nobody_is_named_in_full_on_the_residents_screen_of_the_money(
    client: Any, desk: ShownDesk, name: str
) -> None:
    desk.show(**{**NOTHING, **SCENES[name]})
    for shown in (client.get("/resident").text, repr(resident_screen(desk.shown))):
        assert "王建国" not in shown
        assert "高血压" not in shown


@pytest.mark.parametrize("doubt", IN_DOUBT)
@pytest.mark.parametrize("path", ["/resident", "/doctor"])
def test_no_amount_no_receipt_and_no_cash_while_the_outcome_is_unknown(
    client: Any, desk: ShownDesk, doubt: str, path: str
) -> None:
    desk.show(visit=IN_DOUBT[doubt])
    page = client.get(path).text
    assert "¥" not in page
    assert "7.90" not in page
    assert 'class="receipt" aria-label' not in page
    assert not doctor_screen(desk.shown).taps & (CASH | {Tap.CANCEL, Tap.CORRECT})
    assert doctor_screen(desk.shown).receipt == ()


@pytest.mark.parametrize("state", LIVE)
@pytest.mark.parametrize("doubtful", ["settling", "uncertain", "cancelling"])
def test_no_cash_is_asked_for_while_any_settlement_is_in_doubt(
    state: VisitState, doubtful: str
) -> None:
    owed = payments(may_let_go=yuan("0.90"), to_return=yuan("1"))
    shown = visit(state, bill=bill(share(SettlementState(doubtful))), payments=owed)
    assert not live_taps(shown) & CASH


def test_no_amount_is_told_to_the_resident_while_the_doctor_judges_a_difference(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=visit(VisitState.DIFFERS))
    page = client.get("/resident").text
    assert "¥" not in page
    assert "现在不用付钱" in page
    held = resident_screen(desk.shown)
    assert (held.bill, held.lines, held.pays, held.receipt) == (None, (), None, ())
    doctors = client.get("/doctor").text
    for amount in ("¥7.50", "¥7.90", "多 ¥0.40"):
        assert amount in doctors
    assert doctor_screen(desk.shown).taps == {
        Tap.ACCEPT_DIFFERENCE,
        Tap.CANCEL,
        Tap.LEAVE,
        Tap.BRING_FORWARD,
    }


@pytest.mark.parametrize("path", ["/resident", "/doctor"])
@pytest.mark.parametrize("doubt", IN_DOUBT)
def test_no_two_lines_say_the_same_while_the_outcome_is_unknown(
    client: Any, desk: ShownDesk, doubt: str, path: str
) -> None:
    desk.show(visit=IN_DOUBT[doubt])
    said = [part.strip() for part in re.split(r"[\n。；]", text_of(client.get(path).text))]
    long = [part for part in said if len(part) > 6]
    assert sorted(long) == sorted(set(long))


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (VisitState.UNCERTAIN, "province.no_answer"),
        (VisitState.UNCERTAIN, "province.nonsense"),
        (VisitState.DIFFERS, "settlement.differs_from_agreed"),
    ],
)
def test_what_the_headline_says_is_not_said_again_as_a_notice(
    client: Any, desk: ShownDesk, state: VisitState, code: str
) -> None:
    desk.show(visit=visit(state, notice=notice(code)))
    for path in ("/resident", "/doctor"):
        assert f'data-notice="{code}"' not in client.get(path).text
    desk.show(visit=visit(state, notice=notice("settlement.not_now")))
    assert 'data-notice="settlement.not_now"' in client.get("/doctor").text


def test_whoever_goes_home_unknown_has_a_number_and_a_time(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=UNKNOWN)
    for path in ("/resident", "/doctor"):
        page = client.get(path).text
        assert 'data-slip="1120-003"' in page
        assert "11月21日" in page


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (SLIP, "1120-003"),
        (("卡号 6222-1120-0034", "凭条号0622-014。"), "0622-014"),
        (("没有号",), ""),
        ((), ""),
    ],
)
def test_the_number_of_a_slip_is_read_from_its_lines(lines: tuple[str, ...], number: str) -> None:
    assert slip_number(lines) == number


def test_an_estimate_is_never_shown_without_its_mark(client: Any, desk: ShownDesk) -> None:
    for state in (VisitState.ESTIMATED, VisitState.WAITING):
        desk.show(visit=visit(state), **OFFLINE)
        for path in ("/resident", "/doctor"):
            page = client.get(path).text
            assert "估算" in page
            assert "多退少补" in page
            assert "最多付" in page


def test_the_button_of_an_estimate_names_the_ceiling_and_sends_what_it_names(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=visit(VisitState.ESTIMATED), **OFFLINE)
    page = client.get("/doctor").text
    assert "最多付 ¥7.90" in page
    form = re.search(r'id="agree-ceiling">.*?</form>', page, re.DOTALL)
    assert form is not None
    assert 'name="revision" value="7"' in form.group()
    assert 'name="own" value="7.90"' in form.group()
    assert "确认结算" not in page


def test_an_estimate_is_offered_only_without_a_line_and_where_the_region_allows_it() -> None:
    traced = visit(VisitState.TRACED)
    assert Tap.ESTIMATE in counter_taps(view(traced, **OFFLINE))
    assert Tap.ESTIMATE not in counter_taps(view(traced, **{**OFFLINE, "away": {}}))
    assert Tap.ESTIMATE not in counter_taps(view(traced, **{**OFFLINE, "offline_allowed": False}))
    assert Tap.ESTIMATE not in counter_taps(view(replace(traced, diagnosis=None), **OFFLINE))


def test_a_real_price_is_not_agreed_to_as_a_ceiling_nor_an_estimate_as_a_price() -> None:
    assert Tap.AGREE_CEILING not in live_taps(visit(VisitState.ESTIMATED, bill=bill(share())))
    assert Tap.CONFIRM_AMOUNT not in live_taps(visit(VisitState.ESTIMATED))


def test_a_large_estimate_asks_for_more_than_a_face_too() -> None:
    asked = live_taps(visit(VisitState.ESTIMATED, assurance_wanted=True))
    assert Tap.VOUCH in asked
    assert Tap.AGREE_CEILING not in asked


def test_what_was_settled_elsewhere_is_judged_before_anything_is_settled_here(
    client: Any, desk: ShownDesk
) -> None:
    found = visit(VisitState.PRICED, elsewhere=(ELSEWHERE,))
    desk.show(visit=found)
    page = client.get("/doctor").text
    for said in ("石桥镇卫生院", "¥52.50", "不是同一次，继续", 'value="99010100000000000900"'):
        assert said in page
    assert Tap.CONFIRM_AMOUNT not in live_taps(found)
    assert "石桥镇卫生院" not in client.get("/resident").text
    judged = replace(found, elsewhere=(replace(ELSEWHERE, judged=True),))
    assert Tap.CONFIRM_AMOUNT in live_taps(judged)
    assert Tap.JUDGE_ELSEWHERE not in live_taps(judged)


@pytest.mark.parametrize("state", [VisitState.WAITING, VisitState.CONFIRMED])
def test_what_waits_for_the_line_can_be_taken_back_with_a_reason(
    client: Any, desk: ShownDesk, state: VisitState
) -> None:
    desk.show(visit=visit(state, busy=None))
    page = client.get("/doctor").text
    assert 'action="/doctor/visits/v1/take-back"' in page
    assert 'name="reason"' in page
    assert Tap.TAKE_BACK not in live_taps(visit(state, busy="settling"))


def test_of_a_partly_settled_visit_only_what_is_unpaid_can_be_taken_off(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=visit(VisitState.PARTLY_SETTLED))
    page = client.get("/doctor").text
    assert 'id="remove-1"' in page
    assert 'id="remove-2"' not in page


def test_lines_of_a_category_that_is_charged_in_part_can_still_be_taken_off() -> None:
    both = bill(share(SettlementState.SETTLED), share(settlement_id="s2"))
    shown = visit(VisitState.PARTLY_SETTLED, bill=both, lines=(line(1), line(2)))
    assert doctor_screen(view(shown)).removable == {1, 2}


@pytest.mark.parametrize("code", TOLD)
def test_every_step_is_told_in_words(client: Any, desk: ShownDesk, code: str) -> None:
    desk.show(visit=visit(VisitState.SETTLED, told=told(code)))
    assert f"told.{code}" in WORDS
    assert WORDS[f"told.{code}"].doctor in client.get("/doctor").text
    assert "data-told" not in client.get("/resident").text


def test_the_steps_are_told_oldest_first_with_their_time(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=replace(UNKNOWN, told=SILENT))
    page = client.get("/doctor").text
    assert re.findall(r'data-told="told\.(\w+)"', page) == [
        "confirmed", "sent", "silent", "asked", "not_found", "reversal_sent",
    ]  # fmt: skip
    assert "<time>08:05</time>" in page


@pytest.mark.parametrize("why", ["line", "answer", "file", "doctor"])
def test_the_waiting_are_told_since_when_and_why_with_their_number(
    client: Any, desk: ShownDesk, why: str
) -> None:
    desk.show(waiting=(replace(WAITING[2], why=f"waiting.{why}"),), away=AWAY)
    page = client.get("/doctor").text
    for said in ("凭条号 1120-002", "08:05 起", WORDS[f"waiting.{why}"].doctor):
        assert said in page


def test_no_amount_stands_beside_someone_whose_outcome_is_unknown(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(waiting=(WAITING[0],))
    assert "12.30" not in client.get("/doctor").text


def test_after_a_restart_the_screen_says_what_is_picked_up(client: Any, desk: ShownDesk) -> None:
    desk.show(picking_up=3)
    assert 'data-picking-up="3"' in client.get("/doctor").text
    assert "3 笔" in client.get("/doctor").text
    assert 'data-step="step.picking_up"' in client.get("/resident").text


def test_what_is_due_stands_beside_a_settled_visit_with_one_tap_for_cash(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=SETTLED)
    page = client.get("/doctor").text
    form = re.search(r'id="paid-cash">.*?</form>', page, re.DOTALL)
    assert form is not None
    assert 'name="amount" value="7.90"' in form.group()
    assert 'name="way" value="cash"' in form.group()
    assert "抹零 ¥0.90，收现金 ¥7.00" in page
    assert "请付给医生 <strong>¥7.90</strong>" in client.get("/resident").text


@pytest.mark.parametrize(
    ("owed", "live"),
    [
        (None, set()),
        (payments(), {Tap.PAID, Tap.LET_OFF, Tap.ON_CREDIT}),
        (payments(may_let_go=yuan("0.90")), {Tap.PAID, Tap.LET_GO, Tap.LET_OFF, Tap.ON_CREDIT}),
        (payments("0.90", may_let_go=yuan("0.90")), {Tap.PAID, Tap.LET_OFF, Tap.ON_CREDIT}),
        (payments("0"), set()),
        (payments("0", to_return=yuan("2")), {Tap.RETURNED}),
    ],
)
def test_only_what_is_owed_can_be_paid_and_only_what_is_held_returned(
    owed: Any, live: set[Tap]
) -> None:
    assert live_taps(visit(VisitState.SETTLED, payments=owed)) & CASH == live


def test_a_deposit_is_taken_once_and_only_before_the_amount_is_known() -> None:
    assert Tap.DEPOSIT in live_taps(visit(VisitState.WAITING))
    held = payments("0", deposit=yuan("5"))
    assert Tap.DEPOSIT not in live_taps(visit(VisitState.WAITING, payments=held))
    free = visit(VisitState.WAITING, ceiling=yuan("0"))
    assert Tap.DEPOSIT not in live_taps(free)
    for state in set(VisitState) - {VisitState.WAITING}:
        assert Tap.DEPOSIT not in LIVE[state]


def test_no_deposit_is_offered_above_the_ceiling() -> None:
    offered = deposit_choices(yuan("12.30"))
    assert offered == (yuan("5"), yuan("10"), yuan("12.30"))
    assert deposit_choices(yuan("0")) == deposit_choices(None) == ()


@pytest.mark.parametrize(
    ("scene", "said"),
    [
        ("paid", 'data-paid="all"'),
        ("on credit", "¥7.90 先记在账上"),
        ("to return", "医生会退您 <strong>¥2.10</strong>"),
        ("cancelled", "医生会退您 <strong>¥7.00</strong>"),
        ("waiting with a deposit", "押金 <strong>¥5.00</strong>"),
    ],
)
def test_the_resident_is_told_what_becomes_of_their_money(
    client: Any, desk: ShownDesk, scene: str, said: str
) -> None:
    desk.show(**{**NOTHING, **SCENES[scene]})
    assert said in client.get("/resident").text


def test_a_credit_is_not_money_settled_up() -> None:
    rows = (paid(PaymentKind.CREDIT, "7.90"),)
    owed = resident_pays(payments("0", rows=rows))
    assert owed is not None
    assert owed.on_credit == yuan("7.90")


def test_how_it_was_paid_is_listed_with_the_account_from_the_settlement(
    client: Any, desk: ShownDesk
) -> None:
    by_account = bill(share(SettlementState.SETTLED, account=yuan("5"), cash=yuan("2.90")))
    rows = (paid(PaymentKind.PAID, "2.90", Way.CODE), paid(PaymentKind.LET_OFF, "1", reason="五保"))
    desk.show(visit=visit(VisitState.SETTLED, bill=by_account, payments=payments("0", rows=rows)))
    page = text_of(client.get("/doctor").text)
    for said in ("医保账户", "¥5.00", "已收 · 收款码", "减免 · 五保"):
        assert said in page


def test_a_settled_visit_is_corrected_or_cancelled_with_a_reason(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=SETTLED)
    page = client.get("/doctor").text
    for verb in ("correct", "cancel"):
        assert page.count(f'action="/doctor/visits/v1/{verb}"') == 2
    desk.show(visit=visit(VisitState.TRACED, corrects="v0"))
    assert 'data-corrects="v0"' in client.get("/doctor").text


def test_a_later_visit_that_lacked_limit_is_named_after_a_cancellation(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(**{**NOTHING, **SCENES["cancelled"]})
    page = client.get("/doctor").text
    assert 'data-freed="v5"' in page
    assert "约多报 ¥21.00" in page
    assert "¥21.00" not in client.get("/resident").text


def test_what_is_left_of_the_year_stands_once_and_beside_the_bill(
    client: Any, desk: ShownDesk
) -> None:
    within = bill(share(fund=yuan("14.32"), own=yuan("12.02")))
    for shown in (visit(VisitState.PRESENTED), visit(VisitState.PRICED, bill=within)):
        desk.show(visit=shown)
        page = client.get("/doctor").text
        assert page.count('data-limit="405.68"') == 1
        assert "还剩 <strong>¥14.32</strong>" in page


def test_the_clinics_fund_informs_and_takes_no_tap_away(client: Any, desk: ShownDesk) -> None:
    spent = replace(FUND, limit=replace(FUND.limit, used=yuan("31000"), left=yuan("-1000")))
    for fund in (FUND, spent):
        desk.show(visit=visit(VisitState.PRICED), fund=fund)
        page = client.get("/doctor").text
        assert 'data-fund="2025"' in page
        assert "看病照常" in page
        assert 'id="settle-button"' in page
        assert "30000" not in client.get("/resident").text


@pytest.mark.parametrize(
    "code", ["settlement.settled_elsewhere", "settlement.not_now", "visit.nothing_to_take_back"]
)
def test_a_settlement_that_is_stopped_is_explained(code: str) -> None:
    assert words_of(code) is WORDS[code]


@pytest.mark.parametrize("event", SettlementEvent)
def test_whatever_the_counter_tells_of_a_step_has_words(event: SettlementEvent) -> None:
    codes = {told_of_event(event, {"file": file}) for file in ("", "stands", "absent", "refunded")}
    codes |= {told_of_message(infno, outcome) for infno in SENT for outcome in ("", "refused")}
    assert codes - {None} <= set(WORDS)


@pytest.mark.parametrize("state", [VisitState.WAITING, VisitState.CONFIRMED])
def test_what_is_only_taken_back_is_not_shown_as_a_cancellation(state: VisitState) -> None:
    shown = view(visit(state, busy="cancelling"))
    assert step_of(shown) == "step.taking_back"
    assert not doctor_screen(shown).unknown
    assert step_of(view(visit(VisitState.SETTLED, busy="cancelling"))) == "step.cancelling"


def test_a_deposit_of_what_was_taken_back_is_returned_while_the_visit_goes_on() -> None:
    held = visit(VisitState.TRACED, payments=payments("0", to_return=yuan("5")))
    screen = doctor_screen(view(held))
    assert Tap.RETURNED in screen.taps
    assert not screen.money_next


def test_a_cancelled_visit_can_still_be_begun_anew(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.CANCELLED))
    page = client.get("/doctor").text
    assert 'action="/doctor/visits/v1/correct"' in page
    assert 'action="/doctor/visits/v1/cancel"' not in page


def test_a_visit_settled_today_is_called_back_from_a_free_counter(
    client: Any, desk: ShownDesk
) -> None:
    settled = Waiting("v5", VisitState.SETTLED, "何*香", AT, yuan("5.00"))
    desk.show(settled_today=(settled,))
    page = client.get("/doctor").text
    assert 'action="/doctor/visits/v5/call-up"' in page
    desk.show(visit=SETTLED)
    assert "call-back" not in client.get("/doctor").text
