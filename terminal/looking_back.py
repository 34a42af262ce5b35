"""Months, past visits, and who is due: read from the book whenever somebody asks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

from terminal import shipped
from terminal.core.audit_facts import Earlier, said_days
from terminal.core.catalogue import Catalogue
from terminal.core.faults import Refused
from terminal.core.money_views import FundView
from terminal.core.month_picture import month_picture, with_fund, with_states
from terminal.core.name_index import Named, NameIndex
from terminal.core.past import FOUND_MAX, LOOKS_BACK_D, Supply, due_within, fits_mask, is_masked
from terminal.core.people import masked_name, named
from terminal.core.screen_views import FollowUp, MonthPicture, PastVisit
from terminal.store import Store
from terminal.store.looking_back import Found, Given

_PEOPLE_MAX = 200
"""People whose names fit; a single letter is in half of all names."""

_TYPED_MAX = 100
"""Characters that are read at all."""


class LookingBack:
    """The doctor's verbs (kiosk_ui/desk_screens.LookingBack). Any thread may ask."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        fund: Callable[[], FundView | None],
        now: Callable[[], datetime],
        follow_up_days: int,
    ) -> None:
        """`fund`: the clinic's fund of this year with its pace, where it is known.

        `follow_up_days`: how long before they run out somebody is shown as due.
        """
        self._store = store
        self._catalogue = catalogue
        self._fund = fund
        self._now = now
        self._follow_up_days = follow_up_days
        self._names: tuple[tuple[str, str], ...] = ()
        self._index: NameIndex | None = None
        self._making = threading.Lock()

    def month(self, year: int, month: int) -> MonthPicture:
        """A month at a glance; its sums are those of the month's signed statement, and of what
        the record system settled in visits here.

        Raises Refused `statement.no_such_month` for one that has not begun.
        """
        today = self._now().date()
        if not 1 <= month <= 12 or not (2000, 1) <= (year, month) <= (today.year, today.month):
            raise Refused("statement.no_such_month", year=year, month=month)
        first = date(year, month, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        # Not one transaction, which would hold up a scan: what was charged does not change.
        charges = self._store.closings.charges(first, last)
        charges += self._store.handed_over.charges(first, last)
        chronic = self._store.past.two_diseases([each.settlement_id for each in charges])
        states = self._store.closings.visits_by_state(first, last)
        picture = with_states(month_picture(first, charges, chronic), states)
        return with_fund(picture, self._fund())

    def find(self, typed: str, day: date | None) -> tuple[PastVisit, ...]:
        """Past visits by a part of the name, its pinyin or initials, or the masked name as on
        the sheet; of one day if one is named; newest first, at most FOUND_MAX.

        Nothing that counts, and no day: nothing. Never one whose person no doctor has
        confirmed.
        """
        text = typed[:_TYPED_MAX].strip()
        if text:
            found = self._store.past.of_people(self._who(text), day, FOUND_MAX)
        elif day is not None:
            found = self._store.past.of_day(day, FOUND_MAX)
        else:
            return ()
        return tuple(_past(each) for each in found)

    def follow_ups(self) -> tuple[FollowUp, ...]:
        """Whose long-term drugs run out within the next days, soonest first; one row a person."""
        today = self._now().date()
        since = today - timedelta(days=LOOKS_BACK_D)
        given = [
            supply
            for each in self._store.past.given_since(since)
            if (supply := self._supply(each)) is not None
        ]
        rows = []
        for due in due_within(given, today, self._follow_up_days):
            person = self._store.people.person(due.person_id)
            if person is not None:
                shown = masked_name(person.name)
                drugs = "、".join(due.drugs)
                rows.append(FollowUp(due.person_id, named(person), shown, due.day, drugs))
        return tuple(rows)

    def _supply(self, given: Given) -> Supply | None:
        """What the catalogue still has."""
        item = self._catalogue.item(given.item_code)
        if item is None:
            return None
        told = Earlier.given(item, given.on, given.quantity, given.split_units, given.days)
        said = said_days(item, given.quantity, given.split_units, given.days)
        return Supply(given.person_id, told, said, given.registered)

    def _who(self, text: str) -> list[str]:
        """The numbers of those whose name fits."""
        names = self._store.past.names()
        if is_masked(text):
            return [person_id for person_id, name in names if fits_mask(text, name)][:_PEOPLE_MAX]
        return [names[at][0] for _, at in self._index_of(names).find(text, _PEOPLE_MAX)]

    def _index_of(self, names: tuple[tuple[str, str], ...]) -> NameIndex:
        """Made anew when somebody became known, or is called otherwise."""
        with self._making:
            if self._index is None or self._names != names:
                listed = [Named(name) for _, name in names]
                self._index, self._names = NameIndex(shipped.pinyin(), listed), names
            return self._index


def _past(found: Found) -> PastVisit:
    return PastVisit(
        found.visit_id,
        found.opened_at.date(),
        masked_name(found.name),
        found.state,
        found.total,
        found.own,
    )
