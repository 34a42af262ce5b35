"""The face of a member who agrees to a binding, held against the member's own (1:1).

As for a large amount: alive, by the strict measure of a search, and with a challenge where
this camera asks for one. Whoever does not agree is no failure of the binding: documents or
the doctor's word remain.
"""

from __future__ import annotations

from terminal.at_the_door import AtTheDoor
from terminal.core.recognition import Asked, Challenged, Hint, Known, Sighting
from terminal.families import Families
from terminal.gaze import Gaze
from terminal.hinting import CHALLENGE_HINTS
from terminal.lockout import Lockout
from terminal.ports import Frame
from terminal.store.face_record import FaceOutcome

_DISAGREES_AFTER = 5
"""Sightings that must say no: one may have been of a passer-by."""

_FLAT_SIGHTINGS = 10
"""A second of them: a turning face may look flat for a moment."""


class MemberLook:
    """Looks while the family page waits for a member's face."""

    def __init__(self, gaze: Gaze, lockout: Lockout, families: Families | AtTheDoor) -> None:
        self._gaze = gaze
        self._lockout = lockout
        self._families = families
        self._of: str | None = None
        self._said_no = self._flat = 0

    def wants(self) -> bool:
        member_id = self._families.looked_for()
        if member_id is None:
            self._of = None
            return False
        if self._lockout.until() is not None:
            self._families.in_vain(member_id, "face.locked")
            return False
        return True

    def see(self, frame: Frame) -> None:
        """Compare one picture. Raises what the eyes and the store raise."""
        member_id = self._families.looked_for()
        if member_id is None:
            return
        if member_id != self._of:
            self._of, self._said_no, self._flat = member_id, 0, 0
            self._gaze.forget()
        match self._gaze.look(frame, member_id):
            case Hint(code):
                self._families.hint(code)
            case Asked() as asked:
                self._families.hint(CHALLENGE_HINTS[asked.action])
            case Sighting(rankings=()) as seen:
                self._not_compared(member_id, seen)
            case Sighting() as seen:
                self._judge(member_id, seen)

    def _not_compared(self, member_id: str, seen: Sighting) -> None:
        """Not alive enough, or not yet asked for what this camera asks."""
        if seen.challenged is Challenged.FAILED:
            self._gaze.note(FaceOutcome.CHALLENGE_FAILED, seen)
            self._lockout.failed()
            self._over(member_id, "family.face_not_live")
        elif self._gaze.is_alive(seen) and self._to_be_asked(seen):
            self._gaze.challenge()
        else:
            self._families.hint("face.hold_still")
            self._flat += 1
            if self._flat == _FLAT_SIGHTINGS:
                self._gaze.note(FaceOutcome.NOT_LIVE, seen)
                self._lockout.failed()
                self._over(member_id, "family.face_not_live")

    def _judge(self, member_id: str, seen: Sighting) -> None:
        if not self._gaze.is_alive(seen) and seen.challenged is not Challenged.PASSED:
            self._not_compared(member_id, seen)
        elif self._to_be_asked(seen):
            self._gaze.challenge()
        elif not any(ranking.candidates for ranking in seen.rankings):
            self._over(member_id, "family.member_not_enrolled")  # Of weights not here.
        elif (similarity := self._gaze.agrees(seen, strictly=True)) is not None:
            known = Known(member_id, similarity)
            self._gaze.note(FaceOutcome.AGREES, seen, known=known)
            self._of = None
            self._families.agreed(member_id)
            self._gaze.forget()
        else:
            self._said_no += 1
            if self._said_no >= _DISAGREES_AFTER:
                self._gaze.note(FaceOutcome.DISAGREES, seen)
                self._over(member_id, "family.face_disagrees")

    def _to_be_asked(self, seen: Sighting) -> bool:
        return seen.challenged is Challenged.NOT_ASKED and self._gaze.may_challenge()

    def _over(self, member_id: str, code: str) -> None:
        self._of = None
        self._families.in_vain(member_id, code)
        self._gaze.forget()
