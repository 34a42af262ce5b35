"""The store opened to be read and not written, also beside the terminal that owns it.

A command that shows what the book says must neither wait for the terminal to stop nor stop
it. It writes nothing, migrates nothing, and takes no lock.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from terminal.core.faults import Refused
from terminal.store.database import Database
from terminal.store.schema import MIGRATIONS


class ReadingDatabase(Database):
    """Every read inside one `transaction()` sees the same moment; none outlives the block."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open a file that is there, of this very version of the program.

        Raises Refused `store.absent`, `store.other_version`, `store.will_not_open`;
        Unavailable `store.away`.
        """
        self._path = path
        self._key = key
        self._writing = threading.RLock()
        self._writer: int | None = None
        self._opening = threading.Lock()
        self._db: Any = None
        if not path.is_file():
            raise Refused("store.absent", file=path.name)
        self._db = self._connect(f"{path.absolute().as_uri()}?mode=ro")
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version != len(MIGRATIONS):
            self.close()
            raise Refused(
                "store.other_version", file_version=version, known_version=len(MIGRATIONS)
            )

    def close(self) -> None:
        """May be called twice."""
        with self._writing:
            if self._db is not None:
                self._db.close()
                self._db = None

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """One moment, for reading; a write inside is refused by the driver. Nests."""
        with self._writing:
            if self._writer is not None:
                yield self._db
                return
            self._writer = threading.get_ident()
            self._db.execute("BEGIN")
            try:
                yield self._db
            finally:
                self._writer = None
                self._db.execute("ROLLBACK")

    def _reader(self) -> Any:
        return self._db
