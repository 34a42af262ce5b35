from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_ui.bill_picture import BAR_UNITS, picture_of, to_agree
from kiosk_ui.doctor_screen import doctor_screen
from kiosk_ui.screens import resident_screen
from kiosk_ui.steps import share_code, step_of, waiting_code
from kiosk_ui.taps import EMPTY_COUNTER, LIVE, Tap, live_taps
from kiosk_ui.words import WORDS
from terminal.core.charge import SettlementState
from terminal.core.money import ZERO, Money
from terminal.core.visit import VISIT_ARROWS, VisitEvent, VisitState
from tests.kiosk.counter_views import (
    CHILD,
    ShownDesk,
    bill,
    line,
    notice,
    person,
    share,
    view,
    visit,
    yuan,
)

_EVENT_OF = {
    Tap.GIVE_DIGITS: VisitEvent.PERSON_PRESENTED,
    Tap.CHOOSE_LOOK_ALIKE: VisitEvent.PERSON_PRESENTED,
    Tap.CHOOSE_PERSON: VisitEvent.PERSON_PRESENTED,
    Tap.CONFIRM_PERSON: VisitEvent.DOCTOR_CONFIRMED_PERSON,
    Tap.REFUSE_PERSON: VisitEvent.DOCTOR_REFUSED_PERSON,
    Tap.SET_DIAGNOSIS: VisitEvent.DIAGNOSIS_CHANGED,
    Tap.ADD_SERVICE: VisitEvent.ITEM_ADDED,
    Tap.REMOVE_LINE: VisitEvent.ITEM_REMOVED,
    Tap.MOVE_LINE: VisitEvent.ITEM_REMOVED,
    Tap.PRICE: VisitEvent.PRE_SETTLED,
    Tap.CONFIRM_AMOUNT: VisitEvent.AMOUNT_CONFIRMED,
    Tap.ESTIMATE: VisitEvent.ESTIMATED,
    Tap.AGREE_CEILING: VisitEvent.CEILING_AGREED,
    Tap.TAKE_BACK: VisitEvent.REOPENED,
    Tap.ACCEPT_DIFFERENCE: VisitEvent.ALL_SETTLED,
    Tap.CANCEL: VisitEvent.ALL_CANCELLED,
    Tap.HAND_OVER: VisitEvent.HANDED_OVER,
    Tap.TAKE_BACK_THERE: VisitEvent.TAKEN_BACK,
    Tap.UNDO_CHOICE_THERE: VisitEvent.CHOICE_UNDONE,
}
"""LEAVE has none: it may only set the visit aside."""

_STANDS_STILL = {
    Tap.CHALLENGE_ALWAYS, Tap.KEEP_FACE, Tap.ASK_NOW, Tap.JUDGE_ELSEWHERE,
    Tap.CORRECT, Tap.PAID, Tap.LET_GO, Tap.LET_OFF, Tap.ON_CREDIT, Tap.DEPOSIT, Tap.RETURNED,
    Tap.SET_ASIDE, Tap.BRING_FORWARD, Tap.TYPE_OUT, Tap.ASK_THERE, Tap.CHOOSE_THERE,
}  # fmt: skip
"""They move no visit: the face, a question, the cash book beside it, what is typed elsewhere,
one more settlement of the record system's, and what begins another visit; what is put aside
stays as it is."""


def test_every_state_says_which_taps_are_live() -> None:
    assert set(LIVE) == set(VisitState)


@pytest.mark.parametrize("state", VisitState)
def test_no_tap_is_live_that_the_visit_has_no_arrow_for(state: VisitState) -> None:
    for tap in live_taps(visit(state)) - {Tap.LEAVE} - _STANDS_STILL:
        assert _EVENT_OF[tap] in VISIT_ARROWS[state]


@pytest.mark.parametrize("state", VisitState)
@pytest.mark.parametrize(
    "busy", [None, "person", "pricing", "settling", "checking", "cancelling", "something new"]
)
def test_an_amount_is_agreed_to_only_while_it_is_priced_and_nothing_is_asked(
    state: VisitState, busy: str | None
) -> None:
    live = Tap.CONFIRM_AMOUNT in live_taps(visit(state, busy=busy))
    quiet = busy in {None, "person"}
    assert live == (quiet and state in {VisitState.PRICED, VisitState.PARTLY_SETTLED})


