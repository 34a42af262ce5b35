"""How the parts are, for whoever looks after the terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk_ui.words import WORDS
from terminal.core.camera_checks import CameraClass
from terminal.core.faults import Unavailable
from terminal.core.kept_file import DIAGNOSES, PREFIXES, KeptFile
from terminal.core.status_views import KeyClass, KeysStatus, ScannerStatus
from tests.kiosk.counter_views import ShownDesk, status


def test_the_pack_in_use_its_licence_and_its_threshold_are_shown(
    client: Any, desk: ShownDesk
) -> None:
    page = client.get("/status").text
    for said in ("default", "MIT", "0.432", "1796", 'data-measured="yes"', "3f2a3f2a3f2a<"):
        assert said in page
    assert "data-warning" not in page


@pytest.mark.parametrize("warning", ["pack.research_only", "pack.licence_unknown"])
def test_a_licence_that_forbids_the_work_is_warned_of(
    client: Any, desk: ShownDesk, warning: str
) -> None:
    desk.health = status(warning=warning, measured=False, to_enrol_anew=12)
    page = client.get("/status").text
    assert f'data-warning="{warning}"' in page
    assert WORDS[warning].technician in page
    assert 'data-measured="no"' in page
    assert 'data-anew="12"' in page


def test_what_is_away_is_told_in_the_technicians_words_with_its_code(
    client: Any, desk: ShownDesk
) -> None:
    desk.health = status(away={"camera": "camera.repeats"})
    page = client.get("/status").text
    assert 'data-part="camera"' in page
    assert WORDS["camera.repeats"].technician in page
    assert "camera.repeats" in page


def test_since_when_a_part_is_away_stands_beside_it(client: Any, desk: ShownDesk) -> None:
    at = datetime(2025, 11, 18, 16, 5, tzinfo=UTC)
    shown = status(away={"camera": "camera.repeats", "printer": "printer.away"})
    desk.health = replace(shown, since={"camera": at})
    page = client.get("/status").text
    assert page.count("data-since") == 1
    assert "从 11月19日 00:05 起" in page


def test_a_licence_is_text_whatever_it_is_made_of(client: Any, desk: ShownDesk) -> None:
    desk.health = status(licence="<script>alert(1)</script>", camera="<img src=x>")
    page = client.get("/status").text
    assert "<script>alert" not in page
    assert "<img" not in page


class Speechless(ShownDesk):
    def status(self) -> Any:
        raise Unavailable("store.away")


def test_a_status_that_cannot_be_told_is_answered_in_the_technicians_words(
    client: Any, desk: ShownDesk
) -> None:
    desk.__class__ = Speechless
    answer = client.get("/status")
    assert answer.status_code == 503
    assert WORDS["store.away"].technician in answer.text
    assert 'href="/status"' in answer.text


def test_the_status_is_one_tap_away_for_the_doctor(client: Any) -> None:
    assert 'href="/status"' in client.get("/doctor").text


@pytest.mark.parametrize("camera_class", CameraClass)
def test_the_class_of_the_camera_is_told_in_words(
    client: Any, desk: ShownDesk, camera_class: CameraClass
) -> None:
    desk.health = status(camera_class=camera_class.value)
    page = client.get("/status").text
    assert f'data-class="{camera_class.value}"' in page
    assert f">{camera_class.value}<" not in page


def scanner(**other: Any) -> ScannerStatus:
    known: dict[str, Any] = {
        "where": "/dev/serial/by-id/usb-SIMULATED-if00 (ttyACM1)",
        "profile": "honeywell",
        "code": None,
        "last_byte_at": datetime(2025, 11, 20, 2, 32, tzinfo=UTC),
        "lines": 31,
        "noise": 2,
        "unended": 0,
    }
    return ScannerStatus(**{**known, **other})


def test_the_scanner_tells_where_it_is_and_when_its_last_byte_came(
    client: Any, desk: ShownDesk
) -> None:
    desk.health = replace(status(), scanner=scanner())
    page = client.get("/status").text
    for said in ("(ttyACM1)", "霍尼韦尔", "10:32", ">31<", "2 次", 'data-scanner="well"'):
        assert said in page


def test_a_scanner_from_which_nothing_came_is_not_called_well(client: Any, desk: ShownDesk) -> None:
    desk.health = replace(status(), scanner=scanner(last_byte_at=None, code="scanner.held"))
    page = client.get("/status").text
    assert 'data-last-byte=""' in page
    assert "接错了口" in page
    assert 'data-scanner="scanner.held"' in page
    assert WORDS["scanner.held"].technician in page


def test_noise_and_lines_without_an_end_say_what_to_mend(client: Any, desk: ShownDesk) -> None:
    assert "检查波特率" not in client.get("/status").text
    desk.health = replace(status(), scanner=scanner(noise=99, unended=4, where="<b>x</b>"))
    page = client.get("/status").text
    assert "检查波特率" in page
    assert "后缀设为 CR" in page
    assert "<b>x" not in page


def test_the_files_kept_from_the_province_are_told_with_version_date_and_rows(
    client: Any, desk: ShownDesk
) -> None:
    assert "还没有下载过" in client.get("/status").text
    fetched = datetime(2025, 11, 18, 22, 5, tzinfo=UTC)
    kept = (
        KeptFile(PREFIXES, "20251101001", fetched, 8123, "ab" * 32),
        KeptFile(DIAGNOSES, "2.0<i>", fetched, 35100, "cd" * 32),
    )
    desk.health = replace(status(), kept=kept)
    page = client.get("/status").text
    for said in ("20251101001", "11月19日 06:05", "8123", f'data-kept="{DIAGNOSES}"', "疾病诊断"):
        assert said in page
    assert "<i>" not in page
    assert "data-trouble" not in page


def test_a_table_that_could_not_be_renewed_says_why(client: Any, desk: ShownDesk) -> None:
    desk.health = replace(status(), troubles={PREFIXES: "store.away"})
    page = client.get("/status").text
    assert f'data-trouble="{PREFIXES}"' in page
    assert WORDS["store.away"].technician in page
    assert "仍用原来的" in page


@pytest.mark.parametrize("klass", KeyClass)
def test_the_class_of_the_keys_is_named_and_no_key(
    client: Any, desk: ShownDesk, klass: KeyClass
) -> None:
    made = datetime(2025, 9, 1, tzinfo=UTC)
    desk.health = replace(status(), keys=KeysStatus(klass, "file", made))
    page = client.get("/status").text
    assert f'data-keys="{klass.value}"' in page
    assert "密钥文件" in page
    assert "data-unreadable" not in page


def test_faces_that_no_key_opens_are_counted(client: Any, desk: ShownDesk) -> None:
    keys = KeysStatus(KeyClass.MEDIUM, "credentials", None, templates_unreadable=4)
    desk.health = replace(status(), keys=keys)
    page = client.get("/status").text
    assert 'data-unreadable="4"' in page
    assert WORDS["vault.template_unreadable"].technician in page
    assert "来源不说明" in page
