"""A whole copy of the store at one moment, under a key of its own, while the terminal works.

The copy holds no face: consent says that templates stay in this terminal. What was learnt
of faces goes with them, and the card of whoever looks like whom.
"""

from __future__ import annotations

from pathlib import Path

from terminal.store.database import Database
from terminal.store.reading import ReadingDatabase
from terminal.store.schema import MIGRATIONS

_OF_FACES = (
    "enrolment",
    "template",
    "look_alike",
    "same_face",
    "other_face",
    "always_challenge",
    "face_use",
)
"""In an order in which nothing refers to what is gone."""


class Snapshot(ReadingDatabase):
    """The store, opened beside the terminal that owns it."""

    def copied(self, into: Path, key: bytes) -> dict[str, list[str]]:
        """Write the copy where there is no file; which templates it lacks, by person_id.

        `key`: 32 random bytes, used for nothing else. Everything of one moment: the driver
        reads in one transaction. Raises Unavailable `store.away` when the disk is full, and
        leaves what it has written to the caller to take away.
        """
        quoted = str(into).replace("'", "''")
        self.rows(f"ATTACH DATABASE '{quoted}' AS copy KEY \"x'{key.hex()}'\"")
        try:
            self.rows("SELECT sqlcipher_export('copy')")
            self.rows(f"PRAGMA copy.user_version = {len(MIGRATIONS)}")
        finally:
            self.rows("DETACH DATABASE copy")
        copy = Database(into, key)
        try:
            left = _without_faces(copy)
            copy.truncate_log()
            return left
        finally:
            copy.close()


def _without_faces(copy: Database) -> dict[str, list[str]]:
    """Their pages are overwritten with zeros (secure_delete), before the copy leaves us."""
    left: dict[str, list[str]] = {}
    for row in copy.rows("SELECT person_id, template_key FROM enrolment ORDER BY template_key"):
        left.setdefault(row["person_id"], []).append(row["template_key"])
    with copy.transaction() as db:
        for table in _OF_FACES:
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own tables.
    return left
