"""One request on its way through the province, and where the province is free to differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from drivers.simulated.province.book import Book
from drivers.simulated.province.fields import Node
from drivers.simulated.province.reference import Institution, Person, Reference
from drivers.simulated.province.rejection import Rejection
from drivers.simulated.province.wire import Json

CHINA = timezone(timedelta(hours=8))
"""The province's day. China has one time zone and no summer time."""
TIME = "%Y-%m-%d %H:%M:%S"

Output = dict[str, Json]
"""The output nodes of one answer."""


class UnknownOriginal(StrEnum):
    """What 2601 answers when the original never arrived; both mean *not settled*."""

    ACCEPTED = "accepted"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How this province behaves where the interface leaves it open."""

    unknown_original: UnknownOriginal = UnknownOriginal.ACCEPTED
    visit_finds_settlement: bool = True
    """Whether 5203 answers by mdtrt_id alone."""
    signature_window_s: int = 300
    """How far a request's timestamp may lie from the gateway's own clock."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request that passed the gateway and the field tables."""

    infno: str
    """In the canonical form: 2207A for 2207."""
    envelope: Node
    nodes: dict[str, list[Node]]
    now: datetime
    """When it was received, in the province's time."""
    book: Book
    reference: Reference
    manner: Manner

    @property
    def data(self) -> Node:
        """The single object of a transaction that has one."""
        return next(iter(self.nodes.values()))[0]

    @property
    def msgid(self) -> str:
        return self.envelope["msgid"]

    @property
    def institution(self) -> Institution:
        return self.reference.institutions[self.envelope["fixmedins_code"]]

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def time(self) -> str:
        return self.now.strftime(TIME)

    def person(self) -> Person:
        """Whom this is about; their region must be the one the envelope names."""
        person = self.reference.person(self.data["psn_no"])
        if self.envelope["insuplc_admdvs"] not in {row.region for row in person.insurance}:
            raise Rejection("参保地医保区划与参保信息不一致", "insucheck_2")
        return person

    def identifier(self, series: str) -> str:
        """A number of the province's own: region, day, and a serial that never repeats."""
        serial = self.book.serial(series)
        return f"{self.institution.place.region}{self.now:%Y%m%d}{serial:08d}"
