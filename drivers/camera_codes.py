"""The camera as a scanner, where there is none: the only user of zxing-cpp.

It looks at the newest picture of a camera that somebody else holds, a few times a
second. What it hands on is the very bytes of the symbol: GS stays, and nothing is put
into brackets. It is slower than a beam and needs a hand that holds still.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import zxingcpp

from drivers.heard import Heard, Listener, ScannerState
from drivers.wire.picture_codes import PictureCodes, SeenCode
from drivers.wire.scanner import LINE_BYTES_MAX
from terminal.core.faults import Refused

LOOK_EVERY_S = 0.125
"""A look costs some 10 ms of one core; the face needs the rest."""

_RETAIL = {
    zxingcpp.BarcodeFormat.EAN13,
    zxingcpp.BarcodeFormat.EAN8,
    zxingcpp.BarcodeFormat.UPCA,
    zxingcpp.BarcodeFormat.UPCE,
}
_FORMATS = zxingcpp.BarcodeFormats(
    [
        *_RETAIL,
        zxingcpp.BarcodeFormat.Code128,
        zxingcpp.BarcodeFormat.DataMatrix,
        zxingcpp.BarcodeFormat.QRCode,
    ]
)
"""What stands on boxes. ITF and the like have no check character, and are misread."""


class Picture(Protocol):
    @property
    def pixels(self) -> Any: ...

    @property
    def number(self) -> int: ...


class Pictures(Protocol):
    """A camera that keeps the newest picture."""

    def frame(self) -> Picture | None: ...


@dataclass(slots=True)
class _Nothing:
    """A picture is no line: nothing to count."""

    noise_count: int = 0
    dropped_count: int = 0
    unended_count: int = 0


class CameraCodes(Listener):
    """Codes held before the camera, from the moment this is made until close()."""

    def __init__(
        self,
        camera: Pictures,
        *,
        on_change: Callable[[ScannerState], None] = lambda _: None,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        """Look at this camera, which stays its owner's. on_change as with Scanner."""
        self._camera = camera
        self._every_s = look_every_s
        self._codes = PictureCodes()
        super().__init__(Heard(on_change))
        self._thread.start()

    def trigger(self) -> None:
        """A camera always looks. Raises Refused `scanner.no_trigger`."""
        raise Refused("scanner.no_trigger")

    def untrigger(self) -> None:
        """It looks on: nothing was triggered."""

    def _hear_for_ever(self) -> None:
        number: int | None = None
        while not self._closing.wait(self._every_s):
            picture = self._camera.frame()
            code = "scanner.no_picture" if picture is None else None
            self._heard.say(replace(self._heard.state, code=code, found_as="camera"))
            if picture is None or picture.number == number:
                continue
            number, now_s = picture.number, time.monotonic()
            lines = self._codes.see(_read(picture.pixels), now_s)
            if lines:
                self._heard.bytes_came(now_s)
            self._heard.deliver(lines, _Nothing(), now_s)


def _read(pixels: Any) -> list[SeenCode]:
    found = zxingcpp.read_barcodes(
        pixels, formats=_FORMATS, text_mode=zxingcpp.TextMode.Plain, try_invert=False
    )
    return [
        SeenCode(bytes(code.bytes), code.format in _RETAIL)
        for code in found
        if code.valid and code.bytes and len(code.bytes) <= LINE_BYTES_MAX
    ]
