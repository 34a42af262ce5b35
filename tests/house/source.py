"""The house's own source, as the tests that check it read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parents[2]
ROOMS = ("terminal", "models", "drivers", "kiosk_ui")


def code_files() -> list[Path]:
    """Every Python file of the program."""
    return sorted(path for room in ROOMS for path in (HOUSE / room).rglob("*.py"))


def name_of(path: Path) -> str:
    """The file as the house calls it: terminal/core/money.py."""
    return str(path.relative_to(HOUSE))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, by full name."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


FAULTS = {"Refused", "Unavailable", "Uncertain", "Hint", "Notice"}
"""What carries a code that someone may read."""


def raised_codes() -> Iterator[tuple[str, str, str]]:
    """(file, kind, code) of every fault, hint and notice made with a literal code."""
    for path in code_files():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            kind = getattr(node.func, "id", "")
            code = node.args[0]
            if kind in FAULTS and isinstance(code, ast.Constant) and isinstance(code.value, str):
                yield name_of(path), kind, code.value


STATES = {
    "drivers/camera.py",
    "drivers/camera_watch.py",
    "drivers/scanner.py",
    "models/stream_watch.py",
    "terminal/greeting.py",
    "drivers/heard.py",
    "drivers/camera_codes.py",
    "terminal/hinting.py",
    "terminal/beside.py",
    "terminal/core/told.py",
    "terminal/core/differences.py",
    "terminal/core/ledger_check.py",
    "terminal/core/part_checks.py",
    "terminal/province/trying.py",
}
"""What says how things are by a code, without raising it."""

FAMILIES = (
    "camera.", "scanner.", "face.", "challenge.", "eyes.",
    "told.", "waiting.", "closing.", "action.", "ledger.",
    "part.", "network.",
)  # fmt: skip
"""What such a code begins with."""

INNER = ("serial.",)
"""Codes that a device turns into its own before anybody reads them."""


def known_codes() -> dict[str, set[str]]:
    """Every code that can reach a person, with the kinds of thing that carry it."""
    found: dict[str, set[str]] = {}
    for _, kind, code in raised_codes():
        found.setdefault(code, set()).add(kind)
    for path in code_files():
        if name_of(path) in STATES or name_of(path).startswith("terminal/looking"):
            for node in ast.walk(tree(path)):
                text = node.value if isinstance(node, ast.Constant) else None
                if isinstance(text, str) and text.startswith(FAMILIES) and " " not in text:
                    found.setdefault(text, set()).add("State")
    for code in wrong_scans():
        found.setdefault(code, set()).add("Refused")
    return {
        code: kinds - ({"Notice"} if len(kinds) > 1 else set())
        for code, kinds in found.items()
        if not code.startswith(INNER)
    }


def wrong_scans() -> set[str]:
    """The codes that terminal/scanning.py makes of the kinds of a scan."""
    from terminal.scanning import WRONG_SCANS  # noqa: PLC0415

    return set(WRONG_SCANS.values())
