"""The time at the clinic: Asia/Shanghai, whatever the machine's zone."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""A fixed offset: China has kept one since 1991, and a bare system has no zone files."""


def now() -> datetime:
    """This moment at the clinic."""
    return datetime.now(SHANGHAI)
