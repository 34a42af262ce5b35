"""The technician's gauges, joined from the settings and the open parts."""

from __future__ import annotations

import hashlib
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from importlib import metadata
from pathlib import Path

from drivers.camera import Camera
from kiosk_ui.voice.files import BUILT
from models.framing import Framer
from models.packs import Pack
from models.policy import Policy
from terminal import clock
from terminal.assembly.away import rules_version
from terminal.assembly.county_held import county_told
from terminal.assembly.log_ring import LogRing
from terminal.assembly.parts import ASSETS, assets_manifest
from terminal.assembly.voice import VOICE
from terminal.core.catalogue import Catalogue
from terminal.core.faults import Refused
from terminal.core.part_measured import CameraMeasured, CertificateTold, Place
from terminal.core.technical_views import Framing, NetworkStep, SettingRow
from terminal.identity import FOLDER as IDENTITY
from terminal.identity import Identity
from terminal.province.line import Line
from terminal.province.session import Session
from terminal.province.trying import LineTrial
from terminal.settings import Settings
from terminal.settings_file import origins
from terminal.sold_digest import FILE as SOLD_FILE
from terminal.technical import Gauges

_PROGRAM = "clinic-terminal"
_SOUNDS = ("*.wav", "*.ogg", "*.mp3")


def gauges(
    settings: Settings,
    settings_file: Path | None,
    line: tuple[Line, Session],
    catalogue: Catalogue,
    pack: Pack,
    camera: Callable[[], Camera | None],
    ring: LogRing,
) -> Gauges:
    """Everything that a technician's pages measure on this machine.

    `settings_file`: as it was named at the start; None: the one in the data folder.
    `camera`: the open one, None before it is.
    """
    heard: list[float | None] = []
    framer = Framer(pack, Policy(live_min=settings.live_min))
    return Gauges(
        camera=lambda: _camera(camera()),
        framing=lambda: _framing(camera(), framer),
        place=lambda: _place(settings, catalogue),
        trial=lambda: _tried(line, heard),
        skew_s=lambda: heard[-1] if heard else None,
        signed_in=line[1].is_signed_in,
        logs=ring.lines,
        settings=lambda: _settings(settings, settings_file),
        versions=lambda: _versions(settings, pack),
        language=settings.technician_language,
    )


def _tried(line: tuple[Line, Session], heard: list[float | None]) -> Iterator[NetworkStep]:
    trial = LineTrial(*line, clock.now)
    yield from trial.steps()
    heard[:] = [trial.skew_s]


def _camera(camera: Camera | None) -> CameraMeasured | None:
    if camera is None:
        return None
    state = camera.state()
    return CameraMeasured(state.width, state.height, state.frames_per_s, state.code)


def _framing(camera: Camera | None, framer: Framer) -> Framing | None:
    frame = None if camera is None else camera.frame()
    return None if frame is None else framer.framing(frame.pixels)


def _place(settings: Settings, catalogue: Catalogue) -> Place:
    folder = settings.data_dir
    assets = folder / ASSETS
    wanted = (each.file for each in assets_manifest().files)
    return Place(
        disk_free_bytes=shutil.disk_usage(folder).free if folder.exists() else None,
        drugs=len(catalogue.drugs),
        services=len(catalogue.services),
        filter_wanted=bool(settings.sold_digest_file),
        filter_fetched_at=_written_at(folder / SOLD_FILE),
        typing_port=settings.typing_port,
        api_listen=settings.api_listen,
        voice_pack=settings.voice_pack,
        voice_files=_sounds(folder / VOICE, settings.voice_pack) if settings.voice_pack else None,
        screens=settings.screens,
        county=county_told(settings),
        certificate=_certificate(settings),
        assets_missing=tuple(name for name in wanted if not (assets / name).is_file()),
    )


def _certificate(settings: Settings) -> CertificateTold | None:
    identity = Identity(settings.data_dir / IDENTITY, list)
    try:
        ends = identity.expires()
    except Refused:
        return CertificateTold(None)
    return None if ends is None else CertificateTold(ends)


def _sounds(folder: Path, pack: str) -> int:
    """How many sounds can be played: what is missing in a pack is taken from the built one."""
    return max(
        sum(1 for form in _SOUNDS for _ in (folder / each).glob(form)) for each in (pack, BUILT)
    )


def _written_at(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, clock.SHANGHAI)
    except OSError:
        return None


def _settings(settings: Settings, file: Path | None) -> tuple[SettingRow, ...]:
    return tuple(
        SettingRow(row.name, row.value, row.source, row.unit, row.limits, row.meaning)
        for row in origins(settings, file)
    )


def _versions(settings: Settings, pack: Pack) -> Mapping[str, str]:
    told = {
        "program": metadata.version(_PROGRAM),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "pack": pack.display_name,
    }
    for task, part in sorted(pack.parts.items()):
        told[f"weights.{task}"] = f"{part.network.file} {part.network.sha256}"
    told["rules"] = rules_version(settings)
    for name, path in (("drugs", settings.drugs_file), ("services", settings.services_file)):
        if path is not None:
            told[f"catalogue.{name}"] = f"{path.name} {_digest(path)}"
    return told


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"({error.strerror})"
