"""Bills as a record system pushes them, and the room that takes them, joined to the others."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer

from terminal.billing import Billing
from terminal.core.catalogue import Catalogue, Item
from terminal.core.money import Money
from terminal.core.record_views import PushedBill, PushedLine
from terminal.pushed import Pushed
from terminal.pushed_door import PushedRules
from tests.clinic import AMOXICILLIN, COLD, GLUCOSE_TEST, RULES, WANG, code
from tests.rooms import Rooms

CLIENT = "jiwei"
SECRET = "not a secret outside of tests"


def box(*codes: str, item: str = "YP0002") -> PushedLine:
    return PushedLine(item, str(len(codes)), codes)


def service(item: str = GLUCOSE_TEST, quantity: str = "1") -> PushedLine:
    return PushedLine(item, quantity)


def bill(
    number: str = "A-1",
    id_number: str = WANG,
    diagnosis: str = COLD,
    lines: tuple[PushedLine, ...] | None = None,
    total: Money | None = None,
) -> PushedBill:
    """One box of 26.34, unless said otherwise."""
    one = (box(code(AMOXICILLIN, 1)),)
    return PushedBill(number, id_number, diagnosis, one if lines is None else lines, total)


def registered(here: Rooms, client: str = CLIENT) -> None:
    """This client has a token."""
    with here.store.transaction() as db:
        db.execute(
            "INSERT OR IGNORE INTO api_client (name, token_digest, made_at) VALUES (?, ?, ?)",
            (client, f"digest of {client}", here.clock().isoformat()),
        )


def pushing(
    here: Rooms,
    *,
    record_settles: bool = False,
    suspects: Callable[[str], date | None] = lambda _: None,
    prices: Callable[[Item], Item] = lambda item: item,
) -> Pushed:
    """The room of pushed bills, with the catalogue's items as `prices` makes them."""
    registered(here)
    known = RULES.catalogue
    catalogue = Catalogue(map(prices, known.drugs), map(prices, known.services))
    rules = PushedRules(catalogue, RULES.goods.diagnoses, lambda _: CLIENT, record_settles)
    billing = Billing(here.store, catalogue, RULES.registrations, here.clock)
    opened = here.reception.open_by_id_number
    return Pushed(here.place, rules, billing, suspects, opened, here.till.lines_changed)


class Listener:
    """A record system that hears what it is called about."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        """Signature and body."""
        self.status = 200
        self.location = ""
        self.told = threading.Event()
        listener = self

        class Heard(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                listener.heard.append((self.headers["Clinic-Terminal-Signature"], body))
                self.send_response(listener.status)
                if listener.location:
                    self.send_header("Location", listener.location)
                self.send_header("Content-Length", "0")
                self.end_headers()
                listener.told.set()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Heard)
        self.url = f"http://127.0.0.1:{self.server.server_port}/result"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()

    def states(self) -> list[str]:
        return [json.loads(body)["state"] for _, body in self.heard]
