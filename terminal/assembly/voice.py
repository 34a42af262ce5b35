"""The built voice: every clip of the table, synthesised offline by espeak-ng.

The engine is given numbered pinyin, never characters: those it reads in part as English
letters and tone numbers (espeak-ng 1.51).
"""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import blake2s
from pathlib import Path

import numpy as np

from kiosk_ui.voice.files import BUILT, VoiceFiles
from kiosk_ui.voice.phrases import spoken_words
from kiosk_ui.voice.table import Clip, clips
from terminal.core.faults import Fault, Unavailable
from terminal.settings import Settings

log = logging.getLogger(__name__)

VOICE = "voice"
"""Folder of the packs in the terminal's own."""

ENGINE = "espeak-ng"
_LANGUAGE = "cmn-latn-pinyin"
_WORDS_A_MINUTE = 140
"""Slower than the engine's 175: for those who hear badly."""

_CLIP_S = 20.0
_AT_ONCE = 2
_SILENT_BELOW = 250
"""Of 32767: quieter than this is the engine's own silence around the words."""

_LEAD_S, _TAIL_S = 0.02, 0.09
"""Left around the words, so that composed amounts neither stumble nor run together."""

MANIFEST = "manifest.json"

Told = Callable[[str, int, int], None]
"""Told the name of what is being worked on, how much is done, and of how much."""


@dataclass(frozen=True, slots=True)
class VoiceBuilt:
    """What became of the built voice."""

    folder: Path
    made: int
    kept: int
    removed: int


def build_voice(data_dir: Path, told: Told) -> VoiceBuilt:
    """Make every clip whose reading changed, or that is missing; remove what nobody says.

    Raises Unavailable `voice.no_engine`, `voice.not_made` (the engine failed on a clip),
    `voice.not_written`. What was made until then is kept.
    """
    folder = data_dir / VOICE / BUILT
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made_of = _manifest(folder)
        spoken = {name: clip for name, clip in clips().items() if clip.words in spoken_words()}
        marks = {name: _mark(clip) for name, clip in spoken.items()}
        stale = [
            clip
            for name, clip in spoken.items()
            if made_of.get(name) != marks[name] or not _there(folder, name)
        ]
        # What is read otherwise now must not be heard until it is made anew.
        removed = _remove(folder, {clip.name for clip in stale}, marks.keys())
        try:
            _make(stale, folder, told)
        finally:
            there = {name: mark for name, mark in marks.items() if _there(folder, name)}
            _write_manifest(folder, there)
    except OSError as error:
        raise Unavailable("voice.not_written", reason=error.strerror or "") from error
    return VoiceBuilt(folder, len(stale), len(marks) - len(stale), removed)


def voice_if_possible(data_dir: Path, told: Told) -> list[Path]:
    """Build the voice; without one the screens go on in silence. Returns the files."""
    try:
        built = build_voice(data_dir, told)
    except Fault as fault:
        log.warning("no voice was built: %s", fault.code)
        return []
    return sorted(built.folder.glob("*.wav"))


def speaking_pack(settings: Settings) -> Path | None:
    """The folder of the voice that speaks; None: silent by its setting, or none is there."""
    folder = settings.data_dir / VOICE
    if not settings.voice_pack or not (folder / BUILT).is_dir():
        return None
    return folder / settings.voice_pack


def listed_clips(data_dir: Path, pack: str) -> list[dict[str, str]]:
    """Every clip: its name, words and reading, and the file that is played, if any."""
    folder = data_dir / VOICE
    files = VoiceFiles(folder / (pack or BUILT))
    rows = []
    for clip in clips().values():
        found = files.sound_of(clip.name)
        file = str(found.relative_to(folder)) if found else ""
        rows.append({"clip": clip.name, "words": clip.words, "pinyin": clip.pinyin, "file": file})
    return rows


def _there(folder: Path, name: str) -> bool:
    return (folder / f"{name}.wav").is_file()


def _make(stale: list[Clip], folder: Path, told: Told) -> None:
    if not stale:
        return
    engine = shutil.which(ENGINE)
    if engine is None:
        raise Unavailable("voice.no_engine", engine=ENGINE)
    with (
        tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as scratch,
        ThreadPoolExecutor(_AT_ONCE) as hands,
    ):
        one = partial(_synthesise, engine, Path(scratch), folder)
        for done, name in enumerate(hands.map(one, stale), 1):
            told(name, done, len(stale))


def _synthesise(engine: str, scratch: Path, folder: Path, clip: Clip) -> str:
    """One clip, trimmed and moved to its place only when it is whole."""
    raw = scratch / f"{clip.name}.wav"
    asked = [engine, "-v", _LANGUAGE, "-s", str(_WORDS_A_MINUTE), "-w", str(raw), clip.read_out]
    try:
        done = subprocess.run(  # noqa: S603 -- the engine, and a row of our own table.
            asked, stdin=subprocess.DEVNULL, capture_output=True, timeout=_CLIP_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unavailable("voice.not_made", clip=clip.name, waited_s=_CLIP_S) from None
    if done.returncode != 0 or not raw.is_file():
        raise Unavailable("voice.not_made", clip=clip.name, status=done.returncode)
    _trim(raw, clip.name)
    raw.replace(folder / raw.name)
    return clip.name


def _trim(file: Path, name: str) -> None:
    """Cut the silence off both ends of a mono 16-bit file."""
    with wave.open(str(file), "rb") as sound:
        form, rate = sound.getparams(), sound.getframerate()
        samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2")
    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) >= _SILENT_BELOW)
    if loud.size == 0:
        raise Unavailable("voice.not_made", clip=name, reason="silent")
    first = max(0, int(loud[0]) - int(_LEAD_S * rate))
    last = min(samples.size, int(loud[-1]) + int(_TAIL_S * rate))
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(form.nchannels)
        sound.setsampwidth(form.sampwidth)
        sound.setframerate(rate)
        sound.writeframes(samples[first:last].tobytes())


def _mark(clip: Clip) -> str:
    """What a file was made of: its reading, and how the engine was asked."""
    asked = f"{clip.digest} {_LANGUAGE} {_WORDS_A_MINUTE} {_LEAD_S} {_TAIL_S}"
    return blake2s(asked.encode(), digest_size=8).hexdigest()


def _remove(folder: Path, stale: AbstractSet[str], spoken: AbstractSet[str]) -> int:
    """Remove these clips, and those that nobody says any more: how many of the latter."""
    unspoken = {file.stem for file in folder.glob("*.wav")} - spoken
    for name in stale | unspoken:
        (folder / f"{name}.wav").unlink(missing_ok=True)
    return len(unspoken)


def _manifest(folder: Path) -> dict[str, str]:
    try:
        read = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _write_manifest(folder: Path, marks: dict[str, str]) -> None:
    written = folder / (MANIFEST + ".new")
    written.write_text(json.dumps(marks, indent=1, sort_keys=True) + "\n", "utf-8")
    written.replace(folder / MANIFEST)
