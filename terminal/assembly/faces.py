"""The eyes of one terminal: networks, packs, galleries and rules, joined from the settings."""

from __future__ import annotations

import secrets
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import timedelta

from drivers.camera_identity import CameraIdentity
from models.challenge import pick_actions
from models.eyes import Eyes
from models.opening import open_attention, open_networks, open_recognisers
from models.packs import Pack
from models.policy import Policy
from models.recogniser import Recogniser, fill
from models.stream_watch import StreamWatch
from terminal.assembly.parts import earlier_face_packs, face_pack
from terminal.assembly.shelves import resembling
from terminal.core.camera_checks import (
    CameraClass,
    ChallengeWhen,
    Checks,
    SecondStream,
    checks_of,
    class_of,
)
from terminal.core.recognition import Action, Candidate, Ranking, Template, Thresholds
from terminal.core.status_views import FacesStatus
from terminal.gaze import FaceRules
from terminal.lockout import LockoutRule
from terminal.settings import Settings

_CHALLENGE_STEPS = 2
"""Two of five movements, a turn among them: few enough for an old neck, and a film of the
right two in the right order is one in thirty."""

_ASKED_LATELY = 4
"""Actions of the last two challenges: whoever watched does not see the same again."""


class Galleries:
    """Everybody enrolled, under whichever weights."""

    def __init__(self, recognisers: Sequence[Recogniser]) -> None:
        self._recognisers = tuple(recognisers)
        self.to_enrol_anew = 0
        """How many no weights here can recognise."""

    def replace(self, templates: Iterable[tuple[str, Template]]) -> tuple[str, ...]:
        """Know these people and nobody else; returns who cannot be recognised."""
        aside = fill(self._recognisers, templates)
        self.to_enrol_anew = len(aside)
        return aside

    def resembling(self, templates: Sequence[Template], least: float) -> Sequence[Candidate]:
        """Everybody whom any of these resembles so much, each compared by its own weights."""
        return resembling([each.gallery for each in self._recognisers], templates, least)

    def remove(self, person_id: str) -> None:
        """Recognise this person no more, by any weights."""
        for recogniser in self._recognisers:
            recogniser.gallery.remove(person_id)

    def __len__(self) -> int:
        """How many people can be recognised by the newest weights."""
        return len(self._recognisers[0].gallery)


class OpenFaces:
    """What was opened, and the rules by which it is used."""

    def __init__(
        self,
        settings: Settings,
        kept: Collection[str],
        identity: Callable[[], CameraIdentity],
        second: SecondStream | None = None,
    ) -> None:
        """`kept`: digests of which templates are kept; `identity`: the camera's, now.

        Raises what opening a pack and its networks raises.
        """
        self._settings = settings
        self._identity = identity
        self._second = second
        self._lately: deque[Action] = deque(maxlen=_ASKED_LATELY)
        self._picking = threading.Lock()
        self.pack: Pack = face_pack(settings)
        opened = open_networks(self.pack)
        recognisers = open_recognisers(opened, self.pack, earlier_face_packs(settings), kept)
        self._calibrations = {each.model_digest: each.calibration for each in recognisers}
        self.galleries = Galleries(recognisers)
        checks = self.checks()
        self.eyes = Eyes(
            opened.detector,
            opened.liveness,
            recognisers,
            Policy(
                live_min=settings.live_min,
                frames=settings.fused_frames,
                same_face_min=self.pack.calibration.same_face_min,
            ),
            attention=open_attention(self.pack),
            challenge_first=checks.challenge is ChallengeWhen.ALWAYS,
            watch=StreamWatch() if checks.watch_stream else None,
        )

    def camera_class(self) -> CameraClass:
        """What can be expected of the camera that is there now."""
        identity = self._identity()
        return class_of(identity.kind, self._second, virtual=identity.virtual)

    def checks(self) -> Checks:
        """What this camera asks of a face."""
        allowed = self._settings.recorded_camera
        return checks_of(self.camera_class(), recordings_allowed=allowed)

    def rules(self) -> FaceRules:
        """The rules of the counter's gaze."""
        return FaceRules(
            checks=self.checks,
            live_min=self._settings.live_min,
            unsure_min=min(Policy().unsure_min, self._settings.live_min),
            sure_min=max(Policy().sure_min, self._settings.live_min),
            thresholds=self.thresholds,
            verify_min=lambda digest: self._calibrations[digest].verify_min,
            actions=self._actions,
        )

    def lockout_rule(self) -> LockoutRule:
        """After how many failures the face route is closed, and for how long."""
        settings = self._settings
        return LockoutRule(
            settings.face_failures_max,
            timedelta(seconds=settings.face_failures_within_s),
            timedelta(seconds=settings.face_locked_s),
        )

    def thresholds(self, ranking: Ranking) -> Thresholds:
        """What is asked of a face among so many people, by the weights that compared it."""
        settings, calibration = self._settings, self._calibrations[ranking.model_digest]
        asked = calibration.similarity_for(ranking.people, settings.fpir_max).similarity
        margin = calibration.margin_min
        if ranking.model_digest == self.pack.model_digest:  # The settings speak of these.
            asked = max(asked, settings.similarity_min or asked)
            margin = max(margin, settings.margin_min or margin)
        return Thresholds(settings.live_min, asked, margin)

    def status(self) -> FacesStatus:
        """What recognises faces here, for whoever looks after the terminal."""
        note, people = self.pack.describe(), len(self.galleries)
        return FacesStatus(
            pack=note.display_name,
            model_digest=note.model_digest,
            licence=note.licence,
            warning=note.warning,
            measured=note.measured,
            people=people,
            to_enrol_anew=self.galleries.to_enrol_anew,
            similarity_min=self.thresholds(Ranking(note.model_digest, people, ())).similarity_min,
            camera=self._identity().text,
            camera_class=self.camera_class().value,
        )

    def _actions(self) -> Sequence[Action]:
        """The next challenge, by the system's own randomness."""
        with self._picking:
            picked = pick_actions(secrets.SystemRandom(), _CHALLENGE_STEPS, tuple(self._lately))
            self._lately.extend(picked)
        return picked
