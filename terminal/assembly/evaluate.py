"""The four evaluations: somebody's pictures, this terminal's networks, figures for a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from models.evaluation import plot
from models.evaluation.acquisition import Acquisition
from models.evaluation.identification import identify
from models.evaluation.lists import read_labels, read_pairs, read_protocol
from models.evaluation.liveness_trial import THRESHOLD, judge_liveness
from models.evaluation.search_trial import search_trial
from models.evaluation.verification import verify
from models.eyes import open_networks
from terminal.assembly.evaluate_commands import EvaluationOptions
from terminal.assembly.parts import WEIGHTS, weights_manifest
from terminal.core.biometric_rates import Scores
from terminal.technician import Fraction

Figures = dict[str, object]


def evaluate_verify(data_dir: Path, options: EvaluationOptions, told: Fraction) -> Figures:
    """One against one. Raises what lists, networks and plot raise."""
    pairs = read_pairs(options.listed, options.root)
    _refuse_unwritable(options)
    done = verify(pairs, _acquisition(data_dir, told))
    return _drawn(options, done.figures, done.scores, ("false match rate", "false non-match rate"))


def evaluate_identify(data_dir: Path, options: EvaluationOptions, told: Fraction) -> Figures:
    """One among many. Raises what lists, networks and plot raise."""
    listed = read_protocol(options.listed, options.root)
    _refuse_unwritable(options)
    done = identify(listed, _acquisition(data_dir, told))
    return _drawn(options, done.figures, done.scores, ("FPIR", "FNIR"))


def evaluate_liveness(data_dir: Path, options: EvaluationOptions, told: Fraction) -> Figures:
    """Alive or held up. Raises what lists, networks and plot raise."""
    listed = read_labels(options.listed, options.root)
    _refuse_unwritable(options)
    threshold = THRESHOLD if options.threshold is None else options.threshold
    done = judge_liveness(listed, _acquisition(data_dir, told), threshold)
    return _drawn(options, done.figures, done.scores, ("APCER", "BPCER"))


def evaluate_search(sizes: Sequence[int], told: Fraction) -> Figures:
    """How long a search takes. Raises Refused `evaluation.size_out_of_range`."""
    manifest = weights_manifest()
    dimension = manifest.task("recognition").embedding_dimension or 0
    return search_trial(sizes, manifest.weights_digest("recognition"), dimension, told)


def _acquisition(data_dir: Path, told: Fraction) -> Acquisition:
    return Acquisition(open_networks(data_dir / WEIGHTS, weights_manifest()), told)


def _refuse_unwritable(options: EvaluationOptions) -> None:
    if options.plot is not None:
        plot.refuse_unwritable(options.plot)


def _drawn(
    options: EvaluationOptions, figures: Figures, scores: Scores, axes: tuple[str, str]
) -> Figures:
    if options.plot is not None:
        plot.draw(options.plot, scores, *axes)
    return figures
