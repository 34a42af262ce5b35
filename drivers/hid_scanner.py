"""A scanner that types like a keyboard, as a line of bytes: the only user of /dev/input.

The device is taken for ourselves (EVIOCGRAB), so that no key of it reaches the screens:
an identity number typed into whatever field is open would be as bad as a lost box. Its
failures carry the codes of a serial line, for they mean the same to whoever mends them.

Nothing is ever sent to it. One thread uses a line.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import struct
import time
from collections.abc import Callable
from pathlib import Path

from drivers.wire.keyboard import EVENT, KeyboardWire
from terminal.core.faults import Refused, Unavailable

_GRAB, _SET_CLOCK = 0x40044590, 0x400445A0
"""EVIOCGRAB and EVIOCSCLOCKID of linux/input.h."""

_READ_EVENTS_MAX = 64

_NOT_THERE = {errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EIO}
_FORBIDDEN = {errno.EACCES, errno.EPERM}


def take_hold(device: int) -> None:
    """Take an open device for ourselves, and have its events on the monotonic clock: the
    other one jumps when the network sets it. Raises OSError."""
    fcntl.ioctl(device, _SET_CLOCK, struct.pack("@i", time.CLOCK_MONOTONIC))
    fcntl.ioctl(device, _GRAB, 1)


class KeyLine:
    """An open keyboard that nobody else hears."""

    def __init__(
        self, path: Path, *, wait_s: float = 0.05, take: Callable[[int], None] = take_hold
    ) -> None:
        """Open an event device by its path.

        Raises Unavailable `serial.not_found`, `serial.held`, `serial.not_allowed` or
        `serial.not_a_port`.
        """
        self._path, self._wait_s = path, wait_s
        self._wire = KeyboardWire()
        self._device = -1
        try:
            self._device = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            take(self._device)
        except OSError as failure:
            self.close()
            if failure.errno in _NOT_THERE:
                raise Unavailable("serial.not_found", port=str(path)) from failure
            if failure.errno == errno.EBUSY:
                raise Unavailable("serial.held", port=str(path)) from failure
            if failure.errno in _FORBIDDEN:
                raise Unavailable("serial.not_allowed", port=str(path)) from failure
            raise Unavailable("serial.not_a_port", port=str(path)) from failure

    def read(self) -> bytes:
        """Return what was typed, as soon as anything was; empty when the wait is over.

        Raises Unavailable `serial.unplugged`; the line is closed by then.
        """
        try:
            ready, _, _ = select.select([self._device], [], [], self._wait_s)
            if not ready:
                return b""
            data = os.read(self._device, EVENT.size * _READ_EVENTS_MAX)
        except BlockingIOError:
            return b""
        except (OSError, ValueError) as failure:
            self.close()
            raise Unavailable("serial.unplugged", port=str(self._path)) from failure
        if not data:
            self.close()
            raise Unavailable("serial.unplugged", port=str(self._path))
        return self._wire.feed(data, time.monotonic())

    def write(self, data: bytes) -> None:
        """A keyboard takes no bytes. Raises Refused `scanner.no_trigger`."""
        raise Refused("scanner.no_trigger", bytes=len(data))

    def close(self) -> None:
        """Let go of the keyboard; closing twice is fine."""
        device, self._device = self._device, -1
        if device >= 0:
            os.close(device)
