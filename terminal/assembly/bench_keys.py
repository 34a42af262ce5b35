"""What it costs to seal a face and to open it, and to give a store another key."""

from __future__ import annotations

import secrets
import statistics
import tempfile
import time
from pathlib import Path

from terminal.store import Store
from terminal.store.sealing import TemplateSeal

_TEMPLATES = 2_000
"""Of a village."""

_VECTOR_BYTES = 512 * 4


def bench_keys() -> dict[str, object]:
    """Microseconds to seal and open one template; milliseconds to lock a new store anew."""
    seal = TemplateSeal(secrets.token_bytes(16))
    vector = secrets.token_bytes(_VECTOR_BYTES)
    taken = []
    for number in range(_TEMPLATES):
        begun_s = time.perf_counter()
        seal.open(seal.seal(vector, str(number)), str(number), seal.name)
        taken.append((time.perf_counter() - begun_s) * 1e6)
    with tempfile.TemporaryDirectory() as scratch:
        store = Store(Path(scratch) / "terminal.db", secrets.token_bytes(32))
        begun_s = time.perf_counter()
        store.lock_anew(secrets.token_bytes(32))
        anew_ms = (time.perf_counter() - begun_s) * 1e3
        store.close()
    return {
        "templates": len(taken),
        "seal_and_open_us_p50": round(statistics.median(taken), 1),
        "seal_and_open_us_p99": round(sorted(taken)[int(len(taken) * 0.99)], 1),
        "lock_anew_ms": round(anew_ms, 1),
    }
