"""Which of the codes seen in a row of pictures are to be handed on, each once.

A beam reads when a finger wants it to; a lens sees the same box thirty times. So a code
is handed on when two pictures agree on it, and again only after it was out of sight for
a second. A box shows its commodity code beside its trace code: the first is handed on
only when it has been alone for a while, or every box would bring a mistake.
"""

from __future__ import annotations

from dataclasses import dataclass

GONE_S = 1.0
"""Out of sight for so long, a code is a new scan. Shorter gaps are a shaking hand."""
ALONE_S = 1.0
"""How long only commodity codes must be in sight before one of them is handed on."""
_CODES_MAX = 32
"""In sight at once; a picture of more is no box."""


@dataclass(frozen=True, slots=True)
class SeenCode:
    """One code in a picture."""

    data: bytes
    retail: bool
    """Whether it is an EAN or UPC symbol."""


@dataclass(slots=True)
class _Sight:
    first_s: float
    last_s: float
    handed_on: bool = False


class PictureCodes:
    """Turns what pictures show into lines, as a scanner would send them."""

    def __init__(self) -> None:
        self._in_sight: dict[SeenCode, _Sight] = {}
        self._others_s = float("-inf")
        """When anything but a commodity code was seen last."""

    def see(self, codes: list[SeenCode], now_s: float) -> list[bytes]:
        """Return the codes to hand on now. A picture without codes is told as well."""
        for code, before in list(self._in_sight.items()):
            if now_s - before.last_s > GONE_S:
                del self._in_sight[code]
        if any(not code.retail for code in codes):
            self._others_s = now_s
        lines = []
        for code in codes[:_CODES_MAX]:
            if (sight := self._in_sight.get(code)) is None:
                self._in_sight[code] = _Sight(now_s, now_s)
                continue  # One picture alone may be misread.
            sight.last_s = now_s
            if not sight.handed_on and self._ripe(code, sight, now_s):
                sight.handed_on = True
                lines.append(code.data)
        return lines

    def _ripe(self, code: SeenCode, sight: _Sight, now_s: float) -> bool:
        return not code.retail or now_s - max(sight.first_s, self._others_s) >= ALONE_S
