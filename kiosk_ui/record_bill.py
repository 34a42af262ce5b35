"""A pushed bill as it stands in a request: JSON that means one thing only, then its fields.

What JSON leaves open is refused here: a key given twice, a number that is none, bytes that are
not UTF-8. Money is whole fen and a quantity is text, so no number is ever a float. Whether
the bill could be one of this clinic's, the core decides.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, NoReturn

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.core.people import check_id_number
from terminal.core.record_views import PushedBill, PushedLine

FEN_MAX = 99_999_999_99
"""Sixteen digits with two decimals in the interface; no visit comes near to a hundred million."""

_NAME = re.compile(r"[a-z_]{1,40}")
_LIKE_ID_NUMBER = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")

Text = Annotated[str, Field(min_length=1, max_length=150)]
Code = Annotated[str, Field(min_length=1, max_length=200)]


class LineBody(BaseModel):
    """One drug or service."""

    model_config = ConfigDict(extra="forbid", strict=True, title="Line")

    item_code: Text = Field(
        description="medins_list_codg of this clinic's own list.", examples=["YP0002"]
    )
    quantity: Annotated[str, Field(pattern=r"^[0-9]{1,4}(\.[0-9]{1,2})?$")] = Field(
        description="A decimal as text. Drugs with trace codes: whole packs, one code each.",
        examples=["1"],
    )
    trace_codes: list[Code] = Field(
        default=[],
        max_length=60,
        description="One per pack, as scanned. None for services and for goods exempt by law.",
        examples=[["89101110000000000001"]],
    )


class BillBody(BaseModel):
    """A bill for one person; the doctor takes it whole, or refuses it."""

    model_config = ConfigDict(extra="forbid", strict=True, title="Bill")

    number: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,40}$")] = Field(
        description="Your own, and never used for another bill: the same content once more is "
        "answered with the same result, other content is refused. Not an ID number: it stands "
        "in addresses.",
        examples=["JW-20261123-0007"],
    )
    id_number: Annotated[str, Field(pattern="^[0-9]{17}[0-9Xx]$")] = Field(
        description="Of the person whom it is for.", examples=["991024196503121030"]
    )
    diagnosis: Annotated[str, Field(max_length=20)] = Field(
        default="",
        description="ICD code as in this clinic's list; empty: the doctor picks.",
        examples=["J06.900"],
    )
    lines: list[LineBody] = Field(
        max_length=200, description="At most 60 boxes and services altogether."
    )
    total_fen: Annotated[int, Field(ge=0, le=FEN_MAX)] | None = Field(
        default=None,
        description="What you believe it comes to, in fen (100 fen are 1 yuan); another sum at "
        "this clinic's prices refuses it. None: not compared.",
        examples=[2634],
    )


def pushed_bill(body: bytes) -> PushedBill:
    """The bill in a request's body.

    Raises Refused `api.malformed` (with the fact `reason`) for what is no JSON object, and
    `api.field` (with `field` and `reason`) for one that is no bill. Nothing of what was
    written stands in the facts.
    """
    try:
        read = BillBody.model_validate(_object(body))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise Refused("api.field", field=_named(first["loc"]), reason=first["type"]) from None
    if _names_a_person(read.number):
        raise Refused("api.field", field="number", reason="id_number")
    return PushedBill(
        read.number,
        read.id_number,
        read.diagnosis,
        tuple(
            PushedLine(line.item_code, line.quantity, tuple(line.trace_codes))
            for line in read.lines
        ),
        None if read.total_fen is None else Money(read.total_fen),
    )


def _object(body: bytes) -> dict[str, Any]:
    if body.startswith(b"\xef\xbb\xbf"):
        raise Refused("api.malformed", reason="byte order mark")
    try:
        told = json.loads(
            body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except UnicodeDecodeError:
        raise Refused("api.malformed", reason="not UTF-8") from None
    except RecursionError:
        raise Refused("api.malformed", reason="too deep") from None
    except ValueError:  # No JSON, or a number of thousands of digits.
        raise Refused("api.malformed", reason="not JSON") from None
    if not isinstance(told, dict):
        raise Refused("api.malformed", reason="not an object")
    return told


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) < len(pairs):
        raise Refused("api.malformed", reason="a key twice")
    return told


def _no_constant(_: str) -> NoReturn:
    raise Refused("api.malformed", reason="not JSON")


def _named(place: tuple[int | str, ...]) -> str:
    """lines[0].quantity, the first being 0; a name that nobody here gave is not repeated."""
    told = ""
    for part in place:
        if isinstance(part, int):
            told += f"[{part}]"
        else:
            told += ("." if told else "") + (part if _NAME.fullmatch(part) else "?")
    return told


def _names_a_person(number: str) -> bool:
    """Whether somebody's ID number stands in it: it would get into addresses and logs."""
    for found in _LIKE_ID_NUMBER.findall(number):
        try:
            check_id_number(found)
        except Refused:
            continue
        return True
    return False
