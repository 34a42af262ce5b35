"""What each class of camera asks of a face: one table, with the reason on each row.

A face route that a camera cannot carry is closed; the other ways in (card, ID number,
the doctor) stay open whatever stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal


class CameraClass(StrEnum):
    """What can be expected of a camera, and what can be done to it."""

    ORDINARY = "ordinary"
    """A device plugged in here."""
    NETWORK = "network"
    """A stream; who sends it is not seen."""
    WITH_INFRARED = "with_infrared"
    WITH_DEPTH = "with_depth"
    RECORDED = "recorded"
    """A clip or a still picture."""
    VIRTUAL = "virtual"
    """A program that calls itself a camera."""


class ChallengeWhen(StrEnum):
    """When a person is asked to turn, nod or blink."""

    ALWAYS = "always"
    UNSURE = "unsure"
    """When the passive look cannot tell, or the amount or the person asks for it."""
    NEVER = "never"


class SecondStream(StrEnum):
    """What a second camera beside the first one sees."""

    INFRARED = "infrared"
    DEPTH = "depth"


@dataclass(frozen=True, slots=True)
class Checks:
    """What is asked before a face names anybody."""

    face_route: bool
    """False: this camera opens no visit."""
    challenge: ChallengeWhen
    second: SecondStream | None
    """A second picture that must show a head as well."""
    watch_stream: bool
    """Whether frames that repeat, freeze or jump close the face route for a while."""


CHECKS: Mapping[CameraClass, Checks] = MappingProxyType(
    {
        # One still picture can deceive a passive look; whoever stands here can move.
        CameraClass.ORDINARY: Checks(
            face_route=True, challenge=ChallengeWhen.UNSURE, second=None, watch_stream=True
        ),
        # Whoever is on the network can send a film, and a film is live to a passive look.
        # Only something asked for now cannot have been recorded before.
        CameraClass.NETWORK: Checks(
            face_route=True, challenge=ChallengeWhen.ALWAYS, second=None, watch_stream=True
        ),
        # A screen is dark in infrared; a printed face may not be, so doubt still asks.
        CameraClass.WITH_INFRARED: Checks(
            face_route=True,
            challenge=ChallengeWhen.UNSURE,
            second=SecondStream.INFRARED,
            watch_stream=True,
        ),
        # Paper and screens are flat; a mask made to measure is not, so doubt still asks.
        CameraClass.WITH_DEPTH: Checks(
            face_route=True,
            challenge=ChallengeWhen.UNSURE,
            second=SecondStream.DEPTH,
            watch_stream=True,
        ),
        # For the demo, training and tests: a clip comes round again by nature and nobody
        # in it can do what is asked. It opens on invented people only.
        CameraClass.RECORDED: Checks(
            face_route=True, challenge=ChallengeWhen.NEVER, second=None, watch_stream=False
        ),
        # A clinic has no use for one. Whoever puts one there chooses what is seen.
        CameraClass.VIRTUAL: Checks(
            face_route=False, challenge=ChallengeWhen.ALWAYS, second=None, watch_stream=True
        ),
    }
)


def class_of(
    kind: Literal["device", "stream", "clip"], second: SecondStream | None, *, virtual: bool
) -> CameraClass:
    """Return the class of a camera from what it is and what stands beside it.

    A virtual device stays one whatever second camera is beside it, and so does a clip. A
    stream with a second camera stays a stream: the challenge asks for more than the look.
    """
    if virtual:
        return CameraClass.VIRTUAL
    if kind == "clip":
        return CameraClass.RECORDED
    if kind == "stream":
        return CameraClass.NETWORK
    match second:
        case SecondStream.INFRARED:
            return CameraClass.WITH_INFRARED
        case SecondStream.DEPTH:
            return CameraClass.WITH_DEPTH
        case None:
            return CameraClass.ORDINARY


def checks_of(camera_class: CameraClass, *, recordings_allowed: bool) -> Checks:
    """Return what a camera asks; a recording is none unless the demo says so."""
    if camera_class is CameraClass.RECORDED and not recordings_allowed:
        return CHECKS[CameraClass.VIRTUAL]
    return CHECKS[camera_class]
