"""What a tap carries, read with its limits."""

from __future__ import annotations

import re
from datetime import date

from flask import request
from werkzeug.exceptions import BadRequest

from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.core.money_views import Way

FIELD_CHARACTERS_MAX = 64
"""Ids, codes and a mistyped ID number are shorter; longer is not from our pages."""

NUMBER_DIGITS_MAX = 9

_LAST_FOUR = re.compile(r"[0-9]{3}[0-9X]")
"""The end of an ID number; its check digit may be an X."""

_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_EIGHT = re.compile(r"(20[0-9]{2})([0-9]{2})([0-9]{2})")
_TYPED_DAY = re.compile(r"(?:(20[0-9]{2})[-./年])?([0-9]{1,2})[-./月]([0-9]{1,2})日?")
_TYPED_WAYS = {Way.CASH, Way.CODE}
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．。", "0123456789..")


def text(name: str) -> str:
    """One short field of the form; BadRequest when it is missing, empty or too long."""
    value = request.form.get(name, "").strip()
    if not 0 < len(value) <= FIELD_CHARACTERS_MAX or not value.isprintable():
        raise BadRequest
    return value


def optional_text(name: str) -> str:
    """One short field that may be left empty."""
    return text(name) if request.form.get(name, "").strip() else ""


def last_digits(name: str) -> str:
    """The last four of an ID number; Refused `person.digits_incomplete` otherwise."""
    value = text(name).upper()
    if not _LAST_FOUR.fullmatch(value):
        raise Refused("person.digits_incomplete")
    return value


def whole_number(name: str) -> int:
    """One field of ASCII digits."""
    value = text(name)
    if not (value.isascii() and value.isdigit() and len(value) <= NUMBER_DIGITS_MAX):
        raise BadRequest
    return int(value)


def amount(name: str) -> Money:
    """One field of yuan; Refused `money.unreadable` otherwise."""
    return Money.parse(text(name))


def amount_paid(name: str) -> Money:
    """One field of yuan that came over the counter: more than nothing.

    Raises Refused `money.unreadable` otherwise.
    """
    paid = amount_counted(name)
    if paid.fen == 0:
        raise Refused("money.unreadable", length=1)
    return paid


def amount_counted(name: str) -> Money:
    """One field of yuan that was counted: nothing, or more.

    Raises Refused `money.unreadable` otherwise. What people type is read: 8元, and the
    full-width digits of a Chinese keyboard.
    """
    typed = text(name).removeprefix("¥").removesuffix("元").strip()
    counted = Money.parse(typed.translate(_HALF_WIDTH))
    if counted.fen < 0:
        raise Refused("money.unreadable", length=len(typed))
    return counted


def way(name: str) -> Way:
    """Cash or the payment code; what the insurance account paid is never typed in."""
    chosen = text(name)
    if chosen not in _TYPED_WAYS:
        raise BadRequest
    return Way(chosen)


def typed_day(written: str, today: date) -> date | None:
    """A day as people write it: 2025-11-20, 20251120, 2025年11月20日, 11.20; None for anything
    else. Without a year the last such day."""
    found = _EIGHT.fullmatch(written) or _TYPED_DAY.fullmatch(written)
    if found is None:
        return None
    years = [int(found[1])] if found[1] else [today.year, today.year - 1]
    for year in years:
        try:
            meant = date(year, int(found[2]), int(found[3]))
        except ValueError:
            continue
        if found[1] or meant <= today:
            return meant
    return None


def day(written: str) -> date:
    """A day as the address names it, 2025-11-20; BadRequest for anything else."""
    if not _DAY.fullmatch(written):
        raise BadRequest
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise BadRequest from None
