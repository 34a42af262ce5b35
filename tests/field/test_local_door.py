"""The local door: who may ask, what they may ask, and how a caller is told no."""

from __future__ import annotations

import json
import os
import socket
import stat
from contextlib import closing
from pathlib import Path

import pytest

from terminal.core.faults import Fault, Refused, Unavailable
from terminal.local_door import DOOR, LocalDoor, ask
from tests.clinic import WAIT_S, quick_folder


@pytest.fixture
def folder():
    with quick_folder() as made:
        deep = made / ("deep" * 30)  # Deeper than a socket's name may be long.
        deep.mkdir()
        yield deep


@pytest.fixture
def door(folder):
    def refuses():
        raise Refused("closing.day_not_come", day="2026-11-24")

    opened = LocalDoor(folder, {"close": lambda: {"closed": ["2026-11-22"]}, "no": refuses})
    opened.open()
    yield opened
    opened.close()


def test_the_terminal_does_what_it_is_asked_and_says_what_it_did(door, folder):
    assert ask(folder, "close") == {"closed": ["2026-11-22"]}
    assert ask(folder, "close") == {"closed": ["2026-11-22"]}


def test_its_no_keeps_code_and_facts(door, folder):
    with pytest.raises(Refused) as raised:
        ask(folder, "no")
    assert raised.value.code == "door.said_no"
    assert raised.value.facts["why"] == "closing.day_not_come"
    assert raised.value.facts["facts"] == {"day": "2026-11-24"}


def test_a_verb_that_nobody_knows_is_refused(door, folder):
    with pytest.raises(Refused) as raised:
        ask(folder, "erase")
    assert raised.value.facts["why"] == "door.no_such_verb"


def test_where_no_terminal_runs_nobody_opens(folder):
    with pytest.raises(Unavailable) as raised:
        ask(folder, "close")
    assert raised.value.code == "door.nobody"


def test_a_door_that_was_left_behind_by_a_power_cut_is_opened_anew(folder):
    with socket.socket(socket.AF_UNIX) as left:
        here = os.open(folder, os.O_PATH)
        left.bind(f"/proc/self/fd/{here}/{DOOR}")
        os.close(here)
    door = LocalDoor(folder, {"close": dict})
    door.open()
    assert ask(folder, "close") == {}
    door.close()
    assert not (folder / DOOR).exists()


def test_only_the_terminals_own_user_may_open_it(door, folder):
    assert stat.S_IMODE((folder / DOOR).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "told",
    [
        *(b"\n", b"[]\n", b'{"verb": ["close"]}\n', b'{"verb": {}}\n', b"\xff\xfe\n"),
        *(b"x" * 100_000, b"[" * 4_000 + b"\n"),
    ],
)
def test_no_bytes_break_it(door, folder, told):
    with socket.socket(socket.AF_UNIX) as way:
        here = os.open(folder, os.O_PATH)
        way.connect(f"/proc/self/fd/{here}/{DOOR}")
        os.close(here)
        way.settimeout(WAIT_S)
        try:
            way.sendall(told)
            answer = way.recv(4096)
        except (BrokenPipeError, ConnectionResetError):
            answer = b""
    assert answer == b"" or json.loads(answer)["fault"] == "door.no_such_verb"
    assert ask(folder, "close") == {"closed": ["2026-11-22"]}


def test_a_verb_that_breaks_leaves_the_door_open_for_the_next(folder):
    verbs = {"breaks": lambda: dict(1 / 0), "close": dict}  # type: ignore[call-overload]
    with closing(LocalDoor(folder, verbs)) as door:
        door.open()
        with pytest.raises(Unavailable, match=r"door\.no_answer"):
            ask(folder, "breaks")
        assert ask(folder, "close") == {}


def test_a_folder_that_cannot_be_written_is_said():
    with pytest.raises((Fault, OSError)):
        LocalDoor(Path("/proc/1"), {}).open()
