"""The national algorithms SM2, SM3 and SM4, by GmSSL; the only user of its binding.

Which form is used follows GB/T 32905 (SM3), GB/T 32907 (SM4) and GB/T 32918 (SM2 on the
curve of its part 5, with SM3 and the default identity 1234567812345678, which is what
the platform's published scripts sign with); SM4 in Galois/counter mode follows RFC 8998.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

import gmssl_fast

from terminal.core.faults import Refused

SM4_KEY_BYTES = 16
GCM_NONCE_BYTES = 12
_GCM_TAG_BYTES = 16

_SIGNATURE = re.compile(r"[0-9a-fA-F]{128}")
_PRIVATE = re.compile(r"[0-9a-fA-F]{64}")
_PUBLIC = re.compile(r"(04)?[0-9a-fA-F]{128}")


@dataclass(frozen=True, slots=True)
class Sm2Key:
    """A pair of keys, as hexadecimal text."""

    private_hex: str = field(repr=False)
    """64 digits."""
    public_hex: str
    """130 digits: 04, x, y."""


def new_sm2_key() -> Sm2Key:
    """Make a key pair from the system's randomness."""
    made = gmssl_fast.SM2.generate()
    return Sm2Key(str(made.private_key_hex), str(made.public_key_hex))


def sm3(data: bytes) -> bytes:
    """The digest, 32 bytes."""
    return bytes(gmssl_fast.sm3(data))


def sm3_hmac(key: bytes, data: bytes) -> bytes:
    """The digest under a key, 32 bytes: one key made of another, or a name for a key."""
    return bytes(gmssl_fast.sm3_hmac(key, data))


def sm2_sign(private_hex: str, data: bytes) -> str:
    """Sign these bytes (they are digested here): r and s, 128 hexadecimal digits.

    No two signatures of the same bytes are equal. Raises Refused `crypto.key_unusable`.
    """
    if not _PRIVATE.fullmatch(private_hex):
        raise Refused("crypto.key_unusable", algorithm="SM2", rule="64 hexadecimal digits")
    try:
        return bytes(_signer(private_hex).sign(data)).hex()
    except ValueError:
        raise Refused("crypto.key_unusable", algorithm="SM2", rule="not in range") from None


def sm2_verify(public_hex: str, data: bytes, signature: str) -> bool:
    """Whether this key's owner signed these bytes.

    A signature of any other form is simply not theirs. Raises Refused
    `crypto.key_unusable` for a key that is no point of the curve.
    """
    if not _PUBLIC.fullmatch(public_hex):
        raise Refused("crypto.key_unusable", algorithm="SM2", rule="128 or 130 hexadecimal digits")
    try:
        owner = _verifier(public_hex)
    except ValueError:
        raise Refused("crypto.key_unusable", algorithm="SM2", rule="not on the curve") from None
    if not _SIGNATURE.fullmatch(signature):
        return False
    try:
        return bool(owner.verify(data, bytes.fromhex(signature)))
    except ValueError:
        return False


def sm2_encrypt(public_hex: str, data: bytes) -> bytes:
    """Seal a few bytes (1 to 255, a key) for whoever has the private half.

    GB/T 32918.4 with the order of GB/T 32918.4-2016: C1 (x, y: 64 bytes without the leading
    04), C3 (32 bytes, SM3), C2 (as long as the data). Raises Refused `crypto.key_unusable`.
    """
    if not _PUBLIC.fullmatch(public_hex):
        raise Refused("crypto.key_unusable", algorithm="SM2", rule="128 or 130 hexadecimal digits")
    try:
        return bytes(_verifier(public_hex).encrypt(data))
    except ValueError:
        raise Refused("crypto.key_unusable", algorithm="SM2", rule="not on the curve") from None


