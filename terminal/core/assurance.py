"""How sure the counter must be of who stands there, by the amount.

A face opens a visit; a large amount asks for one thing more: a challenge passed before
the camera, the last digits of an ID number, or the doctor's word. Whoever has none of
the first two always has the third: money never waits for a face.
"""

from __future__ import annotations

from enum import StrEnum

from terminal.core.money import Money
from terminal.core.people import Identified
from terminal.core.recognition import Challenged

DIGITS_TRIES_MAX = 3
"""How often the last digits may be tried on one day, over all visits: after that the doctor
says who it is. Twins need fewer guesses than strangers: the last digit follows from the
others."""

DIGITS_ASKED = 4
"""How many of an ID number's last characters are asked: nobody has to know all eighteen."""


class SecondFactor(StrEnum):
    """What was asked besides the face."""

    ID_DIGITS = "id_digits"
    DOCTOR = "doctor"


def assured(
    identified: Identified | None,
    challenged: Challenged,
    second_factor: str | None,
    *,
    face_agrees: bool | None,
) -> bool:
    """Whether more than a look at a face says who this is.

    A doctor has compared whoever gave an ID number with the card; that is enough unless the
    camera saw another face.
    """
    if identified is Identified.BY_ID_NUMBER and face_agrees is not False:
        return True
    return challenged is Challenged.PASSED or second_factor is not None


def asks_for_more(amount: Money, asked_from: Money | None) -> bool:
    """Whether so large an amount asks for more than a face; None: none does."""
    return asked_from is not None and amount >= asked_from


def digits_fit(id_number: str, typed: str) -> bool:
    """Whether these are the last characters of the ID number; X may be small."""
    return len(typed) == DIGITS_ASKED and id_number[-DIGITS_ASKED:] == typed.upper()
