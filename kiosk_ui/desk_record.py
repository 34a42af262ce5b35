"""What the screens and the record system ask: handing over, pushed bills, prescriptions."""

from __future__ import annotations

from typing import Protocol

from terminal.core.record_views import PushedBill, PushedResult, What


class HandingOver(Protocol):
    """The record system settles; this terminal hands over and learns."""

    def type_out(self, visit_id: str, what: What) -> None:
        """Type the ID number, or all trace codes, into whatever has the record system's focus."""

    def hand_over(self, visit_id: str) -> None:
        """Everything is scanned: the record system settles it now."""

    def take_back(self, visit_id: str) -> None:
        """It was not settled there: back to the boxes."""

    def ask_now(self, visit_id: str) -> None:
        """Ask the province at once what the record system has settled."""

    def choose(self, visit_id: str, setl_id: str) -> None:
        """The doctor says: this settlement is this visit's."""

    def undo_choice(self, visit_id: str, setl_id: str) -> None:
        """It was another visit's after all."""


class Pushed(Protocol):
    """Bills that the record system pushes, for the doctor."""

    def open_visit(self, client: str, number: str) -> None:
        """Open a visit for whom it names, by the ID number, as if that had been typed."""

    def take(self, visit_id: str, client: str, number: str) -> None:
        """Put its diagnosis and lines into the visit in front, as if they had been scanned."""

    def refuse(self, client: str, number: str, reason: str) -> None:
        """Nothing of it is taken; whoever pushed it is told why."""


class PushedDoor(Protocol):
    """The same, for whoever pushes."""

    def client_of(self, token: str) -> str | None:
        """Whose token this is; None: nobody's."""

    def push(self, client: str, bill: PushedBill) -> tuple[PushedResult, bool]:
        """Take it in; the same once more is answered with what became of it. The second tells
        whether it is new."""

    def result(self, client: str, number: str) -> PushedResult:
        """What became of it."""

    def withdraw(self, client: str, number: str) -> PushedResult:
        """Take it away again, as long as the doctor has not taken it."""


class Prescriptions(Protocol):
    """The county hospital's prescriptions."""

    def drop(self, visit_id: str, hi_rxno: str) -> None:
        """It is not dispensed here: lines already scanned stay, without its number."""
