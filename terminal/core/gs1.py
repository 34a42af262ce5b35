"""GS1 codes as printed on boxes, mostly imported ones: product (01) and serial (21).

A variable field ends at a separator (GS) unless it is the last. Many scanners drop the
separator, and then a parser reads the next field as part of the serial without any
complaint. So a serial is believed only when its end is certain; a doubtful one is
refused as a fault of the scanner's set-up, because a wrong serial claims a wrong box.
"""

from __future__ import annotations

import re
from calendar import monthrange
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
_BRACKET = re.compile(r"\(([0-9]{2,4})\) *([^()]+?) *(?=\(|$)")
"""Blanks between printed fields are no part of them: GS1 has no blank in its characters."""
_SWALLOWED_DATE = re.compile(
    rf".+(1[17][0-9]{{2}}|1[2356][23][0-9]){_MONTH}{_DAY}"
    r"(?:(?:1[0-7]|2[0-4]|3[0-7]|7[0-9]|9[0-9]).*)?"
)
"""A serial that runs on into a date and what follows it: 11 (made) and 17 (expires) of any
year, the rarer 12, 13, 15 and 16 of these decades only."""
_SWALLOWED_BATCH = re.compile(
    rf".+?10(?=[^\x1d]*[A-Za-z]|(?:20)?(?:1[5-9]|[23][0-9]){_MONTH}[0-9]{{0,6}}$).+"
)
"""A serial that runs on into 10 and a batch: one with a letter, or one that is a date."""
_BATCH_FOLLOWS = re.compile(r"10(?=[0-9]{4,}$)")
_SERIAL_MIN = 3
_LETTERS_ALONE_MAX = 5
"""Characters. So few letters without a digit are no serial: of SER1000001 the 10 is its own."""
_SWALLOWED_SERIAL = re.compile(rf".+21(?!{_MONTH}{_DAY}?[0-9]{{0,2}}$).+")
"""A batch that runs on into 21 and a serial, and is not just a batch of the year 21."""
_BATCH_ALONE = re.compile(r"[0-9]{1,8}|[A-Za-z]{1,4}21[0-9]{0,5}")
"""Digits as short as these, or a batch of the year 21 after a few letters, are a batch only."""
_SWALLOWED_PRODUCT = re.compile(r"(?:10|21).+?01([0-9]{14})")
"""A serial or a batch in the first place that runs on into the product."""
_DATE = re.compile(rf"([0-9]{{2}})({_MONTH})([0-9]{{2}})")


@dataclass(frozen=True, slots=True)
class Gs1Item:
    """One box: its product's GTIN as 14 digits, and its own serial, up to 20 characters."""

    gtin: str
    serial: str = field(repr=False)
    expires_on: str | None = None
    """yyyy-MM-dd, of a date that there is; a day 00 is the month's last (GS1 17)."""
    batch: str | None = None


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
    if not products:
        return _product_swallowed([field.ai.ai + field.value for field in fields])
    good = [field for field in products if field.gtin is not None and int(field.value)]
    if products[0] not in good:
        return None
    if len(products) == len(good) > 1:
        return Gs1Trouble.GLUED
    # Before the serials are counted: one that lost its end may hold a second one by chance.
    if any(field.ai.separator_required for part in parts for field in part[:-1]):
        return Gs1Trouble.SEPARATOR_LOST
    if products != good:
        return None
    if len(serials) > 1:
        return Gs1Trouble.GLUED
    separated = len(parts) > 1  # This scanner does send separators, so ends are certain.
    if not serials:
        last = fields[-1]
        lost = not separated and last.ai.separator_required and _holds_serial(last.value)
        return Gs1Trouble.SEPARATOR_LOST if lost else Gs1Trouble.PRODUCT_ONLY
    if not separated and _runs_on(serials[0], {field.ai.ai for field in fields}):
        return Gs1Trouble.SEPARATOR_LOST
    told = {field.ai.ai: field.value for field in fields}
    expires_on = _expiry(told.get("17", ""))
    return Gs1Item(products[0].value.zfill(14), serials[0], expires_on, told.get("10") or None)


def _expiry(yymmdd: str) -> str | None:
    """The day that a printed date means; None for one that is none. No drug expired before 2000."""
    date = _DATE.fullmatch(yymmdd)
    if date is None:
        return None
    year, month, day = 2000 + int(date[1]), int(date[2]), int(date[3])
    last = monthrange(year, month)[1]
    return f"{year}-{month:02}-{day or last:02}" if day <= last else None


def _product_swallowed(fields: list[str]) -> Gs1Trouble | None:
    """Tell whether a field that came first has swallowed the product.

    Only where there are letters: digits alone may as well be a payment code, or another
    maker's code.
    """
    for text in fields:
        found = None if text.isdigit() else _SWALLOWED_PRODUCT.match(text)
        if found is not None and check_digit_ok(found[1]):
            return Gs1Trouble.SEPARATOR_LOST
    return None


def _unparsed(parts: list[str]) -> Gs1Trouble | None:
    """Say what is wrong with text that begins with a product and then makes no sense."""
    head = _PRODUCT.match(parts[0])
    if head is None:
        return _product_swallowed(parts)
    if not check_digit_ok(head[1]):
        return None
    if sum(part.count(head[0]) for part in parts) > 1:
        return Gs1Trouble.GLUED
    if len(parts) == 1 and "21" in parts[0][head.end() :]:
        return Gs1Trouble.SEPARATOR_LOST
    return None


def _holds_serial(batch: str) -> bool:
    return not _BATCH_ALONE.fullmatch(batch) and bool(_SWALLOWED_SERIAL.fullmatch(batch))


def _runs_on(serial: str, present: set[str]) -> bool:
    """Tell whether a serial seems to hold the fields that should have followed it."""
    date = _SWALLOWED_DATE.fullmatch(serial)
    if date and date[1][:2] not in present:
        return True
    if "10" in present:
        return False
    if _SWALLOWED_BATCH.fullmatch(serial):
        return True
    return (not serial.isdigit() or bool(present & {"11", "17"})) and _swallowed_digits(serial)


def _swallowed_digits(serial: str) -> bool:
    """Tell whether a serial could run on into 10 and a batch of digits only.

    Every tenth serial of digits looks so by chance; it is doubted only where a date is printed
    too, for a box with its date has its batch as well. After letters it is hardly chance.
    """
    heads = [serial[: found.start()] for found in _BATCH_FOLLOWS.finditer(serial)]
    return any(
        len(head) > _LETTERS_ALONE_MAX
        or (len(head) >= _SERIAL_MIN and any(sign.isdigit() for sign in head))
        for head in heads
    )
