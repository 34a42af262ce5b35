"""Bytes of a scanner that types like a keyboard: the kernel's key events, turned into text.

An event is `seconds microseconds type code value` (struct input_event). What is typed is
read as on a US keyboard, whatever layout the screens use, and Enter ends a line.

A keyboard has no byte GS. Scanners that can type it press Ctrl-] (that is GS in ASCII) or
hold Alt and type 029 on the number pad; both are understood. A scanner that leaves GS
out, types F8 for it, or types Chinese text cannot be helped from here: a key that stands
for no character spoils its line, so that nothing shortened is ever taken for a code.
"""

from __future__ import annotations

import struct

EVENT = struct.Struct("@llHHi")
"""As the kernel of this machine writes it; 24 bytes where a long has eight."""

STALE_S = 5.0
"""Keys this old were typed for a screen that has long gone on."""

SPOILT = b"\x1a"
"""Stands for what could not be read; no barcode holds it, so its line is refused."""

_SYNC, _KEY = 0, 1
_DROPPED = 3
"""The code of a sync event that says: keys were lost, nobody read in time."""
_PRESSED, _RELEASED = 1, 0
_ENTER = {28, 96}
_SHIFT, _CONTROL, _ALT = {42, 54}, {29, 97}, {56, 100}
_HELD = _SHIFT | _CONTROL | _ALT
_SILENT = {58, 69, 70, 125, 126}
"""Locks and the logo: pressed by some scanners before a code, and no part of it."""

_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (15, "\tqwertyuiop[]", "\tQWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
)
_PLAIN = {first + at: sign for first, row, _ in _ROWS for at, sign in enumerate(row)} | {57: " "}
_SHIFTED = {first + at: sign for first, _, row in _ROWS for at, sign in enumerate(row)} | {57: " "}
_PAD = dict(zip((82, 79, 80, 81, 75, 76, 77, 71, 72, 73), "0123456789", strict=True))
_PAD_SIGNS = _PAD | {55: "*", 74: "-", 78: "+", 83: ".", 98: "/"}


class KeyboardWire:
    """Turns pieces of a stream of key events into the bytes a serial scanner would send."""

    def __init__(self) -> None:
        self._pending = b""
        self._down: set[int] = set()
        self._alt_digits = ""
        self._lacking = False
        """Whether the line's beginning was too old and is gone."""

    def feed(self, data: bytes, now_s: float) -> bytes:
        """Return what these events type; now_s is on the clock of the events."""
        self._pending += data
        typed = b""
        while len(self._pending) >= EVENT.size:
            seconds, micros, kind, code, value = EVENT.unpack_from(self._pending)
            self._pending = self._pending[EVENT.size :]
            if kind == _SYNC and code == _DROPPED:
                self._down.clear()
                typed += SPOILT
            elif kind == _KEY:
                signs = self._key(code, value)
                typed += self._fresh(signs, stale=now_s - seconds - micros / 1e6 > STALE_S)
        return typed

    def _key(self, code: int, value: int) -> bytes:
        if value == _RELEASED:
            self._down.discard(code)
            return self._alt_sign() if code in _ALT else b""
        if value != _PRESSED or code in _SILENT:
            return b""  # A key held down repeats; no scanner holds one.
        if code in _HELD:
            self._down.add(code)
            return b""
        if self._down & _ALT:
            self._alt_digits += _PAD.get(code, "x")
            return b""
        if code in _ENTER:
            return b"\r"
        if self._down & _CONTROL:
            sign = _PLAIN.get(code, "")
            return (
                bytes((ord(sign.upper()) & 0x1F,)) if sign.isalpha() or sign in "[\\]" else SPOILT
            )
        signs = _SHIFTED if self._down & _SHIFT else _PLAIN
        return (signs.get(code) or _PAD_SIGNS.get(code, SPOILT.decode())).encode()

    def _alt_sign(self) -> bytes:
        """The character whose number was typed on the pad while Alt was held."""
        digits, self._alt_digits = self._alt_digits, ""
        if not digits:
            return b""
        number = int(digits) if digits.isdigit() and len(digits) <= 5 else 256
        return bytes((number,)) if number < 256 else SPOILT

    def _fresh(self, signs: bytes, *, stale: bool) -> bytes:
        """Leave out what is old, and spoil the line that lacks it."""
        if not signs:
            return b""
        lacked, ends = self._lacking, signs == b"\r"
        self._lacking = not ends and (stale or lacked)
        if stale:
            return b""
        if lacked:
            self._lacking = False
            return SPOILT + signs
        return signs
