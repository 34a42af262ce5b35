"""The only user of keys. Today one: the database's, in a file that only we may read.

A key file is the weakest class of storage; sealed sources take its place behind the
same door.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from terminal.core.faults import Refused

_KEY_BYTES = 32
"""A raw 256-bit key: SQLCipher then derives nothing, and opening takes 2 ms, not 0.2 s."""


def database_key(folder: Path) -> bytes:
    """Return the database's key, making it at the first start.

    Raises Refused `vault.key_open_to_others` for a key file that others may read,
    `vault.key_unreadable` for one that is not a key, and `vault.key_not_written`.
    """
    path = folder / "database.key"
    try:
        return _read(path)
    except FileNotFoundError:
        pass
    try:
        _make(path)
    except OSError as error:
        raise Refused("vault.key_not_written", file=path.name, reason=error.strerror) from None
    return _read(path)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            key = file.read(_KEY_BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Refused("vault.key_unreadable", file=path.name, reason=error.strerror) from None
    if stat.S_IMODE(mode) & 0o077:
        raise Refused("vault.key_open_to_others", file=path.name, mode=oct(stat.S_IMODE(mode)))
    if len(key) != _KEY_BYTES:
        raise Refused("vault.key_unreadable", file=path.name, reason=f"{len(key)} bytes")
    return key


def _make(path: Path) -> None:
    """Write a new key whole or not at all: half a key would lock the store for ever.

    A key that another process made meanwhile stays: its store may be open already.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(f".{secrets.token_hex(8)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(part)
    finally:
        part.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # The name, too, must outlive a power cut.
    finally:
        os.close(folder)
