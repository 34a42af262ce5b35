"""The secondary envelope of electronic prescriptions: sealed with SM4, signed with SM2.

Interface section 2.4: appId, encType, signType, timestamp, version, encData, signData. What
exactly is signed is not documented; here, as the envelope sorted: every other field as
name=value in ASCII order, joined with &. encData is hexadecimal and signData base64, as the
national hall's published scripts write them; either is read in either form.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from terminal.core.faults import Refused, Unavailable
from terminal.core.national_crypto import sm2_sign, sm2_verify, sm4_decrypt, sm4_encrypt
from terminal.province.envelope import compact

VERSION = "1.0.0"
_HEX = re.compile(r"([0-9a-fA-F]{2})+")


@dataclass(frozen=True, slots=True)
class RxSeal:
    """This clinic's name and keys at the platform of prescriptions, and the platform's."""

    app_id: str
    private_hex: str = field(repr=False)
    sm4_key: bytes = field(repr=False)
    platform_public_hex: str

    def put_on(self, business: Mapping[str, object], at: datetime) -> bytes:
        """The whole request. Raises Refused `crypto.key_unusable`."""
        data = sm4_encrypt(self.sm4_key, compact(dict(business)).encode("utf-8"))
        envelope = {
            "appId": self.app_id,
            "encData": data.hex().upper(),
            "encType": "SM4",
            "signType": "SM2",
            "timestamp": str(int(at.timestamp() * 1000)),
            "version": VERSION,
        }
        signature = bytes.fromhex(sm2_sign(self.private_hex, _joined(envelope)))
        signed = {**envelope, "signData": base64.b64encode(signature).decode("ascii")}
        return compact(signed).encode("utf-8")

    def opened(self, body: bytes) -> dict[str, Any]:
        """What an answer says. Raises Unavailable `prescription.unreadable` for what is no
        answer, Refused `prescription.not_genuine` for one that the platform did not sign,
        `prescription.refused` for its no."""
        answer = _object(body)
        signature = (_bytes(answer.get("signData")) or b"").hex()
        if not sm2_verify(self.platform_public_hex, _joined(answer), signature):
            raise Refused("prescription.not_genuine")
        if str(answer.get("code", "0")).strip() not in ("0", "200"):
            refused = Refused("prescription.refused", answered=str(answer["code"])[:10])
            refused.said = str(answer.get("message") or "")[:200]
            raise refused
        try:
            return _object(sm4_decrypt(self.sm4_key, _bytes(answer.get("encData")) or b""))
        except Refused:
            raise Unavailable("prescription.unreadable", reason="cannot be decrypted") from None


def _joined(envelope: Mapping[str, object]) -> bytes:
    return "&".join(
        f"{name}={'' if envelope[name] is None else envelope[name]}"
        for name in sorted(envelope)
        if name != "signData"
    ).encode("utf-8", "replace")


def _bytes(told: object) -> bytes | None:
    text = told if isinstance(told, str) else ""
    try:
        if _HEX.fullmatch(text):
            return bytes.fromhex(text)
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _object(text: bytes) -> dict[str, Any]:
    try:
        told = json.loads(text.decode("utf-8-sig"), parse_float=Decimal)
        # Half a character (\ud800) passes for text until somebody writes it down.
        json.dumps(told, ensure_ascii=False, default=str).encode("utf-8")
    except (ValueError, ArithmeticError, RecursionError):
        raise Unavailable("prescription.unreadable", reason="not JSON") from None
    if not isinstance(told, dict):
        raise Unavailable("prescription.unreadable", reason="not an object")
    return told
