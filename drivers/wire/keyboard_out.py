"""Text as keystrokes: reports of a USB keyboard, or events for this machine's own input.

A report is the eight bytes of the HID boot keyboard (HID 1.11, appendix B.1): modifiers, a
zero, and up to six usages of page 7. An event is the kernel's struct input_event. Both are
made for a US layout, which is what a Chinese PC reads keys by.

What a key cannot type is refused before the first one is pressed: the separator GS of a GS1
code, anything beyond ASCII. Every key that is pressed is released in the next beat, so that
no beat but the one in hand can leave a key down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from drivers.wire.keyboard import EVENT
from terminal.core.faults import Refused

Ending = Literal["enter", "tab", "nothing"]

SIGNS_MAX = 128
"""A GS1 code with all its parts stays under it; a longer one comes from a mistake."""

REPORT_BYTES = 8
RELEASED = bytes(REPORT_BYTES)
"""No key and no modifier is down."""

_LEFT_SHIFT_BIT, _LEFT_SHIFT = 0x02, 42
_SYNC, _KEY = 0, 1

_CODE_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
)
"""First code of linux/input-event-codes.h, and what the row types without and with Shift."""

_USAGE_ROWS = (
    (0x04, "abcdefghijklmnopqrstuvwxyz"),
    (0x1E, "1234567890"),
    (0x2C, " -=[]\\"),
    (0x33, ";'`,./"),
)
"""First usage of page 7 (HID Usage Tables 1.12, section 10), and what the row types."""


@dataclass(frozen=True, slots=True)
class _Key:
    usage: int
    code: int
    shifted: bool = False


_USAGES = {sign: first + at for first, row in _USAGE_ROWS for at, sign in enumerate(row)}
_KEYS: dict[str, _Key] = {}
for _first, _plain, _shifted in _CODE_ROWS:
    for _at, (_one, _other) in enumerate(zip(_plain, _shifted, strict=True)):
        _KEYS[_one] = _Key(_USAGES[_one], _first + _at)
        _KEYS.setdefault(_other, _Key(_USAGES[_one], _first + _at, shifted=True))

_ENDINGS: dict[Ending, tuple[_Key, ...]] = {
    "enter": (_Key(0x28, 28),),
    "tab": (_Key(0x2B, 15),),
    "nothing": (),
}

_ALL_KEYS = (*_KEYS.values(), *_ENDINGS["enter"], *_ENDINGS["tab"])
KEY_CODES = (*sorted({key.code for key in _ALL_KEYS}), _LEFT_SHIFT)
"""Every key that may be pressed, for a device that must name its keys beforehand."""


def reports(text: str, ends_with: Ending) -> tuple[bytes, ...]:
    """The reports that type this text and its end, each to be written by itself.

    Raises Refused `typing.cannot`: empty, too long, or with a sign that no key types.
    """
    return tuple(
        report
        for key in _keys(text, ends_with)
        for report in (
            bytes((_LEFT_SHIFT_BIT if key.shifted else 0, 0, key.usage, 0, 0, 0, 0, 0)),
            RELEASED,
        )
    )


def events(text: str, ends_with: Ending) -> tuple[bytes, ...]:
    """The same as events, a press or a release with its end a piece; raises as `reports`."""
    pieces: list[bytes] = []
    for key in _keys(text, ends_with):
        held = ((_LEFT_SHIFT, 1),) if key.shifted else ()
        let_go = ((_LEFT_SHIFT, 0),) if key.shifted else ()
        pieces += (_events(*held, (key.code, 1)), _events((key.code, 0), *let_go))
    return tuple(pieces)


def events_released() -> bytes:
    """Every key let go, whichever is down; the kernel drops what is up already."""
    return _events(*((code, 0) for code in KEY_CODES))


def _keys(text: str, ends_with: Ending) -> tuple[_Key, ...]:
    """What to press; the facts tell where it fails and by which byte, and nothing else."""
    if not 0 < len(text) <= SIGNS_MAX:
        raise Refused("typing.cannot", signs=len(text))
    for at, sign in enumerate(text):
        if sign not in _KEYS:
            raise Refused("typing.cannot", at=at, sign=f"U+{ord(sign):04X}")
    return (*(_KEYS[sign] for sign in text), *_ENDINGS[ends_with])


def _events(*keys: tuple[int, int]) -> bytes:
    """Time is left at zero: the kernel writes its own."""
    pressed = (EVENT.pack(0, 0, _KEY, code, value) for code, value in keys)
    return b"".join((*pressed, EVENT.pack(0, 0, _SYNC, 0, 0)))
