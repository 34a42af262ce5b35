"""SM2 signatures over envelopes, and `input` sealed with SM4 (interface section 2.4).

What is signed: the envelope without cainfo and its content, the other fields sorted by
name in ASCII order, written as name=value and joined with &; an empty field counts.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping

from drivers.simulated.province.manner import Manner, Signing
from drivers.simulated.province.rejection import Rejection
from drivers.simulated.province.wire import Json
from terminal.core.faults import Refused
from terminal.core.national_crypto import sm2_sign, sm2_verify, sm4_decrypt

_CONTENT = {"cainfo", "input", "output"}
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")


def check(body: Mapping[str, object], manner: Manner) -> None:
    """Raises Rejection unless the clinic signed this envelope, where that is asked."""
    if manner.signing is Signing.NONE:
        return
    signature = body.get("cainfo")
    if not isinstance(signature, str) or not signature:
        raise Rejection("cainfo不能为空", "cacheck_1")
    if body.get("signtype") != "SM2":
        raise Rejection("signtype应为SM2", "cacheck_2")
    if not sm2_verify(manner.clinic_public_key, _signed(body), signature):
        raise Rejection("数字签名验证失败", "cacheck_3")


def opened(body: Mapping[str, object], manner: Manner) -> object:
    """`input` as it was before it was sealed. Raises Rejection when it cannot be opened."""
    sent = body.get("input")
    if manner.signing is not Signing.SM2_SM4:
        return sent
    if body.get("enc_type") != "SM4":
        raise Rejection("enc_type应为SM4", "cacheck_4")
    if not isinstance(sent, str):
        raise Rejection("input应为密文", "cacheck_5")
    try:
        return sm4_decrypt(bytes.fromhex(manner.sm4_key), _bytes(sent)).decode("utf-8")
    except (Refused, ValueError):
        raise Rejection("input解密失败", "cacheck_5") from None


def sign(answer: dict[str, Json], manner: Manner) -> dict[str, Json]:
    """The answer with this province's own signature, where it has a key."""
    if not manner.own_private_key:
        return answer
    whole = {**answer, "signtype": "SM2"}
    return {**whole, "cainfo": sm2_sign(manner.own_private_key, _signed(whole))}


def _signed(body: Mapping[str, object]) -> bytes:
    named = sorted(name for name in body if name not in _CONTENT)
    texts = (f"{name}={'' if body[name] is None else body[name]}" for name in named)
    return "&".join(texts).encode("utf-8", "replace")


def _bytes(sent: str) -> bytes:
    """Sealed bytes as hexadecimal digits, or else as base64."""
    if _HEX.fullmatch(sent):
        return bytes.fromhex(sent)
    return base64.b64decode(sent, validate=True)
