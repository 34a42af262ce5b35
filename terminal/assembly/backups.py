"""Backups joined: made of this terminal, taken over by a successor, handed to the county."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from pydantic import SecretStr

from terminal import clock
from terminal.assembly.device import Device
from terminal.assembly.keys import STORE, open_vault
from terminal.backup import Place, make_backup, manifest_of
from terminal.backup_line import CountyBackups
from terminal.core.backup_file import reseal
from terminal.core.faults import Fault, Refused
from terminal.identity import Identity
from terminal.local_door import Verb
from terminal.province.post import Post
from terminal.restoring import Restoring, Taken, key_file, newest_in
from terminal.settings import Settings
from terminal.store.snapshot import Snapshot
from terminal.vault import Vault

log = logging.getLogger(__name__)

_CONNECT_S = 10.0
_OUT, _IN = "backup.out", "backup.in"
"""Folders in the data folder, for a file on its way."""


def back_up(settings: Settings, into: Path) -> dict[str, object]:
    """Make one backup into a folder, beside a terminal that may be running.

    Raises as make_backup; Refused `store.absent`, `store.will_not_open`.
    """
    vault = open_vault(settings)
    with closing(_snapshot(settings, vault)) as snapshot:
        out = make_backup(_place(settings, vault), snapshot, into, clock.now())
    return {"file": out.name, "bytes": out.stat().st_size, "number": manifest_of(out).number}


def back_up_to_county(settings: Settings) -> dict[str, object]:
    """The same, handed to the county. Raises as CountyBackups.hand_in besides."""
    with _line(settings) as county, _folder(settings, _OUT) as folder:
        told = back_up(settings, folder)
        county.hand_in(folder / str(told["file"]))
        return told


def nightly_backup(device: Device, upkeep: Verb) -> Verb:
    """The night's upkeep, and behind it a backup for the county where one is asked for.

    What the county does not take tonight it is offered tomorrow: nothing waits for it.
    """
    settings = device.settings

    def both() -> Mapping[str, object]:
        did = dict(upkeep())
        if settings.county_url and settings.backup_public_key:
            try:
                did["backup"] = back_up_to_county(settings)["number"]
            except Fault as fault:
                log.warning("no backup tonight: %s", fault)
                did["backup"] = fault.code
        return did

    return both


def restore_from(settings: Settings, folder: Path) -> Taken:
    """Take the newest backup in a folder over. Raises as Restoring.restore."""
    manifest, backup = newest_in(folder, settings.fixmedins_code)
    vault = open_vault(settings)
    restoring = Restoring(
        settings.data_dir, settings.fixmedins_code, settings.backup_public_key, vault
    )
    return restoring.restore(backup, manifest, clock.now())


def restore_from_county(settings: Settings) -> Taken:
    """Fetch the newest backup and the county's word for us, and take it over."""
    successor = open_vault(settings).device_keys()[0].public_key
    with _line(settings) as county, _folder(settings, _IN) as folder:
        county.fetch(folder, successor)
        return restore_from(settings, folder)


def reseal_for(backup: Path, successor: str, safe_private: str) -> Path:
    """The county's act: seal a backup's key anew; the file that goes back with it."""
    manifest = manifest_of(backup)
    out = key_file(backup, successor)
    out.write_bytes(reseal(manifest, safe_private, successor))
    return out


def settings_without_secrets(settings: Settings) -> dict[str, object]:
    """What the clinic set itself, as text; passwords and secrets stay behind."""
    told: dict[str, object] = {}
    for name, info in type(settings).model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, SecretStr) or value == info.default or value is None:
            continue
        told[name] = value if isinstance(value, bool | int | float | str) else str(value)
    return told


def _place(settings: Settings, vault: Vault) -> Place:
    return Place(
        settings.data_dir,
        settings.fixmedins_code,
        settings.backup_public_key,
        vault.device_keys()[0],
        settings_without_secrets(settings),
    )


def _snapshot(settings: Settings, vault: Vault) -> Snapshot:
    """By whichever key opens it: while keys are changed there are two."""
    path = settings.data_dir / STORE
    if not path.is_file():
        raise Refused("store.absent", file=path.name)
    first, *others = vault.database_keys()
    for key in reversed(others):
        try:
            return Snapshot(path, key)
        except Refused as refused:
            if refused.code != "store.will_not_open":
                raise
    return Snapshot(path, first)


@contextmanager
def _line(settings: Settings) -> Iterator[CountyBackups]:
    identity = Identity(settings.data_dir / "identity", lambda: open_vault(settings).tls_keys())
    enrolled = identity.certificate() is not None
    context = identity.context(settings.county_ca_file) if enrolled else None
    post = Post(settings.county_ca_file, _CONNECT_S, context)
    try:
        yield CountyBackups(post, settings.county_url, settings.fixmedins_code)
    finally:
        post.close()


@contextmanager
def _folder(settings: Settings, name: str) -> Iterator[Path]:
    folder = settings.data_dir / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
