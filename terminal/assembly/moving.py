"""A device leaves its clinic: everything of it is destroyed, and a statement says so.

The statement is signed with the device's key while there still is one, and written down
before the first byte is erased; nobody is shown it until everything is. A power cut in
between is carried through at the next start.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from terminal.assembly.keys import (
    KEYS_FOLDER,
    MOVED,
    MOVING,
    STORE,
    open_settled_store,
    open_vault,
    wipe,
)
from terminal.core.enrolment_answer import Erasure, erasure_text
from terminal.core.faults import Refused, Unavailable
from terminal.core.visit import VisitState
from terminal.enrolled_settings import put, read_local
from terminal.private_file import write_private
from terminal.provision_steps import Held
from terminal.settings import Settings
from terminal.store import Store

DEVICE_SETTINGS = "device.toml"
"""What a technician set of the devices on this table; it outlives the clinic."""

_OF_DEVICES = ("camera", "scanner_", "printer", "second_camera", "key_source", "web_port")
_BYTES_MAX = 64 * 1024
_MONEY_OPEN = (
    VisitState.CONFIRMED,
    VisitState.WAITING,
    VisitState.SETTLING,
    VisitState.UNCERTAIN,
    VisitState.DIFFERS,
    VisitState.PARTLY_SETTLED,
)


def held_by(settings: Settings, clinic_name: str, clinic: str) -> Held | None:
    """Whose this device is; None where there is neither a store nor settings of a clinic.

    Without a store there may still be its county's files, certificate and keys. Raises as
    opening the store does, Refused `store.held` while a terminal runs.
    """
    if not (settings.data_dir / STORE).exists():
        return Held(clinic, clinic_name, 0) if clinic else None
    with closing(open_settled_store(settings)) as store:
        return Held(clinic, clinic_name, _waits(store))


def erase(
    settings: Settings, settings_file: Path, clinic: str, for_card: str, now: Callable[[], datetime]
) -> str:
    """Destroy everything of this clinic; the signed statement.

    Raises Refused `provision.money_waits`, `store.held`, `wipe.*`, Unavailable
    `enrol.not_kept` where the settings file cannot be taken away.
    """
    folder, vault = settings.data_dir, open_vault(settings)
    _make_ours(settings_file)
    with closing(open_settled_store(settings)) as store:
        waits = _waits(store)
        if waits:
            raise Refused("provision.money_waits", waits=waits, clinic=clinic)
        last = store.ledger.last_for_sure()
    key = vault.device_keys()[0]
    told = vault.told()
    erasure = Erasure(
        clinic=clinic,
        at=now(),
        for_card=for_card,
        ledger_entries=0 if last is None else last.entry.number,
        ledger_head="" if last is None else last.digest.hex(),
        keys=tuple(f"{each.source} {each.name}" for each in told),
        keys_left=tuple(
            f"{each.source} {each.name}" for each in told if each.source == "credentials"
        ),
    )
    _keep_devices(folder, settings_file)
    text = erasure_text(erasure, key.public_key, key.sign)
    write_private(folder / MOVING, text.encode("ascii"))
    return finish_erasing(settings, settings_file)


def finish_erasing(settings: Settings, settings_file: Path) -> str:
    """Carry through an erasure that was begun; the statement of the last one that is done,
    or empty. Raises Refused `wipe.not_erased`, `store.held`."""
    folder = settings.data_dir
    if (folder / MOVING).exists():
        target = settings_file.resolve()  # Before the link to it is erased.
        # What is left after a power cut has perhaps neither keys nor a store any more.
        (folder / KEYS_FOLDER).mkdir(mode=0o700, exist_ok=True)
        wipe(settings)
        try:
            target.unlink(missing_ok=True)
        except OSError as error:
            raise Refused("wipe.not_erased", reason=error.strerror) from None
        (folder / MOVING).replace(folder / MOVED)
    try:
        return (folder / MOVED).read_text("ascii")
    except FileNotFoundError:
        return ""


def device_settings(folder: Path) -> dict[str, object]:
    """What was kept of a device that was moved."""
    try:
        return tomllib.loads((folder / DEVICE_SETTINGS).read_text("utf-8")[:_BYTES_MAX])
    except (OSError, ValueError):
        return {}


def _make_ours(settings_file: Path) -> None:
    """Put in its own place what is to be erased last: what root wrote in the sticky folder
    nobody else removes, and then this must be known before anything is gone."""
    try:
        put(settings_file, settings_file.read_bytes())
    except FileNotFoundError:
        return
    except OSError as error:
        reason = error.strerror or ""
        raise Unavailable("enrol.not_kept", file=settings_file.name, reason=reason) from None


def _keep_devices(folder: Path, settings_file: Path) -> None:
    kept = {
        name: value
        for name, value in read_local(settings_file).items()
        if name.startswith(_OF_DEVICES)
        and isinstance(value, str | int | float)
        and not _lets_in(str(value))
    }
    spelt = {name: json.dumps(value, ensure_ascii=False) for name, value in kept.items()}
    lines = [f"{name} = {value}\n" for name, value in sorted(spelt.items())]
    put(folder / DEVICE_SETTINGS, "".join(lines).encode("utf-8"))


def _lets_in(address: str) -> bool:
    """Whether it holds a password: a camera on the old clinic's wall stays with that clinic."""
    try:
        return urlsplit(address).username is not None
    except ValueError:
        return False


def _waits(store: Store) -> int:
    """Visits whose money waits, moves, differs or is not known."""
    visits = {each.visit_id for each in store.settlements.agreed_or_in_flight()}
    visits |= {each.visit_id for each in store.visits.unfinished() if each.state in _MONEY_OPEN}
    return len(visits)
