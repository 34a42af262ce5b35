"""The one door to every kind of scanner: what the settings say, opened as what it is."""

from __future__ import annotations

from collections.abc import Callable

from drivers.camera_codes import CameraCodes, Pictures
from drivers.heard import ScannerState
from drivers.hid_scanner import KeyLine
from drivers.scanner import Scanner
from drivers.scanner_place import Place
from drivers.wire.scanner_profiles import PROFILES, Manner

CAMERA = "camera"
"""The setting that means: there is no scanner, let the camera read."""


def open_scanner(
    port: str,
    camera: Pictures | None,
    *,
    baud_rate: int = 9600,
    profile: str = "none",
    idle_gap_ms: int | None = None,
    prefix: str = "",
    on_change: Callable[[ScannerState], None] = lambda _: None,
) -> Scanner | CameraCodes:
    """Hear the scanner that the setting scanner_port names, by the other scanner_* settings.

    `camera` is looked at only where the port is `camera`. Nothing is raised: a scanner
    that is away is a state. What types like a keyboard is never triggered.
    """
    if port == CAMERA and camera is not None:
        return CameraCodes(camera, on_change=on_change)
    place = Place(port)
    manner = Manner(
        profile=PROFILES["none" if place.types else profile],
        idle_gap_s=None if idle_gap_ms is None else idle_gap_ms / 1000,
        prefix=prefix.encode(),
    )
    return Scanner(
        place,
        manner=manner,
        baud_rate=baud_rate,
        open_line=KeyLine if place.types else None,
        on_change=on_change,
    )
