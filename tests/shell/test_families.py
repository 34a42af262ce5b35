"""Family accounts at a running desk: made, ended, told by the province, looked at again."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.families import ALL_SCOPES, Basis, EndedBy, Scope, ToldBinding, ToldRelative
from terminal.core.faults import Refused
from terminal.core.ledger import Deed
from terminal.core.people import Identified, Person
from terminal.core.people_views import BindingStep
from terminal.core.recognition import Known
from terminal.core.standing import Standing
from terminal.core.visit import VisitState
from terminal.store import Store
from tests.clinic import AMOXICILLIN, CHILD, KEY, LI, WAIT_S, WANG, Clock, charges, code
from tests.counter import Counter
from tests.families import bound
from tests.operators import make_operators
from tests.shell.family_place import SEEN, FamilyPlace, code_of
from tests.shell.sights import FAILED, PASSED, alive, flat, with_challenge

BOX = code(AMOXICILLIN, 1)
GUO_SON, GUO = "99102419750406161X", "991024194802181632"
"""The province says that he may act for his father; who is 郭老根."""
DEAD = "991024194011301650"
"""钱故里, died in August 2025."""


@pytest.fixture
def place(counter: Counter) -> FamilyPlace:
    return FamilyPlace(counter)


# --- a binding made
def test_a_mother_bound_by_documents_settles_for_her_child(
    place: FamilyPlace, province: SandboxProvince
) -> None:
    view = place.begun(LI, CHILD)
    assert (view.step, view.may) == (BindingStep.MEMBER, (Basis.DOCUMENTS, Basis.WITNESS))
    place.page.bind_by_documents("儿子", ALL_SCOPES, place.in_a_year(), "出生证明")
    (line,) = place.view().bindings
    assert (place.view().step, line.as_holder, line.other.masked_name) == (
        BindingStep.DONE,
        True,
        "李*宝",
    )
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    settled = place.counter.confirm(place.priced_for(mother, child, BOX))
    assert settled.state is VisitState.SETTLED
    visit = place.store.visits.visit(settled.visit_id)
    assert (visit.person_id, visit.holder_id, visit.standing, visit.binding_id) == (
        child,
        mother,
        Standing.FAMILY,
        line.binding_id,
    )
    assert len(charges(province)) == 1


def test_the_ledger_says_who_was_bound_to_whom_and_names_nobody(place: FamilyPlace) -> None:
    binding_id = place.bound_by_documents(LI, CHILD)
    place.page.unbind(binding_id, "member" if place.begun(CHILD) else "")
    told = [
        kept.entry
        for kept in place.store.ledger.entries()
        if kept.entry.deed in (Deed.BOUND, Deed.UNBOUND)
    ]
    assert [entry.deed for entry in told] == ["bound", "unbound"]
    facts = json.loads(told[1].facts)
    assert (facts["binding_id"], facts["ended_by"], told[1].who) == (
        binding_id,
        "member",
        "member",
    )
    for entry in told:
        assert LI not in entry.facts
        assert "李" not in entry.facts


def test_a_members_own_living_face_binds_them(place: FamilyPlace) -> None:
    wang = place.enrolled(WANG)
    place.begun(LI, WANG)
    place.page.bind_by_face("公公", ALL_SCOPES, place.in_a_year())
    assert place.view().step is BindingStep.LOOKING
    assert code_of(place.page.confirm_witness) == "family.no_such_step"
    face = alive((wang, 0.9))
    assert place.show(face).step is BindingStep.LOOKING, "first a challenge is asked"
    assert place.eyes.asked
    view = place.show(with_challenge(face))
    assert (view.step, view.bindings[0].basis) == (BindingStep.DONE, Basis.FACE)
    assert place.desk.counter.departed == wang, "not greeted as a patient at once"
    assert not place.look.wants()


@pytest.mark.parametrize(
    ("seen", "notice"),
    [
        ([alive(("other", 0.9), challenged=PASSED)], "family.face_disagrees"),
        ([alive(("WANG", 0.5), challenged=PASSED)], "family.face_disagrees"),
        ([alive(challenged=PASSED)], "family.member_not_enrolled"),
        ([flat()], "family.face_not_live"),
        ([FAILED], "family.face_not_live"),
    ],
)
def test_another_face_or_a_flat_one_binds_nobody_and_leaves_the_other_ways(
    place: FamilyPlace, seen: list[object], notice: str
) -> None:
    wang = place.enrolled(WANG)
    place.begun(LI, WANG)
    place.page.bind_by_face("公公", ALL_SCOPES, place.in_a_year())
    named = [_named(sight, wang) for sight in seen]
    view = place.show(*(named * 10))
    assert (view.step, view.notice, view.bindings) == (BindingStep.MEMBER, notice, ())
    place.page.bind_by_witness("公公", ALL_SCOPES, place.in_a_year(), "facial_palsy")
    place.page.confirm_witness()
    assert place.view().step is BindingStep.DONE


def _named(sight: object, wang: str) -> object:
    """The sight with Wang's own number in place of the word, and weakly alike."""
    rankings = getattr(sight, "rankings", ())
    for ranking in rankings:
        if ranking.candidates and ranking.candidates[0].person_id == "WANG":
            return alive((wang, 0.5), challenged=PASSED)
        if ranking.candidates:
            return alive((wang, 0.1), challenged=PASSED)
    return sight


