"""Error rates that were measured of the default weights, each with its set.

The same figures as in docs/thresholds.md, where it stands how they came about; a test
compares the two. None of these sets is a village: what they are worth stands there as well.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeasuredRate:
    """One figure, by the names of ISO/IEC 19795 and 30107-3."""

    measure: str
    """FNMR, FMR, FNIR, APCER, BPCER."""
    rate: str
    """What was seen: 0, or a share in per cent."""
    at_most: str
    """Upper end of the 95 % interval; empty where none was reckoned."""
    under: str
    """At which threshold or other rate, by the words of the page."""
    of: str
    """Code of the set: its words stand with the screens."""


RATES: tuple[MeasuredRate, ...] = (
    MeasuredRate("FNMR", "0", "3.6 %", "FMR 1e-3", "london_pairs"),
    MeasuredRate("FMR", "0", "0.12 %", "0.6", "london_pairs"),
    MeasuredRate("FNIR", "0", "11.6 %", "FPIR 1 %", "london_gallery"),
    MeasuredRate("APCER", "0", "3.3 %", "0.5", "drawn_attacks"),
    MeasuredRate("BPCER", "0", "2.2 %", "0.5", "drawn_attacks"),
)

RATES_OF = "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee"
"""Digest of the weights that they were measured of: the published file (models/manifest.toml)."""


def rates_of(model_digest: str) -> tuple[MeasuredRate, ...]:
    """What was measured of these weights here; nothing for any other."""
    return RATES if model_digest == RATES_OF else ()
