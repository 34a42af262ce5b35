"""Many faces in from photographs: a folder and a list, and what became of every row.

Several rows of one person are several photographs. A person comes in with all their rows
or not at all, and the next person is tried whatever became of the last. To be run again as
often as it takes: whoever is enrolled already, from whatever, is left as they are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from terminal.core.capture import Describing, alike
from terminal.core.consent import Consent
from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.core.people import Coverage, Person, check_id_number, masked_name
from terminal.core.photograph_list import Entry, read_entries
from terminal.core.recognition import Hint, Portrait, Template
from terminal.enrolment import TEMPLATES_MAX, Enrolment

ENROLLED = "import.enrolled"
WOULD_ENROL = "import.would_enrol"
ALREADY_ENROLLED = "import.already_enrolled"
OTHER_ROW = "import.other_row"
"""This row is sound, but another row of the same person is not."""

DONE = (ENROLLED, WOULD_ENROL, ALREADY_ENROLLED)
"""Outcomes after which nothing is left to do about a row."""

_LIST_BYTES_MAX = 16 * 1024 * 1024
"""Twenty thousand rows with long names."""

_SILENCES_MAX = 3
"""After so many in a row the province is away: asking on would cost a time-out a person."""

_ENDS_THE_RUN = ("store.", "gallery.", "weights.", "template.", "vault.")
"""Faults that the next row would meet as well."""

Told = Callable[[str, int, int], None]
"""Told what is being worked on, how many rows are done, and of how many."""


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of a row. Nothing in it is an ID number or a file's name."""

    row: int
    """Line of the list on which it ends."""
    outcome: str
    """One of those above, or the code of what was in the way."""
    person: str = ""
    """The name with its middle hidden, once it is known."""
    look_alikes: int = 0
    """How many people already enrolled they look like."""


class BulkImport:
    """Brings a list of photographs in, person by person."""

    def __init__(
        self,
        enrolment: Enrolment,
        eyes: Describing,
        read: Callable[[Path], Any],
        *,
        dry_run: bool = False,
        anew: bool = False,
    ) -> None:
        """`read` gives a photograph's pixels; `eyes` describe photographs. A dry run asks
        and looks as ever, and keeps nothing but what the gallery in memory knows. `anew`
        replaces the faces of who is enrolled already."""
        self._enrolment = enrolment
        self._eyes = eyes
        self._read = read
        self._dry_run = dry_run
        self._anew = anew
        self._pretended: list[tuple[str, Template]] = []
        self._silences = 0

    def run(
        self, entries: Sequence[Entry], root: Path, told: Told = lambda *_: None
    ) -> Iterator[RowOutcome]:
        """What became of each row, as soon as its person is done with.

        Raises Refused `import.root_missing`, and what makes going on useless: the store
        away, the gallery full.
        """
        if not root.is_dir():
            raise Refused("import.root_missing")
        people: dict[str, list[Entry]] = {}
        for entry in entries:
            people.setdefault(entry.id_number, []).append(entry)
        done = 0
        for rows in people.values():
            yield from self._person(rows, root)
            done += len(rows)
            told("photographs", done, len(entries))

    def _person(self, rows: Sequence[Entry], root: Path) -> Iterator[RowOutcome]:
        name = ""
        try:
            person, coverage = self._who(rows[0].id_number)
            name = masked_name(person.name)
            if self._enrolment.enrolled(person.person_id) and not self._anew:
                yield from _all(rows, ALREADY_ENROLLED, name)
                return
            consent = _one_consent(rows)
            self._enrolment.refuse_unless_agreed(person, consent)
            portraits, wrong = self._described(rows, root)
            if wrong:
                for entry in rows:
                    yield RowOutcome(entry.row, wrong.get(entry.row, OTHER_ROW), name)
                return
            look_alikes = self._keep(person, coverage, consent, portraits)
        except Fault as fault:
            yield from _all(rows, _outcome(fault), name)
            return
        yield from _all(rows, WOULD_ENROL if self._dry_run else ENROLLED, name, look_alikes)

    def _who(self, id_number: str) -> tuple[Person, Coverage | None]:
        """Who this is: as known here, else as the province says."""
        known = self._enrolment.known(check_id_number(id_number))
        if known is not None:
            return known, None
        if self._silences >= _SILENCES_MAX:
            raise Unavailable("import.province_away")
        try:
            asked = self._enrolment.look_up(id_number)
        except (Unavailable, Uncertain):
            self._silences += 1
            raise
        self._silences = 0
        return asked

    def _described(
        self, rows: Sequence[Entry], root: Path
    ) -> tuple[list[Portrait], dict[int, str]]:
        """The portraits of the rows that will do, and what is wrong with the others."""
        portraits: list[Portrait] = []
        wrong: dict[int, str] = {}
        for entry in rows:
            try:
                found = self._portrait(entry, root, portraits)
            except Fault as fault:
                wrong[entry.row] = _outcome(fault)
                continue
            if isinstance(found, Hint):
                wrong[entry.row] = found.code
            else:
                portraits.append(found)
        return portraits, wrong

    def _portrait(self, entry: Entry, root: Path, good: Sequence[Portrait]) -> Portrait | Hint:
        if len(good) >= TEMPLATES_MAX:
            raise Refused("import.too_many_photographs", most=TEMPLATES_MAX)
        described = self._eyes.describe(self._read(_inside(root, entry.path)))
        if isinstance(described, Hint):
            return described
        least = self._enrolment.rules.one_person_min
        if good and not alike(good[0].template, described.template) >= least:
            raise Refused("import.not_one_person")
        return described

    def _keep(
        self, person: Person, coverage: Coverage | None, consent: Consent, taken: list[Portrait]
    ) -> int:
        """Keep them, or see whether they could be kept; returns how many look alike."""
        templates = [portrait.template for portrait in taken]
        older = [template for portrait in taken for template in portrait.older]
        if self._dry_run:
            found = self._enrolment.examine(person, consent, templates, older)
            self._pretended += [(person.person_id, template) for template in templates]
            self._enrolment.tell_gallery(beside=self._pretended)
            return len(found)
        person_id = person.person_id
        if coverage is not None:
            person_id = self._enrolment.learn(person, coverage)
        return len(self._enrolment.keep(person_id, consent, templates, older).look_alikes)


