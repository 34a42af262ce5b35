"""What a tap carries, read with its limits."""

from __future__ import annotations

import re

from flask import request
from werkzeug.exceptions import BadRequest

from terminal.core.faults import Refused
from terminal.core.money import Money

FIELD_CHARACTERS_MAX = 64
"""Ids, codes and a mistyped ID number are shorter; longer is not from our pages."""

NUMBER_DIGITS_MAX = 9

_LAST_FOUR = re.compile(r"[0-9]{3}[0-9X]")
"""The end of an ID number; its check digit may be an X."""


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
