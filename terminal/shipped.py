"""The lists that come with the program, read from beside the code."""

from __future__ import annotations

from importlib.resources import files

from terminal.core.diagnoses import Diagnoses, read_diagnoses
from terminal.core.pinyin import Pinyin

_DATA = files("terminal.core") / "data"


def diagnoses() -> Diagnoses:
    """What a village clinic meets most."""
    return Diagnoses(read_diagnoses((_DATA / "diagnoses.csv").read_text("utf-8")))


def pinyin() -> Pinyin:
    """How characters are read: 84 KB, some 40 ms."""
    return Pinyin((_DATA / "pinyin.txt").read_text("utf-8"))
