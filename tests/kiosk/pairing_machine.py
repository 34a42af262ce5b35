"""A scripted machine that is being set up, and ears that hear what a test says."""

from __future__ import annotations

from datetime import UTC, datetime

from terminal.core.faults import Fault
from terminal.core.provisioning import (
    PartView,
    ProvisionFacts,
    ProvisionView,
    Step,
    StepState,
    StepView,
    all_waiting,
)

CARD = "CTE1.5X3cR7dQ0ne-t1me-s3cret-Zz9"
"""Any text with the prefix: what is on a card, the machine judges."""

CLINIC = "嘉禾县珠泉镇石燕村卫生室"
CODE = "H99102400991"
PARTS = (
    PartView("camera", "well", measured="1280×720，每秒 15 张"),
    PartView("scanner", "well"),
    PartView("store", "well"),
    PartView("network", "well"),
)
BAD_PARTS = (
    PartView("camera", "weak", "check.too_dark", "亮度 31"),
    PartView("printer", "away", "printer.paper_out"),
    *PARTS[1:],
)
FACTS = ProvisionFacts(
    clinic_name=CLINIC, fixmedins_code=CODE, card_serial="JH-2026-0117",
    at=datetime(2026, 11, 23, 2, 5, tzinfo=UTC), version="0.1.0",
    weights={"detect": "ab" * 32, "embed": "cd" * 32}, certificate_serial="0f" * 10,
    certificate_expires=datetime(2027, 11, 23, tzinfo=UTC), device_key_digest="12" * 32,
    parts=PARTS, setl_id="431000202611230001", cancelled_setl_id="431000202611230002",
    trial_code="", seconds=dict.fromkeys(Step, 4.0),
)  # fmt: skip


def at(step: Step, state: StepState, code: str = "", **more: object) -> ProvisionView:
    """Everything before this step is done, and it is in this state."""
    row = list(Step)
    steps = tuple(
        StepView(each, StepState.DONE, 2.0 + number) if number < row.index(step)
        else StepView(each, state, None, code) if each is step
        else StepView(each, StepState.WAITING)
        for number, each in enumerate(row)
    )  # fmt: skip
    return ProvisionView(steps, CLINIC, CODE, **more)  # type: ignore[arg-type]


BLANK = ProvisionView(all_waiting())
HELD = ProvisionView(all_waiting(), CLINIC, CODE, held_by="嘉禾县旧村卫生室")
WAITING = ProvisionView(all_waiting(), CLINIC, CODE, held_by="嘉禾县旧村卫生室", waits=3)


def done(parts: tuple[PartView, ...] = PARTS) -> ProvisionView:
    steps = tuple(StepView(step, StepState.DONE, 4.0 + n) for n, step in enumerate(Step))
    return ProvisionView(steps, CLINIC, CODE, parts, is_done=True, seconds=187.0)


class ScriptedMachine:
    """Shows what it is told to, notes what it is asked, refuses when told."""

    def __init__(self, view: ProvisionView = BLANK) -> None:
        self.shown = view
        self.asked: list[tuple[str, ...]] = []
        self.refuses: Fault | None = None
        self.then: ProvisionView | None = None
        """What is shown once something was taken."""

    def view(self) -> ProvisionView:
        return self.shown

    def take_card(self, text: str) -> None:
        self._ask("card", text)

    def take_code(self, code: str, county_url: str) -> None:
        self._ask("code", code, county_url)

    def try_again(self) -> None:
        self._ask("again")

    def move(self) -> None:
        self._ask("move")

    def sheet(self) -> ProvisionFacts | None:
        return FACTS if self.shown.is_done else None

    def _ask(self, *what: str) -> None:
        self.asked.append(what)
        if self.refuses is not None:
            raise self.refuses
        if self.then is not None:
            self.shown = self.then


class SaidEars:
    """Open or not; a test speaks for whatever would be heard."""

    def __init__(self, *, scanner: bool = True, camera: bool = False) -> None:
        self._scanner, self._camera = scanner, camera
        self.is_open = False

    def open(self, hears: object) -> None:
        self.is_open = True

    def close(self) -> None:
        self.is_open = False

    def has_scanner(self) -> bool:
        return self._scanner

    def has_camera(self) -> bool:
        return self._camera

    def picture(self) -> bytes | None:
        return None


class Roll:
    """A printer that keeps what it printed, or refuses."""

    def __init__(self) -> None:
        self.papers: list[object] = []
        self.wrong: Fault | None = None

    def check(self) -> None: ...

    def print_paper(self, paper: object) -> None:
        if self.wrong is not None:
            raise self.wrong
        self.papers.append(paper)
