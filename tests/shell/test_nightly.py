"""At night without anybody: which days are closed, and what is found of the store."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from terminal.core.money import ZERO
from terminal.core.money_views import ClosingView
from terminal.errands import Errands
from terminal.nightly import Nightly
from terminal.store import Store
from tests.clinic import Clock

VISITS = ("a group",)


class Days:
    """Days with visits or none, closed or not; closing is an errand as at the counter."""

    def __init__(self, errands: Errands, today: date) -> None:
        self.today = today
        self.errands = errands
        self.visited: set[date] = set()
        self.notice: dict[date, str] = {}
        self.closed: set[date] = set()
        self.asked: list[date] = []
        self.line_is_away = False

    def close(self, day: date) -> None:
        self.asked.append(day)
        self.errands.hand_over(f"close:{day}", lambda: self._close(day))

    def _close(self, day: date) -> None:
        if self.line_is_away:
            self.notice[day] = "province.away"
        else:
            self.notice.pop(day, None)
            self.closed.add(day)

    def view(self, day: date) -> ClosingView:
        return ClosingView(
            day=day, closed_at=Clock()() if day in self.closed else None, balanced=None,
            groups=VISITS if day in self.visited else (),  # type: ignore[arg-type]
            differences=(), open_visits=(), taken={}, drawer_expected=ZERO, drawer_counted=None,
            late=(), credit=(), busy=False, notice=self.notice.get(day),
        )  # fmt: skip


@pytest.fixture
def errands():
    working = Errands(lambda *_: None, lambda: None)
    working.start()
    yield working
    working.stop(5.0)


@pytest.fixture
def days(errands, clock):
    return Days(errands, clock().date())


@pytest.fixture
def nightly(store: Store, days, errands, tmp_path, clock):
    return Nightly(store, days, errands, tmp_path, clock)


def test_a_day_with_visits_that_nobody_closed_is_closed_and_an_empty_one_is_not(nightly, days):
    yesterday = days.today - timedelta(days=1)
    days.visited = {days.today, yesterday}
    days.closed = {yesterday}
    assert nightly.close() == {"closed": [days.today.isoformat()], "open": {}}
    assert days.asked == [days.today]
    assert nightly.close() == {"closed": [], "open": {}}


def test_a_day_whose_book_changed_since_is_closed_again(nightly, days):
    days.visited = days.closed = {days.today}
    days.notice[days.today] = "closing.changed_since"
    assert nightly.close()["closed"] == [days.today.isoformat()]


def test_a_week_without_power_is_made_good_the_oldest_day_first(nightly, days):
    days.visited = {days.today - timedelta(days=back) for back in range(10)}
    told = nightly.close()["closed"]
    assert told == [(days.today - timedelta(days=back)).isoformat() for back in range(7, -1, -1)]


def test_a_day_that_could_not_be_closed_stays_open_with_its_reason(nightly, days):
    days.visited = {days.today}
    days.line_is_away = True
    assert nightly.close() == {"closed": [], "open": {days.today.isoformat(): "province.away"}}


def test_the_store_is_found_whole_and_measured(nightly):
    told = nightly.upkeep()
    assert told["store_whole"] is True
    assert told["log_emptied"] is True
    assert told["disk_free_bytes"] > 0


def test_a_damaged_page_is_found_at_night(nightly, store, tmp_path):
    store.truncate_log()
    with (tmp_path / "terminal.db").open("r+b") as file:
        file.seek(20 * 4096 + 100)
        file.write(b"\xff" * 64)
    assert nightly.upkeep()["store_whole"] is False
