"""Looking back: a masked name as it stands on a sheet, and whose long-term drugs run out.

A drug is long-term for somebody when it is one of a registered programme, was settled under
a registered disease, or was supplied for two weeks at least: as on the receipt's line of
when to come again. Who is overdue for a month has gone elsewhere, and is not listed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter

from terminal.core.audit_facts import Earlier, supplies
from terminal.core.people import masked_name

LOOKS_BACK_D = 180
"""A long prescription supplies twelve weeks; twice that finds what was stocked up."""

FOUND_MAX = 60
"""Past visits that are listed; whoever sees so many has typed too little."""

_LONG_D = 14
_OVERDUE_D = 30
_MASKED_MAX = 60
"""Characters of a masked name that are compared."""


@dataclass(frozen=True, slots=True)
class Supply:
    """One line of a settled visit, of a drug."""

    person_id: str
    given: Earlier
    days: int | None
    """For how many days, as the doctor said; None: not said."""
    registered: bool
    """Settled under a registered disease."""

    @property
    def long_term(self) -> bool:
        return bool(self.given.item.programme) or self.registered or (self.days or 0) >= _LONG_D


@dataclass(frozen=True, slots=True)
class Due:
    """Whose drugs run out, and when the first of them does."""

    person_id: str
    day: date
    drugs: tuple[str, ...]
    """Names of those that run out within the span, soonest first."""


def due_within(given: Iterable[Supply], today: date, days_ahead: int) -> tuple[Due, ...]:
    """Who runs out within so many days or has since a month, soonest first; one row a person.

    What nobody can say how long it lasts is left out.
    """
    by_person = attrgetter("person_id")
    rows = []
    for person_id, of_person in groupby(sorted(given, key=by_person), by_person):
        if ends := _ends(list(of_person), today, days_ahead):
            rows.append(Due(person_id, ends[0][0], tuple(dict.fromkeys(n for _, n in ends))))
    return tuple(sorted(rows, key=lambda row: (row.day, row.person_id)))


def _ends(of_person: list[Supply], today: date, days_ahead: int) -> list[tuple[date, str]]:
    """The days on which long-term drugs of one person run out, within the span, and which."""
    long_term = {each.given.item.medins_list_codg for each in of_person if each.long_term}
    in_order = sorted((each.given for each in of_person), key=lambda each: each.day)
    first, last = today - timedelta(days=_OVERDUE_D), today + timedelta(days=days_ahead)
    return sorted(
        (each.runs_out, each.item.name)
        for each in supplies(in_order)
        if each.item.medins_list_codg in long_term and each.lasts and first <= each.runs_out <= last
    )


def is_masked(typed: str) -> bool:
    """Whether somebody copied a name from the sheet on the door: 王*国."""
    return "*" in unicodedata.normalize("NFKC", typed)


def fits_mask(typed: str, name: str) -> bool:
    """Whether a name is shown so on the sheet on the door."""
    return _bare(typed[:_MASKED_MAX]) == _bare(masked_name(name))


def _bare(text: str) -> str:
    """Half width, without spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
