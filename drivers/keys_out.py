"""Where keystrokes leave this machine: a USB gadget's file, or the kernel's own input.

Both are written one beat at a time and never wait for ever: the host of a gadget that was
unplugged, or that sleeps, takes no report, and a plain write would stand there until it does.
Made for one line of text and closed again, but for this machine's own keyboard, which other
programs must have found before the first key of it is pressed.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import select
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from drivers.wire.keyboard_out import (
    KEY_CODES,
    RELEASED,
    Ending,
    events,
    events_released,
    reports,
)

STALL_MAX_S = 1.0
"""A host asks a keyboard every few milliseconds; one that does not ask for so long is gone,
asleep, or switched off."""

FOUND_AFTER_S = 0.5
"""A desktop takes so long to hear a keyboard that has just come; earlier keys are lost."""

GADGETS = Path("/sys/class/udc")
"""The kernel's USB device ports; `state` is `configured` as long as a host has set one up."""

UINPUT = Path("/dev/uinput")

# linux/uinput.h: UI_SET_EVBIT, UI_SET_KEYBIT, UI_DEV_SETUP, UI_DEV_CREATE.
_SET_EVENT, _SET_KEY, _SET_UP, _CREATE = 0x40045564, 0x40045565, 0x405C5503, 0x5501
_SETUP = struct.Struct("=HHHH80sI")
"""struct uinput_setup: bus, vendor, product, version, name, effects."""
_EVENT_SYNC, _EVENT_KEY, _BUS_VIRTUAL = 0, 1, 0x06
_OURS = (_BUS_VIRTUAL, 0x1209, 0x0001, 1, b"clinic-terminal keyboard", 0)
"""1209:0001 is what pid.codes gives to try out with; it names no maker."""

_OPEN = os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC


class KeysOut(Protocol):
    """One way out for keystrokes. Each verb but `beats` may raise OSError."""

    def beats(self, text: str, ends_with: Ending) -> tuple[bytes, ...]:
        """What is written for this text, each by itself. Raises Refused `typing.cannot`."""

    def begin(self) -> None:
        """Open, let every key go, and know that somebody took that."""

    def put(self, beat: bytes) -> None:
        """Hand one beat over."""

    def taken(self) -> None:
        """Wait until the last beat was taken."""

    def let_go(self) -> None:
        """Let every key go if that can be done at once; never fails, never waits."""

    def end(self) -> None:
        """Nothing more for this line."""

    def close(self) -> None:
        """Go away for good; twice is fine."""


class GadgetKeys:
    """A keyboard that this machine is to another one: /dev/hidgN of the kernel's f_hid."""

    def __init__(
        self, path: Path, *, stall_s: float = STALL_MAX_S, gadgets: Path = GADGETS
    ) -> None:
        self._path, self._stall_s, self._gadgets = path, stall_s, gadgets
        self._file = -1

    def beats(self, text: str, ends_with: Ending) -> tuple[bytes, ...]:
        return reports(text, ends_with)

    def begin(self) -> None:
        states = [each.read_text().strip() for each in self._gadgets.glob("*/state")]
        if states and "configured" not in states:
            raise OSError(errno.ENOTCONN, "no host has set the gadget up")
        self._file = os.open(self._path, _OPEN)
        # A report counts as written when the kernel has it: only the room for the next one
        # says that the host took it. So no key is pressed for a host that does not listen.
        self.put(RELEASED)
        self.taken()

    def put(self, beat: bytes) -> None:
        self.taken()
        if os.write(self._file, beat) != len(beat):
            raise OSError(errno.EIO, "half a report")

    def taken(self) -> None:
        waits = select.poll()
        waits.register(self._file, select.POLLOUT)
        happened = waits.poll(self._stall_s * 1000)
        if not happened:
            raise TimeoutError(errno.ETIMEDOUT, "no report was taken")
        if happened[0][1] & (select.POLLERR | select.POLLHUP | select.POLLNVAL):
            raise OSError(errno.EPIPE, "nobody is there")

    def let_go(self) -> None:
        with contextlib.suppress(OSError):
            os.write(self._file, RELEASED)

    def end(self) -> None:
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)

    def close(self) -> None:
        self.end()


def create_keyboard(device: int) -> None:
    """Make an open /dev/uinput a keyboard with every key that may be pressed. Raises OSError."""
    fcntl.ioctl(device, _SET_EVENT, _EVENT_SYNC)
    fcntl.ioctl(device, _SET_EVENT, _EVENT_KEY)
    for code in KEY_CODES:
        fcntl.ioctl(device, _SET_KEY, code)
    fcntl.ioctl(device, _SET_UP, _SETUP.pack(*_OURS))
    fcntl.ioctl(device, _CREATE)


class OwnKeys:
    """A keyboard of this very machine, by /dev/uinput; gone when its file is closed, and
    with it every key that was down."""

    def __init__(
        self,
        path: Path = UINPUT,
        *,
        create: Callable[[int], None] = create_keyboard,
        found_after_s: float = FOUND_AFTER_S,
    ) -> None:
        self._path, self._create, self._found_after_s = path, create, found_after_s
        self._file, self._ready_at_s = -1, 0.0

    def beats(self, text: str, ends_with: Ending) -> tuple[bytes, ...]:
        return events(text, ends_with)

    def begin(self) -> None:
        if self._file < 0:
            self._file = os.open(self._path, _OPEN)
            try:
                self._create(self._file)
            except OSError:
                self.close()
                raise
            self._ready_at_s = time.monotonic() + self._found_after_s
        time.sleep(max(0.0, self._ready_at_s - time.monotonic()))
        self.put(events_released())

    def put(self, beat: bytes) -> None:
        if os.write(self._file, beat) != len(beat):
            raise OSError(errno.EIO, "half an event")

    def taken(self) -> None:
        """The kernel takes events at once."""

    def let_go(self) -> None:
        # Closing it does: the kernel releases what a keyboard held that goes away.
        self.close()

    def end(self) -> None:
        """It stays: a keyboard that has just come is not heard at once."""

    def close(self) -> None:
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)
