"""Moments as people at the clinic read them, whatever zone they were written in."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""A fixed offset: China has kept one since 1991, and a bare system has no zone files."""


def minute(at: datetime) -> str:
    """At the clinic, as `2026-11-22 08:05`. A certificate and a county's file say it in UTC."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
