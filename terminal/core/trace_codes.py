"""What a scan is: one box's trace code, or which of many mistakes.

Half of what a scanner reads at a counter is no trace code. The first row that fits
wins, and the order matters: a payment code or a shipping label may have 20 digits like
a trace code, an identity number may begin like a payment code, and a cut code may have
13 digits like a commodity code.

Identity cards, payment codes and insurance vouchers are recognised so that nothing of
them is kept: a Scan holds the digits of an accepted code, or of another maker's code
waiting for confirmation, and of nothing else. Its repr never holds a serial.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from terminal.core.faults import Refused
from terminal.core.gs1 import Gs1Item, Gs1Trouble, check_digit_ok, read_gs1
from terminal.core.people import check_id_number

SCAN_BYTES_MAX = 4096
"""More than a QR code of text holds (2,953); beyond it nothing is looked at."""

ACKNOWLEDGEMENT = bytes.fromhex("02000001003331")
"""Grow GM65 modules answer a trigger with this, in the same stream as the code."""

PREFIX_DIGITS = 7
"""The product's part of a 20-digit code; the other 13 are serial and secret check digits."""

# Framing is about the line, never about the code. GS is not among it: it ends fields.
_FRAMING = b"\x00\x02\x03\r\n\t "
_INTERRUPTED = b"\x02"
_AIM_IDENTIFIER = re.compile(rb"\][A-Za-z][0-9A-Za-z]")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Begins a list that was saved on Windows."""

_NOTHING = re.compile(r"[\x1d\s]*|NR|NO[ _-]?READ", re.IGNORECASE)
_TRACE_CODE = re.compile(r"8[0-9]{19}")
_GLUED = re.compile(r"8[0-9]{19}(?:[\x00\x02\x03\t \x1d]*8[0-9]{19})+")
_AIM_BETWEEN = re.compile(r"[\x00\x02\x03\t ]*\][A-Za-z][0-9A-Za-z]")
"""Frames glued with their identifiers on. No accepted code has a bracket of this form."""
_TRACE_DIGITS = 20
_GLUED_CHARACTERS_MAX = 400
"""Two of the longest codes there are; what is longer is no two boxes."""
_BETWEEN = "\x00\x02\x03\t \x1d"
_GARBLED = re.compile(r"[\x00-\x03\x05-\x08\x0b\x0c\x0e-\x1b\x7f]")
_IDENTITY_NUMBER = re.compile(r"[0-9]{6}(?:19|20)[0-9]{9}[0-9Xx]")
_SSCC = re.compile(r"(?:\(00\) ?|00)([0-9]{18})(?:[\x1d(].*| \(.*|02[0-9]{14}.*)?", re.DOTALL)
_CONTENTS = re.compile(r"(?:\(02\) ?|02)([0-9]{14})[\x1d ]?(?:\(37\) ?|37)[0-9]{1,8}")
_CHINESE_ENCODING = "gb18030"
"""GBK and the characters that came after it; names of people and villages have them."""
_CHINESE_IN_TWO_BYTES = "\u0600"
"""Below it UTF-8 has two bytes, which may as well be one Chinese character of GBK; and in a
clinic it is: a few characters of GBK are good UTF-8 now and then, for letters nobody prints."""
_CHINESE = re.compile(r"[\u3400-\u9fff]")


class Kind(StrEnum):
    """What was scanned; only the first two are accepted at once."""

    TRACE_CODE = "trace_code"
    GS1 = "gs1"
    OTHER_MAKER = "other_maker"
    NOISE = "noise"
    GLUED = "glued"
    CUT = "cut"
    PRODUCT_ONLY = "product_only"
    SEPARATOR_LOST = "separator_lost"
    SHIPPING_LABEL = "shipping_label"
    COMMODITY_CODE = "commodity_code"
    STANDARD_CODE = "standard_code"
    CARTON = "carton"
    IDENTITY_CARD = "identity_card"
    PAYMENT_CODE = "payment_code"
    INSURANCE_VOUCHER = "insurance_voucher"
    INSURANCE_DRUG_CODE = "insurance_drug_code"
    URL = "url"
    TEXT = "text"
    UNKNOWN = "unknown"


SECRET_KINDS = frozenset({Kind.IDENTITY_CARD, Kind.PAYMENT_CODE, Kind.INSURANCE_VOUCHER})
"""Kinds of which nothing may be logged, stored or shown."""


@dataclass(frozen=True, slots=True, repr=False)
class Scan:
    """What a scan is, and of an acceptable one its parts."""

    kind: Kind
    code: str | None = None
    """The form to store and compare: 20 digits, or 01+GTIN+21+serial. Also set for another
    maker's code, which the doctor must confirm."""
    product_prefix: str | None = None
    """Seven digits, or for GS1 the GTIN as 14."""
    serial: str | None = None
    """Thirteen digits, or for GS1 up to 20 characters."""
    raw: bytes = b""
    """The bytes as scanned, where a code is kept: which form of a GS1 code the platform
    wants differs by region."""
    expires_on: str | None = None
    """Expiry printed in a GS1 code, yyyy-MM-dd."""
    batch: str | None = None
    """Lot printed in a GS1 code, up to 20 characters."""

    @property
    def accepted(self) -> bool:
        return self.kind in {Kind.TRACE_CODE, Kind.GS1}

    @property
    def shown(self) -> str:
        """For the screen, as the box prints it: `8385793 0000879766660`; or empty."""
        if self.kind is Kind.GS1:
            return f"(01){self.product_prefix} (21){self.serial}"
        if self.kind is Kind.TRACE_CODE:
            return f"{self.product_prefix} {self.serial}"
        return self.code or ""

    @property
    def masked(self) -> str:
        """For the log: the product's part only, `8385793 *`; or empty."""
        return f"{self.product_prefix} *" if self.product_prefix else ""

    def __repr__(self) -> str:
        return f"<Scan {self.kind} {self.masked}".rstrip() + ">"


