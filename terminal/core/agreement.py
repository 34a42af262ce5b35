"""What the resident said to an amount: agreed or declined, and in what way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from terminal.core.money import Money


class Answer(StrEnum):
    """What was said. Both are equally easy to say."""

    AGREED = "agreed"
    DECLINED = "declined"


class Manner(StrEnum):
    """How it was said."""

    TAP = "tap"
    """On the resident's own screen."""
    BUTTON = "button"
    """On a hardware button."""
    SPOKEN = "spoken"
    """口头同意: said to the doctor, who tapped it and answers for it."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One answer to one amount."""

    answer: Answer
    manner: Manner
    revision: int
    """Of the lines that were on the screen."""
    own: Money
    """The person's share that was on the screen."""
    at: datetime
    heard_by: str = ""
    """National code of the doctor who heard it; empty unless it was spoken."""

    def is_of(self, revision: int, own: Money | None) -> bool:
        """Whether it was said of just this bill."""
        return self.revision == revision and self.own == own
