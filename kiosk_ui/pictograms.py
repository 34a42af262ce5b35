"""What is drawn beside a hint, so that it is followed without reading.

The preview is mirrored, as people know themselves: whoever turns to their own left moves
to the left of the picture. So an arrow that points to the left is drawn on the left.
"""

from __future__ import annotations

from terminal.core.recognition import Action

_OTHER_WAY = "card"
"""A person and their card: it works without the face."""

_PICTURES: dict[str, str] = {
    **{f"challenge.{action.value}": action.value for action in Action},
    "challenge.again": "again",
    "challenge.failed": _OTHER_WAY,
    "enrolment.look_ahead": "look_ahead",
    "enrolment.turn_a_little_left": Action.TURN_LEFT.value,
    "enrolment.turn_a_little_right": Action.TURN_RIGHT.value,
    "face.turned": "look_ahead",
    "face.too_far": Action.COME_CLOSER.value,
    "face.other_ways": _OTHER_WAY,
    "face.locked": _OTHER_WAY,
    "face.mouth_covered": _OTHER_WAY,
    "face.eye_covered": _OTHER_WAY,
    "face.not_live": _OTHER_WAY,
    "face.unknown": _OTHER_WAY,
    "face.ambiguous": _OTHER_WAY,
    "camera.still": _OTHER_WAY,
    "camera.repeats": _OTHER_WAY,
    "camera.jumps": _OTHER_WAY,
    "camera.virtual": _OTHER_WAY,
    "step.idle_without_camera": _OTHER_WAY,
    "step.doubted": "last_four",
}


def pictogram(code: str) -> str | None:
    """The name of the picture for a hint or a step, as templates/pictograms.html has it."""
    return _PICTURES.get(code)
