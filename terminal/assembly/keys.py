"""The vault and the store as the settings say; changing keys, and erasing everything."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

from terminal import clock
from terminal.assembly.parts import ASSETS, WEIGHTS
from terminal.core.faults import Refused
from terminal.key_files import Files
from terminal.key_sources import Credentials, InElement, KeySource
from terminal.ports import SecureElement
from terminal.settings import Settings
from terminal.store import Store
from terminal.store.database import held
from terminal.unlocking import change_keys, open_store
from terminal.vault import Vault

STORE = "terminal.db"
KEYS_FOLDER = "keys"
ELEMENT_PIN = "element_pin"
"""Name of the PIN that opens the secure element: a credential, else a key file."""

MOVING, MOVED = "moving.signed", "moved.signed"
"""The statement that a clinic's data is, or was, destroyed here: it outlives what it speaks of."""

_NOT_OF_PEOPLE = {WEIGHTS, ASSETS, "clips", "demo", "province"} | {
    *(MOVING, MOVED, "device.toml", "pairing.open")
}
"""Folders that may lie in the data folder and hold nobody's data, or another terminal's."""


def open_vault(settings: Settings, element: SecureElement | None = None) -> Vault:
    """The keys from where `key_source` says.

    `element`: the chip, where there is one. Raises Refused `vault.no_credentials` when
    systemd hands none over, `vault.no_element` for a chip that this device has not.
    """
    files = Files(settings.data_dir / KEYS_FOLDER, clock.now)
    handed = os.environ.get("CREDENTIALS_DIRECTORY")
    credentials = None if handed is None else Credentials(Path(handed))
    sources: list[KeySource]
    match settings.key_source:
        case "file":
            sources = [files]
        case "credentials":
            if credentials is None:
                raise Refused("vault.no_credentials")
            sources = [credentials]
        case "secure_element":
            if element is None:
                raise Refused("vault.no_element")
            pin = (credentials and credentials.read(ELEMENT_PIN)) or files.read(ELEMENT_PIN)
            if pin is None:
                raise Refused("vault.key_missing", file=f"{ELEMENT_PIN}.key")
            sources = [InElement(element, pin.decode("ascii", "replace").strip(), clock.now)]
        case _:
            sources = [files] if credentials is None else [credentials, files]
    return Vault(sources, settings.data_dir / STORE)


def open_settled_store(settings: Settings, element: SecureElement | None = None) -> Store:
    """The store of this terminal, open. Raises as open_vault, Vault and Store do."""
    return open_store(settings.data_dir / STORE, open_vault(settings, element), clock.now)


def told_keys(settings: Settings) -> list[dict[str, str]]:
    """Name, source, class and date of each key; never a key."""
    return [
        {
            "key": key.name,
            "source": key.source,
            "class": key.klass.value,
            "since": "" if key.since is None else key.since.isoformat(timespec="seconds"),
            "age_days": "" if key.since is None else str(_age_days(key.since)),
            "changing": "yes" if key.changing else "",
        }
        for key in open_vault(settings).told()
    ]


def rotate_keys(settings: Settings) -> list[dict[str, str]]:
    """New keys in the place of all. Raises Refused `store.held`, `vault.source_read_only`."""
    change_keys(settings.data_dir / STORE, open_vault(settings), clock.now)
    return told_keys(settings)


def wipe(settings: Settings) -> dict[str, object]:
    """Erase the keys, then the files they opened; says what is left and must be seen to.

    Raises Refused `wipe.no_terminal` for a folder without a store or keys, `store.held`
    while a terminal runs here, `wipe.not_erased`.
    """
    folder = settings.data_dir
    if not any((folder / name).exists() for name in (STORE, KEYS_FOLDER)):
        raise Refused("wipe.no_terminal", folder=folder.name)
    with held(folder / STORE):
        kept_keys = open_vault(settings).destroy()
        try:
            for path in sorted(folder.iterdir()):
                if path.name in _NOT_OF_PEOPLE:
                    continue
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
        except OSError as error:
            raise Refused("wipe.not_erased", reason=error.strerror) from None
    left = sorted(path.name for path in folder.iterdir())
    return {"keys_left": kept_keys, "left": left}


def _age_days(since: datetime) -> int:
    return (clock.now() - since).days
