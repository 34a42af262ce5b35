"""How each part of the terminal is: measurements in, well, weak or away out.

Pure, so that a page, a command and a test judge alike. `away` is what keeps somebody from
working; `weak` works today and should be mended; a part that this terminal does not have is
well, and says so by `part.not_fitted`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from terminal.core.kept_file import DIAGNOSES, PREFIXES
from terminal.core.moments import minute
from terminal.core.part_measured import Measured
from terminal.core.screen_views import PartView
from terminal.core.status_views import KeyClass

FRAMES_PER_S_MIN = 12.0
"""Below it the live picture stutters and a challenge is missed."""

CAMERA_HEIGHT_MIN = 480
"""Pixels; a face at arm's length is then large enough to be judged."""

DISK_WEAK_BYTES = 1024**3
DISK_AWAY_BYTES = 100 * 1024**2
"""A year of a clinic is some 200 MB; below the second the next visits may not be kept."""

READ_WEAK_MS = 200
"""One row; a card that is wearing out shows here first."""

SILENT_AFTER = timedelta(hours=36)
"""The terminal signs in every day."""

CLOCK_BACK = timedelta(minutes=5)
"""So far before the newest entry of the ledger, the clock was set back."""

YEAR_MIN = 2026
"""The year this program was made in: no clock that goes right is before it."""

FILTER_AGE_MAX = timedelta(days=7)
"""As in terminal/sold_digest: an older one means nothing."""

CERTIFICATE_WEAK = timedelta(days=30)
"""As in terminal/identity: every night from then on it should have been renewed."""

NOT_FITTED = "part.not_fitted"

_TABLES = {PREFIXES: "prefixes", DIAGNOSES: "diagnoses"}


def judge_parts(measured: Measured) -> tuple[PartView, ...]:
    """Every part, in the order in which a technician looks at them."""
    since = measured.status.since
    return tuple(
        replace(each, measured={**each.measured, "since": minute(since[each.part])})
        if each.state == "away" and each.part in since
        else each
        for each in _judged(measured)
    )


def _judged(measured: Measured) -> tuple[PartView, ...]:
    return (
        _camera(measured),
        _eyes(measured),
        _scanner(measured),
        _printer(measured),
        _named(measured, "keyboard", measured.place.typing_port),
        _named(measured, "api", measured.place.api_listen),
        _named(measured, "callback", measured.place.api_listen),
        _store(measured),
        _province(measured),
        _clock(measured),
        _keys(measured),
        _ledger(measured),
        _catalogue(measured),
        _sold_filter(measured),
        _county(measured),
        _certificate(measured),
        _voice(measured),
        _screens(measured),
    )


def _part(
    part: str, told: Mapping[str, str], away: str | None = None, weak: str | None = None
) -> PartView:
    """The worst that was found; what is weak of a part that is away is not worth saying."""
    if away is not None:
        return PartView(part, "away", away, told)
    if weak is not None:
        return PartView(part, "weak", weak, told)
    return PartView(part, "well", "", told)


def _absent(part: str) -> PartView:
    return PartView(part, "well", NOT_FITTED)


def _camera(measured: Measured) -> PartView:
    camera, status = measured.camera, measured.status
    faces, away = status.faces, status.away.get("camera")
    told = {"which": faces.camera, "class": faces.camera_class}
    if camera is None:
        return _part("camera", told, away, None if away else "camera.starting")
    told["size"] = f"{camera.width}×{camera.height}"
    told["rate"] = f"{camera.frames_per_s:.1f} /s"
    weak = None
    if camera.code == "camera.starting":
        weak = camera.code
    elif camera.frames_per_s < FRAMES_PER_S_MIN:
        weak = "part.few_frames"
    elif camera.height < CAMERA_HEIGHT_MIN:
        weak = "part.small_picture"
    return _part("camera", told, away or (None if weak == "camera.starting" else camera.code), weak)


def _eyes(measured: Measured) -> PartView:
    faces = measured.status.faces
    told = {
        "pack": faces.pack,
        "people": str(faces.people),
        "anew": str(faces.to_enrol_anew),
        "threshold": f"{faces.similarity_min:.3f}",
    }
    weak = faces.warning
    if weak is None and not faces.measured:
        weak = "part.not_measured"
    if weak is None and faces.to_enrol_anew:
        weak = "part.enrol_anew"
    return _part("eyes", told, measured.status.away.get("eyes"), weak)


def _scanner(measured: Measured) -> PartView:
    scanner = measured.status.scanner
    if scanner is None:
        return _absent("scanner")
    told = {
        "which": scanner.where,
        "lines": str(scanner.lines),
        "noise": str(scanner.noise),
        "unended": str(scanner.unended),
    }
    if scanner.last_byte_at is not None:
        told["last_byte"] = minute(scanner.last_byte_at)
    weak = None
    if scanner.last_byte_at is None:
        weak = "part.nothing_heard"
    elif scanner.noise > scanner.lines:
        weak = "part.noise"
    elif scanner.unended:
        weak = "part.unended"
    starting = scanner.code == "scanner.starting"
    return _part("scanner", told, None if starting else scanner.code, weak)


