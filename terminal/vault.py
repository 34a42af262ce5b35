"""The only user of keys: the store's, the templates', the device's own, the certificate's.

The database's key locks the store, the templates' key the faces in it, apart from the
names. The device's own key (SM2) signs what leaves the terminal as evidence: offline
visits, monthly statements, the ledger. Where they lie is the
business of key_sources.

A change of keys is written down first, as a key beside the key (`database.next`), and is
carried through when the store is opened: wherever the power fails, one of the two opens
it, and the next start goes on.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import ModuleType

from terminal import clock
from terminal.core.backup_file import open_key
from terminal.core.faults import Refused
from terminal.core.national_crypto import SM4_KEY_BYTES, new_sm2_key, sm2_sign
from terminal.core.status_views import KeyClass, KeysStatus
from terminal.key_files import PAIR, Files
from terminal.key_sources import KeySource

DATABASE, TEMPLATE, DEVICE = "database", "template", "device"
KEYS = (DATABASE, TEMPLATE, DEVICE)
TLS = "tls"
"""Behind the county's certificate: it ends with that, and no change of keys touches it."""

_EVERY = (*KEYS, TLS)

_DATABASE_KEY_BYTES = 32
"""A raw 256-bit key: SQLCipher then derives nothing, and opening takes 2 ms, not 0.2 s."""

_WEAKEST_FIRST = (KeyClass.WEAK, KeyClass.MEDIUM, KeyClass.STRONG)


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """The key that says which terminal a record comes from."""

    _private_key: str = field(repr=False)
    public_key: str
    """130 hexadecimal digits: 04, x, y."""

    def sign(self, data: bytes) -> str:
        """The signature of these bytes (SM2 with SM3): 128 hexadecimal digits."""
        return sm2_sign(self._private_key, data)

    def opened(self, sealed_key: str) -> bytes:
        """A backup's key that was sealed for this terminal. Raises Refused `backup.other_key`."""
        return open_key(self._private_key, sealed_key)


@dataclass(frozen=True, slots=True)
class KeyTold:
    """What may be told of a key."""

    name: str
    source: str
    klass: KeyClass
    since: datetime | None
    changing: bool
    """Whether a new one waits beside it."""


