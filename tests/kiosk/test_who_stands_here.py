"""Challenges, look-alikes, large amounts: when a face is not enough."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from kiosk_ui.doctor_screen import doctor_screen
from kiosk_ui.pictograms import pictogram
from kiosk_ui.screens import resident_screen
from kiosk_ui.steps import step_of
from kiosk_ui.taps import Tap, live_taps
from kiosk_ui.words import WORDS
from terminal.core.counter import VisitView
from terminal.core.people import Identified
from terminal.core.recognition import Action, Challenged
from terminal.core.visit import VisitState
from tests.kiosk.counter_views import TWIN, ShownDesk, notice, person, view, visit, yuan

_AGREED_TO = {VisitState.PRICED, VisitState.ESTIMATED, VisitState.PARTLY_SETTLED}

DOUBTED = visit(VisitState.DOUBTED)
LARGE = visit(VisitState.PRICED, assurance_wanted=True, digits_left=2)
COVERED = ("face.mouth_covered", "face.eye_covered", "face.other_ways", "face.locked")


@pytest.mark.parametrize("action", Action)
def test_every_action_is_told_in_words_and_in_a_picture(
    client: Any, desk: ShownDesk, action: Action
) -> None:
    code = f"challenge.{action}"
    desk.show(hint=code)
    page = client.get("/resident").text
    assert WORDS[code].resident in page
    assert f'data-picture="{pictogram(code)}"' in page


def test_every_picture_that_a_hint_asks_for_is_drawn(client: Any, desk: ShownDesk) -> None:
    hints = [code for code in WORDS if pictogram(code) and not code.startswith("step.")]
    assert len(hints) > len(Action)
    for code in hints:
        desk.show(hint=code)
        drawn = re.search(r"<svg class=\"picture.*?</svg>", client.get("/resident").text, re.DOTALL)
        assert drawn is not None
        assert "<path" in drawn.group()


@pytest.mark.parametrize("code", COVERED)
def test_nobody_is_asked_to_take_a_covering_off_and_the_other_way_in_is_named(code: str) -> None:
    assert "身份证号" in WORDS[code].resident
    assert "身份证号" in WORDS[code].doctor
    for said in (WORDS[code].resident, WORDS[code].doctor):
        assert not re.search(r"(?<!不用)(?<!不用请他)(摘|取下|拿掉|露)", said)


@pytest.mark.parametrize(
    "code", [c for c in WORDS if c.startswith(("challenge.", "face.", "enrolment."))]
)
def test_no_words_to_the_resident_blame(code: str) -> None:
    for blame in ("失败", "错误", "不合格", "可疑", "假", "冒", "攻击", "禁止"):
        assert blame not in WORDS[code].resident


@pytest.mark.parametrize(
    "code", ["camera.still", "camera.repeats", "camera.jumps", "camera.virtual"]
)
def test_a_camera_that_is_not_to_be_believed_leaves_the_clinic_working(
    client: Any, desk: ShownDesk, code: str
) -> None:
    desk.show(away={"camera": code})
    assert f'data-away="{code}"' in client.get("/doctor").text
    page = client.get("/resident").text
    assert 'data-preview="off"' in page
    assert 'data-picture="card"' in page


def test_look_alikes_are_asked_for_digits_and_named_to_nobody_but_the_doctor(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=DOUBTED)
    page = client.get("/resident").text
    assert 'data-digits-left="3"' in page
    assert 'id="key-X"' in page
    held = repr(resident_screen(desk.shown))
    for card in (person(), TWIN):
        for private in (card.name, card.masked_name, card.masked_id, card.masked_id[-4:]):
            assert private not in page
            assert private not in held
    doctors = client.get("/doctor").text
    for card in (person(), TWIN):
        assert card.name in doctors
        assert card.masked_id in doctors


def test_three_who_look_alike_are_three_cards(client: Any, desk: ShownDesk) -> None:
    third = person("王建民", "p4")
    desk.show(visit=replace(DOUBTED, doubted=(person(), TWIN, third)))
    assert client.get("/doctor").text.count('class="look-alike"') == 3


def test_when_the_tries_are_used_up_the_keypad_goes_and_the_doctor_is_asked(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=replace(DOUBTED, digits_left=0))
    assert step_of(desk.shown) == "step.doubted_by_doctor"
    assert 'id="give-digits"' not in client.get("/resident").text
    assert 'id="choose-look-alike"' in client.get("/doctor").text


def test_neither_of_the_look_alikes_is_an_answer_as_well(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=DOUBTED)
    assert 'data-leave="leave.neither"' in client.get("/doctor").text


@pytest.mark.parametrize("state", VisitState)
def test_digits_and_a_doctors_word_are_asked_only_where_something_depends_on_them(
    state: VisitState,
) -> None:
    quiet = live_taps(visit(state))
    assert Tap.VOUCH not in quiet
    assert (Tap.GIVE_DIGITS in quiet) == (state is VisitState.DOUBTED)
    asked = live_taps(visit(state, assurance_wanted=True, digits_left=1))
    assert (Tap.VOUCH in asked) == (state in _AGREED_TO)


@pytest.mark.parametrize("state", VisitState)
def test_no_amount_is_agreed_to_while_more_than_a_face_is_asked_for(state: VisitState) -> None:
    screen = doctor_screen(view(visit(state, assurance_wanted=True)))
    assert Tap.CONFIRM_AMOUNT not in screen.taps
    assert screen.agree is None


def test_a_large_amount_asks_on_both_screens_and_shows_what_is_at_stake(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=LARGE, hint="challenge.nod")
    resident = resident_screen(desk.shown)
    assert (resident.preview, resident.hint, resident.digits_left) == (True, "challenge.nod", 2)
    assert str(yuan("7.90")) in client.get("/resident").text
    page = client.get("/doctor").text
    assert 'data-assurance="wanted"' in page
    assert WORDS["challenge.nod"].doctor in page
    assert 'id="settle-button"' not in page


def test_a_challenge_that_failed_leads_to_the_other_two_ways(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=LARGE, hint="challenge.failed")
    assert step_of(desk.shown) == "step.assurance_otherwise"
    page = client.get("/resident").text
    assert 'id="give-digits"' in page
    assert 'data-preview="off"' in page
    assert WORDS["challenge.failed"].resident not in page
    assert WORDS["challenge.failed"].doctor not in client.get("/doctor").text


@pytest.mark.parametrize("state", VisitState)
@pytest.mark.parametrize("hint", ["challenge.nod", "challenge.failed", "face.too_far"])
def test_a_known_person_is_shown_the_camera_only_when_it_asks_something_of_them(
    client: Any, desk: ShownDesk, state: VisitState, hint: str
) -> None:
    desk.show(visit=visit(state), hint=hint)
    compared = state in {VisitState.PRESENTED, VisitState.IDENTIFIED}
    assert resident_screen(desk.shown).preview == (compared and hint == "challenge.nod")
    assert ('data-picture="nod"' in client.get("/resident").text) == (
        compared and hint == "challenge.nod"
    )


def test_a_blind_terminal_still_has_two_ways_to_be_sure(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=LARGE, away={"camera": "camera.lost"})
    page = client.get("/resident").text
    assert 'data-preview="off"' in page
    assert 'id="give-digits"' in page
    assert 'id="vouch-button"' in client.get("/doctor").text


@pytest.mark.parametrize("hint", ["challenge.nod", "face.too_far", None])
def test_the_keypad_stays_as_it_is_whatever_the_camera_asks(
    client: Any, desk: ShownDesk, hint: str | None
) -> None:
    def keypad() -> str:
        found = re.search(r'id="keypad" data-version="(\w+)"', client.get("/resident/now").text)
        assert found
        return found.group(1)

    desk.show(visit=LARGE, hint="challenge.blink")
    before = keypad()
    desk.show(hint=hint)
    assert keypad() == before
    desk.show(visit=replace(LARGE, digits_left=1))
    assert keypad() != before


CHECKS: list[tuple[VisitView, str]] = [
    (visit(VisitState.PRESENTED), 'data-identified="by_face"'),
    (
        visit(VisitState.PRESENTED, identified=Identified.BY_RELATIVE),
        'data-identified="by_relative"',
    ),
    (visit(VisitState.PRESENTED, challenged=Challenged.PASSED), 'data-challenged="passed"'),
    (visit(VisitState.PRESENTED, challenged=Challenged.FAILED), 'data-challenged="failed"'),
    (visit(VisitState.PRESENTED, second_factor="id_digits"), 'data-second="id_digits"'),
    (visit(VisitState.PRESENTED, second_factor="doctor"), 'data-second="doctor"'),
    (
        visit(VisitState.PRESENTED, identified=Identified.BY_ID_NUMBER, face_agrees=True),
        'data-face-agrees="yes"',
    ),
    (visit(VisitState.PRESENTED, face_agrees=False), 'data-face-agrees="no"'),
    (visit(VisitState.PRICED, face_agrees=False), 'data-face-agrees="no"'),
]


@pytest.mark.parametrize(("shown", "said"), CHECKS)
def test_the_doctor_is_told_what_was_checked(
    client: Any, desk: ShownDesk, shown: VisitView, said: str
) -> None:
    desk.show(visit=shown)
    assert said in client.get("/doctor").text


def test_what_was_not_checked_is_not_told_and_no_similarity_is_a_number(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=visit(VisitState.PRESENTED, similarity=0.8172))
    page = client.get("/doctor").text
    for unsaid in ("data-challenged", "data-second", "data-face-agrees", "0.81", "81.7", "82%"):
        assert unsaid not in page


def test_a_face_that_disagrees_makes_no_button_the_obvious_one(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=visit(VisitState.PRESENTED, face_agrees=False))
    assert '<button class="button" id="confirm-button">' in client.get("/doctor").text


def test_a_person_who_is_always_challenged_is_shown_so(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.PRESENTED, always_challenged=True))
    assert re.search(
        r'id="challenge-always-button" aria-pressed="true"', client.get("/doctor").text
    )


def test_wrong_digits_that_come_as_a_notice_are_told_on_both_screens(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=replace(DOUBTED, notice=notice("person.digits_wrong", left="2")))
    for path in ("/resident", "/doctor"):
        assert 'data-notice="person.digits_wrong"' in client.get(path).text
