"""What lies on the counter now: which visit, what was last scanned, what to say.

Nothing here outlives a restart but what can be read from the store again. Every change
is published as a new, numbered CounterView; screens wait for the next number.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from terminal.core.assurance import Why
from terminal.core.boxes import ScanMode
from terminal.core.counter import CounterView, Notice
from terminal.core.faults import Fault, Refused
from terminal.core.recognition import Template
from terminal.core.trace_codes import Scan
from terminal.errands import Errands
from terminal.opening import Opening
from terminal.revoked import Revoked
from terminal.store import Store

log = logging.getLogger(__name__)

_COMPARE_S = 20.0
_CHALLENGE_S = 60.0
"""How long a face is waited for: beside an ID number, and for a large amount."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whose face is looked for while a visit lies on the counter (1:1)."""

    visit_id: str
    person_id: str
    until_s: float
    """On the monotonic clock: nobody stands before the camera for ever."""
    challenge: bool
    """Whether a challenge is asked as well, because the amount asks for it."""

    @classmethod
    def of_claimed(cls, visit_id: str, person_id: str) -> Comparison:
        """Whether the face is that of the ID number that was given."""
        return cls(visit_id, person_id, time.monotonic() + _COMPARE_S, challenge=False)

    @classmethod
    def with_challenge(cls, visit_id: str, person_id: str) -> Comparison:
        """Whether the same person can do what is asked; another tap begins it again."""
        return cls(visit_id, person_id, time.monotonic() + _CHALLENGE_S, challenge=True)


@dataclass(frozen=True, slots=True, repr=False)
class FaceSeen:
    """The face that opened a visit, in memory until the doctor has said who it is."""

    visit_id: str
    person_id: str
    templates: tuple[Template, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Advice:
    """What the province said beforehand of one settlement, in memory only."""

    settlement_id: str
    revision: int
    """The bill that it is about; beside another it is not shown."""
    asked: tuple[str, ...]
    """What 2001 was asked about."""
    not_enjoyed: tuple[Notice, ...] = ()
    audited: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Held:
    """A box that waits for the doctor's word: of an unknown prefix, or another maker's."""

    visit_id: str
    scan: Scan
    typed: bool = False
    proposed: str | None = None
    """The drug that the doctor has picked, before the second look."""


@dataclass
class Counter:
    """The counter's changing part. Hold `lock` to change it; then call `publish`."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    opening: Opening = field(default_factory=Opening)
    """Whether a new visit may begin."""
    revoked: Revoked = field(default_factory=Revoked)
    """Whether the county took this device out of use."""
    front: str | None = None
    """The visit on the counter."""
    called_up: str | None = None
    """The visit that was last called up again: its person may be at home."""
    departed: str | None = None
    """Who last left the counter: not greeted again before their face has gone."""
    hint: str | None = None
    scan: Notice | None = None
    mode: ScanMode = ScanMode.SELL
    """What the next scan means."""
    taking_in: tuple[str, str] = ("", "")
    """Why the box that is scanned next was brought back, and a note."""
    held: Held | None = None
    notices: dict[str, Notice] = field(default_factory=dict)
    """By visit: what went wrong last."""
    comparison: Comparison | None = None
    face: FaceSeen | None = None
    assurance_of: str | None = None
    """The visit that asks for more than a face."""
    assurance_why: tuple[Why, ...] = ()
    """Why it does, as it was found; what has been answered since is still among them."""
    advice: dict[str, tuple[Advice, ...]] = field(default_factory=dict)
    """By visit: what the province said beforehand; of the one on the counter only."""
    big_text: tuple[str | None, str] = (None, "")
    """What stands in huge letters for somebody deaf, and for which visit (None: for nobody's)."""
    picking_up: int = 0
    """After a restart: unfinished visits that are being asked about before anything new."""

    def clear(self) -> None:
        """Nothing lies here any more, and no face is remembered. The caller holds `lock`."""
        self.front = self.scan = self.comparison = self.face = self.assurance_of = None
        self.assurance_why = ()
        self.held = None
        self.mode = ScanMode.SELL
        self.advice = {}
        self.big_text = (None, "")

    def on_counter(self, visit_id: str) -> None:
        """Raises Refused `visit.other_on_counter` unless this visit lies there."""
        if self.front != visit_id:
            raise Refused("visit.other_on_counter")

    def say(self, visit_id: str, fault: Fault) -> None:
        """Note what went wrong with a visit, with the province's own words if any."""
        facts = {"said": fault.said} if fault.said else {}
        with self.lock:
            self.notices[visit_id] = Notice(fault.code, facts)


class Board:
    """Hands the newest view to whoever asks, and wakes those who wait for it."""

    def __init__(self, draw: Callable[[int], CounterView]) -> None:
        """`draw` makes the view of this moment with the given number."""
        self._draw = draw
        self._drawing = threading.Lock()
        self._changed = threading.Condition()
        self._view: CounterView | None = None

    def publish(self) -> None:
        """Draw the counter anew and tell everyone.

        A counter that cannot be drawn (the store is away) stays as it was: whatever was
        just done is done, and must not look as if it had failed.
        """
        try:
            self._publish()
        except Fault as fault:
            log.warning("the counter could not be drawn: %s", fault)

    def view(self) -> CounterView:
        """The newest view. Raises what the store raises when there is none yet."""
        return self._view or self._publish()

    def wait_for_change(self, seen_number: int, timeout_s: float) -> CounterView:
        """The first view newer than the one seen, or the present one after the wait."""
        view = self.view()
        with self._changed:
            self._changed.wait_for(
                lambda: self._view is not None and self._view.number > seen_number, timeout_s
            )
            return self._view or view

    def _publish(self) -> CounterView:
        with self._drawing:
            number = 1 if self._view is None else self._view.number + 1
            view = self._draw(number)
            with self._changed:
                self._view = view
                self._changed.notify_all()
        return view


@dataclass(frozen=True, slots=True)
class Workplace:
    """What every room at the counter works with."""

    store: Store
    counter: Counter
    board: Board
    errands: Errands
    now: Callable[[], datetime]
    doctor: Callable[[], str]
    """National code of the doctor on duty: who answers for what is done now."""
    may_settle: Callable[[str], bool] = lambda _: True
    """Whether an insured visit of the doctor with this code may be settled now (5102)."""
