"""Parts of a terminal, each made from the settings."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import kiosk_ui
from models.manifest import Manifest, read_manifest
from models.packs import Pack, default_manifest, default_pack, read_pack
from terminal.core.catalogue import (
    CHRONIC,
    ORDINARY,
    TWO_DISEASES,
    Catalogue,
    Registration,
    read_drugs,
    read_services,
)
from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.desk import Rules
from terminal.province.client import Line
from terminal.province.session import Clinic
from terminal.settings import Settings

log = logging.getLogger(__name__)

WEIGHTS = "weights"
ASSETS = "assets"
"""Folders under the data folder: networks, and what the pages need besides."""

_CATALOGUE_BYTES_MAX = 64 * 1024 * 1024
"""A province's whole list has some 30 MB."""

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
    drugs = "" if settings.drugs_file is None else _text(settings.drugs_file)
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
        recer_sys_code=settings.recer_sys_code,
        infver=settings.infver,
        dept_code=settings.dept_code,
        dept_name=settings.dept_name,
        caty=settings.caty,
        doctor_code=settings.doctor_code,
        doctor_name=settings.doctor_name,
        infno_pre_settle=settings.infno_pre_settle,
        infno_settle=settings.infno_settle,
        mutual_aid=settings.mutual_aid,
    )


def province_line(settings: Settings) -> Line:
    """The way to the province."""
    return Line(
        url=settings.province_url,
        by_infno=settings.province_url_style == "by_infno",
        paasid=settings.province_paasid,
        secret=settings.province_secret.get_secret_value(),
        connect_timeout_s=settings.province_connect_timeout_s,
        read_timeout_s=settings.province_read_timeout_s,
    )


def rules(settings: Settings, catalogue: Catalogue) -> Rules:
    asked_from = settings.challenge_from_yuan
    return Rules(
        catalogue=catalogue,
        registrations=_registrations(settings.registrations),
        med_types={
            ORDINARY: settings.med_type_ordinary,
            TWO_DISEASES: settings.med_type_two_diseases,
            CHRONIC: settings.med_type_chronic,
        },
        find_by_visit=settings.find_settlement_by_visit,
        reversal_answer_suffices=settings.reversal_answer_suffices,
        resume_every_s=settings.resume_every_s,
        asks_more_from=None if asked_from is None else Money.of(asked_from),
    )


def _registrations(written: Mapping[str, str]) -> dict[str, Registration]:
    found = {}
    for code, meaning in written.items():
        category, _, programme = meaning.partition(":")
        if category not in (TWO_DISEASES, CHRONIC) or not programme:
            raise Refused(
                "settings.wrong_value", setting="registrations", rule="category:programme"
            )
        found[code] = Registration(code, category, programme)
    return found


def _beside(package: object) -> Path:
    """The folder of an installed package."""
    return Path(str(getattr(package, "__file__", ""))).parent
