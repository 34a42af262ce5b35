"""JSON as the platform writes it: amounts are exact decimals, never binary fractions."""

from __future__ import annotations

import json
from decimal import Decimal

from terminal.core.money import Money

Json = None | bool | int | str | Decimal | Money | list["Json"] | dict[str, "Json"]
"""What an answer may hold. Money is written with two digits behind the point."""


class Unreadable(ValueError):
    """These bytes are not JSON, or JSON deeper or stranger than the platform reads."""


def read(text: bytes | str) -> object:
    """Read JSON with every fraction as a Decimal. Raises Unreadable."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError, ArithmeticError) as unreadable:
        raise Unreadable from unreadable


def write(value: Json) -> str:
    """Write JSON; Chinese stays readable."""
    match value:
        case dict():
            pairs = (f"{write(key)}:{write(each)}" for key, each in value.items())
            return "{" + ",".join(pairs) + "}"
        case list():
            return "[" + ",".join(write(each) for each in value) + "]"
        case Money():
            return value.yuan
        case Decimal():
            return format(value, "f")
        case _:
            return json.dumps(value, ensure_ascii=False)


def extension(text: str) -> dict[str, object]:
    """What stands in exp_content, the slot for whatever the interface has no field for;
    nothing where it is no object of readable text."""
    try:
        told = read(text)
        json.dumps(told, ensure_ascii=False, default=str).encode()
    except ValueError:  # Unreadable is one, and so is half of a surrogate pair.
        return {}
    return told if isinstance(told, dict) else {}


def numbers_as_strings(value: Json) -> Json:
    """The same answer from a province that quotes its numbers."""
    match value:
        case dict():
            return {key: numbers_as_strings(each) for key, each in value.items()}
        case list():
            return [numbers_as_strings(each) for each in value]
        case bool() | None | str():
            return value
        case _:
            return write(value)


def _refuse(constant: str) -> None:
    raise ValueError(constant)
