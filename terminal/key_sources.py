"""Where keys are kept: what systemd hands over, a secure element, or files of our own.

One door for all: a key is bytes under a name. How well a source keeps them is its class,
which the status page names. Files stand in key_files.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from terminal.core.faults import Refused
from terminal.core.status_views import KeyClass
from terminal.key_files import read_bounded
from terminal.ports import SecureElement


class KeySource(Protocol):
    """A place for keys. Each is some bytes under a name such as `database`."""

    @property
    def name(self) -> str: ...

    @property
    def klass(self) -> KeyClass: ...

    def read(self, name: str) -> bytes | None:
        """The key, or None where there is none. Raises Refused `vault...` and Unavailable."""
        ...

    def since(self, name: str) -> datetime | None:
        """When the key was made, where the source tells."""
        ...

    def add(self, name: str, key: bytes) -> bytes:
        """Keep a key where there is none; what is then kept, perhaps another's of a moment ago."""
        ...

    def keep(self, name: str, key: bytes) -> None:
        """Put a key in the place of what was there, whole or not at all."""
        ...

    def destroy(self, name: str) -> None:
        """Erase a key, if there is one."""
        ...


@dataclass(frozen=True, slots=True)
class Credentials:
    """What systemd unsealed for this service: LoadCredentialEncrypted=database.key:..."""

    folder: Path
    """`$CREDENTIALS_DIRECTORY`: memory that only this service may read."""
    name: str = "credentials"
    klass: KeyClass = KeyClass.MEDIUM
    """Medium, because nothing in it says whether a TPM sealed it or the disk's own secret."""

    def read(self, name: str) -> bytes | None:
        try:
            return read_bounded(self.folder / f"{name}.key")[0]
        except FileNotFoundError:
            return None

    def since(self, name: str) -> datetime | None:
        """Nobody knows: the file is as old as this start."""
        del name
        return None

    def add(self, name: str, key: bytes) -> bytes:
        """Raises Refused `vault.source_read_only`: a technician seals what is to stand here."""
        del key
        raise Refused("vault.source_read_only", key=name)

    def keep(self, name: str, key: bytes) -> None:
        """Raises Refused `vault.source_read_only`."""
        self.add(name, key)

    def destroy(self, name: str) -> None:
        """Raises Refused `vault.source_read_only`."""
        if self.read(name) is not None:
            self.add(name, b"")


@dataclass(frozen=True, slots=True)
class InElement:
    """A chip (secure element, PSAM) that gives its keys for a PIN."""

    element: SecureElement
    pin: str
    now: Callable[[], datetime]
    name: str = "secure_element"
    klass: KeyClass = KeyClass.STRONG

    def read(self, name: str) -> bytes | None:
        """Raises what ports.SecureElement does."""
        return self._parts(name)[1]

    def since(self, name: str) -> datetime | None:
        return self._parts(name)[0]

    def add(self, name: str, key: bytes) -> bytes:
        kept = self.read(name)
        if kept is not None:
            return kept
        self.keep(name, key)
        return key

    def keep(self, name: str, key: bytes) -> None:
        made = self.now().isoformat(timespec="seconds").encode("ascii")
        self.element.write(self.pin, name, made + b"\n" + key)

    def destroy(self, name: str) -> None:
        self.element.erase(self.pin, name)

    def _parts(self, name: str) -> tuple[datetime | None, bytes | None]:
        held = self.element.read(self.pin, name)
        if held is None:
            return None, None
        made, parted, key = held.partition(b"\n")
        try:
            return datetime.fromisoformat(made.decode("ascii")), key
        except ValueError:
            raise Refused(
                "vault.key_unreadable", file=name, reason="no date" if parted else "no key"
            ) from None
