"""How far provisioning is, in one small file: what a power cut must not take away.

Replaced whole at every step. The card with its one-time secret is never in it: before the
county has answered, a power cut asks for the card once more. The county's answer, which has
the clinic's access to the province, lies beside it until the last step is done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from terminal.core.faults import Refused, Unavailable
from terminal.core.provisioning import (
    PartView,
    Step,
    StepState,
    StepView,
    after_power_cut,
    all_waiting,
    with_step,
)
from terminal.private_file import write_private

STATE = "enrolment.json"
ANSWER = "answer.signed"
_BYTES_MAX = 512 * 1024
_USED_MAX = 100


@dataclass(frozen=True, slots=True)
class TrialKept:
    """How far the one-fen visit is; `visit_id` is written before anything is charged."""

    visit_id: str = ""
    setl_id: str = ""
    cancelled_setl_id: str = ""
    code: str = ""
    """Why there is none, or why it is not known what became of it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that outlives a power cut."""

    steps: tuple[StepView, ...] = field(default_factory=all_waiting)
    clinic: str = ""
    clinic_name: str = ""
    card_serial: str = ""
    county_url: str = ""
    province_url: str = ""
    request: str = ""
    """Digest of the request that the county answered."""
    used: tuple[str, ...] = ()
    """Serials of the cards that this device was enrolled with."""
    parts: tuple[PartView, ...] = ()
    trial: TrialKept = TrialKept()
    erasure: str = ""
    """The signed statement about the clinic before."""
    begun_at: datetime | None = None
    done_at: datetime | None = None

    def is_done(self) -> bool:
        return all(each.state is StepState.DONE for each in self.steps)

    def open_trial(self, clinic: str) -> TrialKept:
        """The one-fen visit of this clinic that nobody has seen the end of: another card must
        not make it forgotten. Else none."""
        state = next(each.state for each in self.steps if each.step is Step.TRIAL_VISIT)
        is_open = self.clinic == clinic and state is not StepState.DONE
        return self.trial if is_open else TrialKept()

    def with_step(self, changed: StepView) -> Kept:
        return replace(self, steps=with_step(self.steps, changed))

    def used_with(self, serial: str) -> Kept:
        return replace(self, used=(*self.used, serial)[-_USED_MAX:])


class Provisioned:
    """The folder data_dir/identity. `read`, `keep`, `answer`, `keep_answer`, `forget_answer`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self) -> Kept:
        """Where it stands; a file that cannot be read is as if nothing had begun."""
        try:
            with (self._folder / STATE).open("rb") as stream:
                kept = _kept(json.loads(stream.read(_BYTES_MAX)))
        except (OSError, ValueError, KeyError, TypeError):
            return Kept()
        enrolled = next(each for each in kept.steps if each.step is Step.ENROL)
        if enrolled.state is not StepState.DONE:
            trial = kept.open_trial(kept.clinic)
            whose = kept.clinic if trial.visit_id else ""
            return Kept(clinic=whose, used=kept.used, trial=trial, erasure=kept.erasure)
        return replace(kept, steps=after_power_cut(kept.steps))

    def keep(self, kept: Kept) -> None:
        """Raises Unavailable `enrol.not_kept`."""
        told = asdict(kept)
        told["begun_at"] = kept.begun_at and kept.begun_at.isoformat()
        told["done_at"] = kept.done_at and kept.done_at.isoformat()
        self._write(STATE, json.dumps(told, default=str, ensure_ascii=False).encode("utf-8"))

    def answer(self) -> str:
        """What the county answered. Raises Refused `enrol.no_answer` where it is gone."""
        try:
            with (self._folder / ANSWER).open("rb") as stream:
                return stream.read(_BYTES_MAX).decode("ascii", "replace")
        except OSError:
            raise Refused("enrol.no_answer") from None

    def keep_answer(self, text: str) -> None:
        """Raises Unavailable `enrol.not_kept`."""
        self._write(ANSWER, text.encode("ascii", "replace"))

    def forget_answer(self) -> None:
        (self._folder / ANSWER).unlink(missing_ok=True)

    def _write(self, name: str, data: bytes) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_private(self._folder / name, data)
        except OSError as error:
            raise Unavailable("enrol.not_kept", file=name, reason=error.strerror or "") from None


def _kept(told: dict[str, Any]) -> Kept:
    steps = tuple(_step(each) for each in told["steps"])
    if tuple(each.step for each in steps) != tuple(Step):
        raise ValueError("steps")
    return Kept(
        **{
            **told,
            "steps": steps,
            "used": tuple(str(each) for each in told["used"]),
            "parts": tuple(PartView(**each) for each in told["parts"]),
            "trial": TrialKept(**told["trial"]),
            "begun_at": _moment(told["begun_at"]),
            "done_at": _moment(told["done_at"]),
        }
    )


def _step(told: Mapping[str, Any]) -> StepView:
    return StepView(
        Step(told["step"]), StepState(told["state"]), told["seconds"], told["code"], told["facts"]
    )


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
