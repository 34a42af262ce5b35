"""The county's settings on trial: used from one start on, and given up unless it goes well.

One small file says which revision is good and which is on trial; it is replaced whole, and
every settings file has its revision in its name, so that a power cut finds either the state
before a step or the one after. A start that finds a trial already begun goes back: whoever
began it never said that the terminal is well.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from terminal.core.faults import Refused, Unavailable
from terminal.private_file import write_private

_STATE = "settings.state"
_BYTES_MAX = 64 * 1024

COUNTYS = frozenset(
    {
        "benefits_file", "clinic_fund_yuan", "fund_limit_yuan", "let_go_max_fen",
        "offline_visits", "challenge_from_yuan", "settles_under", "dept_code", "dept_name",
        "caty", "fpir_max", "child_age_min",
    }
)  # fmt: skip
"""The settings that are the county's: what it says wins over this clinic's own file. All
others are the clinic's, and a county's file that names one is refused whole."""


@dataclass(frozen=True, slots=True)
class TrialState:
    """Revisions; 0: none."""

    good: int = 0
    trial: int = 0
    begun: bool = False
    failed: int = 0
    """The newest revision that was given up; it is not tried again."""


class SettingsTrial:
    """The county's layer of the settings, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def state(self) -> TrialState:
        """Where it stands; what cannot be read is as if the county never said anything."""
        try:
            with (self._folder / _STATE).open("rb") as stream:
                told = json.loads(stream.read(_BYTES_MAX))
            return TrialState(
                int(told["good"]), int(told["trial"]), told["begun"] is True, int(told["failed"])
            )
        except (OSError, ValueError, KeyError, TypeError):
            return TrialState()

    def stage(self, revision: int, content: bytes) -> None:
        """Lay a validated revision ready for the next start.

        Raises Refused `county.given_up` for one that failed, Unavailable `county.not_kept`.
        """
        state = self.state()
        if revision <= state.failed:
            raise Refused("county.given_up", revision=revision)
        self._write(f"settings-{revision}.toml", content)
        self._keep(replace(state, trial=revision, begun=False))

    def begin(self) -> TrialState:
        """At every start, before any setting is read: begin a trial, or give one up."""
        state = self.state()
        if state.trial and state.begun:
            return self.give_up()
        if state.trial:
            state = replace(state, begun=True)
            self._keep(state)
        return state

    def well(self) -> None:
        """The terminal works with them: they are the good ones now."""
        state = self.state()
        if state.trial and state.begun:
            self._keep(TrialState(good=state.trial, failed=state.failed))

    def give_up(self) -> TrialState:
        """Back to the good ones, from the next reading on; what was tried is remembered."""
        state = self.state()
        back = TrialState(good=state.good, failed=max(state.failed, state.trial))
        self._keep(back)
        return back

    def in_force(self) -> dict[str, Any]:
        """What the county's layer sets now: on trial if begun, else the good ones.

        A file that is lost or broken sets nothing: the clinic keeps working by its own.
        """
        state = self.state()
        revision = state.trial if state.trial and state.begun else state.good
        if not revision:
            return {}
        try:
            with (self._folder / f"settings-{revision}.toml").open("rb") as stream:
                return county_settings(stream.read(_BYTES_MAX + 1))
        except (OSError, Refused):
            return {}

    def _keep(self, state: TrialState) -> None:
        self._write(_STATE, json.dumps(asdict(state)).encode())

    def _write(self, name: str, data: bytes) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_private(self._folder / name, data)
        except OSError as error:
            raise Unavailable("county.not_kept", reason=error.strerror or "") from None


def county_settings(content: bytes) -> dict[str, Any]:
    """Read the county's layer. Raises Refused `settings.unreadable`, `county.not_theirs`."""
    if len(content) > _BYTES_MAX:
        raise Refused("settings.unreadable", file="county", reason="too large")
    try:
        told = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        raise Refused("settings.unreadable", file="county", reason="not TOML") from None
    foreign = sorted(set(told) - COUNTYS)
    if foreign:
        raise Refused("county.not_theirs", setting=ascii(foreign[0])[:60])
    return told
