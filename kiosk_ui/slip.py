"""The number on a slip, which whoever goes home keeps and asks by."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBER = re.compile(r"(?<![\d-])\d{4}-\d{3,4}(?![\d-])")
"""Month and day, and which of that day: 0622-003."""


def slip_number(lines: Iterable[str]) -> str:
    """The slip's number as its lines have it; empty where there is no slip."""
    found = (_NUMBER.search(line) for line in lines)
    return next((match.group() for match in found if match), "")
