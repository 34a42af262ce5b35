"""A terminal lives a whole day while its devices come and go: `python -m tests.field.a_day`.

Twenty-four simulated hours and thirty visits in so many real minutes (`--minutes`; what is
printed says how much faster the clock ran): a market morning, noon, an afternoon, a night with
its closing and upkeep. The camera, the scanner's and the printer's cable and the province are
away again and again, when the seed says. Afterwards both books are compared as a rehearsal
compares them, and the process's memory, threads, descriptors and log are judged. Status 1 when
a visit is lost, the terminal died, or a bound is passed.

Compressed is the clock only: a visit does as much as in a clinic, an idle hour does less. Idle
looking, which a real day has a hundred times as much of, is what this run shows least of.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from drivers.simulated.printer import SimulatedPrinter
from drivers.simulated.province import remote
from drivers.simulated.province.reference import DATA
from drivers.simulated.scanner import SimulatedScanner
from terminal.assembly.parts import ASSETS, WEIGHTS
from terminal.assembly.rehearse_books import read_books, steps_of
from terminal.assembly.rehearse_people import write_people
from terminal.assembly.rehearse_plans import Plan, draw
from terminal.assembly.rehearse_province import RehearsedProvince
from terminal.core.catalogue import read_drugs
from terminal.core.faults import Unavailable
from terminal.settings_file import read_settings
from tests.field.a_day_terminal import MAN_ID_NUMBER, DayClock
from tests.field.grown import Sample, judged, sampled

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
VISITS_BY_HOURS = ((0.2, 3, 13), (3, 4, 3), (4, 6, 1), (6, 9, 9), (9, 10, 3), (13, 14, 1))
"""From eight in the morning: market, late morning, noon, afternoon, evening, one at night."""
CLOSES_H, UPKEEP_H = 10.5, 18.0
"""Half past six, and two at night."""
OUTAGES = {"camera": 5, "scanner": 6, "printer": 5, "province": 5}
OUTAGE_S = (120.0, 2700.0)
"""Simulated; of two minutes to three quarters of an hour."""
AGAIN_MAX = 6
"""How often somebody comes again whose visit came to nothing."""
AGAIN_S = 900.0
"""Simulated: so long they sit down meanwhile, and an outage does not outlast six times that."""
OPENING_S = 20.0
"""Before the day begins, so that the terminal stands when it does."""
READY_S = 90.0
STUCK_S = 240.0
SAMPLES_AN_HOUR = 6
PEOPLE = 60
RESCAN = "scanner.rescan_last"
"""A scanner that is back, and asks for the last box once more."""


@dataclass
class Day:
    """What happened."""

    visit_ids: dict[int, list[str]] = field(default_factory=dict)
    confirmed: list[str] = field(default_factory=list)
    last: dict[int, dict[str, Any]] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)
    outages: Counter[str] = field(default_factory=Counter)
    did: list[dict[str, Any]] = field(default_factory=list)
    away: dict[str, str] | None = None
    came_again: int = 0
    pages: Counter[int] = field(default_factory=Counter)


class Terminal:
    """The terminal's process: orders in, news out."""

    def __init__(self, arguments: list[str], heard: Callable[[dict[str, Any]], None]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.field.a_day_terminal", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._heard = heard
        self._thread = threading.Thread(target=self._hear, daemon=True)
        self._thread.start()

    def order(self, do: str, **what: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **what}) + "\n")
        self.process.stdin.flush()

    def ended(self) -> int:
        """Its exit status, once everything it said was heard."""
        status = self.process.wait(STUCK_S)
        self._thread.join(STUCK_S)
        return status

    def _hear(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._heard(json.loads(line))


class World:
    """Everything around the terminal."""

    def __init__(self, folder: Path, clock: DayClock, seed: int) -> None:
        self.folder, self.clock, self.seed = folder, clock, seed
        self.day = Day()
        self._news = threading.Condition()
        self._number = 0
        data = folder / "reference"
        shutil.copytree(DATA, data)
        villagers = folder / "villagers.toml"
        self._people = write_people(villagers, PEOPLE)
        with (data / "people.toml").open("a", encoding="utf-8") as listed:
            # Numbers of their own, beside those of the demo's people.
            listed.write(villagers.read_text("utf-8").replace('"4310240000', '"4310249999'))
        drugs = read_drugs((data / "drugs.csv").read_text("utf-8"))
        self._prefixes = [drug.prefixes[0] for drug in drugs if drug.batch and drug.prefixes]
        terminal = folder / "terminal"
        terminal.mkdir()
        pulled = read_settings().data_dir.resolve()
        for part in (WEIGHTS, ASSETS):
            (terminal / part).symlink_to(pulled / part)
        (folder / "clips").symlink_to(pulled / "clips")
        self.province = RehearsedProvince(folder / "province", data, clock, find_by_visit=True)
        self.scanner = SimulatedScanner(folder / "dev" / "scanner")
        self.printer = SimulatedPrinter(folder / "dev" / "printer")
        self.terminal: Terminal | None = None
        self.page = ""

    def close(self) -> None:
        if self.terminal is not None and self.terminal.process.poll() is None:
            self.terminal.process.kill()
            self.terminal.process.wait()
        self.scanner.close()
        self.printer.close()
        self.province.close()

    def open_terminal(self, began_s: float, speed: float) -> Terminal:
        told = [str(self.folder), self.province.address, str(self.province.authority)]
        self.terminal = Terminal([*told, str(began_s), str(speed)], self._hear)
        self.wait(lambda: bool(self.page), READY_S)
        return self.terminal

    def wait(self, come: Callable[[], bool], most_s: float) -> None:
        with self._news:
            if not self._news.wait_for(come, most_s):
                raise SystemExit("the terminal is stuck")

    def plan(self, number: int, *, face: bool) -> Plan:
        drawn = draw(number, self.seed, [], self._people, self._prefixes)
        told = asdict(drawn) | {"offline": True, "boxes": drawn.boxes, "mishaps": ()}
        return Plan(**(told | ({"id_number": MAN_ID_NUMBER} if face else {})))

    def visit(self, number: int, *, face: bool) -> None:
        """One person comes, and again as long as the visit comes to nothing."""
        assert self.terminal is not None
        for again in range(AGAIN_MAX):
            if again:
                self.day.came_again += 1
                time.sleep(self.clock.real_s(self.clock.elapsed_s() + AGAIN_S))
            with self._news:
                self._number = number
                self.day.last.pop(number, None)
            plan = asdict(self.plan(number, face=face))
            self.terminal.order("visit", plan=plan, face=face, visit_id="")
            self.wait(lambda: number in self.day.last, STUCK_S)
            if self.day.last[number]["state"] not in ("", "abandoned"):
                return

    def outage(self, part: str, lasting_s: float) -> None:
        """One part is away for so long; a thread of its own."""
        assert self.terminal is not None
        self.day.outages[part] += 1
        real_s = self.clock.real_s(self.clock.elapsed_s() + lasting_s)
        match part:
            case "camera":
                self.terminal.order("camera", state="out")
                time.sleep(real_s)
                self.terminal.order("camera", state="in")
            case "scanner":
                self.scanner.unplug()
                time.sleep(real_s)
                self.scanner.replug()
            case "printer":
                self.printer.unplug()
                time.sleep(real_s)
                self.printer.replug()
            case _:
                with suppress(Unavailable):  # It is away already.
                    remote.restart(self.province.address, real_s)

    def look(self) -> None:
        """A browser's page, asked for anew."""
        told = urlsplit(self.page)
        way = http.client.HTTPConnection(told.hostname or "", told.port, timeout=20.0)
        try:
            way.request("GET", "/resident")
            answer = way.getresponse()
            answer.read()
            self.day.pages[answer.status] += 1
        except OSError:
            self.day.pages[0] += 1
        finally:
            way.close()

    def _hear(self, news: dict[str, Any]) -> None:
        day, told = self.day, news["told"]
        if told == "scan":
            self.scanner.scan(news["code"])
            return
        with self._news:
            day.told[told] += 1
            match told:
                case "ready":
                    self.page = news["address"]
                case "visit":
                    day.visit_ids.setdefault(self._number, []).append(news["visit_id"])
                case "confirming":
                    day.confirmed.append(news["visit_id"])
                case "ended":
                    day.last[news["number"]] = news
                case "rested":
                    day.away = news["away"]
                case "did":
                    day.did.append(news)
            self._news.notify_all()


def planned(dice: random.Random, visits: int) -> list[tuple[float, str, str, float]]:
    """What happens when, in simulated seconds: when, what, which, how long."""
    whole = sum(many for _, _, many in VISITS_BY_HOURS)
    told: list[tuple[float, str, str, float]] = []
    for begins_h, ends_h, many in VISITS_BY_HOURS:
        for _ in range(round(many * visits / whole)):
            told.append((dice.uniform(begins_h, ends_h) * HOUR_S, "visit", "", 0.0))  # noqa: PERF401
    for part, many in OUTAGES.items():
        # Most while the clinic works, one while it sleeps.
        hours = [dice.uniform(0.5, 9.5) for _ in range(many - 1)] + [dice.uniform(12, 22)]
        told += [(hour * HOUR_S, "outage", part, dice.uniform(*OUTAGE_S)) for hour in hours]
    told += [(CLOSES_H * HOUR_S, "verb", "close", 0.0), (UPKEEP_H * HOUR_S, "verb", "upkeep", 0.0)]
    told += [(hour * HOUR_S, "rounds", "", 0.0) for hour in (5.0, 10.0, 16.0, 23.0)]
    return sorted(told)


def live(world: World, seed: int, visits: int) -> tuple[int, list[Sample]]:
    """The day; the terminal's exit status and what was measured of it."""
    dice = random.Random(seed)  # noqa: S311 - dice, not keys.
    assert world.terminal is not None
    over, samples = threading.Event(), [sampled(world.terminal.process.pid, world.folder, 0.0)]

    def measure() -> None:
        clock, pid = world.clock, world.terminal.process.pid if world.terminal else 0
        while not over.wait(clock.real_s(clock.elapsed_s() + HOUR_S / SAMPLES_AN_HOUR)):
            world.look()
            samples.append(sampled(pid, world.folder, clock.elapsed_s() / HOUR_S))

    threads = [threading.Thread(target=measure, daemon=True)]
    threads[0].start()
    number = 0
    for at_s, what, which, lasting_s in planned(dice, visits):
        time.sleep(world.clock.real_s(at_s))
        if what == "visit":
            number += 1
            world.visit(number, face=number % 3 == 1)
        elif what == "outage":
            threads.append(threading.Thread(target=world.outage, args=(which, lasting_s)))
            threads[-1].start()
        elif what == "verb":
            world.terminal.order("verb", verb=which)
        else:
            rounded = world.day.told["rested"] + 1
            world.terminal.order("rounds")
            world.wait(lambda: world.day.told["rested"] >= rounded, STUCK_S)  # noqa: B023
    time.sleep(world.clock.real_s(DAY_S))
    over.set()
    for thread in threads:
        thread.join(STUCK_S)
    world.day.away = None
    world.terminal.order("rounds")
    world.wait(lambda: world.day.away is not None, STUCK_S)
    world.terminal.order("stop")
    return world.terminal.ended(), samples


def told_of(world: World, status: int, samples: list[Sample], visits: int) -> dict[str, Any]:
    """Both books and the process's figures, with a verdict."""
    day = world.day
    numbers = sorted(day.last)
    books = read_books(world.folder, world.province.witness, day.visit_ids, day.confirmed, numbers)
    wrong = [asdict(finding) for finding in books.findings]
    for finding in books.findings:
        if finding.visit_id:
            sys.stderr.write("\n".join(steps_of(world.folder, finding.visit_id)) + "\n")
    grown = judged(samples)
    ended = books.ends["settled"] + books.ends["cancelled"]
    lost = visits - ended
    away = {part: code for part, code in (day.away or {}).items() if code != RESCAN}
    well = not (wrong or lost or status or away or grown["passed"] or day.pages[0])
    return {
        "well": well,
        "visits": visits,
        "visits_lost": lost,
        "ends": dict(books.ends),
        "waiting": dict(books.waiting),
        "findings": wrong,
        "exit_status": status,
        "away_at_the_end": away,
        "outages": dict(day.outages),
        "by_face": sum(each["by_face"] for each in day.last.values()),
        "came_again": day.came_again,
        "typed_in": day.told["typed"],
        "papers": len(world.printer.papers),
        "unprinted": day.told["unprinted"],
        "night": day.did,
        "pages": dict(day.pages),
        **grown,
    }


def main() -> None:
    """Print one JSON object."""
    asked = argparse.ArgumentParser(prog="a_day", description=__doc__)
    asked.add_argument("--minutes", type=float, default=24.0, help="real minutes of the day")
    asked.add_argument("--visits", type=int, default=30)
    asked.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    asked.add_argument("--folder", type=Path, help="where everything is kept; else thrown away")
    options = asked.parse_args()
    speed = DAY_S / (options.minutes * 60)
    sys.stderr.write(f"seed {options.seed}, clock {speed:.0f} times as fast\n")
    folder = options.folder or Path(tempfile.mkdtemp(prefix="a-day-"))
    folder.mkdir(parents=True, exist_ok=True)
    began_s = time.monotonic() + OPENING_S
    world = World(folder, DayClock(began_s, speed), options.seed)
    try:
        world.open_terminal(began_s, speed)
        status, samples = live(world, options.seed, options.visits)
        told = told_of(world, status, samples, max(world.day.last, default=0))
    finally:
        world.close()
        if options.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    head = {"seed": options.seed, "times_as_fast": round(speed), "minutes": options.minutes}
    sys.stdout.write(json.dumps(head | told, ensure_ascii=False, indent=1) + "\n")
    raise SystemExit(not told["well"])


if __name__ == "__main__":
    main()
