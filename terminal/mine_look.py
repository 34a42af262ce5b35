"""While somebody looks at what is theirs: closes it when another face stands there.

The face before the camera is held against the one that opened it (1:1). Who is not alive,
turns away or cannot be made out changes nothing; only somebody else's face does, seen again
and again: one sighting may have been of a passer-by.
"""

from __future__ import annotations

from terminal.asking import Asking
from terminal.core.recognition import Sighting
from terminal.gaze import Gaze
from terminal.ports import Frame

_OTHERS_AFTER = 5
"""Sightings of somebody else without a break."""


class MineLook:
    """Looks while the page of one's own is open."""

    def __init__(self, gaze: Gaze, asking: Asking) -> None:
        self._gaze = gaze
        self._asking = asking
        self._of: str | None = None
        self._others = 0

    def wants(self) -> bool:
        if not self._gaze.rules.checks().face_route:
            return False
        return self._asking.looked_for() is not None

    def see(self, frame: Frame) -> None:
        """Compare one picture. Raises what the eyes and the store raise."""
        person_id = self._asking.looked_for()
        if person_id is None:
            return
        if person_id != self._of:
            self._of, self._others = person_id, 0
            self._gaze.forget()
        seen = self._gaze.look(frame, person_id)
        if not isinstance(seen, Sighting) or not self._is_somebody(seen):
            return
        if self._gaze.agrees(seen, strictly=False) is not None:
            self._others = 0
            return
        self._others += 1
        if self._others >= _OTHERS_AFTER:
            self._of = None
            self._asking.close_mine()
            self._gaze.forget()

    def _is_somebody(self, seen: Sighting) -> bool:
        compared = any(ranking.candidates for ranking in seen.rankings)
        return compared and self._gaze.is_alive(seen)
