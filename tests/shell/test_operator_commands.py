"""The operator commands at a console: a real store, real files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from terminal.__main__ import Joined
from terminal.assembly.keys import STORE
from terminal.assembly.operator_commands import add_operators
from terminal.assembly.operators import OperatorConsole
from terminal.core.faults import Fault
from terminal.store.database import held
from terminal.technician import create_commands
from tests.operators import LEI, PIN

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `clinic-terminal operator …` on a data folder; a fault comes out as it was raised."""
    file = tmp_path / "terminal.toml"
    file.write_text(f'data_dir = "{tmp_path / "data"}"\n', "utf-8")
    app = create_commands(Joined())
    add_operators(app, OperatorConsole())

    def operator(*words: str, typed: str = "") -> str:
        told = ["operator", *words, "--settings", str(file)]
        done = CliRunner().invoke(app, told, input=typed)
        if isinstance(done.exception, Fault):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.stdout

    return operator


@pytest.fixture
def pin_file(tmp_path: Path) -> Path:
    path = tmp_path / "pin"
    path.write_text(f"{PIN}\n", "ascii")
    path.chmod(0o600)
    return path


def technician(run: Run, pin_file: Path) -> str:
    words = ("add", "--name", "陈师傅", "--role", "technician", "--pin-file", str(pin_file))
    (made,) = json.loads(run(*words, "--json"))
    return str(made["operator_id"])


def test_the_first_technician_is_made_at_the_console(run: Run, pin_file: Path) -> None:
    made = technician(run, pin_file)
    (listed,) = json.loads(run("list", "--json"))
    assert listed["operator_id"] == made
    assert (listed["name"], listed["roles"]) == ("陈师傅", "technician")
    assert PIN not in str(listed)


def test_who_may_sign_in_is_listed_beside_a_terminal_that_runs(
    run: Run, pin_file: Path, tmp_path: Path
) -> None:
    made = technician(run, pin_file)
    with held(tmp_path / "data" / STORE):
        (listed,) = json.loads(run("list", "--json"))
    assert listed["operator_id"] == made


def test_a_pin_is_typed_twice_and_never_shown(run: Run) -> None:
    words = ("add", "--name", "陈师傅", "--role", "technician")
    assert PIN not in run(*words, typed=f"{PIN}\n{PIN}\n")
    assert len(json.loads(run("list", "--json"))) == 1


def test_a_doctor_is_not_the_first(run: Run, pin_file: Path) -> None:
    words = ("add", "--name", "雷新民", "--role", "doctor", "--code", LEI)
    with pytest.raises(Fault, match=r"operator\.technician_first"):
        run(*words, "--pin-file", str(pin_file))
    technician(run, pin_file)
    run(*words, "--pin-file", str(pin_file))
    assert [row["code"] for row in json.loads(run("list", "--json"))] == ["", LEI]


@pytest.mark.parametrize(("text", "mode"), [(PIN, 0o644), (f"{PIN}\n{PIN}\n", 0o600), ("", 0o600)])
def test_a_pin_file_that_others_read_or_that_holds_more_is_refused(
    run: Run, pin_file: Path, text: str, mode: int
) -> None:
    pin_file.write_text(text, "ascii")
    pin_file.chmod(mode)
    with pytest.raises(Fault, match=r"operator\.pin_unreadable"):
        technician(run, pin_file)


def test_there_is_no_weak_first_pin(run: Run, pin_file: Path) -> None:
    pin_file.write_text("123456", "ascii")
    with pytest.raises(Fault, match=r"operator\.pin_weak"):
        technician(run, pin_file)


def test_the_last_technician_is_not_retired_and_another_may_be(run: Run, pin_file: Path) -> None:
    first = technician(run, pin_file)
    with pytest.raises(Fault, match=r"operator\.last_technician"):
        run("retire", first)
    second = technician(run, pin_file)
    run("retire", first)
    run("reset-pin", second, "--pin-file", str(pin_file))
    with pytest.raises(Fault, match=r"operator\.unknown"):
        run("reset-pin", first, "--pin-file", str(pin_file))
    with pytest.raises(Fault, match=r"operator\.face_not_enrolled"):
        run("face", second, "--id-number", "-", typed="991024196503121030\n")
    run("face", second)
