"""Bringing a charge whose outcome is not known to one of its two ends.

It is looked for (5203) and, where the province knows nothing of it, reversed (2601) until
that is answered. "Not found" is not "not charged", for the request may still be on its
way; and a reversal's answer alone counts only where the region says so: elsewhere the
day's file (3202) has the last word. Once a reversal may have left, a charge that is found
after all is reversed again, never taken for settled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto

from terminal.core.charge import SettlementEvent
from terminal.core.faults import Fault, Refused, Uncertain
from terminal.core.reconciliation import TheirRow
from terminal.day_file import Absent, DayFile
from terminal.outcomes import Outcomes, agreed
from terminal.province.conversation import Province, Settled
from terminal.province.past import UNREADABLE
from terminal.province.session import Case
from terminal.store import Store
from terminal.store.journal import Outcome, Sent
from terminal.store.settlements import Settlement as Record

_NEVER_ARRIVED = ("原交易", "不存在")
"""How platforms say that there is nothing to reverse: as good as reversed."""


_ON_ITS_WAY = (Outcome.UNCERTAIN, Outcome.STOPPED)
"""Of a message that was not answered: it may yet arrive."""


_SHOWS_AFTER = timedelta(hours=1)
"""How long after it was answered a reversal must show in the answer to 5203."""


class Reversal(Enum):
    """What the province answered to a reversal."""

    DONE = auto()
    NEVER_ARRIVED = auto()
    """It knows of no such charge: as good as reversed."""
    REFUSED = auto()


class Unknowns:
    """Finds, reverses, and asks the file."""

    def __init__(
        self,
        store: Store,
        province: Province,
        outcomes: Outcomes,
        day_file: DayFile,
        now: Callable[[], datetime],
        *,
        find_by_visit: bool,
        reversal_answer_suffices: bool,
    ) -> None:
        self._store = store
        self._province = province
        self._outcomes = outcomes
        self._day_file = day_file
        self._now = now
        self._find_by_visit = find_by_visit
        self._reversal_answer_suffices = reversal_answer_suffices

    @property
    def can_look(self) -> bool:
        """Whether a charge can be looked for without its setl_id."""
        return self._find_by_visit

    def decided_by(self, record: Record) -> datetime | None:
        """When the file decides at the latest; None where an answered reversal suffices."""
        return None if self._reversal_answer_suffices else self._day_file.final_at(record)

    def found(self, case: Case, record: Record) -> Settled | None:
        """What 5203 knows of the last attempt's charge, standing or undone.

        None is no proof of anything. A row without the msgid that made it counts as ours
        only while it stands, names our visit and has our total.
        """
        if record.settle_msgid is None or not self._find_by_visit:
            return None
        rows = self.asked(case, record)
        undone = {row.setl_id for row in rows if row.refunded}
        anothers = {each.setl_id for each in self._store.elsewhere.of_visit(record.visit_id)}
        mine = []
        for told in rows:
            # Of an undone one there may be two rows; the one that undoes counts.
            row = replace(told, refunded=told.setl_id in undone)
            nameless = row.medins_setl_id == "" and row.mdtrt_id == record.mdtrt_id
            same = not row.refunded and row.shares.total == agreed(record).total
            same = same and row.setl_id not in anothers
            if row.medins_setl_id == record.settle_msgid or (nameless and same):
                mine.append(row)
        # What stands outweighs what was undone: a gateway may have delivered twice.
        return min(mine, key=lambda row: row.refunded, default=None)

    def asked(self, case: Case, record: Record, setl_id: str = "") -> tuple[Settled, ...]:
        """5203. Raises what the province raises, but for "not found"."""
        try:
            return self._province.find(case, record.mdtrt_id or "", setl_id)
        except Refused:  # Some platforms say "not found" with an error code.
            return ()

    def standing(self, record: Record) -> Settled | TheirRow | None:
        """Of a charge that was refused: what stands at the province after all, if anything.

        Raises Refused `handed.charge_unproven` until the file can tell where 5203 cannot, and
        what the province raises.
        """
        if self._find_by_visit:
            rows = self.asked(self._outcomes.case(record), record)
            undone = {row.setl_id for row in rows if row.refunded}
            return next((row for row in rows if row.setl_id not in undone), None)
        row = self._day_file.look_up(record)
        if row in (Absent.NOT_YET, Absent.NOT_TRUSTED):
            raise Refused("handed.charge_unproven")
        return row if isinstance(row, TheirRow) and not row.refunded else None

    def resolve(self, record: Record) -> None:
        """Bring an unknown charge to one of its two ends, or a step nearer."""
        case = self._outcomes.case(record)
        msgid = record.settle_msgid or ""
        charge, reversals = self._store.journal.charge(record.settlement_id, msgid)
        heard = None if reversals else self._heard(case, record, charge)
        found, readable = heard, True
        try:
            found = heard or self.found(case, record)
        except Uncertain as nonsense:
            # Asked for ever it would keep the file from deciding.
            if nonsense.code not in UNREADABLE or not self._day_file.is_final(record):
                raise
            readable = False
        if found is not None and found.refunded:
            self._undone(record)  # Its own books say so.
            return
        if found is not None and not reversals:
            self._outcomes.settled(record, found)
            return
        if found is not None:
            self._reverse_standing(case, record, found)
            return
        no_heard = charge.outcome is Outcome.REFUSED and not reversals
        if no_heard and readable and self._find_by_visit:
            self._undone(record)  # A no that was heard, of a charge that is not known.
            return
        heard_of = {reversal.outcome for reversal in reversals}
        undone = Outcome.ANSWERED in heard_of
        if not undone and (self._reversal_answer_suffices or Outcome.REFUSED not in heard_of):
            undone = self._reverse(case, msgid) is not Reversal.REFUSED
        if undone and self._reversal_answer_suffices:
            self._undone(record)
        elif not self._reversal_answer_suffices:
            self._ask_file(case, record)

    def _reverse_standing(self, case: Case, record: Record, found: Settled) -> None:
        """Undo what stands although a reversal may have left.

        Where the province will not reverse it, and no reversal is still on its way, nothing
        can undo it any more: then it is settled, if it still stands.
        """
        msgid = record.settle_msgid or ""
        earlier = self._done_long_ago(record, msgid)
        self._reverse(case, msgid)  # "Never arrived" is as good as a no, of what stands.
        _, reversals = self._store.journal.charge(record.settlement_id, msgid)
        if not earlier and any(each.outcome is Outcome.ANSWERED for each in reversals):
            return  # A no may mean "reversed already", to a copy that does not show it yet.
        if any(self._may_yet_arrive(reversal) for reversal in reversals):
            return
        asked = self.asked(case, record, found.setl_id)
        rows = [row for row in asked if row.setl_id == found.setl_id]
        if rows and not any(row.refunded for row in rows):
            self._outcomes.settled(record, rows[0])

    def _may_yet_arrive(self, reversal: Sent) -> bool:
        """Whether it was not answered, and not so long ago that it arrives no more."""
        lost = reversal.outcome in _ON_ITS_WAY
        return lost and self._day_file.may_yet_arrive(reversal.msgid)

    def _done_long_ago(self, record: Record, msgid: str) -> bool:
        """Whether a reversal was answered so long before that its failing shows by now.

        A platform's copy for questions may lag behind its book by minutes.
        """
        if not self._day_file.is_final(record):
            return False
        _, reversals = self._store.journal.charge(record.settlement_id, msgid)
        times = [
            self._store.telling.sent_at(reversal.msgid)
            for reversal in reversals
            if reversal.outcome is Outcome.ANSWERED
        ]
        return any(at is not None and at <= self._now() - _SHOWS_AFTER for at in times)

    def _ask_file(self, case: Case, record: Record) -> None:
        """Let the day's file decide, once it may: it names the message of each charge."""
        row = self._day_file.look_up(record)
        if row is Absent.NOT_YET:
            return
        if isinstance(row, TheirRow) and not row.refunded:
            # It stands although it was reversed: undone again, or it cannot be undone.
            self._outcomes.record(record, SettlementEvent.PROVINCE_SILENT, {"file": "stands"})
            told = self.asked(case, record, row.setl_id)
            told = tuple(each for each in told if each.setl_id == row.setl_id)
            if any(each.refunded for each in told):
                self._undone(record)
            elif told:
                self._reverse_standing(case, record, told[0])
        elif row is Absent.NOT_TRUSTED:
            self._outcomes.record(record, SettlementEvent.PROVINCE_SILENT, {"file": "not_trusted"})
        else:
            self._undone(record, {"file": "refunded" if isinstance(row, TheirRow) else "absent"})

    def _undone(self, record: Record, facts: dict[str, object] | None = None) -> None:
        self._outcomes.record(record, SettlementEvent.PROVINCE_REVERSED, facts)

    def _heard(self, case: Case, record: Record, charge: Sent) -> Settled | None:
        """The good answer that was written down before the power failed."""
        if charge.outcome is not Outcome.ANSWERED:
            return None
        try:
            heard = self._province.reread(case, record.mdtrt_id or "", charge.msgid, charge.answer)
        except Fault:
            return None  # It was nonsense when it came, and is so now.
        return None if self._outcomes.is_anothers(record, heard) else heard

    def _reverse(self, case: Case, msgid: str) -> Reversal:
        """2601. Raises what the province raises when it is not answered."""
        try:
            self._province.reverse(case, msgid)
        except Refused as no:
            never = all(word in no.said for word in _NEVER_ARRIVED)
            return Reversal.NEVER_ARRIVED if never else Reversal.REFUSED
        return Reversal.DONE
