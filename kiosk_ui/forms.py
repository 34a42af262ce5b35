"""What a tap carries, read with its limits."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import BadRequest

from terminal.core.money import Money

FIELD_CHARACTERS_MAX = 64
"""Ids, codes and a mistyped ID number are shorter; longer is not from our pages."""

NUMBER_DIGITS_MAX = 9


def text(name: str) -> str:
    """One short field of the form; BadRequest when it is missing, empty or too long."""
    value = request.form.get(name, "").strip()
    if not 0 < len(value) <= FIELD_CHARACTERS_MAX or not value.isprintable():
        raise BadRequest
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
