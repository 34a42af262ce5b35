"""What a technician may see of a line that the scanner sent.

Of a box's code all bytes: whether its separators arrive is just what is looked for. Of
what pays, names or opens something for a person, nothing but kind and length. Of everything
else its shape: control characters as they are, and where letters, digits or other bytes
stand, for a misread identity number is one of those.
"""

from __future__ import annotations

from terminal.core.trace_codes import SECRET_KINDS, Kind, classify

BYTES_SHOWN_MAX = 64
"""Longer than any code on a box."""

_WHOLE = frozenset(
    {
        Kind.TRACE_CODE,
        Kind.GS1,
        Kind.NOISE,
        Kind.PRODUCT_ONLY,
        Kind.SEPARATOR_LOST,
        Kind.COMMODITY_CODE,
        Kind.STANDARD_CODE,
        Kind.CARTON,
    }
)
_HIDDEN = SECRET_KINDS | {Kind.URL, Kind.TEXT}

LETTER, OTHER = "**", "··"
"""In the place of a letter, digit or sign, and of a byte from 80 on."""


def overheard(data: bytes) -> tuple[Kind, str]:
    """The kind of a line, and its bytes in hexadecimal as far as they may be seen."""
    kind = classify(data).kind
    if kind in _HIDDEN:
        return kind, ""
    seen = data[:BYTES_SHOWN_MAX]
    shape = seen.hex(" ") if kind in _WHOLE else " ".join(_shape(each) for each in seen)
    return kind, shape + (" …" if len(data) > BYTES_SHOWN_MAX else "")


def _shape(byte: int) -> str:
    if byte >= 0x80:
        return OTHER
    return LETTER if 0x20 < byte < 0x7F else f"{byte:02x}"
