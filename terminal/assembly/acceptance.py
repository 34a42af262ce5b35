"""The acceptance sheet on its way out: a PDF in the machine, and paper where there is a printer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from kiosk_ui.pairing_screens import part_name
from terminal.core.acceptance import acceptance_paper
from terminal.core.faults import Fault, Unavailable
from terminal.core.provisioning import ProvisionFacts
from terminal.print_run import Printer
from terminal.private_file import write_private
from terminal.settings import Settings
from terminal.sheets import A4, paper_pdf

log = logging.getLogger(__name__)

SHEET = "acceptance.pdf"
"""Beside the certificate, below the data folder's `identity`."""


class SheetKeeper:
    """`kept` as a PDF first; paper that is missing or a jam holds nobody up."""

    def __init__(self, folder: Path, printer: Callable[[], Printer | None]) -> None:
        """`printer`: asked anew each time, for the settings come in between."""
        self._file = folder / "identity" / SHEET
        self._printer = printer

    def __call__(self, facts: ProvisionFacts) -> Mapping[str, object]:
        """Returns the facts of the step: `pdf` and `printed`, each `yes` or why not."""
        return {"pdf": self._drawn(facts), "printed": _why_not(lambda: self.print_sheet(facts))}

    def has_printer(self) -> bool:
        return self._printer() is not None

    def print_sheet(self, facts: ProvisionFacts) -> None:
        """Raises Unavailable and Uncertain `printer.*`."""
        printer = self._printer()
        if printer is None:
            raise Unavailable("printer.none")
        printer.print_paper(acceptance_paper(facts, part_name))

    def _drawn(self, facts: ProvisionFacts) -> str:
        def draw() -> None:
            paper = acceptance_paper(facts, part_name)
            title = f"装机验收单 {facts.clinic_name}"
            write_private(self._file, paper_pdf(paper, title, facts.at, A4))

        return _why_not(draw)


def _why_not(act: Callable[[], None]) -> str:
    try:
        act()
    except Fault as fault:
        log.warning("the acceptance sheet: %s", fault.code)
        return fault.code
    except OSError as error:
        log.warning("the acceptance sheet was not kept: %s", error.strerror)
        return "enrol.not_kept"
    return "yes"


def printer_of(read_anew: Callable[[], Settings]) -> Printer | None:
    """The printer that the settings name by now, if they do."""
    try:
        settings = read_anew()
    except Fault:
        return None  # Not whole yet.
    if not settings.printer:
        return None
    # It takes a while to load, and most clinics have none.
    from drivers.printer import Printer as EscPos  # noqa: PLC0415

    return EscPos(settings.printer, settings.printer_paper_mm)
