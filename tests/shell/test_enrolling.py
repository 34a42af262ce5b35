"""One enrolment before the doctor: agreed to first, kept whole or not at all, dropped after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.consent import Consent
from terminal.core.counter import EnrolmentStep, EnrolmentView
from terminal.core.faults import Fault, Unavailable
from terminal.core.recognition import Hint
from terminal.core.visit import VisitEvent
from terminal.store.faces import SameFace
from tests.clinic import CHILD, LI, WAIT_S, WANG, Clock
from tests.shell.faces_in import DOCTOR, OTHER, SISTER, TWIN, WANGS, Picture, Place, portrait

PRESENTED = VisitEvent.PERSON_PRESENTED
CONFIRMED = VisitEvent.DOCTOR_CONFIRMED_PERSON


SETTLED = (
    PRESENTED,
    CONFIRMED,
    VisitEvent.ITEM_ADDED,
    VisitEvent.PRE_SETTLED,
    VisitEvent.AMOUNT_CONFIRMED,
    VisitEvent.SETTLEMENT_SENT,
    VisitEvent.ALL_SETTLED,
)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Fault) as raised:
        act()
    return raised.value.code


def captured(place: Place, face: float = WANGS) -> EnrolmentView:
    """Agreed to, and looked at as long as it takes."""
    place.enrolling.agree("")
    view = place.show(*[portrait(face)] * 3, portrait(face, 20.0), portrait(face, -20.0))
    assert view is not None
    return view


def notice(view: EnrolmentView | None) -> str | None:
    return None if view is None or view.notice is None else view.notice.code


# --- the enrolment page


def test_a_face_is_asked_for_agreed_to_captured_and_known(place: Place) -> None:
    view = place.asked(WANG)
    assert (view.step, view.enrolled_before, view.guardian_wanted) == (
        EnrolmentStep.CONSENT,
        False,
        False,
    )
    assert view.person is not None
    assert view.person.name == "王建国"
    view = captured(place)
    assert (view.step, view.taken, view.wanted) == (EnrolmentStep.DONE, 5, 5)
    assert place.gallery.people == {view.person.person_id if view.person else ""}
    place.enrolling.stop()
    assert place.enrolling.view() is None
    assert place.asked(WANG).enrolled_before


def test_nothing_is_looked_at_before_they_agreed(place: Place) -> None:
    place.asked(WANG)
    view = place.show(*[portrait()] * 9)
    assert view is not None
    assert (view.step, view.taken) == (EnrolmentStep.CONSENT, 0)
    assert place.enrolling.wants(), "and nobody is greeted meanwhile"


def test_the_person_is_told_what_to_do_and_how_far_it_is(place: Place) -> None:
    place.asked(WANG)
    place.enrolling.agree("")
    sights = (Hint("face.too_far"), portrait(), portrait(), portrait(), portrait(yaw_deg=20.0))
    shown = [place.enrolling.view(), *(place.show(sight, apart_s=1.1) for sight in sights)]
    assert [(view.hint, view.taken, view.wanted) for view in shown if view] == [
        ("enrolment.look_ahead", 0, 5),
        ("face.too_far", 0, 5),
        ("enrolment.look_ahead", 1, 5),
        ("enrolment.look_ahead", 2, 5),
        ("enrolment.turn_a_little_left", 3, 5),
        ("enrolment.turn_a_little_right", 4, 5),
    ]


def test_a_hint_can_be_read_before_the_next_one(place: Place) -> None:
    place.asked(WANG)
    place.enrolling.agree("")
    place.show(Hint("face.too_far"), apart_s=1.1)
    before = place.published
    view = place.show(*[Hint("face.blurred"), Hint("face.too_dark")], apart_s=0.3)
    assert view is not None
    assert view.hint == "face.too_far"
    assert place.published == before
    view = place.show(Hint("face.too_dark"), apart_s=0.6)
    assert view is not None
    assert view.hint == "face.too_dark"


def test_one_enrolment_at_a_time_and_only_at_an_empty_counter(place: Place) -> None:
    place.asked(WANG)
    assert code_of(lambda: place.enrolling.begin(LI)) == "enrolment.busy"
    place.enrolling.stop()
    place.counter.front = "somebody"
    assert code_of(lambda: place.enrolling.begin(LI)) == "visit.other_on_counter"
    assert code_of(lambda: place.enrolling.begin("123")) == "person.id_number_wrong"
    assert place.enrolling.view() is None


def test_who_the_province_does_not_name_is_not_enrolled(
    place: Place, province: SandboxProvince
) -> None:
    province.faults.plant("lost_before", "1101")
    view = place.asked(WANG)
    assert (view.step, notice(view)) == (EnrolmentStep.FAILED, "province.no_answer")
    assert place.asked(WANG).step is EnrolmentStep.CONSENT, "an outcome is in nobody's way"


def test_an_answer_that_comes_after_the_doctor_stopped_changes_nothing(place: Place) -> None:
    place.enrolling.begin(WANG)
    place.enrolling.stop()
    assert place.errands.rest(WAIT_S)
    assert place.enrolling.view() is None


def test_a_small_child_is_told_at_once_and_an_older_one_brings_a_guardian(
    place: Place, clock: Clock
) -> None:
    assert notice(place.asked(CHILD)) == "enrolment.too_young"
    clock.now = clock.now.replace(year=2028)
    assert place.asked(CHILD).guardian_wanted
    assert code_of(lambda: place.enrolling.agree("  ")) == "enrolment.guardian_wanted"
    place.enrolling.agree("李秀英")
    view = place.show(*[portrait()] * 3, portrait(yaw_deg=20.0), portrait(yaw_deg=-20.0))
    assert view is not None
    assert view.step is EnrolmentStep.DONE


def test_a_step_that_is_not_due_is_refused(place: Place) -> None:
    for verb in (lambda: place.enrolling.agree(""), place.enrolling.clear_same_face):
        assert code_of(verb) == "enrolment.no_such_step"
    place.asked(WANG)
    assert code_of(place.enrolling.clear_same_face) == "enrolment.no_such_step"
    captured(place)
    assert code_of(lambda: place.enrolling.agree("")) == "enrolment.no_such_step"


def test_what_was_agreed_to_is_written_down_with_its_months_and_the_guardian(place: Place) -> None:
    place.clock.now += timedelta(days=365)  # Old enough to be enrolled.
    for id_number, guardian, relation in ((WANG, "", "母亲"), (CHILD, " 李秀英 ", " 母亲 ")):
        view = place.asked(id_number)
        assert view.person is not None
        place.enrolling.agree(guardian, relation)
        face = WANGS if id_number == WANG else OTHER
        place.show(*[portrait(face)] * 3, portrait(face, 20.0), portrait(face, -20.0))
        place.enrolling.stop()
        (given,) = place.store.faces.consents_of(view.person.person_id)
        agreed = Consent("2.24", DOCTOR)
        if id_number == CHILD:
            agreed = Consent("2.24", DOCTOR, "李秀英", "母亲")
        assert (given.consent, given.given_at) == (agreed, place.clock())


def test_a_consent_taken_back_leaves_nothing_of_the_face(place: Place) -> None:
    person_id = place.enrolled(WANG, WANGS)
    assert place.asked(WANG).enrolled_before
    place.enrolling.withdraw()
    view = place.enrolling.view()
    assert view is not None
    assert view.step is EnrolmentStep.ERASED
    assert place.store.people.templates() == []
    assert place.gallery.people == set()
    assert place.store.faces.consent_in_force(person_id) is None
    assert code_of(place.enrolling.withdraw) == "enrolment.no_such_step"


# --- the same face


def test_the_same_face_waits_for_the_doctor_and_is_kept_once_cleared(place: Place) -> None:
    place.enrolled(WANG, WANGS)
    place.asked(LI)
    view = captured(place, TWIN)
    assert (view.step, notice(view)) == (EnrolmentStep.SAME_FACE, "enrolment.same_face")
    assert view.other is not None
    assert view.other.name == "王建国"
    place.enrolling.clear_same_face()
    done = place.enrolling.view()
    assert done is not None
    assert (done.step, done.other, notice(done)) == (EnrolmentStep.DONE, None, None)
    assert [card.name for card in done.look_alikes] == ["王建国"]
    with place.store.transaction() as db:
        assert db.execute("SELECT cleared_by FROM same_face").fetchone()[0] == DOCTOR


def test_a_third_person_with_the_face_is_asked_about_as_well(place: Place, clock: Clock) -> None:
    clock.now = clock.now.replace(year=2040)
    place.enrolled(WANG, WANGS)
    place.enrolled(CHILD, 2 * TWIN)
    place.asked(LI)
    assert captured(place, TWIN).step is EnrolmentStep.SAME_FACE
    place.enrolling.clear_same_face()
    view = place.enrolling.view()
    assert view is not None
    assert view.step is EnrolmentStep.SAME_FACE
    place.enrolling.clear_same_face()
    view = place.enrolling.view()
    assert view is not None
    assert (view.step, len(view.look_alikes)) == (EnrolmentStep.DONE, 2)


def test_a_same_face_that_nobody_clears_is_dropped(place: Place) -> None:
    place.enrolled(WANG, WANGS)
    place.asked(LI)
    captured(place, TWIN)
    assert notice(place.wait(601.0)) == "enrolment.timed_out"
    assert code_of(place.enrolling.clear_same_face) == "enrolment.no_such_step"
    assert len(place.store.people.templates()) == 3


# --- another face than before


def test_a_face_unlike_the_one_before_waits_for_the_doctor(place: Place) -> None:
    wang = place.enrolled(WANG, WANGS)
    place.asked(WANG)
    view = captured(place, OTHER)
    assert (view.step, notice(view), view.other) == (
        EnrolmentStep.SAME_FACE,
        "enrolment.other_face",
        None,
    )
    assert place.gallery.knows[0] == (wang, portrait(WANGS).template)
    place.enrolling.clear_same_face()
    done = place.enrolling.view()
    assert done is not None
    assert (done.step, notice(done)) == (EnrolmentStep.DONE, None)
    assert {kept for _, kept in place.gallery.knows} == {portrait(OTHER).template}
    with place.store.transaction() as db:
        assert db.execute("SELECT cleared_by FROM other_face").fetchone()[0] == DOCTOR


def test_a_stranger_with_anothers_face_is_asked_about_twice(place: Place) -> None:
    place.enrolled(WANG, WANGS)
    place.enrolled(LI, OTHER)
    place.asked(LI)
    assert notice(captured(place, TWIN)) == "enrolment.same_face"
    place.enrolling.clear_same_face()
    assert notice(place.enrolling.view()) == "enrolment.other_face"
    place.enrolling.stop()
    assert len(place.gallery.knows) == 6
    place.asked(LI)
    assert notice(captured(place, TWIN)) == "enrolment.other_face", "asked anew each time"


# --- a camera that is none


def test_a_camera_that_vouches_for_no_face_enrols_none(place: Place) -> None:
    visit_id = place.visit(LI, PRESENTED, CONFIRMED)
    visit = place.store.visits.visit(visit_id)
    place.lens = False
    assert not place.enrolling.may_keep(visit)
    assert code_of(lambda: place.enrolling.keep_face(visit_id)) == "camera.virtual"
    assert place.enrolling.view() is None
    place.lens = True
    place.enrolling.keep_face(visit_id)
    place.show(*[portrait()] * 4, apart_s=0.7)
    place.lens = False  # Exchanged while it looked.
    assert notice(place.show(*[portrait()] * 2, apart_s=0.7)) == "camera.virtual"
    assert place.store.people.templates() == []
    place.counter.front = None
    assert place.asked(WANG).step is EnrolmentStep.CONSENT
    assert code_of(lambda: place.enrolling.agree("")) == "camera.virtual"
    view = place.enrolling.view()
    assert view is not None
    assert view.step is EnrolmentStep.CONSENT


# --- ends


def test_a_print_that_passes_now_and_then_is_not_enrolled(place: Place) -> None:
    place.asked(WANG)
    place.enrolling.agree("")
    place.show(*([Hint("face.not_live")] * 3 + [portrait()] * 2) * 16, apart_s=0.25)
    view = place.wait(31.0)
    assert view is not None
    assert (notice(view), view.hint) == ("enrolment.too_few", "face.not_live")


@pytest.mark.parametrize("away_after", [0, 1])
def test_a_store_that_goes_away_ends_it_gently(
    place: Place, monkeypatch: pytest.MonkeyPatch, away_after: int
) -> None:
    place.enrolled(WANG, WANGS)
    place.asked(LI)
    place.enrolling.agree("")
    place.show(*[portrait(TWIN)] * 3)
    same_faces = place.store.faces.same_faces
    asked: list[str] = []

    def away(person_id: str) -> list[SameFace]:
        asked.append(person_id)
        if len(asked) > away_after:
            raise Unavailable("store.away", reason="disk")
        return same_faces(person_id)

    monkeypatch.setattr(place.store.faces, "same_faces", away)
    assert notice(place.wait(31.0)) == "store.away"
    assert not place.enrolling.view() or len(place.store.people.templates()) == 3


def test_time_ends_a_capture_with_the_hint_met_most_and_nothing_kept(place: Place) -> None:
    place.asked(WANG)
    place.enrolling.agree("")
    place.show(portrait(), *[Hint("face.too_dark")] * 20)
    view = place.wait(31.0)
    assert view is not None
    assert (view.step, notice(view), view.hint) == (
        EnrolmentStep.FAILED,
        "enrolment.too_few",
        "face.too_dark",
    )
    assert place.store.people.templates() == []


def test_a_camera_that_is_gone_ends_a_capture_too(place: Place) -> None:
    place.asked(WANG)
    place.enrolling.agree("")
    assert notice(place.wait(31.0)) == "enrolment.too_few"


def test_what_was_taken_is_gone_when_the_doctor_stops(place: Place) -> None:
    place.asked(WANG)
    place.enrolling.agree("")
    place.show(*[portrait()] * 3)
    place.enrolling.stop()
    assert not place.enrolling.wants()
    place.enrolling.see(Picture(portrait(), 99, place.watch.now_s + 1.0))
    assert place.enrolling.view() is None
    assert place.store.people.templates() == []


def test_a_visit_that_comes_to_the_counter_ends_an_enrolment(place: Place) -> None:
    place.asked(WANG)
    place.enrolling.agree("")
    place.counter.front = "somebody"
    assert notice(place.show(*[portrait()] * 3)) == "enrolment.interrupted"
    assert place.store.people.templates() == []


def test_an_outcome_gives_way_to_the_next_person_by_itself(place: Place) -> None:
    place.asked(WANG)
    captured(place)
    assert place.enrolling.wants()
    assert place.wait(16.0) is None
    assert not place.enrolling.wants()


def test_a_consent_read_slowly_is_not_cut_short(place: Place) -> None:
    place.asked(WANG)
    view = place.wait(540.0)
    assert view is not None
    assert view.step is EnrolmentStep.CONSENT
    assert notice(place.wait(61.0)) == "enrolment.timed_out"


# --- one tap after a visit


def test_one_tap_keeps_the_face_before_the_camera_for_the_visits_person(place: Place) -> None:
    visit_id = place.visit(LI, PRESENTED, CONFIRMED)
    assert place.enrolling.may_keep(place.store.visits.visit(visit_id))
    place.enrolling.keep_face(visit_id)
    view = place.enrolling.view()
    assert view is not None
    assert (view.step, view.wanted) == (EnrolmentStep.CAPTURE, 5)
    view = place.show(*[portrait(OTHER)] * 5, apart_s=0.7)
    assert view is not None
    assert view.step is EnrolmentStep.DONE
    person = place.store.people.by_id_number(LI)
    assert person is not None
    assert place.gallery.people == {person.person_id}
    assert place.store.faces.consent_in_force(person.person_id)
    assert not place.enrolling.wants(), "the frames are for whoever looks during a visit"
    assert not place.enrolling.may_keep(place.store.visits.visit(visit_id))
    assert code_of(lambda: place.enrolling.keep_face(visit_id)) == "enrolment.enrolled_already"


@pytest.mark.parametrize("gone", [(), (Hint("face.none"),) * 4, (Hint("face.two"),)])
def test_nobody_is_taken_in_the_place_of_the_visits_person(
    place: Place, gone: tuple[Hint, ...]
) -> None:
    place.enrolling.keep_face(place.visit(LI, PRESENTED, CONFIRMED))
    view = place.show(*[portrait(WANGS)] * 3, *gone, *[portrait(OTHER)] * 5, apart_s=0.7)
    assert notice(view) == "enrolment.another_face"
    assert place.store.people.templates() == []


def test_a_face_that_disagrees_with_the_number_is_not_kept_under_it(place: Place) -> None:
    visit_id = place.visit(LI, PRESENTED, CONFIRMED)
    place.store.visits.note(visit_id, {"face_agrees": 0})
    assert not place.enrolling.may_keep(place.store.visits.visit(visit_id))
    assert code_of(lambda: place.enrolling.keep_face(visit_id)) == "enrolment.face_disagrees"


def test_ten_seconds_more_are_asked_for_and_no_longer(place: Place) -> None:
    visit_id = place.visit(LI, PRESENTED, CONFIRMED)
    place.enrolling.keep_face(visit_id)
    place.show(*[portrait()] * 2)
    assert notice(place.wait(10.0)) == "enrolment.too_few"
    assert place.store.people.templates() == []


@pytest.mark.parametrize(
    ("events", "identified"),
    [
        ((PRESENTED,), "by_id_number"),
        ((PRESENTED, CONFIRMED), "by_face"),
        ((PRESENTED, CONFIRMED), "by_relative"),
        ((PRESENTED, CONFIRMED, VisitEvent.ABANDONED), "by_id_number"),
        (SETTLED, "by_id_number"),
    ],
)
def test_only_who_came_by_number_and_was_confirmed_is_kept(
    place: Place, events: tuple[VisitEvent, ...], identified: str
) -> None:
    visit_id = place.visit(LI, *events, identified=identified)
    assert not place.enrolling.may_keep(place.store.visits.visit(visit_id))
    assert code_of(lambda: place.enrolling.keep_face(visit_id)) == "enrolment.visit_not_confirmed"


def test_a_child_is_enrolled_on_the_page_where_a_guardian_is_named(
    place: Place, clock: Clock
) -> None:
    clock.now = clock.now.replace(year=2028)
    visit_id = place.visit(CHILD, PRESENTED, CONFIRMED)
    assert not place.enrolling.may_keep(place.store.visits.visit(visit_id))
    assert code_of(lambda: place.enrolling.keep_face(visit_id)) == "enrolment.guardian_wanted"


def test_another_visit_or_another_enrolment_is_not_mixed_up(place: Place) -> None:
    visit_id = place.visit(LI, PRESENTED, CONFIRMED)
    assert code_of(lambda: place.enrolling.keep_face("other")) == "visit.other_on_counter"
    place.enrolling.keep_face(visit_id)
    assert code_of(lambda: place.enrolling.keep_face(visit_id)) == "enrolment.busy"
    place.counter.front = None
    assert place.show(*[portrait()] * 3) is None, "the next resident is not kept waiting"
    assert place.store.people.templates() == []


def test_the_wrong_persons_face_is_not_kept_after_a_visit(place: Place) -> None:
    place.enrolled(WANG, WANGS)
    visit_id = place.visit(LI, PRESENTED, CONFIRMED)
    place.enrolling.keep_face(visit_id)
    view = place.show(*[portrait(WANGS)] * 5, apart_s=0.7)
    assert view is not None
    assert view.step is EnrolmentStep.SAME_FACE
    place.enrolling.stop()
    assert len(place.store.people.templates()) == 3


def test_a_sister_is_kept_and_both_are_look_alikes(place: Place) -> None:
    place.enrolled(WANG, WANGS)
    place.enrolling.keep_face(place.visit(LI, PRESENTED, CONFIRMED))
    view = place.show(*[portrait(SISTER)] * 5, apart_s=0.7)
    assert view is not None
    assert [card.name for card in view.look_alikes] == ["王建国"]
