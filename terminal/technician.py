"""The command line: parses words, and calls what it is handed.

Figures and objects for machines go to standard output, everything else to standard
error. A fault ends a command with its code, what to do next, and exit status 1.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Protocol

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from terminal.core.faults import Fault, Refused

_FAILED = 1
_REFUSED_TO_RUN = 78
"""Of `run`, as sysexits names a wrong configuration: starting anew would meet the same."""

Fraction = Callable[[str, int, int], None]
"""Told the name of what is being worked on, how much is done, and of how much."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """How the demo begins."""

    scene: str
    """Who or what stands before the camera at first."""
    woman_enrolled: bool
    web_port: int
    panel_port: int
    fresh: bool
    """Forget all earlier demos first."""
    who_settles: Literal["terminal", "record_system"] = "terminal"


class Works(Protocol):
    """What the commands do; the joiner provides it."""

    def pull(self, stick: Path | None, told: Fraction, *, demo: bool) -> list[Path]: ...

    def run(self, settings_file: Path | None) -> None: ...

    def province(self, folder: Path, port: int) -> None: ...

    def demo(self, options: DemoOptions, announce: Callable[[dict[str, str]], None]) -> None: ...

    def demo_once(self, options: DemoOptions) -> dict[str, object]: ...

    def settings(self, settings_file: Path | None) -> list[dict[str, str]]: ...

    def bench(self, rounds: int, ledger_entries: int) -> dict[str, object]: ...

    def words(self, code: str) -> str:
        """What a technician should know and do about a fault."""
        ...


SettingsFile = Annotated[
    Path | None, typer.Option("--settings", help="The clinic's TOML file.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def create_commands(works: Works) -> typer.Typer:
    """The program `clinic-terminal`."""
    app = typer.Typer(
        name="clinic-terminal",
        help="The terminal of a village clinic: a face, the boxes, a settlement.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    said = Console(stderr=True)
    _add_models(app, works, said)
    _add_demo(app, works, said)
    _add_rest(app, works)
    return app


def _add_models(app: typer.Typer, works: Works, said: Console) -> None:
    models = typer.Typer(help="Networks: fetched, verified, never committed.", no_args_is_help=True)
    app.add_typer(models, name="models")

    @models.callback()
    def group() -> None:
        """Networks: fetched, verified, never committed."""

    @models.command()
    def pull(
        stick: Annotated[
            Path | None,
            typer.Option("--from", help="Take the files from this folder, offline."),
        ] = None,
        demo: Annotated[bool, typer.Option("--demo", help="The demo's clips as well.")] = False,
    ) -> None:
        """Fetch and verify the networks and what the pages need."""
        with telling(said) as told:
            paths = works.pull(stick, told, demo=demo)
        said.print(f"{len(paths)} files are there and right.")


Once = Annotated[bool, typer.Option("--once", help="One whole visit without a screen, then end.")]
Stranger = Annotated[
    bool, typer.Option("--stranger", help="Begin with someone who is not enrolled.")
]
Woman = Annotated[bool, typer.Option("--woman", help="Begin with the holder of a family account.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Forget all earlier demos first.")]
Port = Annotated[int, typer.Option(help="Loopback port of the screens; 0 takes a free one.")]
PanelPort = Annotated[int, typer.Option(help="Loopback port of the demo's counter panel.")]
RecordSettles = Annotated[
    bool, typer.Option("--record-settles", help="The clinic's record system settles, not we.")
]
Folder = Annotated[Path, typer.Option(help="Where its book is kept.")]


def _add_demo(app: typer.Typer, works: Works, said: Console) -> None:
    @app.command()
    def demo(  # noqa: PLR0913, PLR0917 - each is an option of the command line.
        once: Once = False,
        as_json: AsJson = False,
        stranger: Stranger = False,
        woman: Woman = False,
        fresh: Fresh = False,
        port: Port = 8080,
        panel_port: PanelPort = 8081,
        record_settles: RecordSettles = False,
    ) -> None:
        """A clinic on this machine: a real terminal in a simulated world."""
        chosen = DemoOptions(
            scene="woman" if stranger or woman else "man",
            woman_enrolled=not stranger,
            web_port=0 if once else port,
            panel_port=0 if once else panel_port,
            fresh=fresh,
            who_settles="record_system" if record_settles else "terminal",
        )
        if not once:
            works.demo(chosen, lambda addresses: _announce(said, addresses))
            return
        outcome = works.demo_once(chosen)
        if as_json:
            sys.stdout.write(json.dumps(outcome, ensure_ascii=False) + "\n")
        else:
            print_pairs(said, outcome)

    @app.command()
    def province(folder: Folder = Path(".data/province"), port: Port = 0) -> None:
        """The simulated province, as a process of its own."""
        works.province(folder, port)


def _add_rest(app: typer.Typer, works: Works) -> None:
    @app.command()
    def run(settings_file: SettingsFile = None) -> None:
        """Run the terminal of this clinic."""
        try:
            works.run(settings_file)
        except Refused as fault:
            sys.stderr.write(f"{fault}\n{works.words(fault.code)}\n")
            raise SystemExit(_REFUSED_TO_RUN) from None

    @app.command()
    def settings(settings_file: SettingsFile = None, as_json: AsJson = False) -> None:
        """Every setting, its value, and where that came from."""
        listed = works.settings(settings_file)
        if as_json:
            sys.stdout.write(json.dumps(listed, ensure_ascii=False) + "\n")
            return
        table = Table("setting", "value", "from", "unit", "limits", "meaning")
        for row in listed:
            table.add_row(*(row[column] for column in row))
        Console().print(table)

    @app.command()
    def bench(
        as_json: AsJson = False,
        rounds: Annotated[int, typer.Option(min=1, max=1000, help="Settlements measured.")] = 50,
        ledger_entries: Annotated[
            int, typer.Option(min=1, max=10_000_000, help="Entries of the ledger read.")
        ] = 100_000,
    ) -> None:
        """Measure what the terminal itself costs, on this machine, now."""
        figures = works.bench(rounds, ledger_entries)
        if as_json:
            sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
        else:
            print_pairs(Console(), figures)


def run_commands(app: typer.Typer, words: Callable[[str], str]) -> None:
    """Run the program; a fault is answered with its code and words, never a traceback."""
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)  # It would log every address.
    # It would log every character of a printed sheet: names are among them.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    try:
        app()
    except Fault as fault:
        sys.stderr.write(f"{fault}\n{words(fault.code)}\n")
        raise SystemExit(_FAILED) from None


@contextmanager
def telling(said: Console) -> Iterator[Fraction]:
    """Show a bar that is told what is being worked on."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=said
    )
    with bar:
        task = bar.add_task("", total=None, visible=False)
        yield lambda name, done, total: bar.update(
            task, description=name, completed=done, total=total, visible=True
        )


def print_pairs(said: Console, pairs: dict[str, object]) -> None:
    """A table of names and figures."""
    table = Table(show_header=False)
    for name, value in pairs.items():
        table.add_row(name, str(value))
    said.print(table)


_PIN_NAMES = (
    ("doctor_pin", "医生密码"),
    ("substitute_pin", "接班医生密码"),
    ("technician_pin", "技术员密码"),
)


def _announce(said: Console, addresses: dict[str, str]) -> None:
    said.print("[bold]演示已就绪。[/bold] 按 Ctrl-C 结束。")
    for name, label in (("panel", "演示台"), ("resident", "居民屏"), ("doctor", "医生屏")):
        said.print(f"  {label}  {addresses[name]}")
    for name, label in _PIN_NAMES:
        said.print(f"  {label}  {addresses[name]}")
