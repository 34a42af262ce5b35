"""The list of an import of photographs, as somebody else's table program wrote it.

    id_number,path[,consent_version,witness,guardian]

Other columns are ignored. A row that lacks something is given all the same: what became of
it is said in the report, beside the others.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field

from terminal.core.consent import Consent
from terminal.core.faults import Refused

_ROWS_MAX = 20_000
"""Ten photographs of each of a village's people."""

_NEEDED = ("id_number", "path")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: a photograph of somebody, and what they agreed to."""

    row: int
    """The line of the list on which it ends."""
    id_number: str = field(repr=False)
    path: str = field(repr=False)
    consent: Consent


def read_entries(text: str, otherwise: Consent) -> list[Entry]:
    """The rows in their order; a consent's empty cells are filled from `otherwise`.

    Raises Refused `import.list_unreadable`, `import.list_empty`, `import.columns_missing`.
    """
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    entries: list[Entry] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        missing = [name for name in _NEEDED if name not in header]
        if missing and header:
            raise Refused("import.columns_missing", columns=",".join(missing))
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(entries) >= _ROWS_MAX:
                raise Refused("import.list_unreadable", reason="too many rows", most=_ROWS_MAX)
            row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            entries.append(_entry(reader.line_num, row, otherwise))
    except csv.Error as error:
        raise Refused("import.list_unreadable", line=reader.line_num, reason=str(error)) from None
    if not entries:
        raise Refused("import.list_empty")
    return entries


def _entry(line: int, row: dict[str, str], otherwise: Consent) -> Entry:
    consent = Consent(
        version=row.get("consent_version") or otherwise.version,
        witness=row.get("witness") or otherwise.witness,
        guardian=row.get("guardian") or otherwise.guardian,
    )
    id_number = row.get("id_number", "").upper().replace(" ", "")
    return Entry(line, id_number, row.get("path", ""), consent)
