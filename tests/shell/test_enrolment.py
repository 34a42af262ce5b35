"""A face in, with consent: enough good moments, or nothing at all; a face out, at once."""

from __future__ import annotations

import dataclasses
import itertools
import math
import struct
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.simulated.province.server import SandboxProvince
from models.look_alikes import pairs_alike
from terminal.core.capture import alike
from terminal.core.consent import Consent, years_before
from terminal.core.faults import Fault, Refused, Unavailable
from terminal.core.people import Person
from terminal.core.recognition import Hint, Template
from terminal.enrolment import TEMPLATES_MAX
from terminal.resemblance import DEFAULT_RULES
from terminal.store import Store
from tests.clinic import CHILD, KEY, LI, PAUSED, WANG, Clock
from tests.shell.faces_in import (
    CONSENT,
    DOCTOR,
    OTHER,
    SISTER,
    TWIN,
    WANGS,
    Picture,
    Place,
    Sight,
    portrait,
    template,
)

GOOD = portrait()


def video(*pixels: Sight, apart_s: float = 0.3) -> list[Picture]:
    return [Picture(each, number, number * apart_s) for number, each in enumerate(pixels)]


def refused(place: Place, person_id: str, face: float, consent: Consent = CONSENT) -> Refused:
    """The refusal to keep this face; nothing of it may be left anywhere."""
    before = place.store.people.templates(), place.gallery.knows
    with pytest.raises(Refused) as no:
        place.enrolment.keep(person_id, consent, [template(face)] * 3)
    assert (place.store.people.templates(), place.gallery.knows) == before
    return no.value


# --- from footage


def test_a_few_good_moments_are_kept_and_known_at_once(place: Place) -> None:
    person_id = place.enrolment.introduce(WANG)
    frames = video(Hint("face.none"), GOOD, Hint("face.too_far"), *[GOOD] * 20)
    assert place.enrolment.enrol(person_id, CONSENT, frames) == 5
    assert place.gallery.knows == [(person_id, template(WANGS))] * 5
    assert place.store.people.templates() == place.gallery.knows


def test_neighbouring_pictures_of_a_video_are_one_moment(place: Place) -> None:
    person_id = place.enrolment.introduce(WANG)
    with pytest.raises(Refused) as no:
        place.enrolment.enrol(person_id, CONSENT, video(*[GOOD] * 9, apart_s=0.04))
    assert (no.value.code, no.value.facts["kept"]) == ("enrolment.too_few", 2)


def test_too_few_good_moments_keep_nothing_and_say_what_was_wrong(place: Place) -> None:
    person_id = place.enrolment.introduce(WANG)
    frames = video(Hint("face.none"), *[Hint("face.too_dark")] * 3, GOOD, GOOD)
    with pytest.raises(Refused) as no:
        place.enrolment.enrol(person_id, CONSENT, frames)
    assert no.value.facts == {"kept": 2, "hint": "face.too_dark"}
    assert place.store.people.templates() == []


def test_a_camera_that_shows_nothing_or_never_ends_is_left(place: Place) -> None:
    person_id = place.enrolment.introduce(WANG)
    with pytest.raises(Refused) as no:
        place.enrolment.enrol(person_id, CONSENT, [])
    assert no.value.facts["hint"] == "face.none"

    def endless() -> Iterator[Picture]:
        for number in count():
            yield Picture(Hint("face.two"), number, number * 0.04)

    with pytest.raises(Refused) as no:
        place.enrolment.enrol(person_id, CONSENT, endless())
    assert no.value.facts["hint"] == "face.two"


# --- who may come in


@pytest.mark.parametrize(
    "consent", [Consent("", "D1"), Consent("1", ""), Consent("1", " "), Consent("1", "x" * 61)]
)
def test_without_consent_nothing_is_looked_at(place: Place, consent: Consent) -> None:
    pictures = iter(video(GOOD))
    with pytest.raises(Refused) as no:
        place.enrolment.enrol(place.enrolment.introduce(WANG), consent, pictures)
    assert next(pictures)
    assert no.value.code == "enrolment.no_consent"


