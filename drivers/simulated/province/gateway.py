"""The door of the province: the gateway's signature, and the shape of every answer.

x-tif-signature is the lower-case SHA-256 of timestamp + secret + nonce + timestamp. A
request outside the time window, or with a nonce seen before, is turned away with HTTP
401 before anybody reads it.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from drivers.simulated.province.call import CHINA
from drivers.simulated.province.wire import Json

NONCES_MAX = 200_000
"""Nonces remembered at once: more than a window of 300 s can bring from a county."""
_NONCE_CHARS_MAX = 128
_PROVINCE = "430000"
"""The receiver's area, with which its own message ids begin."""


class Turned(Exception):
    """Turned away at the door; the province never saw the request."""

    def __init__(self, reason: str, status: HTTPStatus = HTTPStatus.UNAUTHORIZED) -> None:
        super().__init__(reason)
        self.status = status
        self.body: Json = {"code": int(status), "message": reason}


class Gateway:
    """Checks signatures and remembers nonces for as long as their window is open."""

    def __init__(
        self, paasid: str, secret: str, window_s: int, *, nonces_max: int = NONCES_MAX
    ) -> None:
        self._paasid = paasid
        self._secret = secret
        self._window_s = window_s
        self._nonces_max = nonces_max
        self._lock = threading.Lock()
        self._nonces: dict[str, int] = {}
        """Nonce -> the timestamp it came with, oldest first."""

    def admit(self, headers: Mapping[str, str], now: datetime) -> None:
        """Raises Turned unless this is a fresh request signed with the secret."""
        stamp, nonce = headers.get("x-tif-timestamp", ""), headers.get("x-tif-nonce", "")
        if headers.get("x-tif-paasid", "") != self._paasid:
            raise Turned("paasid")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            raise Turned("timestamp")
        if abs(int(stamp) - int(now.timestamp())) > self._window_s:
            raise Turned("timestamp")
        if not nonce or len(nonce) > _NONCE_CHARS_MAX:
            raise Turned("nonce")
        text = f"{stamp}{self._secret}{nonce}{stamp}".encode("utf-8", "replace")
        expected = hashlib.sha256(text).hexdigest()
        given = headers.get("x-tif-signature", "").encode("utf-8", "replace")
        if not hmac.compare_digest(expected.encode(), given):
            raise Turned("signature")
        # Last, so that a forged request cannot use up somebody else's nonce.
        self._remember(nonce, int(stamp), int(now.timestamp()))

    def _remember(self, nonce: str, stamp: int, now_s: int) -> None:
        with self._lock:
            if nonce in self._nonces:
                raise Turned("nonce")
            if len(self._nonces) >= self._nonces_max:
                self._nonces = {
                    each: at
                    for each, at in self._nonces.items()
                    if abs(at - now_s) <= self._window_s
                }
            if len(self._nonces) >= self._nonces_max:
                raise Turned("too many requests", HTTPStatus.TOO_MANY_REQUESTS)
            self._nonces[nonce] = stamp


def answer(
    infcode: int,
    err_msg: str | None,
    output: Json,
    *,
    received: datetime,
    responded: datetime,
    serial: int,
) -> dict[str, Json]:
    """The envelope of an answer."""
    moment = received.astimezone(CHINA)
    return {
        "infcode": infcode,
        "inf_refmsgid": f"{_PROVINCE}{moment:%Y%m%d%H%M%S}{serial % 10**10:010d}",
        "refmsg_time": _stamp(received),
        "respond_time": _stamp(responded),
        "enctype": None,
        "signtype": None,
        "cainfo": None,
        "err_msg": err_msg,
        "warn_msg": None,
        "output": output,
    }


def _stamp(moment: datetime) -> str:
    """yyyyMMddHHmmssSSS, in the province's time."""
    return f"{moment.astimezone(CHINA):%Y%m%d%H%M%S%f}"[:17]