def test_a_face_is_not_waited_for_for_ever_nor_through_a_camera_that_is_none(
    place: FamilyPlace,
) -> None:
    place.enrolled(WANG)
    place.begun(LI, WANG)
    place.lens = False
    bind = place.page.bind_by_face
    assert code_of(lambda: bind("公公", ALL_SCOPES, place.in_a_year())) == "camera.virtual"
    place.lens = True
    bind("公公", ALL_SCOPES, place.in_a_year())
    place.watch.now_s += 61
    assert not place.look.wants()
    assert place.view().notice == "family.face_timed_out"
    place.watch.now_s += 601
    assert place.page.view() is None


def test_a_witness_is_asked_a_second_time(place: FamilyPlace) -> None:
    place.begun(LI, CHILD)
    assert code_of(place.page.confirm_witness) == "family.no_such_step"
    place.page.bind_by_witness("儿子", ALL_SCOPES, place.in_a_year(), "other:脸上有伤")
    assert place.view().bindings == ()
    asked = place.view().asked
    assert asked is not None
    assert (asked.relation, asked.valid_until) == ("儿子", place.in_a_year())
    place.page.confirm_witness()
    assert place.view().asked is None
    (line,) = place.view().bindings
    binding = place.store.families.binding(line.binding_id)
    assert binding is not None
    assert (binding.basis, binding.witness) == (Basis.WITNESS, "D431024000991")
    assert code_of(place.page.confirm_witness) == "family.no_such_step"


def test_a_doctor_does_not_answer_for_a_binding_of_their_own(place: FamilyPlace) -> None:
    made = make_operators(place.store, place.counter.clock)
    place.store.operators.bind_face(made["lei"], place.counter.knows(LI))
    place.begun(LI, CHILD)
    act = place.page.bind_by_documents
    refused = code_of(lambda: act("儿子", ALL_SCOPES, place.in_a_year(), "出生证明"))
    assert refused == "family.own_witness"
    place.page.bind_by_witness("儿子", ALL_SCOPES, place.in_a_year(), "other:脸上有伤")
    assert code_of(place.page.confirm_witness) == "family.own_witness"
    assert place.store.families.open_of(place.counter.knows(LI)) == []


def test_whoever_is_not_enrolled_cannot_be_bound_by_a_face(place: FamilyPlace) -> None:
    place.begun(LI, WANG)
    act = place.page.bind_by_face
    refused = code_of(lambda: act("公公", ALL_SCOPES, place.in_a_year()))
    assert refused == "family.member_not_enrolled"


def test_a_loop_is_told_when_the_member_is_named(place: FamilyPlace) -> None:
    bound(place.store, place.counter.knows(WANG), place.counter.knows(LI), "儿媳")
    view = place.begun(LI, WANG)
    assert (view.step, view.notice) == (BindingStep.HOLDER, "family.loop")
    assert place.view().member is None


def test_who_looked_like_two_people_holds_nothing_until_a_doctor_told_them_apart(
    place: FamilyPlace,
) -> None:
    li, wang = place.counter.knows(LI), place.counter.knows(WANG)
    place.store.faces.note_same_faces(li, {wang: 0.9}, place.clock())
    assert place.begun(LI, CHILD).notice == "family.holder_doubted"
    place.store.faces.clear_same_face(li, wang, "D431024000991", place.clock())
    assert place.begun(LI, CHILD).step is BindingStep.MEMBER