def test_a_child_needs_a_guardian_who_is_written_down(place: Place, clock: Clock) -> None:
    child = place.enrolment.introduce(CHILD)
    clock.now = clock.now.replace(year=2028)
    assert refused(place, child, WANGS).code == "enrolment.guardian_wanted"
    with_mother = Consent("1", DOCTOR, guardian="李秀英")
    assert place.enrolment.keep(child, with_mother, [template(WANGS)]).templates == 1
    assert "李秀英" not in repr(with_mother)


def test_a_small_child_is_neither_enrolled_nor_searched_for(
    tmp_path: Path, province: SandboxProvince, clock: Clock
) -> None:
    consent = Consent("1", DOCTOR, guardian="李秀英")
    lenient = dataclasses.replace(DEFAULT_RULES, child_age_min=3)
    place = Place(tmp_path / "terminal", province.address, clock, lenient)
    child = place.enrolment.introduce(CHILD)
    place.enrolment.keep(child, consent, [template(WANGS)])
    assert place.gallery.people == {child}
    place.close()
    place = Place(tmp_path / "terminal", province.address, clock)
    place.enrolment.tell_gallery()
    assert place.store.faces.enrolled(child)
    assert place.gallery.people == set()
    assert refused(place, child, OTHER, consent).code == "enrolment.too_young"
    clock.now = clock.now.replace(year=2026, month=5, day=15)
    place.enrolment.tell_gallery()
    assert place.gallery.people == set(), "six tomorrow"
    clock.now = clock.now.replace(day=16)
    place.enrolment.tell_gallery()
    assert place.gallery.people == {child}
    place.close()


def test_nobody_turns_older_on_a_day_that_the_year_does_not_have(clock: Clock) -> None:
    leap_day = clock.now.date().replace(year=2028, month=2, day=29)
    assert years_before(leap_day, 6).isoformat() == "2022-02-28"
    assert years_before(leap_day, 8).isoformat() == "2020-02-29"


def test_somebody_nobody_introduced_is_not_enrolled(place: Place) -> None:
    assert refused(place, "nobody", WANGS).code == "enrolment.no_such_person"


@pytest.mark.parametrize("many", [0, TEMPLATES_MAX + 1])
def test_no_template_and_far_too_many_are_refused(place: Place, many: int) -> None:
    person_id = place.enrolment.introduce(WANG)
    with pytest.raises(Refused) as no:
        place.enrolment.keep(person_id, CONSENT, [template(WANGS)] * many)
    assert no.value.code == "enrolment.no_face"


# --- one face under two names, and faces that are nearly one


def test_the_same_face_under_a_second_name_is_refused_until_a_doctor_clears_it(
    place: Place,
) -> None:
    wang = place.enrolled(WANG, WANGS)
    li = place.enrolment.introduce(LI)
    no = refused(place, li, TWIN)
    assert (no.code, no.facts) == ("enrolment.same_face", {})
    assert [same.other_id for same in place.store.faces.same_faces(li)] == [wang]
    assert refused(place, li, OTHER).code == "enrolment.same_face", "from another side"
    place.enrolment.clear_same_face(li, wang, DOCTOR)
    assert place.enrolment.keep(li, CONSENT, [template(TWIN)] * 3).look_alikes == (wang,)
    assert place.store.faces.look_alikes() == {wang: {li}, li: {wang}}
    place.enrolled(WANG, WANGS + 5.0)  # The other of the two is not asked about it again.


def test_a_twin_who_was_told_apart_is_a_look_alike_before_they_are_enrolled(place: Place) -> None:
    wang = place.enrolled(WANG, WANGS)
    li = place.enrolment.introduce(LI)
    refused(place, li, TWIN)
    assert place.store.faces.look_alikes() == {wang: {li}, li: {wang}}, "not told apart as well"
    place.enrolment.clear_same_face(li, wang, DOCTOR)
    assert place.store.faces.look_alikes() == {wang: {li}, li: {wang}}


