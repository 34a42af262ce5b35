"""Everybody enrolled here, as unit vectors; the nearest few to a face.

The search is exact. Whoever changes the gallery builds a new shelf and puts it in place
of the old one in a single assignment, so a search on another thread sees one or the other.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.manifest import Manifest
from terminal.core.faults import Refused
from terminal.core.recognition import Candidate, Template

TEMPLATES_MAX = 200_000
"""A county's worth, a hundred megabytes; a clinic has some thousands."""

_UNIT_TOLERANCE = 1e-3
"""How far from one a stored vector's length may be; float32 itself loses 1e-7."""


@dataclass(frozen=True, slots=True, eq=False)
class _Shelf:
    """Templates ordered by person, so that each person's stand together."""

    people: tuple[str, ...]
    """The person of each row."""
    vectors: NDArray[np.float32]
    """Shape (templates, dimension)."""
    names: tuple[str, ...]
    """Each person once, in the order of `starts`."""
    starts: NDArray[np.intp]
    """The row where each person's templates begin."""


class Gallery:
    """Templates of one set of weights; vectors of other weights are never compared."""

    def __init__(self, model_digest: str, dimension: int) -> None:
        self.model_digest = model_digest
        self._dimension = dimension
        self._changing = threading.Lock()
        self._shelf = self._arrange([])

    @classmethod
    def for_weights(cls, manifest: Manifest) -> Gallery:
        """Return an empty gallery for a manifest's recognition network."""
        dimension = manifest.task("recognition").embedding_dimension
        return cls(manifest.weights_digest("recognition"), dimension or 0)

    def __len__(self) -> int:
        """How many people can be recognised."""
        return len(self._shelf.names)

    def replace(self, templates: Iterable[tuple[str, Template]]) -> tuple[str, ...]:
        """Put these templates in place of all others.

        Returns the people who cannot be recognised now, because none of their templates
        is of these weights and readable: they need to be enrolled anew, and the others
        need not wait for it. Raises Refused `gallery.full`.
        """
        rows: list[tuple[str, NDArray[np.float32]]] = []
        aside: set[str] = set()
        for person_id, template in templates:
            try:
                rows.append((person_id, self._vector(template)))
            except Refused:
                aside.add(person_id)
        with self._changing:
            self._shelf = self._arrange(rows)
            return tuple(sorted(aside.difference(self._shelf.names)))

    def add(self, person_id: str, template: Template) -> None:
        """Add one template to a person, known or new.

        Raises Refused `template.other_weights`, `template.unreadable`, `gallery.full`.
        """
        vector = self._vector(template)
        with self._changing:
            self._shelf = self._arrange([*self._rows(), (person_id, vector)])

    def remove(self, person_id: str) -> int:
        """Take all of a person's templates out and return how many there were."""
        with self._changing:
            rows = [row for row in self._rows() if row[0] != person_id]
            removed = len(self._shelf.people) - len(rows)
            self._shelf = self._arrange(rows)
            return removed

    def nearest(self, vector: NDArray[np.float32], count: int) -> list[Candidate]:
        """Return the people most like a unit vector, best first, each by their best template."""
        shelf = self._shelf
        if not shelf.names:
            return []
        best = shelf.vectors @ vector
        if len(shelf.names) < len(shelf.people):
            best = np.maximum.reduceat(best, shelf.starts)
        ranked = []
        for _ in range(min(count, best.size)):  # Few: quicker than putting all in order.
            row = int(best.argmax())
            ranked.append(Candidate(shelf.names[row], float(best[row])))
            best[row] = -np.inf
        return ranked

    def _vector(self, template: Template) -> NDArray[np.float32]:
        if template.model_digest != self.model_digest:
            raise Refused("template.other_weights", weights=template.model_digest[:12])
        if len(template.vector) != 4 * self._dimension:
            raise Refused("template.unreadable", bytes=len(template.vector))
        vector = np.frombuffer(template.vector, "<f4").astype(np.float32)
        if not abs(float(np.linalg.norm(vector)) - 1.0) <= _UNIT_TOLERANCE:  # NaN too.
            raise Refused("template.unreadable", reason="length")
        return vector

    def _rows(self) -> list[tuple[str, NDArray[np.float32]]]:
        return list(zip(self._shelf.people, self._shelf.vectors, strict=True))

    def _arrange(self, rows: list[tuple[str, NDArray[np.float32]]]) -> _Shelf:
        if len(rows) > TEMPLATES_MAX:
            raise Refused("gallery.full", most=TEMPLATES_MAX)
        rows = sorted(rows, key=lambda row: row[0])
        people = tuple(person for person, _ in rows)
        starts = [i for i, person in enumerate(people) if i == 0 or people[i - 1] != person]
        vectors = np.zeros((len(rows), self._dimension), np.float32)
        for index, (_, vector) in enumerate(rows):
            vectors[index] = vector
        names = tuple(people[start] for start in starts)
        return _Shelf(people, vectors, names, np.asarray(starts, np.intp))
