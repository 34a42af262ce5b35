"""The family page on its way to one binding: who is named, and what was agreed to."""

from __future__ import annotations

from dataclasses import dataclass

from terminal.core.families import Terms
from terminal.core.family_rules import BINDING_ARROWS
from terminal.core.faults import Fault, Refused
from terminal.core.people import Person
from terminal.core.people_views import BindingStep

LOOK_MAX_S = 60.0
"""How long the member's face is waited for, a challenge included."""

WAITING_MAX_S = 600.0
"""For looking at papers; after that the doctor has been called away."""


_AGREEING = {BindingStep.LOOKING, BindingStep.WITNESSING}


@dataclass(slots=True, eq=False, repr=False)
class BindingPage:
    """What the page has come to. In memory only."""

    step: BindingStep
    since_s: float
    holder: Person | None = None
    member: Person | None = None
    terms: Terms | None = None
    hint: str | None = None
    notice: str | None = None
    said: str = ""
    asked: int = 0
    """Questions put to the province: only the answer to the last one counts."""

    def move(self, step: BindingStep, at_s: float) -> None:
        """Raises Refused `family.no_such_step`, changing nothing."""
        if step not in BINDING_ARROWS[self.step]:
            raise Refused("family.no_such_step", step=self.step.value, to=step.value)
        self.step, self.since_s = step, at_s
        self.hint = self.notice = None
        self.said = ""

    def ask_anew(self, at_s: float) -> None:
        """Another member is asked for; whoever was named before is dropped."""
        self.move(BindingStep.ASKING, at_s)
        self.member = self.terms = None
        self.asked += 1

    def say(self, fault: Fault) -> None:
        """Say what stands in the way, in the province's own words if any."""
        self.notice, self.said = fault.code, fault.said or ""

    def found(self, person: Person, at_s: float) -> None:
        """The province said who it is: the holder first, then a member."""
        if self.holder is None:
            self.move(BindingStep.HOLDER, at_s)
            self.holder = person
        else:
            self.move(BindingStep.MEMBER, at_s)
            self.member = person

    def not_found(self, fault: Fault, at_s: float) -> None:
        """Nobody, or nobody who may be bound; a holder who is known stays so."""
        self.move(BindingStep.FAILED if self.holder is None else BindingStep.HOLDER, at_s)
        self.say(fault)

    def agreed_to(self) -> Terms | None:
        """What is agreed to by the look or the word that is waited for now."""
        return self.terms if self.step in _AGREEING else None

    def looking(self) -> str | None:
        """Whose face is waited for."""
        if self.step is not BindingStep.LOOKING or self.member is None:
            return None
        return self.member.person_id

    def look_again(self, code: str, at_s: float) -> None:
        """A look came to nothing: back to where the other ways are."""
        self.move(BindingStep.MEMBER, at_s)
        self.notice = code

    def in_time(self, now_s: float) -> bool:
        """Whether the page may stay; longer than this nobody waits with a name on it."""
        return now_s - self.since_s < WAITING_MAX_S
