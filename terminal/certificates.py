"""The terminal's certificate: the only user of X.509, here and in the simulated county.

P-256, because TLS stacks, caches and object stores speak it; what a record is signed with
stays SM2 (docs/decisions/016). The key is made here and handed to the vault; what leaves is
a signing request.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from terminal.core.faults import Refused
from terminal.core.moments import minute

PEM_BYTES_MAX = 16 * 1024


@dataclass(frozen=True, slots=True)
class CertificateTold:
    """What is said of a certificate that was judged."""

    serial: str
    """Hexadecimal."""
    expires: datetime


def new_tls_key() -> bytes:
    """A new P-256 key: PKCS#8, DER."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def is_tls_key(key: bytes) -> bool:
    """Whether these bytes are such a key."""
    try:
        _private(key)
    except Refused:
        return False
    return True


def is_of(certificate: bytes, key: bytes) -> bool:
    """Whether this certificate (PEM) is of this key. Raises Refused `certificate.wrong_form`."""
    return _certificate(certificate).public_key() == _private(key).public_key()


def signing_request(key: bytes, clinic: str, device: str) -> bytes:
    """PKCS#10 (PEM) for this clinic; `device`: a digest that tells its terminals apart."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, clinic),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, device[:32]),
        ]
    )
    asked = x509.CertificateSigningRequestBuilder().subject_name(name)
    return asked.sign(_private(key), hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def judge_certificate(
    pem: bytes, authority: bytes, key: bytes, clinic: str, now: datetime
) -> CertificateTold:
    """Whether it is the county's, for this key and clinic, and in force now.

    Raises Refused `certificate.wrong_form`, `certificate.not_from_county`,
    `certificate.other_key`, `certificate.other_clinic`, `certificate.not_yet`,
    `certificate.expired`.
    """
    mine, theirs = _certificate(pem), _certificate(authority)
    try:
        mine.verify_directly_issued_by(theirs)
    except (ValueError, TypeError, InvalidSignature):
        raise Refused("certificate.not_from_county") from None
    if mine.public_key() != _private(key).public_key():
        raise Refused("certificate.other_key")
    names = [each.value for each in mine.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if names != [clinic]:
        raise Refused("certificate.other_clinic")
    if now < mine.not_valid_before_utc:
        raise Refused("certificate.not_yet", valid_from=minute(mine.not_valid_before_utc))
    if now >= mine.not_valid_after_utc:
        raise Refused("certificate.expired", expires=minute(mine.not_valid_after_utc))
    return CertificateTold(f"{mine.serial_number:x}", mine.not_valid_after_utc)


def told_of(pem: bytes) -> CertificateTold:
    """Serial and end of a certificate that was judged before. Raises Refused
    `certificate.wrong_form`."""
    held = _certificate(pem)
    return CertificateTold(f"{held.serial_number:x}", held.not_valid_after_utc)


def chain_pem(certificate: bytes, key: bytes) -> bytes:
    """Both, as a TLS library reads them. Never for a file on a disk."""
    return certificate + _private(key).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _private(key: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        read = serialization.load_der_private_key(key, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Refused("certificate.wrong_form", file="key") from None
    if not isinstance(read, ec.EllipticCurvePrivateKey) or read.curve.name != "secp256r1":
        raise Refused("certificate.wrong_form", file="key")
    return read


def _certificate(pem: bytes) -> x509.Certificate:
    if len(pem) > PEM_BYTES_MAX:
        raise Refused("certificate.wrong_form", file="size")
    try:
        return x509.load_pem_x509_certificate(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise Refused("certificate.wrong_form", file="certificate") from None
