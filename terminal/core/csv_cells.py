"""CSV that any spreadsheet program may open without taking a cell for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With these a spreadsheet program takes a cell for a formula."""


def csv_text(lines: Iterable[Sequence[str]]) -> str:
    """The lines as CSV, CRLF, no cell a formula."""
    taken = _Lines()
    csv.writer(taken).writerows([[_plain(cell) for cell in line] for line in lines])
    return "".join(taken)


class _Lines(list[str]):
    """Takes what a csv writer writes."""

    def write(self, line: str) -> None:
        self.append(line)


def _plain(cell: str) -> str:
    """The cell with an apostrophe before it where it would begin a formula."""
    # Whatever may end a line in some program (U+0085, U+2028) is a space here.
    cell = "".join(char if char.isprintable() else " " for char in cell)
    return f"'{cell}" if cell.startswith(_FORMULA) and not _is_amount(cell) else cell


def _is_amount(cell: str) -> bool:
    return cell[1:].replace(".", "", 1).isdigit() and cell[0] == "-"
