"""What a start finds changed since the last one: settings, and the networks' weights."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from pydantic import SecretStr

from terminal.core.ledger import Deed
from terminal.core.national_crypto import sm3_hmac
from terminal.settings import Settings
from terminal.store import Store
from terminal.store.ledger import LedgerBook

_KEY = "settings_digest_key"
_KEY_BYTES = 16


def note_start(store: Store, settings: Settings, digests: Mapping[str, str], at: datetime) -> None:
    """Write down which settings and which weights are others than at the last start.

    `digests`: of each file of weights, by its name. Figures and switches stand there as
    they are; a text only by its digest, for names and passwords stand in those, and under
    a key that stays in the store: a short password must not be guessed from an export.
    """
    book, key = store.ledger, _key(store)
    values = {name: getattr(settings, name) for name in type(settings).model_fields}
    now = {name: _digest(key, value) for name, value in values.items()}
    before = _last(book, Deed.SETTING_CHANGED)
    changed = sorted(name for name in now if before.get(name) != now[name])
    gone = sorted(set(before) - set(now))
    if changed or gone:
        told = {name: str(values[name]) for name in changed if _is_figure(values[name])}
        facts = {"changed": changed, "gone": gone, "values": told, "digests": now}
        # At the first start all of them are new: that says nothing but takes its space.
        facts = facts if before else {"digests": now}
        book.add(Deed.SETTING_CHANGED, at, facts, who="")
    weights = _last(book, Deed.WEIGHTS_CHANGED)
    if dict(digests) != weights:
        facts = {"digests": dict(digests)}
        book.add(Deed.WEIGHTS_CHANGED, at, facts, who="")


def _last(book: LedgerBook, deed: Deed) -> dict[str, str]:
    entry = book.last_of(deed)
    if entry is None:
        return {}
    try:
        return dict(json.loads(entry.facts)["digests"])
    except (ValueError, KeyError, TypeError):
        return {}  # Edited: the ledger's own reading says so; the clinic starts all the same.


def _is_figure(value: object) -> bool:
    return isinstance(value, bool | int | float | Decimal)


def _key(store: Store) -> bytes:
    kept = store.journal.recall(_KEY)
    if not kept:
        kept = {"key": secrets.token_hex(_KEY_BYTES)}
        store.journal.remember(_KEY, kept)
    return bytes.fromhex(kept["key"])


def _digest(key: bytes, value: object) -> str:
    """16 hexadecimal digits: enough to see a change by, too few to keep."""
    plain = value.get_secret_value() if isinstance(value, SecretStr) else value
    return sm3_hmac(key, repr(plain).encode("utf-8")).hex()[:16]
