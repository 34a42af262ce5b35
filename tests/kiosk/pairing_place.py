"""A station with its page, in each state that a technician may meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from cheroot.wsgi import Server
from flask import Flask

from kiosk_ui.pairing_page import create_pairing
from terminal.assembly.acceptance import SheetKeeper
from terminal.assembly.pairing import PairingStation
from terminal.core.faults import Refused
from terminal.core.provisioning import ProvisionView, Step, StepState
from tests.kiosk.conftest import OURS
from tests.kiosk.pairing_machine import (
    BAD_PARTS,
    CARD,
    HELD,
    WAITING,
    Roll,
    SaidEars,
    ScriptedMachine,
    at,
    done,
)

ANOTHERS = Refused("provision.another_clinic")
COUNTY = "https://county.invalid/jiahe"


class Place:
    """A station with its page, in process."""

    def __init__(self, folder, *, county_url=COUNTY, printer=None, may_return=False):
        self.machine, self.ears, self.folder = ScriptedMachine(), SaidEars(), folder
        self.station = PairingStation(
            self.machine, self.ears, folder, SheetKeeper(folder, lambda: printer),
            county_url=county_url, may_return=may_return,
        )  # fmt: skip
        self.app = create_pairing(self.station)
        self.client = self.app.test_client()

    def screen(self, way=""):
        page = self.client.get(f"/pairing{way}")
        assert page.status_code == 200
        return page.text.partition('data-screen="')[2].partition('"')[0], page.text

    def tap(self, what, **fields):
        return self.client.post(f"/pairing/{what}", data=fields, headers=OURS)


class Stand:
    """Where the station stands that is shown now, so that one server serves all."""

    station: PairingStation

    def __getattr__(self, name: str) -> Any:
        # Whoever stands here when it is called, not when the page is built.
        return lambda *given: getattr(self.station, name)(*given)  # noqa: PLW0108


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = Server(("127.0.0.1", 0), app, numthreads=4)
    server.interval = 0.02
    server.prepare()
    thread = Thread(target=server.serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.bind_addr[1]}"
    finally:
        server.stop()
        thread.join(10)


def showing(view: ProvisionView) -> Callable[[Place], None]:
    def prepare(place: Place) -> None:
        place.machine.shown = view

    return prepare


def anothers(view: ProvisionView, *taps: str) -> Callable[[Place], None]:
    """Somebody scanned a card of another clinic than this machine's."""

    def prepare(place: Place) -> None:
        place.machine.shown, place.machine.refuses = view, ANOTHERS
        place.tap("card", card=CARD)
        place.machine.refuses = None
        for tap in taps:
            place.tap(tap)

    return prepare


def refused(place: Place) -> None:
    place.tap("card", card="x")


LOOKS: dict[str, Callable[[Place], object]] = {
    "card": Place.screen,
    "refused": refused,
    "code": Place.screen,
    "county": Place.screen,
    "working": showing(at(Step.ENROL, StepState.AT_WORK)),
    "failed": showing(at(Step.ENROL, StepState.FAILED, "county.away")),
    "parts": showing(at(Step.PARTS, StepState.FAILED, "camera.not_found", parts=BAD_PARTS)),
    "move": anothers(HELD),
    "sure": anothers(HELD, "ask-to-move"),
    "waits": anothers(WAITING),
    "done": showing(done(BAD_PARTS)),
    "done-well": showing(done()),
}


def prepared(prepare: Callable[[Place], object], folder: Path) -> PairingStation:
    """A station in this state. One that may go back, for that screen has most on it."""
    place = Place(folder, printer=Roll(), may_return=True)
    prepare(place)
    return place.station


def path_of(name: str) -> str:
    return f"/pairing?way={name}" if name in ("code", "county") else "/pairing"
