"""Where the tests find the networks and the clips, and what they share of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.eyes import Eyes
from models.gallery import Gallery
from models.opening import Networks, open_eyes, open_networks
from models.packs import Pack, default_pack
from models.policy import Policy
from models.recogniser import Recogniser
from models.weights import Manifest, read_manifest
from terminal.core.calibration import DEFAULT_CALIBRATION
from tests.remembered import remember_networks

remember_networks()

ROOT = Path(__file__).resolve().parents[2]

Pixels = NDArray[np.uint8]
Frames = Callable[..., Iterator[tuple[float, Pixels]]]


def _must_be_there(folder: Path, manifest: Manifest) -> Path:
    away = [entry.file for entry in manifest.files if not (folder / entry.file).is_file()]
    if away:
        pytest.fail(f"pull the files first (clinic-terminal models pull); missing: {away}")
    return folder


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    return read_manifest(ROOT / "models" / "manifest.toml")


@pytest.fixture(scope="session")
def weights(pulled: Path, manifest: Manifest) -> Path:
    return _must_be_there(pulled / "weights", manifest)


@pytest.fixture(scope="session")
def clips(pulled: Path) -> Path:
    listed = read_manifest(ROOT / "drivers" / "simulated" / "clips.toml")
    return _must_be_there(pulled / "clips", listed)


@pytest.fixture(scope="session")
def frames(clips: Path) -> Frames:
    """Give a clip's frames with their times; part of it, and every so many."""

    def play(name: str, start: float = 0.0, end: float = 1.0, every: int = 1):
        capture = cv2.VideoCapture(str(clips / name))
        count, rate = capture.get(cv2.CAP_PROP_FRAME_COUNT), capture.get(cv2.CAP_PROP_FPS)
        index = 0
        while index < end * count and capture.grab():
            if start * count <= index and index % every == 0:
                yield index / rate, capture.retrieve()[1]
            index += 1
        capture.release()

    return play


@pytest.fixture(scope="session")
def ours(weights: Path) -> Pack:
    """The terminal's own networks."""
    return default_pack(weights)


@pytest.fixture(scope="session")
def networks(ours: Pack) -> Networks:
    """Opened once for all tests that join them in their own way."""
    return open_networks(ours)


@pytest.fixture
def here(networks) -> Recogniser:
    """The terminal's own weights, nobody enrolled."""
    embedder = networks.embedder
    gallery = Gallery(embedder.model_digest, embedder.dimension)
    return Recogniser(embedder, gallery, DEFAULT_CALIBRATION)


@pytest.fixture(scope="session")
def shared_eyes(ours: Pack) -> tuple[Eyes, Gallery]:
    gallery = Gallery(ours.model_digest, ours.dimension)
    return open_eyes(ours, gallery, Policy(frames=3)), gallery


@pytest.fixture
def gallery(shared_eyes: tuple[Eyes, Gallery]) -> Gallery:
    shared_eyes[1].replace([])
    return shared_eyes[1]


@pytest.fixture
def eyes(shared_eyes: tuple[Eyes, Gallery], gallery: Gallery) -> Eyes:
    shared_eyes[0].forget()
    return shared_eyes[0]


@pytest.fixture(scope="session")
def noise() -> Pixels:
    """A seeded picture of grey squares and colours; nobody's face. 640x480."""
    squares = np.random.default_rng(20260101).integers(0, 256, (15, 20, 3))
    return np.kron(squares, np.ones((32, 32, 1))).astype(np.uint8)
