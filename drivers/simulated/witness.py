"""An onlooker at the simulated province: sees each settlement the moment it is committed.

It writes triggers into the province's own book, so what it sees is part of the same
commit: whatever the answer's fate, and however often the province is started anew.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from drivers.simulated.province.book import FILE_NAME, Book
from terminal.core.money import Money

_AMOUNTS = ("medfee_sumamt", "fund_pay_sumamt", "psn_part_amt")

_TRIGGERS = """
CREATE TABLE IF NOT EXISTS witnessed (
    number INTEGER PRIMARY KEY, setl_id TEXT NOT NULL, msgid TEXT NOT NULL,
    state TEXT NOT NULL, setlinfo TEXT NOT NULL, institution TEXT NOT NULL);
CREATE TRIGGER IF NOT EXISTS witness_made AFTER INSERT ON settlements BEGIN
    INSERT INTO witnessed (setl_id, msgid, state, setlinfo, institution)
    VALUES (new.setl_id, new.msgid, new.state, new.setlinfo, new.institution); END;
CREATE TRIGGER IF NOT EXISTS witness_changed AFTER UPDATE OF state ON settlements BEGIN
    INSERT INTO witnessed (setl_id, msgid, state, setlinfo, institution)
    VALUES (new.setl_id, new.msgid, new.state, new.setlinfo, new.institution); END;
CREATE TRIGGER IF NOT EXISTS witness_gone AFTER DELETE ON settlements BEGIN
    INSERT INTO witnessed (setl_id, msgid, state, setlinfo, institution)
    VALUES (old.setl_id, old.msgid, 'gone', old.setlinfo, old.institution); END;
"""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """One change of a settlement, as the province committed it."""

    setl_id: str
    msgid: str
    stands: bool
    amounts: tuple[Money, Money, Money]
    """Total, fund and own share."""


class Witness:
    """Stands beside a province's book; put it there before the province starts."""

    def __init__(self, folder: Path, institution: str) -> None:
        """Sees what this institution settled; the rest of the county is none of ours."""
        self._institution = institution
        Book(folder).close()  # Its tables must be there before they can be watched.
        self._db = sqlite3.connect(folder / FILE_NAME, isolation_level=None)
        self._db.executescript(_TRIGGERS)

    def seen(self) -> list[Witnessed]:
        """Every change since the beginning, in the order of the commits."""
        rows = self._db.execute(
            "SELECT setl_id, msgid, state, setlinfo FROM witnessed WHERE institution = ?"
            " ORDER BY number",
            (self._institution,),
        ).fetchall()
        return [
            Witnessed(setl_id, msgid, state == "settled", _amounts(info))
            for setl_id, msgid, state, info in rows
        ]

    def standing(self) -> set[str]:
        """What the book itself says stands: the other half of the comparison."""
        rows = self._db.execute(
            "SELECT setl_id FROM settlements WHERE state = 'settled' AND institution = ?",
            (self._institution,),
        )
        return {setl_id for (setl_id,) in rows}

    def close(self) -> None:
        self._db.close()


def _amounts(written: str) -> tuple[Money, Money, Money]:
    info = json.loads(written, parse_float=str, parse_int=str)
    total, fund, own = (Money.parse(info[name]) for name in _AMOUNTS)
    return total, fund, own
