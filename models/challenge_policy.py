"""Every number a challenge goes by, once, with its unit and its reason.

What was measured stands in docs/thresholds.md, and a test keeps the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from terminal.core.faults import Refused

_LIMITS: dict[str, tuple[float, float]] = {
    "frontal_frames": (1, 10),
    "frontal_aside_max": (0.01, 0.5),
    "frontal_roll_max_deg": (1.0, 60.0),
    "frontal_drift_max": (0.01, 0.5),
    "eyes_open_min": (0.0, 1.0),
    "eyes_shut_max": (0.0, 1.0),
    "react_min_s": (0.0, 2.0),
    "turn_min": (0.05, 0.5),
    "nod_min": (0.03, 0.5),
    "turn_off_plane_min": (0.0, 0.2),
    "nod_off_plane_min": (0.0, 0.2),
    "stands_out_min": (0.0, 1.0),
    "reached_frames": (1, 10),
    "passing_frames": (0, 10),
    "closer_min": (1.05, 3.0),
    "shut_max_s": (0.1, 10.0),
    "stirred_max": (0.005, 0.5),
    "action_max_s": (1.0, 60.0),
    "starts_max": (1, 10),
    "wrong_max": (0, 10),
    "lost_max_s": (0.1, 10.0),
    "jump_max_share": (0.1, 3.0),
    "jump_max_ratio": (1.05, 5.0),
}
"""Least and most of each; outside them a slip of the pen, not a wish."""


@dataclass(frozen=True, slots=True)
class ChallengePolicy:
    """What counts as doing what was asked. Raises Refused `policy.out_of_range`.

    Ways of the nose are shares of the way from eyes to mouth (models/flatness.py).
    """

    frontal_frames: int = 2
    """Frontal frames in a row, averaged, before an action may begin."""

    frontal_aside_max: float = 0.13
    """Most way of the nose aside for a face that looks ahead: 15 degrees, for the camera may
    stand beside the screen."""

    frontal_roll_max_deg: float = 25.0
    """Most tilt of the head to a shoulder, degrees."""

    frontal_drift_max: float = 0.08
    """Most difference to the first frontal pose, in either direction, later on. Half of the
    least turn: what is not back is still turned."""

    eyes_open_min: float = 0.5
    """Least share of both eyes to be open, 0 to 1. The network hardly ever answers between."""

    eyes_shut_max: float = 0.2
    """Most share of both eyes to be shut, 0 to 1."""

    react_min_s: float = 0.2
    """Seconds after the asking in which nobody can have begun yet: whoever moves already
    then was not answering."""

    turn_min: float = 0.15
    """Least way of the nose aside: about 19 degrees. A flat picture gives 0.05 at most."""

    nod_min: float = 0.11
    """Least way of the nose down: about 12 degrees. A flat picture tilted gives 0.06."""

    turn_off_plane_min: float = 0.04
    """Least residual against a plane at the end of a turn, by the distance of the eyes."""

    nod_off_plane_min: float = 0.03
    """The same at the lowest point of a nod."""

    stands_out_min: float = 0.25
    """How far the nose must stand out, as the turn tells it; bent paper has 0.2."""

    reached_frames: int = 2
    """Frames in a row at the end of a movement: one may be the network's slip."""

    passing_frames: int = 1
    """Frames seen on the way: two pictures exchanged have none."""

    closer_min: float = 1.25
    """Least growth of the face, its box and its landmarks alike: from 50 cm to 40."""

    shut_max_s: float = 2.0
    """Longest a blink may take, seconds; old people shut their eyes rather than blink."""

    stirred_max: float = 0.05
    """Most movement of nose, eyes' corners and lip between open and shut, by the distance of
    the eyes: beyond it something else than the lids has moved."""

    action_max_s: float = 8.0
    """Seconds for one action, reading the screen included."""

    starts_max: int = 3
    """How often it begins from the first action, the first time included."""

    wrong_max: int = 2
    """Other movements than the one asked for; one more fails. Left and right are confused by
    many."""

    lost_max_s: float = 0.8
    """Longest time without a face that can be judged, seconds; later it begins anew."""

    jump_max_share: float = 0.6
    """Most way of a face between two frames, by its box's side: beyond it, it is another."""

    jump_max_ratio: float = 1.5
    """Most growth or shrinking of the box between two frames."""

    def __post_init__(self) -> None:
        for field in fields(self):
            least, most = _LIMITS[field.name]
            if not least <= getattr(self, field.name) <= most:  # NaN is outside too.
                raise Refused("policy.out_of_range", setting=field.name, least=least, most=most)
