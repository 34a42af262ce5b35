"""Our book of a day beside the province's (3201, 3202): what differs, and whose it is.

3201 is asked for each group of settlements; the file of 3202 only where it differs, or
where a charge of ours is unknown that day. Nothing is changed by asking.

Where the clinic's record system settles, the province's sums hold what it settled, which
is no difference: of ours each row is looked for, and of theirs nothing else is named.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from terminal.core.day_report import Asked, Report
from terminal.core.differences import Difference, differences, file_refused
from terminal.core.faults import Refused
from terminal.core.money_views import Whose
from terminal.core.people import Insurance
from terminal.core.reconciliation import (
    NOTHING,
    OUTPATIENT,
    Group,
    OurRow,
    Reading,
    Result,
    Sums,
    TheirRow,
    groups,
)
from terminal.province.session import Session
from terminal.province.statements import Statements
from terminal.store import Store

log = logging.getLogger(__name__)

_UNLEVEL = (Result.THEIRS_MORE, Result.OURS_MORE, Result.DIFFERS)


class Reconciling:
    """Compares one day."""

    def __init__(self, store: Store, session: Session, statements: Statements) -> None:
        self._store = store
        self._session = session
        self._statements = statements
        self._clinic = session.clinic
        self._reading = Reading.of(self._clinic.region, self._clinic.mdtrtarea_admvs)

    def sums(self, day: date) -> dict[Group, Sums]:
        """What stands in our book for this day, by group."""
        return self._sums(self._rows(day))

    def compare(self, day: date) -> Report:
        """Ask the province about each group of this day.

        A group that it refuses to speak of stays unanswered, with its words. Raises
        Unavailable or Uncertain when the line is away: then nothing was compared.
        """
        self._session.sign_in()
        rows = self._rows(day)
        sums = self._sums(rows)
        beside, unknown = not self._session.settles, self._unknown_on(day)
        groups_ = sums.keys() if beside and not unknown else sums.keys() | self._standing_groups()
        asked = {
            group: self._total(group, day, sums.get(group, NOTHING)) for group in sorted(groups_)
        }
        unlevel = [group for group, told in asked.items() if told.result in _UNLEVEL]
        found = self._looked_closer(day, rows, list(asked) if unknown else unlevel)
        if beside:
            found = tuple(each for each in found if each.whose is not Whose.RECORD_SYSTEM)
        return Report(asked, found, beside)

    def _total(self, group: Group, day: date, ours: Sums) -> Asked:
        """What 3201 says of a group."""
        try:
            verdict = self._statements.total(group, day, day, ours)
        except Refused as no:
            return Asked(ours, None, no.said)
        return Asked(ours, verdict.result, verdict.said)

    def _looked_closer(
        self, day: date, rows: Collection[OurRow], groups_: Iterable[Group]
    ) -> tuple[Difference, ...]:
        """What the files of these groups differ in from our rows."""
        theirs: list[TheirRow] = []
        compared: list[OurRow] = []
        refused: list[Difference] = []
        for span in sorted({self._file_of(group) for group in groups_}):
            ours = [row for row in rows if self._file_of(row.group) == span]
            try:
                theirs += self._statements.details(span, day, day, self._together(ours), ours)
            except Refused as no:
                log.warning("no file of the day: %s", no)
                refused.append(file_refused())
                continue
            compared += ours
        told = differences(
            compared,
            theirs,
            lambda row: self._store.closings.sent(row.msgid, row.setl_id),
            self._clinic.fixmedins_code,
            self._clinic.region.file_lists,
        )
        return (*refused, *told)

    def _file_of(self, group: Group) -> Group:
        """What one file of 3202 holds: in most regions every insurance together."""
        return group if self._clinic.region.file_by_insurance else replace(group, insutype="")

    def _together(self, ours: Collection[OurRow]) -> Sums:
        of_file = [replace(row, group=self._file_of(row.group)) for row in ours]
        return next(iter(self._sums(of_file).values()), NOTHING)

    def _standing_groups(self) -> set[Group]:
        """Asked about every day: the record system may have settled where we have nothing."""
        area = self._clinic.mdtrtarea_admvs
        return {Group(insutype, OUTPATIENT, area) for insutype in Insurance}

    def _unknown_on(self, day: date) -> bool:
        return any(each.sent_at.date() == day for each in self._store.closings.pending())

    def _rows(self, day: date) -> tuple[OurRow, ...]:
        return self._store.closings.rows(day, day, self._reading)

    def _sums(self, rows: Iterable[OurRow]) -> dict[Group, Sums]:
        return groups(rows, refunds_netted=self._clinic.region.refunds_netted)
