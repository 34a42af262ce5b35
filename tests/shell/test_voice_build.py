"""The built voice: what changed is made anew, and without an engine the clinic goes on."""

from __future__ import annotations

import json
import os
import shutil
import wave
from pathlib import Path

import pytest

from kiosk_ui.voice.table import clips
from terminal.assembly.voice import BUILT, MANIFEST, VOICE, build_voice, voice_if_possible
from terminal.core.faults import Unavailable


def told(name: str, done: int, wanted: int) -> None:
    pass


@pytest.fixture
def data_dir(pulled: Path, tmp_path: Path) -> Path:
    """The voice that `make pull` built, and what of it is not up to date is made anew."""
    shutil.copytree(pulled / VOICE, tmp_path / VOICE)
    build_voice(tmp_path, told)
    return tmp_path


def test_only_what_changed_or_is_missing_is_made_anew(data_dir: Path) -> None:
    folder = data_dir / VOICE / BUILT
    marks = json.loads((folder / MANIFEST).read_text("utf-8"))
    marks["bill.own"] = "read otherwise once"
    (folder / MANIFEST).write_text(json.dumps(marks), "utf-8")
    (folder / "yuan.5.wav").unlink()
    (folder / "nobody.says.this.wav").write_bytes(b"")
    before = (folder / "bill.fund.wav").stat().st_mtime_ns
    built = build_voice(data_dir, told)
    assert (built.made, built.kept, built.removed) == (2, len(clips()) - 2, 1)
    assert (folder / "bill.fund.wav").stat().st_mtime_ns == before
    assert {file.stem for file in folder.glob("*.wav")} == set(clips())
    assert build_voice(data_dir, told).made == 0


def test_a_clip_holds_sound_and_no_silence_around_it(data_dir: Path) -> None:
    for name, seconds_max in (("yuan.5", 1.2), ("bill.own", 2.0), ("why.all_paid", 5.0)):
        with wave.open(str(data_dir / VOICE / BUILT / f"{name}.wav"), "rb") as made:
            assert made.getnchannels() == 1
            assert 0.2 < made.getnframes() / made.getframerate() < seconds_max
            assert max(made.readframes(made.getframerate() // 10)) > 0


def test_without_an_engine_it_is_said_and_the_screens_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable) as refused:
        build_voice(tmp_path, told)
    assert refused.value.code == "voice.no_engine"
    assert voice_if_possible(tmp_path, told) == []


def test_an_engine_that_fails_leaves_no_clip_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "bin" / "espeak-ng"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\nexit 3\n", "utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(Unavailable) as refused:
        build_voice(tmp_path, told)
    assert refused.value.code == "voice.not_made"
    assert not list((tmp_path / VOICE / BUILT).rglob("*.wav"))
