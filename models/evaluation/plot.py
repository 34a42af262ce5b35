"""Draws a DET curve into a PNG: both errors on normal deviates, as ISO/IEC 19795-1 has it."""

from __future__ import annotations

import math
from pathlib import Path
from statistics import NormalDist

import cv2
import numpy as np
from numpy.typing import NDArray

from terminal.core.biometric_rates import Scores
from terminal.core.faults import Refused, Unavailable

_SIDE_PX = 900
_EDGE_PX = 110
_TICKS = (1e-4, 1e-3, 1e-2, 0.05, 0.1, 0.2, 0.4)
_LEAST, _MOST = 5e-5, 0.5
"""The ends of both axes; smaller rates are drawn on the edge."""

_BLACK, _GREY, _BLUE = (0, 0, 0), (205, 205, 205), (160, 70, 20)


def refuse_unwritable(file: Path) -> None:
    """Say at once that a plot cannot be written, not after an hour of looking at pictures.

    Raises Refused `evaluation.plot_not_png`; Unavailable `evaluation.plot_not_written`.
    """
    if file.suffix.lower() != ".png":
        raise Refused("evaluation.plot_not_png")
    if not file.parent.is_dir() or file.is_dir():
        raise Unavailable("evaluation.plot_not_written", reason="no such folder")


def draw(file: Path, scores: Scores, across: str, up: str) -> None:
    """Write the curve; `across` and `up` name the two errors.

    Raises Unavailable `evaluation.plot_not_written`.
    """
    picture = np.full((_SIDE_PX, _SIDE_PX, 3), 255, np.uint8)
    _axes(picture, across, up)
    curve = [(_place(x), _SIDE_PX - _place(y)) for x, y in scores.trade_off()]
    if curve:
        line = np.array(curve, np.int32)
        cv2.polylines(picture, [line], isClosed=False, color=_BLUE, thickness=2)
    _, encoded = cv2.imencode(".png", picture)
    try:
        file.write_bytes(encoded.tobytes())
    except OSError as error:
        raise Unavailable("evaluation.plot_not_written", reason=error.strerror) from None


def _axes(picture: NDArray[np.uint8], across: str, up: str) -> None:
    first, last = _EDGE_PX, _SIDE_PX - _EDGE_PX
    for rate in _TICKS:
        at = _place(rate)
        cv2.line(picture, (at, first), (at, last), _GREY, 1)
        cv2.line(picture, (first, _SIDE_PX - at), (last, _SIDE_PX - at), _GREY, 1)
        _write(picture, f"{rate * 100:g}", (at - 14, last + 26))
        _write(picture, f"{rate * 100:g}", (first - 62, _SIDE_PX - at + 6))
    cv2.rectangle(picture, (first, first), (last, last), _BLACK, 1)
    _write(picture, f"{across}, %", (first, last + 60))
    _write(picture, f"{up}, %", (first, first - 24))


def _write(picture: NDArray[np.uint8], text: str, at: tuple[int, int]) -> None:
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.6, _BLACK, 1, cv2.LINE_AA)


def _place(rate: float) -> int:
    """Where a rate stands along an axis, in pixels from its beginning."""
    low, high = _deviate(_LEAST), _deviate(_MOST)
    share = (_deviate(min(max(rate, _LEAST), _MOST)) - low) / (high - low)
    return math.floor(_EDGE_PX + share * (_SIDE_PX - 2 * _EDGE_PX))


def _deviate(rate: float) -> float:
    return NormalDist().inv_cdf(rate)
