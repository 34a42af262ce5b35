from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from kiosk_ui.doctor_screen import doctor_screen
from kiosk_ui.steps import step_of
from kiosk_ui.taps import Tap
from terminal.core.charge import SettlementState
from terminal.core.people import Identified
from terminal.core.visit import VisitState
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import (
    CHILD,
    ELSEWHERE,
    WAITING,
    ShownDesk,
    bill,
    line,
    notice,
    payments,
    person,
    share,
    visit,
    yuan,
)

HTMX = {**OURS, "HX-Request": "true"}
JSON = {**OURS, "Accept": "application/json"}
STATES = [None, *VisitState]

BUTTONS = {
    Tap.ENROL: 'id="enrol-open"',
    Tap.CHOOSE_LOOK_ALIKE: 'id="choose-look-alike"',
    Tap.CHALLENGE_ALWAYS: 'id="challenge-always-button"',
    Tap.KEEP_FACE: 'id="keep-button"',
    Tap.VOUCH: 'id="vouch-button"',
    Tap.CHOOSE_PERSON: 'id="choose"',
    Tap.CONFIRM_PERSON: 'id="confirm-button"',
    Tap.REFUSE_PERSON: 'id="refuse-button"',
    Tap.SET_DIAGNOSIS: 'id="diagnosis"',
    Tap.ADD_SERVICE: 'id="service"',
    Tap.REMOVE_LINE: 'id="remove-1"',
    Tap.PRICE: 'id="price-button"',
    Tap.CONFIRM_AMOUNT: 'id="settle-button"',
    Tap.ESTIMATE: 'id="estimate-button"',
    Tap.AGREE_CEILING: 'id="ceiling-button"',
    Tap.TAKE_BACK: 'id="take-back-1"',
    Tap.ACCEPT_DIFFERENCE: 'id="difference-button"',
    Tap.JUDGE_ELSEWHERE: 'id="elsewhere-button-1"',
    Tap.ASK_NOW: 'id="ask-now-button"',
    Tap.CANCEL: 'action="/doctor/visits/v1/cancel"',
    Tap.CORRECT: 'id="correct-1"',
    Tap.PAID: 'id="cash-button"',
    Tap.LET_GO: 'id="let-go-button"',
    Tap.LET_OFF: 'id="let-off-reason-1"',
    Tap.ON_CREDIT: 'id="credit-button"',
    Tap.DEPOSIT: 'id="deposit-1"',
    Tap.RETURNED: 'id="returned-button"',
    Tap.LEAVE: 'id="leave-button"',
    Tap.CALL_UP: 'id="call-up-button-1"',
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("path", ["/resident", "/doctor"])
def test_every_state_is_drawn_for_both_readers(
    client: Any, desk: ShownDesk, state: VisitState | None, path: str
) -> None:
    desk.show(visit=visit(state) if state else None)
    for at in (path, f"{path}/now"):
        page = client.get(at)
        assert page.status_code == 200
        assert f'data-step="{step_of(desk.shown)}"' in page.text


ASKED: tuple[dict[str, Any], ...] = (
    {},
    {"may_keep_face": True},
    {"assurance_wanted": True, "digits_left": 2},
    {"elsewhere": (ELSEWHERE,)},
    {"payments": payments(may_let_go=yuan("0.90"))},
    {"payments": payments("0", to_return=yuan("3.80"))},
    {"payments": payments("0", deposit=yuan("5"))},
)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("busy", [None, "pricing", "settling", "checking", "cancelling"])
def test_the_doctor_sees_exactly_the_buttons_that_are_live(
    client: Any, desk: ShownDesk, state: VisitState | None, busy: str | None
) -> None:
    offline = {"away": {"province": "province.away"}, "offline_allowed": True}
    for asked, line_now in [*((asked, {}) for asked in ASKED), ({}, offline)]:
        shown = visit(state, busy=busy, **asked) if state else None
        desk.show(**{"visit": shown, "waiting": WAITING, "away": {}, **line_now})
        page, live = client.get("/doctor").text, doctor_screen(desk.shown).taps
        for tap, button in BUTTONS.items():
            assert (button in page) == (tap in live), (tap, asked)


@pytest.mark.parametrize("state", STATES)
def test_the_id_number_form_stands_outside_what_is_redrawn(
    client: Any, desk: ShownDesk, state: VisitState | None
) -> None:
    desk.show(visit=visit(state) if state else None)
    assert 'id="id-entry"' in client.get("/doctor").text
    assert 'id="id-entry"' not in client.get("/doctor/now").text


@pytest.mark.parametrize("state", STATES)
def test_help_and_the_other_way_in_are_always_on_the_residents_page(
    client: Any, desk: ShownDesk, state: VisitState | None
) -> None:
    desk.show(visit=visit(state) if state else None)
    page = client.get("/resident").text
    assert 'id="help-open"' in page
    assert "不想刷脸？请告诉医生身份证号" in page


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("busy", [None, "person", "pricing", "settling", "checking"])
def test_the_residents_page_never_names_anybody_in_full(
    client: Any, desk: ShownDesk, state: VisitState | None, busy: str | None
) -> None:
    known = {"holder": person("王秀英"), "busy": busy}
    desk.show(visit=visit(state, **known) if state else None, waiting=WAITING)
    for path in ("/resident", "/resident/now"):
        page = client.get(path).text
        for name in ("王建国", "王秀英", CHILD.name):
            assert name not in page
        assert person().masked_id not in page
        assert "高血压" not in page


def test_no_page_holds_an_id_number(client: Any, desk: ShownDesk) -> None:
    for state in VisitState:
        desk.show(visit=visit(state))
        for path in ("/resident", "/doctor"):
            assert not re.search(r"\d{17}[\dX]", client.get(path).text)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><img src=x onerror=1>', "{{7*7}}"]
)
def test_a_name_is_text_whatever_it_is_made_of(client: Any, desk: ShownDesk, name: str) -> None:
    for state in VisitState:
        shown = visit(state, person=person(name), lines=(line(name=name),), receipt=(name,))
        desk.show(visit=replace(shown, choices=(person(name, relation=name),)))
        for path in ("/resident", "/doctor"):
            page = client.get(path).text
            assert "<script>alert" not in page
            assert "<img src=x" not in page
            assert ">49<" not in page


