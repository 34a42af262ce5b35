"""The steps of a charge in the order in which they happened, as codes to be told.

Pure: what was written down goes in (events of a settlement, messages about it), what a
doctor wants to know comes out. What is asked again and again is told once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from terminal.core.charge import SettlementEvent as Event
from terminal.core.money_views import Told

TOLD_MAX = 12
"""Lines that a doctor reads; the oldest go first."""

_EVENTS: Mapping[str, str] = {
    Event.CEILING_AGREED: "told.ceiling_agreed",
    Event.AMOUNT_CONFIRMED: "told.confirmed",
    Event.HELD: "told.held",
    Event.EXCEEDED: "told.exceeded",
    Event.REOPENED: "told.reopened",
    Event.PROVINCE_SETTLED: "told.settled",
    Event.PROVINCE_DIFFERED: "told.differs",
    Event.DIFFERENCE_ACCEPTED: "told.accepted",
    Event.PROVINCE_REFUSED: "told.refused",
    Event.PROVINCE_AWAY: "told.away",
    Event.PROVINCE_SILENT: "told.silent",
    Event.PROVINCE_REVERSED: "told.reversed",
    Event.PROVINCE_CANCELLED: "told.cancelled",
    Event.CANCELLATION_REFUSED: "told.cancellation_refused",
    Event.STILL_DIFFERS: "told.differs",
}

_MESSAGES: Mapping[tuple[str, str], str] = {
    ("2207", ""): "told.sent",
    ("5203", ""): "told.asked",
    ("2601", ""): "told.reversal_sent",
    ("2601", "refused"): "told.reversal_refused",
    ("2208", ""): "told.cancellation_sent",
}

_FILE: Mapping[str, str] = {
    "stands": "told.file_stands",
    "not_trusted": "told.file_not_trusted",
    "absent": "told.file_absent",
    "refunded": "told.file_refunded",
}


def told_of_event(event: str, facts: Mapping[str, object]) -> str | None:
    """The code of a settlement's step, or None for one that is nobody's news."""
    return _FILE.get(str(facts.get("file", "")), _EVENTS.get(event))


def told_of_message(infno: str, outcome: str) -> str | None:
    """The code of a message to the province, or None for one that is nobody's news."""
    infno = infno.rstrip("A")
    return _MESSAGES.get((infno, outcome), _MESSAGES.get((infno, "")))


def told(steps: Iterable[tuple[datetime, str | None]]) -> tuple[Told, ...]:
    """The steps to show: in order, without repetitions, the latest few."""
    shown: list[Told] = []
    for at, code in steps:
        if code is not None and not (shown and shown[-1].code == code):
            shown.append(Told(at, code))
    return tuple(shown[-TOLD_MAX:])
