"""How each part is judged by what was measured of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from terminal.core.framing import framing_hint
from terminal.core.part_checks import judge_parts
from terminal.core.part_measured import CameraMeasured, CertificateTold, CountyTold, Measured
from terminal.core.screen_views import PaperView, PartView
from terminal.core.status_views import KeyClass, KeysStatus
from tests.kiosk.shown_technical import FACE, MEASURED, NOW, STATUS

WELL = replace(
    MEASURED,
    status=replace(
        STATUS,
        away={},
        faces=replace(STATUS.faces, to_enrol_anew=0),
        scanner=replace(STATUS.scanner, unended=0),  # type: ignore[type-var]
    ),
    paper=PaperView(None, fitted=True),
    place=replace(
        MEASURED.place,
        county=CountyTold({"settings": NOW}),
        certificate=CertificateTold(NOW + timedelta(days=365)),
    ),
)
YEARS_AGO = NOW.replace(year=2019)


def part(measured: Measured, name: str) -> PartView:
    return next(part for part in judge_parts(measured) if part.part == name)


def told(**changed: Any) -> Measured:
    """The well terminal, but for these; `status_` and `place_` are of those parts of it."""
    of: dict[str, dict[str, Any]] = {"status": {}, "place": {}, "": {}}
    for name, value in changed.items():
        part, _, field = name.partition("_")
        of[part if part in of else ""][field if part in of else name] = value
    status, place = replace(WELL.status, **of["status"]), replace(WELL.place, **of["place"])
    return replace(WELL, status=status, place=place, **of[""])


def test_a_part_that_is_away_says_since_when_and_one_that_is_back_does_not() -> None:
    since = {"province": NOW - timedelta(hours=2), "camera": NOW}
    away = told(status_away={"province": "province.away"}, status_since=since)
    assert part(away, "province").measured["since"] == "2026-11-22 06:05"
    assert "since" not in part(away, "camera").measured


def test_moments_are_told_as_a_clock_at_the_clinic_shows_them() -> None:
    """NOW is 00:05 in UTC, as certificates and the county's files have it: 08:05 here."""
    assert part(MEASURED, "clock").measured["now"] == "2026-11-22 08:05"
    ends = told(place_certificate=CertificateTold(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)))
    assert part(ends, "certificate").measured["ends"] == "2027-01-01 00:00"


def test_a_terminal_of_which_all_is_well_has_nothing_to_mend() -> None:
    parts = judge_parts(WELL)
    assert {(part.state, part.code) for part in parts} == {("well", "")}
    assert len(parts) == len({part.part for part in parts}) == 18


SCANNER: Any = WELL.status.scanner
FACES: Any = WELL.status.faces


