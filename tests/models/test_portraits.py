"""What an enrolment is told of one frame: by every set of weights that is here."""

from __future__ import annotations

import itertools

from models.eyes import Eyes
from models.gallery import Gallery
from models.policy import Policy
from models.recogniser import Recogniser
from terminal.core.calibration import DEFAULT_CALIBRATION
from terminal.core.recognition import Portrait

OLD = "d" * 64


class Renamed:
    """The same embedder, whose weights are called something else: last year's."""

    def __init__(self, embedder):
        self._embedder = embedder
        self.model_digest = OLD

    def __getattr__(self, name):
        return getattr(self._embedder, name)


def test_a_portrait_is_described_by_the_weights_before_as_well(networks, here, frames):
    gallery = Gallery(OLD, networks.embedder.dimension)
    old = Recogniser(Renamed(networks.embedder), gallery, DEFAULT_CALIBRATION)
    eyes = Eyes(networks.detector, networks.liveness, [here, old], Policy(frames=1))
    ((_, pixels),) = itertools.islice(frames("single_face.mp4", every=12), 1)
    portrait = eyes.describe(pixels)
    assert isinstance(portrait, Portrait)
    assert portrait.template.model_digest == here.model_digest
    (older,) = portrait.older
    assert (older.model_digest, older.vector) == (OLD, portrait.template.vector)
