"""Everything that can go wrong, by what the caller should do next.

Fault
├── Refused      A rule or the province said no. Repeating the same request is useless.
├── Unavailable  Away before anything was sent. Nothing happened; repeating is safe.
└── Uncertain    We asked and heard nothing. It may have happened: ask before repeating.

A code is stable, dotted and lower case (`province.no_answer`); its words for each
reader stand in kiosk_ui/words, and docs/faults.md lists them all.
"""

from __future__ import annotations


class Fault(Exception):
    """An expected failure: a stable code to choose words by, and facts to diagnose by.

    The facts go to the technician's log, so no name, identity number, face,
    embedding or whole trace code may be among them.
    """

    said: str = ""
    """The other side's own words, shown to the doctor unchanged; never logged, for they
    may name someone."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        detail = " ".join(f"{key}={value!r}" for key, value in sorted(facts.items()))
        super().__init__(f"{code} {detail}".rstrip())


class Refused(Fault):
    """A rule or the province said no; repeating the same request is useless."""


class Unavailable(Fault):
    """Nothing happened, because something is away; repeating is safe."""


class Uncertain(Fault):
    """It may have happened; ask what became of it before repeating."""
