"""A backup's file: who made it, for whose key, and its content in sealed pieces.

    clinic-terminal backup 1
    {"clinic":...,"device":...,"made_at":...,"number":...,"pieces":...,"safe":...,"sealed_key":...}
    <the device's signature of the two lines above: r and s, 128 hexadecimal digits>
    <pieces: SM4-GCM, each of 65536 bytes of content but the last>

Each piece is sealed under a key that is used for nothing else, with its number as nonce and
bound to its number, to whether it is the last, and to the backup's own number and clinic: a
piece that is missing, doubled, moved, changed, or another backup's does not open. The key is
sealed to the county's safe (SM2, GB/T 32918.4): the terminal that made a backup cannot read
it, nor can who finds the stick.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from terminal.core.faults import Refused
from terminal.core.national_crypto import (
    GCM_NONCE_BYTES,
    SM4_KEY_BYTES,
    sm2_decrypt,
    sm2_encrypt,
    sm2_sign,
    sm2_verify,
    sm4_gcm_open,
    sm4_gcm_seal,
)

_HEAD = b"clinic-terminal backup 1\n"
HEAD_BYTES_MAX = 2048
PIECE_BYTES = 64 * 1024
SEALED_BYTES = PIECE_BYTES + GCM_NONCE_BYTES + 16
PIECES_MAX = 16_384
"""A gigabyte: a clinic's ten years are some hundred megabytes."""

_HEX_KEY = re.compile(r"04[0-9a-f]{128}")
_SEALED_KEY = re.compile(r"[0-9a-f]{224}")
"""C1 (x, y), C3, C2 of 16 bytes: 112 bytes."""

_CLINIC = re.compile(r"[0-9A-Z]{12}")
_KEY_SCHEMA = "clinic-terminal/backup-key/1"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands on a backup, for everybody to read; signed by the terminal that made it."""

    clinic: str
    """fixmedins_code."""
    device: str
    """Public key of the terminal, 130 hexadecimal digits."""
    number: int
    """Of this terminal's backups, growing: seconds since 1970 when it was begun."""
    made_at: str
    pieces: int
    safe: str
    """Whose key opens `sealed_key`."""
    sealed_key: str

    @property
    def bound_to(self) -> str:
        return f"{self.clinic}:{self.device}:{self.number}"


@dataclass(frozen=True, slots=True)
class Resealed:
    """The content's key, sealed anew by the county for one successor."""

    clinic: str
    device: str
    """The terminal that made the backup, and is replaced."""
    number: int
    successor: str
    sealed_key: str


def first_lines(manifest: Manifest) -> bytes:
    """What the terminal signs."""
    told = json.dumps(asdict(manifest), sort_keys=True, separators=(",", ":"))
    return _HEAD + told.encode("ascii") + b"\n"


def head_of(data: bytes) -> tuple[Manifest, int]:
    """Read a backup's first three lines; the manifest, and where the pieces begin.

    Raises Refused `backup.wrong_form`, `backup.not_signed`. Whose signature it is, the
    caller must know: any terminal can sign.
    """
    parts = data[:HEAD_BYTES_MAX].split(b"\n", 3)
    if len(parts) < 4 or parts[0] + b"\n" != _HEAD:
        raise Refused("backup.wrong_form", field="first line")
    manifest = _read(parts[1])
    signed = parts[0] + b"\n" + parts[1] + b"\n"
    if not sm2_verify(manifest.device, signed, parts[2].decode("ascii", "replace")):
        raise Refused("backup.not_signed")
    return manifest, len(signed) + len(parts[2]) + 1


def sealed_pieces(key: bytes, manifest: Manifest, content: Iterable[bytes]) -> Iterator[bytes]:
    """Seal content that comes in pieces of PIECE_BYTES, the last shorter or as long."""
    for number, piece in enumerate(content):
        yield sm4_gcm_seal(key, _nonce(number), piece, _bound(manifest, number))


