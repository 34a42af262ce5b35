"""Whoever comes with or for somebody without a binding, as the doctor's page takes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from terminal.core.faults import Refused
from terminal.core.standing import Standing
from terminal.core.visit import VisitState
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import ID_NUMBER, ShownDesk, person, visit
from tests.kiosk.people_scenes import CHILD_NUMBER, FOR_THE_GRANDSON, MOTHER, MOTHER_NUMBER

HTMX = {**OURS, "HX-Request": "true"}
JSON = {**OURS, "Accept": "application/json"}
BABY = {
    "birth_certificate": "U990100001",
    "name": "李秀英之子",
    "gender": "1",
    "born": "2025-11-02",
    "mother_id_number": MOTHER_NUMBER,
}
TAPS = [
    (
        "/visits/v1/brought-by",
        {"name": "李秀英", "relation": "母亲", "id_number": ""},
        ("brought_by", "v1", "李秀英", "母亲", ""),
    ),
    (
        "/visits/v1/brought-by",
        {"name": "李大明", "other_relation": "工友", "relation": "邻居", "id_number": ID_NUMBER},
        ("brought_by", "v1", "李大明", "工友", ID_NUMBER),
    ),
    ("/codes", {"code": "99" * 14, "name": ""}, ("open_by_code", "99" * 14, "", "")),
    (
        "/codes",
        {"code": "99" * 14, "name": "王春花", "relation": "女儿"},
        ("open_by_code", "99" * 14, "王春花", "女儿"),
    ),
    (
        "/errands",
        {
            "id_number": ID_NUMBER,
            "helper_name": "李大明",
            "helper_id_number": MOTHER_NUMBER,
            "relation": "邻居",
        },
        ("open_errand", ID_NUMBER, "李大明", MOTHER_NUMBER, "邻居"),
    ),
    (
        "/newborns",
        BABY,
        ("open_newborn", "U990100001", "李秀英之子", "1", date(2025, 11, 2), MOTHER_NUMBER),
    ),
    (
        "/newborns/registered",
        {"birth_certificate": "U990100001", "id_number": CHILD_NUMBER},
        ("register_newborn", "U990100001", CHILD_NUMBER),
    ),
]


@pytest.mark.parametrize(("path", "form", "taken"), TAPS)
def test_each_form_is_one_verb(
    client: Any, desk: ShownDesk, path: str, form: dict[str, str], taken: tuple[Any, ...]
) -> None:
    assert client.post("/doctor" + path, data=form, headers=HTMX).status_code == 200
    assert desk.taken == [taken]


@pytest.mark.parametrize(("path", "form", "_taken"), TAPS)
def test_a_refusal_reaches_the_doctor_in_words(
    client: Any, desk: ShownDesk, path: str, form: dict[str, str], _taken: object
) -> None:
    desk.refusing = Refused("person.id_number_wrong")
    answer = client.post("/doctor" + path, data=form, headers=HTMX)
    assert answer.status_code == 409
    assert "innerHTML:#notice" in answer.text


@pytest.mark.parametrize(
    "written", ["2025-11-2", "20251102", "2025年11月2日", "2025.11.02", "２０２５－１１－０２"]
)
def test_a_day_of_birth_is_read_as_people_write_it(
    client: Any, desk: ShownDesk, written: str
) -> None:
    client.post("/doctor/newborns", data={**BABY, "born": written}, headers=JSON)
    assert desk.taken[0][4] == date(2025, 11, 2)


@pytest.mark.parametrize(
    "written", ["昨天", "2025-13-01", "2025-02-30", "2025112", "1925-11-02", "11-02", "2025-11-021"]
)
def test_a_day_of_birth_that_is_none_opens_no_visit(
    client: Any, desk: ShownDesk, written: str
) -> None:
    answer = client.post("/doctor/newborns", data={**BABY, "born": written}, headers=JSON)
    assert (answer.status_code, answer.json["code"]) == (409, "person.birth_day_unreadable")
    assert desk.taken == []


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/newborns", {**BABY, "gender": "3"}),
        ("/newborns", {**BABY, "name": ""}),
        ("/errands", {"id_number": ID_NUMBER, "helper_name": "李大明"}),
        ("/codes", {"code": ""}),
        ("/visits/v1/brought-by", {"relation": "母亲"}),
    ],
)
def test_a_form_that_is_not_filled_in_opens_nothing(
    client: Any, desk: ShownDesk, path: str, form: dict[str, str]
) -> None:
    assert client.post("/doctor" + path, data=form, headers=JSON).status_code == 400
    assert desk.taken == []


def test_the_forms_stand_outside_what_is_redrawn(client: Any, desk: ShownDesk) -> None:
    for form in ("code-form", "errand-form", "newborn-form", "registered-form"):
        assert f'id="{form}"' in client.get("/doctor").text
        assert f'id="{form}"' not in client.get("/doctor/now").text


def test_who_came_along_is_asked_only_of_whoever_stands_there_alone(
    client: Any, desk: ShownDesk
) -> None:
    alone = visit(VisitState.IDENTIFIED)
    for shown, asked in (
        (alone, True),
        (replace(alone, companion=MOTHER, standing=Standing.BROUGHT), False),
        (replace(alone, holder=person(), **FOR_THE_GRANDSON), False),
        (replace(alone, standing=Standing.ERRAND), False),
        (visit(VisitState.PRESENTED), False),
        (visit(VisitState.SETTLED), False),
    ):
        desk.show(visit=shown)
        assert ('id="brought-open"' in client.get("/doctor").text) == asked


@pytest.mark.parametrize(
    ("standing", "doctor", "resident"),
    [
        (Standing.BROUGHT, "陪着来的", "来看病"),
        (Standing.CODE_SHOWN, "出示的", "的医保码"),
        (Standing.ERRAND, "本人没有来", "取药"),
        (Standing.NEWBORN, "还没有登记参保", "带来的"),
    ],
)
def test_who_came_is_named_in_full_to_the_doctor_and_masked_to_the_room(
    client: Any, desk: ShownDesk, standing: Standing, doctor: str, resident: str
) -> None:
    who = replace(MOTHER, standing=standing)
    for state in (VisitState.PRESENTED, VisitState.PRICED, VisitState.UNCERTAIN):
        desk.show(visit=visit(state, companion=who, standing=standing))
        on_doctor, on_resident = client.get("/doctor").text, client.get("/resident").text
        for page, said in ((on_doctor, doctor), (on_resident, resident)):
            assert f'data-standing="{standing}"' in page
            assert said in page
        assert who.name in on_doctor
        assert who.masked_name in on_resident
        assert who.name not in on_resident


def test_nobody_is_said_to_stand_here_when_it_is_over(client: Any, desk: ShownDesk) -> None:
    for state in (VisitState.CLOSED, VisitState.CANCELLED):
        desk.show(visit=visit(state, companion=MOTHER, standing=Standing.BROUGHT))
        assert "data-standing" not in client.get("/resident").text


def test_whoever_came_is_masked_on_the_receipt_in_the_room(client: Any, desk: ShownDesk) -> None:
    told = ("陪同 李秀英", "个人支付 7.90")
    shown = visit(VisitState.SETTLED, receipt=told, companion=MOTHER, standing=Standing.BROUGHT)
    desk.show(visit=shown)
    page = client.get("/resident").text
    assert "陪同 李*英" in page
    assert "李秀英" not in page
