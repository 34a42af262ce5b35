"""A sandbox province and a counter at it, for each test that asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.store import Store
from tests.clinic import KEY, Clock, quick_folder
from tests.counter import Counter
from tests.rooms import Rooms
from tests.shell.between import Between, between
from tests.shell.faces_in import Place

NOWHERE = "http://127.0.0.1:1"
"""Nobody listens there: the connection is refused, so no byte of a message can have left."""


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """In the place of pytest's own, which lies on a disk that others keep busy."""
    with quick_folder() as folder:
        yield folder


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "terminal.db", KEY)
    yield opened
    opened.close()


@pytest.fixture
def province(tmp_path: Path, clock: Clock) -> Iterator[SandboxProvince]:
    with SandboxProvince(tmp_path / "province", clock=clock) as running:
        yield running


@pytest.fixture
def province_address(province: SandboxProvince) -> str:
    """Where a counter finds the province; a file that listens in says `line.address`."""
    return province.address


@pytest.fixture
def counter(tmp_path: Path, province_address: str, clock: Clock) -> Iterator[Counter]:
    """A running desk with the demo region's rules."""
    running = Counter(tmp_path / "terminal", province_address, clock)
    yield running
    running.close()


@pytest.fixture
def place(tmp_path: Path, province: SandboxProvince, clock: Clock) -> Iterator[Place]:
    """Where faces are enrolled."""
    opened = Place(tmp_path / "terminal", province.address, clock)
    yield opened
    opened.close()


@pytest.fixture
def rooms(tmp_path: Path, line: Between, clock: Clock) -> Iterator[Callable[..., Rooms]]:
    """Opens the rooms without their threads; once more is a restart.

    `rooms(address=NOWHERE)` is the same terminal with its line cut; `rooms()` mends it.
    """
    opened: list[Rooms] = []

    def open_rooms(address: str | None = None, **more: Any) -> Rooms:
        for earlier in opened:
            earlier.close()
        opened.append(Rooms(tmp_path / "terminal", address or line.address, clock, **more))
        return opened[-1]

    yield open_rooms
    for each in opened:
        each.close()


@pytest.fixture
def line(province: SandboxProvince) -> Iterator[Between]:
    """A line before the province, on which a test can listen and change what is said."""
    with between(province.address) as opened:
        yield opened
