"""The steps of an update, each on the disk before the next begins.

    fetched -> unpacked -> tried -> kept -> trial -> well -> (nothing under way)
                                       \\______ back -> (nothing under way; not tried again)

A power cut resumes a step that is only beside the clinic's work, and goes back from one that
is in it: whoever finds `kept` or `trial` never saw the new version well. The store is put
back only when nobody was served in between.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Protocol

TRIES_MAX = 2
"""A power cut in a trial may be chance once."""


class Stopped(Exception):
    """The update ends here, for a reason with a code; the next night may go on."""


@dataclass(frozen=True)
class State:
    """What is under way."""

    step: str = ""
    version: str = ""
    before: str = ""
    contents: dict[str, list[int]] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    why: str = ""
    restoring: bool = False
    """Nobody was served in between: the store is being put back."""


class Machine(Protocol):
    """What the steps do to the world. Every act may be repeated."""

    def current(self) -> str: ...
    def repair(self) -> None: ...
    def fetch(self, failed: list[str]) -> str: ...
    def unpack(self, version: str) -> None: ...
    def try_copy(self, version: str) -> None: ...
    def forget_copy(self) -> None: ...
    def wait_and_hold(self) -> None: ...
    def contents(self) -> dict[str, list[int]]: ...
    def contents_by(self, version: str) -> dict[str, list[int]] | None: ...
    def stop(self) -> None: ...
    def start(self) -> bool: ...
    def keep_store(self) -> None: ...
    def put_store_back(self) -> None: ...
    def forget_store(self) -> None: ...
    def mark(self, version: str) -> None: ...
    def unmark(self) -> None: ...
    def switch(self, version: str) -> None: ...
    def is_well(self) -> bool: ...
    def finish(self, version: str) -> None: ...
    def tell(self, outcome: str, state: State) -> None: ...


class Journey:
    """Goes the steps from wherever the last one ended. `resume`, `update`."""

    def __init__(self, file: Path, machine: Machine, say: Callable[[str], None]) -> None:
        self._file = file
        self._machine = machine
        self._say = say
        self.state = _read(file)

    def resume(self) -> None:
        """Undo or finish what a cut left in the clinic's way. Before the terminal starts."""
        self._machine.forget_copy()
        if self.state.step in ("kept", "trial", "back"):
            if self.state.step != "back":
                self._to("back", why="cut")
            self._go_back()
        elif self.state.step == "well":
            self._finish()

    def update(self) -> None:
        """One update, or nothing where there is none. Raises Stopped."""
        self._machine.repair()
        self.resume()
        if self.state.step == "":
            version = self._machine.fetch(self.state.failed)
            if not version:
                return
            self._to("fetched", version=version, before=self._machine.current())
        if self.state.step == "fetched":
            self._machine.unpack(self.state.version)
            self._to("unpacked")
        if self.state.step == "unpacked":
            self._try()
        self._switch()
        if self._machine.start() and self._machine.is_well():
            self._to("well")
            self._finish()
        else:
            self._to("back", why="not well")
            self._go_back()
            raise Stopped("update.rolled_back")

    def _try(self) -> None:
        try:
            self._machine.try_copy(self.state.version)
        except Stopped as stopped:
            if str(stopped) == "update.not_migrated":
                self._give_up("not migrated")
            raise
        self._to("tried")

    def _switch(self) -> None:
        """Nobody is served from here on, until the new version is well or the old one is back."""
        machine, state = self._machine, self.state
        machine.wait_and_hold()
        contents = machine.contents()
        machine.stop()
        machine.keep_store()
        tries = {**state.tries, state.version: state.tries.get(state.version, 0) + 1}
        self._to("kept", contents=contents, tries=tries)
        machine.mark(state.version)
        self._to("trial")
        machine.switch(state.version)

    def _go_back(self) -> None:
        machine, state = self._machine, self.state
        machine.stop()
        ran = machine.current() == state.version
        if ran and not state.restoring and not self._nobody_served():
            # An older program refuses a migrated store, and what was done since is worth more.
            self._say("update.store_stays: somebody was served since, so the new version stays")
            self._end("stays")
            machine.start()
            return
        if ran:
            self._to("back", restoring=True)
            machine.put_store_back()
            machine.switch(state.before)
        self._end("back")
        machine.start()

    def _nobody_served(self) -> bool:
        """Whether all that was counted before counts the same, by whichever version can."""
        state = self.state
        counted = (self._machine.contents_by(each) for each in (state.version, state.before))
        now = next((told for told in counted if told is not None), None)
        return now is not None and all(now.get(name) == n for name, n in state.contents.items())

    def _finish(self) -> None:
        self._machine.finish(self.state.version)
        self._end("kept")

    def _end(self, outcome: str) -> None:
        machine, state = self._machine, self.state
        machine.tell(outcome, state)
        machine.forget_store()
        machine.unmark()
        tried = state.tries.get(state.version, 0)
        cut_once = state.why == "cut" and tried < TRIES_MAX
        failed = list(state.failed)
        if outcome != "kept" and not cut_once and state.version not in failed:
            failed.append(state.version)
        self._write(State(failed=failed, tries=state.tries))
        self._say(f"update {state.version}: {outcome}")

    def _give_up(self, why: str) -> None:
        """The version is left alone from now on; nothing of it was ever in use."""
        state = self.state
        self._machine.tell("back", replace(state, why=why))
        self._write(State(failed=[*state.failed, state.version], tries=state.tries))

    def _to(self, step: str, **changed: object) -> None:
        self._write(replace(self.state, step=step, **changed))  # type: ignore[arg-type]

    def _write(self, state: State) -> None:
        part = self._file.with_name(f"{self._file.name}.part")
        with part.open("w") as file:
            json.dump(asdict(state), file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._file)
        folder = os.open(self._file.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self.state = state


def _read(file: Path) -> State:
    """What cannot be read is as if nothing were under way."""
    try:
        return State(**json.loads(file.read_bytes()[: 1 << 20]))
    except (OSError, ValueError, TypeError):
        return State()
