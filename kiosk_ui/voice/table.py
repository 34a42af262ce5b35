"""How each clip is read: the reviewed table pinyin.csv, and what an engine is given of it.

A clip keeps its name as long as its words stand, for voices are recorded by that name.

One numbered syllable a character, 5 for a light one, with 一 and 不 in the tone in which they
are spoken. A third tone before another is left as it is written: every engine knows that.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2s
from pathlib import Path
from types import MappingProxyType

PINYIN = Path(__file__).parent / "pinyin.csv"

_PAUSE, _STOP = " , ", " . "
_PAUSES = dict.fromkeys("，、；：", _PAUSE) | dict.fromkeys("。？！", _STOP)
_SILENT = "「」（）“”…"


@dataclass(frozen=True, slots=True)
class Clip:
    """One sound file: what is said in it, and how that is read."""

    name: str
    words: str
    pinyin: str
    """Syllables as they are spoken, one a character: `qing3 kan4 jing4 tou2`."""

    @property
    def digest(self) -> str:
        """Of what an engine is given: a clip is made anew when it changes."""
        return blake2s(self.read_out.encode(), digest_size=8).hexdigest()

    @property
    def read_out(self) -> str:
        """The syllables with the pauses that the words have: what an engine is given."""
        syllables = iter(self.pinyin.split())
        told = "".join(
            _PAUSES.get(sign) or ("" if sign in _SILENT else next(syllables, "") + " ")
            for sign in self.words
        )
        return " ".join(told.split()).rstrip(" ,.")


@lru_cache(maxsize=1)
def clips() -> Mapping[str, Clip]:
    """Every row of the table, by the name of the clip."""
    with PINYIN.open(encoding="utf-8", newline="") as table:
        rows = [Clip(row["clip"], row["words"], row["pinyin"]) for row in csv.DictReader(table)]
    return MappingProxyType({clip.name: clip for clip in rows})


@lru_cache(maxsize=1)
def _named() -> Mapping[str, str]:
    return MappingProxyType({clip.words: clip.name for clip in clips().values()})


def clip_of(words: str) -> tuple[str, ...]:
    """The name of the clip of these very words; nothing where there is none."""
    name = _named().get(words)
    return (name,) if name else ()
