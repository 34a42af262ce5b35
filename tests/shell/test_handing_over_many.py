"""Forty visits beside a record system, on a bad line and with kills: none charged here, and
each settlement found for the visit it was made for, or for none."""

from __future__ import annotations

import contextlib
import random
from datetime import timedelta
from pathlib import Path

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Fault
from terminal.core.record_system import SETTLING
from tests.clinic import AMOXICILLIN, CEFIXIME, CHILD, PARACETAMOL, PAUSED, Clock, code
from tests.crash.power import FailingDisk, Power, PowerCut
from tests.longer import longer
from tests.shell.at_the_province import EVERYBODY
from tests.shell.between import Between
from tests.shell.handed import HandedRooms, record_system

VISITS = 40
LINE_FAULTS = ["lost_before", "lost_after_commit", "nonsense", "not_known_yet", "server_error"]
PATIENTS = [each for each in EVERYBODY if each not in (PAUSED, CHILD)]
PRICES = {PARACETAMOL: "4.00", AMOXICILLIN: "26.34", CEFIXIME: "30.00"}


class Morning:
    """A doctor who hands over, a record system that settles, a line that breaks."""

    def __init__(
        self, seed: int, folder: Path, line: Between, province: SandboxProvince, clock: Clock
    ) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a replayable morning.
        self.folder, self.line, self.province, self.clock = folder, line, province, clock
        self.rooms = self.opened()
        self.made_for: dict[str, str] = {}
        """setl_id to the visit that it was made for."""

    def opened(self) -> HandedRooms:
        return HandedRooms(self.folder, self.line.address, self.clock, database=FailingDisk)

    def visit(self, serial: int) -> None:
        prefix = self.dice.choice(sorted(PRICES))
        whose = self.dice.choice(PATIENTS)
        self.clock.now += timedelta(minutes=self.dice.choice([2, 15]))
        try:
            visit_id = self.rooms.handed(whose, code(prefix, serial))
        except Fault:
            if (front := self.rooms.counter.front) is not None:
                self.rooms.reception.leave(front)
            return
        if self.dice.random() < 0.85:
            asked = {"amount": PRICES[prefix], "here": self.dice.random() < 0.9}
            settled = record_system(self.province, self.rooms, whose, **asked)
            self.made_for[settled["setl_id"]] = visit_id if asked["here"] else ""
        self.rooms.reception.leave(visit_id)

    def round(self) -> None:
        if self.dice.random() < 0.5:
            name = self.dice.choice(LINE_FAULTS)
            infno = self.dice.choice(["5201", "5203"])
            if (name, infno) != ("not_known_yet", "5203"):
                self.province.faults.plant(name, infno)
        self.rooms.ask()
        self.rooms.till.ask_now()
        self.province.faults.clear()
        if self.dice.random() < 0.2:
            self.killed()

    def killed(self) -> None:
        """The power fails before some write of a round; then a restart."""
        Power.left = self.dice.randrange(12)
        with contextlib.suppress(PowerCut):
            self.rooms.ask()
        Power.left = float("inf")
        self.rooms.close()
        self.rooms = self.opened()

    def end(self) -> None:
        """The line is good again, and time passes."""
        for _ in range(3):
            self.clock.now += timedelta(hours=2)
            self.rooms.ask()


@pytest.mark.parametrize("seed", longer(range(1, 11), in_minutes=[1]))
def test_forty_visits_are_never_charged_and_never_mixed_up(
    tmp_path: Path, line: Between, province: SandboxProvince, clock: Clock, seed: int
) -> None:
    day = Morning(seed, tmp_path / "terminal", line, province, clock)
    try:
        for serial in range(1, VISITS + 1):
            day.visit(serial)
            if serial % 3 == 0:
                day.round()
        day.end()
        book = day.rooms.store.handed_over
        assert not SETTLING & set(line.asked)
        found = book.holders(list(day.made_for))
        wrong = {each: held for each, held in found.items() if day.made_for[each] != held}
        assert wrong == {}
        assert len(set(found.values())) == len(found)
        assert len(found) > VISITS // 4, "hardly anything was found"
        settled = book.settled_since(clock() - timedelta(days=1))
        assert {each.visit_id for each in settled} == set(found.values())
    finally:
        day.rooms.close()
