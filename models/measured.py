"""What was measured about a pack's weights, as a technician writes it down.

A file `thresholds.toml` in the pack's folder, or a table `[thresholds]` in its manifest:
the same names as in terminal/core/calibration.py, and what each means stands there.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from terminal.core.calibration import Calibration
from terminal.core.faults import Refused

_BYTES_MAX = 64 * 1024
"""Fifty points have two kilobytes."""

_TAIL_PER_DECADE = 0.15
"""Where no tail was fitted: steeper than any seen with the default weights."""

Similarity = Annotated[float, Field(gt=-1.0, lt=1.0)]


class Measured(BaseModel):
    """Thresholds of one set of weights. Unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    points: tuple[tuple[float, Similarity], ...]
    tail_per_decade: float = _TAIL_PER_DECADE
    similarity_min: Similarity
    similarity_max: Similarity
    margin_min: float = 0.1
    verify_min: Similarity
    look_alike_min: Similarity
    same_face_min: Similarity

    @model_validator(mode="after")
    def _makes_sense(self) -> Measured:
        try:
            self.calibration()
        except Refused as fault:
            raise ValueError(f"{fault.facts.get('field')} out of range or out of order") from None
        return self

    def calibration(self) -> Calibration:
        """The same, as the core knows it."""
        return Calibration(**dict(self))


def read_thresholds(path: Path) -> Calibration:
    """Read a pack's `thresholds.toml`. Raises Refused `pack.thresholds_unreadable`."""
    try:
        if path.stat().st_size > _BYTES_MAX:
            raise Refused("pack.thresholds_unreadable", reason="too long")
        told = tomllib.loads(path.read_text("utf-8"))
        return Measured.model_validate(told).calibration()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise Refused("pack.thresholds_unreadable", reason=str(error)[:200]) from None
