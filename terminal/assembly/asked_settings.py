"""The settings, loaded when a command asks for them: help and the sandbox need none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from terminal.settings import Settings


def asked_settings(file: Path | None = None) -> Settings:
    """As `settings_file.read_settings` reads them, and raises."""
    # Here: the models of the settings take as long to load as all the commands together.
    from terminal.settings_file import read_settings  # noqa: PLC0415

    return read_settings(file)
