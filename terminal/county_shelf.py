"""The county's signed files as they are held here, and the newest revision ever seen.

A file is kept whole, with its signature, and judged again each time it is read: what
somebody changed on the disk is not the county's any more. What was seen is written after
the file; a power cut between the two asks for the same revision once more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from terminal.core.county_files import (
    STALE_S,
    CountyFile,
    CountyKind,
    Seen,
    accepted,
    bytes_max,
    read_signed,
    refuse_not_ours,
)
from terminal.core.faults import Refused, Unavailable
from terminal.private_file import write_private

_NOTE_BYTES_MAX = 4096


@dataclass(frozen=True, slots=True)
class Note:
    """What is remembered of a kind beside the file."""

    seen: Seen | None = None
    asked_at: datetime | None = None
    """When the county last answered for it."""
    tag: str = ""
    changed: str = ""


@dataclass(frozen=True, slots=True)
class KindStands:
    """How a kind stands, as status and technician see it."""

    kind: CountyKind
    revision: int
    """0: none was ever taken."""
    asked_at: datetime | None
    is_stale: bool
    """No word for longer than the kind allows, or what is held has expired."""


class CountyShelf:
    """A folder of signed files, one a kind."""

    def __init__(self, folder: Path, clinic: str, keys: Sequence[str]) -> None:
        """`clinic`: fixmedins_code; `keys`: the county's public keys, hex."""
        self._folder = folder
        self._clinic = clinic
        self._keys = tuple(keys)

    def held(self, kind: CountyKind) -> CountyFile | None:
        """The file that is held. Raises Refused `county.*` for one that was changed here, or
        is another clinic's."""
        try:
            with (self._folder / f"{kind.value}.signed").open("rb") as stream:
                data = stream.read(bytes_max(kind) + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable("county.not_kept", reason=error.strerror or "") from None
        file = read_signed(kind, data, self._keys)
        refuse_not_ours(file, self._clinic)
        return file

    def take(self, kind: CountyKind, data: bytes, now: datetime) -> CountyFile | None:
        """Judge bytes from wherever; keep them if they are news, else None.

        Raises Refused `county.*` and leaves everything as it was; Unavailable
        `county.not_kept`.
        """
        file = read_signed(kind, data, self._keys)
        is_held = (self._folder / f"{kind.value}.signed").exists()
        note = self.note(kind)
        if not accepted(file, self._clinic, note.seen, now) and is_held:
            return None
        self._write(f"{kind.value}.signed", data)
        seen = Seen(file.revision, file.digest, file.valid_from)
        self.remember(kind, Note(seen, note.asked_at))
        return file

    def note(self, kind: CountyKind) -> Note:
        """What is remembered; of a lost note the file itself still says its revision."""
        try:
            with (self._folder / f"{kind.value}.seen").open("rb") as stream:
                told = json.loads(stream.read(_NOTE_BYTES_MAX))
            moment = told["asked_at"]
            return Note(
                _seen(told["seen"]),
                datetime.fromisoformat(moment) if moment else None,
                str(told["tag"]),
                str(told["changed"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return Note(self._seen_in_file(kind))

    def remember(self, kind: CountyKind, note: Note) -> None:
        """Keep a note. Raises Unavailable `county.not_kept`."""
        told = {
            "seen": note.seen
            and [note.seen.revision, note.seen.digest, note.seen.valid_from.isoformat()],
            "asked_at": note.asked_at and note.asked_at.isoformat(),
            "tag": note.tag[:200],
            "changed": note.changed[:100],
        }
        self._write(f"{kind.value}.seen", json.dumps(told).encode())

    def stands(self, now: datetime) -> tuple[KindStands, ...]:
        """Every kind that was ever asked for or taken."""
        told = []
        for kind in CountyKind:
            note = self.note(kind)
            if note.seen is None and note.asked_at is None:
                continue
            told.append(
                KindStands(
                    kind, note.seen.revision if note.seen else 0, note.asked_at,
                    self._is_stale(kind, note, now),
                )
            )  # fmt: skip
        return tuple(told)

    def _is_stale(self, kind: CountyKind, note: Note, now: datetime) -> bool:
        if note.asked_at is None or (now - note.asked_at).total_seconds() > STALE_S[kind]:
            return True
        try:
            file = self.held(kind)
        except (Refused, Unavailable):
            return True
        return file is None or now >= file.expires

    def _seen_in_file(self, kind: CountyKind) -> Seen | None:
        try:
            file = self.held(kind)
        except (Refused, Unavailable):
            return None
        return Seen(file.revision, file.digest, file.valid_from) if file else None

    def _write(self, name: str, data: bytes) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_private(self._folder / name, data)
        except OSError as error:
            raise Unavailable("county.not_kept", reason=error.strerror or "") from None


def _seen(told: list[str] | None) -> Seen | None:
    return Seen(int(told[0]), told[1], datetime.fromisoformat(told[2])) if told else None
