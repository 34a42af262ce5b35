"""How long a ledger is read from its beginning, and what an entry costs on the way in."""

from __future__ import annotations

import secrets
import tempfile
import time
from pathlib import Path

from terminal import clock
from terminal.assembly.keys import KEYS_FOLDER, STORE
from terminal.core.faults import Unavailable
from terminal.core.ledger import Deed
from terminal.health import Health
from terminal.key_files import Files
from terminal.ledger import Ledger
from terminal.store import Store
from terminal.vault import Vault

_SEAL_EVERY = 100
"""As `ledger_seal_every` says where nobody says otherwise."""


def bench_ledger(entries: int) -> dict[str, float]:
    """Seconds to read so many entries with their seals; microseconds to add one.

    `verify_cpu_s` is this thread's own: on a machine that does other work the clock says
    more. Raises Unavailable `demo.stuck` when what was just written is not found sound.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        vault = Vault([Files(folder / KEYS_FOLDER, clock.now)], folder / STORE)
        store = Store(folder / STORE, secrets.token_bytes(32))
        try:
            key = vault.device_keys()[0]
            ledger = Ledger(store, key, folder, _SEAL_EVERY, clock.now, Health())
            begun_s = time.perf_counter()
            seals = _written(store, ledger, entries)
            written_s = time.perf_counter() - begun_s
            begun_s, begun_cpu_s = time.perf_counter(), time.thread_time()
            verdict = ledger.verdict()
            if not verdict.sound or verdict.sealed_to != entries:
                raise Unavailable("demo.stuck", step="ledger")
            return {
                "entries": entries,
                "seals": seals,
                "verify_s": round(time.perf_counter() - begun_s, 2),
                "verify_cpu_s": round(time.thread_time() - begun_cpu_s, 2),
                "add_us": round(written_s / entries * 1e6, 1),
            }
        finally:
            store.close()


def _written(store: Store, ledger: Ledger, entries: int) -> int:
    """As many as a clinic's: facts of a confirmed amount. Returns how many seals there are."""
    facts = {"visit": "v" * 32, "person": "p" * 32, "own_fen": 1234, "revision": 3}
    seals = 0
    for first in range(0, entries, _SEAL_EVERY):
        with store.transaction():
            for _ in range(min(_SEAL_EVERY, entries - first)):
                store.ledger.add(Deed.AMOUNT_CONFIRMED, clock.now(), facts, who="D431024000001")
        ledger.seal()
        seals += 1
    return seals
