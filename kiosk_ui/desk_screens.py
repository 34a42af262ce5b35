"""What the screens ask besides the visit: answers, papers, months, what is mine, the parts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from terminal.core.agreement import Manner
from terminal.core.money import Money
from terminal.core.screen_views import (
    FollowUp,
    MineView,
    MonthPicture,
    PadSlip,
    PastVisit,
)
from terminal.core.technical_views import (
    EnrolledQuality,
    Framing,
    HeardView,
    LogLine,
    NetworkView,
    PartsView,
    SettingRow,
)


class Agreeing(Protocol):
    """What the resident says to an amount, on their own screen or by a hardware button."""

    def agree(self, visit_id: str, revision: int, own: Money, manner: Manner = Manner.TAP) -> None:
        """Yes, to the amount and the lines that were on the screen."""

    def decline(
        self, visit_id: str, revision: int, own: Money, manner: Manner = Manner.TAP
    ) -> None:
        """No: nothing is charged; the doctor is told."""

    def spoken(self, visit_id: str, revision: int, own: Money) -> None:
        """口头同意 after a no: the doctor taps that they said yes aloud."""


class Asking(Protocol):
    """Self-service: what is mine, and what a box costs."""

    def open_mine(self, visit_id: str) -> None:
        """Show the recognised person what is theirs, on their own screen; closes by itself."""

    def close_mine(self) -> None:
        """Close it now."""

    def mine(self) -> MineView | None:
        """What is shown; None: nothing is asked, or its time is over."""

    def look_at(self, visit_id: str) -> None:
        """A tap there: it stays open for as long again. Shows the lines of this settlement;
        of none, where it is empty."""

    def print_mine(self) -> None:
        """The same on paper."""

    def forget_price(self) -> None:
        """The box has been looked at."""


class LookingBack(Protocol):
    """Months, past visits, and who is due."""

    def month(self, year: int, month: int) -> MonthPicture:
        """A month at a glance."""

    def find(self, typed: str, day: date | None) -> tuple[PastVisit, ...]:
        """Past visits by a part of the (masked) name, or of one day; newest first."""

    def follow_ups(self) -> tuple[FollowUp, ...]:
        """Whose long-term drugs run out within the next days, soonest first."""


class BigText(Protocol):
    """A sentence in huge letters, for somebody who cannot hear."""

    def show(self, text: str) -> None:
        """Show it; it is kept nowhere, and gone with the visit."""

    def hide(self) -> None:
        """It has been read."""


class Paper(Protocol):
    """What is printed. The money never waits for it."""

    def print_receipt(self, visit_id: str) -> None:
        """The receipt of a settled visit, or its numbered slip while nobody knows."""

    def print_set(self, visit_id: str) -> None:
        """An insurer's set: receipt, itemised list, diagnosis and prescription."""

    def print_publicity(self, day: date) -> None:
        """The sheet for the door."""

    def print_test(self) -> None:
        """A page that shows what this printer can do."""

    def print_waiting(self) -> None:
        """Print all that waits, although it is much."""

    def missing_pads(self) -> tuple[int, ...]:
        """Numbers below the highest that was entered, neither entered nor spoilt."""

    def drop_waiting(self) -> None:
        """What waits for the printer is not wanted any more."""

    def pdf(self, visit_id: str, kind: str) -> bytes:
        """`receipt` or `set` as PDF, A5 and A4."""

    def print_pads(self, count: int) -> None:
        """Number so many blank slips and print them."""

    def pads(self) -> tuple[PadSlip, ...]:
        """Every slip that is neither entered nor spoilt, and those of today."""

    def enter_pad(self, visit_id: str, number: int) -> None:
        """The visit on the counter was written on this slip."""

    def spoil_pad(self, number: int, reason: str) -> None:
        """This slip was not used, for a reason."""


class Technical(Protocol):
    """The parts, for the technician."""

    @property
    def language(self) -> str:
        """`zh` or `en`: what these pages speak until somebody chooses."""

    def parts(self) -> PartsView:
        """Every part with what was measured, looked at now."""

    def framing(self) -> Framing | None:
        """How a face stands before the camera now; None: nothing that could be judged."""

    def enrolled(self) -> EnrolledQuality:
        """How well the enrolled faces are kept: counts."""

    def start_scanner_test(self) -> None:
        """Keep the scanner's last lines in memory for five minutes."""

    def stop_scanner_test(self) -> None:
        """Keep nothing."""

    def heard(self) -> HeardView:
        """The last lines of the scanner as bytes in hex with their kind; nothing of a secret."""

    def try_network(self) -> None:
        """Begin to try the way to the province."""

    def network(self) -> NetworkView:
        """Address, name, connection, TLS, gateway, sign-in: how far the last try has come."""

    def logs(self, level: str, text: str) -> tuple[LogLine, ...]:
        """The newest records of at least this level that hold the text, newest first."""

    def settings(self) -> tuple[SettingRow, ...]:
        """Every setting with where it is from; secrets as stars."""

    def versions(self) -> Mapping[str, str]:
        """Program, database, weights with digests, catalogue, rules."""