def _printer(measured: Measured) -> PartView:
    paper = measured.paper
    if not paper.fitted:
        return _absent("printer")
    weak = "part.papers_waiting" if paper.waiting else None
    return _part("printer", {"waiting": str(paper.waiting)}, paper.away, weak)


def _named(measured: Measured, part: str, setting: str) -> PartView:
    """A part that is there only where a setting names it."""
    away = measured.status.away.get(part)
    return _part(part, {"which": setting}, away) if setting or away else _absent(part)


def _store(measured: Measured) -> PartView:
    told = {"bytes": _size(measured.store_bytes)}
    away, weak = measured.status.away.get("store"), None
    free = measured.place.disk_free_bytes
    if free is not None:
        told["free"] = _size(free)
        if free < DISK_AWAY_BYTES:
            away = away or "part.disk_full"
        elif free < DISK_WEAK_BYTES:
            weak = "part.disk_short"
    if measured.read_ms is not None:
        told["read"] = f"{measured.read_ms:.1f} ms"
        if measured.read_ms > READ_WEAK_MS:
            weak = weak or "part.disk_slow"
    return _part("store", told, away, weak)


def _province(measured: Measured) -> PartView:
    last = measured.last_answer_at
    told = {} if last is None else {"last_answer": minute(last)}
    weak = None if last and measured.now - last <= SILENT_AFTER else "part.long_silent"
    return _part("province", told, measured.status.away.get("province"), weak)


def _clock(measured: Measured) -> PartView:
    newest = measured.newest_at
    behind = newest is not None and newest - measured.now > CLOCK_BACK
    wrong = behind or measured.now.year < YEAR_MIN
    told = {"now": minute(measured.now)}
    if newest is not None:
        told["newest"] = minute(newest)
    return _part("clock", told, "part.clock_wrong" if wrong else None)


def _keys(measured: Measured) -> PartView:
    keys = measured.status.keys
    if keys is None:
        return PartView("keys", "weak", "part.keys_unknown")
    told = {"source": keys.source, "class": keys.klass.value}
    weak = None
    if keys.templates_unreadable:
        told["unreadable"] = str(keys.templates_unreadable)
        weak = "vault.template_unreadable"
    elif keys.klass is KeyClass.WEAK:
        weak = "part.keys_weak"
    return _part("keys", told, None, weak)


def _ledger(measured: Measured) -> PartView:
    told = {"entries": str(measured.ledger_entries)}
    return _part("ledger", told, measured.status.away.get("ledger"))


def _catalogue(measured: Measured) -> PartView:
    told = {"drugs": str(measured.place.drugs), "services": str(measured.place.services)}
    for file in measured.status.kept:
        told[_TABLES.get(file.kind, "other")] = file.version
    away = None if measured.place.drugs or measured.place.services else "part.no_catalogue"
    weak = next(iter(measured.status.troubles.values()), None)
    return _part("catalogue", told, away, weak)


def _sold_filter(measured: Measured) -> PartView:
    if not measured.place.filter_wanted:
        return _absent("sold_filter")
    fetched = measured.place.filter_fetched_at
    told = {} if fetched is None else {"fetched": minute(fetched)}
    old = fetched is None or measured.now - fetched > FILTER_AGE_MAX
    return _part("sold_filter", told, None, "part.filter_old" if old else None)


def _county(measured: Measured) -> PartView:
    county = measured.place.county
    if county is None:
        return _absent("county")
    told = {kind: "" if at is None else minute(at) for kind, at in county.asked_at.items()}
    if county.stale:
        told["stale"] = " ".join(county.stale)
    weak = "county.silent" if county.stale else None
    return _part(
        "county",
        told,
        measured.status.away.get("county"),
        weak if county.asked_at else "county.never",
    )


def _certificate(measured: Measured) -> PartView:
    certificate = measured.place.certificate
    if certificate is None:
        return _absent("certificate")
    ends = certificate.ends
    if ends is None:
        return _part("certificate", {}, "certificate.wrong_form")
    away = "certificate.expired" if measured.now >= ends else None
    weak = "certificate.ends_soon" if ends - measured.now <= CERTIFICATE_WEAK else None
    return _part("certificate", {"ends": minute(ends)}, away, weak)


def _voice(measured: Measured) -> PartView:
    files = measured.place.voice_files
    if files is None:
        return _absent("voice")
    told = {"pack": measured.place.voice_pack, "files": str(files)}
    return _part("voice", told, None if files else "part.no_voice")


def _screens(measured: Measured) -> PartView:
    told = {"screens": measured.place.screens} if measured.place.screens else {}
    if measured.place.assets_missing:
        told["missing"] = ", ".join(measured.place.assets_missing)
    return _part("screens", told, "part.assets_missing" if measured.place.assets_missing else None)


def _size(size: int) -> str:
    return f"{size / 1024**3:.1f} GB" if size >= 1024**3 else f"{size / 1024**2:.1f} MB"
