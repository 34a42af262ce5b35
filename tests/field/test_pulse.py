"""What systemd hears: ready, alive while everything moves, and nothing once a part hangs."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from terminal.assembly.service import page_comes
from terminal.board import Board
from terminal.core.counter import CounterView
from terminal.core.faults import Unavailable
from terminal.health import Health
from terminal.looking import Looking
from terminal.pulse import BEATS, HUNG_S, Pulse
from terminal.service_manager import ServiceManager
from terminal.store.database import Database
from tests.clinic import KEY, WAIT_S, quick_folder
from tests.shell.test_looking import Camera


class Heard:
    """The other end of NOTIFY_SOCKET, as systemd holds it."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("\0" + address[1:] if address.startswith("@") else address)

    def next(self) -> str:
        self._socket.settimeout(WAIT_S)
        return self._socket.recv(4096).decode("utf-8")

    def nothing(self) -> bool:
        """Whether nothing waits to be read now."""
        self._socket.setblocking(False)
        try:
            self._socket.recv(4096)
        except BlockingIOError:
            return True
        return False

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as made:
        yield made


@pytest.fixture
def heard(folder: Path) -> Iterator[Heard]:
    other_end = Heard(str(folder / "notify"))
    yield other_end
    other_end.close()


@pytest.fixture
def manager(folder: Path) -> ServiceManager:
    variables = {"NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "60000000"}
    return ServiceManager.from_variables(variables, 7)


def pulse_of(manager: ServiceManager, **parts) -> Pulse:
    return Pulse(parts, manager.alive, manager.stands_still)


def until(what) -> None:
    ends = time.monotonic() + WAIT_S
    while not what():
        assert time.monotonic() < ends
        threading.Event().wait(0.005)


def test_systemd_hears_that_we_are_ready_alive_and_stopping(manager, heard):
    manager.ready("at http://127.0.0.1:8080")
    assert heard.next() == "READY=1\nSTATUS=at http://127.0.0.1:8080"
    manager.alive()
    assert heard.next() == "WATCHDOG=1"
    manager.stopping()
    assert heard.next() == "STOPPING=1"


def test_an_abstract_socket_is_reached_too():
    name = f"@clinic-terminal-test-{time.monotonic_ns()}"
    other_end = Heard(name)
    ServiceManager(name, None).alive()
    assert other_end.next() == "WATCHDOG=1"
    other_end.close()


@pytest.mark.parametrize(
    ("variables", "watchdog_s"),
    [
        ({"WATCHDOG_USEC": "60000000"}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "7"}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "a minute"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({}, None),
    ],
)
def test_a_watchdog_meant_for_another_process_is_not_ours(variables, watchdog_s):
    assert ServiceManager.from_variables(variables, 7).watchdog_s == watchdog_s


def test_nobody_is_told_where_nobody_asked(caplog):
    ServiceManager("", None).ready("at home")
    ServiceManager("/nowhere/at/all", None).alive()
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_the_watchdog_is_fed_often_enough_while_all_move(manager, heard):
    asked = threading.Semaphore(0)

    def moves() -> bool:
        asked.release()
        return True

    pulse = pulse_of(manager, frames=moves)
    pulse.start(watchdog_s=0.03 * BEATS)
    for _ in range(5):
        assert heard.next() == "WATCHDOG=1"
    pulse.stop(WAIT_S)
    assert asked.acquire(blocking=False)


def test_a_part_that_is_away_answers_and_is_no_reason_to_start_anew(manager, heard):
    def away() -> bool:
        raise Unavailable("store.away")

    assert pulse_of(manager, store=away).beat() is None
    assert heard.next() == "WATCHDOG=1"


def test_a_part_that_stands_still_is_named_once_and_nobody_is_fed(manager, heard, caplog):
    moving = {"web": True}
    pulse = pulse_of(manager, web=lambda: moving["web"])
    moving["web"] = False
    assert [pulse.beat(), pulse.beat()] == ["web", "web"]
    assert heard.next() == "STATUS=web stands still"
    assert heard.nothing()
    assert [r.levelname for r in caplog.records] == ["ERROR"]
    moving["web"] = True
    assert pulse.beat() is None
    assert heard.next() == "WATCHDOG=1"


class Wedge:
    """Somebody who wants pictures and never lets go of the first."""

    def __init__(self) -> None:
        self.caught = threading.Event()
        self.let_go = threading.Event()

    def wants(self) -> bool:
        return True

    def see(self, _frame: object) -> None:
        self.caught.set()
        self.let_go.wait(WAIT_S)


def test_a_wedge_among_the_frames_stops_the_feeding(manager, heard):
    wedge = Wedge()
    board = Board(lambda: CounterView(state=None, version=0))
    looking = Looking(Camera(), [wedge], lambda: None, board, Health())
    limit = {"s": HUNG_S}
    pulse = pulse_of(manager, frames=lambda: looking.hung_s() < limit["s"])
    looking.start()
    assert pulse.beat() is None
    assert heard.next() == "WATCHDOG=1"
    assert wedge.caught.wait(WAIT_S)
    limit["s"] = 0.05  # Half a minute, shortened; it never comes back however long one waits.
    until(lambda: looking.hung_s() > 0.05)
    assert pulse.beat() == "frames"
    assert heard.next() == "STATUS=frames stands still"
    assert heard.nothing()
    wedge.let_go.set()
    looking.stop(WAIT_S)


def test_a_wedge_in_the_store_stops_the_feeding(manager, heard, folder):
    database = Database(folder / "terminal.db", KEY)
    pulse = pulse_of(manager, store=lambda: database.move() is None)
    inside, let_go = threading.Event(), threading.Event()

    def wedge() -> None:
        with database.transaction():
            inside.set()
            let_go.wait(WAIT_S)

    assert pulse.beat() is None
    assert heard.next() == "WATCHDOG=1"
    holding = threading.Thread(target=wedge)
    holding.start()
    assert inside.wait(WAIT_S)
    beating = threading.Thread(target=pulse.beat)
    beating.start()
    beating.join(0.2)
    assert beating.is_alive()  # It waits for its turn, for ever; so nobody is fed.
    assert heard.nothing()
    let_go.set()
    holding.join(WAIT_S)
    beating.join(WAIT_S)
    assert heard.next() == "WATCHDOG=1"
    database.close()


def test_looking_whether_the_store_moves_writes_nothing(folder):
    database = Database(folder / "terminal.db", KEY)
    before = [(path.name, path.stat().st_size) for path in sorted(folder.iterdir())]
    for _ in range(20):
        database.move()
    assert [(path.name, path.stat().st_size) for path in sorted(folder.iterdir())] == before
    with database.transaction():
        database.move()  # Its own writer's turn is its turn.
    database.close()


@contextmanager
def listening(answers: bytes | None) -> Iterator[str]:
    """A server that says this to each caller, or takes the call and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                held.append(caller)
                if answers is not None:
                    caller.recv(4096)
                    caller.sendall(answers)
                    caller.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join(WAIT_S)
        for caller in held:
            caller.close()


def test_a_wedge_in_the_web_stops_the_feeding(manager, heard):
    with listening(None) as address:
        pulse = pulse_of(manager, web=lambda: page_comes(address, 0.1))
        assert pulse.beat() == "web"
    assert heard.next() == "STATUS=web stands still"
    assert heard.nothing()


@pytest.mark.parametrize(
    ("answer", "served"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", True),
        (b"HTTP/1.1 500 INTERNAL SERVER ERROR\r\n\r\n", False),
        (b"", False),
    ],
)
def test_only_a_page_that_was_served_counts(answer, served):
    with listening(answer) as address:
        assert page_comes(address, WAIT_S) is served


def test_no_page_comes_where_nobody_listens():
    assert page_comes("http://127.0.0.1:1", 1.0) is False
