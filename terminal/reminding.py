"""Warnings before the platform would refuse (事前提醒), beside the bill and before its amount.

What the rules find is reckoned anew whenever the bill or what is known of the person has
changed, and else remembered: the counter is drawn many times for one bill. A reason is
given for a rule and a line; it stays when the line's quantity changes, and is moot when
the line goes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import terminal.core
from terminal.bill_facts import BillFacts, Reminders
from terminal.board import Workplace
from terminal.core.audit_facts import Billed
from terminal.core.audit_file import read_rules
from terminal.core.audit_kinds import Rule
from terminal.core.audit_rules import find
from terminal.core.catalogue import ORDINARY, Catalogue
from terminal.core.charge import SettlementState
from terminal.core.faults import Refused
from terminal.core.goods_views import FindingView, Severity
from terminal.core.visit import VisitState
from terminal.store.bill_line import BillLine
from terminal.store.visits import Visit

_SHIPPED = Path(terminal.core.__file__).parent / "data" / "audit_rules.toml"

_FILE_BYTES_MAX = 1_000_000
"""Rules are pages, not books."""

_REASON_CHARS_MAX = 100

_LONG_D = 14
"""Supplied for at least so many days, a drug is one that must not run out."""

_OVERDUE = timedelta(days=30)
"""How long after it ran out a drug is still said to be due."""

_LOOKED_AT = (
    VisitState.IDENTIFIED,
    VisitState.TRACED,
    VisitState.ESTIMATED,
    VisitState.PRICED,
    VisitState.PARTLY_SETTLED,
)
"""While the bill can still be changed."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found, and of what."""

    about: tuple[object, ...]
    findings: tuple[FindingView, ...]


def open_rules(file: Path | None) -> tuple[Rule, ...]:
    """The rules of this file; None: those that come with the program.

    Raises Refused `rules.unreadable` with what is wrong in it; never half of a file.
    """
    path = file or _SHIPPED
    try:
        with path.open("rb") as opened:
            raw = opened.read(_FILE_BYTES_MAX + 1)
        if len(raw) > _FILE_BYTES_MAX:
            raise Refused("rules.unreadable", file=path.name, parameter="size")
        return read_rules(raw.decode("utf-8"))
    except OSError as error:
        raise Refused("rules.unreadable", file=path.name, reason=error.strerror) from None
    except UnicodeDecodeError:
        raise Refused("rules.unreadable", file=path.name, parameter="UTF-8") from None


