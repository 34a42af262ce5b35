"""What an update came to, told by the version that runs after it.

The updater works as root beside the terminal and writes nothing into the store. It leaves
two files in the data folder: `updating` while a version is on trial (no visit begins), and
`update.json`, what became of the last one.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from terminal.core.ledger import Deed
from terminal.health import Health
from terminal.opening import Opening
from terminal.store import Store

log = logging.getLogger(__name__)

MARK = "updating"
OUTCOME = "update.json"

_HELD_S = 300.0
"""A start, the time of the health gate, and time to go back."""

_MARK_S_MAX = 3600.0
"""An older mark was left behind by an updater that never came back."""

_BYTES_MAX = 4096
_TOLD = "update_told"


def hold_on_trial(folder: Path, opening: Opening, seconds: Callable[[], float] = time.time) -> bool:
    """Hold new visits if this version is on trial; whether it is. Ends by itself."""
    try:
        age_s = seconds() - (folder / MARK).stat().st_mtime
    except OSError:
        return False
    if abs(age_s) > _MARK_S_MAX:
        return False
    opening.hold("update", _HELD_S)
    return True


def tell_outcome(folder: Path, store: Store, health: Health, at: datetime) -> None:
    """Write the last update into the ledger, once; one that was undone is shown until the next.

    Raises what the store raises; a file that cannot be read tells nothing.
    """
    told = _outcome(folder)
    if told is None:
        return
    kept = told["outcome"] == "kept"
    health.report("update", None if kept else "update.rolled_back")
    if store.journal.recall(_TOLD) != told:
        with store.transaction():
            store.ledger.add(Deed.UPDATED if kept else Deed.ROLLED_BACK, at, told, who="")
            store.journal.remember(_TOLD, told)


def _outcome(folder: Path) -> dict[str, str] | None:
    try:
        with (folder / OUTCOME).open("rb") as file:
            told = json.loads(file.read(_BYTES_MAX))
        return {name: str(told[name])[:80] for name in ("outcome", "version", "before", "why")}
    except (OSError, ValueError, KeyError, TypeError):
        return None
