"""What is a person's own, gathered from the books for their own eyes. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from terminal.core.catalogue import Catalogue
from terminal.core.families import Binding
from terminal.core.money import Money, plain
from terminal.core.outlook import LOOK_BACK_D, Fill, lasts_until, used_of_limit
from terminal.core.people import Coverage, Person, masked_name
from terminal.core.screen_views import LastsUntil, MineView, MyBinding, MySettlement
from terminal.store import Store
from terminal.store.mine import MySum

_SETTLEMENTS_MAX = 30
"""Two years of one visit a month, and some: whoever wants more asks the doctor."""


class Mine:
    """Gathers what somebody may see of themselves, or of whom they may ask about."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        fund_limit: Money | None,
        now: Callable[[], datetime],
    ) -> None:
        """`fund_limit`: the region's yearly limit a person, if known."""
        self._store = store
        self._catalogue = catalogue
        self._fund_limit = fund_limit
        self._now = now

    def of(self, person: Person, visit_id: str, opened: str, closes_in_s: int) -> MineView:
        """Everything of their own; the lines of the one settlement that was tapped."""
        coverage = self._store.people.coverage(person.person_id)
        view = self._paid(person, coverage, visit_id, closes_in_s)
        if coverage is not None:
            view = replace(
                view,
                insured=coverage.in_force,
                insutype=coverage.insutype,
                contract=coverage.contract,
                packages=coverage.packages,
                registrations=tuple(coverage.registrations.values()),
            )
        settlements = tuple(
            replace(each, lines=self._lines(each.visit_id)) if each.visit_id == opened else each
            for each in view.settlements
        )
        shown = opened if any(each.visit_id == opened for each in settlements) else ""
        family = self._family(person.person_id)
        return replace(view, settlements=settlements, opened=shown, family=family)

    def money_of(self, person: Person, visit_id: str, closes_in_s: int) -> MineView:
        """For a relative with leave to ask: what was paid and what is left; no drug, no
        disease, nobody else's binding."""
        coverage = self._store.people.coverage(person.person_id)
        return replace(self._paid(person, coverage, visit_id, closes_in_s), for_another=True)

    def _paid(
        self, person: Person, coverage: Coverage | None, visit_id: str, closes_in_s: int
    ) -> MineView:
        used = self._used(person.person_id, coverage)
        return MineView(
            visit_id=visit_id,
            masked_name=masked_name(person.name),
            insured=None,
            insutype="",
            # No message of the interface tells a resident's yearly contribution.
            paid_this_year=None,
            fund_used=used,
            fund_limit=self._fund_limit,
            contract=None,
            packages=(),
            registrations=(),
            family=(),
            settlements=tuple(
                _settlement(each)
                for each in self._store.mine.settled(person.person_id, _SETTLEMENTS_MAX)
            ),
            lasts=self._lasts(person.person_id, used),
            closes_in_s=closes_in_s,
            as_of=None if coverage is None else coverage.as_of,
        )

    def _used(self, person_id: str, coverage: Coverage | None) -> Money | None:
        if coverage is None:
            return None
        today = self._today()
        return used_of_limit(
            coverage, self._store.offline.paid_in(person_id, today.year, ""), today
        )

    def _lasts(self, person_id: str, used: Money | None) -> LastsUntil | None:
        if used is None or self._fund_limit is None:
            return None
        today = self._today()
        since = today - timedelta(days=LOOK_BACK_D)
        fills = [Fill(*each) for each in self._store.mine.fund_by_day(person_id, since)]
        return lasts_until(fills, self._fund_limit - used, today)

    def _lines(self, visit_id: str) -> tuple[tuple[str, str, Money], ...]:
        """Name, quantity with its unit, sum; split packs by the small unit."""
        drawn = []
        for line in self._store.lines.of(visit_id):
            item = self._catalogue.item(line.item_code)
            unit = "" if item is None else item.small_unit if line.split_units else item.unit
            name = line.item_code if item is None else item.name
            drawn.append((name, f"{plain(line.quantity)}{unit}", line.total))
        return tuple(drawn)

    def _family(self, person_id: str) -> tuple[MyBinding, ...]:
        families, today = self._store.families, self._today()
        own = (*families.open_of(person_id), *families.open_for(person_id))
        return tuple(self._binding(each, person_id) for each in own if families.holds(each, today))

    def _binding(self, binding: Binding, person_id: str) -> MyBinding:
        as_holder = binding.holder_id == person_id
        other = self._store.people.person(binding.member_id if as_holder else binding.holder_id)
        name = "" if other is None else masked_name(other.name)
        return MyBinding(binding.relation, name, as_holder, binding.valid_until)

    def _today(self) -> date:
        return self._now().date()


def _settlement(settled: MySum) -> MySettlement:
    return MySettlement(settled.visit_id, settled.day, settled.total, settled.fund, settled.own)