def test_the_province_being_away_still_binds_whom_we_know(
    place: FamilyPlace, province: SandboxProvince
) -> None:
    place.counter.knows(LI)
    place.counter.knows(CHILD)
    province.__exit__(None, None, None)
    assert place.begun(LI, CHILD).step is BindingStep.MEMBER
    assert place.begun(LI, GUO).step is BindingStep.HOLDER
    assert place.view().notice == "province.away"


def test_an_answer_that_comes_too_late_names_nobody(place: FamilyPlace) -> None:
    place.begun(LI)
    place.desk.errands.hand_over("wait", place.page.stop)
    place.page.name_member(CHILD)
    assert place.desk.errands.rest(20.0)
    view = place.page.view()
    assert view is None or view.step in (BindingStep.HOLDER, BindingStep.MEMBER)


# --- a binding ended
def test_withdrawn_on_one_screen_it_takes_effect_on_the_other_before_the_next_frame(
    place: FamilyPlace,
) -> None:
    binding_id = place.bound_by_documents(LI, CHILD)
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    choosing = place.came(mother)
    assert [card.person_id for card in choosing.choices] == [mother, child]
    place.page.unbind(binding_id, "holder")
    shown = place.desk.view().visit  # As it was drawn by then: nothing was asked for anew.
    assert shown is not None
    assert [card.person_id for card in shown.choices] == [mother]
    choose = place.desk.reception.choose_person
    assert code_of(lambda: choose(choosing.visit_id, child)) == "person.not_bound"
    choose(choosing.visit_id, mother)


@pytest.mark.parametrize("how", ["confirmed", "self-paid"])
def test_a_visit_under_a_binding_that_ended_charges_nothing_until_the_person_is_here(
    place: FamilyPlace, province: SandboxProvince, how: str
) -> None:
    binding_id = place.bound_by_documents(LI, CHILD)
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    visit = place.priced_for(mother, child, BOX)
    place.page.unbind(binding_id, "doctor")
    shown = place.desk.view().visit
    assert shown is not None
    assert shown.notice is not None
    assert shown.notice.code == "family.binding_ended"
    till = place.desk.till

    def sell() -> None:
        assert visit.bill is not None
        till.sell_self_paid(visit.visit_id, visit.revision, visit.bill.total)

    act = sell if how == "self-paid" else lambda: place.counter.confirm(visit)
    assert code_of(act) == "family.binding_ended"
    assert charges(province) == []
    assert place.store.visits.visit(visit.visit_id).state is VisitState.PRICED
    place.desk.reception.stands_here(visit.visit_id)
    act()
    kept = place.store.visits.visit(visit.visit_id)
    assert (kept.state, kept.person_id, kept.holder_id, kept.standing) == (
        VisitState.SETTLED,
        child,
        None,
        Standing.SELF,
    )
    assert (kept.identified, kept.second_factor) == (Identified.BY_ID_NUMBER, "doctor")
    assert (kept.binding_id, kept.similarity, kept.live_score) == (None, None, None)
    assert len(charges(province)) == (0 if how == "self-paid" else 1)


def test_a_settled_visit_stays_settled_whatever_becomes_of_its_binding(
    place: FamilyPlace, province: SandboxProvince
) -> None:
    binding_id = place.bound_by_documents(LI, CHILD)
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    settled = place.counter.confirm(place.priced_for(mother, child, BOX))
    place.page.unbind(binding_id, "holder")
    stands = place.desk.reception.stands_here
    assert code_of(lambda: stands(settled.visit_id)) == "visit.no_such_step"
    kept = place.store.visits.visit(settled.visit_id)
    assert (kept.state, kept.holder_id, kept.binding_id) == (
        VisitState.SETTLED,
        mother,
        binding_id,
    )
    assert len(charges(province)) == 1


def test_unbinding_and_agreeing_at_the_same_moment_never_leave_half_of_either(
    place: FamilyPlace, province: SandboxProvince
) -> None:
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    for serial in range(8):
        place.clock.now += timedelta(days=1)  # More than six on one day would ask for a code.
        binding_id = bound(place.store, mother, child)
        visit = place.priced_for(mother, child, code(AMOXICILLIN, 100 + serial))
        start = threading.Barrier(2)
        refused: list[str] = []

        def agree() -> None:
            start.wait()  # noqa: B023 - joined before the next turn.
            try:
                place.counter.confirm(visit)  # noqa: B023
            except Refused as fault:
                refused.append(fault.code)  # noqa: B023

        thread = threading.Thread(target=agree)
        thread.start()
        start.wait()
        place.page.begin_of_visit(visit.visit_id)
        place.page.unbind(binding_id, "holder")
        thread.join()
        assert place.desk.errands.rest(20.0)
        state = place.store.visits.visit(visit.visit_id).state
        assert (refused, state) in (
            (["family.binding_ended"], VisitState.PRICED),
            ([], VisitState.SETTLED),
        )
        place.desk.reception.leave(visit.visit_id)
    settled = charges(province)
    assert len(settled) <= 8


