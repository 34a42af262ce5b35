"""Several visits at once on the doctor's page: what can be pressed, and what a tap says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk_ui.doctor_screen import doctor_screen
from kiosk_ui.taps import Tap, live_taps
from terminal.core.agreement import Agreement, Answer, Manner
from terminal.core.counter import Waiting
from terminal.core.faults import Refused
from terminal.core.scan_commands import amount_code
from terminal.core.visit import VisitState
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import AT, WAITING, ShownDesk, line, person, view, visit, yuan

ASIDE = (
    Waiting(
        "v5",
        VisitState.TRACED,
        "李*英",
        AT,
        None,
        AT,
        "waiting.set_aside",
        set_aside=True,
        name="李秀英 1045",
    ),
    Waiting(
        "v4",
        VisitState.PRESENTED,
        "周*",
        AT,
        None,
        AT,
        "waiting.set_aside",
        set_aside=True,
        name="周明 3120",
    ),
)
PRICED = visit(VisitState.PRICED)


def said(answer: Answer, revision: int = 7) -> Agreement:
    return Agreement(answer, Manner.TAP, revision, yuan("7.90"), AT)


@pytest.mark.parametrize("busy", ["person", "pricing", "settling"])
def test_while_an_answer_is_waited_for_nobody_is_put_aside(busy: str) -> None:
    taps = live_taps(replace(PRICED, busy=busy))
    assert not taps & {Tap.SET_ASIDE, Tap.BRING_FORWARD}


def test_before_somebody_is_named_nobody_is_put_aside() -> None:
    for state in (VisitState.OPEN, VisitState.DOUBTED, VisitState.CHOOSING):
        assert not live_taps(visit(state, busy=None)) & {Tap.SET_ASIDE, Tap.BRING_FORWARD}


def test_what_cannot_go_on_without_the_doctor_stands_first_then_what_was_put_aside() -> None:
    screen = doctor_screen(view(waiting=(*WAITING, *ASIDE)))
    assert [item.visit_id for item in screen.waiting][:3] == ["v6", "v5", "v4"]


def test_a_line_is_offered_only_to_visits_that_take_lines() -> None:
    screen = doctor_screen(view(PRICED, waiting=(*WAITING, *ASIDE)))
    assert [item.visit_id for item in screen.targets] == ["v5"]


@pytest.mark.parametrize(
    ("path", "form", "taken"),
    [
        ("v1/aside", {}, ("set_aside", "v1")),
        ("v5/forward", {}, ("bring_forward", "v5")),
        ("v1/lines/3/move", {"to": "v5"}, ("move_line", "v1", 3, "v5")),
        ("v1/spoken", {"revision": "7", "own": "7.90"}, ("spoken", "v1", 7, yuan("7.90"))),
    ],
)
def test_each_tap_is_one_verb_of_the_desk(
    client: Any, desk: ShownDesk, path: str, form: dict[str, str], taken: tuple[Any, ...]
) -> None:
    assert client.post(f"/doctor/visits/{path}", data=form, headers=OURS).status_code == 303
    assert desk.taken == [taken]


def test_a_refused_move_is_said_in_words(client: Any, desk: ShownDesk) -> None:
    desk.refusing = Refused("visit.line_not_moved")
    told = client.post("/doctor/visits/v1/lines/1/move", data={"to": "v9"}, headers=OURS)
    assert told.status_code == 409
    assert "不能移给那一位" in told.text


def test_the_name_in_front_stands_beside_the_scan_line(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.TRACED, person=person("阿卜杜·买买提")))
    assert '<span class="whose">阿卜杜·买买提</span>' in client.get("/doctor").text
    desk.show(visit=visit(VisitState.PRESENTED))
    assert "data-front" not in client.get("/doctor").text


def test_without_anybody_aside_no_line_can_be_moved(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.TRACED), waiting=WAITING)
    assert "move-open" not in client.get("/doctor").text
    desk.show(waiting=ASIDE)
    assert "move-open-1" in client.get("/doctor").text


def test_a_no_of_the_resident_takes_the_button_and_the_code_away(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=replace(PRICED, agreement=said(Answer.DECLINED)))
    page = client.get("/doctor").text
    assert "居民不同意" in page
    assert "spoken-button" in page
    assert "settle-button" not in page
    assert "data-amount-scan" not in page
    desk.show(visit=replace(PRICED, agreement=said(Answer.AGREED)))
    page = client.get("/doctor").text
    assert "居民已同意" in page
    assert "settle-button" in page


def test_what_was_said_of_another_bill_is_not_shown(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=replace(PRICED, agreement=said(Answer.DECLINED, revision=6)))
    page = client.get("/doctor").text
    assert "居民不同意" not in page
    assert "settle-button" in page


def test_the_code_on_the_screen_is_of_just_this_amount() -> None:
    screen = doctor_screen(view(PRICED))
    assert screen.amount_scan == f"CT-SUM-{amount_code('v1', 0, 7, yuan('7.90'))}"
    assert doctor_screen(view(visit(VisitState.TRACED))).amount_scan == ""


def test_nothing_on_the_sheet_moves_money(client: Any) -> None:
    page = client.get("/doctor/commands").text
    assert "CT-DIAG-I10.x00" in page
    assert "CT-PERSON" in page
    assert "CT-SUM" not in page


def test_the_sheet_hands_over_only_where_the_record_system_settles(
    client: Any, desk: ShownDesk
) -> None:
    assert "CT-GIVE" not in client.get("/doctor/commands").text
    desk.show(record_settles=True)
    assert "CT-GIVE" in client.get("/doctor/commands").text


def test_somebody_who_has_a_visit_aside_is_not_begun_anew_unseen(
    client: Any, desk: ShownDesk
) -> None:
    card = person("李秀英", masked_id="991***********1045")
    desk.show(visit=visit(VisitState.PRESENTED, person=card), waiting=ASIDE)
    assert "data-also-open" in client.get("/doctor").text
    desk.show(visit=visit(VisitState.PRESENTED), waiting=ASIDE)
    assert "data-also-open" not in client.get("/doctor").text


def test_sixty_lines_and_a_very_long_name_are_drawn_whole(client: Any, desk: ShownDesk) -> None:
    name = "阿卜杜热合曼·买买提吐尔逊·努尔艾力·𠮷"
    lines = tuple(line(number) for number in range(1, 61))
    desk.show(visit=visit(VisitState.TRACED, person=person(name), lines=lines), waiting=ASIDE)
    page = client.get("/doctor").text
    assert page.count("data-line=") == 60
    assert page.count(name) >= 2