def test_only_what_stands_in_the_way_can_be_cleared(place: Place) -> None:
    wang, li = place.enrolled(WANG, WANGS), place.enrolment.introduce(LI)
    with pytest.raises(Refused) as no:
        place.enrolment.clear_same_face(li, wang, DOCTOR)
    assert no.value.code == "enrolment.nothing_to_clear"


def test_who_once_looked_alike_is_asked_for_ever(place: Place) -> None:
    wang = place.enrolled(WANG, WANGS)
    li = place.enrolled(LI, SISTER)
    both = {wang: {li}, li: {wang}}
    assert place.store.faces.look_alikes() == both
    place.enrolled(LI, SISTER + 2.0)  # 0.616
    assert likeness(place) == pytest.approx(0.643, abs=0.001)
    place.enrolled(LI, SISTER + 12.0)  # One odd picture: 0.47 alike.
    assert place.store.faces.look_alikes() == both
    assert likeness(place) == pytest.approx(0.643, abs=0.001)
    place.enrolled(WANG, WANGS + 15.0)
    assert likeness(place) == pytest.approx(0.682, abs=0.001), "the most it ever was"


def likeness(place: Place) -> float:
    """Of the one pair that is written down."""
    with place.store.transaction() as db:
        ((similarity,),) = db.execute("SELECT similarity FROM look_alike").fetchall()
    return float(similarity)


# --- another face under one name


def test_a_face_is_not_replaced_by_another_before_a_doctor_answers_for_it(place: Place) -> None:
    wang = place.enrolled(WANG, WANGS)
    place.enrolment.moved_over(wang, [template(WANGS, "new")])
    assert refused(place, wang, OTHER).code == "enrolment.other_face"
    person = place.enrolment.known(WANG)
    assert person is not None
    with pytest.raises(Refused) as no:
        place.enrolment.examine(person, CONSENT, [template(OTHER)])
    assert no.value.code == "enrolment.other_face"
    place.enrolment.keep(wang, CONSENT, [template(OTHER)] * 3, vouched_by=DOCTOR)
    assert place.gallery.knows == [(wang, template(OTHER))] * 3, "of no weights the old face"
    with place.store.transaction() as db:
        ((who, by),) = db.execute("SELECT person_id, cleared_by FROM other_face").fetchall()
    assert (who, by) == (wang, DOCTOR)


def test_an_own_face_that_is_like_one_of_those_before_needs_nobody(place: Place) -> None:
    wang = place.enrolled(WANG, WANGS)
    kept = [template(OTHER), template(40.0)]
    assert place.enrolment.keep(wang, CONSENT, kept, vouched_by="").templates == 2
    with place.store.transaction() as db:
        assert db.execute("SELECT * FROM other_face").fetchall() == []


def test_enrolling_again_replaces_and_is_no_double_of_oneself(place: Place) -> None:
    person_id = place.enrolled(WANG, WANGS)
    assert place.enrolled(WANG, WANGS) == person_id
    assert len(place.gallery.knows) == 3


# --- other weights


def test_someone_moves_over_to_new_weights_on_the_consent_they_gave(place: Place) -> None:
    person_id = place.enrolled(WANG, WANGS, digest="old")
    new = [template(WANGS, "new")] * 5
    assert place.enrolment.moved_over(person_id, new) == 5
    assert place.store.faces.digests_of(person_id) == place.store.faces.digests() == {"old", "new"}
    assert len(place.gallery.knows) == 8
    assert place.enrolment.moved_over(person_id, new) == 0


def test_nobody_moves_over_without_a_consent_in_force(place: Place) -> None:
    person_id = place.enrolled(WANG, WANGS, digest="old")
    assert place.enrolment.erase(person_id) == 3
    for someone in (person_id, place.enrolment.introduce(LI)):
        with pytest.raises(Refused) as no:
            place.enrolment.moved_over(someone, [template(WANGS, "new")])
        assert no.value.code == "enrolment.no_consent"
    assert place.store.people.templates() == []


