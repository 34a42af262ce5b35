"""core/data/pinyin.txt, drawn from the library pypinyin: `python -m tests.house.pinyin_table`.

The terminal needs how single characters are read, 90 KB; the library's phrases would take
58 MB of its memory and a third of a second of each start.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict

from pypinyin.phrases_dict import phrases_dict
from pypinyin.pinyin_dict import pinyin_dict

from tests.house.source import HOUSE

TABLE = HOUSE / "terminal/core/data/pinyin.txt"

_HEAD = (
    "# How characters are read, without tones, ü as v: the first reading of the dictionary and",
    "# those that words use. From pypinyin (MIT), by tests/house/pinyin_table.py; do not edit.",
)
_FROM, _TO = 0x3400, 0x9FFF
"""The blocks of the basic plane; drugs and diseases are written in no others."""


def table() -> str:
    """A line for each syllable, followed by the characters that are read so."""
    said: defaultdict[str, set[str]] = defaultdict(set)
    for word, readings in phrases_dict.items():
        for char, variants in zip(word, readings, strict=False):
            said[char].update(_toneless(variant) for variant in variants)
    by_syllable: defaultdict[str, set[str]] = defaultdict(set)
    for number, readings in pinyin_dict.items():
        if not _FROM <= number <= _TO:
            continue
        known = [_toneless(reading) for reading in readings.split(",")]
        for syllable in {known[0], *(said[chr(number)] & set(known))}:
            if set(syllable) & set("aeiouv"):  # hm, m and n are sighs, not syllables.
                by_syllable[syllable].add(chr(number))
    lines = [f"{name} {''.join(sorted(by_syllable[name]))}" for name in sorted(by_syllable)]
    return "\n".join((*_HEAD, *lines)) + "\n"


def _toneless(reading: str) -> str:
    letters = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
