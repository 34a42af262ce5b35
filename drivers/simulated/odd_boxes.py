"""Boxes of the demo that are no mistakes of the scanner, and still ask for a second look.

Each comes with a fresh serial, so that one played with yesterday is not sold already;
only those sold elsewhere are known one by one.
"""

from __future__ import annotations

import csv
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path

_SOLD = Path(__file__).parent / "province" / "data" / "sold_elsewhere.csv"

_GTIN = "06901234567892"
"""On no list: the doctor says which drug it is."""

_SOON_D = 30
"""Well within the sixty days of the warning."""


def odd_boxes() -> Mapping[str, Callable[[], str]]:
    """Label to what makes the code of the next such box."""
    return {
        "别处卖过的一盒": _sold_elsewhere(),
        "前缀不认识的一盒": lambda: fresh("8990001"),
        "一条十盒的外包装": lambda: fresh("8950001"),
        "只有箱码的盐水": lambda: fresh("8913478"),
        "快到期的布洛芬": lambda: fresh("8913552"),
        "快到期的 GS1 码": lambda: _gs1(_today() + timedelta(days=_SOON_D)),
        "过期的 GS1 码": lambda: _gs1(_today() - timedelta(days=_SOON_D)),
        "别的厂家的一盒": lambda: fresh("9000000"),
    }


def fresh(prefix: str) -> str:
    """A code of seven digits and a serial that no earlier run has used."""
    return f"{prefix}{_serial()}"


def _sold_elsewhere() -> Callable[[], str]:
    with _SOLD.open(encoding="utf-8", newline="") as file:
        codes = cycle([row["trace_code"] for row in csv.DictReader(file)])
    return lambda: next(codes)


def _gs1(expires_on: date) -> str:
    """With its separator: 01, 21, GS, 17, 10."""
    return f"01{_GTIN}21SN{_serial()}\x1d17{expires_on:%y%m%d}10DEMO1"


def _serial() -> str:
    """Thirteen digits."""
    return f"{time.time_ns() // 1_000_000 % 10**10:010}{secrets.randbelow(1000):03}"


def _today() -> date:
    return datetime.now(UTC).date()
