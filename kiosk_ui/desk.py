"""What the screens may ask of the counter: its view, and its few verbs.

Every verb may raise a Fault, and returns at once: what takes time at the province goes
on in the background and reaches the screens as the next numbered view.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from terminal.core.counter import CounterView, StatusView
from terminal.core.money import Money


class Reception(Protocol):
    """Who is at the counter."""

    def choose_person(self, visit_id: str, person_id: str) -> None:
        """Say for whom the visit is, after a relative was recognised."""

    def open_by_id_number(self, typed: str) -> None:
        """Open a visit without a face."""

    def confirm_person(self, visit_id: str) -> None:
        """The doctor vouches that this is the person."""

    def refuse_person(self, visit_id: str) -> None:
        """It is somebody else; the visit ends here."""

    def leave(self, visit_id: str) -> None:
        """Clear the counter: abandon, close unbilled, set aside or end, as the visit stands."""

    def call_up(self, visit_id: str) -> None:
        """Bring a waiting visit back to the counter."""


class Doubts(Protocol):
    """When a face is not enough."""

    def give_digits(self, visit_id: str, digits: str) -> None:
        """The last four of the ID number, asked of someone who has a look-alike, or for a
        large amount."""

    def choose_look_alike(self, visit_id: str, person_id: str) -> None:
        """The doctor says which of two who look alike stands here."""

    def vouch(self, visit_id: str) -> None:
        """The doctor answers for the person where the amount asks for more than a face."""

    def challenge_always(self, visit_id: str, *, wanted: bool) -> None:
        """Ask this person for a challenge at every visit, or no longer."""


class Enrolling(Protocol):
    """Faces in, with consent."""

    def begin(self, typed: str) -> None:
        """Ask the province who this ID number is, to enrol their face."""

    def agree(self, guardian: str) -> None:
        """They agreed before the doctor; under fourteen a guardian did, who is named."""

    def withdraw(self) -> None:
        """They take their consent back: everything of their face is erased at once."""

    def clear_same_face(self) -> None:
        """The doctor says: these are two people who look alike."""

    def stop(self) -> None:
        """Nothing is kept; or: it is done, back to the counter."""

    def keep_face(self, visit_id: str) -> None:
        """Keep the face before the camera for the visit's person, who agreed to it."""


class Basket(Protocol):
    """What is billed."""

    def set_diagnosis(self, visit_id: str, code: str) -> None:
        """Pick the diagnosis of the visit."""

    def add_service(self, visit_id: str, code: str) -> None:
        """Add one service of the clinic's list."""

    def remove_line(self, visit_id: str, number: int) -> None:
        """Take a box or service off the bill."""


class Till(Protocol):
    """The money."""

    def price(self, visit_id: str) -> None:
        """Ask the province again what the fund pays."""

    def confirm_amount(self, visit_id: str, revision: int, own: Money) -> None:
        """Agree to the amount seen on the screen, for the lines seen on the screen."""

    def cancel(self, visit_id: str, reason: str) -> None:
        """Take a settled visit back, on the same day."""


class Desk(Protocol):
    """The counter as the screens see it."""

    @property
    def reception(self) -> Reception: ...

    @property
    def doubts(self) -> Doubts: ...

    @property
    def enrolling(self) -> Enrolling: ...

    @property
    def basket(self) -> Basket: ...

    @property
    def till(self) -> Till: ...

    def view(self) -> CounterView:
        """The newest view."""

    def status(self) -> StatusView:
        """How the parts of the terminal are."""

    def wait_for_change(self, seen_number: int, timeout_s: float) -> CounterView:
        """Wait for a view with another number; after `timeout_s` the same one comes back."""


class Preview(Protocol):
    """The camera's picture for the resident's screen."""

    def frames(self) -> Iterator[bytes]:
        """JPEG pictures, already paced. Ends, or raises Unavailable, when there are none."""
