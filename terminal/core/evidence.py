"""A signed record that anybody can verify later, with nothing but the public key.

What is signed is the record's canonical form: JSON with sorted keys, without spaces, in
UTF-8, whole numbers only. Reordered keys or other spaces are the same record; any other
change is not. The key that signed stands inside the record, so a record says whose it
claims to be; whether that key is the clinic's, only somebody who knows the clinic's key
can say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Never

from terminal.core.faults import Refused
from terminal.core.national_crypto import sm2_verify, sm3

OFFLINE_VISIT = "clinic-terminal/offline-visit/1"
"""Schema of a visit that was agreed to while the province was away."""

MONTHLY_STATEMENT = "clinic-terminal/monthly-statement/1"
"""Schema of a month's statement for township and county."""

SETTLEMENT_EVIDENCE = "clinic-terminal/settlement-evidence/1"
"""Schema of what stands behind one settlement (core/settlement_evidence)."""

TEMPLATE_ERASED = "clinic-terminal/template-erased/1"
"""Schema of the proof that a face's templates are gone."""

_KNOWN = frozenset({TEMPLATE_ERASED, OFFLINE_VISIT, MONTHLY_STATEMENT, SETTLEMENT_EVIDENCE})


class Verdict(StrEnum):
    """What became of a record; the value is the code that words are chosen by."""

    GENUINE = "record.genuine"
    CHANGED = "record.changed"
    BAD_SIGNATURE = "record.bad_signature"
    OTHER_KEY = "record.other_key"
    UNKNOWN_SCHEMA = "record.unknown_schema"
    UNREADABLE = "record.unreadable"


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, and what the file claims to be."""

    verdict: Verdict
    public_key: str = ""
    """The key the record names; empty where it could not be read."""
    visit_id: str = ""


def canonical(record: Mapping[str, Any]) -> bytes:
    """The one form of a record that is signed.

    Raises Refused `record.not_canonical` for a number that is not whole, or text that is
    no UTF-8.
    """
    try:
        return json.dumps(
            _whole(record), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode("utf-8")
    except (ValueError, TypeError, RecursionError):
        raise Refused("record.not_canonical") from None


def sealed(record: str, signature: str) -> str:
    """The file that leaves the terminal: the record, its digest and its signature."""
    told = json.loads(record)
    envelope = {"record": told, "sm3": sm3(canonical(told)).hex(), "signature": signature}
    return json.dumps(envelope, ensure_ascii=False, indent=1) + "\n"


def judged(file: bytes, public_key: str | None) -> Judged:
    """Whether a file made by `sealed` is what was signed.

    With a `public_key` the record must be signed by that key; without, by the one it
    names. Raises Refused `crypto.key_unusable` for a `public_key` that is none.
    """
    wanted = None if public_key is None else normal_key(public_key)
    try:
        envelope = json.loads(
            file.decode("utf-8"),
            object_pairs_hook=_without_doubles,
            parse_constant=_refuse,
            parse_float=_refuse,
        )
        record, digest, signature = (envelope[name] for name in ("record", "sm3", "signature"))
        named, schema = record["device"]["public_key"], record["schema"]
        data = canonical(record)
    except (ValueError, KeyError, TypeError, RecursionError, Refused):
        return Judged(Verdict.UNREADABLE)
    if not all(isinstance(each, str) for each in (digest, signature, named, schema)):
        return Judged(Verdict.UNREADABLE)
    verdict = _verdict(data, digest, signature, normal_key(named), wanted)
    if schema not in _KNOWN:
        verdict = Verdict.UNKNOWN_SCHEMA
    return Judged(verdict, normal_key(named), str(record.get("visit_id", "")))


def normal_key(public_key: str) -> str:
    """A public key in the one form that keys are compared in: 04, x, y, lower case."""
    key = public_key.strip().lower()
    return key if len(key) != _BARE_DIGITS else f"04{key}"


_BARE_DIGITS = 128
"""A public key without the 04 that says it is not compressed."""


def _verdict(data: bytes, digest: str, signature: str, named: str, wanted: str | None) -> Verdict:
    if sm3(data).hex() != digest.lower():
        return Verdict.CHANGED
    if sm2_verify(wanted, data, signature) if wanted else _signed_by(named, data, signature):
        return Verdict.GENUINE
    if wanted not in (None, named) and _signed_by(named, data, signature):
        return Verdict.OTHER_KEY
    return Verdict.BAD_SIGNATURE


def _signed_by(named: str, data: bytes, signature: str) -> bool:
    try:
        return sm2_verify(named, data, signature)
    except Refused:
        return False  # It names a key that is none.


def _whole(told: object) -> object:
    """The same, once it is sure that nothing in it can be written in two ways."""
    match told:
        case None | bool() | int() | str():
            return told
        case Mapping():
            if not all(isinstance(name, str) for name in told):
                raise TypeError
            return {name: _whole(each) for name, each in told.items()}
        case list() | tuple():
            return [_whole(each) for each in told]
    raise TypeError


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A name written twice shows one reader one thing and another reader another."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _refuse(_: str) -> Never:
    raise ValueError