def read_list(file: Path, otherwise: Consent) -> list[Entry]:
    """Read the list. Raises as `core.photograph_list.read_entries` does."""
    try:
        if file.stat().st_size > _LIST_BYTES_MAX:
            raise Refused("import.list_unreadable", reason="too large", most=_LIST_BYTES_MAX)
        data = file.read_bytes()
    except OSError as error:
        raise Refused("import.list_unreadable", reason=error.strerror) from None
    for encoding in ("utf-8-sig", "gb18030"):  # The second is how a Chinese table program saves.
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return read_entries(text, otherwise)
    raise Refused("import.list_unreadable", reason="neither UTF-8 nor GB 18030")


def _one_consent(rows: Sequence[Entry]) -> Consent:
    """What the person agreed to, once; a row that says otherwise is not guessed about."""
    consents = {(row.consent.version, row.consent.witness, row.consent.guardian) for row in rows}
    if len(consents) > 1:
        raise Refused("import.consents_differ")
    return rows[0].consent


def _inside(root: Path, named: str) -> Path:
    """Return a listed path under the root, by its letters: links inside the root were put
    there by whoever keeps it, and the list may come from somebody else."""
    if not named or "\0" in named:
        raise Refused("photograph.missing")
    base = os.path.normpath(root.absolute())
    path = Path(os.path.normpath(Path(base) / named.replace("\\", "/")))
    if not path.is_relative_to(base) or path == Path(base):
        raise Refused("import.outside_root")
    return path


def _outcome(fault: Fault) -> str:
    """The code for the report, unless it ends the run."""
    if fault.code.startswith(_ENDS_THE_RUN):
        raise fault
    return fault.code


def _all(
    rows: Iterable[Entry], outcome: str, name: str, look_alikes: int = 0
) -> Iterator[RowOutcome]:
    for entry in rows:
        yield RowOutcome(entry.row, outcome, name, look_alikes)
