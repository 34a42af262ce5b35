"""How a face stands in the picture, for whoever sets up the camera: figures, no picture kept.

It has a detector of its own, so that it never waits for the eyes nor the eyes for it.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.detector import Face, FaceFinder
from models.opening import open_detector
from models.packs import Pack
from models.policy import Policy
from models.quality import clear_face, light_and_sharpness
from models.sight import refuse_unsuitable
from terminal.core.recognition import Hint
from terminal.core.technical_views import Framing, FramingLimits


class Framer:
    """Opened when it is first asked. Any thread may call; one is served at a time."""

    def __init__(self, pack: Pack, policy: Policy) -> None:
        self._pack = pack
        self._policy = policy
        self._detector: FaceFinder | None = None
        self._busy = threading.Lock()

    def framing(self, pixels: NDArray[np.uint8]) -> Framing:
        """Measure one picture, (height, width, 3), BGR; it is judged as the eyes judge it.

        Raises Refused `picture.unsuitable` and what opening the detector raises.
        """
        refuse_unsuitable(pixels)
        with self._busy:
            if self._detector is None:
                self._detector = open_detector(self._pack.part("detection"))
            faces = self._detector.find(pixels)
        judged = clear_face(pixels, faces, self._policy)
        return self._told(pixels, faces, judged.code if isinstance(judged, Hint) else None)

    def _told(self, pixels: NDArray[np.uint8], faces: list[Face], gate: str | None) -> Framing:
        policy = self._policy
        height, width = pixels.shape[:2]
        known: dict[str, Any] = {
            "width": width,
            "height": height,
            "picture_brightness": float(pixels[::4, ::4].mean()),
            "limits": FramingLimits(
                policy.side_min_px,
                policy.brightness_min,
                policy.brightness_max,
                policy.sharpness_min,
            ),
            "gate": gate,
        }
        if not faces or gate == "face.outside":
            return Framing(**known)
        face = faces[0]
        brightness, sharpness = light_and_sharpness(pixels, face)
        box = (round(face.x), round(face.y), round(face.width), round(face.height))
        return Framing(**known, box=box, brightness=brightness, sharpness=sharpness)
