"""What came from the county is put to use: judged whole first, and once each.

It does not matter whether a file was fetched, or taken from a stick by a command beside us:
what the shelf holds and was not yet used is used. What is bad leaves the earlier in force.
Settings, catalogue and coverage rules count from the next start on, which waits for a quiet
moment; revocations and the filter of sold codes count at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from terminal.core.county_files import CountyFile, CountyKind
from terminal.core.faults import Fault, Refused
from terminal.core.ledger import Deed
from terminal.county import County
from terminal.county_shelf import CountyShelf
from terminal.county_trial import SettingsTrial, TrialState
from terminal.store import Store

log = logging.getLogger(__name__)

HOLD_S = 120.0
"""From the quiet moment to the end of this process."""

_TOLD = "from_county"
"""In the journal: of which revision the ledger tells what, by kind."""

_FLAPS = 8
"""Neither well nor unwell for so many trials' time: that is not well."""

Use = Callable[[CountyFile], Mapping[str, object]]
"""Puts a file to use; returns what the ledger is to tell of it."""


class Hold(Protocol):
    """Quiet, as far as it is needed here: quiet.Quiet."""

    def hold(self, reason: str, s: float) -> bool: ...


@dataclass
class _Trial:
    """How long, on a clock that nobody sets, it has gone well or ill."""

    began_s: float
    since: datetime | None = None
    turned_s: float = field(default=0.0)


class CountyDuty:
    """`take_up` at the start, then `turn` again and again."""

    def __init__(
        self,
        shelf: CountyShelf,
        trial: SettingsTrial,
        uses: Mapping[CountyKind, Use],
        store: Store,
        well_since: Callable[[], datetime | None],
        anew: tuple[Hold, Callable[[str], None]],
        trial_s: float,
    ) -> None:
        """`uses`: by kind; `well_since`: Wellness; `anew`: when it is quiet, and what then
        starts the terminal anew; `trial_s`: setting settings_trial_s."""
        self._shelf = shelf
        self._trial = trial
        self._uses = uses
        self._store = store
        self._well_since = well_since
        self._hold, self._begin = anew
        self._trial_s = trial_s
        self._met: dict[CountyKind, tuple[int, str]] = {}
        self._watch: _Trial | None = None
        self._wanted = ""
        self._troubles: dict[str, str] = {}

    def take_up(self, now: datetime) -> None:
        """At the start: what is held counts, and what became of a trial is written down.

        Raises nothing of the county's: the clinic works without it.
        """
        state = self._trial.state()
        if state.failed:
            self._tell(now, (CountyKind.SETTINGS, state.failed), "given_up")
        self._use_held(now)

    def turn(
        self, county: County | None, now: datetime, elapsed_s: float, dice: Callable[[], float]
    ) -> None:
        """Ask for what is due, use what is new, judge a trial, begin anew when it is quiet."""
        if county is not None:
            _, faults = county.round(now, elapsed_s, dice)
            for fault in faults:
                self._say(str(fault.facts.get("kind", "county")), fault)
        self._use_held(now)
        self._judge(now, elapsed_s)
        if self._wanted and self._hold.hold("county", HOLD_S):
            why, self._wanted = self._wanted, ""
            self._begin(why)

    def troubles(self) -> Mapping[str, str]:
        """By kind: the code of what went wrong last."""
        return dict(self._troubles)

    def _use_held(self, now: datetime) -> None:
        for kind, use in self._uses.items():
            seen = self._shelf.note(kind).seen
            if seen is None or self._met.get(kind) == (seen.revision, seen.digest):
                continue
            try:
                self._use(kind, use, now)
            except Fault as fault:
                self._say(kind.value, fault)
                if isinstance(fault, Refused):  # It would be refused again; the next may not.
                    self._met[kind] = (seen.revision, seen.digest)
            else:
                self._met[kind] = (seen.revision, seen.digest)
                self._troubles.pop(kind.value, None)

    def _use(self, kind: CountyKind, use: Use, now: datetime) -> None:
        file = self._shelf.held(kind)
        if file is None:
            return
        refuse_older(self._store, file)
        facts = dict(use(file))
        if facts.pop("from_next_start", False):
            self._wanted = f"county.{kind.value}"
        became = "on_trial" if kind is CountyKind.SETTINGS else "used"
        self._tell(
            now, (kind, file.revision), became, {**facts, "sm3": file.digest}, file.signed_by
        )

    def _judge(self, now: datetime, elapsed_s: float) -> None:
        """Keep the settings on trial, or give them up."""
        state = self._trial.state()
        if not (state.trial and state.begun):
            self._watch = None
            return
        since = self._well_since()
        watch = self._watch
        if watch is None:
            watch = self._watch = _Trial(elapsed_s, since, elapsed_s)
        if since != watch.since:
            watch.since, watch.turned_s = since, elapsed_s
        stood_s = elapsed_s - watch.turned_s
        if since is not None and stood_s >= self._trial_s:
            self._trial.well()
            self._tell(now, (CountyKind.SETTINGS, state.trial), "kept")
        elif stood_s >= self._trial_s or elapsed_s - watch.began_s >= _FLAPS * self._trial_s:
            self._give_up(now, state)

    def _give_up(self, now: datetime, state: TrialState) -> None:
        log.error("the county's settings %d are given up: the terminal is not well", state.trial)
        self._trial.give_up()
        self._tell(now, (CountyKind.SETTINGS, state.trial), "given_up")
        self._wanted = "county.given_up"

    def _told_of(self, kind: CountyKind, became: str) -> int:
        """The newest revision of which the ledger tells this; 0: of none."""
        told = self._store.journal.recall(_TOLD) or {}
        return int(told.get(f"{kind.value} {became}", 0))

    def _tell(
        self,
        now: datetime,
        file: tuple[CountyKind, int],
        became: str,
        more: Mapping[str, object] = MappingProxyType({}),
        who: str = "county",
    ) -> None:
        """Write down what became of a revision, once, and that it was written down."""
        kind, revision = file
        if revision <= self._told_of(kind, became):
            return
        facts = {**more, "kind": kind.value, "revision": revision, "became": became}
        with self._store.transaction():
            told = self._store.journal.recall(_TOLD) or {}
            self._store.journal.remember(_TOLD, {**told, f"{kind.value} {became}": revision})
            self._store.ledger.add(Deed.FROM_COUNTY, now, facts, who)

    def _say(self, kind: str, fault: Fault) -> None:
        if self._troubles.get(kind) != fault.code:
            log.warning("from the county, %s stays as it is: %s", kind, fault)
        self._troubles[kind] = fault.code


def refuse_older(store: Store, file: CountyFile) -> None:
    """Raises Refused `county.replayed` for a file older than one that was put to use here.

    The shelf's own note lies beside the files, for whoever can change those; the store does not.
    """
    told = store.journal.recall(_TOLD) or {}
    seen = max((told[each] for each in told if each.startswith(f"{file.kind.value} ")), default=0)
    if file.revision < seen:
        raise Refused("county.replayed", kind=file.kind.value, revision=file.revision, seen=seen)
