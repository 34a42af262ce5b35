"""A made-up machine: sysfs and /dev as folders, with ports and keyboards to plug in."""

from __future__ import annotations

from pathlib import Path

DIGITS_AND_ENTER = "3 0 0 0 1f0000 0 0 4c3ffff17aff32d bfffffffffffffff fffffffffffffffe"
"""As a real keyboard's capabilities/key reads; that of volume buttons has other bits."""


class MadeUpUsb:
    def __init__(self, folder: Path) -> None:
        self.sysfs, self.dev = folder / "sys", folder / "dev"
        for kind in ("tty", "input"):
            (self.sysfs / "class" / kind).mkdir(parents=True)
        self.dev.mkdir()

    def port(self, name: str, numbers: str = "1eab:8306", *, socket: str = "1-2", serial: str = ""):
        """Plug in a serial device; returns its path under /dev, where nothing is yet."""
        self._plug("tty", name, numbers, socket, serial)
        return self.dev / name

    def keyboard(self, name: str, numbers: str, *, socket: str, keys: str = DIGITS_AND_ENTER):
        capabilities = self._plug("input", name, numbers, socket, "") / "capabilities"
        capabilities.mkdir()
        (capabilities / "key").write_text(keys + "\n")
        return self.dev / "input" / name

    def link(self, kind: str, name: str, to: str) -> Path:
        """A lasting name: link("serial", "by-id/usb-Newland", "../../ttyACM0")."""
        path = self.dev / kind / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(to)
        return path

    def pull(self, kind: str, name: str) -> None:
        (self.sysfs / "class" / kind / name / "device").unlink()
        (self.sysfs / "class" / kind / name).rmdir()

    def _plug(self, kind: str, name: str, numbers: str, socket: str, serial: str) -> Path:
        usb = self.sysfs / "devices" / "pci0000:00" / "usb1" / socket
        device = usb / f"{socket}:1.0" / name
        device.mkdir(parents=True)
        for file, text in zip(("idVendor", "idProduct"), numbers.split(":"), strict=True):
            (usb / file).write_text(text + "\n")
        (usb / "product").write_text("NLS-HR20\n")
        if serial:
            (usb / "serial").write_text(serial + "\n")
        node = self.sysfs / "class" / kind / name
        node.mkdir()
        (node / "device").symlink_to(device)
        return device
