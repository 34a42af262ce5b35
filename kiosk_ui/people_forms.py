"""What the doctor's taps about people carry, read with its limits."""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import date

from flask import request
from werkzeug.exceptions import BadRequest

from kiosk_ui import forms
from kiosk_ui.people_names import TERMS_MONTHS, WITNESS_REASONS
from terminal.core.families import Scope
from terminal.core.family_rules import OTHER_REASON
from terminal.core.faults import Refused
from terminal.core.months import months_after

SIDES = {"holder", "member", "doctor"}
"""Who may end a binding."""

GENDERS = {"1", "2"}
"""gend of the interface: 1 man, 2 woman."""

OTHER = "other"
"""None of the list: the doctor's own words stand beside it."""

_BORN = re.compile(r"(20[0-9]{2})\D{0,2}([0-9]{1,2})\D{0,2}([0-9]{1,2})日?")
_DIGITS_ONLY = re.compile(r"20[0-9]{6}")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９－．。", "0123456789-..")


def relation() -> str:
    """What they are to one another: tapped, or else typed; the counter refuses an empty one."""
    return forms.optional_text("other_relation") or forms.optional_text("relation")


def scopes() -> frozenset[Scope]:
    """What a holder may do; the counter refuses nothing at all."""
    try:
        return frozenset(Scope(each) for each in request.form.getlist("scope"))
    except ValueError:
        raise BadRequest from None


def witness_reason() -> str:
    """Why somebody can give no face: one of the list, or the doctor's own words."""
    chosen = forms.text("reason")
    if chosen == OTHER:
        return f"{OTHER_REASON}{forms.optional_text('other_reason')}"
    return one_of("reason", WITNESS_REASONS)


def valid_until(today: date) -> date:
    """The last day of the term that was tapped."""
    months = forms.whole_number("months")
    if months not in TERMS_MONTHS:
        raise BadRequest
    return months_after(today, months)


def one_of(name: str, known: Container[str]) -> str:
    """One of a closed list; BadRequest for anything else."""
    chosen = forms.text(name)
    if chosen not in known:
        raise BadRequest
    return chosen


def born(name: str) -> date:
    """A child's day of birth as people write it: 2025-11-02, 20251102, 2025年11月2日.

    Raises Refused `person.birth_day_unreadable` otherwise.
    """
    typed = forms.text(name).translate(_HALF_WIDTH)
    found = _BORN.fullmatch(typed)
    bare = typed.isdigit() and not _DIGITS_ONLY.fullmatch(typed)
    if found is None or bare:
        raise Refused("person.birth_day_unreadable", length=len(typed))
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise Refused("person.birth_day_unreadable", length=len(typed)) from None
