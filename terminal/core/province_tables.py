"""The province's tables as they come in a file, checked whole before one row is believed.

A file that was cut, is of another kind or version, or has a row that cannot be, is refused
as a whole, and so is one that would make the clinic forget most of what it knows: the
table that is kept stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from terminal.core.faults import Refused
from terminal.core.items import ProvincePrefix

Rows = Sequence[Sequence[str]]

_PREFIX = re.compile(r"[0-9]{7}")
_NATIONAL_CODE = re.compile(r"[0-9A-Za-z-]{1,50}")
_LEVEL = re.compile(r"[123]")
_RATIO = re.compile(r"[1-9][0-9]{0,5}")
"""Smallest packs in a case; a million would be a slip."""
_DIAGNOSIS = re.compile(r"[A-Z][0-9A-Za-z.+*/_-]{2,29}")
_NAME_CHARACTERS_MAX = 300
"""C300 for names of diseases (interface section 7)."""
_DATED = re.compile(r"(?P<series>.*?)(?P<day>[0-9]{8})")
"""F001_20250701: versions of one series are in the order of their days."""


def check_whole(rows: Rows, told: int | None, columns: int) -> None:
    """As many rows as were told, and of as many columns as this kind has.

    `told`: data_cnt; None where the province told none. Raises Refused `catalogue.cut_short`,
    `catalogue.wrong_kind`.
    """
    if not rows or (told is not None and told != len(rows)):
        raise Refused("catalogue.cut_short", rows=len(rows), told=told)
    for number, row in enumerate(rows, start=1):
        if len(row) != columns:
            # The last row of a file that was cut has too few; a file of another kind, all.
            if number == len(rows) > 1 and len(row) < columns:
                raise Refused("catalogue.cut_short", row=number, columns=len(row))
            raise Refused("catalogue.wrong_kind", row=number, columns=len(row), expected=columns)


def version_of(named: str, inside: AbstractSet[str], kept: str) -> str:
    """The version of a file, by its name and by its rows.

    `named` may be empty, then all rows must say the same; `kept`: the version it would
    replace, or empty. Rows may be of older versions, each as it was last changed; some row
    must be of the file's own, where they say any. Raises Refused `catalogue.wrong_version`.
    """
    said = inside - {""}
    version = named or (next(iter(said)) if len(said) == 1 else "")
    if not version or (said and version not in said) or _older(version, kept):
        raise Refused("catalogue.wrong_version", version=version, inside=len(said), kept=kept)
    return version


def check_size(rows: int, known: int) -> None:
    """Raises Refused `catalogue.shrunk` where more than half of what is known would go."""
    if rows * 2 < known:
        raise Refused("catalogue.shrunk", rows=rows, known=known)


def read_prefixes(rows: Rows) -> dict[str, ProvincePrefix]:
    """Prefix, med_list_codg, level, ratio of each row, in this order.

    Raises Refused `catalogue.bad_row`, also for a prefix that stands for two drugs.
    """
    table: dict[str, ProvincePrefix] = {}
    for number, (prefix, code, level, ratio, *_) in enumerate(rows, start=1):
        forms = ((_PREFIX, prefix), (_NATIONAL_CODE, code), (_LEVEL, level), (_RATIO, ratio))
        if not all(form.fullmatch(cell) for form, cell in forms):
            raise Refused("catalogue.bad_row", row=number)
        said = ProvincePrefix(code, int(level), int(ratio))
        if table.setdefault(prefix, said) != said:
            raise Refused("catalogue.bad_row", row=number)
    return table


def read_diagnosis_rows(rows: Rows, code_at: int, name_at: int) -> dict[str, str]:
    """Name by code; `code_at` and `name_at` are places in a row, from 0.

    Of a code that stands there twice the first name counts. Raises Refused
    `catalogue.bad_row`.
    """
    table: dict[str, str] = {}
    for number, row in enumerate(rows, start=1):
        code, name = row[code_at].strip(), row[name_at].strip()
        if not _DIAGNOSIS.fullmatch(code) or not 0 < len(name) <= _NAME_CHARACTERS_MAX:
            raise Refused("catalogue.bad_row", row=number)
        table.setdefault(code, name)
    return table


def _older(version: str, kept: str) -> bool:
    """Whether a version is older than another one of its series."""
    one, other = _DATED.fullmatch(version), _DATED.fullmatch(kept)
    if one is None or other is None or one["series"] != other["series"]:
        return False
    return one["day"] < other["day"]
