"""Names and codes, found by what somebody types of them: 70,000 in a few milliseconds.

All names stand in one text, all their sounds in another of the same length, and for each
letter a whole number says with its bits where in that text a sound may begin with it. Some
initials one after the other are then a few shifts and ANDs of whole numbers, whatever the
readings, and a whole syllable is looked at only where its initial stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from itertools import accumulate, islice

from terminal.core.pinyin import Pinyin, typed

_TYPED_MAX = 40
"""Characters of a query that count."""

_HITS_MAX = 200
"""Of one way of looking; a single letter is in half of all names."""

_FEW = 4000
"""Places that are looked at one by one; of more, the whole text is searched at once."""

_ASCII = "abcdefghijklmnopqrstuvwxyz0123456789"
_END = "\n"
_CODE = "\t"
"""A name begins with the one and ends with the next; a code stands between two of the other."""

_KEPT = _ASCII + _END
_NOT_ZERO = re.compile(rb"[^\0]")


class Fit(IntEnum):
    """How well a name fits, best first."""

    EXACT = 0
    """It is just what was typed, or its code is."""
    BEGINS = 1
    WITHIN = 2


Hits = Iterator[tuple[int, Fit]]
"""Places in the list, and how well what stands there fits."""


@dataclass(frozen=True, slots=True)
class Named:
    """What may be looked for."""

    name: str
    codes: tuple[str, ...] = ()


class NameIndex:
    """Made once of a list; it does not change."""

    def __init__(self, pinyin: Pinyin, items: Sequence[Named]) -> None:
        self._pinyin = pinyin
        names = [f"{_END}{typed(item.name)}" for item in items]
        codes = [
            f"{_END}{_CODE}{''.join(f'{typed(code)}{_CODE}' for code in item.codes)}"
            for item in items
        ]
        self._names = "".join(names) + _END
        self._codes = "".join(codes)
        self._name_at = [0, *accumulate(map(len, names))][:-1]
        self._code_at = [0, *accumulate(map(len, codes))][:-1]
        self._sounds = pinyin.sounds(self._names)
        self._where = _where(self._sounds, pinyin.by_initial)

    def find(self, wanted: str, most: int) -> list[tuple[Fit, int]]:
        """The best fitting, in the list's order within a fit, by their places in the list.

        `wanted`: any part of the name, its initials, its pinyin from any character on, all
        of these mixed, or the beginning of a code. Nothing that counts: nothing is found.
        """
        key = typed(wanted)[:_TYPED_MAX]
        if not key:
            return []
        found: dict[int, Fit] = {}
        for way in self._ways(key):
            hits = list(islice(way(Fit.WITHIN), _HITS_MAX))
            if len(hits) == _HITS_MAX:  # The better ones may come later: asked for by themselves.
                hits += islice(way(Fit.EXACT), most)
                hits += islice(way(Fit.BEGINS), most)
            for place, fit in hits:
                found[place] = min(fit, found.get(place, fit))
        return sorted((fit, place) for place, fit in found.items())[:most]

    def _ways(self, key: str) -> Iterator[Callable[[Fit], Hits]]:
        """Each way of looking, for hits that fit at least so well, rising in the list."""
        yield partial(self._written, key)
        if key.isascii():
            yield partial(self._coded, key)
        if any(letter in _ASCII for letter in key):
            for parts in {tuple(key): None, **dict.fromkeys(self._pinyin.spellings(key))}:
                yield partial(self._heard, parts)

    def _written(self, key: str, at_least: Fit) -> Hits:
        before = _END if at_least < Fit.WITHIN else ""
        after = _END if at_least is Fit.EXACT else ""
        for at in _all(self._names, before + key + after):
            yield self._name_hit(at + len(before), len(key))

    def _coded(self, key: str, at_least: Fit) -> Hits:
        after = _CODE if at_least is Fit.EXACT else ""
        for at in _all(self._codes, _CODE + key + after):
            exact = self._codes[at + 1 + len(key)] == _CODE
            yield bisect_right(self._code_at, at) - 1, Fit.EXACT if exact else Fit.BEGINS

    def _heard(self, parts: tuple[str, ...], at_least: Fit) -> Hits:
        where = self._where_initials(parts)
        if at_least < Fit.WITHIN:
            where &= self._where[_END] << 1
        if at_least is Fit.EXACT:
            where &= self._where[_END] >> len(parts)
        written = [(place, part) for place, part in enumerate(parts) if part[0] not in _ASCII]
        whole = max(map(len, parts)) > 1
        for at in self._spelt(parts, where, at_least) if whole else _set_bits(where):
            if all(self._names[at + place] == char for place, char in written):
                yield self._name_hit(at, len(parts))

    def _name_hit(self, at: int, length: int) -> tuple[int, Fit]:
        begins, ends = self._names[at - 1] == _END, self._names[at + length] == _END
        fit = Fit.WITHIN if not begins else Fit.EXACT if ends else Fit.BEGINS
        return bisect_right(self._name_at, at) - 1, fit

    def _where_initials(self, parts: tuple[str, ...]) -> int:
        """Bits where each part's initial may stand, one after the other."""
        where = -1
        for place, part in enumerate(parts):
            initial = self._pinyin.initial(part[0])
            if initial in _ASCII:
                where &= self._where[initial] >> place
        return where

    def _spelt(self, parts: tuple[str, ...], where: int, at_least: Fit) -> Iterator[int]:
        """Of those places, where whole syllables are read so."""
        last = len(parts) - 1
        heard = "".join(
            self._pinyin.pattern(part, last=place == last) for place, part in enumerate(parts)
        )
        if where.bit_count() <= _FEW:
            pattern = re.compile(heard)
            return (at for at in _set_bits(where) if pattern.match(self._sounds, at))
        before = _END if at_least < Fit.WITHIN else ""
        after = f"(?={_END})" if at_least is Fit.EXACT else ""
        hits = re.finditer(before + heard + after, self._sounds)
        return (hit.start() + len(before) for hit in hits)


def _all(text: str, key: str) -> Iterator[int]:
    at = text.find(key)
    while at >= 0:
        yield at
        at = text.find(key, at + 1)


def _where(sounds: str, by_initial: Mapping[str, str]) -> dict[str, int]:
    """For each letter, digit and line's end, a number whose bit n says: it, or a sound that
    may begin with it, is the text's character n."""
    initials = {
        sound: frozenset(letter for letter, those in by_initial.items() if sound in those)
        for sound in frozenset(sounds)
    }
    kinds = {kind: chr(place) for place, kind in enumerate(set(initials.values()), start=128)}
    # A byte for each set of initials, so that translating bytes finds the bits of a letter.
    as_bytes = sounds.translate(
        {ord(char): char if char in _KEPT else kinds[kind] for char, kind in initials.items()}
    ).encode("latin-1")[::-1]
    found = {}
    for kept in _KEPT:
        ones = bytearray(b"0" * 256)
        for char in (kept, *(mark for kind, mark in kinds.items() if kept in kind)):
            ones[ord(char)] = ord("1")
        found[kept] = int(as_bytes.translate(ones), 2)
    return found


def _set_bits(number: int) -> Iterator[int]:
    """The places of its ones, rising."""
    as_bytes = number.to_bytes(number.bit_length() // 8 + 1, "little")
    for match in _NOT_ZERO.finditer(as_bytes):
        byte = match.group()[0]
        yield from (match.start() * 8 + bit for bit in range(8) if byte >> bit & 1)
