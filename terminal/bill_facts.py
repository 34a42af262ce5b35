"""What the rules of warnings look at, gathered from the store: person, bill, earlier supplies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from terminal.board import Workplace
from terminal.core.audit_facts import Billed, Earlier, Facts, months_old, said_days, supplies
from terminal.core.audit_kinds import Rule
from terminal.core.benefit_policy import Policy, policy_for
from terminal.core.catalogue import Catalogue, Item, Registration
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money
from terminal.core.people import Coverage, Insurance, Person
from terminal.store.bill_line import BillLine
from terminal.store.visits import Visit

_LOOKS_BACK = timedelta(days=180)
"""A long prescription supplies twelve weeks; twice that finds what was stocked up."""


@dataclass(frozen=True, slots=True)
class Reminders:
    """What the clinic and its region have settled on about warnings."""

    rules: tuple[Rule, ...] = ()
    registrations: Mapping[str, Registration] = field(default_factory=dict)
    policies: Sequence[Policy] = ()
    """For what a better-paid list would save; none: it is not said."""
    fund_limit: Money | None = None
    """The region's yearly limit a person, if known."""
    expiry_warning_d: int = 60


class BillFacts:
    """Gathers facts; decides nothing."""

    def __init__(
        self,
        workplace: Workplace,
        catalogue: Catalogue,
        reminders: Reminders,
        diagnosis_name: Callable[[str], str],
    ) -> None:
        self._store = workplace.store
        self._now = workplace.now
        self._catalogue = catalogue
        self._reminders = reminders
        self._diagnosis_name = diagnosis_name
        self._shelf: dict[str, tuple[Item, ...]] = {}
        for drug in catalogue.drugs:
            if drug.generic:
                self._shelf[drug.generic] = (*self._shelf.get(drug.generic, ()), drug)
        # Replaced whole, so that two threads may draw and confirm at once.
        self._before: tuple[tuple[str, str], tuple[Earlier, ...]] | None = None

    def of(
        self,
        visit: Visit,
        lines: Sequence[BillLine],
        person: Person | None,
        coverage: Coverage | None,
    ) -> Facts:
        day = self._now().date()
        registered = () if coverage is None else coverage.registrations
        known = self._reminders.registrations
        left = self._limit_left(coverage, day)
        return Facts(
            day=day,
            lines=self.billed(lines),
            sex="" if person is None else person.gender,
            months=None if person is None else months_old(person.born, day),
            diagnosis=visit.diagnosis,
            diagnosis_name=self._diagnosis_name(visit.diagnosis) if visit.diagnosis else "",
            programmes=frozenset(known[each].programme for each in registered if each in known),
            limit_left=left,
            earlier=self.earlier(visit),
            shelf=self._shelf,
            ratios={} if left == ZERO else self._ratios(coverage, day),
            expiry_warning_d=self._reminders.expiry_warning_d,
        )

    def billed(self, lines: Sequence[BillLine]) -> tuple[Billed, ...]:
        """The lines of items that the catalogue still has."""
        found = []
        for line in lines:
            item = self._catalogue.item(line.item_code)
            if item is not None:
                expires = line.evidence.get("expires_on") or item.expires_on
                found.append(
                    Billed(
                        number=line.number,
                        item=item,
                        quantity=line.quantity,
                        split_units=line.split_units,
                        days=said_days(item, line.quantity, line.split_units, line.days),
                        category=line.category,
                        expires_on=_day(expires),
                    )
                )
        return tuple(found)

    def earlier(self, visit: Visit) -> tuple[Earlier, ...]:
        """What the person was given before this visit; read once a visit."""
        who = (visit.visit_id, visit.person_id or "")
        before = self._before
        if before is None or before[0] != who:
            since = visit.opened_at - _LOOKS_BACK
            given = [
                Earlier.given(item, each.at.date(), each.quantity, each.split_units, each.days)
                for each in self._store.dispensed.of_person(who[1], since)
                if each.visit_id != visit.visit_id
                and (item := self._catalogue.item(each.item_code)) is not None
            ]
            before = self._before = (who, supplies(given))
        return before[1]

    def _limit_left(self, coverage: Coverage | None, day: date) -> Money | None:
        """What the fund still has for the person, where region and province said it."""
        limit = self._reminders.fund_limit
        if limit is None or coverage is None or coverage.fund_used is None:
            return None
        used = coverage.fund_used if coverage.as_of.year == day.year else ZERO
        return max(ZERO, limit - used)

    def _ratios(self, coverage: Coverage | None, day: date) -> Mapping[str, Decimal]:
        """What the fund pays by list, for a contracted resident; else it is not known."""
        contracted = coverage is not None and coverage.in_force and coverage.contract
        if coverage is None or not contracted or coverage.insutype != Insurance.RESIDENT:
            return {}
        try:
            policy = policy_for(self._reminders.policies, coverage.insuplc_admdvs, day)
        except Refused:
            return {}  # Insured where no rules are known here.
        return {
            "none": policy.reform_ratio,
            "specific": policy.specific_list_ratio,
            "higher": policy.higher_list_ratio,
        }


def _day(written: str) -> date | None:
    """A date of the catalogue; one that is none is not known."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