def test_either_side_ends_its_own_at_the_counter_and_nobody_elses(place: FamilyPlace) -> None:
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    wang = place.counter.knows(WANG)
    first, second = bound(place.store, mother, child), bound(place.store, wang, mother, "儿媳")
    strange = bound(place.store, wang, child, "孙子")
    visit = place.came(mother)
    here = place.page.here(visit.visit_id)
    assert {line.binding_id for line in here.bindings} == {first, second}
    act = place.page.unbind_here
    assert code_of(lambda: act(visit.visit_id, strange)) == "family.not_theirs"
    act(visit.visit_id, first)
    act(visit.visit_id, second)
    ended = [place.store.families.binding(each) for each in (first, second)]
    assert [each.ended_by for each in ended if each] == [EndedBy.HOLDER, EndedBy.MEMBER]
    assert code_of(lambda: act(visit.visit_id, first)) == "family.binding_ended"


def test_a_typed_number_ends_nothing_before_the_doctor_has_looked(place: FamilyPlace) -> None:
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    binding_id = bound(place.store, mother, child)
    place.desk.reception.open_by_id_number(LI)
    visit = place.counter.rested()
    act = place.page.unbind_here
    assert code_of(lambda: act(visit.visit_id, binding_id)) == "family.not_certain"
    assert code_of(lambda: place.page.here(visit.visit_id)) == "family.not_certain"
    place.desk.reception.confirm_person(visit.visit_id)
    act(visit.visit_id, binding_id)


def test_the_page_ends_for_the_side_that_its_person_is_on(place: FamilyPlace) -> None:
    binding_id = place.bound_by_documents(LI, CHILD)
    unbind = place.page.unbind
    assert code_of(lambda: unbind(binding_id, "member")) == "family.not_theirs"
    assert code_of(lambda: unbind(binding_id, "anybody")) == "family.not_theirs"
    place.begun(WANG)
    assert code_of(lambda: unbind(binding_id, "doctor")) == "family.not_theirs"
    place.begun(CHILD)
    unbind(binding_id, "member")


def test_leave_to_collect_stands_at_the_counter_and_agrees_to_nothing(
    place: FamilyPlace, province: SandboxProvince
) -> None:
    place.begun(LI, CHILD)
    place.page.bind_by_documents("儿子", frozenset({Scope.COLLECT}), place.in_a_year(), "户口簿")
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    visit = place.priced_for(mother, child, BOX)
    assert code_of(lambda: place.counter.confirm(visit)) == "family.collect_only"
    assert charges(province) == []


def test_leave_to_ask_is_no_leave_to_stand_there(place: FamilyPlace) -> None:
    place.begun(LI, CHILD)
    place.page.bind_by_documents("儿子", frozenset({Scope.ASK}), place.in_a_year(), "户口簿")
    mother = place.counter.knows(LI)
    visit = place.came(mother)
    assert visit.state is VisitState.PRESENTED
    place.desk.reception.refuse_person(visit.visit_id)
    other = place.counter.knows(WANG)
    bound(place.store, mother, other, "公公")
    assert [card.person_id for card in place.came(mother).choices] == [mother, other]


# --- days
def test_a_clock_set_back_revives_nothing(place: FamilyPlace) -> None:
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    day = place.clock()
    binding_id = bound(place.store, mother, child, valid_until=place.today)
    place.at(day + timedelta(days=1))
    place.desk.reception.refuse_person(place.came(mother).visit_id)
    place.at(day - timedelta(days=30))
    assert place.store.families.in_force(mother, place.today) == []
    binding = place.store.families.binding(binding_id)
    assert binding is not None
    assert binding.ended_by is EndedBy.EXPIRED
    visit = place.came(mother)
    assert visit.state is VisitState.PRESENTED


