"""PINs are tried a few times, then waited for, and a restart forgets no try.

A try is counted before it is judged, so that no power cut gives one away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from terminal.core.faults import Refused
from terminal.core.ledger import Deed
from terminal.core.operators import Operator
from terminal.core.pins import is_pin
from terminal.store import Store
from terminal.store.operators import PinKept


@dataclass(frozen=True, slots=True)
class SignInLimits:
    """How long a screen stays open, and how often a PIN may be wrong."""

    lock_after: timedelta = timedelta(minutes=15)
    failures_max: int = 5
    locked_for: timedelta = timedelta(minutes=5)


class PinTries:
    """Judges PINs, and counts."""

    def __init__(self, store: Store, limits: SignInLimits, now: Callable[[], datetime]) -> None:
        self._store = store
        self._limits = limits
        self._now = now

    def refuse_wrong(self, operator: Operator, pin: str) -> None:
        """Raises Refused `operator.pin_wrong` with the tries left, or `operator.locked`."""
        self._shorten(operator.operator_id)
        with self._store.transaction():  # Read and counted in one: no two tries count as one.
            kept = self._unlocked(operator.operator_id)
            left = self._limits.failures_max - kept.failures - 1
            until = self._now() + self._limits.locked_for if left <= 0 else None
            failures = 0 if until else kept.failures + 1
            self._store.operators.tried(operator.operator_id, failures, until)
        if is_pin(pin, kept.pin_hash):
            return
        facts = {"operator": operator.operator_id, "tries_left": max(left, 0)}
        self._store.ledger.add(Deed.SIGN_IN_REFUSED, self._now(), facts, who=named(operator))
        if until is not None:
            raise Refused("operator.locked", until=until.isoformat(), tries_left=0)
        raise Refused("operator.pin_wrong", tries_left=left)

    def refuse_locked(self, operator_id: str) -> None:
        """Raises Refused `operator.locked` while they wait, `operator.unknown`."""
        self._shorten(operator_id)
        self._unlocked(operator_id)

    def _shorten(self, operator_id: str) -> None:
        """A wait never lasts longer than it may, counted from now.

        A clock that ran a year ahead when the PIN was wrong would lock somebody out for
        that year; one set back unlocks nobody: they wait the whole time anew.
        """
        latest = self._now() + self._limits.locked_for
        with self._store.transaction():
            kept = self._store.operators.pin_kept(operator_id)
            if kept is not None and kept.locked_until is not None and kept.locked_until > latest:
                self._store.operators.tried(operator_id, kept.failures, latest)

    def _unlocked(self, operator_id: str) -> PinKept:
        """What a try is judged by. Raises as `refuse_locked` does."""
        kept = self._store.operators.pin_kept(operator_id)
        if kept is None:
            raise Refused("operator.unknown")
        if kept.locked_until is not None and self._now() < kept.locked_until:
            raise Refused("operator.locked", until=kept.locked_until.isoformat(), tries_left=0)
        return kept


def named(operator: Operator) -> str:
    """How the ledger names them: by national code, else by our own number."""
    return operator.doctor_code or operator.operator_id
