"""A terminal without camera, networks and screens: for rehearsals and measurements.

The desk, the store and the way to the province are the real ones; only nobody is looked
for. Whoever comes, comes by ID number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from terminal.assembly.keys import open_vault
from terminal.assembly.parts import clinic, open_catalogue, province_line
from terminal.assembly.rules import rules
from terminal.cards import Sign
from terminal.core.money import Money
from terminal.core.recognition import Action, Candidate, Hint, Template
from terminal.core.status_views import FacesStatus
from terminal.desk import Desk, Faces, Own
from terminal.enrolment import Enrolment
from terminal.health import Health
from terminal.province.client import Client, Journal
from terminal.province.enquiry import Enquiry
from terminal.province.session import Session
from terminal.settings import Settings
from terminal.store import Store

_STATUS = FacesStatus(
    pack="none",
    model_digest="0" * 64,
    licence="",
    warning=None,
    measured=True,
    people=0,
    to_enrol_anew=0,
    similarity_min=0.6,
    camera="",
    camera_class="recorded",
)


class _BlindEyes:
    """See nobody."""

    def look(
        self, _pixels: Any, _seen_at_s: float, *, claimed: str | None = None, second: Any = None
    ) -> Hint:
        del claimed, second
        return Hint("face.none")

    def ask(self, actions: Sequence[Action]) -> None: ...

    def describe(self, _pixels: Any) -> Hint:
        return Hint("face.none")

    def forget(self) -> None: ...


class _EmptyGallery:
    """Nobody is enrolled."""

    def replace(self, templates: Iterable[tuple[str, Template]]) -> None: ...

    def remove(self, person_id: str) -> int:
        del person_id
        return 0

    def resembling(self, _templates: Sequence[Template], _least: float) -> Sequence[Candidate]:
        return ()


class CounterWithoutEyes:
    """A desk at its store and its line. Build, `start`, `stop`."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        now: Callable[[], datetime],
        journal: Journal | None = None,
    ) -> None:
        """`journal`: where the line writes its messages down, if not in the store's own."""
        self.store = store
        self.health = Health()
        self.catalogue = open_catalogue(settings)
        self._client = Client(province_line(settings), journal or store.journal, now, self._line_is)
        session = Session(self._client, clinic(settings), store.journal, now)
        limit = settings.fund_limit_yuan
        sign = Sign(
            settings.clinic_name, settings.doctor_name, None if limit is None else Money.of(limit)
        )
        eyes = _BlindEyes()
        self.desk = Desk(
            store,
            session,
            rules(settings, self.catalogue),
            Own(sign, self.health, open_vault(settings).device_keys()[0], now),
            Faces(
                Enrolment(store, Enquiry(session), eyes, _EmptyGallery(), now),
                eyes,
                lambda: _STATUS,
                lambda: True,
            ),
        )

    def start(self) -> None:
        """Pick up what was unfinished; the verbs of the desk then work."""
        self.desk.start()

    def _line_is(self, code: str | None) -> None:
        if self.health.report("province", code):
            self.desk.board.publish()

    def stop(self) -> None:
        self.desk.stop()
        self._client.close()
        self.store.close()
