"""The database file: opened with its key, migrated forward, written by one at a time.

The only importer of the database's driver. Readers have connections of their own
(`mode=ro`, one a thread), so a screen never waits for a settlement.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

from sqlcipher3 import dbapi2 as sqlcipher

from terminal.core.faults import Refused, Unavailable
from terminal.store.schema import MIGRATIONS

_BUSY_TIMEOUT_MS = 5_000
"""How long a statement waits for a checkpoint; one process owns the file, so never long."""

_PAGES_MAX = 0x3FFF_FFFE
"""As many as the driver allows, some 4 TB."""

IntegrityError = sqlcipher.IntegrityError
"""A unique index or a reference said no; the caller knows which rule that is."""

Row = Any
"""A row of the driver: columns by name."""


class Database:
    """The open file. Write inside `transaction()`; read with `rows()` or `row()`."""

    synchronous: ClassVar[str] = "FULL"
    """FULL, because WAL with NORMAL may lose a committed settlement at a power cut."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open, and migrate if the file is older than this program.

        Raises Refused `store.will_not_open`, `store.damaged`, `store.newer`,
        `store.held`; Unavailable `store.away` when the disk will not have it.
        """
        self._path = path
        self._key = key
        self._writing = threading.RLock()
        self._writer: int | None = None
        self._readers = threading.local()
        self._opening = threading.Lock()
        self._open_readers: list[Any] = []
        self._db: Any = None
        self._held = _hold(path)
        try:
            self._db = self._connect(f"file:{_quoted(path)}?mode=rwc")
            with _faults():
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute(f"PRAGMA synchronous = {self.synchronous}")
                self._db.execute("PRAGMA secure_delete = ON")
                self._db.execute("PRAGMA foreign_keys = ON")
                self._migrate()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close every connection and let another process in. May be called twice."""
        with self._writing, self._opening:
            if self._held < 0:
                return
            for reader in self._open_readers:
                reader.close()
            if self._db is not None:
                self._db.close()
            os.close(self._held)
            self._held = -1

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """Everything written inside is kept when it ends, or nothing is.

        Nests: an inner transaction joins the outer one, so a fault that leaves the inner
        one must leave the outer one too. Raises Unavailable `store.away` when the disk is
        full or gone; what was asked is then undone.
        """
        with self._writing:
            if self._writer is not None:
                yield self._db
                return
            self._writer = threading.get_ident()
            try:
                with _faults():
                    self._db.execute("BEGIN IMMEDIATE")
                    yield self._db
                    self._db.execute("COMMIT")
            except BaseException:
                self._undo()
                raise
            finally:
                self._writer = None

    def move(self) -> None:
        """Take the writer's turn, read a page and give the turn back; nothing is written.

        For the watchdog: what it cannot do, no settlement can. Returns when it is this
        thread's turn, which may be never. Raises as `transaction` does.
        """
        with self._writing, _faults():
            if self._writer is None:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
                finally:
                    self._undo()

    @contextmanager
    def durable_transaction(self) -> Iterator[Any]:
        """A transaction that is on the disk when it ends: never a part of another one."""
        with self._writing:
            if self._writer is not None:
                raise RuntimeError("inside a transaction that may yet be undone")
            with self.transaction() as db:
                yield db

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Read; inside a transaction of this thread, what it has written is seen.

        Raises Unavailable `store.away`, Refused `store.damaged`.
        """
        with _faults():
            return list(self._reader().execute(sql, values))

    def row(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """The first row, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def truncate_log(self) -> bool:
        """Write the log into the file and empty it, so that no page from before an erasing is
        left in either; returns False where a reader holds on to it, or inside a transaction.

        Raises Unavailable `store.away`, Refused `store.damaged`.
        """
        with self._writing:
            if self._writer is not None:
                return False
            with _faults():
                busy, _, _ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def lock_anew(self, key: bytes) -> None:
        """Encrypt the whole file under another key, all of it or nothing of it.

        Raises Unavailable `store.away` when the disk is full: close then, and open with the
        old key. Some 0.2 s for 20 MB, and as much again of disk while it lasts.
        """
        with self._writing, self._opening:
            if self._writer is not None:
                raise RuntimeError("inside a transaction that may yet be undone")
            for reader in self._open_readers:
                reader.close()
            self._open_readers.clear()
            self._readers = threading.local()
            with _faults():
                self._db.execute(f"PRAGMA rekey = \"x'{key.hex()}'\"")
                self._key = key
                # What the old key locked must not stay beside what the new one does.
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._prove_locked()

    def _prove_locked(self) -> None:
        """Every page opens with the key, or the old one must not be let go.

        The driver's PRAGMA rekey says nothing when it breaks off on a full disk.
        """
        try:
            proof = self._connect(f"file:{_quoted(self._path)}?mode=ro")
        except Refused:
            raise Unavailable("store.away", reason="not locked anew") from None
        try:
            with _faults():
                if proof.execute("PRAGMA cipher_integrity_check").fetchone() is not None:
                    raise Unavailable("store.away", reason="not locked anew")
        finally:
            proof.close()

    def leave_pages(self, free: int | None) -> None:
        """Let the file grow by so many pages and no further: a disk that fills up.

        None takes the limit away. For rehearsals: what follows is the driver's own
        SQLITE_FULL, not an imitation of it.
        """
        with self._writing:
            pages = self._db.execute("PRAGMA page_count").fetchone()[0]
            most = _PAGES_MAX if free is None else pages + free
            self._db.execute(f"PRAGMA max_page_count = {most}")

    def _undo(self) -> None:
        # A failing disk undoes by itself; what it says then is not what went wrong first.
        with suppress(sqlcipher.DatabaseError):
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def _reader(self) -> Any:
        if self._writer == threading.get_ident():
            return self._db
        reader = getattr(self._readers, "db", None)
        if reader is None:
            with self._opening:
                if self._held < 0:
                    raise Unavailable("store.away", reason="closed")
                reader = self._connect(f"file:{_quoted(self._path)}?mode=ro")
                self._open_readers.append(reader)
            self._readers.db = reader
        return reader

    def _connect(self, address: str) -> Any:
        try:
            db = sqlcipher.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        except sqlcipher.OperationalError as error:
            raise Unavailable("store.away", reason=str(error)) from None
        db.row_factory = sqlcipher.Row
        try:
            # Its complaints would go to standard error in words no reader of ours knows.
            db.execute("PRAGMA cipher_log_level = NONE")
            db.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
            db.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
            # A sort that spills over would write names to a file that nothing encrypts.
            db.execute("PRAGMA temp_store = MEMORY")
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlcipher.OperationalError as error:
            db.close()
            raise Unavailable("store.away", reason=str(error)) from None
        except sqlcipher.DatabaseError:
            # SQLCipher cannot tell a wrong key from a damaged first page: nor can we.
            db.close()
            raise Refused("store.will_not_open", file=self._path.name) from None
        return db

    def _migrate(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > len(MIGRATIONS):
            raise Refused("store.newer", file_version=version, known_version=len(MIGRATIONS))
        for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
            with self.transaction() as db:
                for statement in script:
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {number}")


@contextmanager
def _faults() -> Iterator[None]:
    """Turn what the driver raises into faults; a broken rule (IntegrityError) passes."""
    try:
        yield
    except IntegrityError:
        raise
    except (sqlcipher.OperationalError, sqlcipher.ProgrammingError) as error:
        raise Unavailable("store.away", reason=str(error)) from None
    except sqlcipher.DatabaseError as error:
        # A page whose checksum is wrong: the file was damaged after it was opened.
        raise Refused("store.damaged", reason=str(error)) from None


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Keep everybody from opening this file meanwhile. Raises as opening it does."""
    descriptor = _hold(path)
    try:
        yield
    finally:
        os.close(descriptor)


def _hold(path: Path) -> int:
    """Take the lock that says one process owns this file, or say who holds it."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = path.with_suffix(".lock")
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unavailable("store.away", reason=error.strerror) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.read(descriptor, 32).decode("ascii", "replace").strip() or "?"
        os.close(descriptor)
        raise Refused("store.held", process=holder) from None
    with suppress(OSError):  # On a full disk: the lock counts, not what it says of us.
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode("ascii"), 0)
    return descriptor


def _quoted(path: Path) -> str:
    """The path as part of an SQLite URI."""
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
