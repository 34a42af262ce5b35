"""The client commands at a console: a real store, real files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from terminal.__main__ import Joined
from terminal.assembly.api_commands import add_clients
from terminal.assembly.api_console import ClientConsole
from terminal.assembly.keys import STORE
from terminal.core.faults import Fault
from terminal.store.database import held
from terminal.technician import create_commands

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `clinic-terminal client …` on a data folder; a fault comes out as it was raised."""
    file = tmp_path / "terminal.toml"
    told = f'data_dir = "{tmp_path / "data"}"\napi_from = ["192.0.2.7"]\n'
    file.write_text(told, "utf-8")
    app = create_commands(Joined())
    add_clients(app, ClientConsole())

    def client(*words: str) -> str:
        done = CliRunner().invoke(app, ["client", *words, "--settings", str(file)])
        if isinstance(done.exception, Fault):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.stdout

    return client


def test_a_client_is_shown_its_token_once_and_listed_without_it(run: Run) -> None:
    url = "http://192.0.2.7:9000/result"
    made = json.loads(run("add", "jiwei", "--callback-url", url, "--json"))
    assert len(made["token"]) == len(made["callback_secret"]) == 43
    told = run("list", "--json")
    (listed,) = json.loads(told)
    assert (listed["name"], listed["callback_url"], listed["ended_at"]) == ("jiwei", url, "")
    assert made["token"] not in told + run("list")
    assert made["callback_secret"] not in told
    run("end", "jiwei")
    assert json.loads(run("list", "--json"))[0]["ended_at"]
    again = run("add", "jiwei")
    assert made["token"] not in again
    assert "token: " in again


@pytest.mark.parametrize(
    "url", ["http://198.51.100.1/", "http://clinic.example/", "ftp://127.0.0.1"]
)
def test_a_callback_goes_nowhere_but_here_and_to_named_addresses(run: Run, url: str) -> None:
    with pytest.raises(Fault, match=r"callback\.address"):
        run("add", "jiwei", "--callback-url", url)
    run("add", "jiwei", "--callback-url", "https://192.0.2.7/result")


def test_clients_change_only_while_no_terminal_runs(run: Run, tmp_path: Path) -> None:
    run("add", "jiwei")
    with held(tmp_path / "data" / STORE):
        assert len(json.loads(run("list", "--json"))) == 1
        for words in (("add", "another"), ("end", "jiwei")):
            with pytest.raises(Fault, match=r"store\.held"):
                run(*words)
