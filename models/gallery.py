"""Everybody enrolled here, as unit vectors; the nearest few to a face.

The search is exact up to `EXACT_MAX` templates; beyond it a library draws up a shortlist
where one is installed, and the shortlist is compared exactly. Whoever changes the gallery
builds a new shelf and puts it in place of the old one in a single assignment, so a search
on another thread sees one or the other.
"""

from __future__ import annotations

import bisect
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.shortlist import Shortlist, shortlist_for
from terminal.core.faults import Refused
from terminal.core.recognition import Candidate, Template

TEMPLATES_MAX = 200_000
"""A county's worth, a hundred megabytes; a clinic has some thousands."""

EXACT_MAX = 100_000
"""Templates that are all compared: some 6 ms with 128 numbers each. A shortlist takes less
from 25,000 on, but a minute to draw up, and it may miss somebody; docs/thresholds.md."""

_UNIT_TOLERANCE = 1e-3
"""How far from one a stored vector's length may be; float32 itself loses 1e-7."""

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Shelf:
    """Templates ordered by person, so that each person's stand together."""

    people: tuple[str, ...]
    """The person of each row."""
    vectors: Vector
    """Shape (templates, dimension)."""
    names: tuple[str, ...]
    """Each person once, in the order of `starts`."""
    starts: NDArray[np.intp]
    """The row where each person's templates begin."""
    numbers: NDArray[np.int64]
    """What the shortlist calls each row, where there is one."""
    places: NDArray[np.intp]
    """The row of each number of the shortlist; -1 for one that was taken out."""
    shortlist: Shortlist | None

    def rows_of(self, person_id: str) -> slice:
        """Where somebody's templates stand; an empty slice for somebody not enrolled."""
        at = bisect.bisect_left(self.names, person_id)
        if at == len(self.names) or self.names[at] != person_id:
            return slice(0, 0)
        ends = [*self.starts[1:], len(self.people)]
        return slice(int(self.starts[at]), int(ends[at]))


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    person_id: str
    vector: Vector
    number: int = -1


