"""Unused faces are announced, then erased, once a day, and never by a clock that jumped."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.consent import Consent
from terminal.core.ledger import Deed, commitment
from terminal.core.people import Person, id_check_digit
from terminal.core.retention import ERASED_A_DAY_MAX, RetentionRules
from terminal.core.visit import VisitEvent
from terminal.resemblance import DEFAULT_RULES
from terminal.retention import Retention
from tests.clinic import LI, WANG, Clock
from tests.shell.faces_in import DOCTOR, SISTER, WANGS, Place, template

CONFIRMED = (VisitEvent.PERSON_PRESENTED, VisitEvent.DOCTOR_CONFIRMED_PERSON)


def looked(place: Place) -> Retention:
    """A retention as after a restart: it remembers only what is written down."""
    return Retention(place.store, place.enrolment, place.clock)


def passed(place: Place, days: int, step: int = 20) -> None:
    """So many days of a terminal that is on now and then."""
    while days > 0:
        place.clock.now += timedelta(days=min(step, days))
        days -= step
        looked(place).tend()


def deeds(place: Place, deed: Deed) -> list[dict[str, Any]]:
    """The facts of every entry of this kind, oldest first."""
    return [json.loads(entry.facts) for entry in place.store.ledger.of(deed)]


def villager(number: int) -> Person:
    """One of many, invented."""
    digits = f"99102419500101{number:03}"
    return Person(
        f"villager-{number}",
        f"psn-{number}",
        "某某",
        digits + id_check_digit(digits),
        "1",
        date(1950, 1, 1),
    )


def people(place: Place) -> set[str]:
    return {person_id for person_id, _ in place.store.people.templates()}


def test_an_unused_face_is_announced_then_goes_and_the_ledger_proves_which(place: Place) -> None:
    wang = place.enrolled(WANG, WANGS)
    (enrolled,) = deeds(place, Deed.ENROLLED)
    passed(place, 690)
    assert looked(place).going() == []
    passed(place, 20)
    ((who, day),) = looked(place).going()
    assert who == wang
    assert place.store.face_uses.announced() == 1
    while place.clock.now.date() < day - timedelta(days=1):
        passed(place, 1)
    assert people(place) == {wang}, "kept to the day that was named"
    passed(place, 1)
    assert people(place) == set()
    assert place.gallery.people == set()
    (erased,) = deeds(place, Deed.ERASED)
    keys = [each["key"] for each in enrolled["templates"]]
    assert erased == {"person": wang, "templates": sorted(keys), "by": "retention"}
    (given,) = place.store.faces.consents_of(wang)
    assert (given.withdrawn_by, given.withdrawn_at) == ("retention", place.clock.now)
    assert looked(place).going() == []


def test_whoever_comes_meanwhile_is_kept_and_told_nothing_more(place: Place) -> None:
    wang, li = place.enrolled(WANG, WANGS), place.enrolled(LI, SISTER)
    passed(place, 715)
    assert {who for who, _ in looked(place).going()} == {wang, li}
    place.enrolment.moved_over(wang, [template(WANGS)])  # Recognised, and confirmed.
    assert [who for who, _ in looked(place).going()] == [li]
    place.visit(LI, *CONFIRMED)  # By number: she was here all the same.
    assert looked(place).going() == []
    passed(place, 60)
    assert people(place) == {wang, li}
    assert place.store.face_uses.announced() == 0


def test_a_visit_that_was_refused_or_came_from_elsewhere_keeps_no_face(place: Place) -> None:
    wang = place.enrolled(WANG, WANGS)
    passed(place, 715)
    place.visit(WANG, VisitEvent.PERSON_PRESENTED)
    errand = place.visit(LI, *CONFIRMED)
    place.store.visits.note(errand, {"standing": "errand", "person_id": wang})
    assert [who for who, _ in looked(place).going()] == [wang]


def test_a_holder_who_came_for_a_member_has_used_their_own_face(place: Place) -> None:
    wang, li = place.enrolled(WANG, WANGS), place.enrolled(LI, SISTER)
    passed(place, 715)
    visit_id = place.visit(WANG, *CONFIRMED)
    place.store.visits.note(visit_id, {"standing": "family", "holder_id": li})
    assert [who for who, _ in looked(place).going()] == [wang]


@pytest.mark.parametrize("jump_days", [4000, -400])
def test_a_clock_that_jumped_erases_nobody_and_says_so(place: Place, jump_days: int) -> None:
    wang = place.enrolled(WANG, WANGS)
    passed(place, 715)
    place.clock.now += timedelta(days=jump_days)
    assert looked(place).tend()
    assert looked(place).doubted() == "retention.clock_doubtful"
    for _ in range(29):
        passed(place, 1)
        assert people(place) == {wang}
    assert looked(place).doubted() == "retention.clock_doubtful"


def test_after_a_month_of_a_clock_that_goes_on_what_is_due_goes(place: Place) -> None:
    place.enrolled(WANG, WANGS)
    passed(place, 20)
    place.clock.now += timedelta(days=4000)  # Three years in a cupboard.
    passed(place, 29, step=1)
    assert len(people(place)) == 1
    passed(place, 3, step=1)
    assert people(place) == set()
    assert looked(place).doubted() is None


def test_a_doubted_clock_erases_nobody_however_short_the_announcement(
    tmp_path: Path, province: SandboxProvince, clock: Clock
) -> None:
    rules = replace(DEFAULT_RULES, retention=RetentionRules(24, announced_days=1))
    place = Place(tmp_path / "terminal", province.address, clock, rules)
    try:
        place.enrolled(WANG, WANGS)
        passed(place, 1)
        place.clock.now += timedelta(days=4000)
        for _ in range(29):
            passed(place, 1)
            assert len(people(place)) == 1
        ((_, day),) = looked(place).going()
        passed(place, 3, step=1)
        assert people(place) == set()
        assert place.clock.now.date() >= day
    finally:
        place.close()


def test_a_clock_put_right_takes_the_announcements_back(place: Place) -> None:
    place.enrolled(WANG, WANGS)
    passed(place, 1)
    place.clock.now += timedelta(days=4000)
    passed(place, 1)
    assert place.store.face_uses.announced() == 1
    place.clock.now -= timedelta(days=4000)
    assert looked(place).tend()
    assert place.store.face_uses.announced() == 0
    assert looked(place).going() == []


def test_it_is_done_once_a_day_whatever_restarts(place: Place) -> None:
    for number in range(ERASED_A_DAY_MAX + 5):
        place.store.people.keep(villager(number))
        kept = {f"key-{number}": template(WANGS)}
        person = villager(number).person_id
        place.store.people.enrol(person, Consent("2.24", DOCTOR), kept, place.clock())
    passed(place, 715)
    passed(place, 35, step=35)
    assert len(people(place)) == ERASED_A_DAY_MAX + 5, "35 days are a jump"
    passed(place, 25, step=1)
    left = people(place)
    while len(left) == ERASED_A_DAY_MAX + 5:
        passed(place, 1)
        left = people(place)
    assert len(left) == 5
    assert not any(looked(place).tend() for _ in range(3))
    assert people(place) == left
    passed(place, 1)
    assert people(place) == set()


def test_no_page_from_before_an_erasing_is_left_in_the_log(place: Place, tmp_path: Path) -> None:
    wang = place.enrolled(WANG, WANGS)
    wal = tmp_path / "terminal" / "terminal.db-wal"
    assert wal.stat().st_size > 0
    assert place.enrolment.erase(wang) == 3
    assert wal.stat().st_size == 0


def test_a_replaced_template_is_on_record_and_its_commitment_is_of_just_this_vector(
    place: Place,
) -> None:
    wang = place.enrolled(WANG, WANGS)
    place.enrolment.keep(wang, Consent("2.24", DOCTOR), [template(5.0)])
    first, second = deeds(place, Deed.ENROLLED)
    (replaced,) = deeds(place, Deed.ERASED)
    assert replaced["by"] == "replaced"
    assert replaced["templates"] == sorted(each["key"] for each in first["templates"])
    (only,) = second["templates"]
    assert only["sm3"] == commitment(only["key"], template(5.0).vector)
    assert only["sm3"] != commitment(only["key"], template(WANGS).vector)
    assert second["version"] == "2.24"


def test_what_was_taken_out_before_is_no_second_deed(place: Place) -> None:
    wang = place.enrolled(WANG, WANGS)
    place.enrolment.erase(wang)
    place.enrolment.erase(wang)
    assert len(deeds(place, Deed.WITHDRAWN)) == 1


def test_the_face_of_somebody_who_died_goes_at_once_whatever_the_clock(place: Place) -> None:
    wang, li = place.enrolled(WANG, WANGS), place.enrolled(LI, SISTER)
    room = looked(place)
    assert room.tend()
    assert not room.tend(), "done today"
    place.store.families.note_death(wang, place.clock.now.date())
    assert room.tend()
    assert (people(place), place.gallery.people) == ({li}, {li})
    (erased,) = deeds(place, Deed.ERASED)
    assert (erased["person"], erased["by"], len(erased["templates"])) == (wang, "death", 3)
    assert deeds(place, Deed.WITHDRAWN) == []
    assert place.store.face_uses.announced() == 0
    assert not room.tend(), "once"
