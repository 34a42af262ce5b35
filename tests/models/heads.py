"""Simulated motion of a face: of a head, a print, bent paper; as points and as moments.

A generic head's relief, which is nobody's, is moved and looked at through a pinhole. With a
picture laid over it: tests/models/puppets.py.

Lengths are in units of the distance between the eyes, some 63 mm. Left and right are the
person's own; the picture is not mirrored, so their left is on the picture's right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.challenge import Observation
from terminal.core.recognition import Action

Floats = NDArray[np.float64]
Surface = Callable[[Floats, Floats], Floats]
"""How far each point (x to the picture's right, y down, from between the eyes) stands out
towards the camera; between the eyes it is about nought."""


@dataclass(frozen=True, slots=True)
class Pose:
    """How far something has moved since the picture was taken."""

    left_deg: float = 0.0
    """Turned to the person's own left; negative: to their right."""
    down_deg: float = 0.0
    """Nodded or tilted: chin to the chest."""
    roll_deg: float = 0.0
    """Turned in the picture's plane, clockwise as it is seen."""
    nearer: float = 1.0
    """The distance before, divided by the distance now."""
    aside: float = 0.0
    """Shifted to the picture's right."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame of somebody who does what was asked."""

    pose: Pose
    eyes_shut: bool = False


FRAME_S = 0.1
"""From one moment to the next."""

_WAY = (0.0, 0.0, 0.0, 0.0, 0.2, 0.45, 0.75, 1.0, 1.0, 1.0, 0.7, 0.4, 0.15, 0.0)
"""Reading for a while, going, staying, coming back: 1.4 s."""


def moments(action: Action, *, far: float = 1.0) -> list[Moment]:
    """What somebody does when asked; `far` times as far as people usually do."""
    match action:
        case Action.TURN_LEFT:
            return [Moment(Pose(left_deg=28.0 * far * share)) for share in _WAY]
        case Action.TURN_RIGHT:
            return [Moment(Pose(left_deg=-28.0 * far * share)) for share in _WAY]
        case Action.NOD:
            return [Moment(Pose(down_deg=18.0 * far * share)) for share in _WAY]
        case Action.COME_CLOSER:
            return [Moment(Pose(nearer=1.0 + 0.4 * far * share)) for share in _WAY]
        case Action.BLINK:
            return [Moment(Pose(), eyes_shut=share >= 1.0) for share in _WAY]


def head(x: Floats, y: Floats) -> Floats:
    """An ellipsoid with brows, sockets, a nose, lips and a chin."""
    across, down = x / 1.18, (y - 0.35) / 1.95
    skull = 1.5 * np.sqrt(np.clip(1.0 - across**2 - down**2, 0.0, None)) - 1.45
    sockets = -0.10 * (_bump(x - 0.5, y, 0.22, 0.16) + _bump(x + 0.5, y, 0.22, 0.16))
    brows = 0.06 * _bump(np.abs(x) - 0.45, y + 0.38, 0.35, 0.12)
    along = np.clip(y / 0.75, 0.0, 1.0)
    under = np.exp(-((np.clip(y - 0.75, 0.0, None) / 0.13) ** 2))
    wide = 0.10 + 0.09 * along
    nose = (0.06 + 0.36 * along) * under * (y > -0.2) * np.exp(-((x / wide) ** 2))
    lips = 0.10 * _bump(x, y - 1.17, 0.35, 0.18)
    chin = 0.14 * _bump(x, y - 1.75, 0.3, 0.22)
    return skull + sockets + brows + nose + lips + chin


def flat(x: Floats, y: Floats) -> Floats:
    """A sheet of paper, or a screen."""
    return np.zeros_like(x + y)


def bent(radius: float, *, upright: bool = True) -> Surface:
    """Paper rolled about an upright line (or a level one), bulging towards the camera."""

    def surface(x: Floats, y: Floats) -> Floats:
        along = np.clip((x if upright else y - 0.5) / radius, -1.3, 1.3)
        return np.asarray(radius * (np.cos(along) - 1.0))

    return surface


def face_points() -> Floats:
    """68 points of a face that is nobody's, frontal, (68, 2); symmetric."""
    angle = np.radians(np.linspace(-100.0, 100.0, 17))
    jaw = np.stack([1.1 * np.sin(angle), 0.3 + 1.6 * np.cos(angle)], 1)
    brow = np.stack([np.linspace(-0.85, -0.2, 5), [-0.28, -0.38, -0.42, -0.40, -0.34]], 1)
    ridge = np.stack([np.zeros(4), [0.02, 0.25, 0.48, 0.72]], 1)
    wings = np.stack([np.linspace(-0.24, 0.24, 5), [0.84, 0.89, 0.92, 0.89, 0.84]], 1)
    eyes = [_oval(middle, 0.0, (0.22, 0.07), 6) for middle in (-0.5, 0.5)]
    lips = [_oval(0.0, 1.17, (0.42, 0.15), 12), _oval(0.0, 1.17, (0.32, 0.03), 8)]
    mirrored = brow[::-1] * (-1.0, 1.0)
    return np.concatenate([jaw, brow, mirrored, ridge, wings, *eyes, *lips])


def points_seen(
    surface: Surface, pose: Pose, *, apart_px: float = 80.0, width_px: float = 640.0
) -> NDArray[np.float32]:
    """Where a camera sees the 68 points on a surface that has moved, in pixels."""
    x, y = face_points().T
    distance = width_px / apart_px
    _, x, y = looked_at(x, y, surface, distance, pose)
    points = np.stack([x, y], 1) * apart_px + (width_px / 2, width_px * 0.3)
    return points.astype(np.float32)


def observed(surface: Surface, moment: Moment, at_s: float) -> Observation:
    """What a challenge is told of a frame."""
    points = points_seen(surface, moment.pose)
    side_px = float(min(np.ptp(points[:17, 0]), np.ptp(points[:, 1])))
    eyes = (0.0, 0.0) if moment.eyes_shut else (1.0, 1.0)
    return Observation(at_s, points, side_px, eyes)


def looked_at(
    x: Floats, y: Floats, surface: Surface, distance: float, pose: Pose
) -> tuple[Floats, Floats, Floats]:
    """Move the points in space; return how far they are then and where they are seen."""
    z, axis = surface(x, y), _axis(surface)
    across, down, out = x * (1 - z / distance), y * (1 - z / distance), z - axis
    left, chin, roll = np.radians((pose.left_deg, pose.down_deg, pose.roll_deg))
    across, out = (
        across * np.cos(left) + out * np.sin(left),
        out * np.cos(left) - across * np.sin(left),
    )
    below = down - 1.2 * (axis < 0)  # A head nods about the neck's top, paper about its middle.
    below, out = (
        below * np.cos(chin) + out * np.sin(chin),
        out * np.cos(chin) - below * np.sin(chin),
    )
    down = below + 1.2 * (axis < 0)
    across, down = (
        across * np.cos(roll) - down * np.sin(roll),
        across * np.sin(roll) + down * np.cos(roll),
    )
    far = distance / pose.nearer - (out + axis)
    return far, (across + pose.aside) * distance / far, down * distance / far


def _axis(surface: Surface) -> float:
    """How far behind the eyes it turns: a head on its neck, paper in its own plane."""
    return -1.7 if surface is head else 0.0


def _bump(x: Floats, y: Floats, wide: float, high: float) -> Floats:
    return np.asarray(np.exp(-((x / wide) ** 2) - (y / high) ** 2))


def _oval(x: float, y: float, half: tuple[float, float], count: int) -> Floats:
    """Points around a middle, from the picture's left clockwise."""
    angle = np.pi + np.linspace(0.0, 2 * np.pi, count, endpoint=False)
    return np.stack([x + half[0] * np.cos(angle), y + half[1] * np.sin(angle)], 1)
