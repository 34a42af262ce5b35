"""What the kernel tells of ports and keyboards on USB, read without opening any.

Everything comes from two trees of files, which are arguments: sysfs and /dev. A device
folder of a class (`/sys/class/tty/ttyACM0/device`) lies some folders below the folder of
its USB device, which holds the numbers that its maker gave it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SYSFS = Path("/sys")
DEV = Path("/dev")

_ABOVE_MAX = 8
"""How far above a device its USB folder may be; a keyboard's events are six below."""
_CHARACTERS_MAX = 64
_TYPES = 0b1_0000_0000_0000_0000_1111_1111_1100
"""Bits of the keys of the digits (2 to 11) and Enter (28)."""
_HOPS_MAX = 8
"""Links that lead to a device: by-id leads there in one."""


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """A port or keyboard on USB. Empty text where the system does not say."""

    node: str
    """Its name under /dev: `ttyACM0`, `input/event3`."""
    vendor_product: str
    """`1eab:8306`, in lower case; empty for a device that is not on USB."""
    serial: str = ""
    name: str = ""
    """What the device calls itself."""
    links: tuple[str, ...] = ()
    """Lasting names that lead to it, by-id first."""

    @property
    def identity(self) -> tuple[str, str]:
        """The same for the same device in another socket."""
        return self.vendor_product, self.serial


def serial_ports(sysfs: Path = SYSFS, dev: Path = DEV) -> list[UsbDevice]:
    """Every serial port with a device behind it, by name."""
    links = _links(dev / "serial")
    return [
        _device(node, node.name, links)
        for node in _of_class(sysfs / "class" / "tty")
        if (node / "device").exists()
    ]


def keyboards(sysfs: Path = SYSFS, dev: Path = DEV) -> list[UsbDevice]:
    """Every input device on USB that sends keys, by name; a scanner is one of them.

    A scanner often shows two: one with keys and one with volume buttons. Only what has
    the keys of digits and Enter is listed.
    """
    links = _links(dev / "input")
    return [
        found
        for node in _of_class(sysfs / "class" / "input")
        if node.name.startswith("event") and _types_digits(node / "device")
        if (found := _device(node, f"input/{node.name}", links)).vendor_product
    ]


def node_of(path: Path, sysfs: Path, kind: str) -> str:
    """Follow links to the name of a device of a class; empty where there is none."""
    for _ in range(_HOPS_MAX):
        if (sysfs / "class" / kind / path.name).exists():
            return path.name
        try:
            path = path.parent / path.readlink()
        except OSError:
            return ""
    return ""


def _of_class(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=lambda node: (len(node.name), node.name))
    except OSError:
        return []


def _device(node: Path, name: str, links: dict[str, list[str]]) -> UsbDevice:
    lasting = tuple(sorted(links.get(node.name, [])))
    usb = _usb_folder((node / "device").resolve())
    if usb is None:
        return UsbDevice(name, "", links=lasting)
    numbers = f"{_read(usb / 'idVendor')}:{_read(usb / 'idProduct')}".lower()
    return UsbDevice(name, numbers, _read(usb / "serial"), _read(usb / "product"), lasting)


def _usb_folder(device: Path) -> Path | None:
    for folder in (device, *list(device.parents)[:_ABOVE_MAX]):
        if (folder / "idVendor").is_file() and (folder / "idProduct").is_file():
            return folder
    return None


def _types_digits(device: Path) -> bool:
    """Whether it has the keys of digits and Enter; the last word holds the lowest bits."""
    words = _read(device / "capabilities" / "key", 1024).split()
    try:
        lowest = int(words[-1], 16) if words else 0
    except ValueError:
        return False
    return lowest & _TYPES == _TYPES


def _links(folder: Path) -> dict[str, list[str]]:
    """The lasting names under by-id and by-path, by the device they lead to."""
    found: dict[str, list[str]] = {}
    for part in ("by-id", "by-path"):
        for link in _of_class(folder / part):
            try:
                found.setdefault(link.readlink().name, []).append(str(link))
            except OSError:
                continue
    return found


def _read(file: Path, characters_max: int = _CHARACTERS_MAX) -> str:
    try:
        text = file.read_bytes()[: characters_max * 4].decode("utf-8", "replace")
    except OSError:
        return ""
    return "".join(sign for sign in text.strip() if sign.isprintable())[:characters_max]
