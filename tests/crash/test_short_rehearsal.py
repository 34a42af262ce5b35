"""A short rehearsal with every fault, as `clinic-terminal rehearse` does it.

The long one is `make rehearse`; docs/rehearsal.md says what it proves and what it cannot.
"""

from __future__ import annotations

from pathlib import Path

from terminal.assembly.rehearse import rehearse
from terminal.assembly.rehearse_commands import RehearsalOptions
from tests.clinic import quick_folder

SEED = 20260302


def rehearsed(folder: Path, visits: int, faults: str) -> dict[str, object]:
    options = RehearsalOptions(visits, SEED, faults, folder)
    return rehearse(options, lambda *_: None)


def test_nothing_is_double_lost_or_unbalanced_under_every_fault() -> None:
    with quick_folder() as folder:
        figures = rehearsed(folder, 40, "all")
    assert (figures["double"], figures["lost"], figures["unbalanced"]) == (0, 0, 0), figures
    assert (figures["broken"], figures["unfinished"]) == (0, 0), figures
    ends = ("settled", "refused", "waiting", "cancelled", "unfinished")
    assert sum(int(str(figures[end])) for end in ends) == 40
    assert figures["kills"], "a rehearsal without a kill is none"


def test_without_faults_every_visit_is_settled_or_cancelled() -> None:
    with quick_folder() as folder:
        figures = rehearsed(folder, 12, "none")
    assert int(str(figures["settled"])) + int(str(figures["cancelled"])) == 12
    assert figures["faults"] == {}
    assert figures["restarts"] == 0
