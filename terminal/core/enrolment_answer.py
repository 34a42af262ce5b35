"""What goes to the county to be enrolled, and what comes back: both signed lines.

The request is signed by the device's own key and holds that key; the answer is signed by the
county and holds the digest of the request that it answers, so that no old one can be played.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from terminal.core.faults import Refused
from terminal.core.signed_text import (
    NotSignedError,
    WrongFormError,
    digest_of,
    read_own_signed_text,
    read_signed_text,
    signed_text,
)

REQUEST_PREFIX = "CTR1."
ANSWER_PREFIX = "CTA1."
ERASURE_PREFIX = "CTX1."
REQUEST_CHARACTERS_MAX = 16 * 1024
ANSWER_CHARACTERS_MAX = 256 * 1024
_KEYS_MAX = 8


@dataclass(frozen=True, slots=True)
class Trial:
    """Whose visit over one fen is made and taken back: nobody, as the province knows them."""

    id_number: str
    diagnosis: str
    services: str
    """A clinic's list of services (CSV) with the one-fen item, for this visit alone."""
    service: str
    """The item's code in that list."""

    def __repr__(self) -> str:
        return f"Trial({self.service!r})"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the county sends."""

    certificate: bytes
    """PEM: of this device, for mutual TLS with the county."""
    authority: bytes
    """PEM: whose it is."""
    settings: bytes
    """A whole signed county file of kind settings, for this clinic alone."""
    keys: tuple[str, ...]
    """Whose signatures of files are believed from now on; empty: as before."""
    trial: Trial | None


def request_text(told: Mapping[str, object], sign: Callable[[bytes], str]) -> str:
    """The request; `told` has `public_key`, the half that fits the signature."""
    return signed_text(REQUEST_PREFIX, told, sign)


def read_request(text: str) -> dict[str, Any]:
    """Raises Refused `enrol.not_signed`, `enrol.wrong_form`."""
    if len(text) > REQUEST_CHARACTERS_MAX:
        raise Refused("enrol.wrong_form", field="size")
    try:
        return read_own_signed_text(REQUEST_PREFIX, text, "public_key")
    except NotSignedError:
        raise Refused("enrol.not_signed") from None
    except WrongFormError as wrong:
        raise Refused("enrol.wrong_form", field=str(wrong)) from None


def answer_text(answer: Answer, request: str, sign: Callable[[bytes], str]) -> str:
    """The county's act."""
    trial = answer.trial
    told = {
        "request": digest_of(request),
        "certificate": answer.certificate.decode("ascii"),
        "authority": answer.authority.decode("ascii"),
        "settings": base64.b64encode(answer.settings).decode("ascii"),
        "keys": list(answer.keys),
        "trial": trial
        and {
            "id_number": trial.id_number,
            "diagnosis": trial.diagnosis,
            "services": trial.services,
            "service": trial.service,
        },
    }
    return signed_text(ANSWER_PREFIX, told, sign)


def read_answer(text: str, keys: Sequence[str], request: str) -> Answer:
    """What the county said to this request (its digest). Raises Refused `enrol.not_signed`,
    `enrol.wrong_form`, `enrol.other_request`."""
    if len(text) > ANSWER_CHARACTERS_MAX:
        raise Refused("enrol.wrong_form", field="size")
    try:
        told = read_signed_text(ANSWER_PREFIX, text.strip(), keys)
        if told["request"] != request:
            raise Refused("enrol.other_request")
        return Answer(
            certificate=str(told["certificate"]).encode("ascii"),
            authority=str(told["authority"]).encode("ascii"),
            settings=base64.b64decode(str(told["settings"]), validate=True),
            keys=tuple(str(each) for each in told["keys"])[:_KEYS_MAX],
            trial=told["trial"] and Trial(**told["trial"]),
        )
    except NotSignedError:
        raise Refused("enrol.not_signed") from None
    except (WrongFormError, KeyError, TypeError, ValueError, binascii.Error):
        raise Refused("enrol.wrong_form") from None


@dataclass(frozen=True, slots=True)
class Erasure:
    """That everything of the clinic before was destroyed on this device, and when."""

    clinic: str
    at: datetime
    for_card: str
    """Serial of the card that the device was freed for."""
    ledger_entries: int
    ledger_head: str
    """The hash of the ledger's last entry."""
    keys: tuple[str, ...]
    """Which keys, as `source name`."""
    keys_left: tuple[str, ...]
    """Those that a source does not let a program erase: a technician does."""


def erasure_text(erasure: Erasure, public_key: str, sign: Callable[[bytes], str]) -> str:
    """Signed with the device key that is destroyed with the rest, as its last act."""
    told = {
        "clinic": erasure.clinic,
        "at": erasure.at.isoformat(timespec="seconds"),
        "for_card": erasure.for_card,
        "ledger_entries": erasure.ledger_entries,
        "ledger_head": erasure.ledger_head,
        "keys": list(erasure.keys),
        "keys_left": list(erasure.keys_left),
        "public_key": public_key,
    }
    return signed_text(ERASURE_PREFIX, told, sign)


def read_erasure(text: str) -> tuple[Erasure, str]:
    """The statement and the public key that signed it. Raises Refused `enrol.not_signed`,
    `enrol.wrong_form`."""
    try:
        told = read_own_signed_text(ERASURE_PREFIX, text.strip(), "public_key")
        return (
            Erasure(
                clinic=str(told["clinic"]),
                at=datetime.fromisoformat(told["at"]),
                for_card=str(told["for_card"]),
                ledger_entries=int(told["ledger_entries"]),
                ledger_head=str(told["ledger_head"]),
                keys=tuple(str(each) for each in told["keys"]),
                keys_left=tuple(str(each) for each in told["keys_left"]),
            ),
            str(told["public_key"]),
        )
    except NotSignedError:
        raise Refused("enrol.not_signed") from None
    except (WrongFormError, KeyError, TypeError, ValueError):
        raise Refused("enrol.wrong_form") from None
