"""Seals the ledger now and then, and looks whether it still is what was sealed.

A seal is the device's signature of the newest entry's digest. It lies beside the entries
and, as the head, in a file outside the database: a database that was put back to
yesterday's copy, or cut at its end, is older than the head. Nothing here is a part of a
visit's transaction, and nothing here stops a visit: what is found is said, and the clinic
goes on working.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from terminal.core.faults import Refused, Unavailable
from terminal.core.ledger import Deed, Kept
from terminal.core.ledger_check import Break, LedgerCheck, LedgerVerdict, Seal, seal_text
from terminal.core.ledger_file import header_line, lines_of
from terminal.health import Health
from terminal.ledger_head import Head, break_at_end
from terminal.private_file import write_private_pieces
from terminal.store import Store
from terminal.vault import DeviceKey

log = logging.getLogger(__name__)

_QUIET = timedelta(hours=1)
"""After so long without a decision what is there is signed: at noon, and when the day is over."""

_LOOK_EVERY_S = 20.0
"""So often it is asked whether a seal is due; it costs two readings of one row."""


class Ledger:
    """The ledger's own work, on a thread of its own once it is started."""

    def __init__(
        self,
        store: Store,
        key: DeviceKey,
        folder: Path,
        every: int,
        now: Callable[[], datetime],
        health: Health,
    ) -> None:
        """`folder` holds the head; a seal is due after `every` entries."""
        self._book = store.ledger
        self._key = key
        self._head = Head(folder)
        self._every = every
        self._now = now
        self._health = health
        self._sealing = threading.Lock()
        self._broken: Break | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look at the end of the ledger, seal it, and go on doing so. Raises nothing."""
        self.look()
        self._thread = threading.Thread(target=self._work_on, name="ledger", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Seal what is there. Also before a start, and twice."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
            self._thread = None
        self._guarded(self.seal)

    def look(self) -> None:
        """Compare head, last seal and last entries; write down what does not agree, and seal.

        The reading from the beginning is `verify`'s. Raises nothing.
        """
        self._guarded(self._look)

    def work(self) -> None:
        """What is due: a seal after so many entries, and each day one whole reading."""
        last, seal = self._book.last(), self._book.last_seal()
        behind = (last.entry.number if last else 0) - (seal.number if seal else 0)
        if last is not None and behind:
            quiet = self._now() - datetime.fromisoformat(last.entry.at)
            if behind >= self._every or quiet >= _QUIET:
                self.seal()
        if self._verified_on() != self._now().date():
            self.verify()

    def seal(self) -> None:
        """Sign the newest entry where it is not signed yet.

        The head comes first, so that a seal without a head is never the work of a power
        cut. Raises Unavailable `store.away` and `ledger.head_not_written`.
        """
        with self._sealing:
            last = self._book.last_for_sure()
            newest = self._book.last_seal()
            if last is None or (newest is not None and newest.number >= last.entry.number):
                return
            seal = self._signed(last)
            self._head.write(seal)
            self._book.keep_seal(seal)

    def verify(self) -> LedgerVerdict:
        """Read all of it from the beginning; how it was found becomes an entry of its own.

        Raises what `seal` raises.
        """
        if self._broken is None:
            self.seal()
        verdict = self.verdict()
        if verdict.broken is Break.NOTED and self._broken is not None:
            # Found at this start: told by its own name, at the entry that notes it.
            verdict = replace(verdict, broken=self._broken)
        facts: dict[str, object] = {"entries": verdict.entries, "sealed_to": verdict.sealed_to}
        if verdict.broken is not None:
            facts |= {"code": verdict.broken, "number": verdict.number}
            self._broken = verdict.broken
        self._book.add(Deed.VERIFIED, self._now(), facts)
        self._say(self._broken)
        return verdict

    def verdict(self) -> LedgerVerdict:
        """What a reading from the beginning finds; changes nothing.

        Raises Unavailable `ledger.reading_stopped` when the terminal stops meanwhile.
        """
        lost: Break | None = None
        try:
            head = self._head.read()
        except Refused:
            head, lost = None, Break.HEAD_UNREADABLE
        if head is None and self._book.last_seal() is not None:
            lost = lost or Break.HEAD_MISSING
        check = LedgerCheck(self._key.public_key, () if head is None else (head,))
        seals = iter(self._book.seals())
        seal = next(seals, None)
        for kept in self._book.entries():
            check.entry(kept)
            while seal is not None and seal.number <= kept.entry.number:
                check.seal(seal)
                seal = next(seals, None)
            if self._stopping.is_set():
                raise Unavailable("ledger.reading_stopped")
            if check.at_end:
                break
        if seal is not None:
            check.seal(seal)
        if lost is not None:
            check.fails(lost)
        return check.verdict()

    def export(self, path: Path, fixmedins_code: str) -> None:
        """Write all of it, for whoever has the public key (core/ledger_file).

        Raises Refused `ledger.not_written`, and what `seal` raises.
        """
        self.seal()
        head = self._book.last_seal()
        if head is None:
            raise Refused("ledger.empty")
        header = header_line(self._key.public_key, fixmedins_code, self._now())
        lines = lines_of(header, self._book.entries(), self._book.seals(), head)
        try:
            write_private_pieces(path, (line.encode("utf-8") for line in lines))
        except OSError as error:
            raise Refused("ledger.not_written", file=path.name, reason=error.strerror) from None

    # --- its parts
    def _look(self) -> None:
        found = break_at_end(self._book, self._head, self._key.public_key, self._now())
        if found is not None:
            self._note(found)
        elif self._book.last_of(Deed.BREAK_FOUND) is not None:
            found = Break.NOTED
        self._broken = found
        self.seal()

    def _note(self, found: Break) -> None:
        """Write the break down, and lay the head that shows it aside: the next replaces it."""
        log.error("the ledger is not what was sealed: %s", found)
        last = self._book.last()
        facts: dict[str, object] = {"code": found, "entries": last.entry.number if last else 0}
        with suppress(Refused):
            head = self._head.read()
            if head is not None:
                facts["head"] = {"n": head.number, "sm3": head.digest.hex(), "at": head.at}
        self._book.add(Deed.BREAK_FOUND, self._now(), facts)
        self._head.lay_aside(self._now())

    def _signed(self, last: Kept) -> Seal:
        number, at = last.entry.number, self._now().isoformat()
        signature = self._key.sign(seal_text(number, last.digest, at))
        return Seal(number, last.digest, at, self._key.public_key, signature)

    def _verified_on(self) -> date | None:
        last = self._book.last_of(Deed.VERIFIED)
        return None if last is None else datetime.fromisoformat(last.at).date()

    def _work_on(self) -> None:
        while not self._stopping.wait(_LOOK_EVERY_S):
            self._guarded(self.work)

    def _guarded(self, work: Callable[[], object]) -> None:
        """What fails here is said and tried again; no visit waits for it."""
        try:
            work()
        except (Refused, Unavailable) as fault:
            self._say(self._broken or fault.code)
        else:
            self._say(self._broken)

    def _say(self, code: str | None) -> None:
        self._health.report("ledger", code)
