"""Everybody enrolled, compared with everybody else: who resembles whom.

Exact: a twin who is missed here is named for the other for years. Two thousand people of
five templates are fifty million comparisons, half a second on two cores; it grows with the
square, and is asked for once for each set of weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from terminal.core.recognition import Template

_PEOPLE_AT_ONCE = 64
"""Some 300 templates against 10,000 are 12 megabytes of similarities."""

_FLOAT_BYTES = 4


def pairs_alike(
    templates: Sequence[tuple[str, Template]], least: float
) -> Iterator[tuple[str, str, float]]:
    """The people of whom two templates are at least so much alike; each pair once.

    Templates are of one set of weights. One that cannot be read resembles nobody.
    """
    by_length: dict[int, list[tuple[str, Template]]] = {}
    for row in templates:
        by_length.setdefault(len(row[1].vector), []).append(row)
    for length, rows in by_length.items():
        if length and length % _FLOAT_BYTES == 0:
            yield from _pairs(sorted(rows, key=lambda row: row[0]), least)


def _pairs(rows: list[tuple[str, Template]], least: float) -> Iterator[tuple[str, str, float]]:
    vectors = np.stack([np.frombuffer(one.vector, "<f4") for _, one in rows]).astype(np.float32)
    names, whose = np.unique(np.array([person for person, _ in rows]), return_inverse=True)
    starts = np.append(np.searchsorted(whose, np.arange(len(names))), len(rows))
    for begin in range(0, len(names), _PEOPLE_AT_ONCE):
        first, last = starts[begin], starts[min(begin + _PEOPLE_AT_ONCE, len(names))]
        similar = vectors[first:last] @ vectors[first:].T
        one, other = np.nonzero(similar >= least)
        found = whose[first + one], whose[first + other], similar[one, other]
        for a, b, likeness in _best(*found):
            yield str(names[a]), str(names[b]), likeness


def _best(
    ones: NDArray[np.intp], others: NDArray[np.intp], likeness: NDArray[np.float32]
) -> Iterable[tuple[int, int, float]]:
    """Each pair once with the most it reached, nobody with themselves."""
    apart = ones < others
    ones, others, likeness = ones[apart], others[apart], likeness[apart]
    order = np.lexsort((-likeness, others, ones))
    ones, others, likeness = ones[order], others[order], likeness[order]
    new = np.ones(len(ones), np.bool_)
    new[1:] = (ones[1:] != ones[:-1]) | (others[1:] != others[:-1])
    return zip(ones[new].tolist(), others[new].tolist(), likeness[new].tolist(), strict=True)
