"""Describes a face as a vector: near for one person, far for two."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from insightface.model_zoo.arcface_onnx import ArcFaceONNX
from insightface.utils.face_align import arcface_dst
from numpy.typing import NDArray

from models.manifest import Network, Preprocessing
from models.session import Session
from terminal.core.faults import Refused

_NORM_MIN = 1e-6
"""A shorter vector has no direction; only broken weights make one."""

_FINER = 1.25
"""A picture is made smaller to so much more than the crop needs, never to less."""


class Embedder:
    """A face recognition network by way of insightface."""

    def __init__(self, path: Path, entry: Network, model_digest: str) -> None:
        """Raises Refused `weights.unreadable`, also for a vector of another length, and
        `weights.not_finite`."""
        if not entry.input_size or not entry.embedding_dimension:
            raise Refused("weights.unreadable", name=entry.file, reason="manifest")
        self._session = Session(path, entry)
        self.name = entry.file
        self._side = entry.input_size[0]
        self._wider = entry.crops_wider
        try:
            self._network = ArcFaceONNX(str(path), self._session.runtime)
        except (AssertionError, IndexError) as error:  # Two answers, or a picture of no size.
            raise Refused("weights.unreadable", name=self.name, reason="answers") from error
        self._prepare(entry)
        self.model_digest = model_digest
        self.dimension = entry.embedding_dimension
        answer = self._run(np.zeros((self._side, self._side, 3), np.uint8))
        if answer.size != self.dimension:
            raise Refused("weights.unreadable", name=entry.file, reason="dimension")
        if not np.isfinite(answer).all():
            raise Refused("weights.not_finite", name=entry.file)

    def align(self, pixels: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Cut a face out of a BGR picture as `describe` wants it: (crops, side, side, 3).

        One crop or two, as the manifest says: two widths forgive landmarks that stand a
        little too near or too far apart; measured in docs/thresholds.md. `landmarks` as
        `Face.landmarks`. A much larger picture is made smaller first, so
        that no pixel is skipped.
        """
        scale = _scale(landmarks, self._side) * _FINER
        if scale < 1.0:
            size = [max(round(length * scale), 1) for length in pixels.shape[1::-1]]
            shrunk = np.array(size) / pixels.shape[1::-1]
            pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
            landmarks = ((landmarks + 0.5) * shrunk - 0.5).astype(np.float32)
        middle = landmarks.mean(axis=0)
        return np.stack(
            [
                align(pixels, middle + (landmarks - middle) * wider, self._side)
                for wider in self._wider
            ]
        )

    def describe(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the unit vector of a face, from its crops.

        The first crop and the mirror image of the last are added: as much work as one crop
        and its mirror image, and fewer errors. Raises Refused `weights.not_finite`,
        `weights.unreadable`.
        """
        mirrored = np.ascontiguousarray(crops[-1][:, ::-1])
        return unit(self._run(crops[0]) + self._run(mirrored), self.name)

    def _prepare(self, entry: Network) -> None:
        """Set what is subtracted and divided by.

        insightface guesses from the first nodes whether the network does it by itself. A
        manifest that knows better decides; but where the nodes are there and the manifest
        would subtract again, everybody would look alike.
        """
        asked = entry.preprocessing
        if asked == "embedded":
            self._network.input_mean, self._network.input_std = 0.0, 1.0
        if isinstance(asked, Preprocessing):
            if self._network.input_mean == 0.0:
                raise Refused("weights.unreadable", name=entry.file, reason="preprocessing")
            self._network.input_mean, self._network.input_std = asked.mean, asked.std

    def _run(self, aligned: NDArray[np.uint8]) -> NDArray[np.float32]:
        with self._session.guarded():
            return np.asarray(self._network.get_feat(aligned), np.float32).reshape(-1)


def unit(vector: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    """Scale to length one. Raises Refused `weights.not_finite` when there is no direction."""
    norm = float(np.linalg.norm(vector))
    if not _NORM_MIN < norm < np.inf:  # Written so that NaN is refused.
        raise Refused("weights.not_finite", name=name)
    return np.asarray(vector / norm, np.float32)


def align(
    pixels: NDArray[np.uint8], landmarks: NDArray[np.float32], side: int
) -> NDArray[np.uint8]:
    """Turn, scale and shift a face so that its landmarks stand where the network expects.

    The picture is insightface's `norm_crop`; the least-squares similarity is solved here,
    as complex numbers, because that function calls what scikit-image is about to remove.
    """
    turn, shift = _similarity(landmarks, side)
    matrix = np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])
    return np.asarray(cv2.warpAffine(pixels, matrix, (side, side)), np.uint8)


def _scale(landmarks: NDArray[np.float32], side: int) -> float:
    """How many pixels of the crop one pixel of the picture becomes."""
    return abs(_similarity(landmarks, side)[0])


def _similarity(landmarks: NDArray[np.float32], side: int) -> tuple[complex, complex]:
    """Return the turn with its scale, and the shift, as complex numbers."""
    source = landmarks[:, 0].astype(np.complex128) + 1j * landmarks[:, 1]
    target = (arcface_dst[:, 0].astype(np.complex128) + 1j * arcface_dst[:, 1]) * side / 112
    spread = source - source.mean()
    turn = np.vdot(spread, target - target.mean()) / max(np.vdot(spread, spread).real, 1e-9)
    return complex(turn), complex(target.mean() - turn * source.mean())
