"""Why more than a face is asked for, and only what answers it."""

from __future__ import annotations

from typing import Any

import pytest

from terminal.core.visit import VisitState
from tests.kiosk.counter_views import CHILD, ShownDesk, person, visit
from tests.kiosk.people_scenes import FOR_THE_GRANDSON


@pytest.mark.parametrize(
    ("why", "ways", "step"),
    [
        ((), {"look", "digits"}, "step.assurance"),
        (("assurance.amount",), {"look", "digits"}, "step.assurance"),
        (("assurance.look_alike",), {"digits"}, "step.assurance_other"),
        (("assurance.guardian",), {"digits"}, "step.assurance_other"),
        (("assurance.pattern",), set(), "step.assurance_by_doctor"),
        (("assurance.day_sum", "assurance.day_visits"), set(), "step.assurance_by_doctor"),
    ],
)
def test_why_more_is_asked_is_said_and_only_what_answers_it_is_offered(
    client: Any, desk: ShownDesk, why: tuple[str, ...], ways: set[str], step: str
) -> None:
    asked = visit(VisitState.PRICED, assurance_wanted=True, digits_left=2, assurance_why=why)
    desk.show(visit=asked)
    doctor, resident = client.get("/doctor").text, client.get("/resident").text
    assert 'id="vouch-button"' in doctor
    assert ("对着屏幕做动作" in doctor) == ("look" in ways)
    assert ("在居民的屏幕上按" in doctor) == ("digits" in ways)
    assert ('id="give-digits"' in resident) == ("digits" in ways)
    assert f'data-step="{step}"' in resident
    for code in why:
        assert f'data-why="{code}"' in doctor


@pytest.mark.parametrize(
    ("why", "asked_of", "said"),
    [
        (("assurance.look_alike",), {}, "请按身份证号最后四位"),
        (("assurance.amount",), {}, "也可以按身份证号最后四位"),
        (
            ("assurance.guardian",),
            {"person": CHILD, "holder": person(), **FOR_THE_GRANDSON},
            "请按您自己的身份证号最后四位",
        ),
    ],
)
def test_the_keys_say_whose_digits_and_whether_there_is_another_way(
    client: Any, desk: ShownDesk, why: tuple[str, ...], asked_of: dict[str, Any], said: str
) -> None:
    more = {"assurance_wanted": True, "digits_left": 2, "assurance_why": why}
    desk.show(visit=visit(VisitState.PRICED, **more, **asked_of))
    assert f'<label for="digits">{said}</label>' in client.get("/resident").text
