"""The pairing page in each of its states, for docs/screens.md and the manual."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

from kiosk_ui.pairing_page import create_pairing
from tests.kiosk.pairing_place import LOOKS, Stand, path_of, prepared, served

SIZES = {"": (1024, 600), "-upright": (800, 1280)}


def pairing(
    chromium: Browser,
    take: Callable[[str, Page], None],
    open_page: Callable[[Browser, str, tuple[int, int]], Page],
) -> None:
    """Photograph every state, lying and upright."""
    stand = Stand()
    with tempfile.TemporaryDirectory() as folder, served(create_pairing(stand)) as address:
        stand.station = prepared(LOOKS["card"], Path(folder))
        for end, size in SIZES.items():
            page = open_page(chromium, f"{address}/pairing", size)
            for name, prepare in LOOKS.items():
                stand.station = prepared(prepare, Path(folder))
                page.goto(address + path_of(name))
                take(f"pairing-{name}{end}", page)
            page.close()
