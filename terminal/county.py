"""Signed files from the county: over HTTPS by what was seen last, or from a stick.

Plain files and conditional requests, so that any cache or object store serves them; what
comes is judged by the shelf alone, whichever way it came. Whether the county answers or
not, what is held stays in force.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from terminal.core.backoff import pause_s
from terminal.core.county_files import EVERY_S, CountyFile, CountyKind, bytes_max
from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.county_shelf import CountyShelf
from terminal.province.post import Reply

_WITHIN_S = 60.0
"""The largest file over a village's line."""
_PAUSE_MAX_S = 6 * 3600.0
_FRESH = 200
_AS_BEFORE = 304


class Fetching(Protocol):
    """Whoever fetches over HTTPS: `province.post.Post`."""

    def get(self, address: str, headers: dict[str, str], within_s: float, most: int) -> Reply: ...


class County:
    """Asks the county for what is due."""

    def __init__(
        self, shelf: CountyShelf, line: Fetching, address: str, within_s: float = _WITHIN_S
    ) -> None:
        """`address`: https, the folder that the files lie in; `within_s`: for one whole file."""
        if not address.startswith("https://"):
            raise Refused("county.no_address")
        self._shelf = shelf
        self._line = line
        self._within_s = within_s
        self._address = address.rstrip("/")
        self._next: dict[CountyKind, float] = {}
        self._failures = dict.fromkeys(CountyKind, 0)

    def round(
        self, now: datetime, elapsed_s: float, dice: Callable[[], float]
    ) -> tuple[list[CountyFile], list[Fault]]:
        """Fetch what is due: what is new, and what went wrong (each kind by itself).

        `elapsed_s`: a clock that nobody sets. The first round of a terminal waits a random
        part of each kind's interval, lest a county's power cut ends in one second for all.
        """
        news: list[CountyFile] = []
        faults: list[Fault] = []
        for kind in CountyKind:
            first = elapsed_s + dice() * min(EVERY_S[kind], 600.0)
            if elapsed_s < self._next.setdefault(kind, first):
                continue
            try:
                file = self.fetch(kind, now)
                self._failures[kind] = 0
                news += [file] if file else []
            except (Refused, Unavailable, Uncertain) as fault:
                self._failures[kind] += 1
                faults.append(fault)
            wait = pause_s(self._failures[kind], EVERY_S[kind], self._most_s(kind), dice())
            self._next[kind] = elapsed_s + wait
        return news, faults

    def fetch(self, kind: CountyKind, now: datetime) -> CountyFile | None:
        """Ask for one kind; None when there is nothing new.

        Raises Refused `county.*`, Unavailable `county.away`.
        """
        note = self._shelf.note(kind)
        headers: dict[str, str] = {}
        # Only for what is truly held: a lost file must come again.
        if note.seen and self._shelf.held(kind):
            headers |= {"if-none-match": note.tag} if note.tag else {}
            headers |= {"if-modified-since": note.changed} if note.changed else {}
        try:
            reply = self._line.get(
                f"{self._address}/{kind.value}.signed", headers, self._within_s, bytes_max(kind)
            )
        except (Unavailable, Uncertain) as fault:
            raise Unavailable("county.away", kind=kind.value, reason=fault.code) from None
        if reply.status == _AS_BEFORE and headers:
            self._shelf.remember(kind, replace(note, asked_at=now))
            return None
        if reply.status != _FRESH:
            raise Unavailable("county.away", kind=kind.value, status=reply.status)
        if reply.packed not in {"", "identity"}:
            raise Refused("county.packed", kind=kind.value)
        file = self._shelf.take(kind, reply.body, now)
        taken = self._shelf.note(kind)
        self._shelf.remember(
            kind, replace(taken, asked_at=now, tag=reply.tag, changed=reply.changed)
        )
        return file

    @staticmethod
    def _most_s(kind: CountyKind) -> float:
        return max(_PAUSE_MAX_S, EVERY_S[kind] * 1.25)


def from_stick(shelf: CountyShelf, folder: Path, now: datetime) -> list[CountyFile]:
    """Take what lies in a folder under the same names as at the county.

    Raises Refused `county.*` at the first that is not right; those before it are kept.
    """
    news = []
    for kind in CountyKind:
        data = _plain_file(folder / f"{kind.value}.signed", kind)
        file = None if data is None else shelf.take(kind, data, now)
        if data is not None:
            shelf.remember(kind, replace(shelf.note(kind), asked_at=now))
        news += [file] if file else []
    return news


def _plain_file(path: Path, kind: CountyKind) -> bytes | None:
    """No link is followed and no pipe waited for: a stick is a stranger."""
    try:
        source = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError:
        raise Refused("county.not_a_file", kind=kind.value) from None
    with os.fdopen(source, "rb") as stream:
        found = os.fstat(source)
        if not stat.S_ISREG(found.st_mode):
            raise Refused("county.not_a_file", kind=kind.value)
        return stream.read(bytes_max(kind) + 1)
