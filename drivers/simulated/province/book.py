"""What the province has written down: plain SQLite in one file, which survives restarts.

One connection behind one lock: whoever carries out a transaction holds the book, so
each transaction is seen whole or not at all. What may happen once is a unique index,
not a look followed by a write.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILE_NAME = "province.sqlite3"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS serials (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    msgid TEXT PRIMARY KEY, infno TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS reversals (
    omsgid TEXT PRIMARY KEY, oinfno TEXT NOT NULL, psn_no TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sign_ins (
    sign_no TEXT PRIMARY KEY, institution TEXT NOT NULL, opter TEXT NOT NULL,
    day TEXT NOT NULL, open INTEGER NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS visits (
    mdtrt_id TEXT PRIMARY KEY, psn_no TEXT NOT NULL, institution TEXT NOT NULL,
    ipt_otp_no TEXT NOT NULL, insutype TEXT NOT NULL, begntime TEXT NOT NULL,
    doctor TEXT NOT NULL, doctor_name TEXT NOT NULL, department TEXT NOT NULL,
    department_name TEXT NOT NULL, at TEXT NOT NULL,
    med_type TEXT, dise_codg TEXT, dise_name TEXT, open INTEGER NOT NULL DEFAULT 1);
CREATE UNIQUE INDEX IF NOT EXISTS one_registration ON visits (institution, ipt_otp_no);
CREATE TABLE IF NOT EXISTS lines (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, mdtrt_id TEXT NOT NULL, feedetl_sn TEXT NOT NULL,
    chrg_bchno TEXT NOT NULL, dise_codg TEXT NOT NULL, item TEXT NOT NULL,
    price TEXT NOT NULL, quantity TEXT NOT NULL, fen INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS one_line ON lines (mdtrt_id, feedetl_sn);
CREATE TABLE IF NOT EXISTS settlements (
    setl_id TEXT PRIMARY KEY, msgid TEXT NOT NULL UNIQUE, mdtrt_id TEXT NOT NULL,
    chrg_bchno TEXT NOT NULL, psn_no TEXT NOT NULL, institution TEXT NOT NULL,
    state TEXT NOT NULL, year INTEGER NOT NULL, at TEXT NOT NULL,
    setlinfo TEXT NOT NULL, setldetail TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS one_live_settlement
    ON settlements (mdtrt_id, chrg_bchno) WHERE state = 'settled';
CREATE INDEX IF NOT EXISTS settlements_of ON settlements (psn_no, at);
CREATE TABLE IF NOT EXISTS cancellations (
    msgid TEXT PRIMARY KEY, setl_id TEXT NOT NULL, at TEXT NOT NULL,
    reversed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS uses (
    setl_id TEXT NOT NULL, psn_no TEXT NOT NULL, year INTEGER NOT NULL,
    pot TEXT NOT NULL, fen INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS uses_of ON uses (psn_no, year);
CREATE TABLE IF NOT EXISTS account_uses (
    setl_id TEXT NOT NULL, psn_no TEXT NOT NULL, fen INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS account_uses_of ON account_uses (psn_no);
CREATE TABLE IF NOT EXISTS sales (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT NOT NULL, trdn_flag TEXT NOT NULL,
    med_list_codg TEXT NOT NULL, setl_id TEXT NOT NULL, institution TEXT NOT NULL,
    source TEXT NOT NULL, at TEXT NOT NULL, returned INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX IF NOT EXISTS one_sale
    ON sales (code) WHERE returned = 0 AND trdn_flag = '0';
CREATE INDEX IF NOT EXISTS sales_of ON sales (code);
CREATE INDEX IF NOT EXISTS sales_with ON sales (setl_id);
CREATE INDEX IF NOT EXISTS sales_at ON sales (institution, at);
CREATE INDEX IF NOT EXISTS visits_of ON visits (psn_no, begntime);
CREATE INDEX IF NOT EXISTS settlements_of_visit ON settlements (mdtrt_id);
CREATE INDEX IF NOT EXISTS cancellations_of ON cancellations (setl_id);
CREATE TABLE IF NOT EXISTS commits (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, setl_id TEXT NOT NULL, msgid TEXT NOT NULL,
    mdtrt_id TEXT NOT NULL, chrg_bchno TEXT NOT NULL, psn_no TEXT NOT NULL,
    institution TEXT NOT NULL, insutype TEXT NOT NULL, clr_optins TEXT NOT NULL,
    day TEXT NOT NULL, at TEXT NOT NULL, total INTEGER NOT NULL, fund INTEGER NOT NULL,
    account INTEGER NOT NULL, mutual_aid INTEGER NOT NULL, cash INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS commits_of ON commits (setl_id);
CREATE INDEX IF NOT EXISTS commits_on ON commits (institution, day);
CREATE TABLE IF NOT EXISTS stock_reports (
    seq INTEGER PRIMARY KEY, infno TEXT NOT NULL, institution TEXT NOT NULL,
    item TEXT NOT NULL, batch TEXT NOT NULL, cnt TEXT NOT NULL, kind TEXT NOT NULL,
    at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS untraced (
    mdtrt_id TEXT NOT NULL, feedetl_sn TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (mdtrt_id, feedetl_sn));
CREATE TABLE IF NOT EXISTS findings (
    seq INTEGER PRIMARY KEY, mdtrt_id TEXT NOT NULL, institution TEXT NOT NULL,
    rule TEXT NOT NULL, severity TEXT NOT NULL, line TEXT NOT NULL, reason TEXT NOT NULL,
    at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS prescriptions (
    hi_rxno TEXT PRIMARY KEY, trace_code TEXT NOT NULL UNIQUE, psn_no TEXT NOT NULL,
    institution TEXT NOT NULL, stage TEXT NOT NULL, valid_until TEXT NOT NULL,
    told TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rx_lines (
    mdtrt_id TEXT NOT NULL, feedetl_sn TEXT NOT NULL, rxno TEXT NOT NULL,
    PRIMARY KEY (mdtrt_id, feedetl_sn));
CREATE INDEX IF NOT EXISTS rx_lines_of ON rx_lines (rxno);
CREATE TABLE IF NOT EXISTS files (
    file_qury_no TEXT PRIMARY KEY, institution TEXT NOT NULL, filename TEXT NOT NULL,
    at TEXT NOT NULL, content BLOB NOT NULL);
"""


