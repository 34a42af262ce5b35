"""Self-service: opens for the very person's own face, shows what is theirs, and closes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from terminal.core.counter import VisitView
from terminal.core.families import ALL_SCOPES, EndedBy, Scope
from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.core.recognition import Known
from terminal.core.visit import VisitState
from terminal.mine_look import MineLook
from tests.clinic import AMOXICILLIN, CHILD, COLD, DENG, LI, WANG, code
from tests.counter import Counter
from tests.families import bound
from tests.shell.asking_place import CLOSES_S, AskingPlace
from tests.shell.sights import Eyes, Frame, Sight, alive, flat, gaze

BOX = code(AMOXICILLIN, 1)


@pytest.fixture
def place(counter: Counter) -> AskingPlace:
    return AskingPlace(counter)


def yuan(text: str) -> Money:
    return Money.parse(text)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


# --- what is shown
def test_after_a_face_what_is_mine_is_shown(place: AskingPlace) -> None:
    settled = place.counter.settled(WANG, BOX)
    place.desk.reception.leave(settled.visit_id)
    wang = place.counter.knows(WANG)
    told = place.store.people.coverage(wang)
    assert told is not None
    place.opened(wang)
    mine = place.mine()
    assert (mine.masked_name, mine.insured, mine.paid_this_year) == ("王*国", True, None)
    assert mine.registrations == tuple(told.registrations.values())
    assert (mine.contract, mine.fund_limit) == (told.contract, yuan("420.00"))
    assert mine.packages == told.packages == ("基础包", "增值包")
    assert mine.fund_used is not None
    assert [(each.visit_id, each.fund, each.lines) for each in mine.settlements] == [
        (settled.visit_id, yuan("18.44"), ())
    ]


def test_a_drug_is_named_only_for_the_settlement_that_was_tapped(place: AskingPlace) -> None:
    first, second = (settled_and_gone(place, WANG, code(AMOXICILLIN, n)) for n in (1, 2))
    place.opened(place.counter.knows(WANG))
    place.asking.look_at(first)
    shown = {each.visit_id: each.lines for each in place.mine().settlements}
    assert shown[second] == ()
    ((name, quantity, amount),) = shown[first]
    assert name
    assert (quantity, amount) == ("1盒", yuan("26.34"))
    place.asking.look_at("")
    assert all(each.lines == () for each in place.mine().settlements)


def test_nobody_elses_settlement_is_opened_by_its_number(place: AskingPlace) -> None:
    theirs = settled_and_gone(place, LI, BOX)
    place.opened(place.counter.knows(WANG))
    place.asking.look_at(theirs)
    assert (place.mine().opened, place.mine().settlements) == ("", ())


def test_how_long_the_limit_lasts_is_reckoned_from_my_own_visits(place: AskingPlace) -> None:
    for serial in (1, 2, 3):
        settled_and_gone(place, LI, code(AMOXICILLIN, serial))
        place.counter.clock.now += timedelta(days=14)
    place.counter.clock.now -= timedelta(days=10)
    li = place.counter.knows(LI)
    place.opened(li)
    lasts = place.mine().lasts
    assert lasts is not None
    assert (lasts.every_days, lasts.each) == (14, yuan("18.44"))
    assert lasts.left == yuan("420.00") - (place.mine().fund_used or yuan("0"))


def test_my_bindings_name_others_masked(place: AskingPlace) -> None:
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    bound(place.store, mother, child)
    place.opened(child)
    (binding,) = place.mine().family
    assert (binding.masked_name, binding.as_holder) == ("李*英", False)


def test_it_prints_what_it_shows_and_names_nobody_in_full(place: AskingPlace) -> None:
    settled_and_gone(place, WANG, BOX)
    place.opened(place.counter.knows(WANG))
    place.asking.print_mine()
    ((title, lines),) = place.printed
    paper = "\n".join(lines)
    assert title == "我的医保"
    assert "王*国" in paper
    assert "18.44" in paper
    assert "王建国" not in paper
    assert "阿莫西林" not in paper


# --- who may ask
def test_a_typed_id_number_proves_no_identity(place: AskingPlace) -> None:
    visit_id = place.counter.receive(WANG)  # The doctor has confirmed them, too.
    assert refusal(lambda: place.asking.open_mine(visit_id)) == "asking.face_wanted"
    assert place.asking.mine() is None


def test_an_id_number_whose_own_face_agrees_is_a_face(place: AskingPlace) -> None:
    visit_id = place.counter.receive(WANG)
    place.store.visits.note(visit_id, {"face_agrees": 1})
    place.asking.open_mine(visit_id)
    assert place.mine().masked_name == "王*国"


def test_a_face_that_disagrees_with_the_number_opens_nothing(place: AskingPlace) -> None:
    visit_id = place.came(place.counter.knows(WANG)).visit_id
    place.store.visits.note(visit_id, {"face_agrees": 0})
    assert refusal(lambda: place.asking.open_mine(visit_id)) == "asking.face_wanted"


def test_asking_is_offered_just_where_it_is_answered(counter: Counter) -> None:
    def offered() -> bool:
        shown = counter.desk.view().visit
        assert shown is not None
        with suppress(Refused):
            counter.desk.asking.open_mine(shown.visit_id)
        answered = counter.desk.asking.mine() is not None
        counter.desk.asking.close_mine()
        assert shown.may_ask == answered, shown.state
        return shown.may_ask

    wang = counter.knows(WANG)
    counter.desk.reception.recognised(Known(wang, 0.9), alive())
    visit_id = counter.rested().visit_id
    assert offered()
    counter.desk.reception.confirm_person(visit_id)
    assert offered()
    counter.scan(BOX)
    assert not offered()
    counter.desk.basket.set_diagnosis(visit_id, COLD)
    counter.desk.till.price(visit_id)
    assert counter.rested().state is VisitState.PRICED
    assert not offered()
    counter.desk.reception.set_aside(visit_id)
    counter.receive(LI)  # Nobody's face: an ID number alone.
    assert not offered()


def for_member(place: AskingPlace, *scopes: Scope) -> tuple[str, str]:
    """A mother's face, standing for her child under these scopes; the visit and binding."""
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    binding_id = bound(place.store, mother, child)
    binding = place.store.families.binding(binding_id)
    assert binding is not None
    place.store.families.end(binding_id, EndedBy.REPLACED, place.counter.clock())
    made = replace(binding, binding_id="with scopes", scopes=frozenset(scopes))
    place.store.families.bind(made)
    visit = place.came(mother)
    place.desk.reception.choose_person(visit.visit_id, child)
    place.counter.rested()
    return visit.visit_id, "with scopes"


