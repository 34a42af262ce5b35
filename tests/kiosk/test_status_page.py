"""How the parts are, for whoever looks after the terminal."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk_ui.words import WORDS
from terminal.core.camera_checks import CameraClass
from terminal.core.faults import Unavailable
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
