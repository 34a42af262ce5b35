"""What is held of a person, their face taken back, and whose unused face goes soon."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kiosk_ui.words import WORDS
from terminal.core.counter import EnrolmentStep
from terminal.core.faults import Refused
from terminal.core.visit import VisitState
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import CHILD, ShownDesk, enrolment, person, visit
from tests.kiosk.people_scenes import FOR_THE_GRANDSON, FORGOTTEN, HELD

HTMX = {**OURS, "HX-Request": "true"}


def test_everything_held_is_on_one_page_with_one_button_that_prints_it(
    client: Any, desk: ShownDesk
) -> None:
    page = client.get("/doctor/held/v1").text
    for said in HELD.lines:
        assert said in page
    assert page.count("data-print") == 1
    assert '<script src="/static/print.js"' in page


def test_the_page_of_whoever_stands_there_is_found_from_the_counter(
    client: Any, desk: ShownDesk
) -> None:
    assert client.get("/doctor/held").headers["Location"] == "/doctor"
    desk.show(visit=visit(VisitState.SETTLED))
    assert client.get("/doctor/held").headers["Location"] == "/doctor/held/v1"
    assert 'href="/doctor/held/v1"' in client.get("/doctor").text


def test_what_is_held_of_another_is_refused_in_words(client: Any, desk: ShownDesk) -> None:
    desk.refusing = Refused("visit.not_found")
    answer = client.get("/doctor/held/v2")
    assert answer.status_code == 409
    assert WORDS["visit.not_found"].doctor in answer.text
    assert 'href="/doctor/held"' in answer.text
    assert 'href="/doctor"' in answer.text, "or whoever is refused again goes in a circle"


def test_a_face_is_taken_back_from_the_doctors_page_in_two_taps(
    client: Any, desk: ShownDesk
) -> None:
    page = client.get("/doctor/held/v1").text
    assert page.index('id="withdraw-open"') < page.index('id="withdraw-button"')
    answer = client.post("/doctor/held/v1/withdraw", headers=OURS)
    assert answer.headers["Location"] == "/doctor/held/v1"
    assert desk.taken == [("withdraw", "v1")]
    assert "withdraw" not in client.get("/doctor/held/v1").text


@pytest.mark.parametrize("state", [VisitState.IDENTIFIED, VisitState.PRICED, VisitState.SETTLED])
def test_the_resident_takes_their_face_back_in_two_taps_wherever_they_may(
    client: Any, desk: ShownDesk, state: VisitState
) -> None:
    desk.show(visit=visit(state))
    assert "withdraw" not in client.get("/resident").text
    desk.show(visit=visit(state, may_withdraw=True))
    page = client.get("/resident").text
    assert "不再用我的脸" in page
    assert page.index('id="withdraw-open"') < page.index("是，马上删掉")
    client.post("/resident/visits/v1/withdraw", headers=HTMX)
    assert desk.taken == [("withdraw", "v1")]


def test_a_guardian_takes_back_the_childs_face_and_not_their_own(
    client: Any, desk: ShownDesk
) -> None:
    shown = visit(VisitState.IDENTIFIED, person=CHILD, holder=person(), **FOR_THE_GRANDSON)
    desk.show(visit=shown)
    assert "withdraw" not in client.get("/resident").text
    desk.show(visit=visit(VisitState.IDENTIFIED, person=CHILD, holder=person(),
                          may_withdraw=True, **FOR_THE_GRANDSON))  # fmt: skip
    page = client.get("/resident").text
    assert "不再用王*明的脸" in page
    assert "不再用我的脸" not in page


def test_whose_face_goes_soon_is_announced_only_when_there_is_somebody(
    client: Any, desk: ShownDesk
) -> None:
    assert "forgotten-open" not in client.get("/doctor").text
    desk.show(forgotten_soon=2)
    assert "有 2 位很久没来" in client.get("/doctor").text
    page = client.get("/doctor/forgotten").text
    for row in FORGOTTEN:
        assert row.person.name in page
        assert f'data-erased-on="{row.erased_on.isoformat()}"' in page
    desk.consents.soon = ()
    assert "现在没有" in client.get("/doctor/forgotten").text


def test_a_guardian_is_named_with_what_they_are_to_the_child(client: Any, desk: ShownDesk) -> None:
    desk.show(enrolling=enrolment(EnrolmentStep.CONSENT))
    assert 'name="relation"' not in client.get("/doctor/enrol").text
    child = enrolment(EnrolmentStep.CONSENT, person=CHILD, guardian_wanted=True)
    desk.show(enrolling=child)
    assert 'name="relation"' in client.get("/doctor/enrol").text


def test_whoever_comes_late_hears_that_their_face_was_to_go(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.PRESENTED, face_goes_on=date(2026, 3, 1)))
    assert 'data-face-goes="2026-03-01"' in client.get("/doctor").text
    desk.show(visit=visit(VisitState.PRESENTED))
    assert "data-face-goes" not in client.get("/doctor").text
