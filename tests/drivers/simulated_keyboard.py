"""A scanner that types: the kernel's key events in a pipe, as /dev/input would give them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from drivers.wire.keyboard import EVENT

_ENTER, _SHIFT, _CONTROL = 28, 42, 29
_KEYS = {sign: code for code, sign in enumerate("1234567890-=", 2)}
_KEYS |= {sign: code for code, sign in enumerate("qwertyuiop[]", 16)}
_KEYS |= {sign: code for code, sign in enumerate("asdfghjkl;'`", 30)}
_KEYS |= {sign: code for code, sign in enumerate("\\zxcvbnm,./", 43)}
_UPPER = dict(zip('!@#$%^&*()_+{}:"~|<>?', "1234567890-=[];'`\\,./", strict=True))


def key_events(keys: Iterable[tuple[int, int]], at_s: float) -> bytes:
    """Presses and releases `(key, 1 or 0)` at this moment, each with its sync event."""
    seconds, micros = int(at_s), int(at_s % 1 * 1e6)
    return b"".join(
        EVENT.pack(seconds, micros, 1, key, value) + EVENT.pack(seconds, micros, 0, 0, 0)
        for key, value in keys
    )


class SimulatedKeyboard:
    """Types codes into a named pipe that stands for /dev/input/event3."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self._pipe = os.open(path, os.O_RDWR)  # Held open, as a plug is.

    def scan(self, code: str, *, age_s: float = 0.0) -> None:
        """Type a code and Enter; GS as Ctrl-]. With an age, as if typed so long ago."""
        keys = [key for sign in code for key in _strokes(sign)]
        self.press([*keys, (_ENTER, 1), (_ENTER, 0)], age_s=age_s)

    def press(self, keys: Iterable[tuple[int, int]], *, age_s: float = 0.0) -> None:
        os.write(self._pipe, key_events(keys, time.monotonic() - age_s))

    def unplug(self) -> None:
        self.path.unlink(missing_ok=True)
        os.close(self._pipe)


def _strokes(sign: str) -> Iterator[tuple[int, int]]:
    with_key = _CONTROL if sign == "\x1d" else _SHIFT
    sign = "]" if sign == "\x1d" else sign
    held = with_key == _CONTROL or sign.isupper() or sign in _UPPER
    key = _KEYS[_UPPER.get(sign, sign.lower())]
    yield from ((with_key, 1),) if held else ()
    yield from ((key, 1), (key, 0))
    yield from ((with_key, 0),) if held else ()
