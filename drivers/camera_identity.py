"""Which camera sees: its name, its maker's numbers, its place, and whether it is one at all.

Written down with every decision that a face made. A program can call itself a camera (a
loopback device); the kernel says so by where it keeps it. A piece of hardware that
imitates a USB camera is not seen here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from drivers.camera_source import Source

_SYSFS = Path("/sys")

_CHARACTERS_MAX = 64
"""Of anything that a device says of itself; makers write a line, not a page."""

_ABOVE_MAX = 3
"""How far above the video interface its USB device is looked for: the next folder, mostly."""

_TEST_DRIVER = "vivid"
"""The kernel's own pretended camera; it is not kept among the virtual devices."""


@dataclass(frozen=True, slots=True)
class CameraIdentity:
    """What is known of a camera. Empty where the system does not say."""

    kind: Literal["device", "stream", "clip"]
    name: str
    """As the device calls itself; a stream's host; a clip's file."""
    vendor_product: str
    """USB numbers, `0c45:6366`."""
    serial: str
    where: str
    """The place on the bus: `1-2` is the second socket of the first USB controller."""
    virtual: bool
    """Whether a program stands behind it and no lens."""

    @property
    def text(self) -> str:
        """One line, the same for the same camera; no password, address path or folder."""
        kind = "virtual device" if self.virtual else self.kind
        serial = f"serial {self.serial}" if self.serial else ""
        where = f"at {self.where}" if self.where else ""
        known = ", ".join(part for part in (self.vendor_product, serial, where) if part)
        line = f"{kind}: {self.name or 'unknown'}"
        return f"{line} ({known})" if known else line


def identify(source: Source, sysfs: Path = _SYSFS) -> CameraIdentity:
    """Return who this source is; for a device, as the kernel tells under `sysfs`.

    A device that is not there has no name. Nothing is raised.
    """
    if source.kind == "clip":
        return CameraIdentity("clip", _line(Path(source.address).name), "", "", "", virtual=False)
    if source.kind == "stream":
        return CameraIdentity("stream", _host(source.address), "", "", "", virtual=False)
    number = source.device_number()
    if number is None:
        return CameraIdentity("device", "", "", "", "", virtual=False)
    return _device(sysfs, sysfs / "class" / "video4linux" / f"video{number}")


def _device(sysfs: Path, node: Path) -> CameraIdentity:
    place = node.resolve()
    virtual_devices = (sysfs / "devices" / "virtual").resolve()
    virtual = place.is_relative_to(virtual_devices) or any(
        part.partition(".")[0] == _TEST_DRIVER for part in place.parts
    )
    interface = (node / "device").resolve()
    usb = _usb_device(interface)
    if usb is None:
        where = interface.name if (node / "device").exists() else ""
        return CameraIdentity("device", _read(node / "name"), "", "", _line(where), virtual=virtual)
    return CameraIdentity(
        "device",
        _read(node / "name") or _read(usb / "product"),
        f"{_read(usb / 'idVendor')}:{_read(usb / 'idProduct')}",
        _read(usb / "serial"),
        _line(usb.name),
        virtual=virtual,
    )


def _usb_device(interface: Path) -> Path | None:
    """The folder with the USB numbers: a camera is one of several interfaces below it."""
    for folder in (interface, *list(interface.parents)[:_ABOVE_MAX]):
        if (folder / "idVendor").is_file() and (folder / "idProduct").is_file():
            return folder
    return None


def _host(address: str) -> str:
    """Scheme, host and port of a stream: not its user, its password, its path or its query."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    host = _line(parts.hostname or "")
    return f"{parts.scheme} {host}:{port}" if port else f"{parts.scheme} {host}"


def _read(file: Path) -> str:
    try:
        return _line(file.read_bytes()[: _CHARACTERS_MAX * 4].decode("utf-8", "replace"))
    except OSError:
        return ""


def _line(text: str) -> str:
    """What a device says of itself, fit for a log: one line, printable, not long."""
    return "".join(sign for sign in text.strip() if sign.isprintable())[:_CHARACTERS_MAX]
