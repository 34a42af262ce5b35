"""The steps of a charge as they are told: in order, each once, nobody's news left out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from terminal.clock import SHANGHAI
from terminal.core.charge import SettlementEvent
from terminal.core.told import TOLD_MAX, told, told_of_event, told_of_message

AT = datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("infno", "outcome", "code"),
    [
        ("2207A", "", "told.sent"),
        ("2207", "uncertain", "told.sent"),
        ("5203", "answered", "told.asked"),
        ("2601", "answered", "told.reversal_sent"),
        ("2601", "refused", "told.reversal_refused"),
        ("2208", "answered", "told.cancellation_sent"),
        ("2204", "answered", None),
        ("2206A", "answered", None),
    ],
)
def test_only_messages_that_may_move_money_are_told(
    infno: str, outcome: str, code: str | None
) -> None:
    assert told_of_message(infno, outcome) == code


def test_what_the_file_said_is_told_in_the_place_of_the_bare_step() -> None:
    assert told_of_event(SettlementEvent.PROVINCE_REVERSED, {}) == "told.reversed"
    assert told_of_event(SettlementEvent.PROVINCE_REVERSED, {"file": "absent"}) == (
        "told.file_absent"
    )
    assert told_of_event(SettlementEvent.PROVINCE_SILENT, {"file": "stands"}) == (
        "told.file_stands"
    )
    assert told_of_event(SettlementEvent.PRE_SETTLED, {}) is None


def test_what_is_asked_again_and_again_is_told_once() -> None:
    steps = [
        (AT + timedelta(minutes=n), code)
        for n, code in enumerate(
            [
                "told.confirmed",
                "told.sent",
                "told.silent",
                "told.asked",
                "told.asked",
                None,
                "told.asked",
            ]
        )
    ]
    assert [each.code for each in told(steps)] == [
        "told.confirmed", "told.sent", "told.silent", "told.asked",
    ]  # fmt: skip
    assert told(steps)[3].at == AT + timedelta(minutes=3)


def test_the_newest_are_told_when_there_are_too_many() -> None:
    steps = [(AT, f"told.{n}") for n in range(TOLD_MAX + 5)]
    assert [each.code for each in told(steps)] == [f"told.{n}" for n in range(5, TOLD_MAX + 5)]
