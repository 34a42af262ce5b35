"""Doctors and technicians sign in, and their screens lock themselves.

A sign-in is a token in memory: a restart ends all of them. The doctor who signs in is on
duty from then on; another's sign-ins end with that, and the visit on the counter stays:

    nothing sent for it yet, nothing agreed to   it is the new doctor's, who treats and claims
    anything else                                it stays with whoever opened it: what was told
                                                 of it names them, and must go on to

Visits that wait off the counter stay with whoever opened them.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from terminal.at_the_door import AtTheDoor
from terminal.board import Workplace
from terminal.core.faults import Refused
from terminal.core.ledger import Deed
from terminal.core.operators import Operator, Registered, Role
from terminal.core.people_views import OnDuty, OperatorCard
from terminal.core.visit import VisitState
from terminal.duty import Duty
from terminal.pin_tries import PinTries, SignInLimits, named

_SIGN_INS_MAX = 16
"""A clinic has two screens and a technician; the oldest of more is ended."""

_TOKEN_BYTES = 32
_ROLES = (Role.DOCTOR, Role.TECHNICIAN)

_UNSENT = {
    VisitState.OPEN,
    VisitState.DOUBTED,
    VisitState.CHOOSING,
    VisitState.PRESENTED,
    VisitState.IDENTIFIED,
    VisitState.TRACED,
}
"""Of these nothing may have been sent or agreed to yet."""

_REGISTERED = "registered"
"""Name of the errand that asks whether the doctor on duty is registered here."""


@dataclass(frozen=True, slots=True, repr=False)
class _SignedIn:
    operator: Operator
    role: Role
    tapped_at: datetime


class SigningIn:
    """Who is signed in at which browser, and the ways in and out."""

    def __init__(
        self,
        workplace: Workplace,
        duty: Duty,
        limits: SignInLimits,
        registered: Callable[[str], Registered],
    ) -> None:
        """`registered` asks the province whether a national code may claim here (5102)."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._errands = workplace.errands
        self._now = workplace.now
        self._duty = duty
        self._lock_after = limits.lock_after
        self._tries = PinTries(workplace.store, limits, workplace.now)
        self._registered = registered
        self.door = AtTheDoor()
        """Whose face the looking thread seeks for a sign-in."""
        self._trying = threading.Lock()
        """One sign-in at a time: the last one is on duty, and each guess takes its 32 MB alone."""
        self._lock = threading.Lock()
        """Guards the tokens; nothing is waited for under it."""
        self._tokens: dict[str, _SignedIn] = {}

    def operators(self) -> tuple[OperatorCard, ...]:
        """Everybody who may sign in; empty before the first was made."""
        return tuple(self._card(each) for each in self._store.operators.active())

    def sign_in(self, operator_id: str, pin: str, role: Role) -> str:
        """Open this operator's pages; returns the token that the browser shows.

        Raises Refused `operator.unknown`, `operator.wrong_role`, `operator.pin_wrong`
        (with the tries left) and `operator.locked` (with the time until which).
        """
        with self._trying:
            operator = self._operator(operator_id, role)
            self._tries.refuse_wrong(operator, pin)
            token = self._begin(operator, role)
        self._began(operator, role)
        return token

    def sign_in_by_face(self, operator_id: str, role: Role) -> str:
        """The same by a look at the camera, which is waited for; returns the token.

        Raises Refused `operator.face_unknown` for who bound no face, what
        at_the_door.AtTheDoor raises, and as `sign_in` does: whoever waits after wrong PINs
        waits before the camera too.
        """
        person_id = self._operator(operator_id, role).person_id
        if person_id is None:
            raise Refused("operator.face_unknown")
        self._tries.refuse_locked(operator_id)
        self.door.wait_for(person_id)
        with self._trying:
            operator = self._operator(operator_id, role)
            self._tries.refuse_locked(operator_id)
            if operator.person_id != person_id:
                raise Refused("operator.face_unknown")
            token = self._begin(operator, role)
        self._began(operator, role)
        return token

    def roles_of(self, token: str) -> frozenset[Role]:
        """What this browser may open now; nothing when its sign-in was locked or ended."""
        signed_in = self._tokens.get(token)
        if signed_in is None:
            return frozenset()
        if self._is_over(signed_in):
            self._end([token], "locked")
            self._board.publish()
            return frozenset()
        current = self._store.operators.operator(signed_in.operator.operator_id)
        if current is None or current.retired_at is not None:
            self._end([token], "retired")
            self._board.publish()
            return frozenset()
        return current.roles if signed_in.role is Role.DOCTOR else frozenset({signed_in.role})

    def stay(self, token: str) -> None:
        """Somebody tapped: the lock waits anew."""
        with self._lock:
            signed_in = self._tokens.get(token)
            if signed_in is not None and not self._is_over(signed_in):
                self._tokens[token] = replace(signed_in, tapped_at=self._now())

    def sign_out(self, token: str) -> None:
        """Lock this browser; the visit on the counter stays. Nothing for an ended token."""
        if self._end([token], "left"):
            self._board.publish()

    def on_duty(self) -> OnDuty:
        """Who is on duty at the counter."""
        operator = self._duty.operator()
        if operator is None:
            return OnDuty(others=tuple(each for each in self.operators() if _is_doctor(each)))
        return OnDuty(
            operator=self._card(operator),
            signed_in=any(
                each.role is Role.DOCTOR and not self._is_over(each)
                for each in tuple(self._tokens.values())
            ),
            insured_refused=operator.registered is Registered.NO,
            others=tuple(
                each
                for each in self.operators()
                if _is_doctor(each) and each.operator_id != operator.operator_id
            ),
        )

    def ask_again(self) -> None:
        """Ask the province of the doctor on duty what it could not be asked while the line
        was away; before what waited for the line is settled. Raises what an errand does."""
        operator = self._duty.operator()
        if operator is not None and operator.registered is Registered.NOT_ASKED:
            self._errands.hand_over(_REGISTERED, lambda: self._ask_registered(operator))

    def _operator(self, operator_id: str, role: Role) -> Operator:
        operator = self._store.operators.operator(operator_id)
        if operator is None or operator.retired_at is not None:
            raise Refused("operator.unknown")
        if role not in _ROLES or role not in operator.roles:
            raise Refused("operator.wrong_role")
        return operator

    def _begin(self, operator: Operator, role: Role) -> str:
        """Write the sign-in down, then let it hold."""
        at, token = self._now(), secrets.token_urlsafe(_TOKEN_BYTES)
        ended = self._ended_by(operator) if role is Role.DOCTOR else []
        with self._counter.lock, self._store.transaction():
            self._store.operators.tried(operator.operator_id, 0, None)
            self._write_ends(ended, "handed_over", at)
            facts: dict[str, object] = {"operator": operator.operator_id, "role": role}
            if role is Role.DOCTOR:
                self._duty.remember(operator, at)
                facts |= self._hand_over(operator.doctor_code)
            self._store.ledger.add(Deed.SIGNED_IN, at, facts, who=named(operator))
        if role is Role.DOCTOR:
            self._duty.begins(operator)
        with self._lock:
            for each in ended:
                self._tokens.pop(each, None)
            while len(self._tokens) >= _SIGN_INS_MAX:
                del self._tokens[next(iter(self._tokens))]
            self._tokens[token] = _SignedIn(operator, role, at)
        return token

    def _began(self, operator: Operator, role: Role) -> None:
        if role is Role.DOCTOR:
            self._errands.hand_over(_REGISTERED, lambda: self._ask_registered(operator))
        self._board.publish()

    def _ended_by(self, operator: Operator) -> list[str]:
        """The doctors' sign-ins that end when this one comes on duty."""
        return [
            token
            for token, each in tuple(self._tokens.items())
            if each.role is Role.DOCTOR and each.operator.operator_id != operator.operator_id
        ]

    def _hand_over(self, doctor_code: str) -> dict[str, object]:
        """The visit on the counter is the new doctor's where nothing was sent for it yet."""
        visit_id = self._counter.front
        if visit_id is None:
            return {}
        visit = self._store.visits.visit(visit_id)
        told = self._store.settlements.of_visit(visit_id)
        pricing = f"pricing:{visit_id}" in self._errands.under_way()
        stays = told or pricing or visit.corrects is not None
        if visit.state not in _UNSENT or stays or visit.doctor_code == doctor_code:
            return {}
        self._store.visits.note(visit_id, {"doctor_code": doctor_code})
        return {"visit": visit_id, "from": visit.doctor_code}

    def _end(self, tokens: Iterable[str], why: str) -> bool:
        """End these sign-ins and write it down; whether any was there."""
        with self._lock:
            ended = {each: self._tokens.pop(each) for each in tokens if each in self._tokens}
        for each in ended.values():
            self._signed_out(each, why, self._now())
        return bool(ended)

    def _write_ends(self, tokens: Iterable[str], why: str, at: datetime) -> None:
        for token in tokens:
            each = self._tokens.get(token)
            if each is not None:
                self._signed_out(each, why, at)

    def _signed_out(self, ended: _SignedIn, why: str, at: datetime) -> None:
        facts = {"operator": ended.operator.operator_id, "role": ended.role, "why": why}
        self._store.ledger.add(Deed.SIGNED_OUT, at, facts, who=named(ended.operator))

    def _is_over(self, signed_in: _SignedIn) -> bool:
        # A clock that was set back does not keep a screen open until it comes to that hour again.
        return abs(self._now() - signed_in.tapped_at) >= self._lock_after

    def _ask_registered(self, operator: Operator) -> None:
        """Ask the province, unless it said yes today; without an answer the last one holds."""
        known = self._store.operators.operator(operator.operator_id)
        at = self._now()
        if known is None or not known.doctor_code:
            return
        asked_on = None if known.checked_at is None else known.checked_at.date()
        if known.registered is Registered.YES and asked_on == at.date():
            return
        answer = self._registered(known.doctor_code)
        self._store.operators.note_registered(known.operator_id, answer, at)

    def _card(self, operator: Operator) -> OperatorCard:
        kept = self._store.operators.pin_kept(operator.operator_id)
        until = None if kept is None else kept.locked_until
        return OperatorCard(
            operator_id=operator.operator_id,
            name=operator.name,
            roles=tuple(role for role in _ROLES if role in operator.roles),
            doctor_code=operator.doctor_code,
            registered=operator.registered,
            locked_until=until if until is not None and self._now() < until else None,
            has_face=operator.person_id is not None,
        )


def _is_doctor(card: OperatorCard) -> bool:
    return Role.DOCTOR in card.roles