def sm2_decrypt(private_hex: str, sealed: bytes) -> bytes:
    """Undo `sm2_encrypt`. Raises Refused `crypto.key_unusable`, `crypto.not_decryptable`."""
    if not _PRIVATE.fullmatch(private_hex):
        raise Refused("crypto.key_unusable", algorithm="SM2", rule="64 hexadecimal digits")
    try:
        return bytes(_signer(private_hex).decrypt(sealed))
    except (ValueError, gmssl_fast.GmsslError):
        raise Refused("crypto.not_decryptable", algorithm="SM2") from None


def sm4_encrypt(key: bytes, data: bytes) -> bytes:
    """Encrypt with 16 bytes of key: ECB, filled up as PKCS#7 says.

    ECB, because it is what the platform's published scripts use: the message is wrapped
    in TLS besides, and equal blocks show no more than a JSON's own braces.
    """
    return bytes(_sm4(key).encrypt(data))


def sm4_decrypt(key: bytes, data: bytes) -> bytes:
    """Undo `sm4_encrypt`. Raises Refused `crypto.not_decryptable`.

    There is no proof in it that nobody changed the bytes: that is the signature's work.
    """
    cipher = _sm4(key)
    try:
        return bytes(cipher.decrypt(data))
    except ValueError:
        raise Refused("crypto.not_decryptable", algorithm="SM4") from None


def sm4_gcm_seal(key: bytes, nonce: bytes, data: bytes, bound_to: bytes) -> bytes:
    """Encrypt with 16 bytes of key so that a change shows: nonce, ciphertext, tag in a row.

    `nonce`: 12 random bytes, never twice under one key. `bound_to` is not in the result
    and must be given again to open it.
    """
    cipher = _sm4_gcm(key, nonce)
    ciphertext, tag = cipher.encrypt(data, bound_to)
    return nonce + bytes(ciphertext) + bytes(tag)


def sm4_gcm_open(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Undo `sm4_gcm_seal`. Raises Refused `crypto.not_decryptable`.

    Also for another key, and for bytes that were bound to something else.
    """
    nonce, rest = sealed[:GCM_NONCE_BYTES], sealed[GCM_NONCE_BYTES:]
    ciphertext, tag = rest[:-_GCM_TAG_BYTES], rest[-_GCM_TAG_BYTES:]
    if len(tag) < _GCM_TAG_BYTES:
        raise Refused("crypto.not_decryptable", algorithm="SM4-GCM")
    try:
        return bytes(_sm4_gcm(key, nonce).decrypt(ciphertext, tag, bound_to))
    except (ValueError, gmssl_fast.GmsslError):
        raise Refused("crypto.not_decryptable", algorithm="SM4-GCM") from None


@lru_cache(maxsize=8)
def _signer(private_hex: str) -> gmssl_fast.SM2:
    """Kept, because reading a key takes three times as long as signing with it."""
    return gmssl_fast.SM2(private_key=private_hex)


@lru_cache(maxsize=8)
def _verifier(public_hex: str) -> gmssl_fast.SM2:
    """Raises ValueError for a key that is no point of the curve."""
    owner = gmssl_fast.SM2(public_key=public_hex)
    # A key is read at its first use; here, so that a bad key is no bad signature.
    owner.encrypt(b"?")
    return owner


def _sm4(key: bytes) -> gmssl_fast.SM4:
    if len(key) != SM4_KEY_BYTES:
        raise Refused("crypto.key_unusable", algorithm="SM4", rule="16 bytes")
    return gmssl_fast.SM4(key, "ecb")


def _sm4_gcm(key: bytes, nonce: bytes) -> gmssl_fast.SM4GCM:
    if len(key) != SM4_KEY_BYTES:
        raise Refused("crypto.key_unusable", algorithm="SM4-GCM", rule="16 bytes")
    if len(nonce) != GCM_NONCE_BYTES:
        raise Refused("crypto.key_unusable", algorithm="SM4-GCM", rule="12 bytes of nonce")
    return gmssl_fast.SM4GCM(key, nonce)
