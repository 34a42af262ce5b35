"""A face comes in on the doctor's page, and the resident follows on theirs."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kiosk_ui.enrol import enrol_screen
from kiosk_ui.screens import resident_screen
from kiosk_ui.steps import hint_while_enrolling
from kiosk_ui.taps import ENROL_LIVE, Tap
from kiosk_ui.words import WORDS
from kiosk_ui.words.consent import CONSENT
from terminal.core.counter import EnrolmentStep, EnrolmentView
from terminal.core.visit import VisitState
from tests.kiosk.counter_views import CHILD, TWIN, ShownDesk, enrolment, notice, view, visit

AGAIN = enrolment(EnrolmentStep.CONSENT, enrolled_before=True)
ALL = [None, AGAIN, *(enrolment(step) for step in EnrolmentStep)]
BUTTONS = {
    Tap.AGREE: 'id="agree-button"',
    Tap.CLEAR_SAME_FACE: 'id="clear-button"',
    Tap.WITHDRAW: 'id="withdraw-button"',
    Tap.STOP_ENROLLING: 'id="stop-button"',
}


def test_every_step_of_an_enrolment_says_which_taps_are_live() -> None:
    assert set(ENROL_LIVE) == set(EnrolmentStep)


@pytest.mark.parametrize("enrolling", ALL)
def test_every_step_of_an_enrolment_is_drawn_with_its_buttons_and_its_words(
    client: Any, desk: ShownDesk, enrolling: EnrolmentView | None
) -> None:
    desk.show(enrolling=enrolling)
    screen = enrol_screen(desk.shown)
    assert screen.step in WORDS
    page = client.get("/doctor/enrol").text
    assert f'data-step="{screen.step}"' in page
    assert f'data-step="{screen.step}"' in client.get("/doctor/enrol/now").text
    for tap, button in BUTTONS.items():
        assert (button in page) == (tap in screen.taps), tap


@pytest.mark.parametrize("enrolling", ALL)
def test_the_resident_follows_and_nobody_is_named_in_full(
    client: Any, desk: ShownDesk, enrolling: EnrolmentView | None
) -> None:
    desk.show(enrolling=enrolling)
    assert resident_screen(desk.shown).step in WORDS
    held = repr(resident_screen(desk.shown))
    for page in (client.get("/resident").text, held):
        for name in ("王建国", TWIN.name, TWIN.masked_name, TWIN.masked_id):
            assert name not in page


@pytest.mark.parametrize("step", EnrolmentStep)
def test_the_camera_is_shown_only_while_it_looks(step: EnrolmentStep) -> None:
    shown = resident_screen(view(enrolling=enrolment(step)))
    assert shown.preview == (step is EnrolmentStep.CAPTURE)
    assert (shown.hint is not None) == (step is EnrolmentStep.CAPTURE)


def test_every_sentence_of_the_consent_is_read_by_both_before_anything_is_looked_at(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(enrolling=enrolment(EnrolmentStep.CONSENT))
    for path in ("/resident", "/doctor/enrol"):
        page = client.get(path).text
        assert all(sentence in page for sentence in CONSENT)
    assert "".join(CONSENT) in WORDS["consent.text"].resident


def test_a_guardian_is_asked_for_by_name_only_where_one_is_wanted(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(enrolling=enrolment(EnrolmentStep.CONSENT))
    assert 'name="guardian"' not in client.get("/doctor/enrol").text
    child = enrolment(EnrolmentStep.CONSENT, person=CHILD, guardian_wanted=True)
    desk.show(enrolling=child)
    assert 'name="guardian"' in client.get("/doctor/enrol").text


def test_a_hint_does_not_redraw_the_consent_or_the_buttons(client: Any, desk: ShownDesk) -> None:
    def versions() -> dict[str, str]:
        found = re.findall(r'id="(\w+)" data-version="(\w+)"', client.get("/doctor/enrol/now").text)
        return dict(found)

    desk.show(enrolling=enrolment(EnrolmentStep.CAPTURE))
    before = versions()
    desk.show(enrolling=enrolment(EnrolmentStep.CAPTURE, hint="face.too_far", taken=2))
    after = versions()
    assert {name for name in after if after[name] != before[name]} == {"capture"}


def test_both_who_share_a_face_stand_side_by_side(client: Any, desk: ShownDesk) -> None:
    desk.show(enrolling=enrolment(EnrolmentStep.SAME_FACE))
    page = client.get("/doctor/enrol").text
    assert page.count('class="look-alike"') == 2
    assert TWIN.name in page


def test_a_face_unlike_the_one_before_is_answered_for_in_so_many_words(
    client: Any, desk: ShownDesk
) -> None:
    other = notice("enrolment.other_face")
    desk.show(enrolling=enrolment(EnrolmentStep.SAME_FACE, other=None, notice=other))
    page = client.get("/doctor/enrol").text
    assert 'data-step="step.enrol_other_face"' in page
    assert "确实是本人，重新登记" in page
    assert "是两个人，长得像" not in page
    assert "别人名下" not in page
    assert WORDS["step.enrol_other_face"].doctor in page


def test_look_alikes_found_are_told_with_what_follows_from_it(client: Any, desk: ShownDesk) -> None:
    desk.show(enrolling=enrolment(EnrolmentStep.DONE, look_alikes=(TWIN,)))
    words = WORDS["step.enrol_done_look_alikes"]
    assert words.doctor in client.get("/doctor/enrol").text
    assert words.resident in client.get("/resident").text


def test_why_it_failed_is_told_to_the_doctor(client: Any, desk: ShownDesk) -> None:
    failed = enrolment(
        EnrolmentStep.FAILED, hint="face.too_dark", notice=notice("enrolment.too_few")
    )
    desk.show(enrolling=failed)
    page = client.get("/doctor/enrol").text
    assert 'data-notice="enrolment.too_few"' in page
    assert WORDS["face.too_dark"].doctor in page


def test_a_face_is_kept_only_after_the_consent_was_shown_and_a_second_tap(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=visit(VisitState.PARTLY_SETTLED, may_keep_face=True))
    page = client.get("/doctor").text
    card = page[page.index('id="keep-card"') :]
    assert card.index(CONSENT[-1]) < card.index('id="keep-button"')


@pytest.mark.parametrize(
    ("state", "busy"),
    [
        (VisitState.SETTLING, "settling"),
        (VisitState.UNCERTAIN, "checking"),
        (VisitState.DOUBTED, None),
        (VisitState.SETTLED, "cancelling"),
    ],
)
def test_a_face_that_is_kept_never_hides_what_becomes_of_the_money(
    state: VisitState, busy: str | None
) -> None:
    capture = enrolment(EnrolmentStep.CAPTURE)
    shown = resident_screen(view(visit(state, busy=busy), enrolling=capture))
    assert (shown.enrolling, shown.preview) == (None, False)
    assert shown.step != "step.enrol_capture"


@pytest.mark.parametrize("state", [VisitState.SETTLED, VisitState.IDENTIFIED])
def test_the_resident_sees_that_their_face_is_being_kept(state: VisitState) -> None:
    shown = resident_screen(view(visit(state), enrolling=enrolment(EnrolmentStep.CAPTURE)))
    assert (shown.step, shown.preview) == ("step.enrol_capture", True)


@pytest.mark.parametrize("step", [step for step in EnrolmentStep if step != "capture"])
def test_the_bill_comes_back_as_soon_as_the_camera_has_looked(step: EnrolmentStep) -> None:
    shown = resident_screen(view(visit(VisitState.SETTLED), enrolling=enrolment(step)))
    assert (shown.step, shown.enrolling) == ("step.settled", None)


@pytest.mark.parametrize("step", EnrolmentStep)
def test_the_doctor_sees_a_face_being_kept_beside_the_visit(
    client: Any, desk: ShownDesk, step: EnrolmentStep
) -> None:
    desk.show(visit=visit(VisitState.SETTLED), enrolling=enrolment(step))
    page = client.get("/doctor").text
    assert f'data-keeping="{step}"' in page
    assert 'id="stop-keeping"' in page


def test_an_enrolment_that_is_under_way_is_found_again_from_the_visits(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(enrolling=enrolment(EnrolmentStep.CAPTURE))
    assert 'id="back-to-enrol"' in client.get("/doctor").text


def test_the_id_number_of_an_enrolment_stands_outside_what_is_redrawn(client: Any) -> None:
    assert 'id="enrol-entry"' in client.get("/doctor/enrol").text
    assert 'id="enrol-entry"' not in client.get("/doctor/enrol/now").text


def test_a_browser_without_its_script_comes_back_to_the_enrolment(client: Any) -> None:
    answer = client.post("/doctor/enrol/stop", headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/doctor/enrol")


@pytest.mark.parametrize(
    "hint", ["face.none", "face.mouth_covered", "face.eye_covered", "face.not_live"]
)
def test_whoever_is_being_enrolled_is_not_spoken_to_as_a_patient(
    client: Any, desk: ShownDesk, hint: str
) -> None:
    desk.show(enrolling=enrolment(EnrolmentStep.CAPTURE, hint=hint))
    for path in ("/resident", "/doctor/enrol"):
        page = client.get(path).text
        assert WORDS[hint].resident == "请看镜头" or WORDS[hint].resident not in page
        assert WORDS[hint].doctor not in page
        assert WORDS[hint_while_enrolling(hint)].resident in page or path != "/resident"
