"""What was sold, box by box, as a settlement's evidence tells it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReceiptTold:
    """The last time that this drug came in before the box was sold, as the stock book says.

    Which box came with which delivery nobody scans; this is the likeliest.
    """

    at: str
    lot: str
    expires_on: str
    by: str


@dataclass(frozen=True, slots=True)
class BoxStepTold:
    """One claim of a box."""

    at: str
    event: str
    by: str


@dataclass(frozen=True, slots=True, repr=False)
class LineTold:
    """One line of the bill: a box, a part of one, goods without a code, a service."""

    number: int
    name: str
    med_list_codg: str
    medins_list_codg: str
    category: str
    quantity: str
    price: str
    total_fen: int
    added_at: str
    trace_code: str
    typed: bool
    """The code was read by eye."""
    split_units: int
    untraced: str
    """Why there is no code."""
    delivery_note: str
    lot: str
    expires_on: str
    lot_from: str
    """noted: with this very box; received: of the last delivery before; list: of the
    delivery that the clinic's list names today; empty: nobody knows."""
    delivery: str
    """Number of the delivery on the shelf (fixmedins_bchno)."""
    received: ReceiptTold | None
    told_province: str
    """What the province knows of the sale of this box."""
    history: tuple[BoxStepTold, ...]


@dataclass(frozen=True, slots=True)
class FindingTold:
    """A rule that warned, and why the doctor went on."""

    rule: str
    line: int
    """0: the whole visit."""
    reason: str
    by: str
    at: str
