"""What the pairing page shows: one thing to do at a time. Pure: a view in, a screen out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kiosk_ui.technician_words.pages import TEXTS
from terminal.core.provisioning import ProvisionView, Step, StepState, StepView


class Shown(StrEnum):
    """The screens of pairing; each a template of this name."""

    CARD = "card"
    """Scan the enrolment card."""
    CODE = "code"
    """Type the short code instead."""
    COUNTY = "county"
    """Type the county's address: nobody wrote it on this machine."""
    WORKING = "working"
    FAILED = "failed"
    MOVE = "move"
    """The machine belongs to another clinic."""
    MOVE_SURE = "sure"
    WAITS = "waits"
    """It does, and that clinic's money is not settled."""
    DONE = "done"


STEPS = {
    Step.CARD: "登记卡",
    Step.KEYS: "做钥匙",
    Step.ENROL: "向县里登记",
    Step.SETTINGS: "写设置",
    Step.PARTS: "试每一样",
    Step.SIGN_IN: "向医保中心签到",
    Step.TRIAL_VISIT: "试结一分钱",
    Step.SHEET: "验收单",
}
"""In the order of the machine."""

DOING = {
    Step.CARD: "正在看登记卡",
    Step.KEYS: "正在做这台机器的钥匙",
    Step.ENROL: "正在向县里登记",
    Step.SETTINGS: "正在写设置",
    Step.PARTS: "正在试每一样设备",
    Step.SIGN_IN: "正在向医保中心签到",
    Step.TRIAL_VISIT: "正在试结一分钱，马上退掉",
    Step.SHEET: "正在出验收单",
}

STATES = {"well": "正常", "weak": "要留意", "away": "不可用"}

CARD_AGAIN = frozenset({Step.CARD, Step.ENROL})
"""Where these fail another card may be what helps."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How a card may come in, and what is there to go out by."""

    scanner: bool
    camera: bool
    county_url: str
    """Preset on this machine, or empty."""
    printer: bool
    may_return: bool = False
    """Whether this machine has a clinic that it may go back to."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the station knows besides the machine's steps."""

    ways: Ways
    complaint: str = ""
    """The code of what was refused last; empty once something was taken."""
    anothers: bool = False
    """The card was right, and the machine is another clinic's."""
    asked_to_move: bool = False
    wants_card: bool = False
    """Somebody wants to begin with another card."""


def shown(view: ProvisionView, told: Told, way: str) -> Shown:
    """Which screen. `way`: what was asked for in place of scanning, `code` or `county`."""
    if view.is_done:
        return Shown.DONE
    states = {step.step: step.state for step in view.steps}
    if StepState.AT_WORK in states.values():
        return Shown.WORKING
    if told.anothers and not told.wants_card:
        if view.waits:
            return Shown.WAITS
        return Shown.MOVE_SURE if told.asked_to_move else Shown.MOVE
    if told.wants_card or states.get(Step.CARD) is not StepState.DONE:
        if way:
            asked = Shown(way)
            return asked if told.ways.county_url else Shown.COUNTY
        return Shown.CARD
    return Shown.FAILED if StepState.FAILED in states.values() else Shown.WORKING


def may_leave(view: ProvisionView) -> bool:
    """Whether the clinic may begin although a step failed: it has its settings by then, and
    what is missing is made good later by opening this page again."""
    states = {step.step: step.state for step in view.steps}
    return states.get(Step.SETTINGS) is StepState.DONE and StepState.FAILED in states.values()


def now_at(view: ProvisionView) -> StepView | None:
    """The step that failed, is at work, or comes next; None when all are done."""
    for state in (StepState.AT_WORK, StepState.FAILED, StepState.WAITING):
        for step in view.steps:
            if step.state is state:
                return step
    return None


def facts_told(facts: Mapping[str, object]) -> str:
    """Facts beside a code, for whoever is called: none of them is a person's or secret."""
    return "，".join(f"{name}={value}" for name, value in sorted(facts.items()))


def part_name(name: str) -> str:
    """What the technician's page calls this part."""
    return TEXTS.get(f"part.{name}", (name, name))[0]


def time_told(seconds: float | None) -> str:
    """`3 分 05 秒`, or `8 秒`."""
    if seconds is None:
        return ""
    whole = round(seconds)
    return f"{whole} 秒" if whole < 60 else f"{whole // 60} 分 {whole % 60:02d} 秒"
