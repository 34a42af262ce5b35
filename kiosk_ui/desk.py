"""What the screens may ask of the counter: its view, and its few verbs.

Every verb may raise a Fault, and returns at once: what takes time at the province goes
on in the background and reaches the screens as the next numbered view.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from kiosk_ui.desk_goods import Basket, Courses, Finding, Goods, Shelf
from kiosk_ui.desk_inspection import Compliance, Inspection
from kiosk_ui.desk_people import Companions, Consents, Duty, Families
from kiosk_ui.desk_record import HandingOver, Prescriptions, Pushed
from kiosk_ui.desk_screens import Agreeing, Asking, BigText, LookingBack, Paper, Technical
from terminal.core.counter import CounterView
from terminal.core.money import Money
from terminal.core.money_views import ClosingView, CreditRow, Publicity, Way
from terminal.core.status_views import StatusView


class Reception(Protocol):
    """Who is at the counter."""

    def choose_person(self, visit_id: str, person_id: str) -> None:
        """Say for whom the visit is, after a relative was recognised."""

    def open_by_id_number(self, typed: str) -> None:
        """Open a visit without a face."""

    def confirm_person(self, visit_id: str) -> None:
        """The doctor vouches that this is the person."""

    def stands_here(self, visit_id: str) -> None:
        """The person treated is here themselves: the relative's leave is not needed."""

    def refuse_person(self, visit_id: str) -> None:
        """It is somebody else; the visit ends here."""

    def leave(self, visit_id: str) -> None:
        """Clear the counter: abandon, close unbilled, set aside or end, as the visit stands."""

    def call_up(self, visit_id: str) -> None:
        """Bring a waiting visit back to the counter."""

    def set_aside(self, visit_id: str) -> None:
        """Put an open visit aside as it is: somebody is on the drip, or waits for a parent."""

    def bring_forward(self, visit_id: str) -> None:
        """Bring a waiting visit to the front; the one that lies there is set aside."""


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

    def agree(self, guardian: str, relation: str = "") -> None:
        """They agreed before the doctor; under fourteen a guardian did, who is named, with
        what they are to the child."""

    def withdraw(self) -> None:
        """They take their consent back: everything of their face is erased at once."""

    def clear_same_face(self) -> None:
        """The doctor says: these are two people who look alike."""

    def stop(self) -> None:
        """Nothing is kept; or: it is done, back to the counter."""

    def keep_face(self, visit_id: str) -> None:
        """Keep the face before the camera for the visit's person, who agreed to it."""


class Till(Protocol):
    """The money that the province moves."""

    def price(self, visit_id: str) -> None:
        """Ask the province again what the fund pays."""

    def sell_self_paid(self, visit_id: str, revision: int, own: Money) -> None:
        """Sell without insurance: the person pays the whole amount seen on the screen."""

    def estimate(self, visit_id: str) -> None:
        """The province is away: reckon it ourselves, marked as an estimate."""

    def agree_ceiling(self, visit_id: str, revision: int, own: Money) -> None:
        """The resident agrees to pay up to the estimate seen on the screen."""

    def confirm_amount(self, visit_id: str, revision: int, own: Money) -> None:
        """Agree to the amount seen on the screen, for the lines seen on the screen."""

    def accept_difference(self, visit_id: str) -> None:
        """What was charged is not what was agreed to; the resident takes it so."""

    def judge_elsewhere(self, visit_id: str, setl_id: str) -> None:
        """A settlement made elsewhere today is another matter: go on with this one."""

    def ask_now(self) -> None:
        """Ask at once what became of everything unfinished."""


class Undoing(Protocol):
    """What is taken back, each time with a reason."""

    def take_back(self, visit_id: str, reason: str) -> None:
        """Take back what waits for the line: nothing was charged yet."""

    def cancel(self, visit_id: str, reason: str) -> None:
        """Take a settled visit back, on the same day."""

    def correct(self, visit_id: str, reason: str) -> None:
        """Take a settled visit back and begin it anew with the same person and boxes."""


class Cashbox(Protocol):
    """How the person's share is paid."""

    def paid(self, visit_id: str, way: Way, amount: Money) -> None:
        """So much of the share was paid now."""

    def let_go(self, visit_id: str) -> None:
        """Let the odd fen go (抹零); the rest was paid in cash."""

    def let_off(self, visit_id: str, reason: str) -> None:
        """Let the whole rest of the share off, for a reason."""

    def on_credit(self, visit_id: str) -> None:
        """Write the rest of the share into the person's credit book."""

    def deposit(self, visit_id: str, amount: Money) -> None:
        """Take a deposit before the amount is known."""

    def returned(self, visit_id: str) -> None:
        """Give back what is owed to the person after a cancellation or a deposit."""

    def repaid(self, person_id: str, way: Way, amount: Money) -> None:
        """So much of what stands in the credit book was paid."""

    def book(self) -> tuple[CreditRow, ...]:
        """Everybody who owes the clinic something, the oldest debt first."""

    def slips(self, person_id: str) -> tuple[str, ...]:
        """The lines of a slip: what this person owes, and how it came about."""


class Closing(Protocol):
    """The day's end."""

    def view(self, day: date) -> ClosingView:
        """How far the closing of this day has come."""

    def close(self, day: date) -> None:
        """Compare our day with the province's; may be repeated."""

    def count_drawer(self, day: date, counted: Money) -> None:
        """So much lay in the drawer."""

    def publicity(self, day: date) -> Publicity:
        """The sheet for the door: this day, and what changed since of earlier ones."""

    def publicity_csv(self, day: date) -> str:
        """The same sheet as CSV."""

    def publicity_pdf(self, day: date) -> bytes:
        """The same sheet to print."""

    def statement(self, year: int, month: int) -> str:
        """The month's signed statement for township and county, as JSON text."""


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
    def goods(self) -> Goods: ...

    @property
    def courses(self) -> Courses: ...

    @property
    def shelf(self) -> Shelf: ...

    @property
    def finding(self) -> Finding: ...

    @property
    def till(self) -> Till: ...

    @property
    def undoing(self) -> Undoing: ...

    @property
    def cashbox(self) -> Cashbox: ...

    @property
    def closing(self) -> Closing: ...

    @property
    def families(self) -> Families: ...

    @property
    def companions(self) -> Companions: ...

    @property
    def consents(self) -> Consents: ...

    @property
    def duty(self) -> Duty: ...

    @property
    def inspection(self) -> Inspection: ...

    @property
    def compliance(self) -> Compliance: ...

    @property
    def handing_over(self) -> HandingOver: ...

    @property
    def pushed(self) -> Pushed: ...

    @property
    def prescriptions(self) -> Prescriptions: ...

    @property
    def agreeing(self) -> Agreeing: ...

    @property
    def asking(self) -> Asking: ...

    @property
    def looking_back(self) -> LookingBack: ...

    @property
    def big_text(self) -> BigText: ...

    @property
    def paper(self) -> Paper: ...

    @property
    def technical(self) -> Technical: ...

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
