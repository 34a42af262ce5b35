"""What a process holds, from /proc, and how much more of it after a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression, median
from typing import Any

FIRST_H, LAST_H = 1.0, 24.0
GROWTH_MAX = 0.05
"""Of memory, from the first hour's end to the last, along the straight line of all samples."""
MORE_MAX = 3
"""Threads and descriptors that may be open at one moment and not at another: a page asked for,
a message under way."""
WAL_BYTES_MAX = 16 * 1024**2


@dataclass(frozen=True, slots=True)
class Sample:
    """One moment."""

    hour: float
    """Simulated, since the beginning."""
    rss: int
    pss: int
    threads: int
    descriptors: int
    wal: int


def sampled(pid: int, folder: Path, hour: float) -> Sample:
    """What it holds now; memory in bytes."""
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()[1:]
    kept = {row.split(":")[0]: int(row.split()[1]) * 1024 for row in rows}
    wal = folder / "terminal" / "terminal.db-wal"
    return Sample(
        hour,
        kept["Rss"],
        kept["Pss"],
        len(list(Path(f"/proc/{pid}/task").iterdir())),
        len(list(Path(f"/proc/{pid}/fd").iterdir())),
        wal.stat().st_size if wal.exists() else 0,
    )


def judged(samples: Sequence[Sample]) -> dict[str, Any]:
    """Figures of all samples from the first hour on; `passed` names the bounds that were."""
    late = [each for each in samples if each.hour >= FIRST_H]
    early = [each for each in late if each.hour < FIRST_H + 2]
    last = [each for each in late if each.hour >= LAST_H - 2]
    rss, pss = _growth(late, "rss"), _growth(late, "pss")
    more = {
        name: median(getattr(each, name) for each in last)
        - median(getattr(each, name) for each in early)
        for name in ("threads", "descriptors")
    }
    wal = max(each.wal for each in samples)
    passed = [name for name, growth in (("rss", rss), ("pss", pss)) if growth >= GROWTH_MAX]
    passed += [name for name, many in more.items() if many > MORE_MAX]
    passed += ["wal"] if wal > WAL_BYTES_MAX else []
    return {
        "passed": passed,
        "rss_growth": round(rss, 4),
        "pss_growth": round(pss, 4),
        "rss_mb_by_hour": _by_hour(samples, "rss"),
        "pss_mb_by_hour": _by_hour(samples, "pss"),
        "threads": [min(e.threads for e in late), max(e.threads for e in late)],
        "descriptors": [min(e.descriptors for e in late), max(e.descriptors for e in late)],
        "more": more,
        "wal_mb_max": round(wal / 1024**2, 1),
    }


def _growth(samples: Sequence[Sample], name: str) -> float:
    """As a share of what the line says for the first hour's end."""
    line = linear_regression(
        [each.hour for each in samples], [getattr(each, name) for each in samples]
    )
    begins = line.intercept + line.slope * FIRST_H
    return line.slope * (LAST_H - FIRST_H) / begins


def _by_hour(samples: Sequence[Sample], name: str) -> list[int]:
    hours: dict[int, list[int]] = {}
    for each in samples:
        hours.setdefault(int(each.hour), []).append(getattr(each, name))
    return [round(median(those) / 1024**2) for _, those in sorted(hours.items())]