def test_moving_over_finds_the_same_face_and_look_alikes_too(place: Place) -> None:
    wang = place.enrolled(WANG, WANGS, digest="old")
    li = place.enrolled(LI, OTHER, digest="old")
    place.enrolment.moved_over(wang, [template(WANGS, "new")])
    with pytest.raises(Refused) as no:
        place.enrolment.moved_over(li, [template(TWIN, "new")])
    assert no.value.code == "enrolment.same_face"
    assert place.store.faces.digests_of(li) == {"old"}
    place.enrolment.clear_same_face(li, wang, DOCTOR)
    assert place.enrolment.moved_over(li, [template(SISTER, "new")]) == 1
    assert place.store.faces.look_alikes()[li] == {wang}


def test_who_is_enrolled_under_weights_that_are_gone_is_not_enrolled(place: Place) -> None:
    person_id = place.enrolled(WANG, WANGS, digest="old")
    assert place.enrolment.enrolled(person_id)
    place.enrolment.rules = dataclasses.replace(DEFAULT_RULES, model_digests={"new"})
    assert not place.enrolment.enrolled(person_id)
    assert place.store.faces.everybody() == {person_id: {"old"}}


OLDER = dataclasses.replace(
    DEFAULT_RULES,
    model_digests=frozenset({"new"}),
    older={"old": dataclasses.replace(DEFAULT_RULES, same_face_min=0.6, look_alike_min=0.3)},
)
"""By the old weights faces are less alike, and 0.64 is the same face."""


@pytest.fixture
def moving(tmp_path: Path, province: SandboxProvince, clock: Clock) -> Iterator[Place]:
    """Where new weights have come and the old ones are still here."""
    opened = Place(tmp_path / "moving", province.address, clock, OLDER)
    yield opened
    opened.close()


def test_a_second_identity_is_found_though_only_old_weights_know_the_first(moving: Place) -> None:
    wang, li = moving.enrolled(WANG, WANGS, "old"), moving.enrolment.introduce(LI)
    new = [template(WANGS, "new")] * 3
    with pytest.raises(Refused) as no:
        moving.enrolment.keep(li, CONSENT, new, [template(SISTER, "old")])
    assert no.value.code == "enrolment.same_face"
    assert moving.store.faces.look_alikes()[wang] == {li}
    moving.enrolment.clear_same_face(li, wang, DOCTOR)
    moving.enrolment.keep(li, CONSENT, new, [template(SISTER, "old")])
    assert moving.store.faces.digests_of(li) == {"new"}, "by the old weights nothing is kept"


def test_somebody_whom_only_old_weights_know_is_not_replaced_by_another(moving: Place) -> None:
    wang = moving.enrolled(WANG, WANGS, "old")
    with pytest.raises(Refused) as no:
        moving.enrolment.keep(wang, CONSENT, [template(0.0, "new")], [template(OTHER, "old")])
    assert no.value.code == "enrolment.other_face"


# --- everybody with everybody, once


def before_look_alikes(place: Place, *faces: float, digest: str = "digest") -> list[str]:
    """People enrolled when nobody was compared with anybody."""
    people = []
    for id_number, face in zip((WANG, LI, PAUSED), faces, strict=False):
        person_id = place.enrolment.introduce(id_number)
        kept = {f"{digest}-{person_id}-{n}": template(face + n, digest) for n in range(3)}
        place.store.people.enrol(person_id, CONSENT, kept, place.clock())
        people.append(person_id)
    return people


def test_who_was_enrolled_before_look_alikes_were_asked_for_is_compared_once(
    place: Place,
) -> None:
    wang, li, _ = before_look_alikes(place, WANGS, SISTER, OTHER + 20.0)
    assert place.store.faces.look_alikes() == {}
    assert place.enrolment.compare_everybody(pairs_alike) == 1
    assert place.store.faces.look_alikes() == {wang: {li}, li: {wang}}
    assert likeness(place) == pytest.approx(math.cos(math.radians(48.0)), abs=0.001)

    def never(*_: object) -> list[tuple[str, str, float]]:
        raise AssertionError

    assert place.enrolment.compare_everybody(never) == 0


