"""What the province knows of boxes and diagnoses: prefixes with their levels, codes sold
elsewhere in the county, the list of diagnoses, and the terminals' rules it understands.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Pack:
    """What a prefix stands on (四码合一)."""

    drug: str
    level: int
    """1 the smallest sales pack, 2 a middle pack, 3 an outer one."""
    ratio: int
    """Smallest sales packs in it."""


@dataclass(frozen=True, slots=True)
class SoldThere:
    """A box that another institution sold before anybody looked."""

    institution: str
    region: str
    day: date


@dataclass(frozen=True, slots=True)
class KnownRule:
    """A rule of the terminals that this province has as well, under its own name."""

    name: str
    severity: str
    """sev_deg."""


@dataclass(frozen=True, slots=True)
class Goods:
    packs: Mapping[str, Pack]
    """Seven digits of a trace code -> what they stand on."""
    sold_elsewhere: Mapping[str, SoldThere]
    """By the code."""
    diagnoses: Mapping[str, str]
    """ICD-10, insurance version -> name."""
    rules: Mapping[str, KnownRule]
    """By the terminals' name."""


def read_goods(folder: Path, drugs: Sequence[Mapping[str, str]]) -> Goods:
    """Read prefixes.csv, sold_elsewhere.csv, diagnoses.csv and terminal_rules.csv.

    `drugs` are the rows of drugs.csv, whose own prefixes are smallest packs.
    """
    packs = {
        prefix: Pack(row["med_list_codg"], 1, 1)
        for row in drugs
        for prefix in row["trace_prefixes"].split(";")
        if prefix
    }
    for row in _rows(folder / "prefixes.csv"):
        packs[row["prefix"]] = Pack(row["med_list_codg"], int(row["level"]), int(row["ratio"]))
    return Goods(
        packs=packs,
        sold_elsewhere={
            row["trace_code"]: SoldThere(
                row["institution"], row["region"], date.fromisoformat(row["sold_on"])
            )
            for row in _rows(folder / "sold_elsewhere.csv")
        },
        diagnoses={row["code"]: row["name"] for row in _rows(folder / "diagnoses.csv")},
        rules={
            row["rule"]: KnownRule(row["rule_name"], row["sev_deg"])
            for row in _rows(folder / "terminal_rules.csv")
        },
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
