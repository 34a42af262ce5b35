"""The face route closes after repeated failures, opens again, and keeps no picture."""

from __future__ import annotations

from datetime import timedelta

import pytest

from terminal.lockout import Lockout, LockoutRule
from terminal.store import Store
from terminal.store.face_record import FaceDecision, FaceOutcome
from tests.clinic import Clock

RULE = LockoutRule(failures_max=3, within=timedelta(minutes=5), lasts=timedelta(minutes=5))


def fail(store: Store, clock: Clock, outcome: FaceOutcome = FaceOutcome.NOT_LIVE) -> None:
    store.face_record.note(FaceDecision(outcome, "camera"), clock())


def test_three_failures_in_a_row_close_it_for_a_while_and_then_it_opens(
    store: Store, clock: Clock
) -> None:
    lockout = Lockout(store.face_record, RULE, clock)
    for outcome in (FaceOutcome.NOT_LIVE, FaceOutcome.CHALLENGE_FAILED, FaceOutcome.NOT_LIVE):
        assert lockout.until() is None
        fail(store, clock, outcome)
        lockout.failed()
    assert lockout.until() == clock() + RULE.lasts
    clock.now += RULE.lasts
    assert lockout.until() is None


def test_failures_far_apart_close_nothing(store: Store, clock: Clock) -> None:
    lockout = Lockout(store.face_record, RULE, clock)
    for _ in range(6):
        fail(store, clock)
        lockout.failed()
        clock.now += timedelta(minutes=3)
    assert lockout.until() is None


@pytest.mark.parametrize("outcome", [FaceOutcome.KNOWN, FaceOutcome.UNKNOWN, FaceOutcome.AGREES])
def test_what_is_no_failure_does_not_count(
    store: Store, clock: Clock, outcome: FaceOutcome
) -> None:
    for _ in range(9):
        fail(store, clock, outcome)
    assert Lockout(store.face_record, RULE, clock).until() is None


def test_switching_off_and_on_opens_nothing(store: Store, clock: Clock) -> None:
    for _ in range(3):
        fail(store, clock)
    assert Lockout(store.face_record, RULE, clock).until() is not None
