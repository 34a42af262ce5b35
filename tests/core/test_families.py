"""Who may be bound to whom, and why more than a face is asked of a holder."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.clock import SHANGHAI
from terminal.core.assurance import (
    DOCTORS_ALONE,
    Acting,
    Actor,
    SecondFactor,
    Why,
    challenge_helps,
    digits_help,
    still_open,
    wanted,
)
from terminal.core.binding_page import BindingPage
from terminal.core.families import ALL_SCOPES, Basis, Binding, EndedBy, Scope, Terms
from terminal.core.family_rules import (
    BINDING_ARROWS,
    Around,
    FamilyRules,
    Side,
    may_rest_on,
    reaches,
    refuse_terms,
    refuse_unless_may_bind,
)
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money
from terminal.core.months import months_after
from terminal.core.people import Identified, Person
from terminal.core.people_views import BindingStep
from terminal.core.recognition import Challenged

DAY = date(2026, 11, 22)
RULES = FamilyRules()


def person(person_id: str, born: date = date(1970, 1, 1)) -> Person:
    return Person(person_id, f"P{person_id}", "某人", "", "1", born)


def side(person_id: str = "holder", **changed: object) -> Side:
    whole = Side(person(person_id), died=False, doubted=False)
    return dataclasses.replace(whole, **changed)  # type: ignore[arg-type]


def binding(holder: str, member: str, **changed: object) -> Binding:
    made = datetime(2026, 1, 1, tzinfo=SHANGHAI)
    whole = Binding(
        f"{holder}-{member}", holder, member, "儿子", ALL_SCOPES, Basis.FACE, DAY, DAY, made
    )
    return dataclasses.replace(whole, **changed)  # type: ignore[arg-type]


def refusal(act: Callable[[], object]) -> str | None:
    try:
        act()
    except Refused as fault:
        return fault.code
    return None


def paired(holder: Side, member: Side, *known: tuple[str, str]) -> str | None:
    """Why these two may not be bound, where these pairs are bound already."""
    all_of = [binding(*pair) for pair in known]
    first, second = holder.person.person_id, member.person.person_id
    around = Around(
        [each for each in all_of if each.holder_id == first],
        [each for each in all_of if each.member_id == second],
        lambda person_id: [each.member_id for each in all_of if each.holder_id == person_id],
    )
    return refusal(lambda: refuse_unless_may_bind(holder, member, around, RULES, DAY))


def on_terms(basis: Basis, member: Person, **changed: object) -> str | None:
    terms = Terms("母亲", ALL_SCOPES, DAY, document="户口簿", reason="dementia")
    terms = dataclasses.replace(terms, **changed)  # type: ignore[arg-type]
    return refusal(lambda: refuse_terms(basis, terms, member, RULES, DAY))


# --- who may be bound to whom
def test_two_grown_ups_may_be_bound() -> None:
    assert paired(side(), side("member")) is None


def test_nobody_is_bound_to_themselves() -> None:
    assert paired(side(), side()) == "family.self"


@pytest.mark.parametrize("between", [0, 1, 2, 40])
def test_a_chain_of_any_length_back_to_the_holder_is_a_loop(between: int) -> None:
    chain = ["member", *(f"p{number}" for number in range(between)), "holder"]
    known = list(pairwise(chain))
    assert paired(side(), side("member"), *known) == "family.loop"
    assert paired(side(), side("other"), *known) is None


def test_a_loop_among_others_does_not_hold_the_search() -> None:
    assert paired(side(), side("a"), ("a", "b"), ("b", "a")) is None


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=20))
def test_whatever_was_let_in_one_by_one_has_no_loop(pairs: list[tuple[int, int]]) -> None:
    known: list[tuple[str, str]] = []
    for holder, member in pairs:
        if paired(side(str(holder)), side(str(member)), *known) is None:
            known.append((str(holder), str(member)))
    members = {start: [end for first, end in known if first == start] for start, _ in known}
    for start, end in known:
        assert not reaches(end, start, lambda person_id: members.get(person_id, []))


def test_a_holder_has_six_members_and_one_made_anew_counts_once() -> None:
    known = [("holder", f"m{number}") for number in range(RULES.members_max)]
    assert paired(side(), side("seventh"), *known) == "family.members_full"
    assert paired(side(), side("m0"), *known) is None


def test_a_member_has_two_holders_and_one_made_anew_counts_once() -> None:
    known = [("first", "member"), ("second", "member")]
    assert paired(side(), side("member"), *known) == "family.holders_full"
    assert paired(side("first"), side("member"), *known) is None


def test_neither_side_may_have_died() -> None:
    assert paired(side(), side("member", died=True)) == "family.member_died"
    assert paired(side(died=True), side("member")) == "family.holder_died"


def test_a_holder_is_of_age_and_one_person() -> None:
    young = person("holder", date(DAY.year - 18, DAY.month, DAY.day + 1))
    grown = person("holder", date(DAY.year - 18, DAY.month, DAY.day))
    assert paired(side(person=young), side("member")) == "family.holder_too_young"
    assert paired(side(person=grown), side("member")) is None
    assert paired(side(doubted=True), side("member")) == "family.holder_doubted"


# --- on what terms
def test_documents_bind_a_member_under_sixteen_alone() -> None:
    fifteen = person("m", date(DAY.year - 16, DAY.month, DAY.day + 1))
    sixteen = person("m", date(DAY.year - 16, DAY.month, DAY.day))
    assert on_terms(Basis.DOCUMENTS, fifteen) is None
    assert on_terms(Basis.DOCUMENTS, sixteen) == "family.documents_age"
    assert on_terms(Basis.DOCUMENTS, fifteen, document="") == "family.document_wanted"
    assert may_rest_on(fifteen, RULES, DAY, enrolled=False) == (Basis.DOCUMENTS, Basis.WITNESS)
    assert may_rest_on(sixteen, RULES, DAY, enrolled=True) == (Basis.FACE, Basis.WITNESS)


@pytest.mark.parametrize(
    ("reason", "years", "refused"),
    [
        ("dementia", 80, None),
        ("facial_palsy", 30, None),
        ("infant", 2, None),
        ("infant", 3, "family.reason_wanted"),
        ("other:脸上有伤", 30, None),
        ("other:", 30, "family.reason_wanted"),
        ("other:" + "很" * 61, 30, "family.reason_wanted"),
        ("in a hurry", 30, "family.reason_wanted"),
        ("", 30, "family.reason_wanted"),
    ],
)
def test_a_witness_names_a_reason_from_the_list_or_in_words(
    reason: str, years: int, refused: str | None
) -> None:
    member = person("m", date(DAY.year - years, 1, 1))
    assert on_terms(Basis.WITNESS, member, reason=reason) == refused


def test_a_binding_ends_within_its_limit_and_not_before_today() -> None:
    someone = person("m")
    latest = months_after(DAY, RULES.valid_months_max)
    assert on_terms(Basis.FACE, someone, valid_until=latest) is None
    for day in (date(2026, 11, 21), date(2029, 11, 23), date.max):
        assert on_terms(Basis.FACE, someone, valid_until=day) == "family.validity"
    assert months_after(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_after(date(2026, 10, 31), 1) == date(2026, 11, 30)
    assert months_after(date(2026, 12, 31), 12) == date(2027, 12, 31)


def test_a_binding_says_what_it_is_for() -> None:
    assert on_terms(Basis.FACE, person("m"), relation="") == "family.relation_wanted"
    assert on_terms(Basis.FACE, person("m"), scopes=frozenset()) == "family.scope_wanted"


def test_only_leave_to_settle_agrees_to_an_amount_and_only_leave_to_act_stands_there() -> None:
    collects = binding("h", "m", scopes=frozenset({Scope.COLLECT}))
    asks = binding("h", "m", scopes=frozenset({Scope.ASK}))
    assert refusal(collects.refuse_unless_settles) == "family.collect_only"
    assert refusal(binding("h", "m").refuse_unless_settles) is None
    assert collects.may_stand
    assert not asks.may_stand


def test_an_ended_binding_holds_on_no_day() -> None:
    ended = binding("h", "m", ended_at=datetime(2026, 1, 2, tzinfo=SHANGHAI))
    assert not dataclasses.replace(ended, ended_by=EndedBy.MEMBER).holds_on(DAY)


# --- the steps
def test_into_done_lead_a_face_documents_and_a_second_word_alone() -> None:
    into_done = {step for step, ends in BINDING_ARROWS.items() if BindingStep.DONE in ends}
    assert into_done == {BindingStep.MEMBER, BindingStep.LOOKING, BindingStep.WITNESSING}
    assert set(BINDING_ARROWS) == set(BindingStep)


@pytest.mark.parametrize("start", list(BindingStep))
@pytest.mark.parametrize("end", list(BindingStep))
def test_a_step_without_an_arrow_is_refused_and_changes_nothing(
    start: BindingStep, end: BindingStep
) -> None:
    page = BindingPage(start, 1.0)
    refused = refusal(lambda: page.move(end, 2.0))
    if end in BINDING_ARROWS[start]:
        assert (refused, page.step, page.since_s) == (None, end, 2.0)
    else:
        assert (refused, page.step, page.since_s) == ("family.no_such_step", start, 1.0)


# --- why more is asked
BY_FACE = Actor(Identified.BY_RELATIVE, Challenged.NOT_ASKED, None, None)
ONCE = Acting("母亲", Basis.FACE, 70, 1, Money.parse("10.00"), 1)


def asked(actor: Actor = BY_FACE, acting: Acting | None = ONCE, amount: str = "10.00") -> set[Why]:
    return set(wanted(Money.parse(amount), Money.parse("200.00"), actor, acting, RULES))


def changed(**more: object) -> Acting:
    return dataclasses.replace(ONCE, **more)  # type: ignore[arg-type]


def test_one_small_bill_for_one_grown_member_asks_nothing() -> None:
    assert asked() == set()
    assert asked(acting=None) == set()


def test_each_limit_of_the_day_asks_when_it_is_passed() -> None:
    most = RULES.day_sum_max
    assert asked(acting=changed(day_visits=RULES.day_visits_max)) == set()
    assert asked(acting=changed(day_visits=RULES.day_visits_max + 1)) == {Why.DAY_VISITS}
    assert asked(acting=changed(day_sum=most)) == set()
    assert asked(acting=changed(day_sum=Money(most.fen + 1))) == {Why.DAY_SUM}
    assert asked(acting=changed(day_members=RULES.pattern_members - 1)) == set()
    assert asked(acting=changed(day_members=RULES.pattern_members)) == {Why.PATTERN}


@pytest.mark.parametrize(
    ("age", "relation", "basis", "asks"),
    [
        (13, "侄子", Basis.WITNESS, True),
        (14, "侄子", Basis.WITNESS, False),
        (13, "孙女", Basis.WITNESS, False),
        (13, "侄子", Basis.DOCUMENTS, False),
        (13, "侄子", Basis.PROVINCE, False),
        (13, "", Basis.CARRIED_OVER, True),
    ],
)
def test_a_small_child_asks_where_nothing_shows_a_guardian(
    age: int, relation: str, basis: Basis, *, asks: bool
) -> None:
    acting = changed(member_age=age, relation=relation, basis=basis)
    assert asked(acting=acting) == ({Why.GUARDIAN} if asks else set())


def test_what_answers_what() -> None:
    acting = changed(relation="侄子", member_age=5, day_members=9, day_visits=9)
    twin = dataclasses.replace(BY_FACE, looks_like_another=True)
    everything = {Why.AMOUNT, Why.LOOK_ALIKE, Why.GUARDIAN, Why.PATTERN, Why.DAY_VISITS}
    assert asked(twin, acting, "300.00") == everything
    challenged = dataclasses.replace(twin, challenged=Challenged.PASSED)
    assert asked(challenged, acting, "300.00") == everything - {Why.AMOUNT}
    for factor in SecondFactor:
        known = dataclasses.replace(twin, second_factor=factor)
        assert asked(known, acting, "300.00") == {Why.PATTERN, Why.DAY_VISITS}
    vouched = dataclasses.replace(
        twin, second_factor=SecondFactor.DOCTOR, answered=frozenset(everything)
    )
    assert asked(vouched, acting, "300.00") == set()


@given(st.sets(st.sampled_from(list(Why))))
def test_the_doctors_word_answers_everything(reasons: set[Why]) -> None:
    said = dataclasses.replace(
        BY_FACE, second_factor=SecondFactor.DOCTOR, answered=frozenset(reasons)
    )
    assert still_open(sorted(reasons), said) == ()
    assert digits_help(reasons) is bool(reasons - DOCTORS_ALONE)
    assert challenge_helps(reasons) is (Why.AMOUNT in reasons)


def test_whoever_gave_a_number_is_not_taken_for_their_twin() -> None:
    card = dataclasses.replace(BY_FACE, identified=Identified.BY_ID_NUMBER, looks_like_another=True)
    assert wanted(ZERO, None, card, None, RULES) == ()
