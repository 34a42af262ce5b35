"""The technician's pages in both languages, in process and in a real browser."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import kiosk_ui
from kiosk_ui.technician import COOKIE, PAGES
from kiosk_ui.technician_words.english import ENGLISH
from kiosk_ui.technician_words.pages import TEXTS
from kiosk_ui.technician_words.settings import MEANINGS
from kiosk_ui.words import WORDS
from terminal.core.faults import Unavailable
from terminal.core.part_measured import Measured
from terminal.core.technical_views import HeardView, NetworkView
from terminal.core.trace_codes import Kind
from terminal.province.trying import STEPS
from terminal.settings import Settings
from tests.kiosk.conftest import OURS
from tests.kiosk.counter_views import ShownDesk
from tests.kiosk.shown_technical import FACE, NOW

TEMPLATES = Path(kiosk_ui.__file__).parent / "templates" / "technician"
JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
MET = ("camera.", "scanner.", "eyes.", "part.", "network.", "printer.")
"""Families of codes of which a technician's page may show any."""

NOTHING_THERE: dict[str, Any] = {
    "measured": Measured(NOW, replace(ShownDesk().technical.measured.status, scanner=None)),
    "picture": None,
    "listening": HeardView(open=False),
    "line": NetworkView(),
}


class Texts(HTMLParser):
    """What a page says in words of ours: values and marked Chinese terms left out."""

    VOID = ("meta", "link", "img", "input", "br", "ellipse", "circle", "path")

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        hidden = "data-value" in named or (named.get("lang") == "zh-CN" and tag == "span")
        shown = not any(self._open)
        if shown:
            self.said += [named[each] or "" for each in ("aria-label", "alt") if each in named]
        if tag not in self.VOID:
            self._open.append(hidden)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._open) and data.strip():
            self.said.append(data.strip())


def said(page: str) -> list[str]:
    reader = Texts()
    reader.feed(page)
    return reader.said


@pytest.mark.parametrize("path", PAGES.values())
@pytest.mark.parametrize("state", ["everything", "nothing"])
def test_an_english_page_has_no_chinese_but_values(
    client: Any, desk: ShownDesk, path: str, state: str
) -> None:
    if state == "nothing":
        for name, value in NOTHING_THERE.items():
            setattr(desk.technical, name, value)
    client.set_cookie(COOKIE, "en", domain="127.0.0.1")
    client.set_cookie(COOKIE, "en", domain="localhost")
    answer = client.get(path)
    assert answer.status_code == 200
    assert '<html lang="en">' in answer.text
    texts = said(answer.text)
    assert [each for each in texts if CHINESE.search(each)] == []
    assert len(texts) > 10


@pytest.mark.parametrize("path", PAGES.values())
def test_a_chinese_page_says_nothing_in_english(client: Any, desk: ShownDesk, path: str) -> None:
    english = {words for _, words in TEXTS.values()} - {words for words, _ in TEXTS.values()}
    texts = said(client.get(path).text)
    assert not english & set(texts)
    assert any(CHINESE.search(each) for each in texts)


def test_no_template_has_a_word_that_is_not_in_the_list_of_texts() -> None:
    loose = re.compile(r">[^<>{}]*[A-Za-z\u3400-\u9fff]{2,}[^<>{}]*<")
    for template in TEMPLATES.glob("*.html"):
        source = JINJA.sub("", template.read_text("utf-8"))
        found = [hit for hit in loose.findall(source) if hit.strip("> <") != "ms"]
        assert found == [], template.name
        assert not CHINESE.search(source), template.name


def test_every_text_is_there_twice_and_not_the_same() -> None:
    same = {key for key, (chinese, english) in TEXTS.items() if chinese == english}
    assert same == {"v.python"}
    assert not [key for key, (_, english) in TEXTS.items() if CHINESE.search(english)]
    for key in [f"kind.{kind.value}" for kind in Kind] + [f"step.{step}" for step in STEPS]:
        assert key in TEXTS


def test_every_code_that_a_technicians_page_may_show_has_english_words() -> None:
    codes = {code for code in WORDS if code.startswith(MET)}
    assert len(codes) > 40
    assert codes - set(ENGLISH) == set()
    assert not [words for words in ENGLISH.values() if CHINESE.search(words)]


