"""A stand-in for who works here: two operators, and one browser that is signed in."""

from __future__ import annotations

from dataclasses import replace

from terminal.core.faults import Fault, Refused
from terminal.core.operators import Role
from terminal.core.people_views import OnDuty, OperatorCard

SIGNED_IN = "signed-in-as-both"
"""The token of a browser at which a doctor and technician is signed in."""

PIN = "820463"

DOCTOR = OperatorCard("o1", "李医生", (Role.DOCTOR,), doctor_code="D990101000001")
SUBSTITUTE = OperatorCard("o2", "周医生", (Role.DOCTOR,), doctor_code="D990101000002")
TECHNICIAN = OperatorCard("o3", "陈师傅", (Role.TECHNICIAN,))


class ShownDuty:
    """Signs in whoever gives the right PIN, and remembers what was asked of it."""

    def __init__(self) -> None:
        self.cards: tuple[OperatorCard, ...] = (DOCTOR, SUBSTITUTE, TECHNICIAN)
        self.tokens: dict[str, frozenset[Role]] = {
            SIGNED_IN: frozenset({Role.DOCTOR, Role.TECHNICIAN})
        }
        self.stayed: list[str] = []
        self.refusing: Fault | None = None
        self.face: str | None = None
        """Who looks at the camera, by operator_id."""
        self.shown = OnDuty(operator=DOCTOR, signed_in=True, others=(SUBSTITUTE,))

    def operators(self) -> tuple[OperatorCard, ...]:
        return self.cards

    def sign_in(self, operator_id: str, pin: str, role: Role) -> str:
        if self.refusing is not None:
            raise self.refusing
        if pin != PIN:
            raise Refused("operator.pin_wrong", tries_left=4)
        card = next((card for card in self.cards if card.operator_id == operator_id), None)
        if card is None or role not in card.roles:
            raise Refused("operator.wrong_role")
        token = f"token-{len(self.tokens)}"
        self.tokens[token] = frozenset(card.roles)
        if role is Role.DOCTOR:
            self.shown = replace(self.shown, operator=card)
        return token

    def sign_in_by_face(self, operator_id: str, role: Role) -> str:
        if self.face != operator_id:
            raise Refused("operator.face_not_seen")
        return self.sign_in(operator_id, PIN, role)

    def roles_of(self, token: str) -> frozenset[Role]:
        return self.tokens.get(token, frozenset())

    def stay(self, token: str) -> None:
        self.stayed.append(token)

    def sign_out(self, token: str) -> None:
        self.tokens.pop(token, None)

    def on_duty(self) -> OnDuty:
        return self.shown
