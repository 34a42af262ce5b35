"""When a face that nobody uses is announced, and when it goes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.clock import SHANGHAI
from terminal.core.retention import (
    ERASED_A_DAY_MAX,
    FaceUse,
    RetentionRules,
    Watched,
    erased_on,
    to_announce,
    to_erase,
    watched,
)

RULES = RetentionRules(24, 30)
NOW = datetime(2026, 11, 22, 9, tzinfo=SHANGHAI)
TODAY = NOW.date()


def use(used: str, announced: str | None = None, version: str = "2.24", who: str = "p") -> FaceUse:
    told = None if announced is None else datetime.fromisoformat(f"{announced}T09:00:00+08:00")
    return FaceUse(who, datetime.fromisoformat(f"{used}T09:00:00+08:00"), told, version)


@pytest.mark.parametrize(
    ("used", "announced", "goes"),
    [
        ("2026-11-22", None, "2028-11-22"),
        ("2024-12-22", "2026-11-22", "2026-12-22"),
        ("2024-02-29", "2024-03-01", "2026-02-28"),  # A month without that day ends sooner.
        ("2020-01-01", None, "2026-12-22"),  # Told late: never sooner than the days announced.
        ("2020-01-01", "2026-11-20", "2026-12-20"),
    ],
)
def test_a_face_goes_when_it_was_promised_and_never_unannounced(
    used: str, announced: str | None, goes: str
) -> None:
    assert erased_on(use(used, announced), RULES, TODAY) == date.fromisoformat(goes)


def test_who_was_told_fewer_months_is_kept_no_longer_than_that() -> None:
    longer = RetentionRules(60, 30)
    assert erased_on(use("2026-01-31", version="2.1"), longer, TODAY) == date(2026, 12, 22)
    assert erased_on(use("2026-11-22", version="2.24"), longer, TODAY) == date(2028, 11, 22)
    assert erased_on(use("2026-11-22", version="1"), longer, TODAY) == date(2031, 11, 22)
    shorter = RetentionRules(12, 30)
    assert erased_on(use("2026-11-22", version="2.24"), shorter, TODAY) == date(2027, 11, 22)


def test_a_face_is_announced_once_and_only_when_its_time_comes() -> None:
    uses = [use("2024-12-22", who="due"), use("2024-12-23", who="not yet")]
    assert to_announce(uses, RULES, TODAY) == ("due",)
    assert to_announce([use("2024-12-22", "2026-11-21")], RULES, TODAY) == ()


def test_nothing_is_erased_that_was_not_announced_for_its_days() -> None:
    assert to_erase([use("2020-01-01")], RULES, TODAY) == ()
    assert to_erase([use("2020-01-01", "2026-10-24")], RULES, TODAY) == ()
    assert to_erase([use("2020-01-01", "2026-10-23")], RULES, TODAY) == ("p",)


def test_no_day_empties_the_gallery_and_the_longest_unused_go_first() -> None:
    uses = [
        use(f"{2020 + number % 4}-01-01", "2026-01-01", who=f"{number:03}") for number in range(120)
    ]
    gone = to_erase(uses, RULES, TODAY)
    assert len(gone) == ERASED_A_DAY_MAX
    assert gone[:2] == ("000", "004")


@pytest.mark.parametrize(
    ("pause", "doubted"),
    [
        (timedelta(days=1), False),
        (timedelta(days=30), False),
        (timedelta(days=31), True),
        (timedelta(days=4000), True),
        (timedelta(minutes=-30), False),
        (timedelta(days=-1), True),
    ],
)
def test_a_clock_that_jumped_either_way_is_doubted_for_a_month(
    pause: timedelta, *, doubted: bool
) -> None:
    now = NOW + pause
    seen = watched(Watched(NOW), now)
    assert seen.holds_on(now) is doubted
    assert seen.holds_on(now + timedelta(days=29)) is doubted
    assert not seen.holds_on(now + timedelta(days=30))


def test_a_first_look_doubts_nothing_and_a_doubt_outlives_the_next_days() -> None:
    assert watched(None, NOW) == Watched(NOW)
    doubted = watched(Watched(NOW - timedelta(days=90)), NOW)
    tomorrow = watched(doubted, NOW + timedelta(days=1))
    assert tomorrow.doubtful_until == doubted.doubtful_until
    assert watched(tomorrow, NOW + timedelta(days=30, hours=1)).doubtful_until is None


days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(days, st.none() | days, days, st.integers(1, 120), st.integers(1, 365))
def test_whoever_goes_was_unused_for_the_months_and_told_for_the_days(
    used: date, announced: date | None, today: date, months: int, told_days: int
) -> None:
    rules = RetentionRules(months, told_days)
    told = None if announced is None else announced.isoformat()
    face = use(used.isoformat(), told, version="1")
    if to_erase([face], rules, today):
        assert announced is not None
        assert today >= announced + timedelta(days=told_days)
        assert (today - used).days >= 28 * months
    else:
        assert announced is None or erased_on(face, rules, today) > today
