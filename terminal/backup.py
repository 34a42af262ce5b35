"""Making a backup: the store at one moment and what belongs to it, sealed for the county.

What is in it: the store without faces, the clinic's settings without passwords, the
county's files as they are held, and a key that carries the ledger on (an heir): the
device's own key, which may lie in a chip and never leaves, vouches for the heir now, and
the heir vouches for the successor's key when a backup is restored.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from terminal.core.backup_file import (
    HEAD_BYTES_MAX,
    PIECE_BYTES,
    PIECES_MAX,
    SEALED_BYTES,
    Manifest,
    first_lines,
    head_of,
    sealed_pieces,
)
from terminal.core.faults import Refused, Unavailable
from terminal.core.ledger_check import handing_over_text
from terminal.core.national_crypto import SM4_KEY_BYTES, new_sm2_key, sm2_encrypt
from terminal.private_file import write_private_pieces
from terminal.store.restored import RestoredBook
from terminal.store.snapshot import Snapshot
from terminal.vault import DeviceKey

ENDS = ".backup"
KEPT_MAX = 7
"""Backups of one clinic that stay on a stick, and at the county: a week of nights."""

STORE_NAME, META_NAME = "terminal.db", "meta.json"
_SCRATCH = "backup.part"
_DATABASE_KEY_BYTES = 32
_HEADER_BYTES_MAX = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """What a backup is made of, and for whom."""

    folder: Path
    """The data folder, where the store lies and the copy may for a moment."""
    clinic: str
    safe: str
    """Public key of the county's safe."""
    device: DeviceKey
    settings: Mapping[str, object]
    """The clinic's own, without secrets."""


def backup_name(manifest: Manifest) -> str:
    """Sorts by its number."""
    return f"{manifest.clinic}-{manifest.number:012}{ENDS}"