def test_each_set_of_weights_that_is_here_is_compared_by_its_own_rules(moving: Place) -> None:
    wang, li, _ = before_look_alikes(moving, WANGS, 62.0, 180.0, digest="old")
    before_look_alikes(moving, WANGS, 62.0, digest="gone")
    assert moving.enrolment.compare_everybody(pairs_alike) == 1
    assert moving.store.faces.look_alikes()[wang] == {li}
    assert set(moving.store.journal.recall("look_alikes_found")) == {"old"}


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 359)), max_size=40))
def test_every_pair_is_found_that_comparing_each_with_each_finds(
    faces: list[tuple[str, int]],
) -> None:
    rows = [(person, template(float(face))) for person, face in faces]
    best: dict[tuple[str, str], float] = {}
    for (one, first), (other, second) in itertools.product(rows, rows):
        if one < other:
            best[one, other] = max(alike(first, second), best.get((one, other), -1.0))
    least = 0.6004
    wanted = {pair: likeness for pair, likeness in best.items() if likeness >= least}
    found = {(one, other): likeness for one, other, likeness in pairs_alike(rows, least)}
    assert found == pytest.approx(wanted, abs=1e-5)


def test_a_template_that_cannot_be_read_resembles_nobody() -> None:
    broken = [Template(b"", "digest", 0.9), Template(b"\1\2\3", "digest", 0.9),
              Template(struct.pack("<2f", math.nan, 0.0), "digest", 0.9)]  # fmt: skip
    rows = [(f"p{n}", each) for n, each in enumerate([*broken, template(0.0), template(1.0)])]
    assert [pair[:2] for pair in pairs_alike(rows, 0.6)] == [("p3", "p4")]


# --- out


def test_a_withdrawal_leaves_nothing_of_the_face(place: Place) -> None:
    wang, li = place.enrolled(WANG, WANGS), place.enrolled(LI, SISTER)
    place.store.faces.note_same_faces(li, {wang: 0.9}, place.clock())
    assert place.enrolment.erase(wang) == 3
    assert place.gallery.people == {li}
    assert likeness(place) == 0.0
    assert [same.similarity for same in place.store.faces.same_faces(li)] == [0.0]
    assert place.store.faces.consent_in_force(wang) is None
    assert place.store.faces.consent_in_force(li) is not None
    assert place.enrolment.erase(wang) == 0


def test_who_is_left_of_two_twins_is_still_asked_about(place: Place) -> None:
    wang, li = place.enrolled(WANG, WANGS), place.enrolment.introduce(LI)
    refused(place, li, TWIN)
    place.enrolment.clear_same_face(li, wang, DOCTOR)
    place.enrolment.keep(li, CONSENT, [template(TWIN)] * 3)
    place.enrolment.erase(li)
    assert place.store.faces.look_alikes() == {wang: {li}, li: {wang}}
    place.enrolment.keep(li, CONSENT, [template(TWIN)] * 3)  # Told apart once and for all.


