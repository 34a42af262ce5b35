"""Family accounts on the doctor's page, and what their own people see and end themselves."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk_ui.screens import resident_screen
from kiosk_ui.stands import figure_of, may_see_family
from kiosk_ui.words import WORDS
from terminal.core.counter import VisitView
from terminal.core.families import ALL_SCOPES, Basis, Scope
from terminal.core.faults import Refused
from terminal.core.people import Identified
from terminal.core.people_views import BindingStep, FamilyView
from terminal.core.standing import Standing
from terminal.core.visit import VisitState
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import CHILD, ShownDesk, person, view, visit
from tests.kiosk.people_scenes import (
    AGREED,
    BINDINGS,
    CHILD_NUMBER,
    DAUGHTER,
    FOR_THE_GRANDSON,
    MOTHER_NUMBER,
    SON,
    WIFE,
    family,
)

HTMX = {**OURS, "HX-Request": "true"}
JSON = {**OURS, "Accept": "application/json"}
PAGE = "/doctor/family"
TERMS: dict[str, Any] = {
    "relation": "孙子",
    "scope": ["settle", "collect", "ask"],
    "months": "12",
}
A_YEAR = date(2026, 11, 20)
UNBOUND = FamilyView(BindingStep.HOLDER)
FOR_CHILD = visit(VisitState.PRESENTED, person=CHILD, holder=person(), **FOR_THE_GRANDSON)

TAPS = [
    ("", {"id_number": MOTHER_NUMBER}, ("family_begin", MOTHER_NUMBER)),
    ("/visit", {"visit_id": "v1"}, ("begin_of_visit", "v1")),
    ("/member", {"id_number": CHILD_NUMBER}, ("name_member", CHILD_NUMBER)),
    ("/bind", {**TERMS, "face": "yes"}, ("bind_by_face", "孙子", ALL_SCOPES, A_YEAR)),
    (
        "/bind",
        {**TERMS, "scope": ["ask"], "months": "36", "document": "birth_certificate"},
        (
            "bind_by_documents",
            "孙子",
            frozenset({Scope.ASK}),
            date(2028, 11, 20),
            "birth_certificate",
        ),
    ),
    (
        "/bind",
        {**TERMS, "months": "1", "other_relation": "表弟", "reason": "dementia"},
        ("bind_by_witness", "表弟", ALL_SCOPES, date(2025, 12, 20), "dementia"),
    ),
    (
        "/bind",
        {**TERMS, "reason": "other", "other_reason": "中风"},
        ("bind_by_witness", "孙子", ALL_SCOPES, A_YEAR, "other:中风"),
    ),
    ("/witness", {}, ("confirm_witness",)),
    ("/unbind", {"binding_id": "b1", "side": "holder"}, ("unbind", "b1", "holder")),
    ("/stop", {}, ("family_stop",)),
]


@pytest.mark.parametrize(("path", "form", "taken"), TAPS)
def test_each_tap_of_the_family_page_is_one_verb(
    client: Any, desk: ShownDesk, path: str, form: dict[str, Any], taken: tuple[Any, ...]
) -> None:
    answer = client.post(PAGE + path, data=form, headers=HTMX)
    assert answer.status_code == 200
    assert "data-version=" in answer.text
    assert desk.taken == [taken]


@pytest.mark.parametrize(
    "form",
    [
        TERMS,
        {**TERMS, "face": "yes", "document": "birth_certificate"},
        {**TERMS, "document": "a note"},
        {**TERMS, "reason": "tired"},
        {**TERMS, "face": "yes", "scope": ["settle", "sell"]},
        {**TERMS, "face": "yes", "months": "13"},
        {**TERMS, "face": "yes", "months": "1200"},
        {**TERMS, "face": "yes", "relation": "孙" * 65},
    ],
)
def test_terms_that_no_page_of_ours_offers_bind_nobody(
    client: Any, desk: ShownDesk, form: dict[str, Any]
) -> None:
    answer = client.post(f"{PAGE}/bind", data=form, headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (400, "page.bad_form")
    assert desk.taken == []


def test_whoever_asks_to_unbind_is_one_of_three(client: Any, desk: ShownDesk) -> None:
    form = {"binding_id": "b1", "side": "neighbour"}
    assert client.post(f"{PAGE}/unbind", data=form, headers=JSON).status_code == 400
    assert desk.taken == []


def test_the_counters_page_leads_to_the_family_of_whoever_stands_there(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=visit(VisitState.IDENTIFIED))
    assert 'action="/doctor/family/visit"' in client.get("/doctor").text
    answer = client.post(f"{PAGE}/visit", data={"visit_id": "v1"}, headers=OURS)
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)


@pytest.mark.parametrize("step", BindingStep)
def test_every_step_of_a_binding_is_drawn_with_its_words(
    client: Any, desk: ShownDesk, step: BindingStep
) -> None:
    desk.families.making = family(step, notice="person.not_bound")
    for path in (PAGE, f"{PAGE}/now"):
        page = client.get(path).text
        assert f'data-step="step.binding_{step}"' in page
        assert 'data-notice="person.not_bound"' in page
    assert WORDS[f"step.binding_{step}"].doctor in page
    assert ('id="witness-button"' in page) == (step is BindingStep.WITNESSING)
    assert ('id="member-button"' in page) == (step in {BindingStep.HOLDER, BindingStep.DONE})


def test_only_what_a_binding_may_rest_on_is_offered(client: Any, desk: ShownDesk) -> None:
    offered = {
        Basis.FACE: 'id="bind-face"',
        Basis.DOCUMENTS: 'id="bind-household_register"',
        Basis.WITNESS: 'id="bind-dementia"',
    }
    for may in ((), (Basis.WITNESS,), (Basis.FACE, Basis.WITNESS), tuple(offered)):
        desk.families.making = family(BindingStep.MEMBER, may=may)
        page = client.get(PAGE).text
        assert {basis for basis, button in offered.items() if button in page} == set(may)


def test_nobody_of_nine_years_is_bound_as_an_infant(client: Any, desk: ShownDesk) -> None:
    for age, offered in ((2, True), (3, False), (9, False)):
        desk.families.making = family(BindingStep.MEMBER, member=replace(SON, age=age))
        assert ('id="bind-infant"' in client.get(PAGE).text) == offered


def test_the_chosen_terms_are_not_redrawn_while_the_member_looks(
    client: Any, desk: ShownDesk
) -> None:
    def making() -> str:
        found = re.search(r'id="making" data-version="(\w+)"', client.get(f"{PAGE}/now").text)
        return found.group(1) if found else ""

    desk.families.making = family(BindingStep.MEMBER)
    before = making()
    may = desk.families.making.may
    for hint in ("face.too_far", "face.hold_still"):
        desk.families.making = family(BindingStep.LOOKING, hint=hint, may=may)
        assert making() == before != ""


def test_paying_for_one_another_stands_apart_and_says_what_it_is_not(
    client: Any, desk: ShownDesk
) -> None:
    desk.families.making = family()
    page = client.get(PAGE).text
    aid = page[page.index('class="card aid"') :]
    assert "和亲情账户无关" in aid
    assert DAUGHTER.name in aid
    desk.families.making = family(aid_payers=())
    assert "家庭共济" not in client.get(PAGE).text


# --- the resident's own
def test_the_resident_sees_their_bindings_of_either_side_and_nobody_in_full(
    client: Any, desk: ShownDesk
) -> None:
    desk.families.own = family()
    desk.show(visit=visit(VisitState.CHOOSING))
    for path in ("/resident", "/resident/now"):
        page = client.get(path).text
        assert page.count("真的解除") == len(BINDINGS)
        assert "可以替我" in page
        for who in (SON, WIFE, DAUGHTER):
            assert who.masked_name in page
            assert who.name not in page
            assert who.masked_id not in page
    assert SON.name not in repr(resident_screen(desk.shown, None, desk.families.own))


def test_a_binding_is_ended_by_whoever_it_is_about_and_gone_from_the_same_answer(
    client: Any, desk: ShownDesk
) -> None:
    desk.families.own = family()
    desk.show(visit=visit(VisitState.CHOOSING))
    at = "/resident/visits/v1/unbind"
    answer = client.post(at, data={"binding_id": "b1"}, headers=HTMX)
    assert desk.taken == [("unbind_here", "v1", "b1")]
    assert 'value="b1"' not in answer.text
    assert 'value="b2"' in answer.text


@pytest.mark.parametrize(
    ("shown", "may"),
    [
        (visit(VisitState.CHOOSING), True),
        (visit(VisitState.IDENTIFIED), True),
        (FOR_CHILD, True),
        (visit(VisitState.DOUBTED), False),
        (visit(VisitState.OPEN), False),
        (visit(VisitState.PRICED), False),
        (visit(VisitState.IDENTIFIED, busy="person"), False),
        (visit(VisitState.IDENTIFIED, identified=Identified.BY_ID_NUMBER), False),
        (visit(VisitState.IDENTIFIED, identified=Identified.BY_CODE), False),
        (visit(VisitState.IDENTIFIED, standing=Standing.ERRAND), False),
    ],
)
def test_only_a_face_opens_the_bindings_of_its_own_person(
    client: Any, desk: ShownDesk, shown: VisitView, *, may: bool
) -> None:
    desk.families.own = family()
    desk.show(visit=shown)
    assert may_see_family(shown) == may
    assert ('id="family-open"' in client.get("/resident").text) == may


def test_whoever_is_refused_their_bindings_or_has_none_still_has_their_page(
    client: Any, desk: ShownDesk
) -> None:
    desk.show(visit=visit(VisitState.CHOOSING))
    assert 'id="family-open"' not in client.get("/resident").text
    desk.families.own = family()
    desk.refusing = Refused("visit.not_found")
    page = client.get("/resident")
    assert page.status_code == 200
    assert 'id="family-open"' not in page.text
    assert 'id="choice-2"' in page.text


def test_a_member_who_looks_is_told_to_whom_they_give_leave(client: Any, desk: ShownDesk) -> None:
    desk.families.making = family(BindingStep.LOOKING)
    page = client.get("/resident").text
    for said in (
        'data-step="step.binding_looking"',
        "王*国",
        "王*明",
        "不同意",
        'data-preview="on"',
    ):
        assert said in page
    assert "王建国" not in page
    desk.families.making = family(BindingStep.MEMBER)
    assert "step.binding_looking" not in client.get("/resident").text


@pytest.mark.parametrize("state", [None, VisitState.PRICED, VisitState.UNCERTAIN])
def test_a_look_that_agrees_is_never_waited_for_unsaid(state: VisitState | None) -> None:
    on_the_counter = view(visit(state) if state else None)
    shown = resident_screen(on_the_counter, family(BindingStep.LOOKING, asked=AGREED))
    assert (shown.step, shown.preview, shown.person) == ("step.binding_looking", True, None)
    assert shown.binding is not None
    assert (shown.binding.scopes, shown.binding.valid_until) == (("代取药",), AGREED.valid_until)
    assert resident_screen(on_the_counter, family(BindingStep.MEMBER)).binding is None


def test_whoever_looks_and_whoever_witnesses_is_told_what_they_agree_to(
    client: Any, desk: ShownDesk
) -> None:
    desk.families.making = family(BindingStep.LOOKING, asked=AGREED)
    page = client.get("/resident").text
    assert "代取药" in page
    assert "2027年11月20日" in page
    assert "看病结算" not in page
    desk.families.making = family(BindingStep.WITNESSING, asked=AGREED)
    page = client.get("/doctor/family").text
    asked = page.partition('data-asked="terms"')[2].partition("</p>")[0]
    for said in ("孙子", "代取药", "2027年11月20日"):
        assert said in asked
    assert "（脸上有伤）" in page


@pytest.mark.parametrize("state", [VisitState.PRESENTED, VisitState.TRACED, VisitState.PRICED])
def test_who_stands_here_for_whom_is_said_on_every_step(
    client: Any, desk: ShownDesk, state: VisitState
) -> None:
    desk.show(visit=visit(state, person=CHILD, holder=person(), **FOR_THE_GRANDSON))
    resident, doctor = client.get("/resident").text, client.get("/doctor").text
    assert 'data-standing="family"' in resident
    assert "给儿子 <strong>王*明</strong> 看病" in resident
    assert "亲情账户，到 2026年11月20日" in doctor
    assert 'class="whose"' not in resident


def test_each_card_of_for_whom_has_its_own_drawing() -> None:
    drawn = [
        figure_of(person(age=age, gender=gender))
        for age in (0, 2, 3, 15, 16, 64, 65, 99)
        for gender in ("1", "2")
    ]
    assert drawn == [
        "baby", "baby", "baby", "baby", "boy", "girl", "boy", "girl",
        "man", "woman", "man", "woman", "grandfather", "grandmother", "grandfather", "grandmother",
    ]  # fmt: skip


def test_for_whom_is_chosen_with_one_tap(client: Any, desk: ShownDesk) -> None:
    desk.show(visit=visit(VisitState.CHOOSING, choices=(person(), CHILD)))
    page = client.get("/resident").text
    whole_form = r'<form[^>]*action="/resident/visits/v1/person".*?</form>'
    (form,) = re.findall(whole_form, page, re.DOTALL)
    assert re.findall(r'<button[^>]*name="person_id" value="(\w+)"', form) == ["p1", "p2"]
    client.post("/resident/visits/v1/person", data={"person_id": "p2"}, headers=OURS)
    assert desk.taken == [("choose_person", "v1", "p2")]
