"""What this clinic does most, by real visits settled with a real province."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from terminal import shipped
from terminal.core.diagnoses import Diagnoses, Diagnosis
from terminal.core.faults import Refused
from terminal.core.visit import VisitState
from terminal.favourites import Favourites
from terminal.store import Store
from tests.clinic import COLD, GLUCOSE_TEST, LI, PARACETAMOL, WANG, Clock, catalogue, code
from tests.rooms import Rooms

DIABETES, TONSILS = "E11.900", "J03.900"
URINE, NEBULISER, TAKEN_OFF = "FW0001", "FW0016", "FW0013"
DIAGNOSES = shipped.diagnoses()


class Days:
    """Visits settled one after the other, a day for each; of each a service is taken off."""

    def __init__(self, rooms: Rooms, clock: Clock) -> None:
        self.rooms = rooms
        self.clock = clock
        self._box = 0

    def settle(self, diagnosis: str, *services: str, who: str = LI, box: bool = False) -> None:
        self.clock.now += timedelta(days=1)
        self._box += 1
        boxes = (code(PARACETAMOL, self._box),) if box else ()
        visit_id = self.rooms.traced(who, *boxes)
        self.rooms.basket.set_diagnosis(visit_id, diagnosis)
        for service in (TAKEN_OFF, *services):
            self.rooms.basket.add_service(visit_id, service)
        self.rooms.basket.remove_line(visit_id, len(boxes) + 1)
        self.rooms.confirm(visit_id)
        assert self.rooms.state(visit_id) is VisitState.SETTLED
        self.rooms.reception.leave(visit_id)

    def favourites(self, diagnoses: Diagnoses = DIAGNOSES) -> Favourites:
        return Favourites(self.rooms.store, catalogue(), diagnoses, self.clock)


@pytest.fixture
def days(rooms: Callable[..., Rooms], clock: Clock) -> Days:
    return Days(rooms(), clock)


@pytest.fixture
def fresh(store: Store, clock: Clock) -> Favourites:
    return Favourites(store, catalogue(), DIAGNOSES, clock)


def test_a_new_clinic_is_offered_the_shipped_diagnoses_and_no_common_visit(
    fresh: Favourites,
) -> None:
    assert [choice.code for choice in fresh.diagnoses()] == [
        row.code for row in DIAGNOSES.rows[:12]
    ]
    assert [choice.code for choice in fresh.services()] == [
        item.medins_list_codg for item in catalogue().services
    ]
    assert fresh.services()[0].detail == "10.00元/次"
    assert fresh.common() == fresh.given() == ()


def test_what_was_settled_most_comes_first_and_a_pair_seen_twice_is_common(days: Days) -> None:
    days.settle(DIABETES, GLUCOSE_TEST, box=True)
    days.settle(TONSILS, NEBULISER)
    days.settle(TONSILS, URINE)
    days.settle(DIABETES, GLUCOSE_TEST)
    days.settle(TONSILS, NEBULISER, box=True)
    days.settle(COLD, box=True)
    days.settle(COLD, box=True)  # As often as the others, but no service to fill in.
    favourites = days.favourites()
    assert [choice.code for choice in favourites.diagnoses()][:3] == [TONSILS, COLD, DIABETES]
    assert len({choice.code for choice in favourites.diagnoses()}) == 12
    assert favourites.diagnoses()[0].name == "急性扁桃体炎"
    assert {choice.code for choice in favourites.services()[:2]} == {GLUCOSE_TEST, NEBULISER}
    assert favourites.services()[2].code == URINE
    assert len(favourites.services()) == len(catalogue().services)
    assert favourites.given()[0] == "YP0001"
    assert TAKEN_OFF not in favourites.given()
    # Of two pairs seen as often, the one seen last comes first.
    assert [(visit.diagnosis_code, visit.services) for visit in favourites.common()] == [
        (TONSILS, ("雾化吸入",)),
        (DIABETES, ("葡萄糖测定",)),
    ]
    assert favourites.expand(favourites.common()[0].number) == (TONSILS, (NEBULISER,))


def test_what_was_not_settled_or_was_taken_off_the_bill_is_no_habit(days: Days) -> None:
    for _ in range(2):
        visit_id = days.rooms.traced(WANG)
        days.rooms.basket.set_diagnosis(visit_id, TONSILS)
        days.rooms.basket.add_service(visit_id, NEBULISER)
        days.rooms.basket.add_service(visit_id, URINE)
        days.rooms.basket.remove_line(visit_id, 1)
        days.rooms.reception.leave(visit_id)
    favourites = days.favourites()
    assert favourites.common() == ()
    assert favourites.diagnoses()[0].code == COLD


def test_what_is_older_than_ninety_days_is_forgotten(days: Days) -> None:
    for _ in range(2):
        days.settle(TONSILS, NEBULISER)
    favourites = days.favourites()
    assert len(favourites.common()) == 1
    days.clock.now += timedelta(days=91)
    assert favourites.common() == ()
    assert favourites.diagnoses()[0].code == COLD


def test_favourites_stand_still_for_a_day_and_a_number_of_yesterday_fills_in_nothing(
    days: Days,
) -> None:
    for _ in range(2):
        days.settle(TONSILS, NEBULISER)
    favourites = days.favourites()
    first = favourites.common()
    for _ in range(3):
        days.settle(DIABETES, GLUCOSE_TEST)
    days.clock.now -= timedelta(days=3)
    assert favourites.common() is first
    days.clock.now += timedelta(days=3)
    assert [visit.diagnosis_code for visit in favourites.common()] == [DIABETES, TONSILS]
    with pytest.raises(Refused) as refused:
        favourites.expand(first[0].number)
    assert refused.value.code == "visit.no_such_common"


def test_a_diagnosis_nobody_knows_any_more_is_not_offered(days: Days) -> None:
    for _ in range(2):
        days.settle(TONSILS, NEBULISER)
    favourites = days.favourites(Diagnoses([Diagnosis(COLD, "急性上呼吸道感染")]))
    assert [choice.code for choice in favourites.diagnoses()] == [COLD]
    assert favourites.common() == ()


def test_at_most_ten_common_visits_are_offered(days: Days) -> None:
    services = [item.medins_list_codg for item in catalogue().services[:11]]
    for service in (*services, *services):
        days.settle(TONSILS, service)
    many = days.favourites()
    assert [visit.number for visit in many.common()] == list(range(1, 11))
    assert many.expand(1) == (TONSILS, (services[-1],))
    assert many.expand(10) == (TONSILS, (services[1],))


def test_asking_again_reads_nothing(fresh: Favourites, store: Store) -> None:
    before = fresh.services()
    store.close()
    assert fresh.services() is before
