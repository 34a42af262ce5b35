"""What the county's enrolment may say of a clinic's own settings, and how they are written.

The settings file is one of two authors': what the county says of the clinic and its region,
and what a technician says of the devices on this table. Enrolment replaces the first whole
and leaves the second alone.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from terminal.core.county_files import CountyKind, read_signed
from terminal.core.enrolment_card import EnrolmentCard
from terminal.core.faults import Refused, Unavailable
from terminal.county_trial import COUNTYS
from terminal.private_file import write_private
from terminal.settings_file import settings_of
from terminal.settings_province import ProvinceSettings

_BYTES_MAX = 64 * 1024
_KEY_FILES = {"sm2_key_file", "province_ca_file"}
"""Paths on this device: nobody far away knows them."""

ENROLLED = (
    COUNTYS
    | (set(ProvinceSettings.model_fields) - _KEY_FILES)
    | {"fixmedins_code", "clinic_name", "doctor_code", "doctor_name", "county_url", "update_ring"}
    | {"backup_public_key", "county_people_key", "who_settles"}
)
"""The settings that an enrolment writes; a file of the county's that names another is refused
whole. All are taken away again when the device moves to another clinic."""


def enrolled_settings(
    data: bytes, keys: Sequence[str], card: EnrolmentCard, now: datetime
) -> dict[str, Any]:
    """Judge the settings that came with the certificate, by the real settings at last.

    Raises Refused `county.*` as any file of the county's, `enrol.not_theirs`,
    `enrol.other_clinic`, `settings.*`.
    """
    file = read_signed(CountyKind.SETTINGS, data, keys)
    if file.scope != card.clinic:
        raise Refused("enrol.other_clinic", field="scope")
    if now >= file.expires:
        raise Refused("county.expired", kind=file.kind.value, revision=file.revision)
    try:
        told = tomllib.loads(file.content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        raise Refused("settings.unreadable", file="county", reason="not TOML") from None
    foreign = sorted(set(told) - ENROLLED)
    if foreign:
        raise Refused("enrol.not_theirs", setting=ascii(foreign[0])[:60])
    same = {
        "fixmedins_code": card.clinic,
        "province_url": card.province_url,
        "county_url": card.county_url,
    }
    for name, value in same.items():
        if str(told.setdefault(name, value)).rstrip("/") != value.rstrip("/"):
            raise Refused("enrol.other_clinic", field=name)
    told.setdefault("clinic_name", card.clinic_name)
    return told


def write_settings(path: Path, told: Mapping[str, Any], local: Mapping[str, Any]) -> None:
    """Put both halves in the place of the settings file, whole. A link is followed: what the
    data folder calls `terminal.toml` stands in /etc.

    Raises Refused `settings.*` when the whole is not right, Unavailable `enrol.not_kept`.
    """
    kept = {name: value for name, value in read_local(path).items() if name not in ENROLLED}
    whole = {**kept, **local, **told}
    settings_of(whole)
    lines = ["# Written when this terminal was enrolled. Devices may be set here by hand."]
    lines += [f"{name} = {_toml(value)}" for name, value in sorted(whole.items())]
    text = "\n".join(lines) + "\n"
    if tomllib.loads(text) != whole:
        raise Refused("settings.unreadable", file=path.name, reason="not TOML")
    put(path, text.encode("utf-8"))


def put(path: Path, data: bytes) -> None:
    """Write whole, through a link. Raises Unavailable `enrol.not_kept`."""
    target = path.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_private(target, data)
        if os.geteuid() == 0:  # The service that reads it is another user, of the folder's group.
            os.chown(target, -1, target.parent.stat().st_gid)
            target.chmod(0o640)
    except OSError as error:
        raise Unavailable("enrol.not_kept", file=path.name, reason=error.strerror or "") from None


def read_local(path: Path) -> dict[str, Any]:
    """What the file says now; an unreadable one says nothing worth keeping."""
    try:
        with path.open("rb") as stream:
            return tomllib.loads(stream.read(_BYTES_MAX).decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def _toml(value: object) -> str:
    """JSON's spelling of these is TOML's as well, but for tables."""
    if isinstance(value, Mapping):
        cells = ", ".join(f"{json.dumps(str(k))} = {_toml(v)}" for k, v in value.items())
        return "{" + cells + "}"
    return json.dumps(value, ensure_ascii=False)
