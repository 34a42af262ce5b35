"""What a technician can do about the place of the camera and the light: one hint at a time."""

from __future__ import annotations

from terminal.core.technical_views import Framing

_DARK_ROOM = 40.0
_BRIGHT_ROOM = 215.0
"""Mean grey of a whole picture in which nobody is found."""

_BACKLIT = 60.0
"""So much darker than the picture around it, a face stands against a window."""

_NEAR_LIMIT = 1.3
"""Within this share of a limit the next grey morning is beyond it."""


def framing_hint(framing: Framing) -> str:
    """The one thing to do next; `framing.good` when there is nothing."""
    limits = framing.limits
    if framing.box is None:
        if framing.picture_brightness < _DARK_ROOM:
            return "framing.room_dark"
        if framing.picture_brightness > _BRIGHT_ROOM:
            return "framing.room_bright"
        return "face.none"
    backlit = framing.picture_brightness - framing.brightness > _BACKLIT
    if framing.gate is not None and not (backlit and framing.gate == "face.too_dark"):
        return framing.gate
    if backlit:
        return "framing.backlit"
    if framing.brightness < limits.brightness_min * _NEAR_LIMIT:
        return "framing.dim"
    if framing.sharpness < limits.sharpness_min * _NEAR_LIMIT:
        return "framing.soft"
    return "framing.good"
