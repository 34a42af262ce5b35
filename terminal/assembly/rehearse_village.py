"""One village of a rehearsal: its own province, its own terminal, its own region's rules.

The parent of both: it has the faults planted, and starts the terminal anew when it died.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from drivers.simulated.province import server as sandbox
from drivers.simulated.province.reference import DATA
from terminal.assembly.rehearse_doctor import Ended
from terminal.assembly.rehearse_mishaps import WorldClock
from terminal.assembly.rehearse_people import write_people
from terminal.assembly.rehearse_plans import CONNECT_TIMEOUT_S, READ_TIMEOUT_S, Mishap, Plan
from terminal.assembly.rehearse_province import INSTITUTION, RehearsedProvince
from terminal.assembly.rehearse_terminal import Order, Said, TerminalProcess
from terminal.core.faults import Unavailable
from terminal.settings import Settings

VISITS_A_DAY = 30
_DAY_S, _VISIT_S = 24 * 3600.0, 900.0
_LAST_DAYS = 3
"""Days without visits at the end, in which the files of the last ones decide."""

_BROKEN_MAX = 3
_LATE_S = 1.0
"""Longer than any request is held back."""


@dataclass(frozen=True, slots=True)
class Manners:
    """What this village's region allows."""

    find_by_visit: bool
    reversal_answer_suffices: bool


