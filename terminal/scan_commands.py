"""Does what a scanned command asks for, by the same verbs as a tap."""

from __future__ import annotations

import time
from collections.abc import Callable

from terminal.basket import Basket
from terminal.board import Workplace
from terminal.core.charge import SettlementState
from terminal.core.counter import Notice
from terminal.core.faults import Fault, Refused
from terminal.core.money import total
from terminal.core.people_views import OnDuty
from terminal.core.scan_commands import Command, Scanned, amount_code, command_of
from terminal.core.shares import Shares
from terminal.reception import Reception
from terminal.till import Till


class ScanCommands:
    """Takes what the scanner reads before it is looked at as a box."""

    def __init__(
        self,
        workplace: Workplace,
        reception: Reception,
        basket: Basket,
        till: Till,
        hand_over: Callable[[str], None],
        on_duty: Callable[[], OnDuty],
    ) -> None:
        """`hand_over`: gives a visit to the clinic's record system. `on_duty`: whether a
        doctor is signed in at a screen; a sheet on the counter is nobody's word while nobody
        is."""
        self._store = workplace.store
        self._counter = workplace.counter
        self._board = workplace.board
        self._reception = reception
        self._basket = basket
        self._till = till
        self._hand_over = hand_over
        self._on_duty = on_duty

    def heard(self, raw: bytes) -> bool:
        """Whether this was a command. Done or refused, the counter says what became of it."""
        try:
            scanned = command_of(raw)
            if scanned is None:
                return False
            notice = self._do(scanned)
        except Fault as fault:
            notice = Notice(fault.code, {k: str(v) for k, v in fault.facts.items()})
        with self._counter.lock:
            self._counter.scan = notice
        self._board.publish()
        return True

    def _do(self, scanned: Scanned) -> Notice:
        on_duty = self._on_duty()
        known = on_duty.operator is not None or on_duty.others
        if known and not on_duty.signed_in:
            raise Refused("command.locked")
        if scanned.command is Command.NEXT:
            return self._next()
        visit_id = self._counter.front
        if visit_id is None:
            raise Refused("command.nobody_here")
        match scanned.command:
            case Command.PERSON:
                if self._store.visits.visit(visit_id).face_agrees is False:
                    raise Refused("command.look_first")
                self._refuse_looking(visit_id)
                with self._counter.lock:
                    self._counter.face = None  # A sheet compared no faces: none is learnt from it.
                self._reception.confirm_person(visit_id)
                return Notice("command.person")
            case Command.DIAGNOSIS:
                self._basket.set_diagnosis(visit_id, scanned.what)
                return Notice("command.diagnosis")
            case Command.ASIDE:
                self._reception.set_aside(visit_id)
                return Notice("command.aside")
            case Command.GIVE:
                self._hand_over(visit_id)
                return Notice("command.give")
            case _:
                return self._confirm(visit_id, scanned.what)

    def _refuse_looking(self, visit_id: str) -> None:
        """What the camera says of a claimed person is worth waiting for; a tap needs not wait,
        for whoever taps has the screen before them."""
        looks = self._counter.comparison
        if looks is not None and looks.visit_id == visit_id and looks.until_s > time.monotonic():
            raise Refused("command.still_looking")

    def _next(self) -> Notice:
        waits = self._reception.aside.first_waiting()
        if waits is None:
            raise Refused("command.nobody_waits")
        self._reception.bring_forward(waits)
        return Notice("command.next")

    def _confirm(self, visit_id: str, code: str) -> Notice:
        """The verb looks again, under the lock, whether this is still the amount."""
        revision = self._store.visits.visit(visit_id).revision
        own = total(
            Shares.from_fen(record.pre_settlement or {}).own
            for record in self._store.settlements.of_visit(visit_id)
            if record.state is SettlementState.PRICED
        )
        if code != amount_code(visit_id, self._store.history.step_of(visit_id), revision, own):
            raise Refused("command.other_amount")
        self._till.confirm_amount(visit_id, revision, own)
        return Notice("command.amount")
