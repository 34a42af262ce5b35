"""What a tap about boxes and goods carries, as people type it."""

from __future__ import annotations

import calendar
import re
from datetime import date
from decimal import Decimal

from flask import request
from werkzeug.exceptions import BadRequest

from kiosk_ui import forms
from terminal.core.faults import Refused

CODE_CHARACTERS_MAX = 128
"""The longest GS1 element string that is met on a box is shorter."""

PACKS_MAX = Decimal(99999)
"""A village clinic keeps some hundred packs of a drug."""

_PACKS = re.compile(r"[0-9]{1,5}(\.[0-9]{1,2})?")
"""inv_cnt has two decimals (interface section 8, 3501)."""

_EXPIRY = re.compile(r"(20[0-9]{2})[-./年]?([0-9]{1,2})(?:[-./月]?([0-9]{1,2}))?[月日]?")
_PLAIN = str.maketrans("０１２３４５６７８９．。", "0123456789..")


def code(name: str) -> str:
    """A trace code read by eye: its spaces are taken out; BadRequest when there is none."""
    typed = "".join(request.form.get(name, "").split())
    if not 0 < len(typed) <= CODE_CHARACTERS_MAX or not typed.isprintable():
        raise BadRequest
    return typed


def packs_counted(name: str) -> Decimal:
    """So many packs lie there; none is a count too.

    Raises Refused `stock.count_unreadable` for what is no number of packs.
    """
    typed = forms.text(name).translate(_PLAIN).rstrip("盒瓶支包袋 ")
    if not _PACKS.fullmatch(typed) or Decimal(typed) > PACKS_MAX:
        raise Refused("stock.count_unreadable", length=len(typed))
    return Decimal(typed)


def packs_moved(name: str) -> Decimal:
    """So many packs came or went: more than none. Raises as packs_counted."""
    moved = packs_counted(name)
    if not moved:
        raise Refused("stock.count_unreadable", length=1)
    return moved


def expiry(name: str) -> date | None:
    """The expiry as boxes print it: 2027-11-30, 2027.11, 20271130; None when left empty.

    A month alone means its last day (药品说明书和标签管理规定, article 23). Raises Refused
    `stock.expiry_unreadable` otherwise.
    """
    typed = forms.optional_text(name).translate(_PLAIN).removeprefix("有效期至").strip()
    if not typed:
        return None
    matched = _EXPIRY.fullmatch(typed)
    if matched is None:
        raise Refused("stock.expiry_unreadable", length=len(typed))
    year, month = int(matched[1]), int(matched[2])
    try:
        return date(year, month, int(matched[3] or calendar.monthrange(year, month)[1]))
    except (ValueError, calendar.IllegalMonthError):
        raise Refused("stock.expiry_unreadable", length=len(typed)) from None
