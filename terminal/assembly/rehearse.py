"""`clinic-terminal rehearse`: thousands of visits under every fault we can name.

Several villages side by side, each a real terminal process at a real province of its
own; at the end both books of each are compared with what an onlooker saw. The figures
`double`, `lost` and `unbalanced` must be 0.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from drivers.simulated.province.reference import DATA
from terminal.assembly.rehearse_books import Books, read_books, steps_of
from terminal.assembly.rehearse_commands import RehearsalOptions
from terminal.assembly.rehearse_plans import (
    CONNECT_TIMEOUT_S,
    READ_TIMEOUT_S,
    Fault,
    Plan,
    draw,
    named,
    pairs,
)
from terminal.assembly.rehearse_village import Course, Manners, Village
from terminal.core.catalogue import read_drugs
from terminal.core.rehearsal import Wrong

VISITS_A_VILLAGE = 250
"""So that people come a few times each, and many regions are rehearsed in one run."""

_AT_ONCE = 2
"""Villages a core: half of a rehearsal is waiting for time-outs."""

_PEOPLE_MIN = 12
_VISITS_A_PERSON = 4

_MANNERS = (
    Manners(find_by_visit=True, reversal_answer_suffices=False),
    Manners(find_by_visit=True, reversal_answer_suffices=True),
    Manners(find_by_visit=True, reversal_answer_suffices=False),
    Manners(find_by_visit=False, reversal_answer_suffices=True),
)
"""Region by region: the default twice, and in each odd round of four a village whose
province can neither be asked nor believed, as `_manners` has it."""


@dataclass(frozen=True, slots=True)
class _Share:
    """One village's part of the visits."""

    folder: Path
    manners: Manners
    first: int
    many: int
    seed: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Outcome:
    course: Course
    books: Books
    failing: dict[str, list[str]]
    """What was written down of each visit with a finding."""


def rehearse(options: RehearsalOptions, told: Callable[[str, int, int], None]) -> dict[str, object]:
    """Rehearse, and return the figures. Raises Refused `rehearsal.unknown_fault`."""
    faults = named(options.faults)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="rehearsal-", dir=_disk()))
    folder.mkdir(parents=True, exist_ok=True)
    begun_s = time.monotonic()
    shares = _shares(options, folder, faults)
    outcomes: list[_Outcome] = []
    done = 0
    with ProcessPoolExecutor(
        max_workers=min(_AT_ONCE * (os.cpu_count() or 1), len(shares)),
        mp_context=get_context("forkserver"),
    ) as villages:
        for outcome, share in zip(villages.map(_village, shares), shares, strict=True):
            outcomes.append(outcome)
            done += share.many
            told("visits", done, options.visits)
    figures = _figures(options, outcomes, faults)
    figures["seconds"] = round(time.monotonic() - begun_s, 1)
    figures["folder"] = str(folder)
    if options.folder is None:
        shutil.rmtree(folder, ignore_errors=True)
    return figures


def _disk() -> Path | None:
    """A real disk: what a sync costs is part of the rehearsal. /tmp may be memory."""
    place = Path("/var/tmp")  # noqa: S108 - a fresh folder in it, for us alone.
    return place if os.access(place, os.W_OK) else None


def _shares(options: RehearsalOptions, folder: Path, faults: tuple[Fault, ...]) -> list[_Share]:
    """The visits, village by village."""
    villages = max(1, -(-options.visits // VISITS_A_VILLAGE))
    found, first = [], 0
    for number in range(villages):
        many = options.visits // villages + (number < options.visits % villages)
        found.append(
            _Share(
                folder / f"village-{number}",
                _manners(number + options.seed),
                first,
                many,
                options.seed,
                faults,
            )
        )
        first += many
    return found


def _manners(number: int) -> Manners:
    """Half of the regions believe a reversal's answer; a quarter cannot be asked by visit."""
    manners = _MANNERS[number % 4]
    if number % 8 == 7:  # The hardest: nothing but the day's file says what happened.
        return Manners(find_by_visit=False, reversal_answer_suffices=False)
    return manners


def _village(share: _Share) -> _Outcome:
    people = max(_PEOPLE_MIN, share.many // _VISITS_A_PERSON)
    village = Village(share.folder, share.manners, people)
    plans = _plans(share, village.people)
    try:
        village.run(plans)
    finally:
        village.close()
    course = village.course
    books = read_books(
        share.folder,
        village.witness,
        course.visit_ids,
        course.confirmed,
        [plan.number for plan in plans],
    )
    village.witness.close()
    failing = {
        finding.visit_id: steps_of(share.folder, finding.visit_id) for finding in books.findings
    }
    return _Outcome(course, books, failing)


def _plans(share: _Share, people: Sequence[str]) -> list[Plan]:
    drugs = read_drugs((DATA / "drugs.csv").read_text("utf-8"))
    prefixes = [drug.prefixes[0] for drug in drugs if drug.batch and drug.prefixes]
    order = pairs(share.faults, share.seed)
    return [
        draw(number, share.seed, order, people, prefixes)
        for number in range(share.first, share.first + share.many)
    ]


def _figures(
    options: RehearsalOptions, outcomes: Sequence[_Outcome], faults: Sequence[Fault]
) -> dict[str, object]:
    course = Course()
    for outcome in outcomes:
        course.add(outcome.course)
    ends: Counter[str] = sum((outcome.books.ends for outcome in outcomes), Counter())
    waiting: Counter[str] = sum((outcome.books.waiting for outcome in outcomes), Counter())
    findings = [finding for outcome in outcomes for finding in outcome.books.findings]
    wrong = Counter(finding.wrong for finding in findings)
    wanted = {f"{fault.value}:{infno}" for fault, infno in pairs(faults, options.seed)}
    written = sum(outcome.books.store_bytes for outcome in outcomes)
    return {
        "visits": options.visits,
        "settled": ends["settled"],
        "refused": ends["refused"],
        "waiting": ends["waiting"],
        "waiting_why": dict(waiting),
        "cancelled": ends["cancelled"],
        "unfinished": ends["unfinished"],
        "double": wrong[Wrong.DOUBLE],
        "lost": wrong[Wrong.LOST],
        "unbalanced": wrong[Wrong.UNBALANCED],
        "worst_recovery_s": round(course.worst_recovery_s, 2),
        "worst_visit": course.worst_visit,
        "faults": dict(sorted(course.faults.items())),
        "pairs": {"wanted": len(wanted), "never_met": sorted(wanted - set(course.pairs))},
        "kills": dict(sorted(course.kills.items())),
        "restarts": course.starts - len(outcomes),
        "broken": course.broken,
        "villages": len(outcomes),
        "messages": sum(outcome.books.messages for outcome in outcomes),
        "store_bytes_per_visit": written // max(1, options.visits),
        "seed": options.seed,
        "connect_timeout_s": CONNECT_TIMEOUT_S,
        "read_timeout_s": READ_TIMEOUT_S,
        "findings": [f"{each.wrong.value} {each.visit_id} {each.why}" for each in findings],
        "steps": {
            visit_id: steps for outcome in outcomes for visit_id, steps in outcome.failing.items()
        },
    }
