"""The county's catalogue and coverage rules, laid out as plain files that the settings name.

A signed file is judged whole by whoever will read it, then its content is laid beside under
its revision, and a note says which revision counts: a power cut finds the one before or the
new one. From the next start on it stands in the place of the clinic's own file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from terminal.core.county_files import BYTES_MAX, CountyFile, CountyKind
from terminal.core.faults import Refused, Unavailable
from terminal.core.national_crypto import sm3
from terminal.private_file import write_private

_NOTE = "laid.json"
_NOTE_BYTES_MAX = 4096
_AS = {
    CountyKind.CATALOGUE: ("drugs_file", "csv"),
    CountyKind.BENEFITS: ("benefits_file", "toml"),
}
"""Which setting names the file, and how it ends."""

LAID = frozenset(_AS)


class CountyLaid:
    """A folder of files laid out. `lay`, `revision`, `in_force`, `give_up`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def lay(self, file: CountyFile, judge: Callable[[str], object]) -> None:
        """Lay a file out, from the next start on; the one before is taken away.

        `judge` reads the text as it will be read. Raises what it raises, Refused
        `county.not_text`, Unavailable `county.not_kept`: then nothing has changed.
        """
        try:
            text = file.content.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("county.not_text", kind=file.kind.value) from None
        judge(text)
        told = self._note()
        self._write(_name(file.kind, file.revision), file.content)
        self._write(
            _NOTE, json.dumps({**told, file.kind.value: [file.revision, file.digest]}).encode()
        )
        before = told.get(file.kind.value)
        if before is not None and before[0] != file.revision:
            with suppress(OSError):
                (self._folder / _name(file.kind, before[0])).unlink(missing_ok=True)

    def revision(self, kind: CountyKind) -> int:
        """Which is laid out; 0: none."""
        told = self._note().get(kind.value)
        return 0 if told is None else told[0]

    def give_up(self, kind: CountyKind) -> bool:
        """A start was refused because of it: it counts no more, nor is that revision laid out
        again; whether any counted. Raises Unavailable `county.not_kept`."""
        told = self._note()
        if _AS[kind][0] not in self.in_force():
            return False
        self._write(_NOTE, json.dumps({**told, kind.value: [told[kind.value][0], ""]}).encode())
        return True

    def is_given_up(self, kind: CountyKind, revision: int) -> bool:
        """Whether this revision is one that was given up."""
        return self._note().get(kind.value) == (revision, "")

    def in_force(self) -> dict[str, Path]:
        """By setting: the file that counts. One that was lost or changed here does not: the
        clinic's own is read again."""
        named = {}
        for kind, (setting, _) in _AS.items():
            told = self._note().get(kind.value)
            if told is None:
                continue
            path = self._folder / _name(kind, told[0])
            if told[1] and _digest(path, BYTES_MAX[kind]) == told[1]:
                named[setting] = path
        return named

    def _note(self) -> Mapping[str, tuple[int, str]]:
        try:
            with (self._folder / _NOTE).open("rb") as file:
                told = json.loads(file.read(_NOTE_BYTES_MAX))
            return {kind: (int(each[0]), str(each[1])) for kind, each in told.items()}
        except (OSError, ValueError, TypeError, AttributeError, IndexError, KeyError):
            return {}

    def _write(self, name: str, data: bytes) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_private(self._folder / name, data)
        except OSError as error:
            raise Unavailable("county.not_kept", reason=error.strerror or "") from None


def _name(kind: CountyKind, revision: int) -> str:
    return f"{kind.value}-{revision}.{_AS[kind][1]}"


def _digest(path: Path, most: int) -> str:
    try:
        with path.open("rb") as file:
            return sm3(file.read(most + 1)).hex()
    except OSError:
        return ""
