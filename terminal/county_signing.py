"""A county file is signed: at the county, with a key that no terminal has."""

from __future__ import annotations

from terminal.core.county_files import CountyFile, bytes_max, first_lines
from terminal.core.faults import Refused
from terminal.core.national_crypto import sm2_sign


def signed_file(file: CountyFile, private_hex: str) -> bytes:
    """The whole file as terminals fetch it. Raises Refused `county.too_large`,
    `county.wrong_form`, so that none is made that every terminal refuses."""
    lines = first_lines(file)
    data = lines + sm2_sign(private_hex, lines).encode("ascii") + b"\n" + file.content
    if len(data) > bytes_max(file.kind):
        raise Refused("county.too_large", kind=file.kind.value)
    return data