@pytest.mark.parametrize("name", ["阿卜杜热西提·买买提依明江", "𠀾𡈼", "荪" * 50])
def test_rare_and_long_names_are_shown_whole_to_the_doctor(
    client: Any, desk: ShownDesk, name: str
) -> None:
    desk.show(visit=visit(VisitState.PRESENTED, person=person(name)))
    assert name in client.get("/doctor").text
    assert client.get("/resident").status_code == 200


def test_a_relative_who_stands_here_is_named_to_the_doctor(client: Any, desk: ShownDesk) -> None:
    shown = {"person": CHILD, "holder": person(), "identified": Identified.BY_RELATIVE}
    desk.show(visit=visit(VisitState.PRESENTED, **shown))
    page = client.get("/doctor").text
    assert 'class="for-whom"' in page
    assert CHILD.name in page
    assert "王建国" in page


def test_the_settle_button_names_the_amount_and_sends_what_it_names(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=visit(VisitState.PRICED))
    page = client.get("/doctor").text
    assert "个人支付 ¥7.90" in page
    assert 'name="revision" value="7"' in page
    assert 'name="own" value="7.90"' in page


@pytest.mark.parametrize("part", ["camera", "scanner", "province", "store"])
def test_what_is_away_stands_on_the_doctors_page(client: Any, desk: ShownDesk, part: str) -> None:
    desk.show(away={part: "province.away"})
    assert f'data-part="{part}"' in client.get("/doctor").text


def test_the_provinces_own_words_stand_beside_ours_for_the_doctor_only(
    client: Any, desk: ShownDesk
) -> None:
    said = "FSI-该人员待遇已冻结[mdtrt_12]"
    refused = bill(share(SettlementState.DRAFT, refusal=said), share(settlement_id="s2"))
    told = notice("province.refused", said=said)
    desk.show(visit=visit(VisitState.TRACED, bill=refused, notice=told))
    assert client.get("/doctor").text.count(said) == 2
    assert said not in client.get("/resident").text


def test_the_last_scan_is_judged_in_place(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.TRACED), scan=notice("scan.commodity_code"))
    assert 'data-scan="scan.commodity_code"' in client.get("/doctor").text


def test_sixty_lines_and_huge_amounts_are_drawn(client: Any, desk: ShownDesk) -> None:
    most = share(total=yuan("99999999999999.99"), fund=yuan("99999999999999.99"), own=yuan("0"))
    lines = tuple(line(n) for n in range(1, 61))
    desk.show(visit=visit(VisitState.PRICED, lines=lines, bill=bill(most)))
    assert client.get("/doctor").text.count('class="button remove"') == 60
    assert "¥99999999999999.99" in client.get("/resident").text


def test_a_region_that_shows_the_same_keeps_its_digest(client: Any, desk: ShownDesk) -> None:
    def versions() -> dict[str, str]:
        found = re.findall(r'id="(\w+)" data-version="(\w+)"', client.get("/doctor/now").text)
        return dict(found)

    desk.show(visit=visit(VisitState.TRACED))
    before = versions()
    desk.show(scan=notice("scan.same_box"))
    after = versions()
    assert {name for name in after if after[name] != before[name]} == {"scan"}
