"""Who reads a sentence, and the sentence for each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reader(StrEnum):
    RESIDENT = "resident"
    DOCTOR = "doctor"
    TECHNICIAN = "technician"


@dataclass(frozen=True, slots=True)
class Words:
    """One thing to say, to each of the three."""

    resident: str
    doctor: str
    technician: str

    def to(self, reader: Reader) -> str:
        match reader:
            case Reader.RESIDENT:
                return self.resident
            case Reader.DOCTOR:
                return self.doctor
            case Reader.TECHNICIAN:
                return self.technician


RESIDENT_WAITS = "请稍候，医生正在处理。"
"""For what concerns only the doctor: the resident learns that somebody is at it."""
