"""The province's file of a day (3202), where an unknown charge is looked for last.

The file alone names the message (msgid) that made each settlement. Not being in it is
proof that nothing was charged only when it was asked for long enough after the charge
was sent, and when everything else of ours that stands is in it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto

from terminal.core.faults import Refused
from terminal.core.reconciliation import (
    NOTHING,
    OUTPATIENT,
    Group,
    OurRow,
    Reading,
    TheirRow,
    groups,
)
from terminal.core.region import FileLists
from terminal.province.session import Clinic
from terminal.province.statements import Statements
from terminal.store import Store
from terminal.store.settlements import Settlement as Record

log = logging.getLogger(__name__)

_ASKED_EVERY = timedelta(minutes=10)
"""A file that did not decide is not asked for more often: it is large, the line thin."""

_KEPT = timedelta(minutes=5)

_PROOF_DAYS = (0, 7, 31)
"""How far back something of ours is looked for that the file must hold."""

_NO_ROWS = re.compile("[无没].*(数据|记录|明细)")
"""How a platform says that there is no file because it would be empty."""


class Absent(Enum):
    """Why the charge was not seen in the file."""

    NOT_YET = auto()
    """Too early for the file to have the last word, or it was asked a moment ago."""
    NOT_CHARGED = auto()
    NOT_TRUSTED = auto()
    """The file lacks what certainly stands: it proves nothing."""


@dataclass(frozen=True, slots=True)
class _Span:
    group: Group
    begin: date
    end: date


class DayFile:
    """Asks the province for its file and looks a charge up in it."""

    def __init__(
        self,
        store: Store,
        statements: Statements,
        clinic: Clinic,
        now: Callable[[], datetime],
        final_after: timedelta,
    ) -> None:
        """`final_after`: how long after a charge was sent the file has the last word."""
        self._store = store
        self._statements = statements
        self._clinic = clinic
        self._reading = Reading.of(clinic.region, clinic.mdtrtarea_admvs)
        self._now = now
        self._final_after = final_after
        self._kept: dict[_Span, tuple[datetime, tuple[TheirRow, ...]]] = {}
        self._tried: dict[str, datetime] = {}

    def final_at(self, record: Record) -> datetime | None:
        """From when on the file decides about this charge; None when it was never sent."""
        sent_at = self._store.telling.sent_at(record.settle_msgid or "")
        return None if sent_at is None else sent_at + self._final_after

    def is_final(self, record: Record) -> bool:
        """Whether the file may have the last word by now."""
        final_at = self.final_at(record)
        return final_at is not None and self._now() >= final_at

    def may_yet_arrive(self, msgid: str) -> bool:
        """Whether a message is so young that a gateway may still hold it."""
        sent_at = self._store.telling.sent_at(msgid)
        return sent_at is not None and self._now() < sent_at + self._final_after

    def look_up(self, record: Record) -> TheirRow | Absent:
        """The file's row of this charge, or why there is none. Raises what the province
        raises."""
        final_at, now = self.final_at(record), self._now()
        last = self._tried.get(record.settlement_id)
        if final_at is None or now < final_at or (last and last <= now < last + _ASKED_EVERY):
            return Absent.NOT_YET
        sent_on = (final_at - self._final_after).date()
        # What is settled after the file has the last word says nothing for or against it.
        begin, end = sent_on, final_at.date()
        for back in _PROOF_DAYS:
            # A file in which nothing of ours could be missing would prove nothing.
            begin = sent_on - timedelta(days=back)
            ours = self._store.closings.rows(begin, end, self._reading)
            if any(row.group.insutype == _insutype(record) for row in ours):
                break
        standing: set[str] = set()
        for group in sorted(self._groups(record, [row.group for row in ours])):
            theirs = self._file(_Span(group, begin, end), final_at, ours)
            found = [row for row in theirs if _is_of(row, record)]
            if found:
                self._tried[record.settlement_id] = now
                # Of a refunded settlement there are two rows; the one that undoes counts.
                return next((row for row in found if row.refunded), found[0])
            standing |= {row.setl_id for row in theirs}
        self._tried[record.settlement_id] = now
        if self._clinic.region.file_lists is FileLists.DIFFERENCES:
            return Absent.NOT_CHARGED
        known = {row.setl_id for row in ours if row.group.insutype == _insutype(record)}
        if known - standing:
            log.warning("the day's file lacks %d settlements that stand", len(known - standing))
            return Absent.NOT_TRUSTED
        return Absent.NOT_CHARGED

    def _groups(self, record: Record, known: list[Group]) -> set[Group]:
        """Under which heads it may have been cleared."""
        insutype = _insutype(record)
        at_home = Group(insutype, OUTPATIENT, self._clinic.mdtrtarea_admvs)
        return {group for group in known if group.insutype == insutype} | {at_home}

    def _file(
        self, span: _Span, final_at: datetime, known: Sequence[OurRow]
    ) -> tuple[TheirRow, ...]:
        """The file, asked for once however many charges are looked up in it."""
        asked_at, rows = self._kept.get(span, (None, ()))
        if asked_at is not None and final_at <= asked_at <= self._now() < asked_at + _KEPT:
            return rows
        ours = [row for row in known if row.group == span.group]
        sums = groups(ours, refunds_netted=self._clinic.region.refunds_netted)
        try:
            theirs = self._statements.details(
                span.group, span.begin, span.end, sums.get(span.group, NOTHING), ours
            )
        except Refused as none:
            if not _NO_ROWS.search(none.said):
                raise
            theirs = ()
        now = self._now()
        # What nobody would read again goes: a file is as large as a month of settlements.
        self._kept = {one: kept for one, kept in self._kept.items() if now < kept[0] + _KEPT}
        self._kept[span] = (now, theirs)
        return theirs


def _is_of(row: TheirRow, record: Record) -> bool:
    """The message is ours, and so is the visit: clinics that settle under one code might
    give out the same number in the same second."""
    return row.msgid == record.settle_msgid and row.mdtrt_id in ("", record.mdtrt_id)


def _insutype(record: Record) -> str:
    return record.coverage.insutype if record.coverage is not None else ""
