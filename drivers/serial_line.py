"""A serial line: the only user of pyserial.

Every way a port can fail becomes Unavailable with a code, for nothing was asked of the
device and opening again is safe. When to open again is the device's matter; after any
failure the line is closed, because a port left half-open stays unusable.

One thread uses a line. Bytes that waited before the opening are discarded by it.
"""

from __future__ import annotations

import errno
import termios
from pathlib import Path
from typing import Self

import serial

from terminal.core.faults import Unavailable

READ_BYTES_MAX = 4096
"""One page of the kernel's buffer; what is more waits for the next read."""

WRITE_MAX_S = 1.0
"""A trigger is nine bytes; a port that does not take them in this time takes none."""

_NOT_THERE = {errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EIO}
_IN_USE = {errno.EAGAIN, errno.EBUSY}
_FORBIDDEN = {errno.EACCES, errno.EPERM}

# A pulled cable shows as SerialException or plain OSError; one pulled while the port is
# set up as termios.error; a port closed under its reader as TypeError; a speed it does
# not have as ValueError. Seen with pyserial 3.5 on Linux; SerialException is an OSError.
_OPEN_FAILURES = (OSError, termios.error, ValueError)
_READ_FAILURES = (OSError, termios.error, TypeError)


class SerialLine:
    """An open port: 8 data bits, no parity, one stop bit, no flow control."""

    def __init__(self, path: Path, *, baud_rate: int = 9600, wait_s: float = 0.05) -> None:
        """Open a port by its path, which may be a link under /dev/serial/by-id.

        The port is locked against others who lock (flock); a program that does not
        lock can still open it. Raises Unavailable `serial.not_found`, `serial.held`,
        `serial.not_allowed` or `serial.not_a_port`.
        """
        self._path = path
        try:
            self._port = serial.Serial(
                str(path),
                baudrate=baud_rate,
                timeout=wait_s,
                write_timeout=WRITE_MAX_S,
                exclusive=True,
            )
        except _OPEN_FAILURES as failure:
            number = failure.errno if isinstance(failure, OSError) else None
            if number in _NOT_THERE:
                raise Unavailable("serial.not_found", port=str(path)) from failure
            if number in _IN_USE:
                raise Unavailable("serial.held", port=str(path)) from failure
            if number in _FORBIDDEN:
                raise Unavailable("serial.not_allowed", port=str(path)) from failure
            raise Unavailable("serial.not_a_port", port=str(path)) from failure

    def read(self) -> bytes:
        """Return what came, as soon as anything did; empty when the wait is over.

        Raises Unavailable `serial.unplugged`: the device went, the line was closed, or
        another program took the bytes. The line is closed by then.
        """
        try:
            first = self._port.read(1)
            if not first:
                return b""
            waiting = min(self._port.in_waiting, READ_BYTES_MAX - 1)
            return bytes(first + self._port.read(waiting))
        except _READ_FAILURES as failure:
            self.close()
            raise Unavailable("serial.unplugged", port=str(self._path)) from failure

    def write(self, data: bytes) -> None:
        """Send these bytes. Only to a port that somebody chose, and what its profile says.

        Raises Unavailable `serial.unplugged`, as `read` does.
        """
        try:
            self._port.write(data)
        except _READ_FAILURES as failure:
            self.close()
            raise Unavailable("serial.unplugged", port=str(self._path)) from failure

    def close(self) -> None:
        """Let go of the port; closing twice is fine."""
        try:
            self._port.close()
        except OSError:
            # The device went first. The port counts as closed, as it should.
            self._port.is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
