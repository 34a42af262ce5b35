"""A charge as our book has it: what the sheet on the door and the statements are made of.

It is counted on the day it was made (setl_time) and taken off on the day it was
cancelled, so that whatever is summed over days adds up to the book.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from terminal.core.shares import Shares


@dataclass(frozen=True, slots=True, repr=False)
class Charge:
    """One settlement that the province made, standing or undone since."""

    settlement_id: str
    visit_id: str
    name: str
    born: date
    insutype: str
    visited_on: date
    settled_on: date
    """By the province's setl_time: by it a charge belongs to a day."""
    cancelled_on: date | None
    shares: Shares

    def __repr__(self) -> str:
        """Without the name."""
        return f"Charge({self.settlement_id!r})"

    @property
    def late(self) -> bool:
        """Whether it was settled on a later day than that of the visit."""
        return self.settled_on > self.visited_on


def made(charges: Iterable[Charge], begin: date, end: date) -> list[Charge]:
    """Those settled on one of these days, both counted."""
    return [charge for charge in charges if begin <= charge.settled_on <= end]


def undone(charges: Iterable[Charge], begin: date, end: date) -> list[Charge]:
    """Those cancelled on one of these days, both counted."""
    return [
        charge
        for charge in charges
        if charge.cancelled_on is not None and begin <= charge.cancelled_on <= end
    ]
