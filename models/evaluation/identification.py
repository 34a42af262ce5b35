"""One among many: who is this, and is it anybody enrolled?

A search for somebody enrolled goes wrong when the best is another, or is below the
threshold; a search for a stranger when anybody is named.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from models.evaluation.acquisition import Acquired, Acquisition, figures
from models.evaluation.lists import Appearance, Role
from models.evaluation.verification import missed
from models.gallery import Gallery
from models.policy import Policy
from terminal.core.biometric_rates import Scores
from terminal.core.calibration import FPIR_MAX, Calibration, Threshold
from terminal.core.faults import Refused
from terminal.core.recognition import (
    Ambiguous,
    Candidate,
    Known,
    Template,
    Thresholds,
    decide,
)

FALSE_POSITIVE_RATES = {"0.01": 0.01, "0.003": 0.003}
"""The rates a search is asked at, by the names they have in the figures."""

_GALLERY_SIZES = (10, 30, 100, 300, 1000, 3000, 10_000, 30_000)
"""Smaller galleries are drawn from the whole one, by a fixed seed, to show what size costs."""

_SEED = 20260101

_BELOW_ALL = -2.0
"""Below every cosine: whoever is not found here was not the best at all."""


@dataclass(frozen=True, slots=True)
class Identification:
    """Figures, and the scores behind them for a plot."""

    figures: dict[str, object]
    scores: Scores


@dataclass(frozen=True, slots=True)
class _Searched:
    """A probe and the candidates for it; `identity` is None for somebody not enrolled."""

    identity: str | None
    candidates: list[Candidate]


def identify(listed: Sequence[Appearance], acquisition: Acquisition) -> Identification:
    """Search for every probe of a protocol among everybody it enrols.

    Probes without a face are left out of every error rate and counted, and so are known
    probes of people of whom no enrolled picture gave a face. Raises Refused
    `evaluation.nothing_readable`, `evaluation.nobody_enrolled`, `weights.not_finite`,
    `gallery.full`.
    """
    found = acquisition.described([(row.line, row.path) for row in listed])
    wanted = {row.identity for row in listed if row.role is Role.ENROL}
    trial = _Trial(listed, found, Gallery(acquisition.model_digest, acquisition.dimension))
    if not trial.people:
        raise Refused("evaluation.nobody_enrolled", pictures=len(found))
    searches = trial.search(trial.people)
    scores = _scores(searches)
    asked = acquisition.calibration.similarity_for(len(trial.people), FPIR_MAX)
    told = {
        **figures(found),
        "gallery": len(trial.people),
        "failure_to_enrol_count": len(wanted) - len(trial.people),
        **_rates(scores),
        "by_gallery": [
            {"gallery": len(some), **_rates(_scores(trial.search(some)))}
            for some in _parts(trial.people)
        ],
        "at_live_thresholds": _decided(searches, asked, acquisition.calibration),
        "live_threshold": asdict(asked),
        "at_live_gate": figures(found, live_gate=True),
        "model_digest": acquisition.model_digest,
        "ms": acquisition.medians_ms(),
    }
    return Identification(told, scores)


class _Trial:
    """A protocol with its faces: everybody who can be enrolled, and every probe."""

    def __init__(
        self, listed: Sequence[Appearance], found: dict[Path, Acquired], gallery: Gallery
    ) -> None:
        self._gallery = gallery
        self._enrolled: list[tuple[str, Template]] = []
        for row in listed:
            template = found[row.path].template
            if row.role is Role.ENROL and template is not None:
                self._enrolled.append((row.identity, template))
        self.people = sorted({identity for identity, _ in self._enrolled})
        self._probes = [
            (row, vector)
            for row in listed
            if row.role is Role.PROBE_UNKNOWN
            or (row.role is Role.PROBE_KNOWN and row.identity in self.people)
            if (vector := found[row.path].vector) is not None
        ]

    def search(self, people: Sequence[str]) -> list[_Searched]:
        """Search among some of the people; to them the others are strangers."""
        some = set(people)
        self._gallery.replace(row for row in self._enrolled if row[0] in some)
        return [
            _Searched(
                row.identity if row.role is Role.PROBE_KNOWN and row.identity in some else None,
                self._gallery.nearest(vector, Policy().candidates),
            )
            for row, vector in self._probes
        ]


def _parts(people: Sequence[str]) -> list[Sequence[str]]:
    """Smaller galleries out of the whole one, each within the next, and the whole."""
    mixed = random.Random(_SEED).sample(people, len(people))  # noqa: S311 - no secret.
    return [mixed[:size] for size in _GALLERY_SIZES if size < len(people)] + [people]


def _scores(searches: Sequence[_Searched]) -> Scores:
    genuine, impostor = [], []
    for search in searches:
        best = search.candidates[0]
        if search.identity is None:
            impostor.append(best.similarity)
        else:
            right = best.person_id == search.identity
            genuine.append(best.similarity if right else -math.inf)
    return Scores(genuine, impostor)


def _rates(scores: Scores) -> dict[str, object]:
    points = {name: scores.at_false_match_rate(rate) for name, rate in FALSE_POSITIVE_RATES.items()}
    lowest = scores.lowest_supported()
    return {
        "known": len(scores.genuine),
        "strangers": len(scores.impostor),
        "fnir_without_threshold": missed(scores.at(_BELOW_ALL)).rate,
        "fnir_at_fpir": {name: point and missed(point).rate for name, point in points.items()},
        "fnir_bounds_at_fpir": {
            name: point and missed(point).bounds() for name, point in points.items()
        },
        "threshold_at_fpir": {name: point and point.threshold for name, point in points.items()},
        "lowest_fpir": lowest
        and {
            "fpir": lowest.false_matches.rate,
            "fnir": missed(lowest).rate,
            "threshold": lowest.threshold,
        },
    }


def _decided(
    searches: Sequence[_Searched], asked: Threshold, calibration: Calibration
) -> dict[str, dict[str, int]]:
    """What the counter would have said, by threshold and margin; the face taken as alive."""
    at = Thresholds(0.0, asked.similarity, calibration.margin_min)
    told = {"known": Counter[str](), "strangers": Counter[str]()}
    for search in searches:
        match decide(1.0, search.candidates, at):
            case Known(person_id):
                verdict = "right" if person_id == search.identity else "wrong"
            case Ambiguous():
                verdict = "ambiguous"
            case _:
                verdict = "unknown"
        told["strangers" if search.identity is None else "known"][verdict] += 1
    return {side: dict(sorted(counts.items())) for side, counts in told.items()}
