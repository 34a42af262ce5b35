"""A bundle is listed and signed: at the county, with a key that no terminal has."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from terminal.core.bundle import LIST, SIGNATURE, Listed, write_list
from terminal.core.faults import Refused, Unavailable
from terminal.core.national_crypto import new_sm2_key, sm2_sign
from terminal.private_file import write_private

_KEY_BYTES_MAX = 200


def new_bundle_key(file: Path) -> str:
    """Make a key where there is none; returns the public half (hex).

    Raises Refused `bundle.key_there`, Unavailable `bundle.not_kept`.
    """
    if file.exists():
        raise Refused("bundle.key_there", file=file.name)
    key = new_sm2_key()
    try:
        write_private(file, key.private_hex.encode("ascii") + b"\n")
    except OSError as error:
        raise Unavailable("bundle.not_kept", reason=error.strerror or "") from None
    return key.public_hex


def seal_bundle(folder: Path, key_file: Path, version: str) -> int:
    """Write LIST and its signature into a folder; how many files are listed.

    Raises Refused `bundle.unreadable`, `bundle.no_key`, `bundle.not_a_file` and what
    `write_list` raises; Unavailable `bundle.not_kept`.
    """
    private_hex = private_key(key_file)
    files = [
        _listed(path, folder)
        for path in sorted(folder.rglob("*"))
        if not path.is_dir() and path.name not in {LIST, SIGNATURE}
    ]
    text = write_list(version, files)
    try:
        (folder / LIST).write_bytes(text)
        (folder / SIGNATURE).write_text(sm2_sign(private_hex, text) + "\n", "ascii")
    except OSError as error:
        raise Unavailable("bundle.not_kept", reason=error.strerror or "") from None
    return len(files)


def _listed(path: Path, folder: Path) -> Listed:
    if path.is_symlink() or not path.is_file():
        raise Refused("bundle.not_a_file", file=path.name)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Listed(str(path.relative_to(folder)), path.stat().st_size, digest)


def private_key(file: Path) -> str:
    """A signing key that only its owner may read. Raises Refused `bundle.no_key`,
    `vault.key_open_to_others`."""
    try:
        if file.stat().st_mode & 0o077:
            raise Refused("vault.key_open_to_others", file=file.name)
        with file.open("rb") as stream:
            text = stream.read(_KEY_BYTES_MAX).decode("ascii", "replace").strip()
    except OSError as error:
        raise Refused("bundle.no_key", file=file.name, reason=error.strerror) from None
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise Refused("bundle.no_key", file=file.name, reason="no SM2 private key")
    return text
