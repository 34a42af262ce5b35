"""The face before the camera held against one claimed person (1:1).

Someone who gave an ID number is told to be like their card or not, and the doctor is told;
where an amount asks for more than a face, the same person is asked for a challenge. The
camera's word decides nothing here: a face that does not agree is a warning to the doctor.
"""

from __future__ import annotations

import time

from terminal.board import Board, Comparison, Counter
from terminal.core.recognition import Asked, Challenged, Hint, Known, Sighting
from terminal.gaze import Gaze
from terminal.hinting import Hinting
from terminal.lockout import Lockout
from terminal.ports import Frame
from terminal.store import Store
from terminal.store.face_record import FaceOutcome

_DISAGREES_AFTER = 5
"""Sightings that must say no before the doctor is told: one may have been of a passer-by."""


_FLAT_SIGHTINGS = 10
"""A second of them: a turning face may look flat for a moment."""


class Comparing:
    """Compares while the counter asks for it."""

    def __init__(
        self, gaze: Gaze, lockout: Lockout, store: Store, counter: Counter, board: Board
    ) -> None:
        self._gaze = gaze
        self._lockout = lockout
        self._store = store
        self._counter = counter
        self._board = board
        self._hinting = Hinting(counter, board)
        self._of: Comparison | None = None
        self._said_no = self._flat = 0

    def wants(self) -> bool:
        comparison = self._counter.comparison
        if comparison is None or comparison.visit_id != self._counter.front:
            return False
        if (
            time.monotonic() > comparison.until_s
            or (comparison.challenge and not self._gaze.may_challenge())
            or not self._gaze.rules.checks().face_route
            or self._lockout.until() is not None
        ):
            self._over(comparison)
            return False
        return True

    def see(self, frame: Frame) -> None:
        """Compare one picture. Raises what the eyes and the store raise."""
        comparison = self._counter.comparison
        if comparison is None:
            return
        if comparison is not self._of:
            self._of, self._said_no, self._flat = comparison, 0, 0
            self._gaze.forget()
        match self._gaze.look(frame, comparison.person_id):
            case Hint(code):
                self._hinting.say(code, frame.seen_at_s)
            case Asked() as asked:
                self._hinting.ask(asked, frame.seen_at_s)
            case Sighting(rankings=()) as seen:
                self._not_compared(comparison, seen, frame.seen_at_s)
            case Sighting() as seen:
                self._judge(comparison, seen)

    def _not_compared(self, comparison: Comparison, seen: Sighting, now_s: float) -> None:
        """Not alive enough, or not yet asked for what this camera asks: no word of whose
        face it is. Flat for long, it is a failure as it is at the door."""
        if seen.challenged is Challenged.FAILED:
            self._gaze.note(FaceOutcome.CHALLENGE_FAILED, seen, visit_id=comparison.visit_id)
            self._lockout.failed()
            self._over(comparison)
            return
        wanted = comparison.challenge or self._gaze.is_alive(seen)
        if wanted and seen.challenged is Challenged.NOT_ASKED and self._gaze.may_challenge():
            self._gaze.challenge()
            return
        self._hinting.say("face.hold_still", now_s)
        self._flat += 1
        if self._flat == _FLAT_SIGHTINGS:
            self._gaze.note(FaceOutcome.NOT_LIVE, seen, visit_id=comparison.visit_id)
            self._lockout.failed()

    def _judge(self, comparison: Comparison, seen: Sighting) -> None:
        if comparison.challenge and seen.challenged is Challenged.NOT_ASKED:
            self._gaze.challenge()
            return
        if not any(ranking.candidates for ranking in seen.rankings):
            self._over(comparison)  # Their templates are of weights that are not here.
            return
        similarity = self._gaze.agrees(seen, strictly=comparison.challenge)
        if similarity is None:
            self._said_no += 1
            if self._said_no >= _DISAGREES_AFTER:
                self._told(comparison, seen, None)
        else:
            self._told(comparison, seen, Known(comparison.person_id, similarity))

    def _told(self, comparison: Comparison, seen: Sighting, known: Known | None) -> None:
        """Write down what the comparison came to; it is over."""
        changes: dict[str, object] = {"face_agrees": int(known is not None)}
        if known is not None and seen.challenged is Challenged.PASSED:
            changes["challenged"] = seen.challenged
        with self._counter.lock:
            if self._counter.comparison is not comparison:
                return  # Nobody asks any more: the visit may be somebody else's by now.
            self._store.visits.note(comparison.visit_id, changes)
        outcome = FaceOutcome.DISAGREES if known is None else FaceOutcome.AGREES
        self._gaze.note(outcome, seen, visit_id=comparison.visit_id, known=known)
        self._over(comparison, passed="challenged" in changes)

    def _over(self, comparison: Comparison, *, passed: bool = False) -> None:
        """It ended. Where an amount asked for a challenge, the other ways are shown."""
        with self._counter.lock:
            if self._counter.comparison is comparison:
                self._counter.comparison = None
                in_vain = comparison.challenge and not passed
                self._counter.hint = "challenge.failed" if in_vain else None
        self._gaze.forget()
        self._board.publish()
