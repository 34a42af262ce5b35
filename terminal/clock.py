"""The time at the clinic: Asia/Shanghai, whatever the machine's zone."""

from __future__ import annotations

from datetime import datetime

from terminal.core.moments import SHANGHAI

__all__ = ["SHANGHAI", "now"]


def now() -> datetime:
    """This moment at the clinic."""
    return datetime.now(SHANGHAI)
