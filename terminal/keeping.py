"""Tables of the province that are kept here: trace prefixes (四码合一) and diagnoses (1307).

Once a day the province is asked what is newer than what is kept. A new table is taken
whole or not at all; whatever goes wrong, the clinic works on with the old one.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from terminal.core.catalogue import Catalogue
from terminal.core.diagnoses import Diagnosis
from terminal.core.faults import Fault, Refused, Unavailable
from terminal.core.kept_file import DIAGNOSES, PREFIXES, KeptFile
from terminal.core.province_tables import (
    check_size,
    check_whole,
    read_diagnosis_rows,
    read_prefixes,
    version_of,
)
from terminal.province.downloads import (
    COLUMNS,
    DIAGNOSIS_CODE,
    DIAGNOSIS_NAME,
    PREFIX_COLUMNS,
    Offer,
)
from terminal.store import Store

log = logging.getLogger(__name__)

_ASKED_EVERY = timedelta(days=1)
_AGAIN_AFTER = timedelta(hours=1)
"""After a file that was no good, or a line that was away. A table is never urgent."""
_ALL = "0"
"""The version older than every other."""


class Offers(Protocol):
    """Where tables come from: province.downloads.Catalogues."""

    def offered(self, infno: str, version: str) -> Offer | None:
        """The file that is newer than this version ("0": any); None where there is none."""
        ...


class Keeping:
    """Keeps the tables, and hands them to those who use them."""

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        fetch: Offers,
        now: Callable[[], datetime],
        learn_diagnoses: Callable[[Iterable[Diagnosis]], None],
        *,
        infno_prefixes: str,
        infno_diagnoses: str = DIAGNOSES,
    ) -> None:
        """The region's transactions for prefixes and diagnoses; empty where it has none."""
        self._book = store.catalogues
        self._catalogue = catalogue
        self._fetch = fetch
        self._now = now
        self._learn = learn_diagnoses
        self._asked_as = {PREFIXES: infno_prefixes, DIAGNOSES: infno_diagnoses}
        self._next: dict[str, datetime] = {}
        self._troubles: dict[str, str] = {}

    def take_up(self) -> None:
        """At the start: hand on what is kept, bindings of the clinic as well."""
        self._catalogue.bind(self._book.bindings())
        self._catalogue.told(self._book.prefixes())
        self._learn(Diagnosis(code, name) for code, name in self._book.diagnoses())

    def kept(self) -> tuple[KeptFile, ...]:
        """What is kept, for the status page."""
        return self._book.kept()

    def troubles(self) -> Mapping[str, str]:
        """Kind and fault code of each table that could not be renewed when last asked for."""
        return dict(self._troubles)

    def any_waiting(self) -> bool:
        """Whether it is time to ask."""
        return bool(self._due())

    def tell(self) -> None:
        """Ask for each table that it is time for; a fault is said once, and the old one stays."""
        due = self._due()
        for number, kind in enumerate(due):
            try:
                self._renew(kind)
            except Fault as fault:
                self._next[kind] = self._now() + _AGAIN_AFTER
                self._say(kind, fault)
                if isinstance(fault, Unavailable):  # The next one would meet the same line.
                    self._next |= dict.fromkeys(due[number:], self._next[kind])
                    return
            else:
                self._next[kind] = self._now() + _ASKED_EVERY
                if self._troubles.pop(kind, None):
                    log.info("the province's table %s is well again", kind)

    def _due(self) -> list[str]:
        now = self._now()
        return [
            kind
            for kind, infno in self._asked_as.items()
            if infno and (kind not in self._next or self._next[kind] <= now)
        ]

    def _say(self, kind: str, fault: Fault) -> None:
        if self._troubles.get(kind) != fault.code:
            log.warning("the province's table %s stays as it is: %s", kind, fault)
        self._troubles[kind] = fault.code

    def _renew(self, kind: str) -> None:
        """Raises what the checks and the line raise; then nothing was changed."""
        kept = self._book.version(kind)
        offer = self._fetch.offered(self._asked_as[kind], _ALL if kept is None else kept.version)
        if offer is None:
            return
        if kept is not None:
            # What is newer may be a part only; a table is replaced by a whole one.
            offer = self._fetch.offered(self._asked_as[kind], _ALL)
            if offer is None:
                raise Refused("catalogue.wrong_version", kept=kept.version)
        if kind == PREFIXES:
            self._take_prefixes(offer, kept)
        else:
            self._take_diagnoses(offer, kept)

    def _take_prefixes(self, offer: Offer, kept: KeptFile | None) -> None:
        check_whole(offer.rows, offer.data_cnt, PREFIX_COLUMNS)
        version = _version(offer, kept)
        table = read_prefixes(offer.rows)
        check_size(len(table), kept.rows if kept else 0)
        digest = _digest((prefix, repr(row)) for prefix, row in table.items())
        self._book.keep_prefixes(version, self._now(), table, digest)
        self._catalogue.told(table)
        log.info("%d trace prefixes of version %s are kept", len(table), version)

    def _take_diagnoses(self, offer: Offer, kept: KeptFile | None) -> None:
        check_whole(offer.rows, offer.data_cnt, COLUMNS[DIAGNOSES])
        version = _version(offer, kept)
        table = read_diagnosis_rows(offer.rows, DIAGNOSIS_CODE, DIAGNOSIS_NAME)
        check_size(len(table), kept.rows if kept else 0)
        rows = list(table.items())
        self._book.keep_diagnoses(version, self._now(), rows, _digest(rows))
        self._learn(Diagnosis(code, name) for code, name in rows)
        log.info("%d diagnoses of version %s are kept", len(rows), version)


def _version(offer: Offer, kept: KeptFile | None) -> str:
    return version_of(offer.version, offer.row_versions, kept.version if kept else "")


def _digest(rows: Iterable[tuple[str, str]]) -> str:
    """Of the rows in any order, so that a file written anew is the same file."""
    lines = sorted(f"{one}\t{other}\n" for one, other in rows)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
