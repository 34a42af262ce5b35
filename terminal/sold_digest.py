"""The county's filter of sold codes: fetched once a day, asked while the line is away.

It warns before the network would; it never blocks, for it may be wrong about a good box.
A file that cannot be used is said, and the old one stays until it is too old to mean
anything.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from terminal.core.faults import Fault, Refused
from terminal.core.sold_digest import BYTES_MAX, SoldDigest
from terminal.private_file import write_private
from terminal.province.files import unpack_one
from terminal.province.session import Session

log = logging.getLogger(__name__)

AGE_MAX = timedelta(days=7)
"""Beyond it too much was sold that the filter does not know."""
RETRY_AFTER = timedelta(hours=1)
"""How long after a failure it is tried again; nothing waits for it."""
FILE = "sold_digest.bin"


class SoldDigests:
    """Keeps the newest filter. `suspects` may be asked while another thread fetches."""

    def __init__(
        self, session: Session, folder: Path, name: str, now: Callable[[], datetime]
    ) -> None:
        """`name` is the file's at the province, empty where the county offers none;
        `folder` is the data folder, where the newest good file is kept."""
        self._session = session
        self._path = folder / FILE
        self._name = name
        self._now = now
        self._asked_at: datetime | None = None
        self._fetched_on: date | None = None
        self._trouble: str | None = None
        self._held = self._kept() if name else None

    def fetch_if_old(self) -> str | None:
        """Fetch today's file if that is still to be done; the code of what is wrong.

        Nothing is raised: a clinic works without it. After a failure it is asked again
        once an hour, and a trouble is logged when it begins.
        """
        if not self.is_due():
            return self._trouble
        now = self._asked_at = self._now()
        trouble = None
        try:
            self._fetch()
            self._fetched_on = now.date()
        except Fault as fault:
            trouble = fault.code
            if trouble != self._trouble:
                log.warning("no filter of sold codes today: %s", fault)
        self._trouble = trouble
        return trouble

    def is_due(self) -> bool:
        """Whether today's file is still to be asked for."""
        return bool(self._name) and not self._is_fresh(self._now())

    def suspects(self, trace_code: str) -> date | None:
        """The day of the filter by which this code was sold already, or None.

        None as well where there is no filter, or only one older than AGE_MAX.
        """
        held = self._held
        if held is None or abs(self._now().date() - held.day) > AGE_MAX:
            return None
        return held.day if held.may_hold(trace_code) else None

    def _is_fresh(self, now: datetime) -> bool:
        """Whether nothing is to be asked now: it is today's, was fetched today, or failed
        a moment ago. A clock that was set back asks again."""
        today = now.date()
        if self._fetched_on == today or (self._held is not None and self._held.day == today):
            return True
        asked = self._asked_at
        return asked is not None and timedelta(0) <= now - asked < RETRY_AFTER

    def _fetch(self) -> None:
        """Raises Fault; the old filter stays then."""
        self.take(unpack_one(self._session.download(self._name, self._name), BYTES_MAX))

    def take(self, data: bytes) -> None:
        """Judge a filter, keep it and use it from now on; an older one than ours is no news.

        Raises Refused `digest.unreadable`, `digest.other_county`, `digest.not_written`.
        """
        fetched = SoldDigest.read(data)
        county = self._session.clinic.mdtrtarea_admvs
        if fetched.county != county:
            raise Refused("digest.other_county", ours=county, theirs=fetched.county)
        if self._held is not None and fetched.day < self._held.day:
            return
        self._put(data)
        self._held = fetched

    def _kept(self) -> SoldDigest | None:
        """The filter of an earlier day, or nothing where there is none or it is damaged."""
        try:
            with self._path.open("rb") as file:
                return SoldDigest.read(file.read(BYTES_MAX + 1))
        except FileNotFoundError:
            return None
        except (OSError, Refused) as error:
            log.warning("the kept filter of sold codes cannot be read: %s", error)
            return None

    def _put(self, data: bytes) -> None:
        """Keep the file whole or not at all, mode 0600. Raises Refused `digest.not_written`."""
        try:
            write_private(self._path, data)
        except OSError as error:
            raise Refused("digest.not_written", reason=error.strerror) from None
