"""A day's filter of the codes that a county has sold: small, and silent about each code.

A Bloom filter: `may_hold` is always true of a code that was put in, and true of another
one no more often than was promised. So it warns and never blocks. Salted hashes of codes
stand in it, never codes, and nothing says who bought what.

    magic 8 | version 2 | county 6 | day yyyymmdd 8 | codes 8 | hashes 2 | bits 8 | salt 16
    | SHA-256 of all the rest 32 | body, bits rounded up to whole bytes
"""

from __future__ import annotations

import hashlib
import math
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from terminal.core.faults import Refused

BYTES_MAX = 16 * 1024 * 1024
"""Some nine million codes at one in a thousand; a county sells fewer in years."""
SALT_BYTES = 16
FALSE_POSITIVE_WORST = 0.05
"""A filter that warns of more than this share of good boxes teaches people not to read."""

_MAGIC, _VERSION = b"SOLDCODE", 1
_HEADER = struct.Struct(">8sH6s8sQHQ16s")
_SUM_BYTES = 32
_BODY_AT = _HEADER.size + _SUM_BYTES
_HASHES_MAX = 32
_COUNTY = re.compile(r"[0-9]{6}")
_ROOM = 1.1
"""Bits beyond the formula, so that the promise holds for a real filter as well."""


def build(
    codes: Iterable[str], *, salt: bytes, day: date, county: str, false_positive_max: float
) -> bytes:
    """The file of these codes; the same codes and salt are the same bytes.

    `county` is six digits, `salt` sixteen bytes, the rate below 0.05. Raises Refused
    `digest.too_large` beyond 16 MB.
    """
    known = set(codes)
    if not (0 < false_positive_max <= FALSE_POSITIVE_WORST and len(salt) == SALT_BYTES):
        raise ValueError("a rate or a salt out of range")
    needed = -max(len(known), 1) * math.log(false_positive_max) / math.log(2) ** 2
    size = 8 * max(128, math.ceil(needed * _ROOM / 8))
    if _BODY_AT + size // 8 > BYTES_MAX:
        raise Refused("digest.too_large", codes=len(known))
    hashes = min(_HASHES_MAX, max(1, math.ceil(-math.log2(false_positive_max))))
    body = bytearray(size // 8)
    for code in known:
        for place in _places(code, salt, hashes, size):
            body[place >> 3] |= 1 << (place & 7)
    head = _HEADER.pack(
        *(_MAGIC, _VERSION, county.encode(), f"{day:%Y%m%d}".encode()),
        *(len(known), hashes, size, salt),
    )
    return head + hashlib.sha256(head + body).digest() + bytes(body)


@dataclass(frozen=True, slots=True)
class SoldDigest:
    """A filter that was read whole."""

    county: str
    day: date
    """Whatever was sold until this day is in it."""
    count: int
    """Codes in it, as its maker says."""
    hashes: int
    bits: int
    salt: bytes = field(repr=False)
    body: bytes = field(repr=False)

    @classmethod
    def read(cls, data: bytes) -> SoldDigest:
        """Raises Refused `digest.unreadable` with the reason: cut, of another kind, of a
        wrong sum, of absurd sizes, or so full that it would warn of everything."""
        if len(data) > BYTES_MAX:
            raise _unreadable("too large")
        if len(data) <= _BODY_AT or not data.startswith(_MAGIC):
            raise _unreadable("no such file")
        head, told, body = data[: _HEADER.size], data[_HEADER.size : _BODY_AT], data[_BODY_AT:]
        if hashlib.sha256(head + body).digest() != told:
            raise _unreadable("sum")
        _, version, county, day, count, hashes, bits, salt = _HEADER.unpack(head)
        if version != _VERSION:
            raise _unreadable("version")
        if not (1 <= hashes <= _HASHES_MAX and bits == 8 * len(body) and count <= bits):
            raise _unreadable("sizes")
        full = int.from_bytes(body).bit_count() / bits
        if full**hashes > FALSE_POSITIVE_WORST:
            raise _unreadable("full")
        return cls(_county(county), _day(day), count, hashes, bits, salt, body)

    def may_hold(self, code: str) -> bool:
        """False: this code was not put in. True: it was, or one of a few that look alike."""
        return all(
            self.body[place >> 3] >> (place & 7) & 1
            for place in _places(code, self.salt, self.hashes, self.bits)
        )


def _places(code: str, salt: bytes, hashes: int, bits: int) -> Iterator[int]:
    """The bits of a code: two numbers of one SHA-256, combined (Kirsch, Mitzenmacher 2006)."""
    digest = hashlib.sha256(salt + code.encode("utf-8", "replace")).digest()
    first, step = int.from_bytes(digest[:8]), int.from_bytes(digest[8:16]) | 1
    return ((first + number * step) % bits for number in range(hashes))


def _county(told: bytes) -> str:
    text = told.decode("ascii", "replace")
    if not _COUNTY.fullmatch(text):
        raise _unreadable("county")
    return text


def _day(told: bytes) -> date:
    try:
        return date.fromisoformat(told.decode("ascii"))
    except ValueError:
        raise _unreadable("day") from None


def _unreadable(reason: str) -> Refused:
    return Refused("digest.unreadable", reason=reason)
