"""What the voice can say at all, and that it is read aloud rightly."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections.abc import Iterable
from functools import cache

import pytest
from pypinyin import Style, pinyin

from kiosk_ui.voice.numbers import number_words
from kiosk_ui.voice.phrases import spoken_words
from kiosk_ui.voice.table import Clip, clips
from tests.house.source import HOUSE
from tests.kiosk.draft_pinyin import READ_SO, characters

HOW = "python -m tests.kiosk.draft_pinyin adds and drops rows; read each new one aloud"

ALONE = {1: {"55"}, 2: {"35"}, 3: {"214", "21"}, 4: {"51"}, 5: {"11", "22", "33", "44"}}
"""How the engine writes a tone; the light one by the tone before it."""

TONE_CHANGED = {"哪里"}
"""A third tone before one that became light: spoken as a second."""

READING = r"[a-z]+[1-5]( [a-z]+[1-5])*"

TOKEN = re.compile(r"_\|\s*")
TONE = re.compile(r"\d+")


def test_every_sentence_that_may_be_spoken_is_in_the_table_and_none_besides() -> None:
    told = {clip.words for clip in clips().values()}
    assert told == set(spoken_words()), HOW
    assert len(told) == len(clips())
    for name, words in number_words().items():
        assert clips()[name].words == words


def test_a_clip_has_a_plain_name_and_one_syllable_for_each_character() -> None:
    for clip in clips().values():
        assert re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)?", clip.name)
        assert not re.search(r"[A-Za-z0-9]", clip.words), clip.words
        assert [s for s in clip.read_out.split() if s not in {",", "."}] == clip.pinyin.split()
        assert re.fullmatch(READING, clip.pinyin), clip
        assert len(clip.pinyin.split()) == len(characters(clip.words)), clip


def test_no_clip_names_a_drug_or_a_disease() -> None:
    known = set(_names("drivers/simulated")) | set(_names("terminal/core/data"))
    assert len(known) > 80
    for words in (clip.words for clip in clips().values()):
        assert not [name for name in known if name in words], words


def _names(folder: str) -> Iterable[str]:
    """Names of drugs and diagnoses in the tables there, without dose form and strength."""
    for file in sorted((HOUSE / folder).rglob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as table:
            for row in csv.DictReader(table):
                name = re.split(r"[（(\[]", row.get("name") or row.get("名称") or "")[0].strip()
                if len(name) >= 2:
                    yield name


def test_every_syllable_is_a_reading_of_its_character() -> None:
    assert [fault for clip in clips().values() for fault in misread(clip)] == []


def test_what_is_read_out_is_mandarin_and_sounds_as_its_pinyin() -> None:
    assert mispronounced(clips().values()) == []


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("还剩", "huan2 sheng3"),  # No reading of the character at all.
        ("请看镜头", "qing3 kan3 jing4 tou2"),
        ("不用付钱", "bu3 yong4 fu4 qian2"),
        ("一次", "yi3 ci4"),
        ("请看", "qing5 kan4"),  # A light tone where none is.
    ],
)
def test_a_planted_wrong_syllable_is_found(words: str, wrong: str) -> None:
    assert misread(Clip("planted", words, wrong))


@pytest.mark.parametrize("wrong", ["check4 kan4", "qing3 street3", "qing kan4", "请看"])
def test_what_is_no_pinyin_is_found(wrong: str) -> None:
    assert mispronounced([Clip("planted", "请" * len(wrong.split()), wrong)])


def misread(clip: Clip) -> list[str]:
    """What in a clip's reading is none of its characters' (pypinyin's candidates), but for
    the light tones of READ_SO and the spoken tones of 一 and 不."""
    told = characters(clip.words)
    read = clip.pinyin.split()
    candidates = pinyin(told, style=Style.TONE3, heteronym=True, neutral_tone_with_five=True)
    alone = [reading_of(sign) | set(found) for sign, found in zip(told, candidates, strict=True)]
    light = in_a_known_word(told)
    faults = []
    for at, (sign, syllable) in enumerate(zip(told, read, strict=True)):
        allowed = set(alone[at]) | ({light[at]} if at in light else set())
        after = read[at + 1][-1] if at + 1 < len(read) else ""
        if sign == "一":
            allowed |= {"yi2"} if after in set("45") else {"yi4"} if after in set("123") else set()
        if sign == "不":
            allowed |= {"bu2"} if after == "4" else set()
        if syllable not in allowed:
            faults.append(f"{clip.name}: {sign} {syllable}")
    return faults


@cache
def reading_of(sign: str) -> frozenset[str]:
    (found,) = pinyin(sign, style=Style.TONE3, heteronym=True, neutral_tone_with_five=True)
    return frozenset(found)


def in_a_known_word(told: str) -> dict[int, str]:
    """Where a word stands whose syllable is light or changed, and that syllable."""
    light = {}
    for word, read in READ_SO.items():
        for found in re.finditer(word, told):
            for offset, syllable in enumerate(read.split()):
                if syllable.endswith("5") or word in TONE_CHANGED:
                    light[found.start() + offset] = syllable
    return light


def mispronounced(given: Iterable[Clip]) -> list[str]:
    """Clips that the engine does not read as Mandarin, syllable by syllable.

    All in one process: the syllables by themselves first, then every sentence.
    """
    engine = shutil.which("espeak-ng")
    assert engine is not None, "espeak-ng is needed: requirements/system.txt"
    told = list(given)
    if odd := [clip.name for clip in told if not re.fullmatch(READING, clip.pinyin)]:
        return odd
    syllables = sorted({s for clip in told for s in clip.pinyin.split()})
    lines = [*syllables, *(clip.read_out for clip in told)]
    asked = [engine, "-q", "-x", "-v", "cmn-latn-pinyin"]
    heard = subprocess.run(
        asked, input="\n\n".join(lines) + "\n", capture_output=True, text=True, check=True
    ).stdout
    if re.search(r"\([a-z-]+\)", heard):
        return [f"another language: {line}" for line in heard.splitlines() if "(" in line]
    tokens = [token.strip() for token in TOKEN.split(heard) if token.strip()]
    wanted = len(syllables) + sum(len(clip.pinyin.split()) for clip in told)
    if len(tokens) != wanted:
        return [f"{len(tokens)} syllables heard of {wanted}"]
    alone = dict(zip(syllables, tokens, strict=False))
    faults = [s for s in syllables if TONE.findall(alone[s])[-1] not in ALONE[int(s[-1])]]
    rest = iter(tokens[len(syllables) :])
    for clip in told:
        read = clip.pinyin.split()
        for at, syllable in enumerate(read):
            if not sounds_as(next(rest), alone[syllable], read, at):
                faults.append(f"{clip.name}: {syllable}")
    return faults


def sounds_as(heard: str, alone: str, read: list[str], at: int) -> bool:
    """Whether a syllable sounds as it does alone, but for stress and documented tones: a third
    tone before another is a second, and half of one anywhere else in a sentence."""
    tone = int(read[at][-1])
    allowed = set(ALONE[tone])
    if tone == 3 and at + 1 < len(read) and read[at + 1][-1] == "3":
        allowed |= {"35"}
    bare = [TONE.sub("", sound).replace("'", "") for sound in (heard, alone)]
    return bare[0] == bare[1] and TONE.findall(heard)[-1] in allowed
