"""One set of weights that knows people: describes, compares with its own, and judges.

When the weights change nobody needs to come again: a face is described by the new weights
and by the old ones, and each description is compared with templates of its own kind only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.embedder import Embedder
from models.gallery import Gallery
from terminal.core.calibration import Calibration
from terminal.core.recognition import Candidate, Ranking, Template


@dataclass(frozen=True, slots=True, eq=False)
class Recogniser:
    """An embedder, everybody enrolled with it, and what its similarities mean."""

    embedder: Embedder
    gallery: Gallery
    calibration: Calibration

    @property
    def model_digest(self) -> str:
        """The weights all three are of."""
        return self.embedder.model_digest

    def rank(self, vector: NDArray[np.float32], claimed: str | None, count: int) -> Ranking:
        """Compare a unit vector with the nearest so many people; with `claimed`, with that
        person alone."""
        if claimed is None:
            nearest = self.gallery.nearest(vector, count)
            return Ranking(self.model_digest, len(self.gallery), tuple(nearest))
        similarity = self.gallery.similarity_to(claimed, vector)
        only = () if similarity is None else (Candidate(claimed, similarity),)
        return Ranking(self.model_digest, len(only), only)


def fill(
    recognisers: Sequence[Recogniser], templates: Iterable[tuple[str, Template]]
) -> tuple[str, ...]:
    """Put these templates into the galleries, each into that of its own weights.

    Returns the people whom no gallery can recognise now. Raises Refused `gallery.full`.
    """
    rows = list(templates)
    aside = [set(recogniser.gallery.replace(rows)) for recogniser in recognisers]
    return tuple(sorted(set.intersection(*aside)))