def test_a_relative_without_leave_to_ask_sees_nothing(place: AskingPlace) -> None:
    visit_id, _ = for_member(place, Scope.SETTLE, Scope.COLLECT)
    assert refusal(lambda: place.asking.open_mine(visit_id)) == "asking.not_theirs"


def test_a_relative_with_leave_to_ask_sees_the_money_and_no_drug_or_disease(
    place: AskingPlace,
) -> None:
    settled = settled_and_gone(place, CHILD, BOX)
    visit_id, _ = for_member(place, *ALL_SCOPES)
    place.asking.open_mine(visit_id)
    place.asking.look_at(settled)
    mine = place.mine()
    assert (mine.masked_name, mine.for_another) == ("李*宝", True)
    assert (mine.registrations, mine.family, mine.contract, mine.insured) == ((), (), None, None)
    assert mine.packages == ()
    assert [(each.visit_id, each.lines) for each in mine.settlements] == [(settled, ())]


def test_it_closes_when_the_binding_ends(place: AskingPlace) -> None:
    visit_id, binding_id = for_member(place, *ALL_SCOPES)
    place.asking.open_mine(visit_id)
    place.store.families.end(binding_id, EndedBy.MEMBER, place.counter.clock())
    assert place.asking.mine() is None


def test_a_holder_who_chooses_themselves_sees_their_own(place: AskingPlace) -> None:
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    bound(place.store, mother, child)
    visit = place.came(mother)
    assert refusal(lambda: place.asking.open_mine(visit.visit_id)) == "asking.face_wanted"
    place.desk.reception.choose_person(visit.visit_id, mother)
    place.counter.rested()
    place.asking.open_mine(visit.visit_id)
    assert (place.mine().masked_name, place.mine().for_another) == ("李*英", False)


def test_after_the_doctor_says_the_member_is_here_the_relatives_face_opens_nothing(
    place: AskingPlace,
) -> None:
    visit_id, _ = for_member(place, *ALL_SCOPES)
    place.asking.open_mine(visit_id)
    place.desk.reception.stands_here(visit_id)
    assert place.asking.mine() is None
    assert refusal(lambda: place.asking.open_mine(visit_id)) == "asking.face_wanted"


def test_the_dead_are_asked_about_by_nobody(place: AskingPlace) -> None:
    wang = place.counter.knows(WANG)
    visit_id = place.came(wang).visit_id
    place.store.families.note_death(wang, place.counter.clock().date())
    assert refusal(lambda: place.asking.open_mine(visit_id)) == "asking.not_theirs"


# --- when it closes
def refused_by_doctor(place: AskingPlace, visit_id: str) -> None:
    place.desk.reception.refuse_person(visit_id)


def left(place: AskingPlace, visit_id: str) -> None:
    place.desk.reception.leave(visit_id)


def somebody_else(place: AskingPlace, visit_id: str) -> None:
    place.desk.reception.leave(visit_id)
    place.came(place.counter.knows(DENG))


def closed(place: AskingPlace, _visit_id: str) -> None:
    place.asking.close_mine()


def timed_out(place: AskingPlace, _visit_id: str) -> None:
    place.watch.now_s += CLOSES_S


def box_scanned(place: AskingPlace, visit_id: str) -> None:
    place.desk.reception.confirm_person(visit_id)
    place.counter.scan(BOX)