def make_backup(place: Place, snapshot: Snapshot, into: Path, now: datetime) -> Path:
    """Write one backup into a folder, and let go of the oldest there beyond KEPT_MAX.

    Raises Refused `backup.no_safe`, Unavailable `backup.not_written` (a stick that is full
    or gone), `store.away`; what was there before stays as it was.
    """
    if not place.safe:
        raise Refused("backup.no_safe")
    scratch = place.folder / _SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)  # What a power cut left: nobody can open it.
    try:
        scratch.mkdir(mode=0o700)
        files = _gathered(place, snapshot, scratch, now)
        key = secrets.token_bytes(SM4_KEY_BYTES)
        header = json.dumps([[name, path.stat().st_size] for name, path in files]).encode("ascii")
        size = len(header) + 1 + sum(path.stat().st_size for _, path in files)
        manifest = Manifest(
            clinic=place.clinic,
            device=place.device.public_key.lower(),
            number=_number(snapshot, now),
            made_at=now.isoformat(timespec="seconds"),
            pieces=-(-size // PIECE_BYTES),
            safe=_full(place.safe),
            sealed_key=sm2_encrypt(place.safe, key).hex(),
        )
        if manifest.pieces > PIECES_MAX:
            raise Refused("backup.too_large", pieces=manifest.pieces)
        lines = first_lines(manifest)
        signature = place.device.sign(lines).encode("ascii") + b"\n"
        content = _in_pieces(header + b"\n", [path for _, path in files])
        out = into / backup_name(manifest)
        write_private_pieces(out, _whole(lines + signature, sealed_pieces(key, manifest, content)))
    except OSError as error:
        raise Unavailable("backup.not_written", reason=error.strerror or "") from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    let_go(into, place.clinic)
    return out


def backups_in(folder: Path, clinic: str) -> list[tuple[Manifest, Path]]:
    """Every backup of this clinic in a folder that its own device signed, newest first."""
    found = []
    for path in folder.glob(f"*{ENDS}"):
        with suppress(Refused, OSError):
            manifest = manifest_of(path)
            if manifest.clinic == clinic:
                found.append((manifest, path))
    return sorted(found, key=lambda each: each[0].number, reverse=True)


def manifest_of(path: Path) -> Manifest:
    """Raises Refused `backup.wrong_form`, `backup.not_signed`, `backup.cut`; OSError."""
    with path.open("rb") as file:
        manifest, begins = head_of(file.read(HEAD_BYTES_MAX))
    if path.stat().st_size <= begins:
        raise Refused("backup.cut", pieces=0, of=manifest.pieces)
    return manifest


def pieces_of(path: Path) -> Iterator[bytes]:
    """The sealed pieces of a backup's file, one in memory at a time."""
    with path.open("rb") as file:
        _, begins = head_of(file.read(HEAD_BYTES_MAX))
        file.seek(begins)
        while piece := file.read(SEALED_BYTES):
            yield piece


def unpack(content: Iterable[bytes], into: Path) -> dict[str, Path]:
    """Write the files of an opened backup into an empty folder; only names that we know.

    Raises Refused `backup.wrong_form`, what opening the pieces raises, and OSError.
    """
    source = _Reading(content)
    try:
        told = json.loads(source.line(_HEADER_BYTES_MAX))
        listed = [(str(name), int(size)) for name, size in told]
    except (ValueError, TypeError, RecursionError):
        raise Refused("backup.wrong_form", field="content") from None
    files: dict[str, Path] = {}
    for name, size in listed:
        known = name in (STORE_NAME, META_NAME) or _is_of_county(name)
        if not known or name in files or size < 0:
            raise Refused("backup.wrong_form", field="content")
        files[name] = into / name.replace("/", "-")
        write_private_pieces(files[name], source.take(size))
    source.end()
    if not {STORE_NAME, META_NAME} <= set(files):
        raise Refused("backup.wrong_form", field="content")
    return files


def let_go(folder: Path, clinic: str) -> int:
    """Remove this clinic's oldest backups beyond KEPT_MAX; how many went."""
    old = backups_in(folder, clinic)[KEPT_MAX:]
    for _, path in old:
        with suppress(OSError):
            path.unlink()
    return len(old)


def _gathered(
    place: Place, snapshot: Snapshot, scratch: Path, now: datetime
) -> list[tuple[str, Path]]:
    database_key = secrets.token_bytes(_DATABASE_KEY_BYTES)
    store = scratch / STORE_NAME
    faces = snapshot.copied(store, database_key)
    heir = new_sm2_key()
    meta = {
        "made_at": now.isoformat(),
        "database_key": database_key.hex(),
        "faces": faces,
        "heir": {
            "private": heir.private_hex.lower(),
            "public": heir.public_hex.lower(),
            "vouched": place.device.sign(handing_over_text(heir.public_hex)),
        },
        "settings": dict(place.settings),
    }
    written = scratch / META_NAME
    write_private_pieces(written, [json.dumps(meta, sort_keys=True).encode("utf-8")])
    county = place.folder / "county"
    of_county = sorted(each for each in county.glob("*") if _is_of_county(f"county/{each.name}"))
    return [
        (META_NAME, written),
        (STORE_NAME, store),
        *((f"county/{each.name}", each) for each in of_county if each.is_file()),
    ]


def _number(snapshot: Snapshot, now: datetime) -> int:
    """Also with a clock that was set back the newest backup has the greatest number."""
    return int(max([now, *RestoredBook(snapshot).newest_moments()]).timestamp())


def _is_of_county(name: str) -> bool:
    folder, _, file = name.partition("/")
    stem, _, end = file.partition(".")
    return folder == "county" and end in {"signed", "seen"} and stem.replace("_", "").isalpha()


def _whole(head: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    yield head
    yield from pieces


def _in_pieces(header: bytes, files: Iterable[Path]) -> Iterator[bytes]:
    held = bytearray(header)
    for path in files:
        with path.open("rb") as file:
            while read := file.read(PIECE_BYTES):
                held += read
                while len(held) >= PIECE_BYTES:
                    yield bytes(held[:PIECE_BYTES])
                    del held[:PIECE_BYTES]
    if held:
        yield bytes(held)


def _full(public_hex: str) -> str:
    plain = public_hex.lower()
    return plain if len(plain) == 130 else f"04{plain}"


class _Reading:
    """Bytes out of pieces, so many at a time."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._held = bytearray()

    def line(self, most: int) -> bytes:
        while b"\n" not in self._held:
            if len(self._held) > most or not self._more():
                raise Refused("backup.wrong_form", field="content")
        line, _, rest = bytes(self._held).partition(b"\n")
        self._held = bytearray(rest)
        return line

    def take(self, size: int) -> Iterator[bytes]:
        while size:
            if not self._held and not self._more():
                raise Refused("backup.wrong_form", field="content")
            piece = bytes(self._held[:size])
            del self._held[: len(piece)]
            size -= len(piece)
            yield piece

    def end(self) -> None:
        """Nothing may follow; reading to the end also judges the end mark."""
        if self._held or self._more():
            raise Refused("backup.wrong_form", field="content")

    def _more(self) -> bool:
        piece = next(self._pieces, b"")
        self._held += piece
        return bool(piece)
