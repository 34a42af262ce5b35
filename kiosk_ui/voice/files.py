"""Where the sound of a clip lies: in the chosen pack, else in the built voice.

A recorded voice or a dialect is a folder of sound files named after their clips. It may hold
`spoken.csv`, the list from which it was read: a clip whose words have changed since is then
taken from the built voice, so that nothing else is heard than what is read.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from kiosk_ui.voice.table import clips

BUILT = "mandarin"
"""The pack that `clinic-terminal voice build` makes; each other one may lack what it likes."""

SPOKEN = "spoken.csv"

SOUNDS = {".wav": "audio/wav", ".ogg": "audio/ogg", ".mp3": "audio/mpeg"}


class VoiceFiles:
    """The sound files of a pack and of the built voice beside it."""

    def __init__(self, pack: Path) -> None:
        """`pack`: its folder, `<data_dir>/voice/<pack>`; it need not exist."""
        self._pack = pack

    def sound_of(self, name: str) -> Path | None:
        """The file of a clip; None for a name that is in no table, and for a missing file."""
        clip = clips().get(name)
        if clip is None:
            return None
        read_as = self._read_from.get(name, clip.words)
        own = self._in(self._pack, name) if read_as == clip.words else None
        return own or self._in(self._pack.parent / BUILT, name)

    @cached_property
    def _read_from(self) -> Mapping[str, str]:
        try:
            with (self._pack / SPOKEN).open(encoding="utf-8-sig", newline="") as told:
                return {row["clip"]: row["words"] for row in csv.DictReader(told)}
        except (OSError, UnicodeDecodeError, KeyError, csv.Error):
            return {}

    @staticmethod
    def _in(folder: Path, name: str) -> Path | None:
        files = (folder / f"{name}{ending}" for ending in SOUNDS)
        return next((file for file in files if file.is_file()), None)
