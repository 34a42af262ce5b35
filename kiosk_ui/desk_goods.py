"""What the screens may ask of the counter about boxes, goods and the shelf.

Every verb may raise a Fault, and returns at once; see kiosk_ui/desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from terminal.core.boxes import ReturnReason, ScanMode, Untraced
from terminal.core.goods_views import BoxTrace, FoundItem, ShelfView


class Basket(Protocol):
    """What is billed."""

    def set_diagnosis(self, visit_id: str, code: str) -> None:
        """Pick the diagnosis of the visit."""

    def add_service(self, visit_id: str, code: str) -> None:
        """Add one service of the clinic's list."""

    def remove_line(self, visit_id: str, number: int) -> None:
        """Take a box or service off the bill."""

    def move_line(self, visit_id: str, number: int, to_visit_id: str) -> None:
        """This line belongs to another open visit; its box moves along."""

    def set_quantity(self, visit_id: str, number: int, quantity: Decimal) -> None:
        """How many of a service, how much of goods without a code, how many units of an
        opened box. A scanned box is one pack, always."""

    def set_days(self, visit_id: str, number: int, days: int) -> None:
        """For how many days this line supplies the person."""

    def take_new_price(self, visit_id: str, number: int) -> None:
        """The catalogue's price changed since the scan: bill the new one."""

    def use_common(self, visit_id: str, number: int) -> None:
        """Fill in a common visit: its diagnosis and its services."""

    def give_reason(self, visit_id: str, rule: str, number: int | None, reason: str) -> None:
        """Go on although a rule warns, with the doctor's reason."""


class Goods(Protocol):
    """Boxes: scanned, opened, bound, brought back, carried along."""

    def scan_means(self, mode: ScanMode) -> None:
        """What the next scan means; SELL again after one box, or when stopped."""

    def typed(self, visit_id: str, code: str) -> None:
        """A code read by eye from a box whose print cannot be scanned."""

    def add_split(self, visit_id: str, box: int, units: int) -> None:
        """So many small units out of an opened box."""

    def close_box(self, box: int, reason: str) -> None:
        """The opened box is empty, spoilt or expired: nothing is taken from it any more."""

    def add_untraced(
        self,
        visit_id: str,
        item_code: str,
        quantity: Decimal,
        why: Untraced,
        lot: str,
        delivery_note: str,
    ) -> None:
        """Goods without a code, with the reason and, where it is not exempt, the evidence."""

    def propose_binding(self, item_code: str) -> None:
        """The doctor says which drug the unknown prefix is; a second look is asked for."""

    def confirm_binding(self, item_code: str) -> None:
        """The second look: it is that drug. The box goes onto the bill."""

    def drop_binding(self) -> None:
        """Not bound after all; the box stays off the bill."""

    def take_in(self, reason: ReturnReason, note: str) -> None:
        """Why the next box that is scanned was brought back. Sets the scan's meaning."""

    def bedside(self, visit_id: str, *, wanted: bool) -> None:
        """This visit is settled at somebody's home: boxes come out of the bag."""

    def trace(self, code: str) -> BoxTrace:
        """Where one box is and was."""


class Courses(Protocol):
    """Treatments of several days."""

    def begin(self, visit_id: str, number: int, times: int) -> None:
        """This line is a course of so many times, ticked off day by day."""

    def tick(self, course_id: str) -> None:
        """Done today."""

    def end(self, course_id: str, reason: str) -> None:
        """It is broken off."""


class Shelf(Protocol):
    """What lies there, and who will need what."""

    def view(self) -> ShelfView:
        """The shelf of this moment."""

    def count(self, item_code: str, packs: Decimal, lot: str, expires_on: date | None) -> None:
        """So many packs lie on the shelf (3501)."""

    def moved(
        self, item_code: str, kind: str, packs: Decimal, lot: str, expires_on: date | None,
        reason: str,
    ) -> None:  # fmt: skip
        """Packs came in or went out otherwise than by a sale (3502); kind: in, out."""

    def order_csv(self) -> str:
        """The order for the township hospital as CSV."""

    def order_pdf(self) -> bytes:
        """The same to print."""


class Finding(Protocol):
    """Drugs, services and diagnoses by pinyin initials, name or code."""

    def find(self, text: str, kinds: Sequence[str]) -> tuple[FoundItem, ...]:
        """What fits best first; kinds: drug, service, diagnosis. Empty text: favourites."""
