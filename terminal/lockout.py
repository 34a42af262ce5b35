"""Closes the face route for a while after repeated failures; every other way stays open.

What counts is what was written down, so that switching the terminal off and on opens
nothing. A record holds no picture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from terminal.store.face_record import FaceOutcome, FaceRecord

_FAILURES = (FaceOutcome.NOT_LIVE, FaceOutcome.CHALLENGE_FAILED)


@dataclass(frozen=True, slots=True)
class LockoutRule:
    """After how many failures, within how long, for how long."""

    failures_max: int
    within: timedelta
    lasts: timedelta


class Lockout:
    """Whether faces are looked at now."""

    def __init__(self, record: FaceRecord, rule: LockoutRule, now: Callable[[], datetime]) -> None:
        self._record = record
        self._rule = rule
        self._now = now
        self._until: datetime | None = None
        self.failed()

    def failed(self) -> None:
        """Count anew: one more failure was written down."""
        now = self._now()
        times = self._record.times_of(_FAILURES, now - self._rule.within - self._rule.lasts)
        for index in range(self._rule.failures_max - 1, len(times)):
            first = times[index - self._rule.failures_max + 1]
            if times[index] - first <= self._rule.within:
                self._until = times[index] + self._rule.lasts

    def until(self) -> datetime | None:
        """Until when the face route is closed; None when it is open."""
        if self._until is not None:
            # Failures of a clock that ran ahead would close it until that hour comes again.
            now = self._now()
            self._until = min(self._until, now + self._rule.lasts)
            if now >= self._until:
                self._until = None
        return self._until
