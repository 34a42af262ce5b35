"""The ledger outside the running terminal: read, exported, checked, and a proof from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

from terminal import clock
from terminal.assembly.keys import open_settled_store, open_vault
from terminal.assembly.reading import store_to_read
from terminal.core.evidence import TEMPLATE_ERASED, canonical, sealed
from terminal.core.faults import Refused
from terminal.core.ledger import Deed, Entry
from terminal.core.ledger_check import LedgerVerdict, Seal
from terminal.core.ledger_file import LINE_BYTES_MAX, check_lines, head_of
from terminal.health import Health
from terminal.ledger import Ledger
from terminal.settings import Settings
from terminal.store import Store
from terminal.vault import DeviceKey

_LEFT = (Deed.WITHDRAWN, Deed.ERASED)


def verify_ledger(settings: Settings) -> LedgerVerdict:
    """Read the whole ledger; how it was found is written into it.

    Beside a terminal that runs here it is only read: that one writes down what it finds
    by itself, once a day.
    """
    try:
        with _opened(settings) as (_, ledger, _key):
            return ledger.verify()
    except Refused as refused:
        if refused.code != "store.held":
            raise
    with store_to_read(settings) as (store, vault):
        return _ledger(store, vault.device_keys()[0], settings).verdict()


def export_ledger(settings: Settings, out: Path) -> int:
    """Write it for the bureau; returns the number of its last entry. Raises as Ledger.export."""
    with _opened(settings) as (store, ledger, _key):
        ledger.export(out, settings.fixmedins_code)
        head = store.ledger.last_seal()
        return 0 if head is None else head.number


def check_ledger(file: Path, public_key: str, earlier: list[Path]) -> LedgerVerdict:
    """Judge an exported ledger by nothing but the key, and by the last lines of earlier files.

    Raises Refused `ledger.no_such_file`, and `crypto.key_unusable` for a key that is none.
    """
    heads = [_head(each) for each in earlier]
    try:
        with file.open("rb") as opened:
            lines = iter(lambda: opened.readline(LINE_BYTES_MAX), b"")
            return check_lines(lines, public_key, heads)
    except OSError as error:
        raise Refused("ledger.no_such_file", file=file.name, reason=error.strerror) from None


def prove_erased(settings: Settings, person: str, key: str) -> str:
    """A signed file: how templates came, how they went, and that none of them is here.

    `person`: our number for them, or their ID number, which does not stand in the file.
    `key`: of one template instead. Raises Refused `ledger.never_enrolled` where the ledger
    knows nothing of it, `ledger.template_stands` while one is still in the store.
    """
    with _opened(settings) as (store, ledger, device):
        known = store.people.by_id_number(person) if person else None
        person_id = known.person_id if known is not None else person
        enrolled = _entries(store, (Deed.ENROLLED,), person_id, key)
        if not enrolled:
            raise Refused("ledger.never_enrolled")
        keys = {key} if key else {each for entry in enrolled for each in _keys(entry)}
        standing = store.ledger.standing(keys)
        if standing:
            raise Refused("ledger.template_stands", templates=len(standing))
        ledger.seal()
        head = store.ledger.last_seal()
        record: dict[str, object] = {
            "schema": TEMPLATE_ERASED,
            "device": {"public_key": device.public_key},
            "at": clock.now().isoformat(),
            "enrolled": [_told(entry) for entry in enrolled],
            "erased": [_told(entry) for entry in _entries(store, _LEFT, person_id, key)],
            "templates": sorted(keys),
            "templates_in_store": 0,
            "ledger": None if head is None else {"n": head.number, "sm3": head.digest.hex()},
        }
    data = canonical(record)
    return sealed(data.decode("utf-8"), device.sign(data))


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Store, Ledger, DeviceKey]]:
    key = open_vault(settings).device_keys()[0]
    with closing(open_settled_store(settings)) as store:
        ledger = _ledger(store, key, settings)
        ledger.look()
        yield store, ledger, key


def _ledger(store: Store, key: DeviceKey, settings: Settings) -> Ledger:
    every = settings.ledger_seal_every
    return Ledger(store, key, settings.data_dir, every, clock.now, Health())


def _head(file: Path) -> Seal:
    """The last line of a file that was exported earlier."""
    try:
        with file.open("rb") as opened:
            opened.seek(max(file.stat().st_size - LINE_BYTES_MAX, 0))
            last = opened.read().splitlines()[-1:]
    except OSError as error:
        raise Refused("ledger.no_such_file", file=file.name, reason=error.strerror) from None
    head = head_of(last[0]) if last else None
    if head is None:
        raise Refused("ledger.head_unreadable", reason="no head")
    return head


def _entries(store: Store, deeds: tuple[Deed, ...], person_id: str, key: str) -> list[Entry]:
    """Of this person, or of this template where one is named; in their order."""
    found = [entry for deed in deeds for entry in store.ledger.of(deed)]
    wanted = [
        entry
        for entry in found
        if (key in _keys(entry) if key else json.loads(entry.facts).get("person") == person_id)
    ]
    return sorted(wanted, key=lambda entry: entry.number)


def _keys(entry: Entry) -> list[str]:
    templates = json.loads(entry.facts).get("templates", [])
    return [each["key"] if isinstance(each, dict) else str(each) for each in templates]


def _told(entry: Entry) -> dict[str, object]:
    return {**asdict(entry), "facts": json.loads(entry.facts)}