def test_a_clock_set_back_before_anybody_saw_it_run_out_revives_nothing(
    store: Store, clock: Clock, tmp_path: Path
) -> None:

    for name in ("h", "m"):
        store.people.keep(Person(name, f"P{name}", "某人", f"ID{name}", "1", date(1970, 1, 1)))
    later = clock() + timedelta(days=400)
    store.families.expire(later)
    bound(store, "h", "m", valid_until=later.date() - timedelta(days=1))
    assert store.families.in_force("h", clock().date()) == []
    store.close()
    again = Store(tmp_path / "terminal.db", KEY)
    try:
        assert again.families.in_force("h", clock().date()) == [], "over a restart as well"
    finally:
        again.close()


# --- the province's word
def test_whom_the_province_bound_is_offered_though_nobody_was_known_here(
    place: FamilyPlace, province: SandboxProvince
) -> None:
    son = place.counter.knows(GUO_SON)
    assert place.store.people.by_id_number(GUO) is None
    visit = place.came(son)
    assert visit.state is VisitState.CHOOSING
    assert [card.relation for card in visit.choices] == ["", "父亲"]
    father = visit.choices[1].person_id
    place.desk.reception.choose_person(visit.visit_id, father)
    card = place.counter.rested().person
    assert card is not None
    assert (card.masked_name, card.insured) == ("郭*根", True)


def test_who_chose_themselves_is_not_asked_again(place: FamilyPlace) -> None:
    son = place.counter.knows(GUO_SON)
    visit = place.came(son)
    place.desk.reception.choose_person(visit.visit_id, son)
    assert place.counter.rested().state is VisitState.PRESENTED


def test_a_card_that_the_doctor_has_confirmed_is_not_taken_back(place: FamilyPlace) -> None:
    son = place.counter.knows(GUO_SON)
    place.desk.errands.rest(20.0)
    hold = threading.Event()
    place.desk.errands.hand_over("hold", lambda: hold.wait(20.0) and None)
    visit_id = place.desk.reception.recognised(Known(son, 0.9), SEEN)
    assert visit_id is not None
    place.desk.reception.confirm_person(visit_id)
    hold.set()
    assert place.counter.rested().state is VisitState.IDENTIFIED


def test_the_province_wins_over_what_was_bound_here_and_ends_what_it_ended(
    place: FamilyPlace,
) -> None:
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    local = bound(place.store, mother, child)
    told = ToldBinding(place.relative(CHILD), "长子", place.in_a_year())
    place.told(mother, told)
    (held,) = place.store.families.in_force(mother, place.today)
    assert (held.basis, held.relation) == (Basis.PROVINCE, "长子")
    before = place.store.families.binding(local)
    assert before is not None
    assert before.ended_by is EndedBy.REPLACED
    place.told(mother, told)
    assert place.store.families.in_force(mother, place.today) == [held], "told twice, once made"
    place.told(mother)
    assert place.store.families.in_force(mother, place.today) == []
    ended = place.store.families.binding(held.binding_id)
    assert ended is not None
    assert ended.ended_by is EndedBy.PROVINCE


def test_a_binding_that_the_province_says_is_over_ends_the_local_one(place: FamilyPlace) -> None:
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    bound(place.store, mother, child)
    yesterday = place.today - timedelta(days=1)
    place.told(mother, ToldBinding(place.relative(CHILD), "儿子", yesterday))
    assert place.store.families.in_force(mother, place.today) == []


def test_one_of_the_provinces_that_was_ended_here_is_not_revived_by_being_told_again(
    place: FamilyPlace,
) -> None:
    mother = place.counter.knows(LI)
    place.counter.knows(CHILD)
    told = ToldBinding(place.relative(CHILD), "儿子", place.in_a_year())
    place.told(mother, told)
    (held,) = place.store.families.in_force(mother, place.today)
    place.begun(CHILD)
    place.page.unbind(held.binding_id, "member")
    assert place.view().notice == "family.ended_here_only"
    place.told(mother, told)
    assert place.store.families.in_force(mother, place.today) == []
    later = place.in_a_year() + timedelta(days=1)
    place.told(mother, ToldBinding(place.relative(CHILD), "儿子", later))
    assert len(place.store.families.in_force(mother, place.today)) == 1, "made anew over there"


def test_a_visit_goes_on_under_the_provinces_binding_that_replaced_its_own(
    place: FamilyPlace, province: SandboxProvince
) -> None:
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    bound(place.store, mother, child)
    visit = place.priced_for(mother, child, BOX)
    place.told(mother, ToldBinding(place.relative(CHILD), "儿子", place.in_a_year()))
    assert place.counter.confirm(visit).state is VisitState.SETTLED
    (held,) = place.store.families.in_force(mother, place.today)
    assert place.store.visits.visit(visit.visit_id).binding_id == held.binding_id
    assert len(charges(province)) == 1


