"""What the screens may ask about people: families, consent, and who works here."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from terminal.core.families import Scope
from terminal.core.operators import Role
from terminal.core.people_views import (
    FamilyView,
    Forgotten,
    HeldView,
    OnDuty,
    OperatorCard,
)


class Families(Protocol):
    """Family accounts (亲情账户): the page on which a binding is made and ended."""

    def view(self) -> FamilyView | None:
        """The page of this moment; None while nobody is named."""

    def begin(self, id_number: str) -> None:
        """Ask who this holder is, and show their bindings."""

    def begin_of_visit(self, visit_id: str) -> None:
        """The same for whoever stands at the counter."""

    def name_member(self, id_number: str) -> None:
        """Ask whom to bind."""

    def bind_by_face(self, relation: str, scopes: frozenset[Scope], valid_until: date) -> None:
        """The member looks at the camera now; bound when it is they, and alive."""

    def bind_by_documents(
        self, relation: str, scopes: frozenset[Scope], valid_until: date, document: str
    ) -> None:
        """The doctor has seen the documents of a member under sixteen."""

    def bind_by_witness(
        self, relation: str, scopes: frozenset[Scope], valid_until: date, reason: str
    ) -> None:
        """The member can give no face; asked a second time before it holds."""

    def confirm_witness(self) -> None:
        """The second confirmation of `bind_by_witness`."""

    def unbind(self, binding_id: str, side: str) -> None:
        """End a binding of the page's person at once; `side`: holder, member or doctor."""

    def unbind_here(self, visit_id: str, binding_id: str) -> None:
        """Whoever was recognised at the counter ends one of their own, by themselves."""

    def here(self, visit_id: str) -> FamilyView:
        """The bindings of whoever was recognised at the counter, either side."""

    def stop(self) -> None:
        """Back to where nobody is named; nothing more is kept."""


class Companions(Protocol):
    """Who comes with or for somebody without a binding."""

    def brought_by(self, visit_id: str, name: str, relation: str, id_number: str) -> None:
        """The person is here; an adult who brought them is noted."""

    def open_by_code(self, code: str, name: str, relation: str) -> None:
        """The person's own insurance code, scanned off a relative's phone (近亲代展码);
        without a name off their own."""

    def open_errand(
        self, id_number: str, helper_name: str, helper_id_number: str, relation: str
    ) -> None:
        """Somebody was sent once for an absent person (代办)."""

    def open_newborn(
        self, birth_certificate: str, name: str, gender: str, born: date, mother_id_number: str
    ) -> None:
        """A child without a registration: paid in full for now."""

    def register_newborn(self, birth_certificate: str, id_number: str) -> None:
        """The registration came: the child's self-paid visits may be claimed anew."""


class Consents(Protocol):
    """What people agreed to, and what is held of them."""

    def withdraw(self, visit_id: str) -> None:
        """The visit's own person takes their consent back; the face goes at once."""

    def held(self, visit_id: str) -> HeldView:
        """Everything held about the visit's own person."""

    def forgotten_soon(self) -> tuple[Forgotten, ...]:
        """Whose unused face will be erased, the earliest first."""


class Duty(Protocol):
    """Who works here, signed in at which browser."""

    def operators(self) -> tuple[OperatorCard, ...]:
        """Everybody who may sign in; empty before the first was made."""

    def sign_in(self, operator_id: str, pin: str, role: Role) -> str:
        """Returns the token that the browser shows with every request."""

    def sign_in_by_face(self, operator_id: str, role: Role) -> str:
        """The same by a look at the camera, waited for some seconds."""

    def roles_of(self, token: str) -> frozenset[Role]:
        """What this browser may open now; nothing when its sign-in was locked or ended."""

    def stay(self, token: str) -> None:
        """Somebody tapped: the lock waits anew."""

    def sign_out(self, token: str) -> None:
        """Lock this browser; the visit on the counter stays."""

    def on_duty(self) -> OnDuty:
        """Who is on duty at the counter."""
