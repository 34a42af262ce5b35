"""The self-check: every part looked at longer than a page may take, and judged.

Asked for over the local door, or by a command while no terminal runs. It reads and tries;
of itself it writes one page beside the store, and which camera it saw.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from terminal import machine_told
from terminal.core.faults import Fault
from terminal.core.field_checks import (
    STORE_READ_MAX_S,
    FieldMeasured,
    judge_field,
    judge_trip,
    worst_of,
)
from terminal.core.screen_views import PartView
from terminal.core.technical_views import PartsView
from terminal.power import Power
from terminal.private_file import write_private
from terminal.technical import Technical

CAMERA_FILE = "camera.seen"
"""In the data folder: which camera the last check saw."""

_CAMERA_BYTES_MAX = 1024
_LOOKS = 3
"""The first picture after a pause is slow; the best of three is this board."""


@dataclass(frozen=True, slots=True)
class FieldGauges:
    """What only the assembly can measure, beside the technician's gauges."""

    folder: Path
    weights: Callable[[], Mapping[str, str | None]] = dict
    """By task: what is wrong with its file, None where its digest is right."""
    store_whole: Callable[[], bool] = lambda: True
    ledger_break: Callable[[], str | None] = lambda: None
    camera: Callable[[], str] = str
    power: Power = field(default_factory=Power)
    sysfs: Path = machine_told.SYSFS
    synchronised: Path = machine_told.SYNCHRONISED


class Checking:
    """Looks at everything. `check`, `trip`, and `accept_camera` after one was exchanged."""

    def __init__(self, technical: Technical, more: FieldGauges) -> None:
        self._technical = technical
        self._more = more

    def check(self) -> dict[str, object]:
        """Every part: `worst` (0 well, 1 weak, 2 away), `checked_at`, `parts`."""
        seen = self._parts()
        return as_told(PartsView(seen.checked_at, judge_field(seen.parts, self._measured())))

    def trip(self) -> dict[str, object]:
        """The same for what a home visit needs."""
        seen, found = self._parts(), self._measured()
        return as_told(
            PartsView(seen.checked_at, judge_trip(judge_field(seen.parts, found), found.power))
        )

    def accept_camera(self) -> dict[str, object]:
        """The camera that is here now is the right one. Raises OSError as writing does."""
        camera = self._more.camera()
        write_private(self._more.folder / CAMERA_FILE, camera.encode("utf-8"))
        return {"camera": camera}

    def _parts(self) -> PartsView:
        return self._technical.parts()

    def _measured(self) -> FieldMeasured:
        more, gauges = self._more, self._technical.gauges
        whole, took_s = self._store_whole()
        network = tuple(gauges.trial())  # The clocks are compared by what it heard.
        return FieldMeasured(
            power=more.power.view(),
            temperature_c=machine_told.temperature_c(more.sysfs),
            wear=machine_told.wear(more.sysfs),
            not_written=machine_told.not_written(more.folder),
            store_whole=whole,
            store_read_s=took_s,
            synchronised=machine_told.synchronised(more.synchronised),
            skew_s=gauges.skew_s(),
            weights=more.weights(),
            look_ms=self._look_ms(),
            framing=gauges.framing(),
            camera=more.camera(),
            camera_before=self._camera_before(),
            ledger_break=more.ledger_break(),
            network=network,
            signed_in=gauges.signed_in(),
        )

    def _store_whole(self) -> tuple[bool | None, float]:
        """None when it takes too long: a failing card must not hold the check for ever."""
        found: list[bool] = []

        def read() -> None:
            try:
                found.append(self._more.store_whole())
            except Fault:
                found.append(False)

        begun_s = time.monotonic()
        reading = threading.Thread(target=read, name="integrity", daemon=True)
        reading.start()
        reading.join(STORE_READ_MAX_S)
        return (found[0] if found else None), time.monotonic() - begun_s

    def _look_ms(self) -> float | None:
        best: float | None = None
        for _ in range(_LOOKS):
            begun_s = time.monotonic()
            if self._technical.framing() is None:
                return None
            took_ms = (time.monotonic() - begun_s) * 1000
            best = took_ms if best is None else min(best, took_ms)
        return best

    def _camera_before(self) -> str:
        path = self._more.folder / CAMERA_FILE
        try:
            with path.open("rb") as file:
                return file.read(_CAMERA_BYTES_MAX).decode("utf-8", "replace")
        except FileNotFoundError:
            pass
        except OSError:
            return ""
        try:
            self.accept_camera()  # The first check says which one belongs here.
        except OSError:
            return ""
        return ""


def as_told(view: PartsView, *, running: bool = True) -> dict[str, object]:
    """As JSON: stable names, no sentence."""
    return {
        "worst": worst_of(view.parts),
        "running": running,
        "checked_at": view.checked_at.isoformat(timespec="seconds"),
        "parts": [_row(part) for part in view.parts],
    }


def _row(part: PartView) -> dict[str, object]:
    return {
        "part": part.part,
        "state": part.state,
        "code": part.code,
        "measured": dict(part.measured),
    }
