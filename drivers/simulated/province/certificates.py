"""Certificates for a province on this machine: one that is good, one that has expired.

Made when the province starts, in its own folder, by the `openssl` command; no key is
kept anywhere else. A terminal believes them when it is given `authority`.
"""

from __future__ import annotations

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

from terminal.core.faults import Unavailable

_NAMES = "subjectAltName=IP:127.0.0.1,DNS:localhost"
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
_OPENSSL_S_MAX = 30.0
_AUTHORITY = """[ca]
default_ca = authority
[authority]
database = index.txt
serial = serial
new_certs_dir = .
certificate = authority.pem
private_key = authority.key
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
"""
_VALID = {
    "good": ("20200101000000Z", "20491231235959Z"),
    "expired": ("20200101000000Z", "20201231235959Z"),
}


@dataclass(frozen=True, slots=True)
class Certificates:
    """What a province shows to whoever connects."""

    authority: Path
    """PEM file of the authority that signed both; the terminal's province_ca_file."""
    good: ssl.SSLContext
    expired: ssl.SSLContext


def make(folder: Path) -> Certificates:
    """Make an authority and its two certificates in this folder.

    Raises Unavailable `sandbox.no_certificates` where openssl is missing or fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "authority.cnf").write_text(_AUTHORITY, encoding="ascii")
    (folder / "index.txt").write_text("", encoding="ascii")
    (folder / "serial").write_text("01", encoding="ascii")
    _openssl(
        folder,
        *("req", "-x509", "-config", "authority.cnf", "-days", "3650", *_KEY),
        *("-subj", "/CN=sandbox authority", "-addext", "basicConstraints=critical,CA:TRUE"),
        *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
        *("-addext", "subjectKeyIdentifier=hash"),
        *("-keyout", "authority.key", "-out", "authority.pem"),
    )
    good, expired = (_context(folder, name) for name in _VALID)
    return Certificates(folder / "authority.pem", good, expired)


def _context(folder: Path, name: str) -> ssl.SSLContext:
    begins, ends = _VALID[name]
    _openssl(
        folder,
        *("req", "-new", "-config", "authority.cnf", *_KEY, "-subj", "/CN=127.0.0.1"),
        *("-addext", _NAMES, "-keyout", f"{name}.key", "-out", f"{name}.csr"),
    )
    _openssl(
        folder,
        *("ca", "-batch", "-config", "authority.cnf", "-notext", "-in", f"{name}.csr"),
        *("-startdate", begins, "-enddate", ends, "-out", f"{name}.pem"),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context


def _openssl(folder: Path, *words: str) -> None:
    command = shutil.which("openssl")
    if command is None:
        raise Unavailable("sandbox.no_certificates", reason="no openssl")
    try:
        subprocess.run(  # noqa: S603  # Our own words, no shell.
            [command, *words], cwd=folder, check=True, capture_output=True, timeout=_OPENSSL_S_MAX
        )
    except (OSError, subprocess.SubprocessError) as failed:
        raise Unavailable("sandbox.no_certificates", reason=type(failed).__name__) from failed