def test_a_face_that_is_to_go_is_unknown_whatever_becomes_of_the_store(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = place.enrolled(WANG, WANGS)
    monkeypatch.setattr(place.store.people, "templates", store_away)
    place.enrolment.erase(wang)
    assert (place.gallery.people, place.store.faces.enrolled(wang)) == (set(), False)


def store_away(*_: object) -> None:
    raise Unavailable("store.away", reason="disk")


def test_what_is_kept_is_kept_though_the_gallery_could_not_be_told(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    person_id = place.enrolment.introduce(WANG)
    monkeypatch.setattr(place.gallery, "replace", store_away)
    assert place.enrolment.keep(person_id, CONSENT, [template(WANGS)]).templates == 1
    assert "store.away" in caplog.text
    assert place.store.faces.enrolled(person_id)


def test_a_gallery_without_room_is_named_before_anything_is_kept(
    tmp_path: Path, province: SandboxProvince, clock: Clock
) -> None:
    few = dataclasses.replace(DEFAULT_RULES, gallery_max=5)
    place = Place(tmp_path / "terminal", province.address, clock, few)
    place.enrolled(WANG, WANGS)
    assert refused(place, place.enrolment.introduce(LI), OTHER).code == "gallery.full"
    assert len(place.store.people.templates()) == 3
    place.close()


def test_a_power_cut_while_writing_keeps_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PowerCut(BaseException):
        pass

    def cut(*_: object) -> None:
        raise PowerCut

    wang, li = place.enrolled(WANG, WANGS), place.enrolment.introduce(LI)
    monkeypatch.setattr(place.store.faces, "note_look_alikes", cut)
    with pytest.raises(PowerCut):
        place.enrolment.keep(li, CONSENT, [template(SISTER)] * 5)
    assert not place.store.faces.enrolled(li)
    assert place.store.faces.consent_in_force(li) is None
    assert place.gallery.people == {wang}
    monkeypatch.undo()
    assert place.enrolment.keep(li, CONSENT, [template(SISTER)] * 5).templates == 5


def test_who_is_always_challenged_is_a_choice_of_the_doctor(store: Store, clock: Clock) -> None:
    store.people.keep(Person("p1", "psn-1", "王建国", WANG, "1", clock().date()))
    assert not store.faces.challenge_always("p1")
    store.faces.set_challenge_always("p1")
    store.faces.set_challenge_always("p1")
    assert store.faces.challenge_always("p1")
    store.faces.unset_challenge_always("p1")
    assert not store.faces.challenge_always("p1")


def test_nothing_of_a_face_or_a_guardian_lies_readable_in_any_file(
    place: Place, tmp_path: Path, clock: Clock
) -> None:
    clock.now = clock.now.replace(year=2028)
    child = place.enrolment.introduce(CHILD)
    kept: Template = template(WANGS + 1.0)
    place.enrolment.keep(child, Consent("1", DOCTOR, guardian="李秀英"), [kept])
    assert KEY
    for path in (tmp_path / "terminal").rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        assert kept.vector not in held
        assert "李秀英".encode() not in held


# --- who it is


def test_introducing_someone_again_is_the_same_person(place: Place) -> None:
    first = place.enrolment.introduce(WANG)
    assert place.enrolment.introduce(WANG.lower()) == first
    assert place.enrolment.introduce(LI) != first


def test_nobody_is_introduced_by_a_mistyped_number_or_while_the_province_is_silent(
    place: Place, province: SandboxProvince
) -> None:
    codes = []
    province.faults.plant("lost_before", "1101")
    for number in ("123", WANG):
        with pytest.raises(Fault) as fault:
            place.enrolment.introduce(number)
        codes.append(fault.value.code)
    assert codes == ["person.id_number_wrong", "province.no_answer"]
    assert place.enrolment.known(WANG) is None


def test_someone_known_here_can_be_enrolled_while_the_province_is_silent(
    place: Place, province: SandboxProvince
) -> None:
    person_id = place.enrolment.introduce(WANG)
    province.faults.plant("lost_before", "1101")
    assert place.enrolment.introduce(WANG) == person_id


def test_looking_somebody_up_writes_nothing_down(place: Place) -> None:
    told, coverage = place.enrolment.look_up(LI)
    assert place.enrolment.known(LI) is None
    person_id = place.enrolment.learn(told, coverage)
    assert place.enrolment.look_up(LI)[0].person_id == person_id


def test_what_only_informs_may_be_missing(place: Place, province: SandboxProvince) -> None:
    province.faults.plant("lost_before", "5302")
    person_id = place.enrolment.introduce(WANG)
    coverage = place.store.people.coverage(person_id)
    assert coverage is not None
    assert (coverage.in_force, coverage.contract, coverage.registrations) == (True, None, {})
