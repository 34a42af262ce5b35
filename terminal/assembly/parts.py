"""Parts of a terminal, each made from the settings."""

from __future__ import annotations

import logging
from dataclasses import fields
from pathlib import Path

import kiosk_ui
from models.manifest import Manifest, read_manifest
from models.packs import Pack, default_manifest, default_pack, read_pack
from terminal.assembly.key_text import private_key
from terminal.core.catalogue import (
    Catalogue,
    read_drugs,
    read_services,
)
from terminal.core.faults import Refused
from terminal.core.national_crypto import SM4_KEY_BYTES, sm2_sign, sm2_verify
from terminal.core.record_system import SETTLING
from terminal.core.region import Region
from terminal.province.line import Line, UrlStyle
from terminal.province.session import Clinic
from terminal.province.signing import Seal
from terminal.settings import Settings

log = logging.getLogger(__name__)

WEIGHTS = "weights"
ASSETS = "assets"
"""Folders under the data folder: networks, and what the pages need besides."""

_CATALOGUE_BYTES_MAX = 64 * 1024 * 1024
"""A province's whole list has some 30 MB."""

_KEY_FILE_BYTES_MAX = 1024
"""64 digits and a line's end; whatever is longer is no key."""

_NEEDED = (
    "clinic_name",
    "fixmedins_code",
    "doctor_code",
    "doctor_name",
    "mdtrtarea_admvs",
    "province_url",
)
"""Settings without a default: whose clinic this is, is never guessed."""


def weights_manifest() -> Manifest:
    """The networks this terminal is built for."""
    return default_manifest()


def assets_manifest() -> Manifest:
    """What the pages need besides what is in the package."""
    return read_manifest(_beside(kiosk_ui) / "assets.toml")


def face_pack(settings: Settings) -> Pack:
    """The networks in use: the folder that the settings name, or our own.

    Raises what `read_pack` raises.
    """
    ours = default_pack(settings.data_dir / WEIGHTS)
    return ours if settings.face_pack is None else read_pack(settings.face_pack, ours)


def earlier_face_packs(settings: Settings) -> list[Pack]:
    """The packs whose templates may still be kept; our own is always one of them.

    A folder that is gone stops nobody: it is said, and its people use the other ways in.
    """
    ours = default_pack(settings.data_dir / WEIGHTS)
    packs = []
    for folder in settings.earlier_face_packs:
        try:
            packs.append(read_pack(folder, ours))
        except Refused as fault:
            log.warning("an earlier face pack is away: %s", fault.code)
    return [*packs, ours]


def open_catalogue(settings: Settings) -> Catalogue:
    """The clinic's drugs and services. Raises Refused `catalogue.*`."""
    return catalogue_with(settings, _text(settings.drugs_file) if settings.drugs_file else "")


def catalogue_with(settings: Settings, drugs: str) -> Catalogue:
    """The same with these drugs, the text of a file. Raises Refused `catalogue.*`."""
    services = "" if settings.services_file is None else _text(settings.services_file)
    return Catalogue(
        read_drugs(drugs) if drugs else [], read_services(services) if services else []
    )


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _CATALOGUE_BYTES_MAX:
            raise Refused("catalogue.unreadable", file=path.name, reason="too large")
        return path.read_text("utf-8")
    except OSError as error:
        raise Refused("catalogue.unreadable", file=path.name, reason=error.strerror) from None
    except UnicodeDecodeError:
        raise Refused("catalogue.unreadable", file=path.name, reason="not UTF-8") from None


def refuse_missing(settings: Settings) -> None:
    for name in _NEEDED:
        if not getattr(settings, name):
            raise Refused("settings.missing", setting=name)


def clinic(settings: Settings) -> Clinic:
    return Clinic(
        fixmedins_code=settings.fixmedins_code,
        fixmedins_name=settings.clinic_name,
        mdtrtarea_admvs=settings.mdtrtarea_admvs,
        dept_code=settings.dept_code,
        dept_name=settings.dept_name,
        caty=settings.caty,
        doctor_code=settings.doctor_code,
        doctor_name=settings.doctor_name,
        region=Region(**{field.name: getattr(settings, field.name) for field in fields(Region)}),
        settles_under=settings.settles_under,
    )


def province_line(settings: Settings) -> Line:
    """The way to the province. Raises Refused for keys that are missing or none."""
    return Line(
        url=settings.province_url,
        paasid=settings.province_paasid,
        secret=settings.province_secret.get_secret_value(),
        connect_timeout_s=settings.province_connect_timeout_s,
        read_timeout_s=settings.province_read_timeout_s,
        file_timeout_s=settings.province_file_timeout_s,
        style=UrlStyle(settings.province_url_style),
        ca_file=settings.province_ca_file,
        seal=_seal(settings),
        never=SETTLING if settings.who_settles == "record_system" else frozenset(),
    )


def _seal(settings: Settings) -> Seal | None:
    """The keys that envelopes are signed with, where the region asks for it.

    Raises Refused `settings.missing`, `settings.unreadable`, `settings.wrong_value` or
    `vault.key_open_to_others`: rather no terminal than one whose every send is refused.
    """
    if settings.signing == "gateway":
        return None
    if settings.sm2_key_file is None:
        raise Refused("settings.missing", setting="sm2_key_file")
    private_hex = private_key(settings.sm2_key_file)
    sm2_sign(private_hex, b"")  # Whether it is a key is learnt by using it.
    public_hex = settings.province_sm2_public_key
    if public_hex:
        sm2_verify(public_hex, b"", "")
    return Seal(private_hex, _sm4_key(settings), public_hex)


def _sm4_key(settings: Settings) -> bytes | None:
    if settings.signing != "sm2_sm4":
        return None
    written = settings.sm4_key.get_secret_value()
    try:
        key = bytes.fromhex(written)
    except ValueError:
        key = b""
    if len(key) != SM4_KEY_BYTES:
        raise Refused("settings.wrong_value", setting="sm4_key", rule="32 hexadecimal digits")
    return key


def _beside(package: object) -> Path:
    """The folder of an installed package."""
    return Path(str(getattr(package, "__file__", ""))).parent