@pytest.mark.parametrize("who", ["member", "holder"])
def test_a_death_ends_every_binding_and_the_visit_that_rests_on_it(
    place: FamilyPlace, province: SandboxProvince, who: str
) -> None:
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    binding_id = bound(place.store, mother, child)
    visit = place.priced_for(mother, child, BOX)
    place.told(child if who == "member" else mother, died_on=place.today)
    assert code_of(lambda: place.counter.confirm(visit)) == "family.binding_ended"
    ended = place.store.families.binding(binding_id)
    assert ended is not None
    assert ended.ended_by is EndedBy.DEATH
    assert charges(province) == []


def test_nobody_is_bound_to_a_dead_member(place: FamilyPlace) -> None:
    view = place.begun(LI, DEAD)
    assert view.step is BindingStep.HOLDER
    assert view.notice in ("family.member_died", "person.died")


def test_nonsense_from_the_province_binds_nobody_and_stops_nothing(place: FamilyPlace) -> None:
    mother = place.counter.knows(LI)
    later = place.in_a_year()
    place.told(
        mother,
        ToldBinding(ToldRelative("P1", "12", "某人"), "儿子", later),
        ToldBinding(place.relative(LI), "自己", later),
        ToldBinding(place.relative(WANG, psn_no="43102400000000000001"), "公公", later),
    )
    held = place.store.families.in_force(mother, place.today)
    assert [each.relation for each in held] == ["公公"]


# --- 家庭共济
def test_no_binding_lets_a_relatives_account_pay(place: FamilyPlace) -> None:
    mother, child = place.counter.knows(LI), place.counter.knows(CHILD)
    place.told(mother, ToldBinding(place.relative(CHILD), "儿子", place.in_a_year()))
    bound(place.store, place.counter.knows(WANG), child, "孙子")
    assert place.store.families.aid_payers(child) == []
    assert place.store.families.aid_payers(mother) == []


def test_who_pays_is_the_provinces_word_alone_and_binds_nobody(place: FamilyPlace) -> None:

    child, wang = place.counter.knows(CHILD), place.counter.knows(WANG)
    coverage = place.store.people.coverage(child)
    assert coverage is not None
    payer = place.relative(WANG)
    place.bindings.learn(child, replace(coverage, aid_payers=(payer,)))
    assert place.store.families.aid_payers(child) == [wang]
    assert place.store.families.in_force(wang, place.today) == []
    place.bindings.learn(child, replace(coverage, aid_payers=None))
    assert place.store.families.aid_payers(child) == [wang], "not told is not taken back"
    place.bindings.learn(child, replace(coverage, aid_payers=()))
    assert place.store.families.aid_payers(child) == []


# --- whoever asks the province takes over what it says
def test_an_enrolment_takes_over_what_the_province_says_of_a_family(place: FamilyPlace) -> None:
    place.desk.enrolling.begin(GUO_SON)
    assert place.desk.errands.rest(WAIT_S)
    son = place.store.people.by_id_number(GUO_SON)
    assert son is not None
    (binding,) = place.store.families.open_of(son.person_id)
    assert binding.basis is Basis.PROVINCE


def test_a_cancellation_that_asks_anew_takes_over_the_family_too(place: FamilyPlace) -> None:
    son = place.counter.knows(GUO_SON)
    visit = place.counter.confirm(place.counter.priced(GUO_SON, BOX))
    with place.store.transaction() as db:
        db.execute("DELETE FROM relative_binding")
    place.desk.undoing.cancel(visit.visit_id, "拿错药")
    place.counter.rested()
    assert [each.basis for each in place.store.families.open_of(son)] == [Basis.PROVINCE]


def test_whoever_comes_is_told_that_their_face_was_to_go(place: FamilyPlace) -> None:
    wang = place.enrolled(WANG)
    with place.store.transaction() as db:
        long_ago = (place.clock() - timedelta(days=710)).isoformat()
        db.execute("UPDATE enrolment SET enrolled_at = ?", (long_ago,))
    place.store.face_uses.announce([wang], place.clock())
    place.desk.reception.open_by_id_number(WANG)
    visit = place.counter.rested()
    assert visit.face_goes_on == place.today + timedelta(days=30)
    place.desk.reception.confirm_person(visit.visit_id)
    assert place.counter.rested().face_goes_on is None, "the doctor's word makes it void"
