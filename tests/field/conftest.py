"""A sandbox province, a store and rooms at it, as the counter's own tests have them."""

from __future__ import annotations

from tests.shell.conftest import clock, line, province, rooms, store

__all__ = ["clock", "line", "province", "rooms", "store"]
