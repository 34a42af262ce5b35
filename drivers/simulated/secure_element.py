"""A secure element in memory or in a file of its own, with named faults.

It answers as a PSAM behind a PIN does: three wrong PINs in a row lock it, and a wiped one
has forgotten everything. What it holds lies open in its file: it guards nothing.
"""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path

from terminal.core.faults import Refused, Unavailable

_WRONG_MAX = 3


class ElementFault(StrEnum):
    """What may be wrong with it."""

    AWAY = "away"
    """Nothing answers: pulled out, or its contact is worn."""
    WIPED = "wiped"


class SimulatedElement:
    """Fits ports.SecureElement."""

    def __init__(self, pin: str, file: Path | None = None) -> None:
        """`file`: where it lies between two starts; None: it forgets."""
        self._pin = pin
        self._file = file
        self._wrong = 0
        self._slots: dict[str, str] = {}
        if file is not None and file.exists():
            self._slots = json.loads(file.read_text("utf-8"))
        self.fault: ElementFault | None = None

    def read(self, pin: str, slot: str) -> bytes | None:
        self._open(pin)
        held = self._slots.get(slot)
        return None if held is None else bytes.fromhex(held)

    def write(self, pin: str, slot: str, secret: bytes) -> None:
        self._open(pin)
        self._slots[slot] = secret.hex()
        self._keep()

    def erase(self, pin: str, slot: str) -> None:
        self._open(pin)
        self._slots.pop(slot, None)
        self._keep()

    def _open(self, pin: str) -> None:
        if self.fault is ElementFault.AWAY:
            raise Unavailable("vault.element_away")
        if self.fault is ElementFault.WIPED:
            raise Refused("vault.element_wiped")
        if self._wrong >= _WRONG_MAX or pin != self._pin:
            self._wrong = min(self._wrong + 1, _WRONG_MAX)
            raise Refused("vault.element_wrong_pin", tries_left=_WRONG_MAX - self._wrong)
        self._wrong = 0

    def _keep(self) -> None:
        if self._file is not None:
            self._file.write_text(json.dumps(self._slots), "utf-8")
