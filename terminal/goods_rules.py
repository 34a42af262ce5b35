"""What the clinic and its region have settled on about boxes and goods."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from terminal import shipped
from terminal.bill_facts import Reminders
from terminal.core.diagnoses import Diagnoses
from terminal.shelf import ShelfRules
from terminal.stock_reports import ChangeTypes


@dataclass(frozen=True, slots=True)
class GoodsRules:
    """How boxes, warnings and the shelf are dealt with here."""

    diagnoses: Diagnoses = field(default_factory=shipped.diagnoses)
    """Those that come with the program; the province's list is learnt into them."""
    reminders: Reminders = field(default_factory=Reminders)
    shelf: ShelfRules = field(default_factory=lambda: ShelfRules(14, 60))
    stock_types: ChangeTypes | None = None
    """How moves of stock are told to the province; None: it is told of none."""
    infno_prefixes: str = ""
    """Transaction that offers the table of trace prefixes; empty: none."""
    infno_diagnoses: str = ""
    """Transaction that offers the list of diagnoses; empty: it is not asked for."""
    sold_digest_file: str = ""
    """Name of the county's daily file of sold codes; empty: none."""
    folder: Path | None = None
    """Where the county's file is kept; None: it is not."""
