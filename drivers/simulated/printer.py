"""A receipt printer without paper: a pseudo-terminal or a TCP port that prints into text.

It reads ESC/POS by a table of its own and shares no code with the driver, so that a wrong
order shows as rubbish in what was printed. What can go wrong with a printer is planted
by name.
"""

from __future__ import annotations

import contextlib
import os
import pty
import select
import socket
import threading
import time
import tty
from enum import StrEnum
from pathlib import Path
from typing import Self

_LOOKS_UP_S = 0.02
_SLOW_BYTES = 64


class PrinterFault(StrEnum):
    """What is wrong with it, until `mend`."""

    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    JAMMED = "jammed"
    PAPER_OUT_IN_MID_PRINT = "paper_out_in_mid_print"
    """After the third line; the rest is kept and lost."""
    UNPLUGGED_IN_MID_PRINT = "unplugged_in_mid_print"
    SLOW = "slow"
    """Sixty-four bytes at a time."""
    GARBAGE_STATUS = "garbage_status"
    MUTE = "mute"
    NO_GS_R = "no_gs_r"


_OFFLINE = {PrinterFault.PAPER_OUT: 0x20, PrinterFault.COVER_OPEN: 0x04}

# Orders by their first bytes, with how many bytes follow them.
_FIXED = {
    b"\x1b@": 0, b"\x1b!": 1, b"\x1bE": 1, b"\x1ba": 1, b"\x1bd": 1, b"\x1b{": 1, b"\x1bM": 1,
    b"\x1b-": 1, b"\x1b3": 1, b"\x1b2": 0, b"\x1db": 1, b"\x1dB": 1, b"\x1c&": 0, b"\x1c.": 0,
    b"\x1c!": 1, b"\x1dV": 1, b"\x1dr": 1, b"\x1d!": 1, b"\x1bt": 1,
}  # fmt: skip


