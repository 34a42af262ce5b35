"""A few hundred of very many vectors that may be the nearest, found without looking at all.

Only for galleries larger than a clinic's. A graph of neighbours (HNSW, by way of faiss) is
walked towards the face, and the exact search then compares with what the walk came by. It
may miss somebody: whoever is missed is not recognised, or does not show as a rival, which is
why no small gallery is searched so. Where faiss is not installed everything is compared.
"""

from __future__ import annotations

import importlib
import logging
import threading
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

_NEIGHBOURS = 32
"""Links of each vector in the graph; faiss's own advice for some hundred dimensions."""

_CARE_BUILDING, _CARE_SEARCHING = 80, 128
"""How many candidates are kept on the way."""

SHORTLISTED = 128
"""Rows that are compared exactly after."""

Vectors = NDArray[np.float32]


class Shortlist:
    """Grows by vectors and never shrinks; each is named by the order in which it came."""

    def __init__(self, faiss: ModuleType, dimension: int) -> None:
        self._index = faiss.IndexHNSWFlat(dimension, _NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
        self._index.hnsw.efConstruction = _CARE_BUILDING
        self._index.hnsw.efSearch = _CARE_SEARCHING
        self._busy = threading.Lock()  # It may not grow while it is searched.

    def add(self, vectors: Vectors) -> None:
        """Add vectors; their numbers go on from the last."""
        with self._busy:
            self._index.add(np.ascontiguousarray(vectors))

    def __len__(self) -> int:
        """How many vectors it has, those no longer wanted among them."""
        return int(self._index.ntotal)

    def near(self, vector: Vectors) -> NDArray[np.int64]:
        """Return the numbers of the vectors that may be nearest, in no order."""
        with self._busy:
            _, found = self._index.search(np.ascontiguousarray(vector[None]), SHORTLISTED)
        numbers = np.asarray(found[0], np.int64)
        return numbers[numbers >= 0]


def shortlist_for(vectors: Vectors) -> Shortlist | None:
    """Build one over vectors, or say once that everything will be compared."""
    faiss = _faiss()
    if faiss is None:
        log.warning("faiss is not installed: %d templates are compared one by one", len(vectors))
        return None
    built = Shortlist(faiss, vectors.shape[1])
    built.add(vectors)
    return built


def _faiss() -> ModuleType | None:
    """The library, where somebody installed it; the terminal does not need it."""
    try:
        return importlib.import_module("faiss")
    except ImportError:
        return None
