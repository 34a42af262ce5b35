"""A successor takes over a backup: judged whole beside the data folder, then put in its place.

Nothing here settles anything. What was open in the backup is marked as such: before any of
it is charged the province is asked whether the terminal before has charged it already
(terminal/restored.py).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from terminal.backup import META_NAME, STORE_NAME, backups_in, pieces_of, unpack
from terminal.core.backup_file import Manifest, opened_pieces, read_resealed
from terminal.core.faults import Refused, Unavailable
from terminal.core.ledger import Deed, erased
from terminal.core.ledger_check import handing_over_text
from terminal.core.national_crypto import sm2_sign
from terminal.health import Health
from terminal.ledger import Ledger
from terminal.ledger_head import HEAD_FILE
from terminal.private_file import write_private
from terminal.store import Store
from terminal.store.database import held
from terminal.store.restored import RESTORED
from terminal.vault import Vault

SETTINGS_BEFORE = "terminal.toml.before"
"""In the data folder: what the clinic had set, for the technician to compare; read by nobody."""

_SCRATCH = "restore.part"
_SEAL_EVERY = 1
_REPLACED = "replaced"
_TECHNICIAN = "technician"

_AHEAD = {"msgid": 5_000, "chrg_bchno": 1_000_000, "feedetl_sn": 1_000_000, "ipt_otp_no": 1_000_000}
"""How far each counter jumps: what the terminal before counted after the backup nobody knows.
A message's number has four digits that come round, behind the second it was made in."""

_AHEAD_OF_DAY = 500
"""The same for slips and receipts of a day."""

_OF_DAY = {"slip:": _AHEAD_OF_DAY, "cash:": _AHEAD_OF_DAY}
"""Where each day begins that the backup did not see begin: whichever it is, for the clock of a
board that was just unpacked may be put right only after the restore."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a restore came to."""

    manifest: Manifest
    open_visits: int
    """Visits that are asked about before anything of them is charged."""
    faces: int
    """People whose faces must be enrolled anew."""


def key_file(backup: Path, successor: str) -> Path:
    """Where the county's word for this successor lies, beside the backup."""
    return backup.with_name(f"{backup.stem}.for-{successor.lower()[2:18]}.key")


def newest_in(folder: Path, clinic: str) -> tuple[Manifest, Path]:
    """The newest backup of this clinic in a folder. Raises Refused `backup.none_here`."""
    found = backups_in(folder, clinic)
    if not found:
        raise Refused("backup.none_here")
    return found[0]