class Book:
    """The province's tables. Whoever reads or writes does so within `held`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(
            folder / FILE_NAME, isolation_level=None, check_same_thread=False
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        # NORMAL may lose the last commits when the power fails, never the file. The real
        # province does better; a sandbox need not.
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(f"BEGIN;{_SCHEMA}COMMIT;")
        self._lock = threading.Lock()

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the book; what is written inside is kept whole, or not at all."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Within `held`: what is written inside goes again when it raises."""
        self._db.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK TO attempt")
            raise
        finally:
            self._db.execute("RELEASE attempt")

    def write(self, sql: str, *values: object) -> int:
        """Carry out one statement; how many rows it changed."""
        return self._db.execute(sql, values).rowcount

    def write_once(self, sql: str, *values: object) -> bool:
        """Insert what may exist once; False when a unique index already holds it."""
        try:
            self._db.execute(sql, values)
        except sqlite3.IntegrityError:
            return False
        return True

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._db.execute(sql, values).fetchone()
        return row

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        return self._db.execute(sql, values).fetchall()

    def total(self, sql: str, *values: object) -> int:
        """The one number a statement answers with; nothing is 0."""
        (value,) = self._db.execute(sql, values).fetchone()
        return int(value or 0)

    def serial(self, name: str) -> int:
        """The next number of a series, from 1; restarts go on where it stopped."""
        self._db.execute(
            "INSERT INTO serials VALUES (?, 1) ON CONFLICT DO UPDATE SET value = value + 1",
            (name,),
        )
        return self.total("SELECT value FROM serials WHERE name = ?", name)
