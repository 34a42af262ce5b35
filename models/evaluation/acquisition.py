"""One look at one picture: a face described or judged, or why there is none.

First exactly as the live path would, of one frame. When its gate would ask the person to
move, the picture is judged once more as a photograph is, for nobody can be asked; both
outcomes are kept, so that every figure can be given for either.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.eyes import Eyes
from models.gallery import Gallery
from models.opening import Networks
from models.patience import PatientDetector
from models.photographs import read_photograph
from models.policy import ONE_PHOTOGRAPH, Policy
from models.recogniser import Recogniser
from models.stopwatch import Stopwatch
from terminal.core.calibration import Calibration
from terminal.core.faults import Refused
from terminal.core.recognition import Asked, Hint, Portrait, Sighting, Template

log = logging.getLogger(__name__)

Told = Callable[[str, int, int], None]
"""Told the stage, how many pictures are done, and of how many."""

Pixels = NDArray[np.uint8]

_REMARKS_MAX = 20
"""Unreadable pictures named one by one; after that only their number."""


@dataclass(frozen=True, slots=True, eq=False)
class Acquired:
    """What was taken from one picture."""

    unreadable: str | None = None
    """The fault of a file that is no picture."""
    missed: str | None = None
    """The hint for which even a photograph is refused."""
    live_gate: str | None = None
    """The hint the live path would have given, whatever came of it after."""
    template: Template | None = None
    live_score: float | None = None

    @property
    def vector(self) -> NDArray[np.float32] | None:
        """The unit vector, when the face was described."""
        if self.template is None:
            return None
        return np.frombuffer(self.template.vector, "<f4").astype(np.float32)


class Acquisition:
    """Looks at pictures, each once."""

    def __init__(self, networks: Networks, calibration: Calibration, told: Told) -> None:
        self.networks = networks
        self.calibration = calibration
        self._told = told
        self._reading = Stopwatch()
        self._eyes: list[Eyes] = []
        self.model_digest = networks.embedder.model_digest
        self.dimension = networks.embedder.dimension

    def described(self, listed: Iterable[tuple[int, Path]]) -> dict[Path, Acquired]:
        """Describe the face in each picture, alive or not; given as (line, path).

        Raises Refused `evaluation.nothing_readable`, `weights.not_finite`.
        """
        self._open(live_min=0.0)
        return self._all(listed, _described)

    def judged(self, listed: Iterable[tuple[int, Path]]) -> dict[Path, Acquired]:
        """Judge each picture alive or not; nobody is described. Raises as `described`."""
        self._open(live_min=1.0)
        return self._all(listed, _judged)

    def medians_ms(self) -> dict[str, float]:
        """Return the median of each stage: of the live path where it came so far, else of
        the second look; and of reading the file."""
        live, patient = self._eyes
        stages = patient.stopwatch.medians_ms() | live.stopwatch.medians_ms()
        return self._reading.medians_ms() | stages

    def _open(self, *, live_min: float) -> None:
        parts, gallery = self.networks, Gallery(self.model_digest, self.dimension)
        recognisers = [Recogniser(parts.embedder, gallery, self.calibration)]
        live = Policy(live_min=live_min, frames=1)
        patient = replace(ONE_PHOTOGRAPH, live_min=live_min)
        self._eyes = [
            Eyes(parts.detector, parts.liveness, recognisers, live),
            Eyes(PatientDetector(parts.detector), parts.liveness, recognisers, patient),
        ]

    def _all(
        self, listed: Iterable[tuple[int, Path]], look: Callable[[Eyes, Pixels], Acquired]
    ) -> dict[Path, Acquired]:
        lines: dict[Path, int] = {}
        for line, path in listed:
            lines.setdefault(path, line)
        found: dict[Path, Acquired] = {}
        unreadable = 0
        for path, line in lines.items():
            found[path] = self._one(path, look)
            if (code := found[path].unreadable) is not None:
                unreadable += 1
                if unreadable <= _REMARKS_MAX:  # By its line: a file's name may name a person.
                    log.warning("%s: the picture on line %d of the list", code, line)
            self._told("pictures", len(found), len(lines))
        if unreadable > _REMARKS_MAX:
            log.warning("and %d more pictures that cannot be read", unreadable - _REMARKS_MAX)
        if unreadable == len(found):
            raise Refused("evaluation.nothing_readable", pictures=len(found))
        return found

    def _one(self, path: Path, look: Callable[[Eyes, Pixels], Acquired]) -> Acquired:
        try:
            with self._reading.stage("read"):
                pixels = read_photograph(path)
            live, patient = self._eyes
            first = look(live, pixels)
            if first.missed is None:
                return first
            return replace(look(patient, pixels), live_gate=first.missed)
        except Refused as fault:
            if fault.code.startswith(("photograph.", "picture.")):
                return Acquired(unreadable=fault.code)
            raise


def figures(found: dict[Path, Acquired], *, live_gate: bool = False) -> dict[str, object]:
    """How many pictures there were, and how many gave no face, for which hint.

    With `live_gate` a hint of the live path counts as a failure, though the picture was
    judged as a photograph after.
    """
    readable = [one for one in found.values() if one.unreadable is None]
    hints = Counter((one.live_gate if live_gate else one.missed) or "" for one in readable)
    failed = len(readable) - hints.pop("", 0)
    told: dict[str, object] = {
        "failure_to_acquire": failed / len(readable),
        "failure_to_acquire_count": failed,
        "failure_to_acquire_by_hint": dict(sorted(hints.items())),
    }
    if live_gate:
        return told
    return {"images": len(found), "unreadable": len(found) - len(readable), **told}


def _described(eyes: Eyes, pixels: Pixels) -> Acquired:
    match eyes.describe(pixels):
        case Hint(code):
            return Acquired(missed=code)
        case Portrait(template=template):
            return Acquired(template=template, live_score=template.live_score)


def _judged(eyes: Eyes, pixels: Pixels) -> Acquired:
    eyes.forget()  # The last picture was of somebody else.
    match eyes.look(pixels, 0.0):
        case Hint(code):
            return Acquired(missed=code)
        case Sighting(live_score=score):
            return Acquired(live_score=score)
        case Asked():
            raise AssertionError("nobody was asked for anything")
