"""The diagnoses that a village clinic meets most, in the insurance version of ICD-10.

A short list to tap; a region's whole list is downloaded from the province.
"""

from __future__ import annotations

from dataclasses import dataclass

from terminal.core.faults import Refused


@dataclass(frozen=True, slots=True)
class Diagnosis:
    code: str
    """ICD-10, medical-insurance version."""
    name: str


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

_BY_CODE = {diagnosis.code: diagnosis for diagnosis in FAVOURITES}


def name_of(code: str) -> str:
    """The name to show; the code itself where an older list knew more."""
    return _BY_CODE[code].name if code in _BY_CODE else code


def diagnosis(code: str) -> Diagnosis:
    """Raises Refused `diagnosis.unknown`."""
    try:
        return _BY_CODE[code]
    except KeyError:
        raise Refused("diagnosis.unknown") from None
