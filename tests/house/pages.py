"""The pages of docs/ that are drawn from the code: `make docs` writes them anew.

docs/faults.md    every code that can reach a person, with its words for each reader
docs/visit.md     the two tables of core/visit as diagrams
docs/settings.md  every setting with unit, limits, default and meaning
docs/record-api.json  the local API as an OpenAPI document
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from kiosk_ui.record_document import document
from kiosk_ui.words import WORDS
from terminal.core.charge import SETTLEMENT_ARROWS
from terminal.core.visit import VISIT_ARROWS
from terminal.settings import Settings
from terminal.settings_file import origins
from tests.house.source import HOUSE, known_codes

_MADE = "<!-- Drawn from the code by `make docs`; do not edit. -->"


def faults_page() -> str:
    """docs/faults.md"""
    kinds = known_codes()
    lines = [
        "# Faults",
        "",
        _MADE,
        "",
        "Every code that can reach a person, and what each reader is told. The kind says what",
        "to do next: *Refused* — repeating the same is useless; *Unavailable* — nothing",
        "happened, repeating is safe; *Uncertain* — it may have happened, ask first. A *Hint*",
        "is for the person before the camera; a *State* is how a device is.",
        "",
        "| code | kind | resident | doctor | technician |",
        "|---|---|---|---|---|",
    ]
    for code in sorted(kinds):
        words = WORDS[code]
        lines.append(
            f"| `{code}` | {', '.join(sorted(kinds[code]))} | {words.resident} | {words.doctor}"
            f" | {words.technician} |"
        )
    return "\n".join(lines) + "\n"


def visit_page() -> str:
    """docs/visit.md"""
    return "\n".join(
        [
            "# The life of a visit",
            "",
            _MADE,
            "",
            "What has no arrow cannot happen. `terminal/core/visit.py` holds both tables and",
            "says what their missing arrows protect.",
            "",
            "## A visit",
            "",
            *_diagram(VISIT_ARROWS),
            "",
            "## A settlement within it",
            "",
            *_diagram(SETTLEMENT_ARROWS),
            "",
        ]
    )


def settings_page() -> str:
    """docs/settings.md"""
    lines = [
        "# Settings",
        "",
        _MADE,
        "",
        "One TOML file (`terminal.toml` in the data folder, or `--settings FILE`), and",
        "variables `CLINIC_TERMINAL_<NAME>` that win over it. A name that is not listed here",
        "is refused. `clinic-terminal settings` prints the values in force and their origin.",
        "",
        "| setting | default | unit | limits | meaning |",
        "|---|---|---|---|---|",
    ]
    for origin in origins(Settings(), Path(os.devnull)):
        limits = origin.limits.replace("|", "or")
        meaning = origin.meaning.replace("|", "or")
        default = origin.value.replace("|", "or")
        lines.append(f"| `{origin.name}` | {default} | {origin.unit} | {limits} | {meaning} |")
    return "\n".join(lines) + "\n"


def record_api_page() -> str:
    """docs/record-api.json"""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


PAGES = {
    "faults.md": faults_page,
    "visit.md": visit_page,
    "settings.md": settings_page,
    "record-api.json": record_api_page,
}


def _diagram(arrows: dict) -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2"]
    first = next(iter(arrows))
    lines.append(f"    [*] --> {first}")
    for state, leads in arrows.items():
        lines += [f"    {state} --> {target}: {event}" for event, target in leads.items()]
        if not leads:
            lines.append(f"    {state} --> [*]")
    return [*lines, "```"]


def main() -> None:
    """Write every page."""
    for name, draw in PAGES.items():
        (HOUSE / "docs" / name).write_text(draw(), "utf-8")


if __name__ == "__main__":
    main()
