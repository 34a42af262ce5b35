"""From a bare board to a working clinic: the steps, and how far they are.

Pure. The steps are a row, not a graph: each one begins when the one before is done, a step
that failed is begun anew, and a power cut in the middle of one counts as a failure of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Step(StrEnum):
    """In the order in which they are done."""

    CARD = "card"
    """A card of the county was read and is right."""
    KEYS = "keys"
    """The device has made its keys; the private halves stay in the vault."""
    ENROL = "enrol"
    """The county has certified them and sent the clinic's settings."""
    SETTINGS = "settings"
    """They are written; from here on this device is the clinic's."""
    PARTS = "parts"
    """Every part was tried."""
    SIGN_IN = "sign_in"
    """The province knows us (9001)."""
    TRIAL_VISIT = "trial_visit"
    """One fen was settled and cancelled."""
    SHEET = "sheet"
    """The acceptance sheet is there to be signed."""


class StepState(StrEnum):
    WAITING = "waiting"
    AT_WORK = "at_work"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StepView:
    """How far one step is."""

    step: Step
    state: StepState
    seconds: float | None = None
    """How long it took; None until it is done."""
    code: str = ""
    """Why it failed."""
    facts: Mapping[str, object] = field(default_factory=dict)
    """Numbers and codes, no personal data and no secret."""


@dataclass(frozen=True, slots=True)
class PartView:
    """A part as it was found."""

    name: str
    state: str
    """well, weak or away."""
    code: str = ""
    measured: str = ""


@dataclass(frozen=True, slots=True)
class ProvisionView:
    """What a page or a terminal window shows."""

    steps: tuple[StepView, ...]
    clinic_name: str = ""
    fixmedins_code: str = ""
    parts: tuple[PartView, ...] = ()
    held_by: str = ""
    """The clinic that this device still belongs to, or empty."""
    waits: int = 0
    """Visits of that clinic whose money still waits: moving is refused."""
    is_done: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ProvisionFacts:
    """What stands on the acceptance sheet; nothing of a person and no secret."""

    clinic_name: str
    fixmedins_code: str
    card_serial: str
    at: datetime
    version: str
    """Of the program."""
    weights: Mapping[str, str]
    """SHA-256 of each network's file, by task."""
    certificate_serial: str
    certificate_expires: datetime
    device_key_digest: str
    """SM3 of the device's public key (hex)."""
    parts: tuple[PartView, ...]
    setl_id: str
    """Of the one-fen visit; empty where none was made, and `trial_code` says why."""
    cancelled_setl_id: str
    """Of its cancellation; empty while that is not known."""
    trial_code: str
    seconds: Mapping[str, float]
    """By step."""
    erasure_digest: str = ""
    """SM3 of the signed statement that the clinic before was erased; empty for a new device."""


def all_waiting() -> tuple[StepView, ...]:
    """Before anything was done."""
    return tuple(StepView(step, StepState.WAITING) for step in Step)


def next_step(steps: tuple[StepView, ...]) -> Step | None:
    """The first that is not done; None when all are."""
    return next((each.step for each in steps if each.state is not StepState.DONE), None)


def with_step(steps: tuple[StepView, ...], changed: StepView) -> tuple[StepView, ...]:
    """The row with one step in its new state."""
    return tuple(changed if each.step is changed.step else each for each in steps)


def after_power_cut(steps: tuple[StepView, ...]) -> tuple[StepView, ...]:
    """What was at work is begun anew; what was done stays done."""
    return tuple(
        StepView(each.step, StepState.WAITING) if each.state is StepState.AT_WORK else each
        for each in steps
    )
