"""What is away is said once, and once more when it is back."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from terminal.health import Health

BEGAN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_ten_thousand_losses_and_one_return_are_two_log_lines(
    caplog: pytest.LogCaptureFixture,
) -> None:
    health = Health()
    with caplog.at_level(logging.INFO):
        news = [health.report("scanner", "scanner.gone") for _ in range(10_000)]
        news += [health.report("scanner", None) for _ in range(10_000)]
    assert len(caplog.records) == 2
    assert sum(news) == 2
    assert health.away() == {}


def test_another_trouble_of_the_same_part_is_news() -> None:
    health = Health()
    assert health.report("province", "province.away")
    assert health.report("province", "province.no_answer")
    assert health.report("camera", "camera.lost")
    assert health.away() == {"province": "province.no_answer", "camera": "camera.lost"}


def test_since_when_a_part_is_away_is_when_it_went_whatever_it_is_away_for() -> None:
    moments = iter(BEGAN + timedelta(minutes=n) for n in range(9))
    health = Health(lambda: next(moments))
    for code in ("province.away", "province.away", "province.no_answer"):
        health.report("province", code)
    assert health.since() == {"province": BEGAN}
    health.report("province", None)
    assert health.since() == {}
    health.report("province", "province.away")
    assert health.since()["province"] > BEGAN


def test_what_was_never_away_is_not_back() -> None:
    assert not Health().report("camera", None)


def test_what_is_handed_out_is_a_copy() -> None:
    health = Health()
    health.away()["camera"] = "x"
    assert health.away() == {}
