"""What the screens may ask for an inspection: evidence of a settlement, and the sheet."""

from __future__ import annotations

from typing import Protocol

from terminal.core.compliance import ComplianceFacts
from terminal.core.settlement_evidence import Reader, SettlementEvidence


class Inspection(Protocol):
    """What stands behind a settlement."""

    def evidence(self, number: str, reader: Reader) -> SettlementEvidence:
        """By the province's SETL_ID, or by the number of a visit that was self-paid."""

    def signed(self, number: str, reader: Reader) -> str:
        """The same as a signed file, JSON text."""


class Compliance(Protocol):
    """What this device keeps, of whom, where and how long."""

    def facts(self) -> ComplianceFacts:
        """Measured now."""