def classify(raw: bytes) -> Scan:
    """Say what these bytes are; any bytes have an answer.

    CR, LF, NUL, STX, ETX, blanks at the ends, module acknowledgements and the AIM
    identifier are taken off; GS stays where it is. Blanks within a code are damage.
    """
    text = _text(raw)
    if text is None:
        return Scan(Kind.UNKNOWN)
    if _NOTHING.fullmatch(text):
        return Scan(Kind.NOISE)
    if _TRACE_CODE.fullmatch(text):
        prefix, serial = text[:PREFIX_DIGITS], text[PREFIX_DIGITS:]
        return Scan(Kind.TRACE_CODE, code=text, product_prefix=prefix, serial=serial, raw=raw)
    if _GLUED.fullmatch(text) or _glued_otherwise(text):
        return Scan(Kind.GLUED)
    if _GARBLED.search(text):
        return Scan(Kind.UNKNOWN)
    match read_gs1(text):
        case Gs1Item(gtin, serial, expires_on, batch):
            code = f"01{gtin}21{serial}"
            return Scan(Kind.GS1, code, gtin, serial, raw, expires_on, batch)
        case Gs1Trouble() as trouble:
            return Scan(_TROUBLES[trouble])
        case None:
            return _mistake(text, raw)


_TROUBLES = {
    Gs1Trouble.PRODUCT_ONLY: Kind.PRODUCT_ONLY,
    Gs1Trouble.SEPARATOR_LOST: Kind.SEPARATOR_LOST,
    Gs1Trouble.GLUED: Kind.GLUED,
}


def _text(raw: bytes) -> str | None:
    """The characters without framing; None where there are too many, or they are none."""
    if len(raw) > SCAN_BYTES_MAX:
        return None
    # What it interrupts must not close up: two halves around it are no code.
    body = raw.replace(ACKNOWLEDGEMENT, _INTERRUPTED).strip(_FRAMING)
    body = body.removeprefix(_BYTE_ORDER_MARK)
    body = body[aim.end() :].strip(_FRAMING) if (aim := _AIM_IDENTIFIER.match(body)) else body
    text = _decoded(body, "utf-8")
    if text is None or (not text.isascii() and max(text) < _CHINESE_IN_TWO_BYTES):
        return _decoded(body, _CHINESE_ENCODING) or text
    return text


