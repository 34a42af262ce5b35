"""A bill that the record system pushes: whether it is one, and what became of it.

What a bill must be: a person by a right ID number, a diagnosis that may be picked here or
none, and lines that the scanner could have made one by one: whole packs, each by its own
code, goods that have none by law, services. What is wrong is said with the line it is in.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from terminal.core.boxes import Untraced
from terminal.core.catalogue import Catalogue, Item
from terminal.core.charge import SettlementState
from terminal.core.diagnoses import Diagnoses
from terminal.core.faults import Refused
from terminal.core.money import Money, line_total, plain, total
from terminal.core.people import check_id_number
from terminal.core.record_views import PushedBill, PushedLine, PushedResult, PushedState
from terminal.core.trace_codes import Scan, classify
from terminal.core.visit import VisitState

LINES_MAX = 60
"""Lines that it makes on the bill here, one a box: as many as one message to the province."""

_NUMBER = re.compile(r"[A-Za-z0-9_-]{1,40}")
_QUANTITY = re.compile(r"\d{1,4}(\.\d{1,2})?")
_ONE = Decimal(1)

Key = tuple[str, str, str]
"""What a line is of: item, trace code or empty, quantity."""


class RefusalReason(StrEnum):
    """Why the doctor does not take a bill; closed, because it leaves this terminal."""

    NOT_HERE = "not_here"
    """人没有来."""
    NOT_GIVEN = "not_given"
    """药没有发，项目没有做."""
    TWICE = "twice"
    """推重复了."""
    WRONG = "wrong"
    """内容不对."""


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One line of a pushed bill that is understood."""

    item: Item
    quantity: Decimal
    scans: tuple[Scan, ...] = ()
    """One a pack; each becomes a line of its own."""
    untraced: Untraced | None = None
    """Why a drug has no code."""

    def total(self) -> Money:
        """What its lines come to: a box is a line of its own, and rounded by itself."""
        if self.scans:
            return total([line_total(self.item.price, _ONE)] * len(self.scans))
        return line_total(self.item.price, self.quantity)


@dataclass(frozen=True, slots=True, repr=False)
class ReadBill:
    """A pushed bill that could be put onto a bill here."""

    id_number: str
    diagnosis: str
    entries: tuple[Entry, ...]
    total: Money
    """At this clinic's prices."""


def read_bill(
    bill: PushedBill, catalogue: Catalogue, diagnoses: Diagnoses, today: date
) -> ReadBill:
    """Understand a bill, or say what is wrong with it.

    Raises Refused `pushed.number`, `person.id_number_wrong`, `diagnosis.unknown`,
    `pushed.no_lines`, `visit.too_many_lines`, `pushed.total_differs`; and with the fact
    `line`, the first being 1: `pushed.no_such_item`, `catalogue.public_health`,
    `visit.quantity`, `pushed.codes_count`, `pushed.not_a_code` (with its `kind`),
    `scan.same_box`, `scan.not_in_catalogue`, `pushed.other_item`, `pushed.by_the_unit`,
    `box.outer_pack`, `box.expired`.
    """
    if not _NUMBER.fullmatch(bill.number):
        raise Refused("pushed.number")
    id_number = check_id_number(bill.id_number)
    diagnosis = diagnoses.diagnosis(bill.diagnosis).code if bill.diagnosis else ""
    if not bill.lines:
        raise Refused("pushed.no_lines")
    if sum(max(1, len(line.trace_codes)) for line in bill.lines) > LINES_MAX:
        raise Refused("visit.too_many_lines", most=LINES_MAX)
    entries = []
    seen: set[str] = set()
    for number, line in enumerate(bill.lines, start=1):
        with in_line(number):
            entries.append(_entry(line, catalogue, today, seen))
    ours = total(entry.total() for entry in entries)
    if bill.total is not None and bill.total != ours:
        raise Refused("pushed.total_differs", ours=ours.yuan, theirs=bill.total.yuan)
    return ReadBill(id_number, diagnosis, tuple(entries), ours)


@contextmanager
def in_line(number: int) -> Iterator[None]:
    """Whatever is refused inside says in which line."""
    try:
        yield
    except Refused as refused:
        refused.facts["line"] = number
        raise


def written(bill: PushedBill) -> str:
    """The bill as it is kept; the same content is always written the same way."""
    told = {**asdict(bill), "total": None if bill.total is None else bill.total.fen}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def digest_of(told: str) -> str:
    """SHA-256 of a written bill, 64 hexadecimal digits: whether two pushes are one."""
    return hashlib.sha256(told.encode()).hexdigest()


def bill_of(told: str) -> PushedBill:
    """Read what `written` wrote."""
    kept = json.loads(told)
    return PushedBill(
        kept["number"],
        kept["id_number"],
        kept["diagnosis"],
        tuple(
            PushedLine(line["item_code"], line["quantity"], tuple(line["trace_codes"]))
            for line in kept["lines"]
        ),
        None if kept["total"] is None else Money(kept["total"]),
    )


_MOVING = (
    VisitState.SETTLING,
    VisitState.UNCERTAIN,
    VisitState.DIFFERS,
    VisitState.PARTLY_SETTLED,
)
_UNDECIDED = (
    SettlementState.SETTLING,
    SettlementState.UNCERTAIN,
    SettlementState.DIFFERS,
    SettlementState.CANCELLING,
)
_THERE = (VisitState.HANDED_OVER, VisitState.SETTLED_THERE)


