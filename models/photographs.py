"""Reads a picture from a file: whatever camera or scanner made it, or a named fault.

The picture comes out as the camera's frames do: three channels of eight bits, BGR, turned
upright as its EXIF says, and no larger than is useful.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from terminal.core.faults import Refused

_BYTES_MAX = 64 * 1024 * 1024
"""The largest photograph of a telephone has some 40 MB."""

_PIXELS_MAX = 120_000_000
"""Telephones have up to 108 million; a small file that claims more is a trap for memory."""

_SIDE_MAX_PX = 2048
"""A larger picture is made smaller: a face at the other end of the room still has 80 px."""

_REDUCED = (
    (8 * _SIDE_MAX_PX, cv2.IMREAD_REDUCED_COLOR_8),
    (4 * _SIDE_MAX_PX, cv2.IMREAD_REDUCED_COLOR_4),
    (2 * _SIDE_MAX_PX, cv2.IMREAD_REDUCED_COLOR_2),
)
"""From which longer side on a JPEG is decoded at an eighth, a quarter, a half: less memory."""

_FORMATS = ("JPEG", "PNG", "BMP", "WEBP", "TIFF", "PPM", "GIF")
"""Whose header is read for the size. Others are not opened at all."""


def read_photograph(path: Path) -> NDArray[np.uint8]:
    """Return (height, width, 3), BGR, upright, the longer side at most 2048 pixels.

    Grey, 16-bit and transparent pictures are converted. Raises Refused
    `photograph.missing`, `photograph.too_large`, `photograph.unreadable`.
    """
    try:
        if path.stat().st_size > _BYTES_MAX:
            raise Refused("photograph.too_large", bytes=path.stat().st_size, most=_BYTES_MAX)
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise Refused("photograph.missing") from None
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it.
        raise Refused("photograph.unreadable", reason=type(error).__name__) from None
    longer = _longer_side(path)
    how = next((flag for side, flag in _REDUCED if longer >= side), cv2.IMREAD_COLOR)
    try:
        # It turns by EXIF, drops transparency, and makes eight bits of sixteen.
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), how)
    except cv2.error as error:
        raise Refused("photograph.unreadable", reason=error.err[:200]) from None
    if decoded is None:
        raise Refused("photograph.unreadable", reason="not decoded")
    return _small_enough(np.asarray(decoded, np.uint8))


def _longer_side(path: Path) -> int:
    """Read the size from the header, before any memory is taken for the pixels."""
    Image.init()  # Once; without it a format it has not met yet is a KeyError.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Our own limit stands below.
            with Image.open(path, formats=_FORMATS) as header:
                width, height = header.size
    except Image.DecompressionBombError:
        raise Refused("photograph.too_large", most=_PIXELS_MAX) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Refused("photograph.unreadable", reason=type(error).__name__) from None
    if width * height > _PIXELS_MAX:
        raise Refused("photograph.too_large", pixels=width * height, most=_PIXELS_MAX)
    return max(width, height)


def _small_enough(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    scale = _SIDE_MAX_PX / max(height, width)
    if scale >= 1.0:
        return pixels
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
