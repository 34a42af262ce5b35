"""Opens the networks of a pack, and of packs before it whose templates are still kept."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from models.attention import Attention
from models.challenge_policy import ChallengePolicy
from models.detector import Detector, FaceFinder
from models.embedder import Embedder
from models.eyelids import Eyelids
from models.eyes import Eyes
from models.gallery import Gallery
from models.landmarks import Landmarks
from models.liveness import Liveness
from models.packs import Pack, Part
from models.policy import Policy
from models.recogniser import Recogniser
from models.scrfd import ScrfdDetector
from terminal.core.faults import Refused

log = logging.getLogger(__name__)

EARLIER_MAX = 3
"""Packs beside the one in use: each describes every face once more, 30 ms and 40 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Networks:
    """The networks a look needs, verified and opened."""

    detector: FaceFinder
    liveness: Liveness
    embedder: Embedder


def open_networks(pack: Pack) -> Networks:
    """Verify and open the networks, once; each has run once when this returns.

    Raises Refused `weights.missing`, `weights.wrong_digest`, `weights.not_listed`,
    `weights.unreadable`, `weights.not_finite`.
    """
    alive = pack.part("liveness")
    return Networks(
        open_detector(pack.part("detection")),
        Liveness(alive.verified(), alive.network),
        _embedder(pack),
    )


def open_eyes(pack: Pack, gallery: Gallery, policy: Policy) -> Eyes:
    """Open the networks of one pack and look through them.

    How alike two frames of one face are is a matter of the weights, so the pack says it
    whatever the policy does. Raises what `open_networks` raises, and Refused
    `template.other_weights`.
    """
    opened = open_networks(pack)
    policy = replace(policy, same_face_min=pack.calibration.same_face_min)
    recogniser = Recogniser(opened.embedder, gallery, pack.calibration)
    return Eyes(opened.detector, opened.liveness, [recogniser], policy)


def open_attention(pack: Pack) -> Attention:
    """Open the networks that follow a challenge. Raises what `open_networks` raises."""
    landmarks, eyes = pack.part("landmarks"), pack.part("eyes")
    return Attention(
        Landmarks(landmarks.verified(), landmarks.network),
        Eyelids(eyes.verified(), eyes.network),
        ChallengePolicy(),
    )


def open_recognisers(
    networks: Networks, pack: Pack, earlier: Iterable[Pack], kept: Collection[str]
) -> tuple[Recogniser, ...]:
    """The recogniser in use first, then one for each earlier pack that is still needed.

    `kept`: the digests of which templates are kept. An earlier pack that cannot be opened
    is left out and said once: its people are recognised by card and ID number, and the
    others need not wait for it. Galleries are empty; recogniser.fill fills them.
    """
    opened = [_recogniser(networks.embedder, pack)]
    for one in earlier:
        digests = {recogniser.model_digest for recogniser in opened}
        if one.model_digest in digests or one.model_digest not in kept:
            continue
        if len(opened) > EARLIER_MAX:
            log.warning("too many earlier face packs: %s is left out", one.display_name)
            break
        try:
            opened.append(_recogniser(_embedder(one), one))
        except Refused as fault:
            log.warning("an earlier face pack is away: %s (%s)", fault.code, one.display_name)
    return tuple(opened)


def open_detector(part: Part) -> FaceFinder:
    """Verify and open the network that finds faces. Raises as `open_networks` does."""
    kind = ScrfdDetector if part.network.family == "scrfd" else Detector
    return kind(part.verified(), part.network)


def _embedder(pack: Pack) -> Embedder:
    part = pack.part("recognition")
    return Embedder(part.verified(), part.network, pack.model_digest)


def _recogniser(embedder: Embedder, pack: Pack) -> Recogniser:
    return Recogniser(embedder, Gallery(pack.model_digest, pack.dimension), pack.calibration)
