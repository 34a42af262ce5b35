"""A keyboard into the clinic's record system: numbers are typed as a person would type them.

The record system knows nothing of this terminal. What it gets are keystrokes, into whatever
field has its cursor: so nothing is typed but by the doctor's tap, and after a line that was
cut nobody but the doctor can see what stands there. What is typed is never logged, nor told
in a fault.
"""

from __future__ import annotations

import time
from pathlib import Path
from threading import Lock

from drivers.keys_out import GadgetKeys, KeysOut, OwnKeys
from drivers.wire.keyboard_out import Ending
from terminal.core.faults import Unavailable, Uncertain

_OWN = "uinput"


class Typist:
    """Types lines of text, one at a time."""

    def __init__(
        self, port: str, ends_with: Ending, pause_ms: int, keys: KeysOut | None = None
    ) -> None:
        """`port`: /dev/hidgN, or uinput; `ends_with`: the key after each line; `pause_ms`
        between two keystrokes. `keys`: another way out in place of that of the port.

        Nothing is opened yet, and nothing fails.
        """
        self._port, self._ends_with = port, ends_with
        self._pause_s = pause_ms / 1000
        self._keys = keys or (OwnKeys() if port == _OWN else GadgetKeys(Path(port)))
        self._one_line = Lock()

    def away(self) -> str | None:
        """`typing.away`, or None: a key could be pressed now. Lets go of any that is down, as
        after a power cut in the middle of a line."""
        if not self._one_line.acquire(blocking=False):
            return None  # It is typing.
        try:
            self._keys.begin()
        except OSError:
            return "typing.away"
        finally:
            self._keys.end()
            self._one_line.release()
        return None

    def type_line(self, text: str) -> None:
        """Type this text and the key that ends it; returns when all of it was taken.

        Raises Refused `typing.cannot` (a sign that no key types), Unavailable `typing.away`
        (not a key was pressed), Uncertain `typing.cut` (some were: whoever sees the record
        system knows which). Takes `pause_ms` for each key pressed and each let go.
        """
        beats = self._keys.beats(text, self._ends_with)
        with self._one_line:
            self._type(beats)

    def close(self) -> None:
        """Go away; twice is fine."""
        with self._one_line:
            self._keys.close()

    def _type(self, beats: tuple[bytes, ...]) -> None:
        done, whole = 0, False
        try:
            self._keys.begin()
            for beat in beats:
                self._keys.put(beat)
                done += 1
                time.sleep(self._pause_s)
            self._keys.taken()
            whole = True
        except OSError as failure:
            if not done:
                raise Unavailable("typing.away", port=self._port) from failure
            raise Uncertain("typing.cut", port=self._port, done=done, of=len(beats)) from failure
        finally:
            # Whatever broke it off: no key may stay down and repeat itself.
            if not whole:
                self._keys.let_go()
            self._keys.end()
