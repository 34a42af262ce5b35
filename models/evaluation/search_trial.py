"""How long one exact search takes, by the size of the gallery.

Beside it, where it is installed, the flat index of faiss on the same vectors: exact too,
and the measure of what another library would save.
"""

from __future__ import annotations

import importlib
import statistics
import time
from collections.abc import Callable, Sequence
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from models.gallery import TEMPLATES_MAX, Gallery
from terminal.core.faults import Refused
from terminal.core.recognition import Template

SIZES_MAX = 20
"""Sizes in one run."""

_QUERIES = 200
"""Searches measured for each size, after some that are not."""

_WARM_UP = 20

_SEED = 20260101

Vectors = NDArray[np.float32]


def search_trial(
    sizes: Sequence[int], model_digest: str, dimension: int, told: Callable[[str, int, int], None]
) -> dict[str, object]:
    """Time the nearest person to a face in galleries of these sizes, one template each.

    The vectors are random directions: an exact search takes as long whatever they are.
    Raises Refused `evaluation.size_out_of_range`.
    """
    if not 0 < len(sizes) <= SIZES_MAX or not all(1 <= size <= TEMPLATES_MAX for size in sizes):
        raise Refused("evaluation.size_out_of_range", most=TEMPLATES_MAX, sizes=SIZES_MAX)
    faiss = _faiss()
    ms: dict[str, dict[str, float | bool | None]] = {}
    for done, size in enumerate(sizes):
        told(f"{size}", done, len(sizes))
        ms[str(size)] = _one(size, model_digest, dimension, faiss)
    told("", len(sizes), len(sizes))
    return {
        "sizes": list(sizes),
        "dimension": dimension,
        "queries": _QUERIES,
        "faiss": getattr(faiss, "__version__", None),
        "ms": ms,
    }


def _one(
    size: int, model_digest: str, dimension: int, faiss: ModuleType | None
) -> dict[str, float | bool | None]:
    random = np.random.default_rng(_SEED)
    people = _directions(random, size, dimension)
    queries = _directions(random, _QUERIES + _WARM_UP, dimension)
    gallery = Gallery(model_digest, dimension)
    gallery.replace(
        (f"{number:06d}", Template(vector.tobytes(), model_digest, 1.0))
        for number, vector in enumerate(people)
    )
    ours, exact = _timed(lambda query: int(gallery.nearest(query, 1)[0].person_id), queries)
    told: dict[str, float | bool | None] = {
        "exact_p50": exact[0],
        "exact_p95": exact[1],
        "faiss_p50": None,
        "faiss_p95": None,
        "same_answer": None,
    }
    if faiss is not None:
        index = faiss.IndexFlatIP(dimension)
        index.add(people)
        theirs, flat = _timed(lambda query: int(index.search(query[None], 1)[1][0, 0]), queries)
        told |= {"faiss_p50": flat[0], "faiss_p95": flat[1], "same_answer": ours == theirs}
    return told


def _timed(
    search: Callable[[Vectors], int], queries: Vectors
) -> tuple[list[int], tuple[float, float]]:
    """Return who was found, and the median and 95th percentile in milliseconds."""
    answers, took_ms = [], []
    for query in queries:
        begun_s = time.perf_counter()
        answers.append(search(query))
        took_ms.append((time.perf_counter() - begun_s) * 1000)
    measured = sorted(took_ms[_WARM_UP:])
    return answers, (
        round(statistics.median(measured), 4),
        round(measured[int(len(measured) * 0.95)], 4),
    )


def _directions(random: np.random.Generator, count: int, dimension: int) -> Vectors:
    vectors = random.standard_normal((count, dimension), np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _faiss() -> ModuleType | None:
    """The library, where somebody installed it; the terminal does not need it."""
    try:
        return importlib.import_module("faiss")
    except ImportError:
        return None
