"""A simulated province for each test that asks for one, with a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.simulated.province.server import SandboxProvince
from tests.drivers.province_clinic import Clinic, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def province(tmp_path: Path, clock: Clock) -> Iterator[SandboxProvince]:
    with SandboxProvince(tmp_path, clock=clock) as running:
        yield running


@pytest.fixture
def clinic(province: SandboxProvince, clock: Clock) -> Iterator[Clinic]:
    """The demo village clinic, signed in."""
    with Clinic(province, clock) as signed_in:
        yield signed_in.sign_in()
