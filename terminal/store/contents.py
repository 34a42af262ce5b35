"""What the store holds, counted: whether anything was done between two moments."""

from __future__ import annotations

import os
from pathlib import Path

from terminal.core.faults import Unavailable
from terminal.core.ledger import Deed
from terminal.store.database import Database

_ANY_START = ("fact", "message", "counter", "ledger", "ledger_seal")
"""Every start writes these: its sign-in, its seal. Of the ledger the deeds are told."""

_ACTS = ("2207", "2208", "2601", "3501", "3502", "3505", "3506")
"""Messages that move money or boxes, with or without an A: some write no row elsewhere, and
a store that forgets one tells it twice, or takes an undone charge for settled."""

_DEEDS_OF_STARTS = ("setting_changed", "weights_changed", "updated", "rolled_back")


class Contents:
    """Copies and counts. `copy_to`, `told`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def copy_to(self, path: Path) -> None:
        """Copy the whole store as it is at one moment, under the same key, mode 0600.

        Whoever writes goes on meanwhile. Raises Unavailable `store.away`.
        """
        try:
            path.unlink(missing_ok=True)
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise Unavailable("store.away", reason=error.strerror or "") from None
        self._db.rows("VACUUM INTO ?", (str(path),))

    def told(self) -> dict[str, list[int]]:
        """By table its rows and its highest row, by deed how often it stands in the ledger,
        and how often money or boxes were spoken of.

        Two starts with nobody served in between tell the same: visits write their steps,
        decisions their deeds. Raises Unavailable `store.away`, Refused `store.damaged`.
        """
        names = self._db.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            " ORDER BY name"
        )
        told = {}
        for (name,) in names:
            if name not in _ANY_START:
                counted = self._db.row(f'SELECT count(*), max(rowid) FROM "{name}"')  # noqa: S608
                told[name] = [] if counted is None else [counted[0], counted[1] or 0]
        marks = ", ".join("?" * len(_ACTS))
        acts = self._db.row(
            f"SELECT count(*) FROM message WHERE substr(infno, 1, 4) IN ({marks})",  # noqa: S608
            _ACTS,
        )
        told["message.acts"] = [] if acts is None else [acts[0]]
        told |= {f"ledger.{deed}": [0] for deed in Deed if deed not in _DEEDS_OF_STARTS}
        for deed, count in self._db.rows("SELECT deed, count(*) FROM ledger GROUP BY deed"):
            if deed not in _DEEDS_OF_STARTS:
                told[f"ledger.{deed}"] = [count]
        return told
