"""A counter beside a record system that settles, and that record system."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Fault
from terminal.core.record_system import SETTLING
from terminal.core.record_views import HandedView
from terminal.handing_over import HandingOver, Handlers
from tests.clinic import Clock
from tests.rooms import Rooms


class Keys:
    """What the record system's cursor got; breaks off before a line that `cut` names."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.cut: dict[int, Fault] = {}
        self.before: Callable[[], object] = lambda: None

    def away(self) -> str | None:
        return None

    def type_line(self, text: str) -> None:
        self.before()
        if (fault := self.cut.pop(len(self.lines), None)) is not None:
            raise fault
        self.lines.append(text)


class HandedRooms(Rooms):
    """The rooms where the record system settles, or settled until the last restart."""

    def __init__(self, folder: Path, address: str, clock: Clock, **more: Any) -> None:
        settles_here = more.pop("settles_here", False)
        super().__init__(folder, address, clock, never=() if settles_here else SETTLING, **more)
        self.keys = Keys()
        self.handing_over = HandingOver(
            self.place,
            self.session,
            ("11", "9901", "14"),
            self.keys,
            Handlers(
                self.reminding.refuse_open, self.till.lines_changed, self.money.charged_before
            ),
        )
        self.handing_over.take_up()

    def handed(self, id_number: str, *codes: str) -> str:
        """A visit with these boxes, given to the record system."""
        visit_id = self.traced(id_number, *codes)
        self.handing_over.hand_over(visit_id)
        return visit_id

    def ask(self) -> None:
        """The round that finds out."""
        self.handing_over.finding.tell()

    def shown(self, visit_id: str) -> HandedView:
        view = self.handing_over.view(self.store.visits.visit(visit_id))
        assert view is not None
        return view

    def claimed(self, visit_id: str) -> list[str]:
        return [each.told.setl_id for each in self.store.handed_over.of_visit(visit_id)]


@contextmanager
def handed_rooms(folder: Path, address: str, clock: Clock) -> Iterator[Callable[..., HandedRooms]]:
    """Opens the rooms; once more is a restart, `settles_here=True` with the other setting."""
    opened: list[HandedRooms] = []

    def open_rooms(**more: Any) -> HandedRooms:
        for earlier in opened:
            earlier.close()
        opened.append(HandedRooms(folder, address, clock, **more))
        return opened[-1]

    yield open_rooms
    for each in opened:
        each.close()


def record_system(province: SandboxProvince, rooms: Rooms, id_number: str, **asked: Any) -> Any:
    """The clinic's record system settles (or cancels) as asked; what the province answered."""
    person = rooms.store.people.by_id_number(id_number)
    assert person is not None
    body = json.dumps({"psn_no": person.psn_no, "here": True, **asked}).encode()
    request = urllib.request.Request(  # noqa: S310 - the sandbox on this machine.
        f"{province.address}/sandbox/elsewhere", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answered:  # noqa: S310
        return json.load(answered)
