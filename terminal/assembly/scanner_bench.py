"""Looking at a scanner while it is set up: the ports there are, and what ours sends."""

from __future__ import annotations

import time
from collections.abc import Iterator

from drivers.camera import Camera
from drivers.camera_codes import CameraCodes
from drivers.scanner import Scanner
from drivers.scanner_door import CAMERA, open_scanner
from drivers.usb_tree import UsbDevice, keyboards, serial_ports
from terminal.core.faults import Refused
from terminal.core.trace_codes import SECRET_KINDS, Kind, classify
from terminal.settings import Settings

_WAIT_S = 0.2
_OPENING_S = 1.0
"""A port opens at once, or is away; what waits to be sent is forgotten when it opens."""
_TRIGGERED_S = 5.0
"""A triggered scanner shines for a few seconds; so long is listened for what it reads."""

_OPEN_KINDS = frozenset(Kind) - SECRET_KINDS - {Kind.UNKNOWN, Kind.TEXT, Kind.URL}
"""What may be shown in full. In the others a number of a person may be hidden."""


def ports() -> list[dict[str, str]]:
    """Every serial port and keyboard, and how the settings would name it. None is opened."""
    return [_row(one, "usb") for one in serial_ports()] + [_row(one, "hid") for one in keyboards()]


def heard(settings: Settings, seconds: float, *, trigger: bool) -> Iterator[dict[str, object]]:
    """Each line of the scanner that the settings name, and at the end how it is.

    Raises Refused `scanner.none_set`, and `scanner.no_trigger` where it was to be
    triggered and its profile knows none.
    """
    if not settings.scanner_port:
        raise Refused("scanner.none_set")
    camera = Camera(settings.camera) if settings.scanner_port == CAMERA else None
    scanner = open_scanner(
        settings.scanner_port,
        camera,
        baud_rate=settings.scanner_baud,
        profile=settings.scanner_profile,
        idle_gap_ms=settings.scanner_idle_gap_ms,
        prefix=settings.scanner_prefix,
    )
    try:
        if trigger:
            yield from _lines(scanner, _OPENING_S)
            scanner.trigger()
            seconds = max(seconds, _TRIGGERED_S)
        yield from _lines(scanner, seconds)
        if trigger:
            scanner.untrigger()
            yield from _lines(scanner, _WAIT_S)
        state = scanner.state()
        yield {
            "state": state.code or state.notice or "well",
            "found_as": state.found_as,
            "lines": state.line_count,
            "noise": state.noise_count,
            "unended": state.unended_count,
        }
    finally:
        scanner.close()
        if camera is not None:
            camera.close()


def _lines(scanner: Scanner | CameraCodes, seconds: float) -> Iterator[dict[str, object]]:
    end_s = time.monotonic() + seconds
    while (left_s := end_s - time.monotonic()) > 0.0:
        line = scanner.take(min(left_s, _WAIT_S))
        if line is not None:
            yield _told(line.data)


def _row(one: UsbDevice, kind: str) -> dict[str, str]:
    by_numbers = (f"{kind}:{one.vendor_product}",) if one.vendor_product else ()
    return {
        "setting": " | ".join((*one.links, *by_numbers)) or f"/dev/{one.node}",
        "device": one.node,
        "vendor_product": one.vendor_product,
        "serial": one.serial,
        "name": one.name,
    }


def _told(data: bytes) -> dict[str, object]:
    """A line as hex, with what it is; of what may be a person's, only its length and form."""
    kind = classify(data).kind
    told: dict[str, object] = {"kind": kind.value, "bytes": len(data)}
    if kind in _OPEN_KINDS:
        told["hex"] = data.hex(" ")
    elif kind not in SECRET_KINDS:
        # Letters and digits are left out: what is wrong with a set-up are the others.
        told["hex"] = " ".join("··" if chr(byte).isalnum() else f"{byte:02x}" for byte in data)
    return told
