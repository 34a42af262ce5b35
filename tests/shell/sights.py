"""Stand-ins at the eyes' port: what is seen is what a test says, one sight a frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from terminal.core.camera_checks import CHECKS, CameraClass
from terminal.core.recognition import (
    Action,
    Asked,
    Candidate,
    Challenged,
    Hint,
    Portrait,
    Ranking,
    Sighting,
    Template,
    Thresholds,
)
from terminal.gaze import FaceRules, Gaze
from terminal.store import Store

AT = Thresholds(live_min=0.8, similarity_min=0.6, margin_min=0.1)
ACTIONS = (Action.TURN_LEFT, Action.NOD)
NOBODY = Hint("face.none")
TEMPLATES = (Template(b"\x01" * 512, "digest", 0.9),)

Sight = Sighting | Hint | Asked


def alive(
    *candidates: tuple[str, float],
    live_score: float = 0.99,
    challenged: Challenged = Challenged.NOT_ASKED,
    second_score: float | None = None,
) -> Sighting:
    """A face that was compared."""
    found = tuple(Candidate(*each) for each in candidates)
    ranking = Ranking("digest", len(found), found)
    return Sighting(live_score, (ranking,), 5, 0.0, challenged, second_score, TEMPLATES)


def flat(live_score: float = 0.2, second_score: float | None = None) -> Sighting:
    """A face that was not alive enough to be compared."""
    return Sighting(live_score, (), 5, 0.0, Challenged.NOT_ASKED, second_score)


PASSED = Challenged.PASSED
FAILED = Sighting(0.0, (), 0, 0.0, Challenged.FAILED)
WANG = alive(("wang", 0.95), ("li", 0.2))
TWINS = alive(("wang", 0.95), ("li", 0.93))


@dataclass
class Frame:
    number: int = 0
    seen_at_s: float = 0.0
    pixels: object = None


@dataclass
class Eyes:
    """See one thing after another, the last one for ever; remember what was asked."""

    seen: list[Sight] = field(default_factory=lambda: [NOBODY])
    asked: list[tuple[Action, ...]] = field(default_factory=list)
    claimed: list[str | None] = field(default_factory=list)
    forgot: int = 0

    def look(
        self, _pixels: Any, _seen_at_s: float, *, claimed: str | None = None, second: Any = None
    ) -> Sight:
        assert second is None
        self.claimed.append(claimed)
        return self.seen.pop(0) if len(self.seen) > 1 else self.seen[0]

    def ask(self, actions: Sequence[Action]) -> None:
        self.asked.append(tuple(actions))

    def describe(self, _pixels: Any) -> Portrait | Hint:
        return NOBODY

    def forget(self) -> None:
        self.forgot += 1


def gaze(
    store: Store,
    clock: Callable[[], Any],
    eyes: Eyes,
    camera_class: CameraClass = CameraClass.ORDINARY,
) -> Gaze:
    """The counter's gaze through these eyes."""
    rules = FaceRules(
        checks=lambda: CHECKS[camera_class],
        live_min=AT.live_min,
        unsure_min=0.5,
        sure_min=0.95,
        thresholds=lambda _: AT,
        verify_min=lambda _: 0.45,
        actions=lambda: ACTIONS,
    )
    return Gaze(eyes, rules, store, lambda: "a camera", clock)


def with_challenge(seen: Sighting) -> Sighting:
    """The same sight after a challenge was passed."""
    return replace(seen, challenged=PASSED)
