"""A pad and a printer for a desk that stands in: what it shows, and what it was told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from terminal.core.screen_views import PadSlip, PaperView

AT = datetime(2025, 11, 20, 0, 5, tzinfo=UTC)
BLANK = tuple(PadSlip(number, AT) for number in (12, 14, 15, 16, 17, 18))
SLIPS = (
    *BLANK,
    PadSlip(13, AT, visit_id="v7", entered_at=AT),
    PadSlip(11, AT, spoilt_at=AT, reason="写坏了"),
)
WELL = PaperView(fitted=True)
NO_PAPER = PaperView(away="printer.paper_out", fitted=True, waiting=3)
MANY = PaperView(fitted=True, waiting=27, asks=True)


class ShownPaper:
    """Takes what it is told through the desk, so that a refusing desk refuses here too."""

    def __init__(self, desk: Any) -> None:
        self._desk = desk
        self.slips: tuple[PadSlip, ...] = ()
        self.missing: tuple[int, ...] = ()

    def pads(self) -> tuple[PadSlip, ...]:
        return self.slips

    def missing_pads(self) -> tuple[int, ...]:
        return self.missing

    def pdf(self, visit_id: str, kind: str) -> bytes:
        self._desk.take("pdf", visit_id, kind)
        return b"%PDF-"

    def print_publicity(self, day: date) -> None:
        self._desk.take("print_publicity", day)

    def __getattr__(self, verb: str) -> Any:
        return getattr(self._desk, verb)
