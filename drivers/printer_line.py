"""A way to a printer: a device file, or TCP. Bytes out, bytes in, each with its bound.

Made anew for each paper and each look, so that a printer that was switched off and on is
found again without anything said. One thread uses a line.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import socket
import termios
import time
import tty
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from terminal.core.faults import Unavailable

CONNECT_MAX_S = 2.0
STALL_MAX_S = 10.0
"""A printer that takes no byte for so long takes none: its buffer is full and it stands."""
_READ_BYTES = 256
_PORT = 9100
"""Where printers listen (raw printing), unless the setting names another port."""


class PrinterLine:
    """An open way to a printer."""

    def __init__(self, target: str) -> None:
        """`target`: a device file, or tcp:HOST[:PORT].

        Raises Unavailable `printer.away`.
        """
        self._target = target
        self._held: socket.socket | None = None
        try:
            if target.startswith("tcp:"):
                host, _, port = target.removeprefix("tcp:").partition(":")
                address = (host, int(port or _PORT))
                self._held = socket.create_connection(address, CONNECT_MAX_S)
                self._held.setblocking(False)  # noqa: FBT003 - the library's own way.
                self._file = self._held.fileno()
            else:
                self._file = _opened(Path(target))
        except (OSError, ValueError, termios.error) as failure:
            raise Unavailable("printer.away", at=target) from failure

    def write(self, data: bytes) -> None:
        """Send these bytes. Raises Unavailable `printer.away` when they do not all go."""
        while data:
            if not select.select([], [self._file], [], STALL_MAX_S)[1]:
                raise Unavailable("printer.away", at=self._target, stalled_s=STALL_MAX_S)
            with self._or_away():
                data = data[os.write(self._file, data) :]

    def read(self, wait_s: float) -> bytes:
        """What the printer said, as soon as it said anything; empty after the wait.

        Raises Unavailable `printer.away`.
        """
        if not select.select([self._file], [], [], wait_s)[0]:
            return b""
        begun_s = time.monotonic()
        with self._or_away():
            if data := os.read(self._file, _READ_BYTES):
                return data
        if self._held is not None:
            raise Unavailable("printer.away", at=self._target)
        # usblp is readable at once and has nothing: as good as silence, but not a busy loop.
        time.sleep(max(0.0, min(wait_s, 0.05) - (time.monotonic() - begun_s)))
        return b""

    def close(self) -> None:
        """Let go of it; closing twice is fine."""
        if self._held is not None:
            self._held.close()
        elif self._file >= 0:
            os.close(self._file)
        self._file = -1

    @contextlib.contextmanager
    def _or_away(self) -> Iterator[None]:
        try:
            yield
        except (BlockingIOError, InterruptedError):
            return
        except OSError as failure:
            raise Unavailable("printer.away", at=self._target) from failure

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _opened(path: Path) -> int:
    """The device, ours alone. A port that cannot be read is written to all the same."""
    flags = os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        file = os.open(path, os.O_RDWR | flags)
    except OSError as failure:
        if failure.errno not in (errno.EACCES, errno.EINVAL):
            raise
        file = os.open(path, os.O_WRONLY | flags)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.isatty(file):
            tty.setraw(file)
            termios.tcflush(file, termios.TCIFLUSH)
    except BaseException:
        os.close(file)
        raise
    return file
