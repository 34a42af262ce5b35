"""What one whole look costs beside the bare networks, on the same frames in one process.

The bare cost is what no code around it can save: the detector once over the frame, the
liveness network once, the recogniser once for each crop. Everything else is ours: the
gate, landmarks looked at again, cutting, fusing, comparing with everybody enrolled. Looks
and bare runs take turns, so that a busy machine is busy for both.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from models.eyes import Eyes
from models.gallery import Gallery
from models.opening import Networks, open_eyes, open_networks
from models.packs import Pack
from models.policy import Policy
from models.session import Session
from terminal.core.recognition import Sighting, Template

PEOPLE = 2000
"""A village clinic's whole list."""

ROUNDS = 60
"""Looks measured; half a minute at most."""

_WARM_UP = 8

_FRAME_EVERY_S = 0.1
"""How fast frames are said to come; nobody waits for them."""

_CROPS = 2
"""The face and its mirror image, or a nearer and a wider one: what a description takes."""

_SEED = 20260101

Pixels = NDArray[np.uint8]
Bare = Callable[[Pixels], object]


def look_trial(pack: Pack, frames: Sequence[Pixels]) -> dict[str, object]:
    """Time a look in a running window; `frames` show one live face, all of one size.

    Raises what `open_networks` raises.
    """
    eyes = open_eyes(pack, _village(pack), Policy())
    bare = _bare(pack, open_networks(pack), frames[0])
    looks_ms: list[float] = []
    bare_ms: list[dict[str, float]] = []
    sightings = 0
    for number in range(_WARM_UP + ROUNDS):
        pixels = frames[number % len(frames)]
        took_ms, seen = _look(eyes, pixels, number * _FRAME_EVERY_S)
        one = {name: _timed(run, pixels) for name, run in bare.items()}
        if number >= _WARM_UP:
            looks_ms.append(took_ms)
            bare_ms.append(one)
            sightings += seen
    sums_ms = [sum(one.values()) for one in bare_ms]
    ratios = [look / bare for look, bare in zip(looks_ms, sums_ms, strict=True)]
    return {
        "frame": f"{frames[0].shape[1]}x{frames[0].shape[0]}",
        "people": PEOPLE,
        "looks": ROUNDS,
        "sightings": sightings,
        "look_ms": round(statistics.median(looks_ms), 2),
        "bare_ms": round(statistics.median(sums_ms), 2),
        "look_over_bare": round(statistics.median(ratios), 3),
        "bare_ms_by_network": {
            name: round(statistics.median(b[name] for b in bare_ms), 2) for name in bare
        },
        "look_ms_by_stage": eyes.stopwatch.medians_ms(),
    }


def _village(pack: Pack) -> Gallery:
    """Two thousand random directions: a search takes as long whatever they are."""
    random = np.random.default_rng(_SEED)
    vectors = random.standard_normal((PEOPLE, pack.dimension), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    gallery = Gallery(pack.model_digest, pack.dimension)
    gallery.replace(
        (f"{number:06d}", Template(vector.tobytes(), pack.model_digest, 1.0))
        for number, vector in enumerate(vectors)
    )
    return gallery


def _bare(pack: Pack, networks: Networks, pixels: Pixels) -> dict[str, Bare]:
    """The networks alone, fed with what is ready."""
    alive, described = pack.part("liveness"), pack.part("recognition")
    liveness = Session(alive.verified(), alive.network)
    recognition = Session(described.verified(), described.network)
    width, height = alive.network.input_size or (1, 1)
    surroundings = np.full((1, 3, height, width), 127.0, np.float32)
    width, height = described.network.input_size or (1, 1)
    crop = np.full((1, 3, height, width), 127.0, np.float32)
    if faces := networks.detector.find(pixels):
        cut = networks.embedder.align(pixels, faces[0].landmarks)[0]
        crop = np.ascontiguousarray(cut[None].transpose(0, 3, 1, 2), np.float32)

    def describe(_frame: Pixels) -> None:
        for _ in range(_CROPS):
            recognition.run(crop)

    return {
        "detection": networks.detector.find,
        "liveness": lambda _: liveness.run(surroundings),
        "recognition": describe,
    }


def _look(eyes: Eyes, pixels: Pixels, seen_at_s: float) -> tuple[float, bool]:
    begun_s = time.perf_counter()
    seen = eyes.look(pixels, seen_at_s)
    took_ms = (time.perf_counter() - begun_s) * 1000
    return took_ms, isinstance(seen, Sighting)


def _timed(run: Bare, pixels: Pixels) -> float:
    begun_s = time.perf_counter()
    run(pixels)
    return (time.perf_counter() - begun_s) * 1000
