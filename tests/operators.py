"""Operators for tests: made as a technician makes them, with invented codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from terminal.core.operators import Role
from terminal.operating import Operating
from terminal.store import Store

PIN = "820463"
CHEAP = 4
"""Cost of their PINs: what a guess must cost has a test of its own (tests/core)."""

LEI = "D431024000991"
"""雷新民: the demo clinic's own doctor, registered there."""
SUBSTITUTE = "D431024000992"
"""唐小兰: the sandbox knows her at the clinic as well."""
STRANGER = "D431024000002"
"""肖云峰: registered at a township hospital, and not at the demo clinic."""


def make_operators(store: Store, now: Callable[[], datetime]) -> dict[str, str]:
    """A technician and three doctors, all with `PIN`; their operator_id by short name."""
    made = Operating(store, now, "tests", CHEAP)
    return {
        "technician": made.add("陈师傅", frozenset({Role.TECHNICIAN}), PIN),
        "lei": made.add("雷新民", frozenset({Role.DOCTOR}), PIN, LEI),
        "substitute": made.add("唐小兰", frozenset({Role.DOCTOR}), PIN, SUBSTITUTE),
        "stranger": made.add("肖云峰", frozenset({Role.DOCTOR}), PIN, STRANGER),
    }
