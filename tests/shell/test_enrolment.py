"""A face in, with consent: enough good moments, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Fault, Refused
from terminal.core.recognition import Hint, Sighting, Template
from terminal.enrolment import TEMPLATES_WANTED, Consent, Enrolment
from terminal.province.enquiry import Enquiry
from tests.clinic import LI, WANG, Clock
from tests.counter import Counter

CONSENT = Consent("1", "D431024000991")
GOOD = "a face"


@dataclass(frozen=True)
class Picture:
    """A frame whose pixels are what the eyes will say of it."""

    pixels: str
    number: int
    seen_at_s: float


class Eyes:
    """Stand in at the port: a good picture has a template, any other is its own hint."""

    def look(self, pixels: str, seen_at_s: float) -> Sighting | Hint:
        return Hint("face.none")

    def describe(self, pixels: str) -> Template | Hint:
        return Template(b"\x01" * 512, "digest", 0.9) if pixels == GOOD else Hint(pixels)

    def forget(self) -> None:
        pass


class Gallery:
    def __init__(self) -> None:
        self.knows: list[str] = []

    def replace(self, templates: Iterable[tuple[str, Template]]) -> None:
        self.knows = [person_id for person_id, _ in templates]


class Desk:
    """An enrolment with its gallery."""

    def __init__(self, counter: Counter, clock: Clock) -> None:
        self.store = counter.store
        self.gallery = Gallery()
        self.enrolment = Enrolment(
            counter.store, Enquiry(counter.session), Eyes(), self.gallery, clock
        )


@pytest.fixture
def desk(counter: Counter, clock: Clock) -> Desk:
    return Desk(counter, clock)


def video(*pixels: str, apart_s: float = 0.3) -> list[Picture]:
    return [Picture(each, number, number * apart_s) for number, each in enumerate(pixels)]


def test_a_few_good_moments_are_kept_and_known_at_once(desk: Desk) -> None:
    person_id = desk.enrolment.introduce(WANG)
    frames = video("face.none", GOOD, "face.too_far", *[GOOD] * 20)
    assert desk.enrolment.enrol(person_id, CONSENT, frames) == TEMPLATES_WANTED
    assert desk.gallery.knows == [person_id] * TEMPLATES_WANTED
    assert [known for known, _ in desk.store.people.templates()] == desk.gallery.knows


def test_neighbouring_pictures_of_a_video_are_one_moment(desk: Desk) -> None:
    person_id = desk.enrolment.introduce(WANG)
    frames = video(*[GOOD] * 9, apart_s=0.04)
    with pytest.raises(Refused) as refused:
        desk.enrolment.enrol(person_id, CONSENT, frames)
    assert (refused.value.code, refused.value.facts["kept"]) == ("enrolment.too_few", 2)


def test_too_few_good_moments_keep_nothing_and_say_what_was_wrong(desk: Desk) -> None:
    person_id = desk.enrolment.introduce(WANG)
    frames = video("face.none", *["face.too_dark"] * 3, GOOD, GOOD)
    with pytest.raises(Refused) as refused:
        desk.enrolment.enrol(person_id, CONSENT, frames)
    assert refused.value.facts == {"kept": 2, "hint": "face.too_dark"}
    assert desk.store.people.templates() == []


def test_a_camera_that_shows_nothing_or_never_ends_is_left(desk: Desk) -> None:
    person_id = desk.enrolment.introduce(WANG)
    with pytest.raises(Refused) as refused:
        desk.enrolment.enrol(person_id, CONSENT, [])
    assert refused.value.facts["hint"] == "face.none"

    def endless() -> Iterator[Picture]:
        for number in count():
            yield Picture("face.two", number, number * 0.04)

    with pytest.raises(Refused) as refused:
        desk.enrolment.enrol(person_id, CONSENT, endless())
    assert refused.value.facts["hint"] == "face.two"


@pytest.mark.parametrize("consent", [Consent("", "D1"), Consent("1", "")])
def test_without_consent_nothing_is_looked_at(desk: Desk, consent: Consent) -> None:
    pictures = iter([Picture("live", 1, 0.0)])
    with pytest.raises(Refused) as refused:
        desk.enrolment.enrol(desk.enrolment.introduce(WANG), consent, pictures)
    assert next(pictures)
    assert refused.value.code == "enrolment.no_consent"


def test_somebody_nobody_introduced_is_not_enrolled(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.enrolment.enrol("nobody", CONSENT, video(*[GOOD] * 5))
    assert refused.value.code == "enrolment.no_such_person"


def test_introducing_someone_again_is_the_same_person(desk: Desk) -> None:
    first = desk.enrolment.introduce(WANG)
    assert desk.enrolment.introduce(WANG.lower()) == first
    assert desk.enrolment.introduce(LI) != first


def test_nobody_is_introduced_by_a_mistyped_number_or_while_the_province_is_silent(
    desk: Desk, province: SandboxProvince
) -> None:
    codes = []
    province.faults.plant("lost_before", "1101")
    for number in ("123", WANG):
        with pytest.raises(Fault) as fault:
            desk.enrolment.introduce(number)
        codes.append(fault.value.code)
    assert codes == ["person.id_number_wrong", "province.no_answer"]
    assert desk.store.people.by_id_number(WANG) is None


def test_what_only_informs_may_be_missing(desk: Desk, province: SandboxProvince) -> None:
    province.faults.plant("lost_before", "5302")
    person_id = desk.enrolment.introduce(WANG)
    coverage = desk.store.people.coverage(person_id)
    assert coverage is not None
    assert (coverage.in_force, coverage.contract, coverage.registrations) == (True, None, {})
