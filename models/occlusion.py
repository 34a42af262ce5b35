"""Is the mouth or an eye covered? Told from the colour of the face's own skin.

A mask, a scarf, an eye patch, a bandage and dark glasses have one thing in common: the
colour of this person's skin is not there where skin should be. A beard leaves the lips
and what is around them; clear glasses leave the lids. So each place is asked how far even
the quarter of it that is nearest to the skin's colour is from that colour. Only colour
is compared, not brightness: half of a face may lie in the shade.

What has the skin's own colour, a hand or a plaster, is not seen. A picture without colour
is not judged. Figures are in docs/thresholds.md.
"""

from __future__ import annotations

from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from models.detector import Face
from models.embedder import align

_SIDE = 112
"""Places below are those of a face aligned as for recognition, 112 pixels a side."""

_Place = tuple[int, int, int, int]
"""Left, top, right, bottom."""

_MOUTH: _Place = (40, 82, 72, 104)
_EYES: tuple[_Place, ...] = ((29, 45, 47, 62), (65, 45, 83, 62))
_SKIN: tuple[_Place, ...] = (
    (46, 28, 66, 36),  # the forehead
    (50, 50, 62, 60),  # the bridge of the nose
    (32, 57, 44, 63),  # below the eyes
    (68, 57, 80, 63),
    (33, 65, 42, 75),  # the cheeks
    (70, 65, 79, 75),
)
"""Where skin is looked for; what covers a face never covers all of them."""

_NEAREST = 0.25
"""The share of a place that decides: lips and lids are never less of it."""

_SOFT_PX = 1.0
"""Colour is averaged over so much: cameras and JPEG keep it at half the sharpness."""

_LIT = 150.0
"""The skin's middle level is brought to this before its colour is measured: colour in
CIELAB shrinks with the light."""

_GAIN_MAX = 5.0
"""Beyond it only noise is brightened."""

_CHROMA = 12.0
"""Paler skin is measured as if it had this much colour, or every shade of it would count."""

_CHROMA_MIN = 6.0
"""Least colour of skin, CIELAB units: below it the picture is grey or of a wrong tint."""

_HUE_DEG = (5.0, 100.0)
"""All skin lies between red and yellow; cloth that lies there too is not told apart."""

_SKIN_PLACES_MIN = 2
"""One patch of skin colour may be a button or the light."""


class Covering(StrEnum):
    """What cannot be seen of a face."""

    MOUTH = "mouth"
    EYE = "eye"


def covered(pixels: NDArray[np.uint8], face: Face, covered_min: float) -> Covering | None:
    """Say what is covered in a face of a BGR picture, the mouth before an eye.

    `covered_min`: how far from the skin's colour a place must be, as a share of that
    colour's distance from grey: 0 is skin, 1 is grey, white or black.
    """
    away = colour_away(pixels, face)
    if away is None:
        return None
    mouth, eye = away
    if mouth >= covered_min:
        return Covering.MOUTH
    return Covering.EYE if eye >= covered_min else None


def colour_away(pixels: NDArray[np.uint8], face: Face) -> tuple[float, float] | None:
    """Return how far from skin the mouth is, and the farther eye; None where nobody can tell."""
    colours = _colours(align(pixels, face.landmarks, _SIDE))
    skin = _skin(colours)
    if skin is None:
        return None
    eyes = [_away(colours, place, skin) for place in _EYES]
    return _away(colours, _MOUTH, skin), max(eyes)


def _colours(aligned: NDArray[np.uint8]) -> NDArray[np.float32]:
    """CIELAB a and b of each pixel, (112, 112, 2)."""
    soft = cv2.GaussianBlur(aligned, (0, 0), _SOFT_PX).astype(np.float32)
    lit = np.quantile([np.median(_pixels(soft, place)) for place in _SKIN], 0.7)
    soft *= min(_LIT / max(float(lit), 1.0), _GAIN_MAX) / 255.0
    return np.asarray(cv2.cvtColor(soft, cv2.COLOR_BGR2LAB)[..., 1:], np.float32)


def _skin(colours: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """The colour of this face's skin: the middle one of the places that have a skin's hue."""
    seen = np.array([np.median(_pixels(colours, place), axis=0) for place in _SKIN])
    hue = np.degrees(np.arctan2(seen[:, 1], seen[:, 0]))
    least, most = _HUE_DEG
    chroma = np.hypot(seen[:, 0], seen[:, 1])
    skins = seen[(hue > least) & (hue < most) & (chroma >= _CHROMA_MIN)]
    if len(skins) < _SKIN_PLACES_MIN:
        return None
    return np.asarray(np.median(skins, axis=0), np.float32)


def _away(colours: NDArray[np.float32], place: _Place, skin: NDArray[np.float32]) -> float:
    apart = np.linalg.norm(_pixels(colours, place) - skin, axis=1)
    return float(np.quantile(apart, _NEAREST)) / max(float(np.linalg.norm(skin)), _CHROMA)


def _pixels(colours: NDArray[np.float32], place: _Place) -> NDArray[np.float32]:
    left, top, right, bottom = place
    return colours[top:bottom, left:right].reshape(-1, colours.shape[2])