class Gallery:
    """Templates of one set of weights; vectors of other weights are never compared."""

    def __init__(self, model_digest: str, dimension: int) -> None:
        self.model_digest = model_digest
        self._dimension = dimension
        self._changing = threading.Lock()
        self._shelf = self._arrange([], None)

    def __len__(self) -> int:
        """How many people can be recognised."""
        return len(self._shelf.names)

    def replace(self, templates: Iterable[tuple[str, Template]]) -> tuple[str, ...]:
        """Put these templates in place of all others.

        Returns the people who cannot be recognised now, because none of their templates
        is of these weights and readable: they need to be enrolled anew, and the others
        need not wait for it. Raises Refused `gallery.full`.
        """
        rows: list[_Row] = []
        aside: set[str] = set()
        for person_id, template in templates:
            try:
                rows.append(_Row(person_id, self._vector(template), len(rows)))
            except Refused:
                aside.add(person_id)
        with self._changing:
            _refuse_full(len(rows))
            shortlist = None
            if len(rows) > EXACT_MAX:
                shortlist = shortlist_for(np.stack([row.vector for row in rows]))
            self._shelf = self._arrange(rows, shortlist)
            return tuple(sorted(aside.difference(self._shelf.names)))

    def add(self, person_id: str, template: Template) -> None:
        """Add one template to a person, known or new.

        Raises Refused `template.other_weights`, `template.unreadable`, `gallery.full`.
        """
        vector = self._vector(template)
        with self._changing:
            shortlist = self._shelf.shortlist
            _refuse_full(len(self._shelf.people) + 1)
            number = -1 if shortlist is None else len(shortlist)
            if shortlist is not None:
                shortlist.add(vector[None])
            self._shelf = self._arrange([*self._rows(), _Row(person_id, vector, number)], shortlist)

    def remove(self, person_id: str) -> int:
        """Take all of a person's templates out and return how many there were."""
        with self._changing:
            rows = [row for row in self._rows() if row.person_id != person_id]
            removed = len(self._shelf.people) - len(rows)
            self._shelf = self._arrange(rows, self._shelf.shortlist)
            return removed

    def nearest(self, vector: Vector, count: int) -> list[Candidate]:
        """Return the people most like a unit vector, best first, each by their best template."""
        shelf = self._shelf
        if not shelf.names:
            return []
        if shelf.shortlist is not None:
            return _among(shelf, shelf.shortlist.near(vector), vector)[:count]
        # On one core: a product on two waits for the second, and where networks keep both
        # busy that is 16 ms instead of one.
        best = np.vecdot(shelf.vectors, vector)
        if len(shelf.names) < len(shelf.people):
            best = np.maximum.reduceat(best, shelf.starts)
        ranked = []
        for _ in range(min(count, best.size)):  # Few: quicker than putting all in order.
            row = int(best.argmax())
            ranked.append(Candidate(shelf.names[row], float(best[row])))
            best[row] = -np.inf
        return ranked

    def similarity_to(self, person_id: str, vector: Vector) -> float | None:
        """Return how much a unit vector resembles one person, by their best template.

        None for somebody who is not enrolled with these weights.
        """
        shelf = self._shelf
        theirs = shelf.vectors[shelf.rows_of(person_id)]
        return float((theirs @ vector).max()) if len(theirs) else None

    def resembling(self, templates: Sequence[Template], least: float) -> list[Candidate]:
        """Return everybody this much like any of these templates, best first.

        Always exact: a twin who is missed here is a twin for years. Raises Refused
        `template.other_weights`, `template.unreadable`.
        """
        shelf = self._shelf
        theirs = np.array([self._vector(template) for template in templates], np.float32)
        if not len(theirs) or not shelf.names:
            return []
        best = np.maximum.reduceat((shelf.vectors @ theirs.T).max(axis=1), shelf.starts)
        alike = [
            Candidate(shelf.names[row], float(best[row])) for row in np.flatnonzero(best >= least)
        ]
        return sorted(alike, key=lambda one: one.similarity, reverse=True)

    def _vector(self, template: Template) -> Vector:
        if template.model_digest != self.model_digest:
            raise Refused("template.other_weights", weights=template.model_digest[:12])
        if len(template.vector) != 4 * self._dimension:
            raise Refused("template.unreadable", bytes=len(template.vector))
        vector = np.frombuffer(template.vector, "<f4").astype(np.float32)
        if not abs(float(np.linalg.norm(vector)) - 1.0) <= _UNIT_TOLERANCE:  # NaN too.
            raise Refused("template.unreadable", reason="length")
        return vector

    def _rows(self) -> list[_Row]:
        shelf = self._shelf
        return [
            _Row(person_id, vector, int(number))
            for person_id, vector, number in zip(
                shelf.people, shelf.vectors, shelf.numbers, strict=True
            )
        ]

    def _arrange(self, rows: list[_Row], shortlist: Shortlist | None) -> _Shelf:
        rows = sorted(rows, key=lambda row: row.person_id)
        people = tuple(row.person_id for row in rows)
        starts = [i for i, person in enumerate(people) if i == 0 or people[i - 1] != person]
        vectors = np.zeros((len(rows), self._dimension), np.float32)
        for index, row in enumerate(rows):
            vectors[index] = row.vector
        names = tuple(people[start] for start in starts)
        numbers = np.array([row.number for row in rows], np.int64)
        places = np.full(0 if shortlist is None else len(shortlist), -1, np.intp)
        if shortlist is not None:
            places[numbers] = np.arange(len(rows))
        begin = np.asarray(starts, np.intp)
        return _Shelf(people, vectors, names, begin, numbers, places, shortlist)


def _refuse_full(templates: int) -> None:
    if templates > TEMPLATES_MAX:
        raise Refused("gallery.full", most=TEMPLATES_MAX)


def _among(shelf: _Shelf, numbers: NDArray[np.int64], vector: Vector) -> list[Candidate]:
    """Compare exactly with what a shortlist named; what is no longer on the shelf is passed by."""
    rows = shelf.places[numbers[numbers < len(shelf.places)]]
    rows = rows[rows >= 0]
    best: dict[str, float] = {}
    for row, similarity in zip(rows, shelf.vectors[rows] @ vector, strict=True):
        person_id = shelf.people[row]
        best[person_id] = max(best.get(person_id, -np.inf), float(similarity))
    ranked = [Candidate(person_id, similarity) for person_id, similarity in best.items()]
    return sorted(ranked, key=lambda one: one.similarity, reverse=True)
