"""What the county takes back: bindings, consents, whole devices; read and matched.

    {"bindings": [{"holder": NAME, "member": NAME, "before": MOMENT}],
     "consents": [{"person": NAME, "before": MOMENT}],
     "devices": [DEVICE]}

Each file holds everything that is still to be known, so that a terminal that missed ten
misses nothing. `before` makes it harmless to apply one twice: whoever agreed anew after that
moment is not meant. NAME is the SM3-HMAC of an ID number under the county's key: what that
hides, and what it does not, stands in docs/county.md. DEVICE is the SM3 of a device's public
key.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime

from terminal.core.faults import Refused
from terminal.core.national_crypto import sm3, sm3_hmac

EACH_MAX = 5000
"""Of one kind; the file's own bound (1 MiB) is reached first with more."""
KEY_HEX_DIGITS = 64
_NAME = re.compile(r"[0-9a-f]{64}")
_PERSON = b"clinic-terminal person 1\x00"


@dataclass(frozen=True, slots=True)
class RevokedBinding:
    holder: str
    member: str
    before: datetime


@dataclass(frozen=True, slots=True)
class RevokedConsent:
    person: str
    before: datetime


@dataclass(frozen=True, slots=True)
class Revocations:
    """A file that was read whole."""

    bindings: tuple[RevokedBinding, ...] = ()
    consents: tuple[RevokedConsent, ...] = ()
    devices: frozenset[str] = frozenset()

    @property
    def names_people(self) -> bool:
        """Whether it needs the county's key to be understood."""
        return bool(self.bindings or self.consents)


def person_name(id_number: str, key: bytes) -> str:
    """How a file names a person: 64 hexadecimal digits. `key`: 32 bytes of the county's."""
    return sm3_hmac(key, _PERSON + id_number.upper().encode("ascii", "replace")).hex()


def device_name(public_key: str) -> str:
    """How a file names a device, by the public key that its records are signed with."""
    return sm3(public_key.lower().encode("ascii")).hex()


def read_revocations(content: bytes) -> Revocations:
    """Read a file, whole or not at all. Raises Refused `revocations.unreadable` with where."""
    try:
        told = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise _unreadable("JSON") from None
    if not isinstance(told, dict) or not set(told) <= {"bindings", "consents", "devices"}:
        raise _unreadable("fields")
    bindings = [
        RevokedBinding(_name(row["holder"]), _name(row["member"]), _moment(row["before"]))
        for row in _rows(told, "bindings", {"holder", "member", "before"})
    ]
    consents = [
        RevokedConsent(_name(row["person"]), _moment(row["before"]))
        for row in _rows(told, "consents", {"person", "before"})
    ]
    devices = frozenset(_name(each) for each in _list(told, "devices"))
    return Revocations(tuple(bindings), tuple(consents), devices)


def _rows(told: dict[str, object], of: str, fields: set[str]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for row in _list(told, of):
        if not isinstance(row, dict) or set(row) != fields:
            raise _unreadable(of)
        rows.append(row)
    return rows


def _list(told: dict[str, object], of: str) -> list[object]:
    rows = told.get(of, [])
    if not isinstance(rows, list) or len(rows) > EACH_MAX:
        raise _unreadable(of)
    return rows


def _name(told: object) -> str:
    if not isinstance(told, str) or _NAME.fullmatch(told) is None:
        raise _unreadable("name")
    return told


def _moment(told: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(told))
    except ValueError:
        raise _unreadable("moment") from None
    if moment.tzinfo is None:
        raise _unreadable("moment")
    return moment


def _unreadable(where: str) -> Refused:
    return Refused("revocations.unreadable", where=where)
