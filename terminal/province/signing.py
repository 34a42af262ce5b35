"""The gateway's signature (the x-tif headers), behind one small door.

x-tif-signature is the lower-case hex SHA-256 of timestamp + secret + nonce + timestamp,
with the timestamp in unix seconds.
"""

from __future__ import annotations

import hashlib
import secrets


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
