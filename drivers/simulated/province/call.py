"""One request on its way through the province."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from drivers.simulated.province.book import Book
from drivers.simulated.province.fields import Node
from drivers.simulated.province.manner import Manner, UnknownOriginal
from drivers.simulated.province.reference import Institution, Person, Reference
from drivers.simulated.province.rejection import Rejection
from drivers.simulated.province.wire import Json

__all__ = ["CHINA", "TIME", "Call", "Manner", "Output", "UnknownOriginal"]

CHINA = timezone(timedelta(hours=8))
"""The province's day. China has one time zone and no summer time."""
TIME = "%Y-%m-%d %H:%M:%S"

Output = dict[str, Json]
"""The output nodes of one answer."""


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
        return self.rows[0]

    @property
    def rows(self) -> list[Node]:
        """The objects of its first node."""
        return next(iter(self.nodes.values()))

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
        self._check_receiver(person)
        return person

    def _check_receiver(self, person: Person) -> None:
        """Whether this goes to the system that keeps people of their kind."""
        receivers = self.manner.receivers
        wanted: set[str] = set()
        for row in person.insurance if receivers else ():
            begins = [each for each in receivers if row.in_force and row.psn_type.startswith(each)]
            if begins:
                wanted.add(receivers[max(begins, key=len)])
        sent = self.envelope["recer_sys_code"]
        if sent and wanted and sent not in wanted:
            raise Rejection("接收方系统代码不正确", "msgcheck_8")

    def identifier(self, series: str) -> str:
        """A number of the province's own: region, day, and a serial that never repeats."""
        serial = self.book.serial(series)
        return f"{self.institution.place.region}{self.now:%Y%m%d}{serial:08d}"