def became(visit: VisitState, charges: Collection[SettlementState]) -> tuple[PushedState, str]:
    """What a bill that lies in this visit has come to, and the code of why.

    Settled only when the whole visit is. As long as any of its money may have moved, and
    all of it is not settled, it is unknown: whoever pushed it must not push it again.
    """
    if visit in _THERE:
        return PushedState.UNKNOWN, "settling.record_system"
    if visit in _MOVING or any(charge in _UNDECIDED for charge in charges):
        return PushedState.UNKNOWN, ""
    if visit is VisitState.SETTLED:
        return PushedState.SETTLED, ""
    if visit is VisitState.CANCELLED:
        return PushedState.CANCELLED, ""
    if visit in (VisitState.ABANDONED, VisitState.CLOSED):
        return PushedState.REFUSED, "pushed.visit_ended"
    return PushedState.TAKEN, ""


def keys_of(bill: PushedBill) -> Iterator[Key]:
    """The lines that a bill makes here when it is taken."""
    for line in bill.lines:
        for code in line.trace_codes:
            yield line.item_code, classify(code.encode()).code or "", "1"
        if not line.trace_codes:
            yield line.item_code, "", plain(Decimal(line.quantity))


def same_lines(pushed: Iterable[Key], billed: Iterable[Key]) -> bool:
    """Whether the bill here still has just the lines that were pushed."""
    return Counter(pushed) == Counter(billed)


_TELLS = (
    PushedState.SETTLED,
    PushedState.UNKNOWN,
    PushedState.CANCELLED,
    PushedState.REFUSED,
)


def worth_telling(now: PushedResult, told: Mapping[str, object] | None) -> bool:
    """Whether whoever pushed a bill is to be called, having been told that before (or nothing).

    Once something was told, everything that makes it untrue is told as well: a settlement
    that was taken back, and an unknown one that proved not to be charged.
    """
    if told is None:
        return now.state in _TELLS
    return _without_time(as_json(now)) != _without_time(told)


def as_json(result: PushedResult) -> dict[str, object]:
    """A result as whoever pushed the bill is told it: amounts in fen, times ISO 8601."""
    return {
        "number": result.number,
        "state": result.state.value,
        "code": result.code,
        "reason": result.reason,
        "received_at": result.received_at.isoformat(),
        "changed_at": None if result.changed_at is None else result.changed_at.isoformat(),
        "total_fen": None if result.total is None else result.total.fen,
        "fund_fen": None if result.fund is None else result.fund.fen,
        "own_fen": None if result.own is None else result.own.fen,
        "setl_ids": list(result.setl_ids),
        "mdtrt_ids": list(result.mdtrt_ids),
        "lines_changed": result.lines_changed,
        "shared_with_visit": result.shared_with_visit,
    }


def _without_time(told: Mapping[str, object]) -> dict[str, object]:
    """An unknown result is asked about again and again, and stays the same one."""
    return {name: value for name, value in told.items() if name != "changed_at"}


def _entry(line: PushedLine, catalogue: Catalogue, today: date, seen: set[str]) -> Entry:
    item = catalogue.item(line.item_code)
    if item is None:
        raise Refused("pushed.no_such_item")
    if item.public_health:
        raise Refused("catalogue.public_health")
    if not line.quantity.isascii() or not _QUANTITY.fullmatch(line.quantity):
        raise Refused("visit.quantity", least=1)
    quantity = Decimal(line.quantity)
    drug = catalogue.drug(line.item_code) is not None
    exempt = drug and bool(item.exempt) and not line.trace_codes
    if quantity <= 0 or (not exempt and quantity != int(quantity)):
        raise Refused("visit.quantity", least=1)
    if exempt:
        return Entry(item, quantity, untraced=Untraced(item.exempt))
    wanted = int(quantity) if drug else 0
    if len(line.trace_codes) != wanted:
        raise Refused("pushed.codes_count", wanted=wanted, given=len(line.trace_codes))
    scans = tuple(_scan(code, item, catalogue, today) for code in line.trace_codes)
    for scan in scans:
        if scan.code in seen:
            raise Refused("scan.same_box")
        seen.add(scan.code or "")
    return Entry(item, quantity, scans)


def _scan(code: str, item: Item, catalogue: Catalogue, today: date) -> Scan:
    """A whole pack of just this item, in date."""
    scan = classify(code.encode())
    if not scan.accepted:
        raise Refused("pushed.not_a_code", kind=scan.kind.value)
    pack = catalogue.pack_of(scan.product_prefix or "")
    if pack is None:
        raise Refused("scan.not_in_catalogue", prefix=scan.product_prefix)
    if pack.item.medins_list_codg != item.medins_list_codg:
        raise Refused("pushed.other_item", prefix=scan.product_prefix)
    if item.outer_only:
        raise Refused("pushed.by_the_unit")
    if pack.ratio > 1:
        raise Refused("box.outer_pack", ratio=pack.ratio)
    if scan.expires_on and scan.expires_on < today.isoformat():
        raise Refused("box.expired", day=scan.expires_on)
    return scan
