"""Key files for our eyes only, each locked with what this machine alone knows.

The lock is made of `/etc/machine-id`, so that a data folder copied to another device does
not open. Whoever copies the whole disk has both, which is why a file is the weakest class.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from terminal.core.faults import Refused
from terminal.core.national_crypto import (
    GCM_NONCE_BYTES,
    SM4_KEY_BYTES,
    sm3_hmac,
    sm4_gcm_open,
    sm4_gcm_seal,
)
from terminal.core.status_views import KeyClass
from terminal.private_file import write_private

MACHINE_ID = Path("/etc/machine-id")
"""32 hexadecimal digits that systemd makes at the first start of a machine (machine-id(5))."""

_MACHINE_ID_BYTES_MIN = 16
"""Less is no number: an image that was never started says nothing, or `uninitialized`."""

_FILE_BYTES_MAX = 512
"""More than any key file has: a pair of keys in its lock takes some 300."""

_LOCKED = re.compile(rb"clinic-terminal key 1 (\S{19,40}) ([0-9a-f]{16})\n", re.ASCII)
"""Head of a locked file: when the key was made, and the name of what locks it."""

_DESTROYED = b"clinic-terminal key destroyed\n"
"""Stands where a key stood until its file is gone: a power cut in between leaves no riddle."""

PAIR = re.compile(rb"([0-9a-f]{64})\n(04[0-9a-f]{128})\n")
"""The device's keys: the private half, then the public one."""

_OVER_IT = _DESTROYED.ljust(_FILE_BYTES_MAX, b"\0")
"""What a key is overwritten with: longer than any."""

_PLAIN_BYTES = 32
"""A key of the database, as versions before the lock wrote it down."""


@dataclass(frozen=True, slots=True)
class Files:
    """Key files for our eyes only, each locked to this machine."""

    folder: Path
    now: Callable[[], datetime]
    machine_id: Path = MACHINE_ID
    name: str = "file"
    klass: KeyClass = KeyClass.WEAK

    def read(self, name: str) -> bytes | None:
        """A file of a version that did not lock it is locked at once; one whose destroying
        broke off is taken away, and is none.

        Raises Refused `vault.other_device` for a file of another machine,
        `vault.key_open_to_others`, `vault.key_unreadable`, `vault.key_not_written`.
        """
        try:
            key, locked, made = self._opened(name)
        except FileNotFoundError:
            return None
        if key.startswith(_DESTROYED):
            self.destroy(name)
            return None
        plain_form = len(key) == _PLAIN_BYTES or PAIR.fullmatch(key) is not None
        if not locked and plain_form and self._lock() is not None:
            self._write(name, key, made)
        return key

    def since(self, name: str) -> datetime | None:
        try:
            key, _, made = self._opened(name)
        except FileNotFoundError:
            return None
        return None if key.startswith(_DESTROYED) else made

    def add(self, name: str, key: bytes) -> bytes:
        """A key that another process made meanwhile stays: its store may be open already."""
        path = self._path(name)
        # A name of its own, so that two who come at once do not write one file.
        part = path.with_name(f"{name}.{secrets.token_hex(8)}.new")
        with _written(name):
            self._make_folder()
            try:
                write_private(part, self._locked(name, key, self.now()))
                with suppress(FileExistsError):
                    path.hardlink_to(part)
            finally:
                part.unlink(missing_ok=True)
            self._flush_names()
        kept = self.read(name)
        if kept is None:
            raise Refused("vault.key_not_written", file=path.name, reason="gone again")
        return kept

    def keep(self, name: str, key: bytes) -> None:
        self._write(name, key, self.now())

    def destroy(self, name: str) -> None:
        """Overwritten first, though a memory card may keep an old copy of the block."""
        path = self._path(name)
        with _written(name), suppress(FileNotFoundError):
            with path.open("r+b") as file:
                file.write(_OVER_IT)
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            self._flush_names()

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.key"

    def _opened(self, name: str) -> tuple[bytes, bool, datetime]:
        """The key, whether its file was locked, and when it was made."""
        path = self._path(name)
        held, about = read_bounded(path)
        mode = stat.S_IMODE(about.st_mode)
        if mode & 0o077:
            raise Refused("vault.key_open_to_others", file=path.name, mode=oct(mode))
        head = _LOCKED.match(held)
        if head is None:
            return held, False, datetime.fromtimestamp(about.st_mtime, self.now().tzinfo)
        lock = self._lock()
        if lock is None or _name_of(lock).encode("ascii") != head[2]:
            raise Refused("vault.other_device", file=path.name)
        try:
            key = sm4_gcm_open(lock, held[head.end() :], name.encode("ascii") + head[0])
            return key, True, datetime.fromisoformat(head[1].decode("ascii"))
        except (Refused, ValueError):
            raise Refused("vault.key_unreadable", file=path.name, reason="damaged") from None

    def _write(self, name: str, key: bytes, made: datetime) -> None:
        with _written(name):
            self._make_folder()
            write_private(self._path(name), self._locked(name, key, made))
            self._flush_names()

    def _locked(self, name: str, key: bytes, made: datetime) -> bytes:
        """What stands in the file: locked, or plain on a machine without a number."""
        lock = self._lock()
        if lock is None:
            return key
        told = f"clinic-terminal key 1 {made.isoformat(timespec='seconds')} {_name_of(lock)}\n"
        head = told.encode("ascii")
        nonce = secrets.token_bytes(GCM_NONCE_BYTES)
        return head + sm4_gcm_seal(lock, nonce, key, name.encode("ascii") + head)

    def _lock(self) -> bytes | None:
        try:
            told = self.machine_id.read_bytes().strip()
        except OSError:
            return None
        if len(told) < _MACHINE_ID_BYTES_MIN:
            return None
        # machine-id(5) asks never to show the number itself, only a digest under a key.
        return sm3_hmac(told, b"clinic-terminal key file")[:SM4_KEY_BYTES]

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _flush_names(self) -> None:
        """The name, too, must outlive a power cut."""
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def _written(name: str) -> Iterator[None]:
    """Turn what the disk says into a fault."""
    try:
        yield
    except OSError as error:
        raise Refused("vault.key_not_written", file=f"{name}.key", reason=error.strerror) from None


def read_bounded(path: Path) -> tuple[bytes, os.stat_result]:
    """So much of a file as a key may have. Raises FileNotFoundError for none."""
    try:
        with path.open("rb") as file:
            return file.read(_FILE_BYTES_MAX), os.fstat(file.fileno())
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Refused("vault.key_unreadable", file=path.name, reason=error.strerror) from None


def _name_of(lock: bytes) -> str:
    return sm3_hmac(lock, b"name").hex()[:16]
