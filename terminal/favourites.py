"""What this clinic does most, so that it can be picked with one tap.

Reckoned from the visits of the last ninety days when the day begins; asking is cheap. A
clinic without history is offered the commonest diagnoses, and no common visits: nobody
should have services put onto a bill that a program thought usual.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from terminal.core.catalogue import Catalogue, Item
from terminal.core.counter import Choice
from terminal.core.diagnoses import Diagnoses
from terminal.core.faults import Refused
from terminal.core.goods_views import CommonVisit
from terminal.store import Store
from terminal.store.usage import SettledVisit

_LOOKED_BACK = timedelta(days=90)
_DIAGNOSES = 12
"""As many as fit on the doctor's page without scrolling."""
_COMMON_MAX = 10
_SEEN_MIN = 2
"""Once is not a habit."""


@dataclass(frozen=True, slots=True)
class _Habit:
    """A common visit, with codes where the view has names."""

    diagnosis_code: str
    services: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class _Habits:
    """All of one day."""

    day: date
    diagnoses: tuple[Choice, ...]
    services: tuple[Choice, ...]
    given: tuple[str, ...]
    common: dict[int, _Habit]
    views: tuple[CommonVisit, ...]
    next_number: int


class Favourites:
    """Reckons anew when the day changes; may be asked from any thread."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        diagnoses: Diagnoses,
        now: Callable[[], datetime],
    ) -> None:
        self._usage = store.usage
        self._catalogue = catalogue
        self._diagnoses = diagnoses
        self._now = now
        self._habits: _Habits | None = None

    def diagnoses(self) -> tuple[Choice, ...]:
        """Twelve: the clinic's own commonest first, then those that come with the program."""
        return self._today().diagnoses

    def services(self) -> tuple[Choice, ...]:
        """All services of the clinic, most used first."""
        return self._today().services

    def given(self) -> tuple[str, ...]:
        """Codes of the drugs and services that were given, those given most first."""
        return self._today().given

    def common(self) -> tuple[CommonVisit, ...]:
        """At most ten pairs of a diagnosis and the services that go with it here, each seen
        at least twice: the commonest first, of two alike the one seen last."""
        return self._today().views

    def expand(self, number: int) -> tuple[str, tuple[str, ...]]:
        """Code of the diagnosis and codes of the services of a common visit.

        Raises Refused `visit.no_such_common` for a number that is not offered any more:
        numbers are not used again, so that a page of yesterday never fills in another visit.
        """
        habit = self._today().common.get(number)
        if habit is None:
            raise Refused("visit.no_such_common", number=number)
        return habit.diagnosis_code, tuple(item.medins_list_codg for item in habit.services)

    def _today(self) -> _Habits:
        """Raises what the store raises."""
        now, known = self._now(), self._habits
        if known is not None and known.day == now.date():
            return known
        first = 1 if known is None else known.next_number
        visits = self._usage.settled_since(now - _LOOKED_BACK)
        self._habits = habits = self._reckoned(visits, now.date(), first)
        return habits

    def _reckoned(self, visits: Sequence[SettledVisit], day: date, first: int) -> _Habits:
        items = {item.medins_list_codg: item for item in self._catalogue.services}
        used = Counter(code for visit in visits for code in visit.item_codes)
        services = sorted(items.values(), key=lambda item: -used[item.medins_list_codg])
        found = Counter(visit.diagnosis for visit in visits if visit.diagnosis)
        own = (self._choice(code) for code, _ in found.most_common())
        shipped = (Choice(row.code, row.name) for row in self._diagnoses.rows[:_DIAGNOSES])
        common = dict(enumerate(self._common(visits, items), start=first))
        return _Habits(
            day=day,
            diagnoses=_once((*(choice for choice in own if choice), *shipped))[:_DIAGNOSES],
            services=tuple(
                Choice(item.medins_list_codg, item.name, price_of(item)) for item in services
            ),
            given=tuple(code for code, _ in used.most_common()),
            common=common,
            views=tuple(self._view(number, habit) for number, habit in common.items()),
            next_number=first + len(common),
        )

    def _common(self, visits: Iterable[SettledVisit], items: dict[str, Item]) -> list[_Habit]:
        # Counted newest first: of two seen as often, most_common has the one seen last first.
        pairs = Counter(
            (visit.diagnosis, frozenset(visit.item_codes & items.keys()))
            for visit in visits
            if visit.diagnosis and self._choice(visit.diagnosis)
        )
        return [
            _Habit(code, tuple(item for item in items.values() if item.medins_list_codg in done))
            for (code, done), times in pairs.most_common()
            if code and done and times >= _SEEN_MIN
        ][:_COMMON_MAX]

    def _view(self, number: int, habit: _Habit) -> CommonVisit:
        return CommonVisit(
            number=number,
            diagnosis_code=habit.diagnosis_code,
            diagnosis_name=self._diagnoses.name_of(habit.diagnosis_code),
            services=tuple(item.name for item in habit.services),
        )

    def _choice(self, code: str) -> Choice | None:
        """None for a diagnosis that is not known any more: it could not be picked."""
        name = self._diagnoses.name_of(code)
        return None if name == code else Choice(code, name)


def price_of(item: Item) -> str:
    """As it stands beside a name: 4.00元/盒."""
    return f"{item.price}元/{item.unit or '次'}"


def _once(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    found: dict[str, Choice] = {}
    for choice in choices:
        found.setdefault(choice.code, choice)
    return tuple(found.values())
