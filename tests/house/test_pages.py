"""Every code has words, and every page of docs/ says what the code says."""

import ast
import re

import pytest

from kiosk_ui.words import WORDS
from terminal.settings import Settings
from tests.house.pages import PAGES
from tests.house.source import HOUSE, code_files, known_codes, name_of, tree


def test_every_code_that_can_reach_a_person_has_words():
    codes = sorted(known_codes())
    assert [code for code in codes if not re.fullmatch(r"[a-z]+(\.[a-z][a-z_]*)+", code)] == []
    assert [code for code in codes if code not in WORDS] == []
    wordless = [
        code
        for code in codes
        if not (WORDS[code].doctor and WORDS[code].resident and WORDS[code].technician)
    ]
    assert wordless == []


def test_a_fault_is_raised_with_a_code_that_can_be_found():
    """Made codes escape the list above: they may stand in the basket only."""
    for path in code_files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {
                "Refused",
                "Unavailable",
                "Uncertain",
            }:
                literal = bool(node.args) and isinstance(node.args[0], ast.Constant)
                assert literal or name_of(path) == "terminal/scanning.py", (
                    name_of(path),
                    node.lineno,
                )


@pytest.mark.parametrize("name", PAGES)
def test_a_drawn_page_is_what_the_code_says(name):
    assert (HOUSE / "docs" / name).read_text("utf-8") == PAGES[name](), "run `make docs`"


def test_words_never_show_a_code_to_resident_or_doctor():
    for code, words in WORDS.items():
        assert code not in words.resident + words.doctor
        assert not re.search(r"[a-z]+\.[a-z]+_", words.resident + words.doctor), code


def documents():
    return [HOUSE / "README.md", HOUSE / "CHANGELOG.md", *sorted((HOUSE / "docs").rglob("*.md"))]


def test_every_command_and_setting_that_the_docs_name_exists():
    makefile = (HOUSE / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"(?m)^([a-z]+):", makefile))
    for page in documents():
        text = page.read_text("utf-8")
        for target in re.findall(r"`make ([a-z]+)", text):
            assert target in targets, f"{page.name}: make {target}"
        for variable in re.findall(r"CLINIC_TERMINAL_([A-Z][A-Z_]+)", text):
            assert variable.lower() in Settings.model_fields, f"{page.name}: {variable}"


def test_every_link_in_the_docs_leads_somewhere():
    for page in documents():
        for link in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text("utf-8")):
            if "://" not in link:
                assert (page.parent / link).exists(), f"{page.name}: {link}"
