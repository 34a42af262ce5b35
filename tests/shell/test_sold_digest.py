"""The county's filter of sold codes at the terminal: fetched daily, and the old one stays."""

from __future__ import annotations

import logging
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from drivers.simulated.province.reference import read_reference
from drivers.simulated.province.server import SandboxProvince
from terminal.core.sold_digest import build
from terminal.province.session import Session
from terminal.sold_digest import AGE_MAX, FILE, SoldDigests
from terminal.store import Store
from tests.clinic import AMOXICILLIN, CLINIC, Clock, code, open_line
from tests.shell.between import Between

NAME = "sold_digest"
TODAY = date(2025, 9, 20)
SOLD = next(
    code
    for code, there in read_reference().goods.sold_elsewhere.items()
    if there.region == "431024"
)
FRESH = code(AMOXICILLIN, 5)

Opens = Callable[..., SoldDigests]


@pytest.fixture
def opens(line: Between, store: Store, clock: Clock, tmp_path: Path) -> Iterator[Opens]:
    """The room as it is at a start; once more is a restart."""
    client = open_line(line.address, store.journal, clock)

    def open_room(name: str = NAME, county: str = CLINIC.mdtrtarea_admvs) -> SoldDigests:
        here = replace(CLINIC, mdtrtarea_admvs=county)
        session = Session(client, here, store.journal, clock)
        return SoldDigests(session, tmp_path, name, clock)

    yield open_room
    client.close()


def put_by(folder: Path, day: date, *codes: str) -> None:
    """A filter that was fetched on that day."""
    data = build(codes, salt=bytes(16), day=day, county="431024", false_positive_max=0.001)
    (folder / FILE).write_bytes(data)


def test_a_code_that_the_county_has_sold_is_suspected_by_the_filters_day(opens: Opens) -> None:
    room = opens()
    assert room.suspects(SOLD) is None
    assert room.fetch_if_old() is None
    assert (room.suspects(SOLD), room.suspects(FRESH)) == (TODAY, None)


def test_it_is_fetched_once_a_day_and_outlives_a_restart(
    opens: Opens, line: Between, clock: Clock
) -> None:
    room = opens()
    for _ in range(3):
        room.fetch_if_old()
    again = opens()
    again.fetch_if_old()
    assert line.asked.count("9102") == 1
    assert again.suspects(SOLD) == TODAY
    clock.now += timedelta(days=1)
    again.fetch_if_old()
    assert line.asked.count("9102") == 2
    assert again.suspects(SOLD) == TODAY + timedelta(days=1)


def test_it_is_kept_for_our_eyes_only_and_nothing_is_left_beside_it(
    opens: Opens, tmp_path: Path
) -> None:
    (tmp_path / f"{FILE}.part").write_bytes(b"of a power cut")
    opens().fetch_if_old()
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert not (tmp_path / f"{FILE}.part").exists()


def test_a_filter_of_last_week_means_nothing_any_more(
    opens: Opens, tmp_path: Path, clock: Clock
) -> None:
    put_by(tmp_path, TODAY - AGE_MAX, SOLD)
    room = opens()
    assert room.suspects(SOLD) == TODAY - AGE_MAX
    clock.now += timedelta(days=1)
    assert room.suspects(SOLD) is None


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("lost_before", "province.no_answer"),
        ("refused", "province.refused"),
        ("half_answer", "province.no_answer"),
        ("server_error", "province.no_answer"),
        ("file_cut", "digest.unreadable"),
    ],
)
def test_what_goes_wrong_is_said_once_and_the_old_one_stays(
    opens: Opens,
    province: SandboxProvince,
    tmp_path: Path,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    fault: str,
    code: str,
) -> None:
    yesterday = TODAY - timedelta(days=1)
    put_by(tmp_path, yesterday, SOLD)
    before = (tmp_path / FILE).read_bytes()
    room = opens()
    province.faults.plant(fault, "9102", count=2)
    with caplog.at_level(logging.WARNING, "terminal.sold_digest"):
        assert room.fetch_if_old() == code
        clock.now += timedelta(hours=2)
        assert room.fetch_if_old() == code
    assert len(caplog.records) == 1
    assert room.suspects(SOLD) == yesterday
    assert (tmp_path / FILE).read_bytes() == before
    clock.now += timedelta(hours=2)
    assert room.fetch_if_old() is None
    assert room.suspects(SOLD) == TODAY


def test_after_a_failure_it_is_not_asked_for_at_every_turn(
    opens: Opens, province: SandboxProvince, line: Between, clock: Clock
) -> None:
    province.faults.plant("refused", "9102", count=5)
    room = opens()
    for _ in range(4):
        assert room.fetch_if_old() == "province.refused"
        clock.now += timedelta(minutes=1)
    assert line.asked.count("9102") == 1
    clock.now -= timedelta(days=3)  # A clock set back does not silence it for days.
    room.fetch_if_old()
    assert line.asked.count("9102") == 2


def test_another_countys_file_is_refused(opens: Opens, tmp_path: Path) -> None:
    room = opens(county="430100")
    assert room.fetch_if_old() == "digest.other_county"
    assert room.suspects(SOLD) is None
    assert not (tmp_path / FILE).exists()


def test_an_older_file_than_the_one_we_have_is_no_news(
    opens: Opens, tmp_path: Path, line: Between, clock: Clock
) -> None:
    put_by(tmp_path, TODAY + timedelta(days=1), FRESH)
    room = opens()
    assert room.fetch_if_old() is None
    assert room.suspects(FRESH) == TODAY + timedelta(days=1)
    assert room.fetch_if_old() is None
    assert line.asked.count("9102") == 1


@pytest.mark.parametrize("damage", [b"", b"x" * 500, b"SOLDCODE" + bytes(300)])
def test_a_damaged_file_on_the_disk_is_as_good_as_none_and_fetched_anew(
    opens: Opens, tmp_path: Path, damage: bytes
) -> None:
    (tmp_path / FILE).write_bytes(damage)
    room = opens()
    assert room.suspects(SOLD) is None
    assert room.fetch_if_old() is None
    assert room.suspects(SOLD) == TODAY


def test_a_folder_that_cannot_be_written_is_said(opens: Opens, tmp_path: Path) -> None:
    (tmp_path / f"{FILE}.part").mkdir()
    room = opens()
    assert room.fetch_if_old() == "digest.not_written"


def test_where_the_county_has_no_such_file_nothing_is_asked(
    opens: Opens, tmp_path: Path, line: Between
) -> None:
    put_by(tmp_path, TODAY, SOLD)
    room = opens(name="")
    assert room.fetch_if_old() is None
    assert room.suspects(SOLD) is None
    assert line.asked == []
