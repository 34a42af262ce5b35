"""Who this terminal is to the county: a certificate in a file, its key in the vault.

The key is never in a file that could be read: where the TLS library wants one it is given
memory without a name.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import certifi

from terminal.certificates import (
    CertificateTold,
    chain_pem,
    is_of,
    judge_certificate,
    signing_request,
    told_of,
)
from terminal.core.enrolment_answer import ANSWER_CHARACTERS_MAX, read_answer, request_text
from terminal.core.faults import Refused, Unavailable, Uncertain
from terminal.core.signed_text import digest_of
from terminal.private_file import write_private
from terminal.province.post import Post, Reply
from terminal.vault import DeviceKey

FOLDER = "identity"
"""In the data folder."""

CERTIFICATE = "terminal.crt"
AUTHORITY = "authority.pem"
RENEW_BEFORE = timedelta(days=30)
"""So long before its end a certificate is renewed, night after night until it is."""

_FILE_BYTES_MAX = 64 * 1024
_WITHIN_S = 30.0
_GOOD, _REFUSED = 200, range(400, 500)


class Identity:
    """The certificate of one terminal. `certificate`, `expires`, `context`, `is_due`, `take`."""

    def __init__(self, folder: Path, tls_keys: Callable[[], Sequence[bytes]]) -> None:
        """`folder`: data_dir/identity; `tls_keys`: from the vault (PKCS#8, DER), the one first
        that a new certificate is asked for with."""
        self._folder = folder
        self._tls_keys = tls_keys

    def certificate(self) -> bytes | None:
        """PEM, or None before the terminal was enrolled."""
        return self._read(CERTIFICATE)

    def expires(self) -> datetime | None:
        """Until when it is in force. Raises Refused `certificate.wrong_form`."""
        held = self.certificate()
        return None if held is None else told_of(held).expires

    def told(self) -> CertificateTold:
        """Serial and end. Raises Refused `certificate.none`, `certificate.wrong_form`."""
        held = self.certificate()
        if held is None:
            raise Refused("certificate.none")
        return told_of(held)

    def is_due(self, now: datetime) -> bool:
        """Whether it is time to renew it."""
        ends = self.expires()
        return ends is not None and ends - now <= RENEW_BEFORE

    def context(self, ca_file: Path | None) -> ssl.SSLContext:
        """For mutual TLS with the county. Raises Refused `certificate.none`,
        `settings.unreadable`."""
        held = self.certificate()
        if held is None:
            raise Refused("certificate.none")
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        try:
            if ca_file is not None:
                context.load_verify_locations(ca_file)
        except OSError as error:
            raise Refused(
                "settings.unreadable", file=ca_file.name if ca_file else "", reason=str(error)
            ) from None
        memory = os.memfd_create("identity", os.MFD_CLOEXEC)
        try:
            os.write(memory, chain_pem(held, self._key_of(held)))
            context.load_cert_chain(f"/proc/self/fd/{memory}")
        except ssl.SSLError:
            raise Refused("certificate.other_key") from None
        finally:
            os.close(memory)
        return context

    def take(self, certificate: bytes, authority: bytes, clinic: str, now: datetime) -> None:
        """Judge a certificate and keep it. Raises Refused `certificate.*`, Unavailable
        `certificate.not_kept`."""
        judge_certificate(certificate, authority, self._key_of(certificate), clinic, now)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_private(self._folder / AUTHORITY, authority)
            write_private(self._folder / CERTIFICATE, certificate)
        except OSError as error:
            raise Unavailable("certificate.not_kept", reason=error.strerror or "") from None

    def request(self, clinic: str, device: str, renewed: bytes | None = None) -> bytes:
        """A signing request for the key of this terminal (PKCS#10, PEM); `renewed`: the
        certificate whose key it must be. Raises Refused `certificate.wrong_form`."""
        key = self._tls_keys()[0] if renewed is None else self._key_of(renewed)
        return signing_request(key, clinic, device)

    def _key_of(self, certificate: bytes) -> bytes:
        """Its key; where none fits the first, which is then refused by its name. A key that
        was sealed for the board later must not part it from its county."""
        keys = self._tls_keys()
        return next((key for key in keys if is_of(certificate, key)), keys[0])

    def _read(self, name: str) -> bytes | None:
        try:
            with (self._folder / name).open("rb") as stream:
                return stream.read(_FILE_BYTES_MAX)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Refused("certificate.wrong_form", file=error.strerror or "") from None


def renew(
    identity: Identity, line: Post, told: tuple[str, str, tuple[str, ...]], key: DeviceKey,
    now: datetime,
) -> None:  # fmt: skip
    """Ask the county for a new certificate of the same key, over mutual TLS.

    `told`: the county's address, the clinic's code, the county's public keys. The old one
    stays until the new one was judged. Raises Refused `enrol.*`, `certificate.*`,
    Unavailable `enrol.away`.
    """
    county_url, clinic, keys = told
    device = digest_of(key.public_key)
    request = request_text(
        {
            "clinic": clinic,
            "csr": identity.request(clinic, device, identity.certificate()).decode("ascii"),
            "public_key": key.public_key,
            "at": now.isoformat(timespec="seconds"),
        },
        key.sign,
    )
    text = asked_county(line, f"{county_url.rstrip('/')}/enrol/renew", request)
    answer = read_answer(text, keys, digest_of(request))
    identity.take(answer.certificate, answer.authority, clinic, now)


def asked_county(line: Post, address: str, request: str) -> str:
    """What the county answers to a signed request; with an empty one it is asked by GET.

    Asking twice does no harm: one device gets the same again. Raises Unavailable
    `enrol.away`, Refused `enrol.card_used`, `enrol.card_revoked`, `enrol.refused`.
    """
    try:
        if request:
            body = request.encode("ascii")
            reply = line.send(address, _HEADERS, body, _WITHIN_S, ANSWER_CHARACTERS_MAX)
        else:
            reply = line.get(address, {}, _WITHIN_S, ANSWER_CHARACTERS_MAX)
    except (Unavailable, Uncertain) as fault:
        reason = fault.facts.get("reason", "")
        raise Unavailable("enrol.away", reason=f"{fault.code} {reason}".strip()) from None
    if reply.status == _GOOD:
        return reply.body.decode("ascii", "replace")
    _refuse(reply)
    raise Unavailable("enrol.away", status=reply.status)


_HEADERS = {"content-type": "text/plain; charset=us-ascii"}


def _refuse(reply: Reply) -> None:
    said = reply.body[:40].decode("ascii", "replace").strip()
    if reply.status not in _REFUSED:
        return
    if said == "used":
        raise Refused("enrol.card_used")
    if said == "revoked":
        raise Refused("enrol.card_revoked")
    raise Refused("enrol.refused", said=said if said.isidentifier() else "", status=reply.status)