@pytest.mark.parametrize(
    ("name", "measured", "state", "code"),
    [
        ("camera", told(status_away={"camera": "camera.lost"}), "away", "camera.lost"),
        ("camera", told(camera=CameraMeasured(640, 480, 7.0, None)), "weak", "part.few_frames"),
        ("camera", told(camera=CameraMeasured(320, 240, 25.0, None)), "weak", "part.small_picture"),
        ("camera", told(camera=CameraMeasured(0, 0, 0.0, "camera.black")), "away", "camera.black"),
        ("camera", told(camera=None), "weak", "camera.starting"),
        ("eyes", told(status_faces=replace(FACES, measured=False)), "weak", "part.not_measured"),
        ("eyes", told(status_faces=replace(FACES, to_enrol_anew=3)), "weak", "part.enrol_anew"),
        ("scanner", told(status_scanner=None), "well", "part.not_fitted"),
        (
            "scanner",
            told(status_scanner=replace(SCANNER, last_byte_at=None)),
            "weak",
            "part.nothing_heard",
        ),
        ("scanner", told(status_scanner=replace(SCANNER, noise=99)), "weak", "part.noise"),
        ("scanner", told(status_scanner=replace(SCANNER, unended=1)), "weak", "part.unended"),
        (
            "scanner",
            told(status_scanner=replace(SCANNER, code="scanner.held")),
            "away",
            "scanner.held",
        ),
        ("printer", told(paper=PaperView()), "well", "part.not_fitted"),
        (
            "printer",
            told(paper=PaperView("printer.paper_out", fitted=True, waiting=1)),
            "away",
            "printer.paper_out",
        ),
        ("printer", told(paper=PaperView(None, True, 1)), "weak", "part.papers_waiting"),
        ("store", told(place_disk_free_bytes=99 * 1024**2), "away", "part.disk_full"),
        ("store", told(place_disk_free_bytes=1000 * 1024**2), "weak", "part.disk_short"),
        ("store", told(read_ms=201.0), "weak", "part.disk_slow"),
        ("province", told(last_answer_at=None), "weak", "part.long_silent"),
        ("province", told(last_answer_at=NOW - timedelta(hours=37)), "weak", "part.long_silent"),
        ("clock", told(newest_at=NOW + timedelta(minutes=6)), "away", "part.clock_wrong"),
        ("clock", told(now=YEARS_AGO, newest_at=None), "away", "part.clock_wrong"),
        ("keys", told(status_keys=None), "weak", "part.keys_unknown"),
        (
            "keys",
            told(status_keys=KeysStatus(KeyClass.WEAK, "file", None)),
            "weak",
            "part.keys_weak",
        ),
        (
            "keys",
            told(status_keys=KeysStatus(KeyClass.STRONG, "file", None, 2)),
            "weak",
            "vault.template_unreadable",
        ),
        ("ledger", told(status_away={"ledger": "ledger.edited"}), "away", "ledger.edited"),
        ("catalogue", told(place_drugs=0, place_services=0), "away", "part.no_catalogue"),
        ("catalogue", told(status_troubles={"1307": "store.away"}), "weak", "store.away"),
        ("keyboard", told(place_typing_port=""), "well", "part.not_fitted"),
        (
            "keyboard",
            told(place_typing_port="/dev/hidg0", status_away={"keyboard": "typing.away"}),
            "away",
            "typing.away",
        ),
        (
            "keyboard",
            told(place_typing_port="", status_away={"keyboard": "typing.away"}),
            "away",
            "typing.away",
        ),
        ("api", told(place_api_listen=""), "well", "part.not_fitted"),
        ("callback", told(place_api_listen=""), "well", "part.not_fitted"),
        (
            "api",
            told(status_away={"api": "api.port_in_use"}),
            "away",
            "api.port_in_use",
        ),
        (
            "callback",
            told(status_away={"callback": "callback.away"}),
            "away",
            "callback.away",
        ),
        ("sold_filter", told(place_filter_wanted=False), "well", "part.not_fitted"),
        (
            "sold_filter",
            told(place_filter_fetched_at=NOW - timedelta(days=8)),
            "weak",
            "part.filter_old",
        ),
        ("county", told(place_county=CountyTold()), "weak", "county.never"),
        (
            "county",
            told(place_county=CountyTold({"settings": NOW}, ("settings",))),
            "weak",
            "county.silent",
        ),
        *(
            ("certificate", told(place_certificate=certificate), state, code)
            for certificate, state, code in (
                (None, "well", "part.not_fitted"),
                (CertificateTold(NOW + timedelta(days=31)), "well", ""),
                (CertificateTold(NOW + timedelta(days=30)), "weak", "certificate.ends_soon"),
                (CertificateTold(NOW + timedelta(hours=3)), "weak", "certificate.ends_soon"),
                (CertificateTold(NOW), "away", "certificate.expired"),
                (CertificateTold(None), "away", "certificate.wrong_form"),
            )
        ),
        ("voice", told(place_voice_files=0), "away", "part.no_voice"),
        ("voice", told(place_voice_files=None), "well", "part.not_fitted"),
        ("screens", told(place_assets_missing=("htmx.min.js",)), "away", "part.assets_missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_part_is_judged_by_what_was_measured(
    name: str, measured: Measured, state: str, code: str
) -> None:
    found = part(measured, name)
    assert (found.state, found.code) == (state, code)


@pytest.mark.parametrize(
    ("changed", "hint"),
    [
        ({}, "framing.good"),
        ({"gate": "face.too_far"}, "face.too_far"),
        ({"picture_brightness": 190.0}, "framing.backlit"),
        (
            {"picture_brightness": 190.0, "brightness": 20.0, "gate": "face.too_dark"},
            "framing.backlit",
        ),
        ({"brightness": 30.0, "picture_brightness": 40.0}, "framing.dim"),
        ({"sharpness": 18.0}, "framing.soft"),
        ({"box": None, "gate": "face.none"}, "face.none"),
        ({"box": None, "gate": "face.none", "picture_brightness": 12.0}, "framing.room_dark"),
        ({"box": None, "gate": "face.none", "picture_brightness": 240.0}, "framing.room_bright"),
    ],
)
def test_one_hint_says_what_to_do_about_place_and_light(changed: Any, hint: str) -> None:
    assert framing_hint(replace(FACE, **changed)) == hint