def test_every_setting_has_its_meaning_in_chinese() -> None:
    assert set(Settings.model_fields) == set(MEANINGS)


def test_the_language_is_chosen_by_a_link_and_stays_on_these_pages_only(
    client: Any, desk: ShownDesk
) -> None:
    assert "部件" in client.get("/technician").text
    answer = client.get("/technician/language/en?from=/technician/logs")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/technician/logs")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "Parts" in client.get("/technician").text
    assert '<html lang="zh-CN">' in client.get("/status").text
    assert client.get("/technician/language/xx").status_code == 404
    elsewhere = client.get("/technician/language/zh?from=//evil.example/technician")
    assert elsewhere.headers["Location"] == "/technician"


def test_the_settings_decide_the_language_until_somebody_chooses(
    client: Any, desk: ShownDesk
) -> None:
    desk.technical.language = "en"
    assert "Check again" in client.get("/technician").text


def test_each_part_says_how_it_is_and_what_to_do(client: Any, desk: ShownDesk) -> None:
    page = client.get("/technician").text
    states = dict(re.findall(r'data-part="(\w+)" data-state="(\w+)"', page))
    assert len(states) == 18
    assert (states["province"], states["scanner"], states["camera"]) == ("away", "weak", "well")
    assert WORDS["province.no_answer"].technician in page
    assert WORDS["part.unended"].technician in page
    assert "24.9 /s" in page


def test_a_store_that_is_away_is_told_in_the_chosen_language(client: Any, desk: ShownDesk) -> None:
    desk.technical.refusing = Unavailable("store.away")
    desk.technical.language = "en"
    answer = client.get("/technician")
    assert answer.status_code == 503
    assert ENGLISH["store.away"] in answer.text
    assert CHINESE.search("".join(said(answer.text))) is None


def test_the_tests_are_begun_by_a_tap_and_never_by_a_link(client: Any, desk: ShownDesk) -> None:
    for path in ("scanner/start", "scanner/stop", "network/try", "outputs/print"):
        assert client.get(f"/technician/{path}").status_code == 405
        assert client.post(f"/technician/{path}", headers=OURS).status_code == 303
    assert desk.technical.begun == ["scanner", "no scanner", "network"]
    assert desk.taken == [("print_test",)]


def test_what_may_belong_to_a_person_is_named_by_kind_and_length_only(
    client: Any, desk: ShownDesk
) -> None:
    page = client.get("/technician/scanner/now").text
    row = page.split('data-kind="identity_card"')[1].split("</tr>")[0]
    assert "<code" not in row
    assert TEXTS["scanner.secret"][0] in row
    assert "38 33 38 35 1d" in page


def test_the_log_is_filtered_by_level_and_text_and_is_never_markup(
    client: Any, desk: ShownDesk
) -> None:
    assert client.get("/technician/logs").text.count("data-level=") == 3
    assert client.get("/technician/logs?level=warning").text.count("data-level=") == 2
    page = client.get("/technician/logs?text=%3Cb%3E").text
    assert page.count("data-level=") == 1
    assert "<b>out" not in page
    assert client.get("/technician/logs?level=nonsense").status_code == 200


def test_a_setting_is_found_by_its_name_or_its_meaning(client: Any, desk: ShownDesk) -> None:
    assert client.get("/technician/settings").text.count("data-setting=") == 4
    found = client.get("/technician/settings?find=抹").text
    assert re.findall(r'data-setting="(\w+)"', found) == ["let_go_max_fen"]
    assert TEXTS["setting.none"][0] in client.get("/technician/settings?find=zzz").text


def test_the_ring_follows_the_face_without_a_reload(
    page: Page, desk: ShownDesk, address: str
) -> None:
    page.goto(f"{address}/technician/camera", wait_until="domcontentloaded")
    ring = page.locator(".ring ellipse")
    expect(ring).to_have_attribute("cx", "325")
    desk.technical.picture = replace(FACE, box=(20, 30, 60, 70), gate="face.too_far")
    expect(page.locator('[data-hint="face.too_far"]')).to_be_visible(timeout=30_000)
    expect(ring).to_have_attribute("cx", "50")
    expect(page.locator("#preview")).to_have_js_property("naturalWidth", 320)
    expect(page.locator("#aim")).to_have_count(1)
