"""The running terminal's local door: commands of this machine that only its owner may give.

A Unix socket in the data folder, mode 0600. One line of JSON in, one line out, then it is
shut: `{"verb": "close"}` -> `{"did": {...}}` or `{"fault": CODE, "facts": {...}}`. The kernel
says who asks; the terminal's own user and root are answered, nobody else is heard.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from terminal.core.faults import Fault, Refused, Unavailable

log = logging.getLogger(__name__)

DOOR = "door"
"""The socket's name in the data folder."""

_LINE_BYTES_MAX = 4096
"""A question has some 20 bytes."""

_MISTAKES = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError)
"""Ours, in a verb; and a line nested too deep to be read (RecursionError)."""

_ANSWER_BYTES_MAX = 1024 * 1024

_QUESTION_S = 5.0
"""How long a caller may take to say what it wants."""

_ANSWER_S = 900.0
"""How long a night's closing may take."""

_WAITING_MAX = 4
_PEER = struct.Struct("3i")
"""struct ucred: process, user, group."""

Verb = Callable[[], Mapping[str, object]]


class LocalDoor:
    """Answers one caller at a time. `open`, `close`."""

    def __init__(self, folder: Path, verbs: Mapping[str, Verb]) -> None:
        self._folder = folder
        self._verbs = verbs
        self._socket: socket.socket | None = None

    def open(self) -> None:
        """Listen. The store's lock shows that no other terminal does.

        Raises Unavailable `door.not_opened`.
        """
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        try:
            (self._folder / DOOR).unlink(missing_ok=True)
            before = os.umask(0o177)
            try:
                with _address(self._folder) as address:
                    listening.bind(address)
            finally:
                os.umask(before)
            listening.listen(_WAITING_MAX)
        except OSError as error:
            listening.close()
            raise Unavailable("door.not_opened", reason=error.strerror or str(error)) from None
        self._socket = listening
        threading.Thread(target=self._serve, args=(listening,), name="door", daemon=True).start()

    def close(self) -> None:
        """Stop listening; who is inside is answered still, if the process lives that long."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)  # Wakes the thread that waits in accept.
            self._socket.close()
            self._socket = None
            (self._folder / DOOR).unlink(missing_ok=True)

    def _serve(self, listening: socket.socket) -> None:
        while True:
            try:
                caller, _ = listening.accept()
            except OSError:
                return
            with caller:
                try:
                    self._answer(caller)
                except (OSError, ValueError) as error:
                    log.info("a caller at the door went away: %s", error)
                except _MISTAKES:
                    log.exception("a mistake at the door; it stays open for the next")

    def _answer(self, caller: socket.socket) -> None:
        caller.settimeout(_QUESTION_S)
        if not _may_ask(caller):
            return
        asked = json.loads(_line(caller, _LINE_BYTES_MAX))
        verb = asked.get("verb") if isinstance(asked, dict) else None
        caller.sendall(json.dumps(self._done(verb)).encode("ascii") + b"\n")

    def _done(self, name: object) -> dict[str, object]:
        verb = self._verbs.get(name) if isinstance(name, str) else None
        try:
            if verb is None:
                raise Refused("door.no_such_verb")
            return {"did": dict(verb())}
        except Fault as fault:
            kind = type(fault).__name__
            facts = {key: str(value) for key, value in fault.facts.items()}
            return {"kind": kind, "fault": fault.code, "facts": facts}


def ask(folder: Path, verb: str) -> dict[str, Any]:
    """Have the running terminal of this data folder do something; what it did.

    Raises Unavailable `door.nobody` (none runs, or not for us), `door.no_answer`; Refused
    `door.said_no` with the terminal's own code and facts.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as way:
        way.settimeout(_ANSWER_S)
        try:
            with _address(folder) as address:
                way.connect(address)
        except OSError as error:
            raise Unavailable("door.nobody", reason=error.strerror or str(error)) from None
        try:
            way.sendall(json.dumps({"verb": verb}).encode("ascii") + b"\n")
            told = json.loads(_line(way, _ANSWER_BYTES_MAX))
        except (OSError, ValueError):
            raise Unavailable("door.no_answer", verb=verb) from None
    if "fault" in told:
        raise Refused("door.said_no", verb=verb, why=told["fault"], facts=told.get("facts", {}))
    return dict(told["did"])


@contextmanager
def _address(folder: Path) -> Iterator[str]:
    """A name short enough for a socket (108 bytes), however deep the folder lies."""
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{descriptor}/{DOOR}"
    finally:
        os.close(descriptor)


def _may_ask(caller: socket.socket) -> bool:
    told = caller.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    _, user, _ = _PEER.unpack(told)
    return user in {0, os.getuid()}


def _line(way: socket.socket, most: int) -> bytes:
    """Read up to a line's end. Raises ValueError for a line too long or broken off."""
    read = bytearray()
    while not read.endswith(b"\n"):
        piece = way.recv(min(_LINE_BYTES_MAX, most + 1 - len(read)))
        if not piece or len(read) + len(piece) > most:
            raise ValueError("no line")
        read += piece
    return bytes(read)
