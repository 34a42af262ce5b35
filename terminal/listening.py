"""The thread that listens to the scanner and puts what it reads on the counter."""

from __future__ import annotations

import threading

from terminal.basket import Basket
from terminal.board import Board
from terminal.health import Health
from terminal.ports import Scanner

_WAIT_S = 0.2
"""How long one take waits: the device's state is looked at in between."""


_STARTING = "scanner.starting"
"""Neither well nor away yet."""


class Listening:
    """The scanner, joined to the basket."""

    def __init__(self, scanner: Scanner, basket: Basket, board: Board, health: Health) -> None:
        self._scanner = scanner
        self._basket = basket
        self._board = board
        self._health = health
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="listening", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        self._stop.set()
        self._thread.join(timeout_s)

    def _work(self) -> None:
        while not self._stop.is_set():
            line = self._scanner.take(_WAIT_S)
            state = self._scanner.state()
            code = state.code or state.notice
            if code != _STARTING and self._health.report("scanner", code):
                self._board.publish()
            if line is not None:
                self._basket.scanned(line.data)
