"""The store opened with the vault's keys; a change of keys that waits is carried through.

The new key stands beside the old one before anything is locked with it, and takes its
place only after everything is. So there is one way for a change and for what a power cut
left of one: open with what there is, do what is left.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from terminal.core.faults import Refused, Unavailable
from terminal.core.ledger import Deed
from terminal.core.ledger_check import handing_over_text
from terminal.store import Store
from terminal.store.database import Database
from terminal.store.sealing import key_name
from terminal.vault import DATABASE, DEVICE, TEMPLATE, Vault

_TECHNICIAN = "technician"
"""Who changes keys: the command line, whoever is on duty."""

log = logging.getLogger(__name__)


def open_store(
    path: Path,
    vault: Vault,
    now: Callable[[], datetime],
    database: type[Database] = Database,
) -> Store:
    """Open or make the store, and carry a change of its keys through.

    Raises as Store and Vault do. On a disk too full for the change the store is open with
    the old key, and the next start tries again.
    """
    store, key = _opened(path, vault, database)
    try:
        _change_template(store, vault, now)
        _change_device(store, vault, now)
        if not _change_database(store, key, vault, now):
            store.close()
            store, _ = _opened(path, vault, database)
    except BaseException:
        store.close()
        raise
    return store


def open_copy(path: Path, vault: Vault) -> Store:
    """Open a copy of the store; a change of keys that waits is left to the store itself.

    Migrates it, as opening does. Raises as Store and Vault do.
    """
    return _opened(path, vault, Database)[0]


def change_keys(path: Path, vault: Vault, now: Callable[[], datetime]) -> None:
    """Put new keys in the place of all: the store's, the templates', the device's.

    Raises Refused `store.held` while a terminal runs, `vault.source_read_only`.
    """
    open_store(path, vault, now).close()  # What waits is carried through first.
    vault.change()
    open_store(path, vault, now).close()


def _opened(path: Path, vault: Vault, database: type[Database]) -> tuple[Store, bytes]:
    """The store, and which of the keys opens it."""
    templates = vault.template_keys()
    # The last is the likeliest: a change that waits has seldom come further than that.
    first, *others = vault.database_keys()
    for key in reversed(others):
        try:
            return Store(path, key, database, templates), key
        except Refused as refused:
            if refused.code != "store.will_not_open":
                raise
    return Store(path, first, database, templates), first


def _change_template(store: Store, vault: Vault, now: Callable[[], datetime]) -> None:
    """The store sealed everything under the newest key when it was opened."""
    newest, *older = vault.template_keys()
    if older:
        _tell(store, now, TEMPLATE, key_name(newest))
        _take_place(vault, TEMPLATE)


def _change_device(store: Store, vault: Vault, now: Callable[[], datetime]) -> None:
    """The old public key stays in the ledger: what it signed is verified with it."""
    newest, *older = vault.device_keys()
    if older:
        vouched = older[0].sign(handing_over_text(newest.public_key))
        before = older[0].public_key
        _tell(store, now, DEVICE, newest.public_key, before=before, vouched=vouched)
        _take_place(vault, DEVICE)


def _change_database(store: Store, key: bytes, vault: Vault, now: Callable[[], datetime]) -> bool:
    """False: the disk is too full for it."""
    newest, *older = vault.database_keys()
    if not older:
        return True
    if key != newest:
        try:
            store.lock_anew(newest)
        except Unavailable as away:
            log.warning("the store keeps its key: %s", away.code)
            return False
    _tell(store, now, DATABASE, key_name(newest))
    _take_place(vault, DATABASE)
    return True


def _tell(store: Store, now: Callable[[], datetime], name: str, newest: str, **more: str) -> None:
    """Once for each change, however often the power fails in it.

    `more`, of the device's key: `before`, and that key's word for the new one (`vouched`).
    """
    told = [json.loads(entry.facts) for entry in store.ledger.of(Deed.KEY_CHANGED)]
    if (name, newest) not in [(each["key"], each["now"]) for each in told]:
        facts = {"key": name, "now": newest, **more}
        store.ledger.add(Deed.KEY_CHANGED, now(), facts, who=_TECHNICIAN)


def _take_place(vault: Vault, name: str) -> None:
    # A technician exchanges what systemd hands over; until then the waiting key serves.
    with suppress(Refused):
        vault.changed(name)
