"""A file of the province that is kept here, as whoever looks after the terminal sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

PREFIXES = "prefixes"
"""The region's table of trace prefixes (四码合一), whatever its transaction is called."""
DIAGNOSES = "1307"
"""The diagnoses that the province knows."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """Which version of it, since when, and how much."""

    kind: str
    """PREFIXES or DIAGNOSES."""
    version: str
    """As the province writes it: F001_20250701."""
    fetched_at: datetime
    rows: int
    digest: str
    """SHA-256 of the rows that were kept, in hexadecimal."""
