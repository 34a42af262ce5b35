"""A whole simulated province on a loopback port: the interface, its faults, its book.

POST on any path is the interface; the infno of the body decides what is meant.
POST /sandbox/faults plants a fault and /sandbox/clear ends them all, /sandbox/elsewhere
settles somebody behind the terminal's back, /sandbox/prescriptions prescribes,
/sandbox/restart takes the province down for a while. GET /sandbox/book shows what was
settled and sold, /sandbox/book?since=N what moved money after commit N, /sandbox/health
that it is up. POST /rx/D005 and its kin are the platform of prescriptions.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from drivers.simulated.province import ledger
from drivers.simulated.province.book import Book
from drivers.simulated.province.call import CHINA
from drivers.simulated.province.certificates import Certificates
from drivers.simulated.province.faults import Faults
from drivers.simulated.province.gateway import Gateway
from drivers.simulated.province.interface import Interface
from drivers.simulated.province.manner import Manner
from drivers.simulated.province.prescriptions import Prescriptions
from drivers.simulated.province.reference import DATA, read_reference
from drivers.simulated.province.sockets import Server, listen
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
        manner: Manner | None = None,
        data: Path = DATA,
        tls: Certificates | None = None,
    ) -> None:
        """Open the book in `folder`; port 0 lets the system choose one.

        `clock` answers with an aware time. `manner` is how this province behaves where
        the interface is open; `data` the folder of its people, catalogue and rules;
        `tls` what it shows to those who connect (`certificates.make`), or none for HTTP.
        """
        manner = manner or Manner()
        self.faults = Faults(encrypted=tls is not None)
        self._port = port
        self._tls = tls
        self._reference = read_reference(data)
        self._book = Book(folder)
        self._gateway = Gateway(DEMO_PAASID, DEMO_SECRET, manner.signature_window_s)
        self._transactions = Transactions(self._book, self._reference, manner, clock)
        self._prescriptions = Prescriptions(self._transactions)
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._changing = threading.Lock()
        """Held while it goes up or down, so that one comes after the other."""
        self._closed = threading.Event()
        self._restarting: list[threading.Thread] = []

    def start(self) -> None:
        """Listen, once. Raises Unavailable `sandbox.port_in_use` when someone else does."""
        try:
            with self._changing:
                self._up()
        except Unavailable:
            self._book.close()
            raise

    def restart(self, down_s: float = 0.0) -> None:
        """Cut every connection, be away so long, and come back on the same port with the
        same book. Returns when it is up again, or was closed meanwhile."""
        with self._changing:
            self._down()
            if not self._closed.wait(down_s):
                self._up()

    @property
    def address(self) -> str:
        """Where it listens, once started: http://127.0.0.1:PORT, or https."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}"

    def prescribe(self, **asked: object) -> dict[str, Any]:
        """As POST /sandbox/prescriptions; rxTraceCode and hiRxno of the one that was made."""
        told = self._prescriptions.make(asked)
        return told if isinstance(told, dict) else {}

    def book(self) -> dict[str, Json]:
        """What was settled and sold, for oracles; amounts are texts like "18.44"."""
        with self._book.held():
            return ledger.shown(self._book)

    def commits(self, since: int = 0) -> list[Json]:
        """What moved money after that commit, in order: seq, kind (settled, cancelled,
        reversed, reinstated), setl_id, msgid, mdtrt_id, chrg_bchno, psn_no, institution,
        at, and amounts in whole fen, below zero where something was undone."""
        with self._book.held():
            return ledger.commits_since(self._book, since)

    def serve_forever(self) -> None:
        """Start, and stay until `close` is called from elsewhere or Ctrl-C is pressed."""
        self.start()
        try:
            while not self._closed.wait(timeout=0.5):  # Short, so that Ctrl-C is heard.
                pass
        except KeyboardInterrupt:
            self.close()

    def close(self) -> None:
        """Stop listening, cut what is still connected, and close the book."""
        self._closed.set()
        with self._changing:
            self._down()
        for each in self._restarting:
            each.join()
        self._book.close()

    def _up(self) -> None:
        interface = Interface(
            gateway=self._gateway,
            transactions=self._transactions,
            faults=self.faults,
            prescriptions=self._prescriptions,
            book=self.book,
            commits=self.commits,
            restart=self._restart_soon,
        )
        self._server = listen(interface, self._port, self._tls)
        self._port = self._server.port
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.02},
            name="sandbox-province",
        )
        self._thread.start()

    def _down(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.stop()
            self._thread.join()
            self._server = self._thread = None

    def _restart_soon(self, down_s: float) -> None:
        """Restart from a thread of its own: going down waits for the one who asked."""
        thread = threading.Thread(
            target=self.restart, args=(down_s,), name="sandbox-restart", daemon=True
        )
        self._restarting = [each for each in self._restarting if each.is_alive()] + [thread]
        thread.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
