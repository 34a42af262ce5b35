"""The store read beside a terminal that may be running, for commands that only tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from terminal.assembly.keys import STORE, open_vault
from terminal.core.faults import Refused
from terminal.settings import Settings
from terminal.store import Store
from terminal.store.reading import ReadingDatabase
from terminal.vault import Vault


@contextmanager
def store_to_read(settings: Settings) -> Iterator[tuple[Store, Vault]]:
    """The store, and the keys that opened it. Raises Refused `store.absent` where there is
    none, `store.other_version`, `store.will_not_open`, and what the vault raises."""
    path = settings.data_dir / STORE
    if not path.is_file():  # Before the vault is asked, which would make keys for a new one.
        raise Refused("store.absent", file=path.name)
    vault = open_vault(settings)
    store = _opened(settings, vault)
    try:
        yield store, vault
    finally:
        store.close()


def _opened(settings: Settings, vault: Vault) -> Store:
    """By whichever key opens it: while keys are changed there are two."""
    path = settings.data_dir / STORE
    first, *others = vault.database_keys()
    for key in reversed(others):
        try:
            return Store(path, key, ReadingDatabase)
        except Refused as refused:
            if refused.code != "store.will_not_open":
                raise
    return Store(path, first, ReadingDatabase)
