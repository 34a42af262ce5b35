"""Operators made, listed and retired at the console, with the terminal stopped."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from terminal import clock
from terminal.assembly.asked_settings import asked_settings
from terminal.core.faults import Refused
from terminal.core.operators import Operator, Role

if TYPE_CHECKING:
    from terminal.operating import Operating
    from terminal.settings import Settings

_WHO = "console"
"""Whoever stands at the device's own console; the ledger knows no more of them."""

_FILE_BYTES_MAX = 64
"""A PIN has twelve digits at most."""


@dataclass(frozen=True, slots=True)
class NewOperator:
    """Whom to make an operator."""

    name: str
    roles: frozenset[Role]
    doctor_code: str
    pin: str = field(repr=False)
    settings_file: Path | None


class OperatorConsole:
    """What the commands do."""

    def operator_add(self, new: NewOperator) -> dict[str, object]:
        with operating(asked_settings(new.settings_file)) as operators:
            made = operators.add(new.name, new.roles, new.pin, new.doctor_code)
        return {"operator_id": made}

    def operator_list(self, settings_file: Path | None) -> list[dict[str, object]]:
        from terminal.assembly.reading import store_to_read

        with store_to_read(asked_settings(settings_file)) as (store, _):
            return [told(each) for each in store.operators.active()]

    def operator_retire(self, operator_id: str, settings_file: Path | None) -> None:
        with operating(asked_settings(settings_file)) as operators:
            operators.retire(operator_id)

    def operator_reset_pin(self, operator_id: str, pin: str, settings_file: Path | None) -> None:
        with operating(asked_settings(settings_file)) as operators:
            operators.reset_pin(operator_id, pin)

    def operator_face(self, operator_id: str, id_number: str, settings_file: Path | None) -> None:
        with operating(asked_settings(settings_file)) as operators:
            operators.bind_face(operator_id, id_number)


@contextmanager
def operating(settings: Settings) -> Iterator[Operating]:
    """The store, open for one command. Raises Refused `store.held` while a terminal runs."""
    # Here, because help and the other commands must not load a database for this one.
    from terminal.assembly.keys import open_settled_store
    from terminal.operating import Operating

    store = open_settled_store(settings)
    try:
        yield Operating(store, clock.now, _WHO)
    finally:
        store.close()


def told(operator: Operator) -> dict[str, object]:
    """One row of the list; no PIN, and no hash of one."""
    return {
        "operator_id": operator.operator_id,
        "name": operator.name,
        "roles": ",".join(sorted(operator.roles)),
        "code": operator.doctor_code,
        "registered": operator.registered.value,
        "face": operator.person_id is not None,
    }


def pin_from(path: Path) -> str:
    """The one line of a file that only its owner may read.

    Raises Refused `operator.pin_unreadable`.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(_FILE_BYTES_MAX)
    except OSError as error:
        raise Refused("operator.pin_unreadable", reason=error.strerror) from None
    if stat.S_IMODE(mode) & 0o077:
        raise Refused("operator.pin_unreadable", mode=oct(stat.S_IMODE(mode)))
    lines = data.decode("ascii", "replace").splitlines()
    if len(lines) != 1:
        raise Refused("operator.pin_unreadable", lines=len(lines))
    return lines[0].strip()
