"""How long a face is kept that nobody uses, and when its owner is told before it goes.

PIPL article 19: no longer than the purpose needs. A face is erased when it was promised to
be, never without an announcement before, and never by a clock that has jumped: a battery
that died must not empty a village's gallery.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from terminal.core.consent import UNUSED_MONTHS, months_told
from terminal.core.months import months_after

ERASED_A_DAY_MAX = 50
"""Whatever is wrong, a doctor sees the list shrink before much of it is gone."""

_JUMP = timedelta(days=30)
"""A longer pause since the last look is a clock that jumped, or a device from a cupboard."""

_BACK = timedelta(hours=1)
"""A clock that a time server sets right goes back by less."""

_DOUBTED_FOR = timedelta(days=30)
"""So long somebody may notice a wrong date on the screens; nothing is erased meanwhile."""


@dataclass(frozen=True, slots=True)
class RetentionRules:
    """The settings that say so."""

    unused_months: int = UNUSED_MONTHS
    announced_days: int = 30


@dataclass(frozen=True, slots=True)
class FaceUse:
    """When somebody's face was of use last."""

    person_id: str
    used_at: datetime
    announced_at: datetime | None = None
    """Since when the doctor's screen says that it will be erased."""
    version: str = ""
    """What was agreed to; it may name fewer months than the setting now does."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What is remembered of the last look at the calendar."""

    last_at: datetime
    doubtful_until: datetime | None = None
    """The clock jumped: until then nothing is erased."""

    def holds_on(self, now: datetime) -> bool:
        """Whether the clock is still doubted now."""
        return self.doubtful_until is not None and now < self.doubtful_until


def watched(before: Watched | None, now: datetime) -> Watched:
    """What is to be remembered of this look."""
    if before is None:
        return Watched(now)
    if now - before.last_at > _JUMP or before.last_at - now > _BACK:
        return Watched(now, now + _DOUBTED_FOR)
    return Watched(now, before.doubtful_until if before.holds_on(now) else None)


def erased_on(use: FaceUse, rules: RetentionRules, today: date) -> date:
    """The day on which this face goes if it is not used before.

    As many months after its last use as were promised or are set, whichever are fewer, and
    never sooner than the announcement has stood for its days.
    """
    told = months_told(use.version)
    months = rules.unused_months if told is None else min(told, rules.unused_months)
    unused = months_after(use.used_at.date(), months)
    announced = today if use.announced_at is None else use.announced_at.date()
    return max(unused, announced + timedelta(days=rules.announced_days))


def to_announce(uses: Iterable[FaceUse], rules: RetentionRules, today: date) -> tuple[str, ...]:
    """Of whose faces it is to be said from today on that they will be erased."""
    return tuple(
        use.person_id
        for use in uses
        if use.announced_at is None
        and erased_on(use, rules, today) <= today + timedelta(days=rules.announced_days)
    )


def to_erase(uses: Iterable[FaceUse], rules: RetentionRules, today: date) -> tuple[str, ...]:
    """Whose faces go today, the longest unused first; at most `ERASED_A_DAY_MAX`."""
    due = [
        use
        for use in uses
        if use.announced_at is not None and erased_on(use, rules, today) <= today
    ]
    due.sort(key=lambda use: (use.used_at, use.person_id))
    return tuple(use.person_id for use in due[:ERASED_A_DAY_MAX])
