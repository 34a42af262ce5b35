"""Whether a doctor is registered at this institution: 5102."""

from __future__ import annotations

from datetime import date

from terminal.core.operators import Registered
from terminal.province import answers as a
from terminal.province import messages as m
from terminal.province.nodes import read_node, rows, written
from terminal.province.session import Session

_NOT_FOR_INSURANCE = "0"
"""hi_dr_flag of a doctor who works there but may not claim."""


class Practitioners:
    """Asks the province who works here."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def registered(self, doctor_code: str) -> Registered:
        """5102: YES or NO, as of today; never NOT_ASKED. May be repeated.

        Raises as client.Client.send does, and Refused `province.request_incomplete` for
        what is no national code: an unanswered question is no answer.
        """
        node = written(m.PractitionersQuery, prac_psn_code=doctor_code)
        answer = self._session.send("5102", {"data": node})
        # Regions name the node differently; public clients read one or the other.
        found = [
            read_node(a.Practitioner, row)
            for name in ("feedetail", "data")
            for row in rows(answer, name)
        ]
        today = self._session.now().date()
        here = any(row.prac_psn_code == doctor_code and _works(row, today) for row in found)
        return Registered.YES if here else Registered.NO


def _works(row: a.Practitioner, today: date) -> bool:
    return (
        row.hi_dr_flag != _NOT_FOR_INSURANCE
        and (row.begntime is None or row.begntime <= today)
        and (row.endtime is None or today <= row.endtime)
    )
