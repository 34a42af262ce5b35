"""What is said of a screen: the words that stand on it, at the right moment."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from kiosk_ui.app import create_app
from kiosk_ui.screens import resident_screen
from kiosk_ui.voice.saying import Urgency, spoken, told, utterance
from kiosk_ui.voice.table import clips
from kiosk_ui.words.consent import consent_text
from terminal.core.agreement import Agreement, Answer, Manner
from terminal.core.counter import CounterView, EnrolmentStep, EnrolmentView
from terminal.core.money import Money
from terminal.core.standing import Standing
from terminal.core.visit import VisitState
from tests.kiosk.counter_views import (
    AT,
    CHILD,
    SLIP,
    Pictures,
    ShownDesk,
    notice,
    payments,
    person,
    view,
    visit,
    yuan,
)

COMPOSED = re.compile(r"number\.|yuan|jiao\.|fen\.|date\.|who\.for$|who\.treated$")
"""Figures stand on the page as figures; who it is for, with a masked name between."""


def words(names: tuple[str, ...]) -> list[str]:
    return [clips()[name].words for name in names]


def said(shown: CounterView) -> str:
    return "，".join(words(spoken(resident_screen(shown))))


def answered(answer: Answer) -> Any:
    agreement = Agreement(answer, Manner.TAP, 7, yuan("7.90"), AT)
    return visit(VisitState.PRICED, agreement=agreement)


SCENES: dict[str, dict[str, Any]] = {
    **{state.value: {"visit": visit(state)} for state in VisitState},
    "nobody": {"visit": None},
    "somebody too far": {"visit": None, "hint": "face.too_far"},
    "a covered face": {"visit": None, "hint": "face.mouth_covered"},
    "no line": {"visit": None, "hint": "face.none", "away": {"province": "province.away"}},
    "refused": {"visit": visit(VisitState.IDENTIFIED, notice=notice("person.not_insured"))},
    "to be paid": {"visit": visit(VisitState.SETTLED, payments=payments())},
    "to come again": {"visit": visit(VisitState.SETTLED, next_due=date(2025, 12, 12))},
    "a slip": {"visit": visit(VisitState.UNCERTAIN, slip=SLIP)},
    "agreed": {"visit": answered(Answer.AGREED)},
    "declined": {"visit": answered(Answer.DECLINED)},
    "for a son": {
        "visit": visit(
            VisitState.PRESENTED, person=CHILD, holder=person("王建国"), standing=Standing.FAMILY
        )
    },
    **{
        f"enrolment {step.value}": {
            "visit": None,
            "enrolling": EnrolmentView(step, person=person(), taken=1, wanted=3),
        }
        for step in EnrolmentStep
    },
}


@pytest.mark.parametrize("scene", SCENES)
def test_whatever_is_said_stands_on_the_page(scene: str, tmp_path: Path) -> None:
    desk = ShownDesk(view(**SCENES[scene]))
    app = create_app(desk, Pictures(), tmp_path, voice=tmp_path)
    page = app.test_client().get("/resident", headers={"Sec-Fetch-Site": "none"}).text
    asked = re.search(r'data-say="([^"]*)"', page)
    assert asked is not None
    names = asked.group(1).split()
    assert names, "nothing is said"
    shown = re.sub(r"\s+", "", Markup(page).striptags())  # noqa: S704 -- only read.
    for name in names:
        if not COMPOSED.match(name):
            assert re.sub(r"\s+", "", clips()[name].words) in shown, name


def test_a_bill_is_said_with_its_three_figures_and_why() -> None:
    bill = said(view(visit=visit(VisitState.PRICED)))
    heads = [bill.index(word) for word in ("总费用", "医保支付", "您支付")]
    assert heads == sorted(heads)
    assert "总费用，二十，六，元，三角，四分" in bill
    assert "您支付，七元，九角" in bill


def test_while_an_outcome_is_unknown_no_amount_is_said() -> None:
    for state in (VisitState.UNCERTAIN, VisitState.SETTLING, VisitState.DIFFERS):
        shown = spoken(resident_screen(view(visit=visit(state, payments=payments()))))
        assert not [name for name in shown if re.match(r"yuan|jiao\.|fen\.", name)], state


def test_a_relation_outside_the_list_is_said_as_family() -> None:
    typed = person("王小明", relation="高血压的二舅")
    shown = visit(
        VisitState.PRESENTED, person=typed, holder=person("王建国"), standing=Standing.FAMILY
    )
    assert said(view(visit=shown)).startswith("您给，家人，看病")
    choosing = visit(VisitState.CHOOSING, choices=(person(), CHILD, typed))
    assert said(view(visit=choosing)).endswith("我自己，儿子，家人")


def test_the_consent_is_said_whole_with_this_regions_months() -> None:
    shown = view(visit=None, enrolling=EnrolmentView(EnrolmentStep.CONSENT, person=person()))
    text = "".join(words(spoken(resident_screen(shown), unused_months=12)))
    assert "".join(consent_text(12)).replace("12", "十二") in text


def test_an_empty_room_is_not_spoken_to_and_a_hint_waits_for_the_last_word() -> None:
    manners = {
        manner: utterance(resident_screen(view(**SCENES[scene]))).manner
        for scene, manner in (
            ("nobody", Urgency.QUIET),
            ("somebody too far", Urgency.PATIENT),
            ("priced", Urgency.NOW),
        )
    }
    assert {wanted: got for wanted, got in manners.items() if wanted is not got} == {}


def test_the_next_visit_is_another_occasion_of_the_same_words() -> None:
    first, second = (
        utterance(resident_screen(view(visit=visit(VisitState.PRESENTED, visit_id=visit_id))))
        for visit_id in ("v1", "v2")
    )
    assert first.clips == second.clips
    assert first != second


def test_words_that_are_not_in_the_closed_list_stay_unspoken() -> None:
    assert told("苯磺酸氨氯地平片", "医保支付", Money(500)) == ("bill.fund", "yuan.5")
    assert told("王建国") == ()