@dataclass
class Course:
    """How visits went; adds up over villages."""

    ended: list[Ended] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    visit_ids: dict[int, list[str]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    """How often each happened, by name."""
    pairs: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    starts: int = 0
    broken: int = 0
    """How often the terminal died though nobody killed it."""
    worst_recovery_s: float = 0.0
    worst_visit: int | None = None

    def met(self, mishap: Mishap) -> None:
        self.faults[mishap.fault.value] += 1
        self.pairs[mishap.name] += 1

    def recovered(self, number: int, seconds: float) -> None:
        if seconds > self.worst_recovery_s:
            self.worst_recovery_s, self.worst_visit = seconds, number

    def add(self, other: Course) -> None:
        """Another village's, to make one of both."""
        self.ended += other.ended
        self.confirmed += other.confirmed
        self.visit_ids |= other.visit_ids
        self.faults += other.faults
        self.pairs += other.pairs
        self.kills += other.kills
        self.starts += other.starts
        self.broken += other.broken
        if other.worst_visit is not None:
            self.recovered(other.worst_visit, other.worst_recovery_s)


class Village:
    """Build, `run`, `close`."""

    def __init__(self, folder: Path, manners: Manners, people: int) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        data = folder / "reference"
        shutil.copytree(DATA, data)
        self.people = write_people(data / "people.toml", people)
        self.course = Course()
        self._began_s = time.monotonic()
        self._clock = WorldClock(self._began_s)
        self._province = RehearsedProvince(
            folder / "province", data, self._clock, find_by_visit=manners.find_by_visit
        )
        self.witness = self._province.witness
        self.settings = _settings(folder, data, manners, self._province)
        self._terminal: TerminalProcess | None = None

    def run(self, plans: Sequence[Plan]) -> None:
        """Every visit, day after day, and then what the days bring by themselves."""
        for number, plan in enumerate(plans, start=1):
            self._visit(plan)
            self._clock.leapt_s += _VISIT_S
            if number % VISITS_A_DAY == 0:
                self._pass_a_day()
        time.sleep(_LATE_S)  # Whatever was held back has arrived.
        for _ in range(_LAST_DAYS):
            self._pass_a_day()

    def stop_terminal(self) -> None:
        """Let the terminal stop in good order, so that its store can be opened."""
        if self._terminal is not None:
            self._terminal.order(None)
            self._terminal.gone()
            self._terminal = None

    def close(self) -> None:
        self.stop_terminal()
        self._province.close()

    def _visit(self, plan: Plan) -> None:
        """One visit, in as many lives of the terminal as it takes."""
        self._province.plant(plan)
        life = _Life(plan)
        while life.ended_s is None:
            self._order(Order(life.left, life.visit_id, self._clock.leapt_s))
            life.dead = None
            while life.goes_on(said := self._hear(), self.course):
                if said.kind == "now":
                    self._province.meet(said.what[0])
                    if self._terminal is not None:
                        self._terminal.go_on()
            if life.ended_s is None and life.dead is None:
                self._died_by_itself()
        for mishap in self._province.clean_up(plan):
            self.course.met(mishap)
        if life.trouble_s is not None:
            self.course.recovered(plan.number, life.ended_s - life.trouble_s)

    def _pass_a_day(self) -> None:
        """The night, and the rounds of the next morning."""
        self._clock.leapt_s += _DAY_S - (self._clock.leapt_s % _DAY_S)
        while True:
            self._order(Order(None, "", self._clock.leapt_s))
            while (said := self._hear()).kind not in ("rested", "gone"):
                if said.kind == "confirming":
                    self.course.confirmed.append(said.what[0])
            if said.kind == "rested":
                return
            self._died_by_itself()

    def _died_by_itself(self) -> None:
        """A terminal that nobody killed and that is gone has broken on a mistake of ours."""
        self.course.broken += 1
        if self.course.broken > _BROKEN_MAX:
            raise Unavailable("rehearsal.stuck", step="the terminal died by itself")

    def _order(self, order: Order) -> None:
        if self._terminal is None:
            self._terminal = TerminalProcess(self.settings, self._began_s)
            self.course.starts += 1
        self._terminal.order(order)

    def _hear(self) -> Said:
        if self._terminal is None:
            return Said("gone", time.monotonic(), ())
        said = self._terminal.hear()
        if said.kind == "gone":
            self._terminal = None
        return said


class _Life:
    """What is known of one visit while it goes on."""

    def __init__(self, plan: Plan) -> None:
        self.left = plan
        self.visit_id = ""
        self.dead: Mishap | None = None
        self.trouble_s: float | None = None
        """When its first trouble came."""
        self.ended_s: float | None = None

    def goes_on(self, said: Said, course: Course) -> bool:
        """Note what the terminal says; False when it ended the visit, or is gone."""
        if said.kind in ("trouble", "met", "dies") and self.trouble_s is None:
            self.trouble_s = said.at_s
        match said.kind:
            case "visit":
                self.visit_id = said.what[0]
                course.visit_ids.setdefault(self.left.number, []).append(self.visit_id)
            case "confirming":
                course.confirmed.append(said.what[0])
            case "met" | "dies":
                self.left = self.left.without(said.what[0])
                course.met(said.what[0])
                if said.kind == "dies":
                    self.dead = said.what[0]
                    course.kills[self.dead.point.value if self.dead.point else "write"] += 1
            case "ended":
                self.ended_s = said.at_s
                course.ended.append(said.what[0])
        return said.kind not in ("ended", "gone")


def _settings(folder: Path, data: Path, manners: Manners, province: RehearsedProvince) -> Settings:
    told: dict[str, Any] = {
        "data_dir": folder / "terminal",
        "clinic_name": "演练村卫生室",
        "fixmedins_code": INSTITUTION,
        "doctor_code": "D431024000991",
        "doctor_name": "雷新民",
        "mdtrtarea_admvs": "431024",
        "province_url": province.address,
        "province_ca_file": province.authority,
        "province_paasid": sandbox.DEMO_PAASID,
        "province_secret": SecretStr(sandbox.DEMO_SECRET),
        "province_connect_timeout_s": CONNECT_TIMEOUT_S,
        "province_read_timeout_s": READ_TIMEOUT_S,
        "drugs_file": data / "drugs.csv",
        "services_file": data / "services.csv",
        "benefits_file": data / "benefits.toml",
        "find_settlement_by_visit": manners.find_by_visit,
        "reversal_answer_suffices": manners.reversal_answer_suffices,
        "resume_every_s": 3600.0,
        "resume_every_max_s": 3600.0,
        "challenge_from_yuan": None,
    }
    return Settings(**told)
