"""What lies in the record system's hands, as a stand-in desk shows it; and its rooms' verbs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from terminal.core.money import Money
from terminal.core.record_views import HandedView, SettledThere, TypedView, What

AT = datetime(2025, 11, 20, 0, 5, tzinfo=UTC)


def typed(what: What = What.TRACE_CODES, count: int = 2, **other: Any) -> TypedView:
    """One typing that arrived whole, unless said."""
    known: dict[str, Any] = {"begun_at": AT, "wanted": count, "whole": True}
    return TypedView(what=what, count=count, **{**known, **other})


def there(setl_id: str = "S-990101-0911", **other: Any) -> SettledThere:
    """A settlement of the record system over what was scanned here."""
    known: dict[str, Any] = {
        "at": "2025-11-20 08:21:07",
        "total": Money.parse("26.34"),
        "fund": Money.parse("18.44"),
        "own": Money.parse("7.90"),
        "same_total": True,
    }
    return SettledThere(setl_id, **{**known, **other})


OTHER_THERE = replace(
    there("S-990101-0912"),
    at="2025-11-20 08:24:40",
    total=Money.parse("12.50"),
    fund=Money.parse("8.75"),
    own=Money.parse("3.75"),
    same_total=False,
)


def handed(**other: Any) -> HandedView:
    """A keyboard is fitted, and the boxes may be handed over."""
    known: dict[str, Any] = {
        "may_type": True,
        "may_hand_over": True,
        "total": Money.parse("26.34"),
    }
    return HandedView(**{**known, **other})


class ShownRoom:
    """A room of a stand-in desk: each verb is kept with the desk's, behind the room's name."""

    def __init__(self, desk: Any, room: str) -> None:
        self._desk, self._room = desk, room

    def __getattr__(self, verb: str) -> Any:
        return partial(self._desk.take, f"{self._room}.{verb}")