class Reminding:
    """Says what the rules find on a visit's bill, and keeps the doctor's reasons."""

    def __init__(
        self,
        workplace: Workplace,
        catalogue: Catalogue,
        reminders: Reminders,
        diagnosis_name: Callable[[str], str],
    ) -> None:
        self._store = workplace.store
        self._now = workplace.now
        self._rules = reminders.rules
        self._facts = BillFacts(workplace, catalogue, reminders, diagnosis_name)
        # Replaced whole, so that two threads may draw and confirm at once.
        self._found: _Found | None = None

    def findings(self, visit: Visit, lines: Sequence[BillLine]) -> tuple[FindingView, ...]:
        """What the rules find, each with the doctor's reason; () once the bill is agreed to."""
        if visit.state not in _LOOKED_AT or not self._rules:
            return ()
        found = self._find(visit, self._not_charged(visit, lines))
        reasons = self._store.findings.of_visit(visit.visit_id) if found else {}
        return tuple(
            replace(each, reason=reasons.get((each.rule, each.number), "")) for each in found
        )

    def give_reason(self, visit_id: str, rule: str, number: int | None, reason: str) -> None:
        """Go on although this rule warns; `number` None: it is about the whole visit.

        Raises Refused `visit.no_reason`, `visit.reason_too_long`, `visit.no_such_finding`,
        `visit.finding_blocks`.
        """
        said = " ".join(reason.split())
        if not said:
            raise Refused("visit.no_reason")
        if len(said) > _REASON_CHARS_MAX:
            raise Refused("visit.reason_too_long", most=_REASON_CHARS_MAX)
        visit = self._store.visits.visit(visit_id)
        asked = [
            each for each in self._of(visit) if (each.rule, each.number) == (rule, number or None)
        ]
        if any(each.severity is Severity.BLOCK for each in asked):
            raise Refused("visit.finding_blocks", rule=rule, number=number)
        if not any(each.severity is Severity.WARN for each in asked):
            raise Refused("visit.no_such_finding", rule=rule, number=number)
        self._store.findings.give(
            visit_id, rule, number or None, said, visit.doctor_code, self._now()
        )

    def refuse_open(self, visit_id: str) -> None:
        """Raises Refused `visit.finding_blocks` while something stands there that no reason
        helps, `visit.finding_open` while a warning has no reason."""
        unsettled = [each for each in self._of(self._store.visits.visit(visit_id)) if each.open]
        for each in unsettled:
            if each.severity is Severity.BLOCK:
                raise Refused("visit.finding_blocks", rule=each.rule, number=each.number)
        for each in unsettled:
            raise Refused("visit.finding_open", rule=each.rule, number=each.number)

    def as_told(self, visit_id: str, category: str) -> tuple[FindingView, ...]:
        """What is told with the audit (3101, 3102) of this settlement: of its lines, and of
        the whole visit."""
        numbers = {
            line.number for line in self._store.lines.of(visit_id) if line.category == category
        }
        found = self._of(self._store.visits.visit(visit_id))
        return tuple(each for each in found if each.number is None or each.number in numbers)

    def next_due(self, visit: Visit, lines: Sequence[BillLine]) -> date | None:
        """When the first of the bill's long-term drugs runs out; of a bill without any, the
        first that was given before. None where nothing is known."""
        if visit.person_id is None:
            return None
        day = visit.opened_at.date()
        before = {e.item.medins_list_codg: e for e in self._facts.earlier(visit)}
        due: dict[str, date] = {}
        for line in self._facts.billed(lines):
            if _is_long_term(line) and line.lasts:
                code = line.item.medins_list_codg
                left = before[code].left_on(day) if code in before else 0
                due[code] = due.get(code, day + timedelta(days=left)) + timedelta(days=line.lasts)
        if not due:
            due = {code: e.runs_out for code, e in before.items() if e.item.programme and e.lasts}
        return min((each for each in due.values() if each >= day - _OVERDUE), default=None)

    def _of(self, visit: Visit) -> tuple[FindingView, ...]:
        return self.findings(visit, self._store.lines.of(visit.visit_id))

    def _find(self, visit: Visit, lines: Sequence[BillLine]) -> tuple[FindingView, ...]:
        """Remembered for as long as nothing that was asked has changed."""
        people = self._store.people
        person = people.person(visit.person_id) if visit.person_id else None
        coverage = people.coverage(visit.person_id) if visit.person_id else None
        day = self._now().date()
        about = (visit.visit_id, visit.diagnosis, tuple(lines), person, coverage, day)
        found = self._found
        if found is None or found.about != about:
            facts = self._facts.of(visit, lines, person, coverage)
            found = self._found = _Found(about, find(self._rules, facts))
        return found.findings

    def _not_charged(self, visit: Visit, lines: Sequence[BillLine]) -> Sequence[BillLine]:
        """Of a partly settled visit, what is settled is beyond warning."""
        if visit.state is not VisitState.PARTLY_SETTLED:
            return lines
        settled = {
            each.category
            for each in self._store.settlements.of_visit(visit.visit_id)
            if each.state is SettlementState.SETTLED
        }
        return [line for line in lines if line.category not in settled]


def _is_long_term(line: Billed) -> bool:
    registered = line.category not in ("", ORDINARY)
    return bool(line.item.programme) or registered or (line.days or 0) >= _LONG_D
