"""Provisioning: one thread that does the steps in order, and what a page asks of it.

What each step does stands in provision_steps; here is only which comes next, what is written
down before and after it, and what is refused.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from terminal.core.enrolment_card import EnrolmentCard, judge_card, read_card, read_code
from terminal.core.faults import Fault, Refused
from terminal.core.provisioning import (
    ProvisionFacts,
    ProvisionView,
    Step,
    StepState,
    StepView,
    next_step,
)
from terminal.provision_steps import Held, Steps, Works
from terminal.provisioned import Kept, Provisioned

log = logging.getLogger(__name__)

_STOP_S = 5.0
_WITH_CARD = (Step.CARD, Step.KEYS, Step.ENROL)


class Provisioning:
    """From a card to an acceptance sheet. `start` and `stop` its thread; the rest is asked."""

    def __init__(self, works: Works, folder: Provisioned, now: Callable[[], datetime]) -> None:
        self._works = works
        self._folder = folder
        self._now = now
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._changed = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._kept = folder.read()
        self._steps = Steps(works, folder, now, self._keep)
        self._foreign: tuple[EnrolmentCard, str] | None = None
        """A card for another clinic than the device's own, until somebody says `move`."""
        self._held: Held | None = None

    def start(self) -> None:
        """Begin; what was cut goes on by itself as far as no card is needed."""
        self._thread = threading.Thread(target=self._run, name="provisioning", daemon=True)
        self._thread.start()
        if self._needs_no_card():
            self._wake.set()

    def stop(self) -> None:
        """End after the step in hand; what is not done goes on at the next start."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(_STOP_S)

    def view(self) -> ProvisionView:
        """How it stands now."""
        with self._lock:
            kept, held, foreign = self._kept, self._held, self._foreign
        seconds = sum(each.seconds or 0.0 for each in kept.steps)
        return ProvisionView(
            steps=kept.steps,
            clinic_name=kept.clinic_name,
            fixmedins_code=kept.clinic,
            parts=kept.parts,
            held_by=held.clinic_name or held.clinic if held and foreign else "",
            waits=held.waits if held and foreign else 0,
            is_done=kept.is_done(),
            seconds=seconds,
        )

    def wait_for_change(self, timeout_s: float) -> None:
        """Until something changed, or so long."""
        with self._changed:
            self._changed.wait(timeout_s)

    def is_at_work(self) -> bool:
        """Whether there is a step that goes on without anybody."""
        step = next_step(self._kept.steps)
        if step is None:
            return False
        state = next(each.state for each in self._kept.steps if each.step is step)
        has_card = self._steps.card is not None or self._needs_no_card()
        return has_card and state is not StepState.FAILED

    def take_card(self, text: str) -> None:
        """Judge a scanned card and begin. Raises Refused `card.*`, `provision.at_work`,
        `provision.another_clinic`."""
        self._refuse_at_work()
        card = read_card(text, self._works.keys())
        judge_card(card, self._now(), self._kept.used)
        held = self._works.held()
        if held is not None and held.clinic != card.clinic:
            with self._lock:
                self._held, self._foreign = held, (card, text.strip())
            self._tell()
            raise Refused("provision.another_clinic", held_by=held.clinic, waits=held.waits)
        self._begin(card, text.strip())

    def take_code(self, code: str, county_url: str) -> None:
        """Fetch the card of a typed code, and take it. Raises Refused `card.code_wrong`,
        `enrol.*`, Unavailable `enrol.away`, and as `take_card`."""
        self._refuse_at_work()
        self.take_card(self._works.fetch_card(read_code(code), county_url))

    def move(self) -> None:
        """The device leaves its clinic: erase everything of it, and go on with the card.

        Raises Refused `provision.nothing_to_move`, `provision.money_waits`, `wipe.*`.
        """
        self._refuse_at_work()
        with self._lock:
            foreign = self._foreign
        if foreign is None:
            raise Refused("provision.nothing_to_move")
        held = self._works.held()
        if held is not None and held.waits:
            with self._lock:
                self._held = held
            raise Refused("provision.money_waits", waits=held.waits, clinic=held.clinic)
        statement = self._works.erase(foreign[0])
        with self._lock:
            self._kept = Kept(erasure=statement, used=self._kept.used)
            self._held = self._foreign = None
        self._begin(*foreign)

    def try_again(self) -> None:
        """Begin the failed step anew. Raises Refused `provision.no_card` where the card must be
        shown once more."""
        self._refuse_at_work()
        if not self._needs_no_card() and self._steps.card is None:
            raise Refused("provision.no_card")
        with self._lock:
            step = next_step(self._kept.steps)
            if step is not None:
                self._kept = self._kept.with_step(StepView(step, StepState.WAITING))
        self._wake.set()

    def sheet(self) -> ProvisionFacts | None:
        """What the acceptance sheet says; None before it can be said."""
        with self._lock:
            kept = self._kept
        done = {each.step for each in kept.steps if each.state is StepState.DONE}
        return self._steps.facts(kept) if Step.TRIAL_VISIT in done else None

    def _begin(self, card: EnrolmentCard, text: str) -> None:
        erasure = self._kept.erasure or self._works.statement()
        with self._lock:
            self._steps.card = (card, text)
            self._foreign = None
            self._kept = Kept(
                clinic=card.clinic,
                clinic_name=card.clinic_name,
                card_serial=card.serial,
                county_url=card.county_url,
                province_url=card.province_url,
                used=self._kept.used,
                trial=self._kept.open_trial(card.clinic),
                erasure=erasure,
                begun_at=self._now(),
            )
        self._wake.set()

    def _needs_no_card(self) -> bool:
        step = next_step(self._kept.steps)
        return step is not None and step not in _WITH_CARD

    def _refuse_at_work(self) -> None:
        # Between two steps as well: the thread has the next one in hand already.
        goes_on = self._thread is not None and self.is_at_work()
        if goes_on or any(each.state is StepState.AT_WORK for each in self._kept.steps):
            raise Refused("provision.at_work")

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait()
            self._wake.clear()
            while not self._stopping and self._step_on():
                pass

    def _step_on(self) -> bool:
        """Do the next step; whether there may be another."""
        step = next_step(self._kept.steps)
        if step is None or (self._steps.card is None and not self._needs_no_card()):
            return False
        begun_s = time.monotonic()
        try:
            self._keep(self._kept.with_step(StepView(step, StepState.AT_WORK)))
            kept, facts = self._steps.do(step, self._kept)
            took_s = round(time.monotonic() - begun_s, 1)
            self._done(kept.with_step(StepView(step, StepState.DONE, took_s, "", facts)))
        except Fault as fault:
            log.warning("provisioning stops at %s: %s", step.value, fault.code)
            told = {name: str(value) for name, value in fault.facts.items()}
            failed = StepView(step, StepState.FAILED, None, fault.code, told)
            with self._lock:
                self._kept = self._kept.with_step(failed)
            self._tell()
            return False
        return True

    def _done(self, kept: Kept) -> None:
        if kept.is_done():
            kept = replace(kept, done_at=self._now())
        self._keep(kept)
        if kept.is_done():
            self._folder.forget_answer()

    def _keep(self, kept: Kept) -> None:
        self._folder.keep(kept)
        with self._lock:
            self._kept = kept
        self._tell()

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()
