"""The diagnoses a doctor may pick, in the medical-insurance version of ICD-10.

What a village clinic meets most comes with the program (data/diagnoses.csv); a region's
whole list (1307) is learnt beside it. Its codes have six digits with an x where ICD-10 has
no fourth: J06.900, I10.x00; the finer ones an extension, I10.x00x002.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass

from terminal.core.faults import Refused

_CODE = re.compile(r"[A-Z]\d{2}\.[\dx]\d{2}(x\d{3})?")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    code: str
    """ICD-10, medical-insurance version."""
    name: str


@dataclass(frozen=True, slots=True)
class _Known:
    rows: tuple[Diagnosis, ...]
    by_code: dict[str, Diagnosis]


class Diagnoses:
    """All that may be picked: the shipped list first, then what the province's adds to it."""

    def __init__(self, shipped: Iterable[Diagnosis]) -> None:
        self._shipped = tuple(shipped)
        self._known = _known(self._shipped)

    def diagnosis(self, code: str) -> Diagnosis:
        """Raises Refused `diagnosis.unknown`."""
        try:
            return self._known.by_code[code]
        except KeyError:
            raise Refused("diagnosis.unknown") from None

    def name_of(self, code: str) -> str:
        """The name to show; the code itself where an older list knew more."""
        known = self._known.by_code.get(code)
        return code if known is None else known.name

    @property
    def rows(self) -> tuple[Diagnosis, ...]:
        """The commonest first. The same tuple until something is learnt."""
        return self._known.rows

    def learn(self, rows: Iterable[Diagnosis]) -> None:
        """The province's whole list, in the place of one learnt before.

        What was shipped keeps its name and its place. One assignment: whoever reads
        meanwhile sees the old list or the new one.
        """
        self._known = _known((*self._shipped, *rows))


def read_diagnoses(text: str) -> list[Diagnosis]:
    """A CSV with the columns code and name. Raises ValueError for a code of another form."""
    found = []
    for row in csv.DictReader(text.splitlines()):
        if not _CODE.fullmatch(row["code"]) or not row["name"]:
            raise ValueError(row["code"])
        found.append(Diagnosis(row["code"], row["name"]))
    return found


def _known(rows: Iterable[Diagnosis]) -> _Known:
    by_code: dict[str, Diagnosis] = {}
    for row in rows:
        by_code.setdefault(row.code, row)
    return _Known(tuple(by_code.values()), by_code)


FAVOURITES = (
    Diagnosis("J06.900", "急性上呼吸道感染"),
    Diagnosis("J20.900", "急性支气管炎"),
    Diagnosis("I10.x00", "高血压病"),
    Diagnosis("E11.900", "2型糖尿病"),
    Diagnosis("K29.500", "慢性胃炎"),
    Diagnosis("A09.900", "胃肠炎"),
    Diagnosis("M54.500", "腰痛"),
    Diagnosis("M19.900", "骨关节炎"),
    Diagnosis("R51.x00", "头痛"),
    Diagnosis("L20.900", "皮炎"),
    Diagnosis("T14.100", "开放性伤口"),
    Diagnosis("N39.000", "泌尿道感染"),
)
"""The first rows of the shipped list, what is met most."""
