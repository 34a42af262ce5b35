"""Where a sound comes from, and that nothing else does."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import pytest

from kiosk_ui.app import create_app
from kiosk_ui.guard import HEADERS
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import Pictures, ShownDesk


def sound(file: Path, samples: int) -> bytes:
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(22050)
        made.writeframes(b"\0\0" * samples)
    return file.read_bytes()


def speaking(folder: Path, pack: str = "mandarin") -> Any:
    return create_app(ShownDesk(), Pictures(), folder, voice=folder / pack).test_client()


def asked(client: Any, name: str, **headers: str) -> Any:
    return client.get(f"/voice/{name}", headers={**OURS, **headers}, buffered=True)


def test_a_clip_is_sent_and_asked_for_again_by_its_tag(tmp_path: Path) -> None:
    made = sound(tmp_path / "mandarin/bill.own.wav", 100)
    client = speaking(tmp_path)
    first = asked(client, "bill.own")
    assert (first.status_code, first.mimetype, first.data) == (200, "audio/wav", made)
    assert "no-store" not in first.headers["Cache-Control"]
    again = asked(client, "bill.own", **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    part = asked(client, "bill.own", Range="bytes=0-3")
    assert (part.status_code, part.data) == (206, made[:4])


@pytest.mark.parametrize(
    "name",
    ["bill.own.wav", "manifest.json", "secret", "..%2Fsecret", "%2e%2e/secret", "bill.own%00", ""],
)
def test_nothing_but_a_clip_of_the_table_is_sent(name: str, tmp_path: Path) -> None:
    sound(tmp_path / "mandarin/bill.own.wav", 100)
    sound(tmp_path / "mandarin/secret.wav", 100)
    sound(tmp_path / "secret.wav", 100)
    (tmp_path / "mandarin/manifest.json").write_text("{}")
    assert asked(speaking(tmp_path), name).status_code == 404


def test_a_clip_that_was_not_built_and_a_terminal_without_a_voice_say_so(tmp_path: Path) -> None:
    assert asked(speaking(tmp_path), "bill.own").status_code == 404
    silent = create_app(ShownDesk(), Pictures(), tmp_path).test_client()
    assert asked(silent, "bill.own").status_code == 404
    page = silent.get("/resident", headers={"Sec-Fetch-Site": "none"}).text
    assert "data-say=" not in page
    assert "再听一遍" not in page


def test_a_recorded_pack_goes_before_and_what_it_lacks_comes_from_mandarin(tmp_path: Path) -> None:
    built = sound(tmp_path / "mandarin/bill.own.wav", 100)
    sound(tmp_path / "mandarin/bill.fund.wav", 100)
    recorded = sound(tmp_path / "jiahe/bill.fund.ogg", 50)
    client = speaking(tmp_path, "jiahe")
    fund = asked(client, "bill.fund")
    assert (fund.data, fund.mimetype) == (recorded, "audio/ogg")
    assert asked(client, "bill.own").data == built


def test_a_recording_of_words_that_changed_since_is_not_played(tmp_path: Path) -> None:
    built = sound(tmp_path / "mandarin/bill.own.wav", 100)
    sound(tmp_path / "mandarin/bill.fund.wav", 100)
    sound(tmp_path / "jiahe/bill.own.wav", 50)
    recorded = sound(tmp_path / "jiahe/bill.fund.wav", 50)
    told = "clip,words\nbill.own,您要付\nbill.fund,医保支付\n"
    (tmp_path / "jiahe/spoken.csv").write_text(told, "utf-8")
    client = speaking(tmp_path, "jiahe")
    assert asked(client, "bill.own").data == built
    assert asked(client, "bill.fund").data == recorded


def test_sound_is_allowed_from_here_alone() -> None:
    assert "media-src 'self'" in HEADERS["Content-Security-Policy"].split("; ")
