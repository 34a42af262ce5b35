"""Variants that only `make long` runs, so that the others are run in minutes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest


def longer(values: Iterable[Any], in_minutes: Collection[Any]) -> list[Any]:
    """Parameters of a test: those `in_minutes` each time, the others in `make long`."""
    return [
        value if value in in_minutes else pytest.param(value, marks=pytest.mark.long)
        for value in values
    ]
