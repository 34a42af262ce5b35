"""The ledger's head: the newest seal, kept in a file beside the database.

A database that was put back to yesterday's copy, or cut at its end, is older than the
head. What is looked at here is the end of the ledger alone, at every start; the reading
from the beginning is terminal/ledger's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from terminal.core.faults import Refused, Unavailable
from terminal.core.ledger import BEGINNING, Deed, digest_of
from terminal.core.ledger_check import Break, Seal, is_signed
from terminal.core.ledger_file import head_line, head_of
from terminal.private_file import write_private
from terminal.store.ledger import LedgerBook

HEAD_FILE = "ledger.head"
"""In the data folder, beside the database."""

_HEAD_BYTES_MAX = 4_096

_UNSEALED_MAX = timedelta(days=7)
"""Entries may lie so long before the first seal: the county may enrol people before the
first start. Older ones without any seal have lost theirs."""


class Head:
    """The file."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / HEAD_FILE

    def read(self) -> Seal | None:
        """None where there is none. Raises Refused `ledger.head_unreadable`."""
        try:
            with self._path.open("rb") as file:
                told = file.read(_HEAD_BYTES_MAX)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Refused("ledger.head_unreadable", reason=error.strerror) from None
        head = head_of(told)
        if head is None:
            raise Refused("ledger.head_unreadable", reason="no head")
        return head

    def write(self, seal: Seal) -> None:
        """Put this seal in the file's place. Raises Unavailable `ledger.head_not_written`."""
        try:
            write_private(self._path, head_line(seal).encode("utf-8"))
        except OSError as error:
            raise Unavailable("ledger.head_not_written", reason=error.strerror) from None

    def lay_aside(self, at: datetime) -> None:
        """Keep a head that does not agree: the next one takes its name, not its place.

        Raises Unavailable `ledger.head_not_written`.
        """
        try:
            if self._path.exists():
                self._path.replace(self._path.with_name(f"{HEAD_FILE}.{at:%Y%m%dT%H%M%S}"))
        except OSError as error:
            raise Unavailable("ledger.head_not_written", reason=error.strerror) from None


def break_at_end(book: LedgerBook, head: Head, public_key: str, now: datetime) -> Break | None:
    """What does not agree between the head, the last seal and the entries behind them."""
    last, seal = book.last(), book.last_seal()
    try:
        told = head.read()
    except Refused:
        return Break.HEAD_UNREADABLE
    if told is None and seal is not None:
        return Break.HEAD_MISSING
    if told is None and _was_sealed(book):
        return Break.HEAD_MISSING
    if told is None:
        first = book.entry(1)
        began = now if first is None else datetime.fromisoformat(first.entry.at)
        return Break.NEVER_SEALED if now - began > _UNSEALED_MAX else None
    entries, sound = 0 if last is None else last.entry.number, 0
    for each in (told, seal):
        if each is None:
            continue
        wrong = _wrong(book, each, public_key, entries)
        if wrong is not None:
            return wrong
        sound = max(sound, each.number)
    return _break_behind(book, sound)


def _was_sealed(book: LedgerBook) -> bool:
    """Whether the entries themselves tell of a seal: each day's reading says how far it reached."""
    return any('"sealed_to":0' not in entry.facts for entry in book.of(Deed.VERIFIED))


def _wrong(book: LedgerBook, seal: Seal, public_key: str, entries: int) -> Break | None:
    if seal.number > entries:
        return Break.CUT
    kept = book.entry(seal.number)
    if kept is None:
        return Break.REMOVED
    if not is_signed(seal):
        return Break.BAD_SEAL
    if kept.digest != seal.digest:
        return Break.REWRITTEN
    # Whether a change of keys was vouched for, the reading from the beginning says.
    changed = any(seal.public_key in change.facts for change in book.of(Deed.KEY_CHANGED))
    return None if changed or seal.public_key == public_key else Break.FOREIGN_KEY


def _break_behind(book: LedgerBook, number: int) -> Break | None:
    """Walk the entries that no seal covers yet."""
    kept = book.entry(number) if number else None
    before = BEGINNING if kept is None else kept.digest
    for expected, each in enumerate(book.entries(number), start=number + 1):
        if each.entry.number != expected:
            return Break.REMOVED
        if digest_of(before, each.entry) != each.digest:
            return Break.EDITED
        before = each.digest
    return None
