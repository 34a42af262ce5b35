"""Faces that nobody uses go: said beforehand, erased when it was promised, once a day.

A face of somebody who died goes at the next look, whatever the day. A clock that jumped
erases nothing: everything is announced anew, and for a month nothing goes, so that a wrong
date is noticed first.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

from terminal.core.consent import EndedConsent
from terminal.core.faults import Fault
from terminal.core.retention import (
    FaceUse,
    Watched,
    erased_on,
    to_announce,
    to_erase,
    watched,
)
from terminal.enrolment import Enrolment
from terminal.face_deeds import FaceDeeds
from terminal.store import Store

log = logging.getLogger(__name__)

PUSHED_KEPT = timedelta(days=30)
"""How long a pushed bill is kept that never came into a visit: it names who stayed away."""

_LOOKED = "retention"
"""The fact that says when this was done last, and until when the clock is doubted."""


class Retention:
    """Looks at the calendar once a day, and after a restart."""

    def __init__(self, store: Store, enrolment: Enrolment, now: Callable[[], datetime]) -> None:
        self._store = store
        self._enrolment = enrolment
        self._now = now
        self._rules = enrolment.rules.retention
        self._deeds = FaceDeeds(store, now)

    def tend(self) -> bool:
        """Announce and erase what is due, unless it was done today; returns whether anything
        that a screen shows has changed. To be called as often as one likes.

        Not while the counter's lock is held. Raises what the store raises.
        """
        now, before, buried = self._now(), self._watched(), self._forget_the_dead()
        if before is not None and before.last_at.date() == now.date():
            return buried
        seen = watched(before, now)
        jumped = seen.doubtful_until is not None and seen.doubtful_until != (
            before and before.doubtful_until
        )
        with self._store.transaction():
            # Written first: however often the power fails, no more go on one day.
            self._remember(seen)
            if jumped:
                self._store.face_uses.withdraw_announcements()
        if jumped:
            log.warning("retention.clock_doubtful: no face is erased before the clock is sure")
        uses = self._announce(now)
        if not seen.holds_on(now):
            self._erase(uses, now)
            self._store.pushed.forget(now - PUSHED_KEPT, now)
        self._deeds.empty_log()
        return True

    def doubted(self) -> str | None:
        """`retention.clock_doubtful` while nothing is erased because the clock jumped."""
        seen = self._watched()
        doubted = seen is not None and seen.holds_on(self._now())
        return "retention.clock_doubtful" if doubted else None

    def going(self) -> list[tuple[str, date]]:
        """Whose faces were announced, with the day on which each goes; the earliest first."""
        today = self._now().date()
        seen = self._watched()
        sure = None if seen is None or not seen.holds_on(self._now()) else seen.doubtful_until
        days = [
            (use.person_id, erased_on(use, self._rules, today))
            for use in self._store.face_uses.told()
            if use.announced_at is not None
        ]
        if sure is not None:
            days = [(person_id, max(day, sure.date())) for person_id, day in days]
        return sorted(days, key=lambda each: (each[1], each[0]))

    def _announce(self, now: datetime) -> list[FaceUse]:
        """Say of what is due that it will go, and of what was used that it will not."""
        book, uses = self._store.face_uses, self._store.face_uses.uses()
        told = to_announce(uses, self._rules, now.date())
        with self._store.transaction():
            book.void(use.person_id for use in uses if use.announced_at is None)
            book.announce(told, now)
        if told:
            log.info("%d unused faces were announced", len(told))
        return uses

    def _forget_the_dead(self) -> bool:
        """The province's word needs no announcement, and no clock."""
        dead = self._store.faces.of_the_dead()
        for person_id in dead:
            self._enrolment.erase(person_id, EndedConsent.DEATH)
        return bool(dead)

    def _erase(self, uses: list[FaceUse], now: datetime) -> None:
        gone = 0
        for person_id in to_erase(uses, self._rules, now.date()):
            try:
                self._enrolment.erase(person_id, EndedConsent.RETENTION)
                gone += 1
            except Fault as fault:
                log.warning("an unused face was not erased; tomorrow again: %s", fault)
        if gone:
            log.info("%d unused faces were erased", gone)

    def _watched(self) -> Watched | None:
        told = self._store.journal.recall(_LOOKED)
        if not told:
            return None
        until = told["doubtful_until"]
        return Watched(
            datetime.fromisoformat(told["last_at"]),
            None if until is None else datetime.fromisoformat(until),
        )

    def _remember(self, seen: Watched) -> None:
        until = seen.doubtful_until
        told = {
            "last_at": seen.last_at.isoformat(),
            "doubtful_until": None if until is None else until.isoformat(),
        }
        self._store.journal.remember(_LOOKED, told)
