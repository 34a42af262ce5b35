"""The four evaluations: somebody's pictures, the networks in use, figures for a page."""

from __future__ import annotations

from collections.abc import Sequence

from models.evaluation import plot
from models.evaluation.acquisition import Acquisition
from models.evaluation.identification import identify
from models.evaluation.lists import read_labels, read_pairs, read_protocol
from models.evaluation.liveness_trial import THRESHOLD, judge_liveness
from models.evaluation.search_trial import search_trial
from models.evaluation.verification import verify
from models.opening import open_networks
from models.packs import Pack
from terminal.assembly.evaluate_commands import EvaluationOptions
from terminal.core.biometric_rates import Scores
from terminal.technician import Fraction

Figures = dict[str, object]


def evaluate_verify(pack: Pack, options: EvaluationOptions, told: Fraction) -> Figures:
    """One against one. Raises what lists, networks and plot raise."""
    pairs = read_pairs(options.listed, options.root)
    _refuse_unwritable(options)
    done = verify(pairs, _acquisition(pack, told))
    axes = ("false match rate", "false non-match rate")
    return _drawn(options, done.figures | _named(pack), done.scores, axes)


def evaluate_identify(pack: Pack, options: EvaluationOptions, told: Fraction) -> Figures:
    """One among many. Raises what lists, networks and plot raise."""
    listed = read_protocol(options.listed, options.root)
    _refuse_unwritable(options)
    done = identify(listed, _acquisition(pack, told))
    return _drawn(options, done.figures | _named(pack), done.scores, ("FPIR", "FNIR"))


def evaluate_liveness(pack: Pack, options: EvaluationOptions, told: Fraction) -> Figures:
    """Alive or held up. Raises what lists, networks and plot raise."""
    listed = read_labels(options.listed, options.root)
    _refuse_unwritable(options)
    threshold = THRESHOLD if options.threshold is None else options.threshold
    done = judge_liveness(listed, _acquisition(pack, told), threshold)
    return _drawn(options, done.figures | _named(pack), done.scores, ("APCER", "BPCER"))


def evaluate_search(pack: Pack, sizes: Sequence[int], told: Fraction) -> Figures:
    """How long a search takes. Raises Refused `evaluation.size_out_of_range`."""
    return search_trial(sizes, pack.model_digest, pack.dimension, told) | _named(pack)


def _acquisition(pack: Pack, told: Fraction) -> Acquisition:
    return Acquisition(open_networks(pack), pack.calibration, told)


def _named(pack: Pack) -> Figures:
    """Whose figures these are, and whether they may be used for more than study."""
    note = pack.describe()
    return {"pack": note.display_name, "pack_warning": note.warning}


def _refuse_unwritable(options: EvaluationOptions) -> None:
    if options.plot is not None:
        plot.refuse_unwritable(options.plot)


def _drawn(
    options: EvaluationOptions, figures: Figures, scores: Scores, axes: tuple[str, str]
) -> Figures:
    if options.plot is not None:
        plot.draw(options.plot, scores, *axes)
    return figures