@pytest.mark.parametrize(
    "happened", [refused_by_doctor, left, somebody_else, closed, timed_out, box_scanned]
)
def test_it_closes_and_stays_closed(
    place: AskingPlace, happened: Callable[[AskingPlace, str], None]
) -> None:
    visit_id = place.opened(place.counter.knows(WANG))
    happened(place, visit_id)
    assert place.asking.mine() is None
    assert refusal(lambda: place.asking.look_at("")) == "asking.closed"
    assert refusal(place.asking.print_mine) == "asking.closed"
    assert place.printed == []


def test_a_tap_keeps_it_open_and_looking_does_not(place: AskingPlace) -> None:
    place.opened(place.counter.knows(WANG))
    place.watch.now_s += CLOSES_S - 1
    assert place.mine().closes_in_s == 1
    place.asking.look_at("")
    place.watch.now_s += CLOSES_S - 1
    assert place.mine().closes_in_s == 1
    place.watch.now_s += 1
    assert place.asking.mine() is None


def test_it_waits_until_the_money_is_done(place: AskingPlace) -> None:
    visit = place.came(place.counter.knows(WANG))
    place.desk.reception.confirm_person(visit.visit_id)
    place.desk.basket.set_diagnosis(visit.visit_id, COLD)
    place.counter.scan(BOX)
    place.counter.until(lambda v: v.state is VisitState.PRICED and v.busy is None)
    priced = place.counter.rested()
    assert refusal(lambda: place.asking.open_mine(visit.visit_id)) == "asking.not_now"
    paid(place, priced)
    place.asking.open_mine(visit.visit_id)
    assert place.mine().settlements[0].visit_id == visit.visit_id


def test_a_visit_that_was_called_up_again_shows_nothing(place: AskingPlace) -> None:
    visit = place.came(place.counter.knows(WANG))
    place.desk.reception.confirm_person(visit.visit_id)
    place.desk.basket.set_diagnosis(visit.visit_id, COLD)
    place.counter.scan(BOX)
    place.counter.until(lambda v: v.state is VisitState.PRICED and v.busy is None)
    paid(place, place.counter.rested())
    place.desk.reception.leave(visit.visit_id)
    place.desk.reception.call_up(visit.visit_id)
    assert refusal(lambda: place.asking.open_mine(visit.visit_id)) == "asking.face_wanted"


def test_after_a_restart_a_visit_that_lies_there_shows_nothing(place: AskingPlace) -> None:
    visit_id = place.opened(place.counter.knows(WANG))
    place.counter.clock.now += timedelta(minutes=5)
    restarted = AskingPlace(place.counter)
    assert refusal(lambda: restarted.asking.open_mine(visit_id)) == "asking.face_wanted"


def test_with_nobody_at_the_counter_nobody_asks(place: AskingPlace) -> None:
    assert refusal(lambda: place.asking.open_mine("v1")) == "visit.other_on_counter"


def test_of_two_who_look_alike_neither_is_shown_anything_before_it_is_clear_who(
    place: AskingPlace,
) -> None:
    wang, li = place.counter.knows(WANG), place.counter.knows(LI)
    place.desk.reception.doubted([wang, li], alive())
    visit_id = place.counter.rested().visit_id
    assert refusal(lambda: place.asking.open_mine(visit_id)) == "asking.face_wanted"
    place.desk.doubts.give_digits(visit_id, WANG[-4:])
    place.counter.rested()
    place.asking.open_mine(visit_id)
    assert place.mine().masked_name == "王*国"


# --- the face before the camera
def looked(place: AskingPlace, *seen: Sight) -> None:
    eyes = Eyes()
    look = MineLook(gaze(place.store, place.counter.clock, eyes), place.asking)
    for sight in seen:
        eyes.seen = [sight]
        if look.wants():
            look.see(Frame())


def test_another_face_closes_it_and_a_passer_by_or_a_photograph_does_not(
    place: AskingPlace,
) -> None:
    wang = place.counter.knows(WANG)
    place.opened(wang)
    stranger, same = alive((wang, 0.1)), alive((wang, 0.9))
    looked(place, *[stranger] * 4, same, *[stranger] * 4, *[flat()] * 9)
    assert place.asking.mine() is not None
    looked(place, *[stranger] * 5)
    assert place.asking.mine() is None


def test_nobody_is_looked_at_once_it_is_closed(place: AskingPlace) -> None:
    look = MineLook(gaze(place.store, place.counter.clock, Eyes()), place.asking)
    assert not look.wants()
    place.opened(place.counter.knows(WANG))
    assert look.wants()
    place.asking.close_mine()
    assert not look.wants()


def settled_and_gone(place: AskingPlace, id_number: str, *codes: str) -> str:
    visit = place.counter.settled(id_number, *codes)
    place.desk.reception.leave(visit.visit_id)
    return visit.visit_id


def paid(place: AskingPlace, priced: VisitView) -> None:
    assert place.counter.confirm(priced).state is VisitState.SETTLED
