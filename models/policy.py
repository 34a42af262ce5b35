"""Every number the eyes go by, once, with its unit and its reason.

What was measured stands in docs/thresholds.md, and a test keeps the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from terminal.core.faults import Refused
from terminal.core.recognition import DEFAULT_THRESHOLDS

_ANY_DEG = 90.0
_ANY_COVERING = 100.0
"""Limits that no face reaches."""

_LIMITS: dict[str, tuple[float, float]] = {
    "live_min": (0.0, 1.0),
    "frames": (1, 10),
    "gap_max_s": (0.05, 10.0),
    "overlap_min": (0.0, 1.0),
    "same_face_min": (-1.0, 1.0),
    "side_min_px": (20, 1000),
    "side_max_share": (0.1, 3.0),
    "edge_min_share": (0.0, 1.0),
    "rival_share": (0.0, 3.0),
    "brightness_min": (0.0, 255.0),
    "brightness_max": (0.0, 255.0),
    "sharpness_min": (0.0, 10_000.0),
    "yaw_max_deg": (5.0, 90.0),
    "pitch_max_deg": (5.0, 90.0),
    "covered_min": (0.2, 100.0),
    "candidates": (2, 100),
    "unsure_min": (0.0, 1.0),
    "sure_min": (0.0, 1.0),
    "second_min": (0.0, 1.0),
    "challenge_fmr_max": (1e-6, 5e-3),
}
"""Least and most of each; outside them a slip of the pen, not a wish."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What is asked of a picture before it is judged, and of a face before it is compared.

    Raises Refused `policy.out_of_range`.
    """

    live_min: float = DEFAULT_THRESHOLDS.live_min
    """Least live score, 0 to 1, before anybody is compared. Judged again in the core."""

    frames: int = 5
    """How many frames are judged together. One may be a lucky print, and of a drawn
    telephone one window of three in forty passed, none of five; five cost 0.4 s."""

    gap_max_s: float = 1.0
    """Longest time between two frames of one face, seconds; later it may be someone else."""

    overlap_min: float = 0.3
    """Least intersection over union of two boxes, 0 to 1, to be the same face moving."""

    same_face_min: float = 0.56
    """Least cosine between frames judged together: above every pair of strangers seen, so
    that nobody is swapped in after the live frames."""

    side_min_px: int = 80
    """Least side of the face's box, pixels: about a metre from an ordinary camera."""

    side_max_share: float = 0.72
    """Most of the picture's shorter side a face may fill: a screen held so close that its
    frame is outside the picture cannot be told from a person."""

    edge_min_share: float = 0.12
    """Least distance of eyes and mouth from the picture's edge, as a share of the box's
    side. The box itself says little: the detector shrinks it to what it sees."""

    rival_share: float = 0.5
    """A second face at least this share of the first one's side makes it unclear who is
    meant; smaller ones are people waiting behind."""

    brightness_min: float = 25.0
    """Least mean grey of the face, 0 to 255: below it noise outweighs features."""

    brightness_max: float = 225.0
    """Most mean grey of the face, 0 to 255: above it features are burnt out."""

    sharpness_min: float = 15.0
    """Least variance of the Laplacian of the face at 112 pixels a side."""

    yaw_max_deg: float = 30.0
    """Most a face may be turned to either side, degrees; 90: not asked. Estimated from five
    landmarks, within some ten degrees."""

    pitch_max_deg: float = 30.0
    """Most a face may look up or down, degrees; 90: not asked. Faces differ by ten degrees
    in how low the nose stands."""

    covered_min: float = 0.55
    """How far from the skin's colour the mouth or an eye is to be called covered: 0 is the
    skin's own, 1 is grey; 100: not asked."""

    candidates: int = 5
    """How many people the gallery names: the best and enough rivals to see a margin."""

    unsure_min: float = 0.5
    """Least live score, 0 to 1, of a face that has passed a challenge: a photograph cannot
    turn its head, but a screen that scores near nothing is not compared for all that."""

    sure_min: float = 0.95
    """Least live score, 0 to 1, of a face that is believed at its first look. Between
    `live_min` and this, a picture held up may be lucky for half a second, hardly for longer."""

    second_min: float = 0.5
    """Least score of the infrared or depth picture, 0 to 1, where a camera has one."""

    challenge_fmr_max: float = 1e-3
    """How often a stranger may be taken, in one moment of a challenge, for the face that is
    compared afterwards. A turned face is less like itself, so less is asked than of frames
    judged together; what similarity that is, the weights' calibration says."""

    def __post_init__(self) -> None:
        for field in fields(self):
            least, most = _LIMITS[field.name]
            if not least <= getattr(self, field.name) <= most:  # NaN is outside too.
                raise Refused("policy.out_of_range", setting=field.name, least=least, most=most)


ONE_PHOTOGRAPH = Policy(
    live_min=0.5,
    frames=1,
    side_min_px=20,
    side_max_share=3.0,
    edge_min_share=0.0,
    rival_share=1.5,
    brightness_min=8.0,
    brightness_max=247.0,
    sharpness_min=2.0,
    yaw_max_deg=_ANY_DEG,
    pitch_max_deg=_ANY_DEG,
    covered_min=_ANY_COVERING,
)
"""For a file that somebody else took and cut out: nobody can be asked to step back or to
come closer, so only what has no face in it to compare is refused."""


def for_a_challenge(policy: Policy) -> Policy:
    """Return what is asked of a frame while the person turns, nods or blinks.

    A turned head is the answer and not a fault; a hand before the mouth in mid-turn neither,
    nor a face that came closer as it was asked to, or is blurred on its way.
    """
    return replace(
        policy,
        yaw_max_deg=_ANY_DEG,
        pitch_max_deg=_ANY_DEG,
        covered_min=_ANY_COVERING,
        side_max_share=1.5 * policy.side_max_share,
        edge_min_share=0.0,
        sharpness_min=0.0,
    )
