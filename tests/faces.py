"""The counter's faces without a network or a camera: whatever is enrolled is put there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from terminal.core.recognition import Action, Candidate, Hint, Template
from terminal.core.status_views import FacesStatus
from terminal.desk import Faces
from terminal.enrolment import Enrolment
from terminal.province.enquiry import Enquiry
from terminal.province.session import Session
from terminal.store import Store

STATUS = FacesStatus("stand-in", "0" * 64, "", None, True, 0, 0, 0.6, "", "recorded")


class BlindEyes:
    """See nobody."""

    def look(
        self, _pixels: Any, _seen_at_s: float, *, claimed: str | None = None, second: Any = None
    ) -> Hint:
        return Hint("face.none")

    def ask(self, actions: Sequence[Action]) -> None: ...

    def describe(self, _pixels: Any) -> Hint:
        return Hint("face.none")

    def forget(self) -> None: ...


class OpenGallery:
    """Knows who is enrolled; nobody looks like anybody."""

    def __init__(self) -> None:
        self.knows: list[tuple[str, Template]] = []

    def replace(self, templates: Iterable[tuple[str, Template]]) -> None:
        self.knows = list(templates)

    def remove(self, person_id: str) -> int:
        kept = [each for each in self.knows if each[0] != person_id]
        removed, self.knows = len(self.knows) - len(kept), kept
        return removed

    def resembling(self, _templates: Sequence[Template], _least: float) -> Sequence[Candidate]:
        return ()


def blind_faces(store: Store, session: Session, clock: Callable[[], datetime]) -> Faces:
    """Faces for a desk at which nobody is looked for."""
    eyes = BlindEyes()
    enrolment = Enrolment(store, Enquiry(session), eyes, OpenGallery(), clock)
    return Faces(enrolment, eyes, lambda: STATUS, lambda: True)
