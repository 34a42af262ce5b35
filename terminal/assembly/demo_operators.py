"""Who works at the demo clinic, with PINs of this run: a demo has no default PIN either."""

from __future__ import annotations

import secrets

from terminal import clock
from terminal.core.faults import Refused
from terminal.core.operators import Role
from terminal.core.pins import refuse_weak_pin
from terminal.operating import Operating
from terminal.store import Store

PIN_DIGITS = 6

_WHO = "demonstration"

_PEOPLE = {
    "technician": ("陈师傅", Role.TECHNICIAN, ""),
    "doctor": ("雷新民", Role.DOCTOR, "D431024000991"),
    "substitute": ("唐小兰", Role.DOCTOR, "D431024000992"),
}
"""Invented, the doctors as the simulated province has them registered."""


def demo_operators(store: Store) -> dict[str, str]:
    """Make them, or give those of an earlier run new PINs; returns the PINs."""
    operating = Operating(store, clock.now, _WHO)
    known = {each.name: each.operator_id for each in operating.everybody()}
    pins = {}
    for key, (name, role, code) in _PEOPLE.items():
        pins[key] = _random_pin(code)
        if name in known:
            operating.reset_pin(known[name], pins[key])
        else:
            operating.add(name, frozenset({role}), pins[key], code)
    return pins


def _random_pin(doctor_code: str) -> str:
    while True:
        pin = f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"
        try:
            refuse_weak_pin(pin, doctor_code)
        except Refused:
            continue
        return pin