class Restoring:
    """Takes one backup over. `restore`."""

    def __init__(self, folder: Path, clinic: str, safe: str, vault: Vault) -> None:
        """`folder`: the data folder, without a store; `safe`: the county's, from our settings."""
        self._folder = folder
        self._clinic = clinic
        self._safe = safe.lower()
        self._vault = vault
        self._device = vault.device_keys()[0]

    def restore(self, backup: Path, manifest: Manifest, now: datetime) -> Taken:
        """All of it or nothing. Raises Refused `restore.store_there`, `backup.other_clinic`,
        `backup.other_key`, `backup.not_resealed`, `restore.key_wanted`, `backup.changed`,
        `backup.cut`, `backup.older`; Unavailable `restore.not_written` on a full disk.
        """
        store = self._folder / STORE_NAME
        if store.exists():
            raise Refused("restore.store_there")
        self._judge(backup, manifest)
        scratch = self._folder / _SCRATCH
        shutil.rmtree(scratch, ignore_errors=True)
        try:
            with held(store):
                scratch.mkdir(mode=0o700)
                key = self._content_key(backup, manifest)
                opened = opened_pieces(key, manifest, pieces_of(backup))
                files = unpack(opened, scratch)
                taken = self._made_ours(files, scratch, manifest, now)
                self._put_in_place(files, scratch)
        except OSError as error:
            raise Unavailable("restore.not_written", reason=error.strerror or "") from None
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        return taken

    def _judge(self, backup: Path, manifest: Manifest) -> None:
        if manifest.clinic != self._clinic:
            raise Refused("backup.other_clinic")
        if not manifest.safe.endswith(self._safe.removeprefix("04")) or not self._safe:
            raise Refused("backup.other_key")
        newest, _ = newest_in(backup.parent, self._clinic)
        if newest.number > manifest.number:
            raise Refused("backup.older", number=manifest.number, newest=newest.number)

    def _content_key(self, backup: Path, manifest: Manifest) -> bytes:
        successor = self._device.public_key
        try:
            told = key_file(backup, successor).read_bytes()[:4096]
        except FileNotFoundError:
            raise Refused("restore.key_wanted", public_key=successor) from None
        resealed = read_resealed(told, manifest, successor)
        return self._device.opened(resealed.sealed_key)

    def _made_ours(
        self, files: Mapping[str, Path], scratch: Path, manifest: Manifest, now: datetime
    ) -> Taken:
        try:
            meta = json.loads(files[META_NAME].read_bytes())
            key, faces = bytes.fromhex(meta["database_key"]), dict(meta["faces"])
        except (ValueError, KeyError, TypeError):
            raise Refused("backup.wrong_form", field=META_NAME) from None
        before = "".join(_line(name, value) for name, value in sorted(meta["settings"].items()))
        write_private(scratch / SETTINGS_BEFORE, before.encode("utf-8"))
        files[META_NAME].unlink()
        with closing(Store(files[STORE_NAME], key)) as store:
            open_visits = store.restored.unfinished()
            with store.transaction():
                self._tell(store, meta, manifest, now)
                for person_id, keys in sorted(faces.items()):
                    store.ledger.add(
                        Deed.ERASED, now, erased(person_id, keys, _REPLACED), who=_TECHNICIAN
                    )
                store.restored.leap(_AHEAD | _OF_DAY, _AHEAD_OF_DAY)
                store.sales.perhaps_told()
                told = {
                    "at": max([now, *store.restored.newest_moments()]).isoformat(),
                    "backup_at": manifest.made_at,
                    "before": manifest.device,
                    "open": len(open_visits),
                }
                store.journal.remember(RESTORED, told)
                store.journal.remember("sign_in", {})
            ledger = Ledger(store, self._device, scratch, _SEAL_EVERY, lambda: now, Health())
            ledger.seal()
            store.lock_anew(self._vault.database_keys()[0])
            store.truncate_log()
        return Taken(manifest, len(open_visits), len(faces))

    def _tell(
        self, store: Store, meta: Mapping[str, Any], manifest: Manifest, now: datetime
    ) -> None:
        """The chain of keys: the one before vouched for the heir, the heir vouches for ours."""
        last, heir = store.ledger.last(), meta["heir"]
        ours = self._device.public_key
        steps = (
            (manifest.device, heir["public"], heir["vouched"]),
            (heir["public"], ours, sm2_sign(heir["private"], handing_over_text(ours))),
        )
        for before, after, vouched in steps:
            facts = {"key": "device", "now": after, "before": before, "vouched": vouched}
            store.ledger.add(Deed.KEY_CHANGED, now, facts, who=_TECHNICIAN)
        facts = {
            "before": manifest.device,
            "now": ours,
            "backup": manifest.number,
            "made_at": manifest.made_at,
            "head": None if last is None else {"n": last.entry.number, "sm3": last.digest.hex()},
        }
        store.ledger.add(Deed.RESTORED, now, facts, who=_TECHNICIAN)

    def _put_in_place(self, files: Mapping[str, Path], scratch: Path) -> None:
        """The store comes last: a power cut before it leaves a terminal without one."""
        county = self._folder / "county"
        for name, path in files.items():
            if name.startswith("county/"):
                county.mkdir(mode=0o700, exist_ok=True)
                target = county / name.partition("/")[2]
                if not target.exists():
                    path.replace(target)
        (scratch / SETTINGS_BEFORE).replace(self._folder / SETTINGS_BEFORE)
        (scratch / HEAD_FILE).replace(self._folder / HEAD_FILE)
        files[STORE_NAME].replace(self._folder / STORE_NAME)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _line(name: str, value: object) -> str:
    """One setting as TOML writes it: JSON's texts, figures and switches are TOML's too."""
    return f"{name} = {json.dumps(value, ensure_ascii=False)}\n"
