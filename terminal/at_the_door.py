"""The face of an operator who wants to sign in: looked for while their page waits.

Whoever looks (member_look) is told whose face is wanted and says whether it was seen, alive
and by the strict measure. One at a time: there is one camera.
"""

from __future__ import annotations

import threading

from terminal.core.faults import Refused

FACE_WAIT_S = 10.0
"""How long the page waits for the face; then the PIN is there."""


class AtTheDoor:
    """Whose face is wanted at the sign-in, and whether it came."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._wanted: str | None = None
        self._came: bool | None = None
        self._why = ""

    def wait_for(self, person_id: str, wait_s: float = FACE_WAIT_S) -> None:
        """Return when this person was recognised.

        Raises Refused `operator.face_not_seen` when they were not, and
        `operator.face_busy` while somebody else is looked for.
        """
        with self._changed:
            if self._wanted is not None:
                raise Refused("operator.face_busy")
            self._wanted, self._came, self._why = person_id, None, "face.none"
            try:
                self._changed.wait_for(lambda: self._came is not None, wait_s)
            finally:
                self._wanted = None
            if not self._came:
                raise Refused("operator.face_not_seen", why=self._why)

    def looked_for(self) -> str | None:
        """Whose face is wanted now."""
        return self._wanted

    def hint(self, code: str) -> None:
        """Nothing is said at the sign-in but the end; the resident's screen shows the face."""

    def agreed(self, person_id: str) -> None:
        """It was they."""
        self._say(person_id, came=True)

    def in_vain(self, person_id: str, code: str) -> None:
        """It was not, or could not be told, for this reason."""
        self._say(person_id, came=False, why=code)

    def _say(self, person_id: str, *, came: bool, why: str = "") -> None:
        with self._changed:
            if self._wanted == person_id:
                self._came, self._why = came, why
                self._changed.notify_all()
