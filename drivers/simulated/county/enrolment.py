"""The county's enrolment, simulated: certificates, answers, renewals, erasures.

It keeps what it did in plain dictionaries that a test may read. It judges a request by its
own rules: the card's signature, the secret, the device that came first.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from terminal.core.county_files import CountyFile, CountyKind, first_lines
from terminal.core.enrolment_answer import (
    Answer,
    Erasure,
    Trial,
    answer_text,
    read_erasure,
    read_request,
)
from terminal.core.enrolment_card import EnrolmentCard, read_card
from terminal.core.faults import Fault, Refused
from terminal.core.national_crypto import Sm2Key, new_sm2_key, sm2_sign

PREFIX = "/enrol"
_YEAR = timedelta(days=365)
_TEXT = {"Content-Type": "text/plain; charset=us-ascii"}
_Reply = tuple[int, dict[str, str], bytes]


@dataclass(slots=True)
class Issued:
    """A card as the county remembers it."""

    card: EnrolmentCard
    text: str
    code: str
    settings: bytes
    """TOML that the clinic gets."""
    taken_by: str = ""
    """Public key of the device that came first."""
    revoked: bool = False


@dataclass
class CountyEnrolment:
    """The county's office. `handle`; which cards it knows, and what happened, is in its fields."""

    key: Sm2Key = field(default_factory=new_sm2_key)
    trial: Trial | None = None
    certificate_days: int = 365
    cards: dict[str, Issued] = field(default_factory=dict)
    """By serial."""
    erasures: list[Erasure] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    """Every line that a terminal sent, as it came."""

    def __post_init__(self) -> None:
        self._own = ec.generate_private_key(ec.SECP256R1())
        name = _name("sandbox county enrolment")
        begins = datetime(2020, 1, 1, tzinfo=UTC)
        self.authority = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._own.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(begins + 30 * _YEAR)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._own, hashes.SHA256())
        )

    @property
    def authority_pem(self) -> bytes:
        """Whose clients the county's server lets in."""
        return self.authority.public_bytes(serialization.Encoding.PEM)

    def sign(self, data: bytes) -> str:
        return sm2_sign(self.key.private_hex, data)

    def handle(self, method: str, path: str, body: bytes, client: str) -> _Reply:
        """One request; `client`: common name of the certificate that was shown, or empty."""
        if method == "GET" and path.startswith(f"{PREFIX}/cards/"):
            return self._card(path.rpartition("/")[2])
        try:
            if method == "POST" and path == PREFIX:
                return self._enrol(body.decode("ascii"))
            if method == "POST" and path == f"{PREFIX}/renew":
                return self._renew(body.decode("ascii"), client)
        except (Fault, UnicodeDecodeError, KeyError, TypeError, ValueError, UnsupportedAlgorithm):
            return _no("malformed")
        return 404, {}, b""

    def _card(self, code: str) -> _Reply:
        for issued in self.cards.values():
            if secrets.compare_digest(issued.code, code) and not issued.revoked:
                return 200, _TEXT, issued.text.encode("ascii")
        return 404, _TEXT, b"unknown"

    def _enrol(self, text: str) -> _Reply:
        self.requests.append(text)
        told = read_request(text)
        card = read_card(told["card"], [self.key.public_hex])
        issued = self.cards.get(card.serial)
        if issued is None or not secrets.compare_digest(issued.card.secret, card.secret):
            return _no("unknown")
        if issued.revoked:
            return _no("revoked")
        device = str(told["public_key"])
        if issued.taken_by not in {"", device}:
            return _no("used")
        if told.get("erasure"):
            self.erasures.append(read_erasure(told["erasure"])[0])
        certificate = self.certify(told["csr"].encode("ascii"), card.clinic)
        issued.taken_by = device
        answer = Answer(
            certificate, self.authority_pem, self._settings(issued), (self.key.public_hex,),
            self.trial,
        )  # fmt: skip
        return 200, _TEXT, answer_text(answer, text, self.sign).encode("ascii")

    def _renew(self, text: str, client: str) -> _Reply:
        self.requests.append(text)
        told = read_request(text)
        held = [each for each in self.cards.values() if each.taken_by == told["public_key"]]
        if not held or not client or held[-1].card.clinic != client:
            return _no("unknown")
        if held[-1].revoked:
            return _no("revoked")
        certificate = self.certify(told["csr"].encode("ascii"), client)
        answer = Answer(certificate, self.authority_pem, b"", (), None)
        return 200, _TEXT, answer_text(answer, text, self.sign).encode("ascii")

    def certify(self, csr: bytes, clinic: str) -> bytes:
        """A certificate (PEM). Raises Refused `certificate.wrong_form` for another's name."""
        asked = x509.load_pem_x509_csr(csr)
        if not asked.is_signature_valid or asked.subject.get_attributes_for_oid(
            NameOID.COMMON_NAME
        ) != list(_name(clinic)):
            raise Refused("certificate.wrong_form", file="request")
        begins = datetime.now(UTC) - timedelta(hours=1)
        return (
            x509.CertificateBuilder()
            .subject_name(asked.subject)
            .issuer_name(self.authority.subject)
            .public_key(asked.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(begins + timedelta(days=self.certificate_days))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .sign(self._own, hashes.SHA256())
            .public_bytes(serialization.Encoding.PEM)
        )

    def _settings(self, issued: Issued) -> bytes:
        card = issued.card
        file = CountyFile(
            CountyKind.SETTINGS, card.clinic, max(1, card.region),
            card.valid_from, card.valid_from + _YEAR, issued.settings,
        )  # fmt: skip
        lines = first_lines(file)
        return lines + self.sign(lines).encode("ascii") + b"\n" + file.content


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _no(said: str) -> _Reply:
    return 403, _TEXT, said.encode("ascii")
