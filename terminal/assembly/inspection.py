"""What stands behind a settlement, read out of the store beside a terminal that may run."""

from __future__ import annotations

from pathlib import Path

from terminal import clock
from terminal.assembly.parts import clinic, open_catalogue
from terminal.assembly.reading import store_to_read
from terminal.core.faults import Refused
from terminal.core.settlement_evidence import Reader
from terminal.inspection import Inspection
from terminal.private_file import write_private
from terminal.settings import Settings
from terminal.shipped import diagnoses


def settlement_evidence(settings: Settings, number: str, reader: Reader) -> str:
    """The signed evidence as text. Raises what `Inspection.signed` and the store raise."""
    with store_to_read(settings) as (store, vault):
        inspection = Inspection(
            store,
            open_catalogue(settings),
            diagnoses().name_of,
            clinic(settings),
            vault.device_keys()[0],
            clock.now,
        )
        return inspection.signed(number, reader)


def write_evidence(told: str, out: Path) -> None:
    """Write it down, readable by us alone. Raises Refused `evidence.not_written`."""
    try:
        write_private(out, told.encode("utf-8"))
    except OSError as error:
        raise Refused("evidence.not_written", file=out.name, reason=error.strerror) from None
