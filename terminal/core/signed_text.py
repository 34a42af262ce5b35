"""A few facts in one line of text, signed: what fits a QR code, a typed line or one request.

    <prefix><base64url of: JSON in UTF-8, then r and s of the signature, 64 bytes>

SM2 with SM3 over the prefix and the JSON, so that a line of one kind is never one of another.
Only one spelling of a line is read: what was seen once is known again by its digest.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from terminal.core.national_crypto import sm2_verify, sm3

SIGNATURE_BYTES = 64
_SPELLING = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


class NotSignedError(ValueError):
    """No key that is believed signed it; nothing of it was read."""


class WrongFormError(ValueError):
    """Signed, or to be, and yet not what it should be."""


def signed_text(prefix: str, told: Mapping[str, object], sign: Callable[[bytes], str]) -> str:
    """The line; `sign` gives r and s as 128 hexadecimal digits."""
    body = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    signature = bytes.fromhex(sign(prefix.encode("ascii") + body))
    return prefix + base64.urlsafe_b64encode(body + signature).decode("ascii").rstrip("=")


def read_signed_text(prefix: str, text: str, keys: Sequence[str]) -> dict[str, Any]:
    """What it says. Raises NotSignedError, then WrongFormError."""
    body, signature = _parted(prefix, text)
    signed = prefix.encode("ascii") + body
    if not any(sm2_verify(key, signed, signature.hex()) for key in keys):
        raise NotSignedError
    return _told(body)


def read_own_signed_text(prefix: str, text: str, key_field: str) -> dict[str, Any]:
    """The same for a line that names the key that signed it, under `key_field`.

    It proves only that whoever sent it has that key. Raises as `read_signed_text`.
    """
    body, _ = _parted(prefix, text)
    try:
        key = _told(body).get(key_field)
    except WrongFormError:
        raise NotSignedError from None
    if not isinstance(key, str):
        raise NotSignedError
    return read_signed_text(prefix, text, [key])


def digest_of(text: str) -> str:
    """SM3 of a line, 64 hexadecimal digits."""
    return sm3(text.encode("utf-8")).hex()


def _parted(prefix: str, text: str) -> tuple[bytes, bytes]:
    spelt = text.removeprefix(prefix)
    if spelt == text or not _SPELLING.fullmatch(spelt):
        raise NotSignedError
    try:
        data = base64.b64decode(spelt + "=" * (-len(spelt) % 4), b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise NotSignedError from None
    one_spelling = base64.urlsafe_b64encode(data).decode("ascii").rstrip("=") == spelt
    if len(data) <= SIGNATURE_BYTES or not one_spelling:
        raise NotSignedError
    return data[:-SIGNATURE_BYTES], data[-SIGNATURE_BYTES:]


def _told(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise WrongFormError("not JSON") from None
    if not isinstance(told, dict):
        raise WrongFormError("no object")
    return told
