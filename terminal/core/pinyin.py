"""How Chinese names are read, for finding them by what a doctor types.

A character may be read in several ways (重 zhong, chong; 参 can, shen, cen): all of them
count, for nobody thinks of a drug's other reading while a resident waits.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import lru_cache

_SOUNDS_FROM = 0xE000
"""Sounds are written with private characters, which no name has: one stands for all
characters that are read alike, so that a name's sounds are as long as the name."""

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
_INITIALS = _LETTERS - frozenset("aeiouv") | {"zh", "ch", "sh"}
_ALIASES = {"lve": "lue", "nve": "nue"}
"""How a keyboard without ü spells them as well."""

_SPELLINGS_MAX = 4
_SYLLABLE_MAX = 6
"""Letters of zhuang."""

_DROPPED = re.compile(r"[\W_]+")


def typed(text: str) -> str:
    """Text as it is compared: half width, lower case, letters and digits and characters
    only. Ａ is a, J06.9 is j069, 硝苯地平缓释片(Ⅱ) ends in ii."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).lower())


class Pinyin:
    """The readings of characters."""

    def __init__(self, table: str) -> None:
        """`table`: lines of a syllable, a space and the characters read so; # begins a remark.

        Raises ValueError for a line of another form.
        """
        readings: defaultdict[str, set[str]] = defaultdict(set)
        for line in table.splitlines():
            if line.startswith("#"):
                continue
            syllable, chars = line.split(" ")
            for char in chars:
                readings[char].update({syllable, _ALIASES.get(syllable, syllable)})
        self._read = {char: frozenset(ways) for char, ways in readings.items()}
        kinds = sorted(set(self._read.values()), key=sorted)
        self._sounds = {chr(_SOUNDS_FROM + place): ways for place, ways in enumerate(kinds)}
        self._sound_of = {ways: sound for sound, ways in self._sounds.items()}
        self._syllables = frozenset(name for ways in kinds for name in ways)
        self._beginnings = frozenset(
            name[:length] for name in self._syllables for length in range(1, len(name) + 1)
        )
        self._table = {ord(char): self._sound_of[ways] for char, ways in self._read.items()}
        self.by_initial = {
            letter: "".join(
                sound
                for sound, ways in self._sounds.items()
                if any(way[0] == letter for way in ways)
            )
            for letter in sorted(_LETTERS)
        }
        """For each letter, the sounds that may begin with it."""
        self._matching = lru_cache(maxsize=1024)(self._sounds_that_match)

    def sounds(self, text: str) -> str:
        """The text with each character's sound in its place; what has none stays."""
        return text.translate(self._table)

    def initial(self, char: str) -> str:
        """A letter that this character's sound may begin with, or the character itself."""
        return min(self._read[char])[0] if char in self._read else char

    def pattern(self, part: str, *, last: bool) -> str:
        """A regular expression for one sound: of a syllable, of its beginning, or a literal.

        The last part may be unfinished: `li` is the beginning of lin.
        """
        if part[0] not in _LETTERS:
            return re.escape(self.sounds(part))
        literal = part if len(part) == 1 else ""
        return f"[{self._matching(part, last)}{literal}]"

    def spellings(self, text: str) -> tuple[tuple[str, ...], ...]:
        """The ways to read letters as syllables and initials, of the fewest parts: amoxil is
        a mo xi l. Characters and digits stand for themselves. None fits: empty."""
        best: list[tuple[int, list[tuple[str, ...]]]] = [(0, [()])]
        for end in range(1, len(text) + 1):
            ways: list[tuple[str, ...]] = []
            fewest = len(text) + 1
            for begin in range(max(0, end - _SYLLABLE_MAX), end):
                count, before = best[begin]
                if not before or not self._is_part(text[begin:end], last=end == len(text)):
                    continue
                if count + 1 < fewest:
                    fewest, ways = count + 1, []
                if count + 1 == fewest:
                    ways += [(*way, text[begin:end]) for way in before]
            best.append((fewest, ways[:_SPELLINGS_MAX]))
        return tuple(best[-1][1])

    def _is_part(self, part: str, *, last: bool) -> bool:
        if len(part) == 1 and part not in _LETTERS:
            return True
        return part in self._syllables or part in _INITIALS or (last and part in self._beginnings)

    def _sounds_that_match(self, part: str, last: bool) -> str:  # noqa: FBT001 - cached.
        begins = last or part not in self._syllables
        return "".join(
            sound
            for sound, ways in self._sounds.items()
            if any(way.startswith(part) if begins else way == part for way in ways)
        )
