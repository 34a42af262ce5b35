"""The secondary envelope of the electronic prescriptions, as this sandbox speaks it.

appId, encType SM4, signType SM2, timestamp (milliseconds), version, encData (the business
JSON sealed with SM4, hexadecimal) and signData: SM2, as base64, over the other fields sorted
by name in ASCII order, written name=value and joined with &. What exactly a province signs
is not documented; this is one reading.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from drivers.simulated.province import wire
from drivers.simulated.province.rejection import Rejection
from drivers.simulated.province.wire import Json
from terminal.core.faults import Refused
from terminal.core.national_crypto import (
    new_sm2_key,
    sm2_sign,
    sm2_verify,
    sm4_decrypt,
    sm4_encrypt,
)

APP_ID = "demo-clinic"
CLINIC_PUBLIC_KEY = (
    "046b79dd26a12c7e8d0173c12b7e4228a9b1c0a63e77e43b2e7d5422650a0176"
    "17b8543de28a759289dabef1e71a7f763bb4b4dc13e4c3a53047ca52dbd3c09749"
)
CLINIC_PRIVATE_KEY = "b2ed08ec7e97e6dcde0fe08b05a48297e2248fca922288922a479472a38699e4"
PLATFORM_PUBLIC_KEY = (
    "046f41c8a0677353dc1939fbbe0d77d3503f1d97ef4a439c3e853ff822653aec"
    "d5fb51bcd5310871ff7a6046a82fc0f6fe43ceabf04a7ec4769dbb96f22e785a26"
)
_PLATFORM_PRIVATE_KEY = "9876d065ed1c48f1853eb651acb5d5947376be3c18c0de82dd3dabfdc82020b8"
SM4_KEY = "00112233445566778899aabbccddeeff"
"""Keys of the demo. They guard nothing but a sandbox."""

_WINDOW_MS = 300_000
"""How far a request's timestamp may lie from this clock."""
_NAMES = {"appId", "encType", "signType", "timestamp", "version", "encData", "signData"}


def opened(body: object, now_ms: int) -> dict[str, object]:
    """The business JSON of a request. Raises Rejection unless its sender signed it."""
    if not isinstance(body, dict) or set(body) != _NAMES:
        raise Rejection("报文字段不正确", "rxenv_1")
    if not all(isinstance(each, str) for each in body.values()):
        raise Rejection("报文字段应为文本", "rxenv_2")
    if (body["encType"], body["signType"], body["appId"]) != ("SM4", "SM2", APP_ID):
        raise Rejection("appId或算法不正确", "rxenv_3")
    stamp = body["timestamp"]
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) == 13):
        raise Rejection("timestamp格式错误", "rxenv_4")
    if abs(int(stamp) - now_ms) > _WINDOW_MS:
        raise Rejection("timestamp超出允许范围", "rxenv_4")
    if not sm2_verify(CLINIC_PUBLIC_KEY, _signed(body), _signature(body["signData"])):
        raise Rejection("签名验证失败", "rxenv_5")
    try:
        text = sm4_decrypt(bytes.fromhex(SM4_KEY), bytes.fromhex(body["encData"]))
        told = wire.read(text.decode("utf-8"))
    except (Refused, ValueError):
        raise Rejection("encData解密失败", "rxenv_6") from None
    if not isinstance(told, dict):
        raise Rejection("encData格式错误", "rxenv_6")
    return told


def sealed(
    business: Json, now_ms: int, *, code: int, message: str, forged: bool
) -> dict[str, Json]:
    """An answer; `forged`: signed by a key that is not this platform's."""
    data = wire.write(business).encode("utf-8", "replace")
    answer: dict[str, Json] = {
        "appId": APP_ID,
        "code": code,
        "encData": sm4_encrypt(bytes.fromhex(SM4_KEY), data).hex().upper(),
        "encType": "SM4",
        "message": message,
        "signType": "SM2",
        "timestamp": str(now_ms),
        "version": "1.0.0",
    }
    key = new_sm2_key().private_hex if forged else _PLATFORM_PRIVATE_KEY
    signature = bytes.fromhex(sm2_sign(key, _signed(answer)))
    return {**answer, "signData": base64.b64encode(signature).decode("ascii")}


def _signed(body: Mapping[str, object]) -> bytes:
    named = sorted(name for name in body if name != "signData")
    return "&".join(f"{name}={body[name]}" for name in named).encode("utf-8", "replace")


def _signature(sent: str) -> str:
    """r and s as hexadecimal text, "" for what is no signature."""
    try:
        return base64.b64decode(sent, validate=True).hex()
    except (binascii.Error, ValueError):
        return ""
