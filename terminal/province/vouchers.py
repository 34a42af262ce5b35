"""Insurance codes (医保码) that people showed, for as long as their visit is registered.

Nothing of a code is stored: it is worth money to whoever has it, and it dies within
minutes. After a restart, or once it is too old, a visit is registered with the person's ID
number instead, which says the same of who it is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

E_VOUCHER = "01"
"""mdtrt_cert_type: 医保电子凭证."""

_USED_WITHIN = timedelta(minutes=10)
"""No document says how long a code lives; real ones are made anew every minute or so."""

_KEPT_MAX = 8
"""People between code and registration at one counter."""


class Vouchers:
    """Knows a code for minutes, in memory."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._shown: dict[str, tuple[str, datetime]] = {}
        """By psn_no: the code and when it was shown, the oldest first."""

    def keep(self, psn_no: str, code: str) -> None:
        with self._lock:
            self._shown.pop(psn_no, None)
            self._shown[psn_no] = (code, self._now())
            while len(self._shown) > _KEPT_MAX:
                del self._shown[next(iter(self._shown))]

    def of(self, psn_no: str) -> str:
        """The code that this person showed a moment ago, or nothing."""
        with self._lock:
            code, shown_at = self._shown.get(psn_no, ("", None))
            if shown_at is None or timedelta(0) <= self._now() - shown_at <= _USED_WITHIN:
                return code
            del self._shown[psn_no]
        return ""

    def forget(self, psn_no: str) -> None:
        with self._lock:
            self._shown.pop(psn_no, None)