def opened_pieces(key: bytes, manifest: Manifest, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Open them again, in order. Raises Refused `backup.changed` for any that is not the one
    that was made for its place, for one that is missing, and for one too many."""
    count = 0
    for number, sealed in enumerate(pieces):
        if number >= manifest.pieces or sealed[:GCM_NONCE_BYTES] != _nonce(number):
            raise Refused("backup.changed", piece=number)
        try:
            yield sm4_gcm_open(key, sealed, _bound(manifest, number))
        except Refused:
            raise Refused("backup.changed", piece=number) from None
        count += 1
    if count != manifest.pieces:
        raise Refused("backup.cut", pieces=count, of=manifest.pieces)


def open_key(private_hex: str, sealed_key: str) -> bytes:
    """The content's key, 16 bytes. Raises Refused `backup.other_key`."""
    try:
        key = sm2_decrypt(private_hex, bytes.fromhex(sealed_key))
    except (Refused, ValueError):
        raise Refused("backup.other_key") from None
    if len(key) != SM4_KEY_BYTES:
        raise Refused("backup.other_key")
    return key


def reseal(manifest: Manifest, safe_private: str, successor: str) -> bytes:
    """The county's word for one successor: a file of two lines, the second its signature.

    Raises Refused `backup.other_key` where this safe does not open the backup,
    `crypto.key_unusable`.
    """
    key = open_key(safe_private, manifest.sealed_key)
    told = Resealed(
        manifest.clinic,
        manifest.device,
        manifest.number,
        successor.lower(),
        sm2_encrypt(successor, key).hex(),
    )
    line = json.dumps({**asdict(told), "schema": _KEY_SCHEMA}, sort_keys=True).encode("ascii")
    return line + b"\n" + sm2_sign(safe_private, line).encode("ascii") + b"\n"


def read_resealed(data: bytes, manifest: Manifest, successor: str) -> Resealed:
    """Raises Refused `backup.not_resealed` for what is not the county's word about this very
    backup to this very terminal."""
    line, _, signature = data[:HEAD_BYTES_MAX].partition(b"\n")
    try:
        if not sm2_verify(manifest.safe, line, signature.strip().decode("ascii")):
            raise Refused("backup.not_resealed", why="signature")
        told = json.loads(line)
        if told.pop("schema") != _KEY_SCHEMA:
            raise Refused("backup.not_resealed", why="schema")
        read = Resealed(**told)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Refused("backup.not_resealed", why="form") from None
    if (read.clinic, read.device, read.number) != (
        manifest.clinic,
        manifest.device,
        manifest.number,
    ):
        raise Refused("backup.not_resealed", why="backup")
    if read.successor != successor.lower():
        raise Refused("backup.not_resealed", why="successor")
    return read


def _read(line: bytes) -> Manifest:
    try:
        told = json.loads(line.decode("ascii"))
        if set(told) != {each.name for each in fields(Manifest)}:
            raise Refused("backup.wrong_form", field="fields")
        datetime.fromisoformat(told["made_at"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refused("backup.wrong_form", field="second line") from None
    right = {
        "clinic": _is(_CLINIC, told["clinic"]),
        "device": _is(_HEX_KEY, told["device"]),
        "safe": _is(_HEX_KEY, told["safe"]),
        "sealed_key": _is(_SEALED_KEY, told["sealed_key"]),
        "number": type(told["number"]) is int and 0 < told["number"] < 2**40,
        "pieces": type(told["pieces"]) is int and 0 < told["pieces"] <= PIECES_MAX,
    }
    for field, is_right in right.items():
        if not is_right:
            raise Refused("backup.wrong_form", field=field)
    return Manifest(**told)


def _is(form: re.Pattern[str], told: object) -> bool:
    return isinstance(told, str) and form.fullmatch(told) is not None


def _nonce(number: int) -> bytes:
    """Never twice under one key, for a key seals one backup only."""
    return number.to_bytes(GCM_NONCE_BYTES, "big")


def _bound(manifest: Manifest, number: int) -> bytes:
    end = "last" if number == manifest.pieces - 1 else "more"
    return f"{manifest.bound_to}:{number}:{end}".encode("ascii")
