"""Templates under a key of their own, apart from the names.

Each vector is sealed with SM4-GCM and bound to its row's key, so that no row's face can be
put in another's place. A row says the name of the key it is sealed under, which is a
digest and opens nothing. Rows of an earlier key, or of none, are sealed anew when the
store is opened with them.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from terminal.core.faults import Refused
from terminal.core.national_crypto import (
    GCM_NONCE_BYTES,
    SM4_KEY_BYTES,
    sm3_hmac,
    sm4_gcm_open,
    sm4_gcm_seal,
)
from terminal.store.database import Database

_NAME_DIGITS = 16


class TemplateSeal:
    """Seals under the newest key; opens what any of its keys has sealed."""

    def __init__(self, key: bytes, older: Sequence[bytes] = ()) -> None:
        """`key`: 16 bytes. Raises Refused `crypto.key_unusable`."""
        self.name = key_name(key)
        self._key = key
        self._keys = {key_name(each): each for each in (*older, key)}

    def seal(self, vector: bytes, template_key: str) -> bytes:
        """28 bytes longer than the vector."""
        nonce = secrets.token_bytes(GCM_NONCE_BYTES)
        return sm4_gcm_seal(self._key, nonce, vector, template_key.encode("utf-8"))

    def open(self, sealed: bytes, template_key: str, sealed_under: str | None) -> bytes | None:
        """The vector; None where no key of ours opens it, or its row is another's.

        `sealed_under`: the key's name in the row; None is a row of a version that sealed
        nothing.
        """
        if sealed_under is None:
            return sealed
        key = self._keys.get(sealed_under)
        if key is None:
            return None
        try:
            return sm4_gcm_open(key, sealed, template_key.encode("utf-8"))
        except Refused:
            return None


def derived_key(database_key: bytes) -> bytes:
    """The templates' key where none was made: 16 bytes that follow from the database's."""
    return sm3_hmac(database_key, b"template")[:SM4_KEY_BYTES]


def key_name(key: bytes) -> str:
    """What a row calls the key that sealed it: 16 hexadecimal digits of a digest."""
    return sm3_hmac(key, b"name").hex()[:_NAME_DIGITS]


def seal_anew(database: Database, seal: TemplateSeal) -> int:
    """Seal what is not under the newest key, all or nothing; returns how many that were.

    What no key opens stays as it is: its key may be found again.
    """
    waiting = database.rows(
        "SELECT template_key, vector, sealed_under FROM template WHERE sealed_under IS NOT ?",
        (seal.name,),
    )
    opened = [
        (seal.seal(vector, row["template_key"]), seal.name, row["template_key"])
        for row in waiting
        if (vector := seal.open(bytes(row["vector"]), row["template_key"], row["sealed_under"]))
        is not None
    ]
    if opened:
        with database.transaction() as db:
            db.executemany(
                "UPDATE template SET vector = ?, sealed_under = ? WHERE template_key = ?", opened
            )
    return len(opened)