@pytest.mark.parametrize("doubtful", ["settling", "uncertain", "cancelling"])
@pytest.mark.parametrize("state", VisitState)
def test_no_money_moves_while_any_of_it_is_in_doubt(state: VisitState, doubtful: str) -> None:
    doubt = bill(share(), share(SettlementState(doubtful)))
    live = live_taps(visit(state, bill=doubt, busy=None))
    assert not live & {Tap.PRICE, Tap.CONFIRM_AMOUNT, Tap.CANCEL}


def test_nothing_can_be_pressed_while_a_settlement_is_sent() -> None:
    assert live_taps(visit(VisitState.SETTLING)) == frozenset()
    assert live_taps(visit(VisitState.CONFIRMED, busy="settling")) == frozenset()


def test_a_visit_in_doubt_can_be_set_aside_so_that_the_clinic_goes_on() -> None:
    screen = doctor_screen(view(visit(VisitState.UNCERTAIN)))
    assert screen.taps == {Tap.LEAVE, Tap.BRING_FORWARD}
    assert screen.leave == "leave.aside"


def test_an_empty_counter_opens_by_id_number_and_calls_up_the_waiting() -> None:
    assert doctor_screen(view()).taps == EMPTY_COUNTER


def test_the_button_names_what_is_left_to_agree_to_and_not_what_is_paid() -> None:
    screen = doctor_screen(view(visit(VisitState.PARTLY_SETTLED)))
    assert screen.agree == yuan("6.00")


def test_there_is_nothing_to_agree_to_while_a_settlement_has_no_price() -> None:
    assert to_agree(bill(share(), share(SettlementState.DRAFT))) is None
    assert to_agree(bill(share(SettlementState.SETTLED))) is None


def test_a_dropped_settlement_is_not_agreed_to() -> None:
    assert to_agree(bill(share(), share(SettlementState.DROPPED))) == yuan("7.90")


def test_a_bill_is_asked_for_only_once_there_is_a_diagnosis() -> None:
    assert Tap.PRICE in live_taps(visit(VisitState.TRACED))
    assert Tap.PRICE not in live_taps(visit(VisitState.TRACED, diagnosis=None))
    assert step_of(view(visit(VisitState.TRACED, diagnosis=None))) == "step.without_diagnosis"


@pytest.mark.parametrize("state", [None, *VisitState])
@pytest.mark.parametrize("busy", [None, "person", "pricing", "settling", "checking", "cancelling"])
@pytest.mark.parametrize("part", [None, "camera", "eyes", "province"])
def test_every_code_a_screen_shows_has_words(
    state: VisitState | None, busy: str | None, part: str | None
) -> None:
    shown = view(
        visit(state, busy=busy) if state else None, away={part: "camera.lost"} if part else {}
    )
    resident, doctor = resident_screen(shown), doctor_screen(shown)
    codes = {resident.step, doctor.step, doctor.leave}
    codes |= {resident.busy} if resident.busy else set()
    codes |= set(doctor.bill.why) if doctor.bill else set()
    assert codes <= set(WORDS)


def test_what_a_visit_or_a_settlement_waits_for_has_words() -> None:
    codes = {waiting_code(s) for s in VisitState} | {share_code(s) for s in SettlementState}
    assert codes <= set(WORDS)


@pytest.mark.parametrize("state", VisitState)
def test_the_resident_is_told_of_the_check_whenever_money_may_have_moved(state: VisitState) -> None:
    cancelling = visit(VisitState.SETTLED, bill=bill(share(SettlementState.CANCELLING)))
    for shown in (view(visit(VisitState.UNCERTAIN)), view(cancelling)):
        assert "不会重复扣费" in WORDS[step_of(shown)].resident


