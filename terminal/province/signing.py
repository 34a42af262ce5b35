"""The signatures of a message, behind one small door.

Gateway: the x-tif headers; x-tif-signature is the lower-case hex SHA-256 of timestamp +
secret + nonce + timestamp, with the timestamp in unix seconds (interface section 1).

Envelope (section 2.4): without `cainfo` and the payload, the remaining keys sorted by
ASCII and joined as key=value with &; SM2 over that, as hexadecimal r and s, in `cainfo`,
with signtype SM2. With enc_type SM4 the payload goes as the hexadecimal SM4 of its JSON;
the signed keys then do not cover it, so a region that wants proof of it wants TLS too.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from terminal.core.faults import Refused
from terminal.core.national_crypto import sm2_sign, sm2_verify, sm4_decrypt, sm4_encrypt

_NOT_SIGNED = frozenset({"cainfo", "input", "output"})


def gateway_headers(paasid: str, secret: str, unix_seconds: int) -> dict[str, str]:
    """Headers for one request. The nonce is new each time; the gateway refuses a second."""
    nonce = secrets.token_hex(16)
    stamp = str(unix_seconds)
    digest = hashlib.sha256(f"{stamp}{secret}{nonce}{stamp}".encode()).hexdigest()
    return {
        "x-tif-paasid": paasid,
        "x-tif-timestamp": stamp,
        "x-tif-nonce": nonce,
        "x-tif-signature": digest,
    }


def joined(envelope: Mapping[str, object]) -> bytes:
    """What is signed of an envelope; null is joined as an empty text."""
    return "&".join(
        f"{key}={'' if envelope[key] is None else envelope[key]}"
        for key in sorted(envelope)
        if key not in _NOT_SIGNED
    ).encode("utf-8")


@dataclass(frozen=True, slots=True)
class Seal:
    """The clinic's keys, and the province's where its answers are signed."""

    private_hex: str = field(repr=False)
    sm4_key: bytes | None = field(default=None, repr=False)
    province_public_hex: str = ""

    def put_on(self, envelope: Mapping[str, object]) -> dict[str, object]:
        """The envelope signed, its input encrypted where there is a key for that.

        Raises Refused `crypto.key_unusable`.
        """
        sealed = {**envelope, "signtype": "SM2"}
        if self.sm4_key is not None:
            plain = str(envelope["input"]).encode("utf-8")
            sealed |= {"enc_type": "SM4", "input": sm4_encrypt(self.sm4_key, plain).hex()}
        sealed["cainfo"] = sm2_sign(self.private_hex, joined(sealed))
        return sealed

    def holds(self, answer: Mapping[str, object]) -> bool:
        """Whether the province signed this answer; of one that signs none, always.

        Raises Refused `crypto.key_unusable`.
        """
        if not self.province_public_hex:
            return True
        return sm2_verify(self.province_public_hex, joined(answer), str(answer.get("cainfo") or ""))

    def opened(self, output: str) -> str:
        """An encrypted output as the JSON it is. Raises Refused `crypto.not_decryptable`."""
        try:
            return sm4_decrypt(self.sm4_key or b"", bytes.fromhex(output)).decode("utf-8")
        except ValueError:  # Neither hexadecimal nor, once opened, a text.
            raise Refused("crypto.not_decryptable", algorithm="SM4") from None
