"""The number on the slip of somebody who goes home before the outcome is known."""

from __future__ import annotations

from datetime import datetime

from terminal.store import Store


def slip_number(store: Store, now: datetime) -> str:
    """The next number of the day, `0622-003`; never given twice."""
    day = now.date()
    number = store.journal.next_number(f"slip:{day.isoformat()}")
    return f"{day:%m%d}-{number:03}"
