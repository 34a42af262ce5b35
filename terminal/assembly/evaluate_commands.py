"""The commands of `clinic-terminal evaluate`: words in, figures out.

With `--json` the figures are one line, the last on standard output; everything else goes
to standard error.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol

import typer
from rich.console import Console

from terminal.core.faults import Refused
from terminal.technician import AsJson, Fraction, print_pairs, telling


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """What is evaluated, and where its figures go besides."""

    listed: Path
    """The CSV: pairs, a protocol, or labels."""
    root: Path
    """The folder its paths are relative to."""
    plot: Path | None
    threshold: float | None = None


class Evaluations(Protocol):
    """What the commands do; the joiner provides it."""

    def evaluate(self, what: str, options: EvaluationOptions, told: Fraction) -> dict[str, object]:
        """`what`: verify, identify or liveness."""
        ...

    def evaluate_search(self, sizes: list[int], told: Fraction) -> dict[str, object]: ...


Pairs = Annotated[Path, typer.Option(help="CSV: path_a,path_b,same (1 genuine, 0 impostor).")]
Listed = Annotated[
    Path, typer.Option("--protocol", help="CSV: path,identity,role (enrol, probe_known, ...).")
]
Labels = Annotated[Path, typer.Option(help="CSV: path,label (real or spoof), attack if known.")]
Root = Annotated[Path, typer.Option(help="The folder that the CSV's paths are relative to.")]
Plot = Annotated[Path | None, typer.Option(help="Draw the DET curve into this PNG.")]
Threshold = Annotated[
    float | None,
    typer.Option(min=0.0, max=1.0, help="Least live score of one picture.", show_default="0.5"),
]
Sizes = Annotated[str, typer.Option(help="Numbers of people, separated by commas.")]


def add_evaluate(app: typer.Typer, works: Evaluations) -> None:
    """Add the group to the program."""
    said = Console(stderr=True)
    evaluate = typer.Typer(
        help="How well it does on your own pictures; docs/evaluation.md.", no_args_is_help=True
    )
    app.add_typer(evaluate, name="evaluate")

    def show(what: str, options: EvaluationOptions, *, as_json: bool) -> None:
        with telling(said) as told:
            figures = works.evaluate(what, options, told)
        _print_figures(figures, as_json=as_json)

    @evaluate.command()
    def verify(pairs: Pairs, root: Root, *, as_json: AsJson = False, plot: Plot = None) -> None:
        """One against one: FMR, FNMR, EER."""
        show("verify", EvaluationOptions(pairs, root, plot), as_json=as_json)

    @evaluate.command()
    def identify(
        protocol: Listed, root: Root, *, as_json: AsJson = False, plot: Plot = None
    ) -> None:
        """One among many: FNIR at FPIR, by the gallery's size."""
        show("identify", EvaluationOptions(protocol, root, plot), as_json=as_json)

    @evaluate.command()
    def liveness(
        labels: Labels,
        root: Root,
        *,
        as_json: AsJson = False,
        plot: Plot = None,
        threshold: Threshold = None,
    ) -> None:
        """Alive or held up: APCER by kind of attack, BPCER."""
        show("liveness", EvaluationOptions(labels, root, plot, threshold), as_json=as_json)

    @evaluate.command()
    def search(*, sizes: Sizes = "1000,10000,100000", as_json: AsJson = False) -> None:
        """How long one search takes, exact, beside faiss where it is installed."""
        try:
            wanted = [int(size) for size in sizes.split(",")]
        except ValueError:
            raise Refused("evaluation.size_out_of_range") from None
        with telling(said) as told:
            figures = works.evaluate_search(wanted, told)
        _print_figures(figures, as_json=as_json)


def _print_figures(figures: dict[str, object], *, as_json: bool) -> None:
    """One line for a machine, or a table for a person; JSON knows no NaN."""
    if as_json:
        sys.stdout.write(json.dumps(figures, ensure_ascii=False, allow_nan=False) + "\n")
    else:
        print_pairs(Console(), figures)
