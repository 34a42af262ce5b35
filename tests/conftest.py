"""What several rooms' tests share: the fetched files, and one real browser."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, expect, sync_playwright

from tests.templates import compile_once

compile_once()
# How busy a machine is, is no property of the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
expect.set_options(timeout=60_000)

HOUSE = Path(__file__).parents[1]

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
"""Debian's: the browser test tool's own builds are not fetched."""

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def pulled() -> Path:
    """The data folder with networks, page assets and clips, made by `make pull`."""
    folder = Path(os.environ.get("CLINIC_TERMINAL_DATA_DIR") or HOUSE / ".data")
    for part in ("weights", "assets", "clips"):
        if not (folder / part).is_dir():
            pytest.fail(f"{part} has not been fetched; run `make pull`")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all: each test opens a context of its own."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def can_trace() -> None:
    """Skips, with the reason, where nothing can be traced: found out by trying."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    tried = subprocess.run(
        ["strace", "-f", "-e", "trace=none", "true"], capture_output=True, text=True, check=False
    )
    if tried.returncode != 0:
        pytest.skip(f"tracing is forbidden: {tried.stderr.strip()[:80]}")
