"""A face out of footage that cannot be asked for anything: taken as it comes."""

from __future__ import annotations

from collections.abc import Iterable

from terminal.core.capture import AS_THEY_COME, Capture, Describing
from terminal.core.enrolment import not_enough
from terminal.ports import Frame

_FOOTAGE_S = 20.0
"""Longer nobody holds still."""


def gathered(frames: Iterable[Frame], eyes: Describing, one_person_min: float) -> Capture:
    """The first good moments of one face. Raises as `not_enough` says."""
    capture: Capture | None = None
    for frame in frames:
        if capture is None:
            capture = Capture(AS_THEY_COME, frame.seen_at_s, _FOOTAGE_S, one_person_min)
        capture.pass_time(frame.seen_at_s)
        if capture.over:
            break
        capture.feed(eyes.describe(frame.pixels), frame.seen_at_s)
    if capture is None or not capture.enough:
        raise not_enough(capture)
    return capture
