"""The only user of keys, each in a file that only we may read.

The database's key locks the store. The device's own key (SM2) signs what leaves the
terminal as evidence: offline visits, monthly statements. A key file is the weakest class
of storage; sealed sources take its place behind the same door.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from terminal.core.faults import Refused
from terminal.core.national_crypto import new_sm2_key, sm2_sign

_KEY_BYTES = 32
"""A raw 256-bit key: SQLCipher then derives nothing, and opening takes 2 ms, not 0.2 s."""

_PAIR = re.compile(rb"([0-9a-f]{64})\n(04[0-9a-f]{128})\n")
"""The device's key file: the private half, then the public one."""

_FILE_BYTES_MAX = 200
"""More than any key file has."""


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """The key that says which terminal a record comes from."""

    _private_key: str = field(repr=False)
    public_key: str
    """130 hexadecimal digits: 04, x, y."""

    def sign(self, data: bytes) -> str:
        """The signature of these bytes (SM2 with SM3): 128 hexadecimal digits."""
        return sm2_sign(self._private_key, data)


def database_key(folder: Path) -> bytes:
    """Return the database's key, making it at the first start.

    Raises Refused `vault.key_open_to_others` for a key file that others may read,
    `vault.key_unreadable` for one that is not a key, and `vault.key_not_written`.
    """
    path = folder / "database.key"
    key = _kept(path, lambda: secrets.token_bytes(_KEY_BYTES))
    if len(key) != _KEY_BYTES:
        raise Refused("vault.key_unreadable", file=path.name, reason=f"{len(key)} bytes")
    return key


def device_key(folder: Path) -> DeviceKey:
    """Return the device's own signing key, making it at the first use.

    Raises as `database_key` does. Its public half must be written down elsewhere: records
    outlive the key, and without it nobody can tell them from a forger's.
    """
    path = folder / "device.key"
    pair = _PAIR.fullmatch(_kept(path, _new_pair))
    if pair is None:
        raise Refused("vault.key_unreadable", file=path.name, reason="not a key pair")
    private_key, public_key = (half.decode("ascii") for half in pair.groups())
    return DeviceKey(private_key, public_key)


def _new_pair() -> bytes:
    made = new_sm2_key()
    return f"{made.private_hex}\n{made.public_hex}\n".lower().encode("ascii")


def _kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """What a key file holds, made first where there is none."""
    try:
        return _read(path)
    except FileNotFoundError:
        pass
    try:
        _make(path, make())
    except OSError as error:
        raise Refused("vault.key_not_written", file=path.name, reason=error.strerror) from None
    return _read(path)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            key = file.read(_FILE_BYTES_MAX)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Refused("vault.key_unreadable", file=path.name, reason=error.strerror) from None
    if stat.S_IMODE(mode) & 0o077:
        raise Refused("vault.key_open_to_others", file=path.name, mode=oct(stat.S_IMODE(mode)))
    return key


def _make(path: Path, key: bytes) -> None:
    """Write a new key whole or not at all: half a key would lock the store for ever.

    A key that another process made meanwhile stays: its store may be open already.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(f".{secrets.token_hex(8)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
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
