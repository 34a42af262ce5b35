"""A whole simulated province on a loopback port: the interface, its faults, its book.

POST on any path is the interface; the infno of the body decides what is meant.
POST /sandbox/faults plants a fault, GET /sandbox/book shows what was settled and sold,
GET /sandbox/health says that it is up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Self

from drivers.simulated.province import ledger
from drivers.simulated.province.book import Book
from drivers.simulated.province.call import CHINA, Manner
from drivers.simulated.province.faults import Faults
from drivers.simulated.province.gateway import Gateway
from drivers.simulated.province.reference import DATA, read_reference
from drivers.simulated.province.sockets import Interface, listen
from drivers.simulated.province.transactions import Transactions
from drivers.simulated.province.wire import Json
from terminal.core.faults import Unavailable

DEMO_PAASID = "clinic_demo"
DEMO_SECRET = "demo-secret-of-the-sandbox"  # noqa: S105  # It guards nothing but a sandbox.


def china_now() -> datetime:
    """The time by this machine's clock, in the province's zone."""
    return datetime.now(CHINA)


class SandboxProvince:
    """The province of the demo, the training room and the tests; binds 127.0.0.1 only."""

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        *,
        clock: Callable[[], datetime] = china_now,
        paasid: str = DEMO_PAASID,
        secret: str = DEMO_SECRET,
        manner: Manner | None = None,
        data: Path = DATA,
    ) -> None:
        """Open the book in `folder`; port 0 lets the system choose one.

        `clock` answers with an aware time. `manner` is how this province behaves where
        the interface is open; `data` the folder of its people, catalogue and rules.
        """
        manner = manner or Manner()
        self.faults = Faults()
        self._port = port
        self._reference = read_reference(data)
        self._book = Book(folder)
        self._interface = Interface(
            gateway=Gateway(paasid, secret, manner.signature_window_s),
            transactions=Transactions(self._book, self._reference, manner, clock),
            faults=self.faults,
            book=self.book,
        )
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Listen, once. Raises Unavailable `sandbox.port_in_use` when someone else does."""
        try:
            server = listen(self._interface, self._port)
        except Unavailable:
            self._book.close()
            raise
        self._port = server.port
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever,
            kwargs={"poll_interval": 0.02},
            name="sandbox-province",
        )
        self._thread.start()

    @property
    def address(self) -> str:
        """Where it listens, once started: http://127.0.0.1:PORT."""
        return f"http://127.0.0.1:{self._port}"

    def book(self) -> dict[str, Json]:
        """What was settled and sold, for oracles; amounts are texts like "18.44"."""
        with self._book.held():
            return ledger.shown(self._book)

    def serve_forever(self) -> None:
        """Start, and stay until `close` is called from elsewhere or Ctrl-C is pressed."""
        self.start()
        thread = self._thread
        try:
            while thread is not None and thread.is_alive():
                thread.join(timeout=0.5)  # Short, so that Ctrl-C is heard.
        except KeyboardInterrupt:
            self.close()

    def close(self) -> None:
        """Stop listening, cut what is still connected, and close the book."""
        if self._thread is not None:
            self._server.stop()
            self._thread.join()
            self._thread = None
        self._book.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
