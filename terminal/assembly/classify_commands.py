"""The command `clinic-terminal classify`: what each scanned line is, as the counter sees it.

For whoever sets up a scanner, and for lists of codes. Nothing is stored or logged, and of
identity cards, payment codes and vouchers no digit comes out.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Protocol

import typer


class Classified(Protocol):
    """What the command asks for; the joiner provides it."""

    def doctors_words(self, code: str) -> str:
        """What the doctor's screen says of a code."""
        ...


def add_classify(app: typer.Typer, works: Classified) -> None:
    """Add the command to the program."""

    @app.command(name="classify")
    def classify_lines() -> None:
        """Say what each line of standard input is, one JSON object a line."""
        # Here, because the classifier's tables load slowly and no other command needs them.
        from terminal.assembly.classified_lines import classify_all  # noqa: PLC0415

        with suppress(BrokenPipeError):
            classify_all(sys.stdin.fileno(), sys.stdout.buffer, works.doctors_words)
            return
        # The reader has gone. What is left in the buffer must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
