"""A face before the camera, measured by the very gate that recognition uses."""

from __future__ import annotations

import numpy as np

from models.framing import Framer
from models.packs import Pack
from models.policy import Policy
from tests.models.conftest import Frames


def test_a_face_is_measured_and_an_empty_room_is_told_from_it(ours: Pack, frames: Frames) -> None:
    framer = Framer(ours, Policy())
    pixels = next(picture for _, picture in frames("single_face.mp4", 0.3))
    framing = framer.framing(pixels)
    assert framing.box is not None
    assert framing.side_px > framing.limits.side_min_px
    assert 25 < framing.brightness < 225
    dark = framer.framing((pixels // 12).astype(np.uint8))
    assert dark.picture_brightness < framing.picture_brightness / 8
    empty = framer.framing(np.full((480, 640, 3), 90, np.uint8))
    assert (empty.box, empty.gate) == (None, "face.none")
    assert round(empty.picture_brightness) == 90
