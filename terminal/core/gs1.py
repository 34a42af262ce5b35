"""GS1 codes as printed on boxes, mostly imported ones: product (01) and serial (21).

A variable field ends at a separator (GS) unless it is the last. Many scanners drop the
separator, and then a parser reads the next field as part of the serial without any
complaint. So a serial is believed only when its end is certain; a doubtful one is
refused as a fault of the scanner's set-up, because a wrong serial claims a wrong box.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto

from biip import ParseConfig, ParseError
from biip.checksums import gs1_standard_check_digit
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message

SEPARATOR = "\x1d"

# Makers print impossible dates; the identity of the box is 01 and 21 only.
_CONFIG = ParseConfig(gs1_element_strings_verify_date=False)

_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = r"(?:[0-2][0-9]|3[01])"
_PRODUCT = re.compile(r"01([0-9]{14})")
_BRACKETED = re.compile(r"(?:\([0-9]{2,4}\)[^()\x1d]+)+")
_BRACKET = re.compile(r"\(([0-9]{2,4})\)([^()]+)")
_SWALLOWED_DATE = re.compile(rf".+(1[17])[0-9]{{2}}{_MONTH}{_DAY}(?:1[017].*)?")
"""A serial that runs on into 11 (made) or 17 (expires) with a date, and what follows."""
_SWALLOWED_BATCH = re.compile(
    rf".+?10(?=[^\x1d]*[A-Za-z]|(?:20)?(?:1[5-9]|[23][0-9]){_MONTH}[0-9]{{0,6}}$).+"
)
"""A serial that runs on into 10 and a batch: one with a letter, or one that is a date."""
_SWALLOWED_DIGITS = re.compile(r".+10[0-9]{3,}")
"""The same with any digits for a batch. Every tenth numeric serial looks so by chance; it is
doubted only where a date is printed too, for a box with its date has its batch as well."""
_SWALLOWED_SERIAL = re.compile(rf".+21(?!{_MONTH}{_DAY}?[0-9]{{0,2}}$).+")
"""A batch that runs on into 21 and a serial, and is not just a batch of the year 21."""
_BATCH_OF_DIGITS = re.compile(r"[0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Gs1Item:
    """One box: its product's GTIN as 14 digits, and its own serial, up to 20 characters."""

    gtin: str
    serial: str = field(repr=False)


class Gs1Trouble(Enum):
    """GS1, but not one box's identity."""

    PRODUCT_ONLY = auto()
    SEPARATOR_LOST = auto()
    GLUED = auto()


def check_digit_ok(digits: str) -> bool:
    """Tell whether the last digit is the GS1 check digit (EAN, UPC, GTIN, SSCC)."""
    return gs1_standard_check_digit(digits[:-1]) == int(digits[-1])


def read_gs1(text: str) -> Gs1Item | Gs1Trouble | None:
    """Read an element string, its bracketed form or a Digital Link; None if it is none.

    The product's check digit must be right; text is without AIM identifier.
    """
    if not text.isascii() or "01" not in text:  # biip takes other scripts' digits for digits.
        return None
    if text[:4].lower() == "http":
        return _read_link(text)
    if _BRACKETED.fullmatch(text):
        parts = [ai + value for ai, value in _BRACKET.findall(text)]
    else:
        parts = [part for part in text.split(SEPARATOR) if part]
    if any(part != part.strip() for part in parts):  # biip would strip, and hide the damage.
        return None
    try:
        fields = [list(GS1Message.parse(part, config=_CONFIG).element_strings) for part in parts]
    except (ParseError, ValueError):
        return _unparsed(parts)
    return _judge(fields)


def _read_link(text: str) -> Gs1Item | Gs1Trouble | None:
    try:
        fields = GS1DigitalLinkURI.parse(text, config=_CONFIG).element_strings
    except (ParseError, ValueError):
        return None
    return _judge([[field] for field in fields])


def _judge(parts: list[list[GS1ElementString]]) -> Gs1Item | Gs1Trouble | None:
    """Decide on the fields found between separators."""
    fields = [field for part in parts for field in part]
    products = [field for field in fields if field.ai.ai == "01"]
    serials = [field.value for field in fields if field.ai.ai == "21" and field.value]
    if not products or any(field.gtin is None or not int(field.value) for field in products):
        return None
    if len(products) > 1 or len(serials) > 1:
        return Gs1Trouble.GLUED
    if any(field.ai.separator_required for part in parts for field in part[:-1]):
        return Gs1Trouble.SEPARATOR_LOST
    separated = len(parts) > 1  # This scanner does send separators, so ends are certain.
    if not serials:
        last = fields[-1]
        lost = not separated and last.ai.separator_required and _holds_serial(last.value)
        return Gs1Trouble.SEPARATOR_LOST if lost else Gs1Trouble.PRODUCT_ONLY
    if not separated and _runs_on(serials[0], {field.ai.ai for field in fields}):
        return Gs1Trouble.SEPARATOR_LOST
    return Gs1Item(products[0].value.zfill(14), serials[0])


def _unparsed(parts: list[str]) -> Gs1Trouble | None:
    """Say what is wrong with text that begins with a product and then makes no sense."""
    head = _PRODUCT.match(parts[0])
    if head is None or not check_digit_ok(head[1]):
        return None
    if sum(part.count(head[0]) for part in parts) > 1:
        return Gs1Trouble.GLUED
    if len(parts) == 1 and "21" in parts[0][head.end() :]:
        return Gs1Trouble.SEPARATOR_LOST
    return None


def _holds_serial(batch: str) -> bool:
    return not _BATCH_OF_DIGITS.fullmatch(batch) and bool(_SWALLOWED_SERIAL.fullmatch(batch))


def _runs_on(serial: str, present: set[str]) -> bool:
    """Tell whether a serial seems to hold the fields that should have followed it."""
    date = _SWALLOWED_DATE.fullmatch(serial)
    if date and date[1] not in present:
        return True
    if "10" in present:
        return False
    if _SWALLOWED_BATCH.fullmatch(serial):
        return True
    return bool(present & {"11", "17"} and _SWALLOWED_DIGITS.fullmatch(serial))
