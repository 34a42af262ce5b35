"""What the manuals tell doctor and technician to press, read and type is there to be."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import typer

from kiosk_ui.words import WORDS
from terminal import __main__ as program
from terminal.settings import Settings
from tests.house.source import HOUSE, code_files, name_of, tree

DOCTORS = ("村医手册.md", "after-a-power-cut.md")
MANUALS = (*DOCTORS, "装机手册.md")

SAID_OTHERWISE: dict[str, str] = {}
"""In 「」 and on no page, each with its reason."""

LATIN = {"U", "A"}
"""What a doctor reads in Latin letters: a U 盘."""

LINES_OF_A_PAGE, LETTERS_OF_A_LINE, LINES_OF_A_PICTURE, PAGES_MOST = 38, 44, 14, 10
"""A4 at 11.5 pt with margins of 18 mm, a picture 75 mm high: so the page is printed."""


def manual(name: str) -> str:
    return (HOUSE / "docs" / name).read_text("utf-8")


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text).strip("。，；：？！…")


@cache
def shown() -> frozenset[str]:
    """Each text that stands by itself on a page: a label, a heading, a sentence of words."""
    texts: list[str] = []
    for path in (HOUSE / "kiosk_ui/templates").rglob("*.html"):
        page = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        texts += re.findall(r'"([^"<>{}]+)"', page)
        texts += re.split(r"<[^>]*>|\{\{.*?\}\}|\{%.*?%\}", page)
    for path in code_files():
        if name_of(path).startswith(("kiosk_ui/technician_words/pages", "kiosk_ui/goods_names")):
            texts += [
                n.value
                for n in ast.walk(tree(path))
                if isinstance(n, ast.Constant) and isinstance(n.value, str)
            ]
    for words in WORDS.values():
        texts += [words.doctor, words.resident]
    return frozenset(bare(text) for text in texts)


def quoted(text: str) -> Iterator[str]:
    """What stands in 「」, the outer ones only."""
    depth, begun = 0, 0
    for place, letter in enumerate(text):
        if letter == "「":
            depth, begun = depth + 1, begun if depth else place + 1
        elif letter == "」":
            depth -= 1
            if not depth and place > begun:
                yield text[begun:place]


def not_shown(text: str) -> list[str]:
    return [each for each in quoted(text) if bare(each) not in shown() | SAID_OTHERWISE.keys()]


@pytest.mark.parametrize("name", MANUALS)
def test_every_button_and_sentence_that_a_manual_quotes_stands_on_a_page(name):
    assert len(list(quoted(manual(name)))) >= 8
    assert not_shown(manual(name)) == []


@pytest.mark.parametrize("wrong", ["断网记", "确认付款", "交班了", "打印机没有纸"])
def test_a_button_that_is_on_no_page_is_found(wrong):
    assert not_shown(f"请按「{wrong}」，再按「交班」。") == [wrong]


def commands(text: str) -> Iterator[list[str]]:
    code = "\n".join(re.findall(r"```\n(.*?)```", text, flags=re.DOTALL))
    inline = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    for line in [*code.splitlines(), *re.findall(r"`([^`\n]+)`", inline)]:
        if line.startswith("clinic-terminal "):
            yield line.split()[1:]


@cache
def every_command() -> Any:
    """The program's commands, taken where the console script would begin to run them."""
    taken: list[typer.Typer] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(program, "run_commands", lambda app, _: taken.append(app))
        patched.setattr(program, "forbid_core_dumps", lambda: None)
        program.main()
    return typer.main.get_command(taken[0])


def wrong_in(words: list[str]) -> str | None:
    """The first word of a command that the program does not know."""
    command = every_command()
    while words and hasattr(command, "commands"):
        if words[0] not in command.commands:
            return words[0]
        command, words = command.commands[words[0]], words[1:]
    options = {option for param in command.params for option in param.opts}
    return next((word for word in words if word.startswith("--") and word not in options), None)


@pytest.mark.parametrize("name", MANUALS)
def test_every_command_that_a_manual_names_exists(name):
    assert [wrong for words in commands(manual(name)) if (wrong := wrong_in(words))] == []


def test_a_command_and_an_option_that_are_not_there_are_found():
    found = [
        wrong_in(words)
        for words in commands("`clinic-terminal chek` `clinic-terminal check --trp`")
    ]
    assert found == ["chek", "--trp"]


@pytest.mark.parametrize("name", MANUALS)
def test_every_setting_and_fault_that_a_manual_names_exists(name):
    for token in re.findall(r"(?m)`([a-z]+(?:[._][a-z_]+)*)`", manual(name)):
        if token.endswith(".pub"):
            continue
        known = WORDS if "." in token else Settings.model_fields
        assert token in known, token


@pytest.mark.parametrize("name", MANUALS)
def test_every_picture_and_page_that_a_manual_links_is_there(name):
    for link in re.findall(r"\]\(([^)#]+)\)", manual(name)):
        assert (HOUSE / "docs" / link).is_file(), link


@pytest.mark.parametrize("name", DOCTORS)
def test_a_doctors_manual_speaks_no_jargon(name):
    prose = re.sub(r"\]\([^)]*\)", "]", manual(name))
    assert set(re.findall(r"[A-Za-z]+", prose)) - LATIN == set()


def pages_of(text: str) -> float:
    lines = 0.0
    for line in text.splitlines():
        if line.startswith("!["):
            lines += LINES_OF_A_PICTURE
        elif line and not line.startswith("|---"):
            cells = [len(cell) for cell in line.split("|")]
            table, heading = line.startswith("|"), line.startswith("#")
            letters = max(cells) * 2 if table else len(line)
            lines += -(-letters // LETTERS_OF_A_LINE) + (0.4 if table else 1.2 if heading else 0.3)
    return lines / LINES_OF_A_PAGE


def test_the_doctors_manual_is_at_most_ten_pages():
    assert pages_of(manual("村医手册.md")) <= PAGES_MOST


def test_the_page_for_the_wall_comes_first():
    headings = re.findall(r"(?m)^## (.*)", manual("村医手册.md"))
    assert headings[0].startswith("小抄")


def test_the_place_for_pairing_is_marked_once():
    assert manual("装机手册.md").count("<!-- provisioning -->") == 1
