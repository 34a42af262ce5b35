"""What of this device its screens show: the live picture, and what is fitted besides."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Protocol

from terminal.print_run import Printer
from terminal.record_rooms import RecordSystem
from terminal.screen_rooms import Fitted
from terminal.settings import Settings
from terminal.technical import Gauges


def fitted(settings: Settings, gauges: Gauges, record: RecordSystem) -> Fitted:
    """The printer and the gauges of this device, and how its screens are set."""
    return Fitted(
        printer=_printer(settings),
        gauges=gauges,
        print_always=settings.print_receipts == "always",
        self_service_closes_s=settings.self_service_closes_s,
        follow_up_days=settings.follow_up_days,
        record=record,
    )


def _printer(settings: Settings) -> Printer | None:
    if not settings.printer:
        return None
    # It takes a while to load, and most clinics have none.
    from drivers.printer import Printer as EscPos

    return EscPos(settings.printer, settings.printer_paper_mm)


_NOTHING_SEEN_S = 10.0
"""Without a picture for so long, the stream of a preview ends; the page asks again."""


class Pictures(Protocol):
    """A camera, as far as a preview asks it; drivers/camera.py."""

    def jpeg(self) -> bytes | None:
        """The newest picture; None while there is none."""


class CameraPreview:
    """The camera's pictures for the resident's screen."""

    def __init__(
        self,
        camera: Pictures,
        per_s: float = 15.0,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._camera = camera
        self._period_s = 1.0 / per_s
        self._monotonic = monotonic
        self._sleep = sleep

    def frames(self) -> Iterator[bytes]:
        """JPEG pictures, paced. Ends when the camera shows nothing for a while."""
        last: bytes | None = None
        seen_s = due_s = self._monotonic()
        while self._monotonic() - seen_s < _NOTHING_SEEN_S:
            jpeg = self._camera.jpeg()
            if jpeg is None or jpeg is last:
                # A picture that is a moment late must not cost a whole period.
                self._sleep(self._period_s / 8)
                continue
            last, seen_s = jpeg, self._monotonic()
            yield jpeg
            # From when this one was due: sending it took time as well.
            due_s = max(due_s + self._period_s, self._monotonic())
            self._sleep(max(due_s - self._monotonic(), 0.0))