def _decoded(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == _CHINESE_ENCODING and error.reason.startswith("incomplete"):
            return body.decode(encoding, "replace")  # Cut within its last character.
    return None


def _glued_otherwise(text: str) -> bool:
    """Two frames in one, of which one at least is a good code of either kind."""
    if len(text) > _GLUED_CHARACTERS_MAX:
        return False
    first, after = text[:_TRACE_DIGITS], text[_TRACE_DIGITS:].lstrip(_BETWEEN)
    before, last = text[:-_TRACE_DIGITS], text[-_TRACE_DIGITS:]
    return (
        (_is_box(first) and _is_gs1(after))
        # With nothing between, twenty digits may as well be the end of what lost its separator.
        or (_is_box(last) and before[-1:] in _BETWEEN and _is_gs1(before.rstrip(_BETWEEN)))
        or ("]" in text and _glued_by_identifiers(text))
    )


def _glued_by_identifiers(text: str) -> bool:
    parts = _AIM_BETWEEN.split(text)
    return len(parts) > 1 and all(parts) and any(_is_box(each) or _is_gs1(each) for each in parts)


def _is_box(text: str) -> bool:
    return _TRACE_CODE.fullmatch(text) is not None


def _is_gs1(text: str) -> bool:
    return isinstance(read_gs1(text), Gs1Item)


def _mistake(text: str, raw: bytes) -> Scan:
    kind = next((kind for kind, fits in _MISTAKES if fits(text)), Kind.UNKNOWN)
    if kind is Kind.OTHER_MAKER:
        return Scan(kind, code=text, raw=raw)
    return Scan(kind)


def _is_shipping_label(text: str) -> bool:
    """An SSCC, alone or before other fields; or what lies in a case, and how many of it."""
    found = _SSCC.fullmatch(text) or _CONTENTS.fullmatch(text)
    return found is not None and check_digit_ok(found[1])


def _is_commodity_code(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{8}|[0-9]{12,13}", text)) and check_digit_ok(text)


def _is_carton(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{14}", text)) and check_digit_ok(text)


def _is_identity_number(text: str) -> bool:
    if _IDENTITY_NUMBER.fullmatch(text) is None:
        return False
    try:
        check_id_number(text)
    except Refused:
        return False
    return True


def _is_text(text: str) -> bool:
    return (
        text[0] in "{[<"
        or text.startswith("BEGIN:")
        or "|" in text
        or "^" in text
        or _CHINESE.search(text) is not None
    )


def _like(pattern: str) -> Callable[[str], bool]:
    whole = re.compile(pattern)
    return lambda text: whole.fullmatch(text) is not None


_TOP_LEVEL = "com|cn|net|org|gov|edu|info|io|cc|me|top|vip|xyz|shop"
"""Ends of host names that are printed without http before them."""

_MISTAKES: tuple[tuple[Kind, Callable[[str], bool]], ...] = (
    (Kind.SHIPPING_LABEL, _is_shipping_label),
    # Before the cut codes: an EAN may begin with 8.
    (Kind.COMMODITY_CODE, _is_commodity_code),
    (Kind.STANDARD_CODE, _like(r"869[0-9]{11}")),
    (Kind.CARTON, _is_carton),
    # Before the payment codes: identity numbers of northern provinces begin with 11 to 15.
    (Kind.IDENTITY_CARD, _is_identity_number),
    (Kind.PAYMENT_CODE, _like(r"1[0-5][0-9]{16}")),  # WeChat
    (Kind.PAYMENT_CODE, _like(r"62[0-9]{17}")),  # UnionPay
    # MA (ISO/IEC 15459) and OID forms; their rules were not found, so a person looks.
    (Kind.OTHER_MAKER, _like(r"MA\.[0-9]{3}\.[!-~]{1,92}")),
    (Kind.OTHER_MAKER, _like(r"(?:OID[:.]|urn:oid:)?1\.2\.156(?:\.[0-9]+){3,30}")),
    # Before another maker's 20 digits: a payment code must not wait to be confirmed.
    (Kind.PAYMENT_CODE, _like(r"(?:2[5-9]|30)[0-9]{14,22}")),  # Alipay
    (Kind.INSURANCE_VOUCHER, _like(r"[A-Za-z0-9+/=_-]{28}")),
    (Kind.INSURANCE_DRUG_CODE, _like(r"[XZxz][A-Za-z0-9]{19,22}")),
    (Kind.URL, _like(r"(?is)[a-z][a-z0-9+.-]{0,31}://.*|www\..*")),
    (
        Kind.URL,
        _like(
            r"(?is)(?:mailto|matmsg|tel|sms|smsto|mms|mmsto|sip|geo|wifi|mecard|weixin|wxp"
            r"|alipays|intent|market|urn|magnet|data|javascript):.*"
        ),
    ),
    (Kind.URL, _like(rf"(?is)(?:[a-z0-9-]+\.)+(?:{_TOP_LEVEL})(?:[/:?#].*)?")),
    (Kind.OTHER_MAKER, _like(r"[0-79][0-9]{19}")),
    (Kind.CUT, _like(r"8[0-9]{7,18}|8[0-9]{20,38}")),
    (Kind.TEXT, _is_text),
    (Kind.INSURANCE_VOUCHER, _like(r"[!-~]{28}")),
)
"""In this order; the first that fits is the answer."""