@pytest.mark.parametrize("state", VisitState)
def test_the_residents_screen_holds_no_name_in_full(state: VisitState) -> None:
    shown = view(visit(state, holder=person("王秀英"), receipt=("姓名：王建国", "代办：王秀英")))
    held = repr(resident_screen(shown))
    assert "王建国" not in held
    assert "王秀英" not in held
    assert CHILD.name not in held


def test_the_camera_is_shown_only_while_somebody_is_looked_for() -> None:
    assert resident_screen(view(hint="face.too_far")).preview
    assert not resident_screen(view(hint="face.none")).preview
    assert not resident_screen(view(visit(VisitState.OPEN))).preview
    assert not resident_screen(view(visit(VisitState.PRICED))).preview
    assert not resident_screen(view(hint="face.too_far", away={"camera": "camera.lost"})).preview


def test_a_hint_for_the_camera_is_gone_once_the_person_is_known() -> None:
    assert resident_screen(view(hint="face.too_far")).hint == "face.too_far"
    assert resident_screen(view(visit(VisitState.PRICED), hint="face.too_far")).hint is None


def test_the_newest_box_is_on_top() -> None:
    lines = (line(1), line(2), line(3))
    assert [
        shown.number for shown in resident_screen(view(visit(VisitState.TRACED, lines=lines))).lines
    ] == [3, 2, 1]


def test_a_visits_notice_reaches_the_resident_as_a_code() -> None:
    shown = view(visit(VisitState.IDENTIFIED, notice=notice("person.not_insured")))
    assert resident_screen(shown).notice == "person.not_insured"


fen = st.integers(min_value=0, max_value=10**15).map(Money)


@given(fund=fen, own=fen, hospital=fen)
def test_the_pieces_of_the_bar_add_up_whatever_the_bill(
    fund: Money, own: Money, hospital: Money
) -> None:
    one = share(total=fund + own + hospital, fund=fund, own=own, hospital=hospital)
    picture = picture_of(visit(VisitState.PRICED, bill=bill(one)))
    assert picture is not None
    assert sum(picture.bar) == (BAR_UNITS if (fund + own + hospital).fen else 0)
    assert min(picture.bar) >= 0


def test_a_bill_says_why_the_fund_paid_less() -> None:
    one = share(full_self_pay=yuan("1"), over_limit_price=yuan("1"), fund=yuan("5"))
    picture = picture_of(visit(VisitState.PRICED, person=person(fund_used=ZERO), bill=bill(one)))
    assert picture is not None
    assert picture.why == ("why.part_paid", "why.outside", "why.over_limit_price")


def test_the_yearly_limit_is_a_reason_only_when_this_bill_meets_it() -> None:
    one = share(fund=yuan("14.32"), own=yuan("12.02"), in_scope=yuan("26.34"))
    card = person(fund_used=yuan("405.68"))
    for used, named in (("405.68", True), ("405.67", False)):
        shown = visit(VisitState.PRICED, person=replace(card, fund_used=yuan(used)), bill=bill(one))
        picture = picture_of(shown)
        assert picture is not None
        assert ("why.yearly_limit" in picture.why) is named


def test_a_limit_of_its_own_is_not_called_the_yearly_limit() -> None:
    chronic = share(category="chronic", fund=yuan("14.32"), in_scope=yuan("26.34"))
    picture = picture_of(visit(VisitState.PRICED, bill=bill(chronic)))
    assert picture is not None
    assert "why.yearly_limit" not in picture.why


def test_a_search_that_failed_is_not_shown_as_going_on() -> None:
    failed = visit(VisitState.OPEN, busy=None, notice=notice("province.away"))
    assert step_of(view(failed)) == "step.open_failed"
    assert step_of(view(replace(failed, busy="person"))) == "step.open"


def test_a_price_that_was_refused_is_not_shown_as_on_its_way() -> None:
    refused = visit(VisitState.TRACED, notice=notice("province.refused"))
    assert step_of(view(refused)) == "step.traced_stopped"
    assert Tap.PRICE in live_taps(refused)


def test_nothing_is_promised_to_the_resident_while_the_outcome_is_unknown(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=visit(VisitState.UNCERTAIN))
    page = client.get("/resident/now").text
    assert "step.uncertain" in page
    assert "¥" not in page
