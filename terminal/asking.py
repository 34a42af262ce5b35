"""Self-service: what is mine, on my own screen, after my own face; closed again by itself.

Nobody else's: it opens only for the person whose face was recognised alive at the counter,
or for a relative bound with leave to ask, and then only what was paid and what is left. It
ends with the visit, with the doctor's no, with another face, and when nothing is tapped.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from terminal.board import Workplace
from terminal.core.families import Scope
from terminal.core.faults import Refused
from terminal.core.mine_slip import SLIP_TITLE, mine_slip
from terminal.core.people import Identified, Person
from terminal.core.screen_views import MineView
from terminal.core.standing import Standing
from terminal.core.visit import VisitState
from terminal.mine import Mine
from terminal.prices import Prices
from terminal.store.visits import Visit

_FREE = (VisitState.PRESENTED, VisitState.IDENTIFIED, VisitState.SETTLED, VisitState.CLOSED)
"""When nothing else is asked of the resident. The visit's money comes before it."""

_ASKS_WITHIN = timedelta(minutes=2)
"""After their visit is over: who comes later and finds it still there may be somebody else."""


@dataclass(frozen=True, slots=True)
class _Open:
    visit_id: str
    person_id: str
    face_of: str
    """Whose face opened it: the person's, or the relative's who asks for them."""
    until_s: float
    looked_at: str = ""


class Asking:
    """The resident's verbs about what is theirs, and about a box they hold."""

    def __init__(
        self,
        workplace: Workplace,
        mine: Mine,
        prices: Prices,
        print_text: Callable[[str, tuple[str, ...]], None],
        closes_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`print_text` prints a title and lines, and keeps nothing; `closes_s`: how long it
        stays open without a tap; `clock` in seconds."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._now = workplace.now
        self._mine = mine
        self._print = print_text
        self._closes_s = closes_s
        self._clock = clock
        self._open: _Open | None = None
        self._begun = workplace.now()
        self.forget_price = prices.forget

    def open_mine(self, visit_id: str) -> None:
        """Show the recognised person what is theirs.

        Raises Refused `visit.other_on_counter`, `visit.not_found`, `asking.face_wanted`,
        `asking.not_theirs`, `asking.not_now`.
        """
        with self._counter.lock:
            self._open = None
            person, face_of = self._who(visit_id)
            self._refuse_gone(self._store.visits.visit(visit_id))
            until_s = self._clock() + self._closes_s
            self._open = _Open(visit_id, person.person_id, face_of, until_s)
        self._board.publish()

    def answers(self, visit: Visit) -> bool:
        """Whether `open_mine` would open for this visit on the counter, as it is now."""
        if visit.state not in _FREE:
            return False
        try:
            self._asker(visit)
        except Refused:
            return False
        return True

    def close_mine(self) -> None:
        """Close it now."""
        with self._counter.lock:
            self._open = None
        self._board.publish()

    def mine(self) -> MineView | None:
        """What is shown; None: nothing is asked, or it is over. Looking is no tap."""
        with self._counter.lock:
            opened = self._still_open()
            return None if opened is None else self._drawn(opened)

    def look_at(self, visit_id: str) -> None:
        """A tap: it stays open for as long again, with the lines of this settlement.

        Raises Refused `asking.closed`.
        """
        with self._counter.lock:
            self._tapped(visit_id)

    def print_mine(self) -> None:
        """The same on paper. Raises Refused `asking.closed`, and what the paper raises."""
        with self._counter.lock:
            opened = self._tapped(None)
            lines = mine_slip(self._drawn(opened), self._now())
        self._print(SLIP_TITLE, lines)

    def looked_for(self) -> str | None:
        """Whose face must stand before the camera while it is open; None: nobody's."""
        with self._counter.lock:
            opened = self._still_open()
            return None if opened is None else opened.face_of

    def _drawn(self, opened: _Open) -> MineView:
        person = self._store.people.person(opened.person_id)
        if person is None:
            raise Refused("asking.closed")
        left_s = math.ceil(opened.until_s - self._clock())
        if opened.face_of != opened.person_id:
            return self._mine.money_of(person, opened.visit_id, left_s)
        return self._mine.of(person, opened.visit_id, opened.looked_at, left_s)

    def _tapped(self, looked_at: str | None) -> _Open:
        """Raises Refused `asking.closed`. The caller holds the lock."""
        opened = self._still_open()
        if opened is None:
            raise Refused("asking.closed")
        shown = opened.looked_at if looked_at is None else looked_at
        until_s = self._clock() + self._closes_s
        self._open = replace(opened, until_s=until_s, looked_at=shown)
        return self._open

    def _still_open(self) -> _Open | None:
        """What is open, as long as whoever opened it still may; asked anew at every look.
        The caller holds the lock."""
        opened = self._open
        if opened is None:
            return None
        try:
            person, face_of = self._who(opened.visit_id)
        except Refused:
            person, face_of = None, ""
        same = person is not None and (person.person_id, face_of) == (
            opened.person_id,
            opened.face_of,
        )
        if not same or self._clock() >= opened.until_s:
            self._open = None
        return self._open

    def _who(self, visit_id: str) -> tuple[Person, str]:
        """Of whom is shown, and by whose face. Raises as `open_mine`; holds no lock itself.

        Nobody at a visit that was called up again, or lies there since before a restart: its
        person may be at home, and whoever taps the screen is somebody else.
        """
        self._counter.on_counter(visit_id)
        return self._asker(self._store.visits.visit(visit_id))

    def _asker(self, visit: Visit) -> tuple[Person, str]:
        """As `_who`, of this visit."""
        person = self._store.people.person(visit.person_id or "")
        seen_now = self._counter.called_up != visit.visit_id and visit.opened_at >= self._begun
        if person is None or not _by_face(visit) or not seen_now:
            raise Refused("asking.face_wanted")
        if self._store.families.died_on(person.person_id) is not None:
            raise Refused("asking.not_theirs")
        if visit.holder_id is not None and not self._may_ask(visit):
            raise Refused("asking.not_theirs")
        if visit.state not in _FREE:
            raise Refused("asking.not_now")
        return person, visit.holder_id or person.person_id

    def _refuse_gone(self, visit: Visit) -> None:
        """Where the visit is over for so long that whoever taps may not be its person."""
        over = visit.state in (VisitState.SETTLED, VisitState.CLOSED)
        since = self._store.visits.came_to(visit.visit_id, visit.state) if over else None
        if since is not None and self._now() - since > _ASKS_WITHIN:
            raise Refused("asking.face_wanted")

    def _may_ask(self, visit: Visit) -> bool:
        """Whether the binding they stand on holds today, and gives leave to ask."""
        binding = self._store.families.binding(visit.binding_id or "")
        return (
            binding is not None
            and Scope.ASK in binding.scopes
            and self._store.families.holds(binding, self._now().date())
        )


def _by_face(visit: Visit) -> bool:
    """Whether a face, alive and known here, says who stands there: found among all, or held
    against the ID number that was typed. A doctor's word is for the visit, not for this."""
    if visit.face_agrees is False or visit.standing not in (Standing.SELF, Standing.FAMILY):
        return False
    found = visit.identified in (Identified.BY_FACE, Identified.BY_RELATIVE)
    return found or visit.face_agrees is True
