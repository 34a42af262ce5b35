"""Where the scanner is: a name that lasts, or its maker's numbers looked up anew each time.

    /dev/serial/by-id/usb-...     the best: it follows the scanner into any socket
    /dev/serial/by-path/...       for two of one make without serial numbers
    usb:1eab:8306                 a serial scanner of that vendor and product
    hid:05e0:1200                 one that types like a keyboard
    /dev/input/by-id/...-event-kbd

Two that fit are said and none is taken: the other may be somebody else's. Once a scanner
was open, it is found again under another name by what the kernel told of it, provided
that nothing else of its kind was there then.
"""

from __future__ import annotations

import re
from pathlib import Path

from drivers.usb_tree import DEV, SYSFS, UsbDevice, keyboards, node_of, serial_ports
from terminal.core.faults import Unavailable

_NUMBERS = re.compile(r"(usb|hid):([0-9A-Fa-f]{4}:[0-9A-Fa-f]{4})")


class Place:
    """One wish of where to listen. Nothing is opened here."""

    def __init__(self, setting: str, sysfs: Path = SYSFS, dev: Path = DEV) -> None:
        self.setting = setting
        self._sysfs, self._dev = sysfs, dev
        numbers = _NUMBERS.fullmatch(setting)
        self._numbers = numbers[2].lower() if numbers else ""
        self.types = setting.startswith(("hid:", f"{dev}/input/"))
        """Whether it types like a keyboard."""
        self._known: tuple[str, str] | None = None

    def find(self) -> Path:
        """Return the path to open now.

        Raises Unavailable `serial.not_found` or `serial.two_fit`.
        """
        if self._numbers:
            found = [one for one in self._all() if one.vendor_product == self._numbers]
        elif (path := Path(self.setting)).exists() or self._known is None:
            return path
        else:
            found = [one for one in self._all() if one.identity == self._known]
        if not found:
            raise Unavailable("serial.not_found", port=self.setting)
        if len(found) > 1:
            raise Unavailable("serial.two_fit", port=self.setting, found=len(found))
        return self._dev / found[0].node

    def opened(self, path: Path) -> str:
        """Remember what was opened; returns its short name, `ttyACM1`."""
        node = node_of(path, self._sysfs, "input" if self.types else "tty")
        every = self._all()
        known = [one.identity for one in every if one.node.rpartition("/")[2] == node]
        alone = known and [one.identity for one in every].count(known[0]) == 1
        # A device without numbers of its own cannot be told from another.
        self._known = known[0] if alone and known[0][0] else None
        return node or path.name

    def _all(self) -> list[UsbDevice]:
        look = keyboards if self.types else serial_ports
        return look(self._sysfs, self._dev)
