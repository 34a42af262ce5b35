"""What a holder may do for others on one day before the doctor is asked; never a dead end."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.assuring import Assuring
from terminal.core.counter import VisitView
from terminal.core.families import Basis
from terminal.core.family_rules import FamilyRules
from terminal.core.money import Money
from terminal.core.shares import Shares
from terminal.core.visit import VisitState
from tests.clinic import AMOXICILLIN, CEFIXIME, CHILD, DENG, LI, RULES, WANG, Clock, charges, code
from tests.counter import Counter
from tests.families import bound
from tests.shell.family_place import FamilyPlace, code_of

OTHERS = (WANG, DENG, CHILD)
Opened = Callable[..., FamilyPlace]


@pytest.fixture
def opened(tmp_path: Path, province: SandboxProvince, clock: Clock) -> Iterator[Opened]:
    """Opens a desk with these family rules; once more is a restart."""
    running: list[Counter] = []

    def open_desk(asks_from: str | None = None, **rules: object) -> FamilyPlace:
        for each in running:
            each.close()
        family = dataclasses.replace(FamilyRules(), **rules)  # type: ignore[arg-type]
        more = None if asks_from is None else Money.parse(asks_from)
        whole = dataclasses.replace(RULES, family=family, asks_more_from=more)
        running[:] = [Counter(tmp_path / "terminal", province.address, clock, whole)]
        return FamilyPlace(running[0])

    yield open_desk
    for each in running:
        each.close()


def family(place: FamilyPlace, *members: str, relation: str = "亲人") -> tuple[str, list[str]]:
    holder = place.counter.knows(LI)
    found = [place.counter.knows(each) for each in members]
    for member in found:
        bound(place.store, holder, member, relation)
    return holder, found


def priced(place: FamilyPlace, holder: str, member: str, serial: int) -> VisitView:
    return place.priced_for(holder, member, code(AMOXICILLIN, serial))


def settled(place: FamilyPlace, holder: str, member: str, serial: int) -> str:
    visit = place.counter.confirm(priced(place, holder, member, serial))
    assert visit.state is VisitState.SETTLED
    place.desk.reception.leave(visit.visit_id)
    return visit.visit_id


def test_the_third_member_on_one_day_asks_the_doctor_whose_word_goes_on(
    opened: Opened, province: SandboxProvince
) -> None:
    place = opened()
    holder, (first, second, third) = family(place, *OTHERS)
    settled(place, holder, first, 1)
    settled(place, holder, second, 2)
    visit = priced(place, holder, third, 3)
    assert visit.assurance_why == ("assurance.pattern",), "asked beside the amount"
    assert visit.assurance_wanted
    assert code_of(lambda: place.counter.confirm(visit)) == "visit.assurance_wanted"
    assert len(charges(province)) == 2
    place.desk.doubts.vouch(visit.visit_id)
    assert place.counter.rested().assurance_why == ()
    assert place.counter.confirm(visit).state is VisitState.SETTLED
    assert len(charges(province)) == 3


def test_the_last_digits_do_not_answer_for_a_pattern(opened: Opened) -> None:
    place = opened(pattern_members=1)
    holder, (member,) = family(place, WANG)
    visit = priced(place, holder, member, 1)
    give = place.desk.doubts.give_digits
    assert code_of(lambda: give(visit.visit_id, LI[-4:])) == "person.digits_not_asked"
    assert code_of(lambda: place.counter.confirm(visit)) == "visit.assurance_wanted"
    assert place.desk.counter.comparison is None, "no challenge is asked where none helps"


def test_the_doctors_word_of_who_it_is_is_no_word_about_the_pattern(opened: Opened) -> None:
    place = opened(pattern_members=1)
    holder, (member,) = family(place, WANG)
    visit = priced(place, holder, member, 1)
    place.store.visits.note(visit.visit_id, {"second_factor": "doctor"})
    assert code_of(lambda: place.counter.confirm(visit)) == "visit.assurance_wanted"


def test_a_large_amount_takes_the_digits_of_the_one_who_stands_there(opened: Opened) -> None:
    place = opened("1.00")
    holder, (member,) = family(place, WANG)
    visit = priced(place, holder, member, 1)
    assert visit.assurance_why == ("assurance.amount",)
    give = place.desk.doubts.give_digits
    assert code_of(lambda: give(visit.visit_id, WANG[-4:])) == "person.digits_wrong"
    give(visit.visit_id, LI[-4:])
    assert place.counter.confirm(visit).state is VisitState.SETTLED


def test_the_visits_of_a_day_are_counted_and_the_next_day_begins_anew(
    opened: Opened, clock: Clock
) -> None:
    place = opened(day_visits_max=2)
    holder, (member,) = family(place, WANG)
    settled(place, holder, member, 1)
    settled(place, holder, member, 2)
    visit = priced(place, holder, member, 3)
    assert visit.assurance_why == ("assurance.day_visits",)
    place.desk.reception.leave(visit.visit_id)
    clock.now += timedelta(days=1)
    assert priced(place, holder, member, 4).assurance_why == ()


def test_the_sum_of_a_day_counts_what_others_were_billed(opened: Opened) -> None:
    place = opened(day_sum_max=Money.parse("56.00"))
    holder, (first, second) = family(place, WANG, DENG)
    settled(place, holder, first, 1)
    visit = place.priced_for(holder, second, code(CEFIXIME, 1))
    assert visit.assurance_why == ("assurance.day_sum",), "26.34 and 30.00"


def test_a_bill_sold_without_insurance_counts_once(opened: Opened) -> None:
    place = opened(day_sum_max=Money.parse("56.00"))
    holder, (first, second) = family(place, WANG, DENG)
    visit = priced(place, holder, first, 1)
    assert visit.bill is not None
    place.desk.till.sell_self_paid(visit.visit_id, visit.revision, visit.bill.total)
    place.counter.rested()
    place.desk.reception.leave(visit.visit_id)
    assert priced(place, holder, second, 2).assurance_why == (), "26.34 twice"


def test_what_was_cancelled_or_left_is_not_counted(opened: Opened) -> None:
    place = opened(day_visits_max=1)
    holder, (member,) = family(place, WANG)
    place.desk.reception.leave(priced(place, holder, member, 1).visit_id)
    visit = place.counter.confirm(priced(place, holder, member, 2))
    place.desk.undoing.cancel(visit.visit_id, "wrong person")
    assert place.counter.rested().state is VisitState.CANCELLED
    place.desk.reception.leave(visit.visit_id)
    assert priced(place, holder, member, 3).assurance_why == ()


def test_what_a_holder_does_for_themselves_is_not_counted(opened: Opened) -> None:
    place = opened(day_visits_max=1, pattern_members=2)
    holder, (member,) = family(place, WANG)
    settled(place, holder, holder, 1)
    settled(place, holder, holder, 2)
    settled(place, holder, member, 3)


@pytest.mark.parametrize(
    ("relation", "basis", "asks"),
    [
        ("侄子", Basis.WITNESS, True),
        ("儿子", Basis.WITNESS, False),
        ("侄子", Basis.DOCUMENTS, False),
    ],
)
def test_a_small_child_without_a_guardian_asks_and_the_holders_digits_answer(
    opened: Opened, relation: str, basis: Basis, *, asks: bool
) -> None:
    place = opened()
    holder, child = place.counter.knows(LI), place.counter.knows(CHILD)
    bound(place.store, holder, child, relation, basis=basis)
    visit = priced(place, holder, child, 1)
    assert visit.assurance_why == (("assurance.guardian",) if asks else ())
    if asks:
        place.desk.doubts.give_digits(visit.visit_id, LI[-4:])
    assert place.counter.confirm(visit).state is VisitState.SETTLED


def test_a_twin_found_since_the_visit_began_is_asked_about(opened: Opened) -> None:
    place = opened()
    holder, (member,) = family(place, WANG)
    visit = priced(place, holder, member, 1)
    assert visit.assurance_why == ()
    other = place.counter.knows(DENG)
    place.store.faces.note_look_alikes(holder, "digest", {other: 0.9}, place.clock())
    assert code_of(lambda: place.counter.confirm(visit)) == "visit.assurance_wanted"
    assert place.counter.rested().assurance_why == ("assurance.look_alike",)
    place.desk.doubts.give_digits(visit.visit_id, LI[-4:])
    assert place.counter.confirm(visit).state is VisitState.SETTLED


def test_after_a_restart_the_question_stands_and_money_is_what_it_was(
    opened: Opened, province: SandboxProvince
) -> None:
    place = opened(pattern_members=2)
    holder, (first, second) = family(place, WANG, DENG)
    done = settled(place, holder, first, 1)
    visit = priced(place, holder, second, 2)
    place = opened(pattern_members=2)
    shown = place.counter.rested()
    assert shown.visit_id == visit.visit_id
    assert code_of(lambda: place.counter.confirm(shown)) == "visit.assurance_wanted"
    place.desk.doubts.vouch(shown.visit_id)
    place = opened(pattern_members=2)
    assert place.counter.confirm(place.counter.rested()).state is VisitState.SETTLED
    kept = place.store.visits.visit(done)
    assert (kept.state, kept.holder_id) == (VisitState.SETTLED, holder)
    assert len(charges(province)) == 2


def test_whoever_is_here_themselves_is_asked_nothing_of_the_holders_day(
    opened: Opened, province: SandboxProvince
) -> None:
    place = opened(pattern_members=1)
    holder, (member,) = family(place, WANG)
    visit = priced(place, holder, member, 1)
    place.desk.reception.stands_here(visit.visit_id)
    assert place.counter.rested().assurance_why == ()
    assert place.counter.confirm(visit).state is VisitState.SETTLED
    act = place.desk.reception.stands_here
    assert code_of(lambda: act(visit.visit_id)) == "visit.nobody_for_them"


def test_what_was_given_back_counts_for_nothing_on_the_day(opened: Opened) -> None:
    place = opened()
    holder, (first, second) = family(place, WANG, DENG)
    kept = settled(place, holder, first, 1)
    (record,) = place.store.settlements.of_visit(kept)
    assert record.settled
    whole = Shares.from_fen(record.settled).total
    place.store.visits.note(kept, {"state": VisitState.PARTLY_SETTLED})
    limit = dataclasses.replace(FamilyRules(), day_sum_max=whole)
    assuring = Assuring(place.place, limit, None)
    visit = place.store.visits.visit(priced(place, holder, second, 2).visit_id)
    assert assuring.wanted(visit, Money(1)) == ("assurance.day_sum",)
    with place.store.transaction() as db:
        db.execute("UPDATE settlement SET state = 'cancelled' WHERE visit_id = ?", (kept,))
    assert assuring.wanted(visit, Money(1)) == ()
