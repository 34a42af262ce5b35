"""The self-check, as it is asked at the console."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from terminal.assembly.asked_settings import asked_settings


class CheckConsole:
    """What the command does; it imports what it needs: help must not load networks."""

    def check(self, verb: str, settings_file: Path | None) -> dict[str, Any]:
        """Raises Unavailable `door.no_answer`, Refused `door.said_no`, and what reading the
        settings raises."""
        from terminal.assembly.checks import check_or_ask

        return check_or_ask(asked_settings(settings_file), verb)

    def words(self, code: str) -> str:
        """What to do about it."""
        from kiosk_ui.words import words_of

        return words_of(code).technician

    def measure_name(self, name: str) -> str:
        """What was measured, in Chinese; a name of no page stays as it is."""
        from kiosk_ui.technician_words.pages import TEXTS

        return TEXTS.get(f"m.{name}", (name, name))[0]

    def part_name(self, part: str) -> str:
        """In Chinese, as on the technician's page."""
        from kiosk_ui.technician_words.pages import TEXTS

        return TEXTS.get(f"part.{part}", (part, part))[0]
