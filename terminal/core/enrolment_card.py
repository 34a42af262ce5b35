"""The card that makes a bare board one clinic's terminal, and which card is taken.

The county signs it; a technician shows it to the camera or scanner, or puts the same line as
a file on a stick, or types its short code and the county hands it out. Judged in this order:
size, signature, form, time, whether it was used here before. Whether it was used elsewhere or
revoked, the county knows alone.

The clock is never set by a card nor by whoever answers: a device that thinks it is 1970 could
not judge the county's own certificate either, and a time that comes with an old card or over
a line that cannot be trusted yet would make an expired card good. The technician sets it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from terminal.core.faults import Refused
from terminal.core.moments import minute
from terminal.core.part_checks import YEAR_MIN
from terminal.core.signed_text import (
    NotSignedError,
    WrongFormError,
    read_signed_text,
    signed_text,
)

PREFIX = "CTE1."
CARD_CHARACTERS_MAX = 900
"""One QR code that a hand scanner still reads from a sheet of paper."""

CODE_CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no letter that is taken for a figure."""

CODE_LENGTH = 12
"""Eleven, 55 bits, and one that shows a slip of the finger."""

_NAME_MAX = 60
_ADDRESS_MAX = 160
_ADDRESS = re.compile(r"https?://[\x21-\x7e]+", re.ASCII)
_FORMS: dict[str, tuple[str, re.Pattern[str]]] = {
    "n": ("serial", re.compile(r"[0-9a-f]{16}", re.ASCII)),
    "c": ("clinic", re.compile(r"[HP][0-9]{11}", re.ASCII)),
    "k": ("secret", re.compile(r"[0-9a-f]{32}", re.ASCII)),
}
_FIELDS = {"n", "c", "m", "u", "p", "r", "k", "f", "t"}
_REVISION_MAX = 2**31 - 1


@dataclass(frozen=True, slots=True)
class EnrolmentCard:
    """What one card says. Never logged whole: it has the one-time secret."""

    serial: str
    """16 hexadecimal digits."""
    clinic: str
    """fixmedins_code."""
    clinic_name: str
    county_url: str
    """https; the addresses of the county lie below it."""
    province_url: str
    region: int
    """Revision of the region's settings that the clinic is to get."""
    secret: str
    """32 hexadecimal digits: the county takes a card once."""
    valid_from: datetime
    expires: datetime

    def __repr__(self) -> str:
        return f"EnrolmentCard({self.serial!r}, {self.clinic!r})"


def card_text(card: EnrolmentCard, sign: Callable[[bytes], str]) -> str:
    """The signed line: the county's act. Raises Refused `card.wrong_form`, `card.too_large`."""
    told: dict[str, object] = {
        "n": card.serial,
        "c": card.clinic,
        "m": card.clinic_name,
        "u": card.county_url,
        "p": card.province_url,
        "r": card.region,
        "k": card.secret,
        "f": int(card.valid_from.timestamp()),
        "t": int(card.expires.timestamp()),
    }
    _card(told)
    text = signed_text(PREFIX, told, sign)
    if len(text) > CARD_CHARACTERS_MAX:
        raise Refused("card.too_large", characters=len(text))
    return text


def read_card(text: str, keys: Sequence[str]) -> EnrolmentCard:
    """Read a card as it was scanned. Raises Refused `card.too_large`, `card.not_signed`,
    `card.wrong_form`, in this order."""
    if len(text) > CARD_CHARACTERS_MAX + 2:  # A file ends with its line's end.
        raise Refused("card.too_large", characters=len(text))
    try:
        return _card(read_signed_text(PREFIX, text.strip(), keys))
    except NotSignedError:
        raise Refused("card.not_signed") from None
    except WrongFormError as wrong:
        raise Refused("card.wrong_form", field=str(wrong)) from None


def judge_card(card: EnrolmentCard, now: datetime, used: Collection[str]) -> None:
    """Raises Refused `card.clock`, `card.not_yet`, `card.expired`, `card.used`."""
    if now.year < YEAR_MIN:
        raise Refused("card.clock", now=minute(now), not_before=minute(card.valid_from))
    if now < card.valid_from:
        raise Refused("card.not_yet", now=minute(now), valid_from=minute(card.valid_from))
    if now >= card.expires:
        raise Refused("card.expired", now=minute(now), expires=minute(card.expires))
    if card.serial in used:
        raise Refused("card.used", serial=card.serial)


def code_of(drawn: Sequence[int]) -> str:
    """A short code of eleven numbers from 0 to 31, drawn by whoever issues it."""
    figures = "".join(CODE_CHARACTERS[each % 32] for each in drawn[: CODE_LENGTH - 1])
    return figures + CODE_CHARACTERS[-_luhn(figures + "0") % 32]


def read_code(typed: str) -> str:
    """A typed code without its dashes. Raises Refused `card.code_wrong`."""
    told = typed.upper().translate(str.maketrans("OIL", "011", "- \t"))
    right = len(told) == CODE_LENGTH and all(each in CODE_CHARACTERS for each in told)
    if not right or _luhn(told) != 0:
        raise Refused("card.code_wrong")
    return told


def _luhn(figures: str) -> int:
    """Luhn's sum modulo 32: every wrong figure shows, and nearly every pair exchanged."""
    summed = 0
    for place, figure in enumerate(reversed(figures)):
        value = CODE_CHARACTERS.index(figure) * (2 if place % 2 else 1)
        summed += value // 32 + value % 32
    return summed % 32


def _card(told: dict[str, Any]) -> EnrolmentCard:
    if set(told) != _FIELDS:
        raise Refused("card.wrong_form", field="fields")
    for key, (field, form) in _FORMS.items():
        if not isinstance(told[key], str) or not form.fullmatch(told[key]):
            raise Refused("card.wrong_form", field=field)
    name = told["m"]
    if not isinstance(name, str) or not 0 < len(name) <= _NAME_MAX or not name.isprintable():
        raise Refused("card.wrong_form", field="clinic_name")
    for key, field in (("u", "county_url"), ("p", "province_url")):
        if not _address(told[key]):
            raise Refused("card.wrong_form", field=field)
    if not told["u"].startswith("https://"):
        raise Refused("card.wrong_form", field="county_url")
    if type(told["r"]) is not int or not 0 <= told["r"] <= _REVISION_MAX:
        raise Refused("card.wrong_form", field="region")
    begins, ends = _moment(told["f"], "valid_from"), _moment(told["t"], "expires")
    if begins >= ends:
        raise Refused("card.wrong_form", field="expires")
    return EnrolmentCard(
        serial=told["n"],
        clinic=told["c"],
        clinic_name=name,
        county_url=told["u"].rstrip("/"),
        province_url=told["p"],
        region=told["r"],
        secret=told["k"],
        valid_from=begins,
        expires=ends,
    )


def _address(told: object) -> bool:
    return isinstance(told, str) and len(told) <= _ADDRESS_MAX and bool(_ADDRESS.fullmatch(told))


def _moment(told: object, field: str) -> datetime:
    if type(told) is not int or not 0 < told < 2**32:
        raise Refused("card.wrong_form", field=field)
    return datetime.fromtimestamp(told, UTC)
