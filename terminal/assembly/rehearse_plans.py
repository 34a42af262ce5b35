"""What goes wrong at which visit of a rehearsal: drawn from the seed, and nothing else.

Each visit's plan is drawn by itself from seed and number, so that a failing visit can be
looked at again. The first mishap of the visits goes through every pair of fault and
transaction in turn; some visits meet a second one.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from terminal.core.faults import Refused


class Fault(StrEnum):
    """What a rehearsal lets happen; docs/rehearsal.md says why each can be borne."""

    SLOW = "slow"
    LOST_BEFORE = "lost_before"
    LOST_AFTER_COMMIT = "lost_after_commit"
    DUPLICATED = "duplicated"
    REORDERED = "reordered"
    REFUSED = "refused"
    ERROR_TEXT = "error_text"
    SYSTEM_ERROR = "system_error"
    SERVER_ERROR = "server_error"
    NONSENSE = "nonsense"
    HALF_ANSWER = "half_answer"
    RESET = "reset"
    LIMIT_MOVED = "limit_moved"
    CERTIFICATE = "certificate"
    SANDBOX_RESTART = "sandbox_restart"
    KILLED = "killed"
    DISK_FULL = "disk_full"
    CLOCK_JUMP = "clock_jump"


class Point(StrEnum):
    """Where around one message the terminal is killed."""

    BEFORE_WRITING = "before_writing"
    """The message is made, and not yet written down."""
    BEFORE_SENDING = "before_sending"
    """It is written down; no byte has left."""
    AFTER_SENDING = "after_sending"
    """It has left, and nothing was heard."""
    BEFORE_OUTCOME = "before_outcome"
    """The answer came, and is not yet written down."""
    AFTER_OUTCOME = "after_outcome"


TRANSACTIONS = (
    "2201", "2203A", "2204", "2205", "2206A", "2207A", "2208", "2601", "3505A", "5203",
)  # fmt: skip

READ_TIMEOUT_S = 0.3
CONNECT_TIMEOUT_S = 0.3
"""A rehearsal's own patience; a clinic's is 60 s and 10 s."""

_SLOW_S, _TOO_SLOW_S = 0.05, 0.45
"""Within the patience, and beyond it."""

_WRITES_MAX = 60
"""A visit keeps some hundred writes; by then the first price is there."""

_JUMPS_H = (-30, -8, -2, 2, 8, 30)


@dataclass(frozen=True, slots=True)
class Mishap:
    """One fault at one transaction."""

    fault: Fault
    infno: str
    sandbox: str = ""
    """What is planted at the sandbox for it, if anything."""
    seconds: float = 0.0
    point: Point | None = None
    write: int | None = None
    """Killed at this write of the visit instead, before it is kept, or after."""
    after_write: bool = False
    hours: int = 0

    @property
    def name(self) -> str:
        return f"{self.fault.value}:{self.infno}"


@dataclass(frozen=True, slots=True)
class Plan:
    """One visit: who, which boxes, what the doctor does, and what goes wrong."""

    number: int
    id_number: str
    boxes: tuple[str, ...]
    """Trace codes."""
    afterthought: bool
    """The last box is scanned once the others are priced: their lines are taken back."""
    cancels: bool
    corrects: bool
    """Once cancelled it is begun anew with the same boxes."""
    offline: bool
    """While the province is away an estimate is agreed to."""
    mishaps: tuple[Mishap, ...]

    def without(self, mishap: Mishap) -> Plan:
        """What is left to go wrong after this."""
        rest = list(self.mishaps)
        rest.remove(mishap)
        return replace(self, mishaps=tuple(rest))


def named(faults: str) -> tuple[Fault, ...]:
    """`all`, `none`, or names between commas. Raises Refused `rehearsal.unknown_fault`."""
    if faults == "all":
        return tuple(Fault)
    names = [] if faults == "none" else [name.strip() for name in faults.split(",")]
    try:
        return tuple(Fault(name) for name in names)
    except ValueError:
        raise Refused("rehearsal.unknown_fault", known=", ".join(Fault)) from None


def pairs(faults: Sequence[Fault], seed: int) -> list[tuple[Fault, str]]:
    """Every fault at every transaction, in the order of this seed."""
    found = [
        (fault, infno)
        for fault in faults
        for infno in TRANSACTIONS
        if fault is not Fault.LIMIT_MOVED or infno == "2207A"
    ]
    random.Random(f"{seed}:pairs").shuffle(found)  # noqa: S311 - dice, not keys.
    return found


def draw(
    number: int,
    seed: int,
    order: Sequence[tuple[Fault, str]],
    people: Sequence[str],
    prefixes: Sequence[str],
) -> Plan:
    """The plan of one visit.

    `order`: the pairs of this seed; `people`: ID numbers; `prefixes`: first seven digits
    of the boxes in stock.
    """
    dice = random.Random(f"{seed}:{number}")  # noqa: S311 - dice, not keys.
    drawn: list[tuple[Fault, str]] = []
    if order:
        drawn.append(order[number % len(order)])
        if dice.random() < 0.3:
            drawn.append(dice.choice(order))
    if any(fault is Fault.CERTIFICATE for fault, _ in drawn):
        drawn = drawn[:1]  # A certificate is renewed for everything that was planted.
    wanted = {infno for _, infno in drawn}
    mishaps = [_mishap(dice, fault, infno) for fault, infno in drawn]
    if "2601" in wanted:  # Nothing is reversed before an answer was missed.
        mishaps.append(Mishap(Fault.LOST_BEFORE, "2207A", "lost_before"))
    afterthought = "2205" in wanted or dice.random() < 0.1
    many = 2 if afterthought or dice.random() < 0.2 else 1
    return Plan(
        number=number,
        id_number=dice.choice(people),
        boxes=tuple(f"{dice.choice(prefixes)}{number:011}{place:02}" for place in range(many)),
        afterthought=afterthought,
        cancels=bool(wanted & {"2208", "5203"}) or dice.random() < 0.05,
        corrects=dice.random() < 0.3,
        offline=dice.random() < 0.5,
        mishaps=tuple(mishaps),
    )


def _mishap(dice: random.Random, fault: Fault, infno: str) -> Mishap:
    """One of the ways in which this fault happens."""
    plain = Mishap(fault, infno)
    match fault:
        case Fault.SLOW:
            sandbox = dice.choice(("slow", "slow_answer"))
            seconds = _TOO_SLOW_S if sandbox == "slow_answer" else _SLOW_S
            return replace(plain, sandbox=sandbox, seconds=seconds)
        case Fault.REORDERED:
            return replace(plain, sandbox="reordered", seconds=_TOO_SLOW_S)
        case Fault.DUPLICATED:
            return replace(plain, sandbox=dice.choice(("duplicated", "duplicated_second_answer")))
        case Fault.SERVER_ERROR:
            return replace(plain, sandbox=dice.choice(("server_error", "server_error_before")))
        case Fault.SANDBOX_RESTART:
            sandbox = dice.choice(("restart", "restart_before", "slow", "slow_answer"))
            return replace(plain, sandbox=sandbox, seconds=READ_TIMEOUT_S / 2)
        case Fault.KILLED:
            return _killed(dice, plain)
        case Fault.CLOCK_JUMP:
            return replace(plain, hours=dice.choice(_JUMPS_H))
        case Fault.CERTIFICATE | Fault.DISK_FULL:
            return plain
        case _:
            return replace(plain, sandbox=fault.value)


def _killed(dice: random.Random, plain: Mishap) -> Mishap:
    if dice.random() < 0.3:
        write = dice.randrange(_WRITES_MAX)
        return replace(plain, write=write, after_write=dice.random() < 0.5)
    point = dice.choice(tuple(Point))
    if point is Point.AFTER_SENDING:  # The answer takes its time, so that it is not heard.
        sandbox = dice.choice(("slow", "slow_answer"))
        return replace(plain, point=point, sandbox=sandbox, seconds=READ_TIMEOUT_S / 2)
    return replace(plain, point=point)
