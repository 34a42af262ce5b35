"""The screens' web server: its port is taken first, and free again whatever happened."""

from __future__ import annotations

import socket
from threading import Event

import pytest

from terminal.assembly.web import Web
from terminal.core.faults import Unavailable


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_second_terminal_is_told_that_the_port_is_taken() -> None:
    port = free_port()
    web = Web(port, 1.0)
    with pytest.raises(Unavailable) as told:
        Web(port, 1.0)
    assert told.value.code == "web.port_in_use"
    web.stop()


def test_a_start_that_failed_before_a_page_was_served_frees_the_port() -> None:
    port = free_port()
    Web(port, 1.0).stop()
    Web(port, 1.0).stop()


def test_what_never_ends_by_itself_is_ended_before_the_server_stops() -> None:
    ended = Event()
    web = Web(0, 1.0)
    web.serve(lambda _environ, _start: [], ended.set)
    web.stop()
    assert ended.is_set()
