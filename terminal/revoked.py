"""Whether the county has taken this device out of use: then it settles nothing new.

What was sent before is found out, told and cancelled as ever: a resident's money does not
hang in the air because a device was lost. Everything but charging goes on.
"""

from __future__ import annotations

import threading

from terminal.core.faults import Refused


class Revoked:
    """The county's word on this device. `note`, `told`, `refuse`."""

    def __init__(self) -> None:
        self._told = threading.Event()

    def note(self, is_revoked: bool) -> bool:  # noqa: FBT001 - a state, told as it is.
        """What the newest file says; whether that is news."""
        news = is_revoked != self._told.is_set()
        if is_revoked:
            self._told.set()
        else:
            self._told.clear()
        return news

    def told(self) -> bool:
        return self._told.is_set()

    def refuse(self) -> None:
        """Raises Refused `device.revoked`: nothing new is settled here."""
        if self._told.is_set():
            raise Refused("device.revoked")
