"""What the county signs for its terminals, and which of it is accepted.

One file is one request at any cache: three lines and then the content.

    clinic-terminal county 1
    {"expires":...,"kind":"settings","revision":7,"scope":"431024","size":...,"sm3":...,"valid_from":...}
    <signature of the two lines above with their ends: r and s, 128 hexadecimal digits>
    <content, as many bytes as size says>

The signature covers the content through its digest. Nothing is ever unpacked here, so
nothing can grow: a compressed file is merely a content that nobody can read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import cast

from terminal.core.faults import Refused
from terminal.core.national_crypto import sm2_verify, sm3

_HEAD = b"clinic-terminal county 1\n"
HEAD_BYTES_MAX = 1024
"""The three lines together; written they are some 400 bytes."""
REVISION_MAX = 2**31 - 1
_SCOPE = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[HP][0-9]{11}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FIELDS = {"kind", "scope", "revision", "valid_from", "expires", "size", "sm3"}


class CountyKind(StrEnum):
    """What a file is about; also its name at the county and on a stick."""

    SETTINGS = "settings"
    REVOCATIONS = "revocations"
    CATALOGUE = "catalogue"
    SOLD_CODES = "sold_codes"
    BENEFITS = "benefits"


BYTES_MAX = {
    CountyKind.SETTINGS: 64 * 1024,
    CountyKind.REVOCATIONS: 1024 * 1024,
    CountyKind.CATALOGUE: 8 * 1024 * 1024,
    CountyKind.SOLD_CODES: 32 * 1024 * 1024,
    CountyKind.BENEFITS: 256 * 1024,
}
"""Content of each kind at most: what the board can hold beside everything else."""


EVERY_S = {
    CountyKind.SETTINGS: 3600.0,
    CountyKind.REVOCATIONS: 3600.0,
    CountyKind.CATALOGUE: 86400.0,
    CountyKind.SOLD_CODES: 86400.0,
    CountyKind.BENEFITS: 86400.0,
}
"""How often each is asked for, in seconds: what takes something away comes within the hour."""

STALE_S = {
    CountyKind.SETTINGS: 7 * 86400.0,
    CountyKind.REVOCATIONS: 3 * 86400.0,
    CountyKind.CATALOGUE: 7 * 86400.0,
    CountyKind.SOLD_CODES: 7 * 86400.0,
    CountyKind.BENEFITS: 30 * 86400.0,
}
"""After so many seconds without a word from the county a technician is told."""


@dataclass(frozen=True, slots=True)
class CountyFile:
    """A file that a key of the county signed."""

    kind: CountyKind
    scope: str
    """Two, four or six digits of an area, or one clinic's code (fixmedins_code)."""
    revision: int
    valid_from: datetime
    expires: datetime
    content: bytes
    signed_by: str = field(default="", compare=False)
    """Name of the key that signed: the first 16 digits of its SM3."""

    @property
    def digest(self) -> str:
        """SM3 of the content, 64 hexadecimal digits."""
        return sm3(self.content).hex()


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest revision of a kind that was ever accepted here."""

    revision: int
    digest: str
    valid_from: datetime


def first_lines(file: CountyFile) -> bytes:
    """What the county signs: two lines, the same for one content whoever writes them."""
    told = {
        "kind": file.kind.value,
        "scope": file.scope,
        "revision": file.revision,
        "valid_from": file.valid_from.astimezone(UTC).isoformat(),
        "expires": file.expires.astimezone(UTC).isoformat(),
        "size": len(file.content),
        "sm3": file.digest,
    }
    line = json.dumps(told, sort_keys=True, separators=(",", ":")).encode("ascii")
    _read_line(line)
    return _HEAD + line + b"\n"


def bytes_max(kind: CountyKind) -> int:
    """The largest whole file of a kind."""
    return BYTES_MAX[kind] + HEAD_BYTES_MAX


def key_name(public_key: str) -> str:
    """How a key of the county is named in the ledger."""
    return sm3(public_key.lower().encode("ascii")).hex()[:16]


def read_signed(kind: CountyKind, data: bytes, keys: Sequence[str]) -> CountyFile:
    """Read a file as it came. Raises Refused `county.too_large`, `county.not_signed`,
    `county.wrong_form`, `county.changed`; nothing but the signature is read before it is
    known whose it is."""
    if len(data) > bytes_max(kind):
        raise Refused("county.too_large", kind=kind.value)
    parts = data.split(b"\n", 3)
    signed = b"\n".join(parts[:2]) + b"\n"
    if len(parts) < 4 or len(signed) > HEAD_BYTES_MAX:
        raise Refused("county.not_signed", kind=kind.value)
    signature = parts[2].decode("ascii", "replace")
    key = next((key for key in keys if sm2_verify(key, signed, signature)), None)
    if key is None:
        raise Refused("county.not_signed", kind=kind.value)
    if parts[0] + b"\n" != _HEAD:
        raise Refused("county.wrong_form", kind=kind.value, field="first line")
    told = _read_line(parts[1])
    if told["kind"] != kind.value:
        raise Refused("county.wrong_form", kind=kind.value, field="kind")
    content = parts[3]
    if len(content) != told["size"] or sm3(content).hex() != told["sm3"]:
        raise Refused("county.changed", kind=kind.value)
    return CountyFile(
        kind, str(told["scope"]), cast("int", told["revision"]),
        _moment(told["valid_from"]), _moment(told["expires"]), content,
        key_name(key),
    )  # fmt: skip


def accepted(file: CountyFile, clinic: str, seen: Seen | None, now: datetime) -> bool:
    """Whether it is news; False for what is held already.

    `clinic`: fixmedins_code. A clock that was set back does not revive what expired: time
    is at least what the newest accepted file says. Raises Refused `county.not_ours`,
    `county.replayed`, `county.not_yet`, `county.expired`.
    """
    facts = {"kind": file.kind.value, "revision": file.revision}
    refuse_not_ours(file, clinic)
    if seen is not None and (file.revision, file.digest) == (seen.revision, seen.digest):
        return False
    if seen is not None and file.revision <= seen.revision:
        raise Refused("county.replayed", seen=seen.revision, **facts)
    if now < file.valid_from:
        raise Refused("county.not_yet", **facts)
    if max(now, seen.valid_from if seen else now) >= file.expires:
        raise Refused("county.expired", **facts)
    return True


def refuse_not_ours(file: CountyFile, clinic: str) -> None:
    """Raises Refused `county.not_ours` for another clinic's or another region's."""
    scope = file.scope
    if clinic != scope and not (scope.isdigit() and clinic[1:7].startswith(scope)):
        raise Refused("county.not_ours", kind=file.kind.value, revision=file.revision, scope=scope)


def _read_line(line: bytes) -> dict[str, object]:
    try:
        told = json.loads(line.decode("ascii"))
    except (ValueError, RecursionError):
        raise Refused("county.wrong_form", field="second line") from None
    if not isinstance(told, dict) or set(told) != _FIELDS:
        raise Refused("county.wrong_form", field="fields")
    right = {
        "kind": isinstance(told["kind"], str)
        and told["kind"] in {str(each) for each in CountyKind},
        "scope": isinstance(told["scope"], str) and _SCOPE.fullmatch(told["scope"]) is not None,
        "revision": _whole(told["revision"], 1, REVISION_MAX),
        "size": _whole(told["size"], 0, max(BYTES_MAX.values())),
        "sm3": isinstance(told["sm3"], str) and _DIGEST.fullmatch(told["sm3"]) is not None,
    }
    for name, is_right in right.items():
        if not is_right:
            raise Refused("county.wrong_form", field=name)
    if _moment(told["valid_from"]) >= _moment(told["expires"]):
        raise Refused("county.wrong_form", field="expires")
    return told


def _whole(told: object, least: int, most: int) -> bool:
    return type(told) is int and least <= told <= most


def _moment(told: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(told))
        return moment.astimezone(UTC) if moment.tzinfo else _no_moment()
    except (ValueError, OverflowError):
        return _no_moment()


def _no_moment() -> datetime:
    raise Refused("county.wrong_form", field="moment")
