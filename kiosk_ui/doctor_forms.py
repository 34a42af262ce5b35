"""What the doctor's taps about boxes and goods carry, read with its limits."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from flask import request
from werkzeug.exceptions import BadRequest

from kiosk_ui import forms
from terminal.core.faults import Refused

KINDS = ("diagnosis", "service", "drug")
"""What can be looked for (core/goods_views.FoundItem)."""

SOUGHT_CHARACTERS_MAX = 40
"""A drug's whole name is shorter; a longer text finds nothing that a shorter one does not."""

_QUANTITY = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,4})?")
"""Far beyond any bill, and within the interface's N16,4."""

_HALF_WIDTH = str.maketrans("０１２３４５６７８９．。", "0123456789..")
_UNITS = "克片粒支瓶袋次丸盒"

Chosen = TypeVar("Chosen", bound=StrEnum)


def quantity(name: str) -> Decimal:
    """How much or how many: more than nothing.

    What people type is read: 15克, and the full-width digits of a Chinese keyboard. Raises
    Refused `goods.quantity_unreadable` otherwise.
    """
    typed = forms.text(name).translate(_HALF_WIDTH).rstrip(_UNITS).strip()
    if not (typed.isascii() and _QUANTITY.fullmatch(typed)) or not Decimal(typed):
        raise Refused("goods.quantity_unreadable", length=len(typed))
    return Decimal(typed)


def units(name: str) -> int:
    """How many small units, days or times: whole, and more than none.

    Raises Refused `goods.quantity_unreadable` otherwise.
    """
    asked = quantity(name)
    if asked != asked.to_integral_value():
        raise Refused("goods.quantity_unreadable", length=len(str(asked)))
    return int(asked)


def one_of(name: str, choices: type[Chosen]) -> Chosen:
    """One of a closed list; BadRequest for anything else."""
    try:
        return choices(forms.text(name))
    except ValueError:
        raise BadRequest from None


def line_or_visit(name: str) -> int | None:
    """Number of a line; left empty, the whole visit is meant."""
    return forms.whole_number(name) if request.form.get(name, "").strip() else None


def sought(name: str) -> str:
    """The text that is looked for, as far as it can mean something; may be empty."""
    given = request.args.get(name, "").strip()[:SOUGHT_CHARACTERS_MAX]
    return given if given.isprintable() else ""


def kinds(name: str) -> tuple[str, ...]:
    """What is looked for, parted by commas; everything where it is left out."""
    asked = tuple(kind for kind in request.args.get(name, "").split(",") if kind)
    if not set(asked) <= set(KINDS):
        raise BadRequest
    return asked or KINDS