class Vault:
    """The keys of one terminal, from sources of which an earlier one is preferred.

    There may be more than one key of a name: one that waits beside the one in use, or one
    that a better source holds now. The first is the one to be used.
    """

    def __init__(self, sources: Sequence[KeySource], store: Path | None = None) -> None:
        """`store`: the file that the database's key opens. Where it is, no key is made for it.

        A new key would not open it, and would stand in the place of the one that is missing.
        """
        self._sources = sources
        self._store = store

    def database_keys(self) -> list[bytes]:
        """The store's key, 32 bytes, and behind it those that it may still be locked with.

        Made at the first start. Raises Refused `vault.key_missing` where the store is there
        and its key is not, `vault.key_unreadable`, and what the sources raise.
        """
        return self._kept(DATABASE)

    def template_keys(self) -> list[bytes]:
        """The templates' keys, 16 bytes each, in the same order. Raises as `database_keys`."""
        return self._kept(TEMPLATE)

    def device_keys(self) -> list[DeviceKey]:
        """The device's own signing keys, in the same order. Raises as `database_keys`.

        Its public half must be written down elsewhere: records outlive the key, and without
        it nobody can tell them from a forger's.
        """
        return [_pair(key) for key in self._kept(DEVICE)]

    def tls_keys(self) -> list[bytes]:
        """The key behind the county's certificate (P-256; PKCS#8, DER), made when first asked
        for. Where one was sealed for this board and another made in a file, both: which the
        certificate is of, terminal/identity.py looks. Raises as `database_keys`."""
        return self._kept(TLS)

    def change(self) -> None:
        """Write new keys down beside the old ones. They take their place at the next opening.

        A change that waits already stays as it is. Raises Refused `vault.source_read_only`.
        """
        for name in KEYS:
            source = self._source_of(name)
            if source.read(_next(name)) == source.read(name):
                # Left by a power cut after it took its place: nothing waits, and it is no new key.
                source.destroy(_next(name))
            source.add(_next(name), _FORMS[name].make())

    def changed(self, name: str) -> None:
        """The first key is in use: it takes the place of the others for good.

        Raises Refused `vault.source_read_only` where a technician must take them away.
        """
        source = self._source_of(name)
        for other in self._sources:
            if other is not source:
                other.destroy(_next(name))
                other.destroy(name)
        waiting = source.read(_next(name))
        if waiting is not None:
            source.keep(name, waiting)
            source.destroy(_next(name))

    def destroy(self) -> list[str]:
        """Erase every key; names those that a source will not let go, as `source name`."""
        left = []
        for source in self._sources:
            for name in (each for key in _EVERY for each in (key, _next(key))):
                try:
                    source.destroy(name)
                except Refused:
                    left.append(f"{source.name} {name}")
        return left

    def told(self) -> list[KeyTold]:
        """What may be told of each key that there is."""
        found = []
        for name in _EVERY:
            keys = self._all(name)
            if keys:
                source = self._source_of(name)
                since = source.since(_next(name)) or source.since(name)
                found.append(KeyTold(name, source.name, source.klass, since, len(keys) > 1))
        return found

    def status(self, templates_unreadable: int = 0) -> KeysStatus | None:
        """The weakest source of any key, and the oldest key's age."""
        told = self.told()
        if not told:
            return None
        weakest = min(told, key=lambda each: _WEAKEST_FIRST.index(each.klass))
        known = [each.since for each in told if each.since is not None]
        return KeysStatus(
            weakest.klass, weakest.source, min(known, default=None), templates_unreadable
        )

    def _kept(self, name: str) -> list[bytes]:
        keys = self._all(name)
        if keys:
            return keys
        if name == DATABASE and self._store is not None and self._store.exists():
            raise Refused("vault.key_missing", file=f"{name}.key")
        made = self._sources[-1].add(name, _FORMS[name].make())
        return [_FORMS[name].checked(name, made)]

    def _all(self, name: str) -> list[bytes]:
        """Every key of this name, once, the one to be used first."""
        found: list[bytes] = []
        for source in self._sources:
            for each in (_next(name), name):
                key = source.read(each)
                if key is not None and _FORMS[name].checked(each, key) not in found:
                    found.append(key)
        return found

    def _source_of(self, name: str) -> KeySource:
        """Where the first key lies; for none the last source, which is the one that keeps."""
        for source in self._sources:
            if source.read(_next(name)) is not None or source.read(name) is not None:
                return source
        return self._sources[-1]


def database_key(folder: Path) -> bytes:
    """The store's key from a key file in this folder, made where there is none."""
    return Vault([Files(folder, clock.now)]).database_keys()[0]


@dataclass(frozen=True, slots=True)
class _Form:
    """What a key looks like, and how one is made."""

    make: Callable[[], bytes]
    fits: Callable[[bytes], bool]

    def checked(self, name: str, key: bytes) -> bytes:
        if not self.fits(key):
            raise Refused("vault.key_unreadable", file=f"{name}.key", reason=f"{len(key)} bytes")
        return key


def _new_pair() -> bytes:
    made = new_sm2_key()
    return f"{made.private_hex}\n{made.public_hex}\n".lower().encode("ascii")


_FORMS = {
    DATABASE: _Form(
        lambda: secrets.token_bytes(_DATABASE_KEY_BYTES),
        lambda key: len(key) == _DATABASE_KEY_BYTES,
    ),
    TEMPLATE: _Form(
        lambda: secrets.token_bytes(SM4_KEY_BYTES), lambda key: len(key) == SM4_KEY_BYTES
    ),
    DEVICE: _Form(_new_pair, lambda key: PAIR.fullmatch(key) is not None),
    TLS: _Form(lambda: _certificates().new_tls_key(), lambda key: _certificates().is_tls_key(key)),
}


def _certificates() -> ModuleType:
    """Loaded when a certificate's key is asked for: nothing else of a terminal needs X.509."""
    from terminal import certificates  # noqa: PLC0415

    return certificates


def _next(name: str) -> str:
    return f"{name}.next"


def _pair(held: bytes) -> DeviceKey:
    private_key, public_key = held.decode("ascii").splitlines()
    return DeviceKey(private_key, public_key)