class SimulatedPrinter:
    """A printer under a name (pty) or on a port (TCP); its methods may be called from any
    thread."""

    def __init__(self, link: Path | None = None) -> None:
        """Plug in a printer under this name; None: on a TCP port of its own."""
        self._link = link
        self._fault: PrinterFault | None = None
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._papers: list[str] = []
        self._text = ""
        self._held: bytes = b""
        self._rows = 0
        self._stop = threading.Event()
        self._server: socket.socket | None = None
        self._ends: tuple[int, int] | None = None
        if link is None:
            self._server = socket.create_server(("127.0.0.1", 0))
            self._server.settimeout(_LOOKS_UP_S)
        else:
            self.replug()
        self._thread = threading.Thread(target=self._run, name="simulated printer", daemon=True)
        self._thread.start()

    @property
    def target(self) -> str:
        """What the setting `printer` names it by."""
        if self._server is not None:
            return f"tcp:127.0.0.1:{self._server.getsockname()[1]}"
        return str(self._link)

    @property
    def papers(self) -> tuple[str, ...]:
        """What was printed, cut by cut; a picture shows as [图 576x28]."""
        with self._lock:
            return tuple(self._papers)

    def wait_for(self, papers: int, timeout_s: float = 10.0) -> bool:
        """Wait until so many were cut; False when that took too long."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._papers) >= papers, timeout_s)

    def plant(self, fault: PrinterFault) -> None:
        """Let this be wrong from now on."""
        with self._lock:
            self._fault = fault
            self._rows = 0

    def mend(self) -> None:
        """Put paper in, close the cover, plug it in: what it held in its memory is gone."""
        with self._lock:
            self._fault, self._held, self._text = None, b"", ""
        if self._link is not None and self._ends is None:
            self.replug()

    def unplug(self) -> None:
        """Pull the cable: the name goes, and whoever writes is told by an error."""
        with self._lock:
            if self._link is not None:
                self._link.unlink(missing_ok=True)
            for end in self._ends or ():
                os.close(end)
            self._ends = None
            self._held = b""

    def replug(self) -> None:
        """Plug in again under the same name."""
        self.unplug()
        with self._lock:
            ours, theirs = pty.openpty()
            tty.setraw(theirs)
            os.set_blocking(ours, False)
            self._ends = ours, theirs
            if self._link is not None:
                self._link.parent.mkdir(parents=True, exist_ok=True)
                self._link.symlink_to(os.ttyname(theirs))

    def close(self) -> None:
        """Switch it off for good."""
        self._stop.set()
        self._thread.join()
        self.unplug()
        if self._server is not None:
            self._server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            if self._server is None:
                self._on_pty()
            else:
                with contextlib.suppress(TimeoutError):
                    taken, _ = self._server.accept()
                    with taken, contextlib.suppress(OSError):
                        self._on_socket(taken)

    def _on_pty(self) -> None:
        with self._lock:
            ends = self._ends
        if ends is None:
            self._stop.wait(_LOOKS_UP_S)
            return
        with contextlib.suppress(OSError, ValueError):
            ready, _, _ = select.select([ends[0]], [], [], _LOOKS_UP_S)
            with self._lock:
                if not ready or self._ends != ends:
                    return
                answer = self._take(os.read(ends[0], self._at_a_time()))
                if self._ends == ends:
                    os.write(ends[0], answer)

    def _on_socket(self, taken: socket.socket) -> None:
        taken.settimeout(_LOOKS_UP_S)
        while not self._stop.is_set():
            try:
                data = taken.recv(self._at_a_time())
            except TimeoutError:
                continue
            if not data:
                return
            with self._lock:
                answer = self._take(data)
                if self._fault is PrinterFault.UNPLUGGED_IN_MID_PRINT and self._rows >= 3:
                    return
            taken.sendall(answer)

    def _at_a_time(self) -> int:
        if self._fault is PrinterFault.SLOW:
            time.sleep(0.002)
            return _SLOW_BYTES
        return 4096

    def _take(self, data: bytes) -> bytes:
        """Print what can be printed, and answer what was asked."""
        answers, self._held = b"", self._held + data
        # DLE EOT is heard at once, wherever it stands.
        for asked in (1, 2, 3, 4):
            order = bytes((0x10, 0x04, asked))
            while order in self._held:
                self._held = self._held.replace(order, b"", 1)
                answers += self._status(asked)
        while not self._stands() and (answer := self._next()) is not None:
            answers += answer
        return answers

    def _stands(self) -> bool:
        if self._rows >= 3 and self._fault is PrinterFault.PAPER_OUT_IN_MID_PRINT:
            self._fault = PrinterFault.PAPER_OUT
        if self._rows >= 3 and self._fault is PrinterFault.UNPLUGGED_IN_MID_PRINT:
            self.unplug()
            return True
        return self._fault in _OFFLINE or self._fault is PrinterFault.JAMMED

    def _status(self, asked: int) -> bytes:
        if self._fault is PrinterFault.MUTE:
            return b""
        if self._fault is PrinterFault.GARBAGE_STATUS:
            return b"\xff\x9c\xff"
        more = {
            2: _OFFLINE.get(self._fault, 0) if self._fault else 0,
            3: 0x08 if self._fault is PrinterFault.JAMMED else 0,
            4: 0x60 if self._fault is PrinterFault.PAPER_OUT else 0,
        }
        return bytes((0x12 | more.get(asked, 0),))

    def _next(self) -> bytes | None:
        """Carry out one order or print one character; None: more bytes are wanted."""
        held = self._held
        if not held:
            return None
        if (length := _length(held)) is None or length > len(held):
            return None
        order, self._held = held[:length], held[length:]
        if order[:2] == b"\x1dr":
            silent = (PrinterFault.MUTE, PrinterFault.NO_GS_R, PrinterFault.GARBAGE_STATUS)
            return b"" if self._fault in silent else b"\x00"
        if order[:2] == b"\x1dV":
            self._papers.append(self._text)
            self._text, self._rows = "", 0
            self._changed.notify_all()
        elif order[:3] == b"\x1dv0":
            across, down = order[4] + 256 * order[5], order[6] + 256 * order[7]
            self._text += f"[图 {across * 8}x{down}]\n"
        elif order[:4] == b"\x1d(k" + order[3:4] and b"1P0" in order[:9]:
            self._text += f"[二维码 {order[8:].decode('utf-8', 'replace')}]"
        elif order[0] not in b"\x1b\x1c\x1d":
            self._text += order.decode("gb18030", "replace")
            self._rows += order == b"\n"
        return b""


def _length(held: bytes) -> int | None:
    """How many bytes the first order or character has; None: not to be told yet."""
    if held[0] in b"\x1b\x1c\x1d":
        return _length_of_order(held)
    if held[0] == 0x10:
        return 3
    if held[0] < 0x80:
        return 1
    return 2  # A printer has no four-byte characters: they come out as rubbish here too.


def _length_of_order(held: bytes) -> int | None:
    if len(held) < 3:
        return 2 if held[:2] in _FIXED and _FIXED[held[:2]] == 0 else None
    if held[:3] == b"\x1dv0":
        return 8 + (held[4] + 256 * held[5]) * (held[6] + 256 * held[7]) if len(held) > 7 else None
    if held[:3] == b"\x1d(k":
        return 5 + held[3] + 256 * held[4] if len(held) > 4 else None
    return 2 + _FIXED.get(held[:2], 0)
