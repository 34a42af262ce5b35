import fcntl
import os
import pty
import tty

import pytest

from drivers.serial_line import SerialLine
from drivers.simulated.scanner import SimulatedScanner
from terminal.core.faults import Unavailable


@pytest.fixture
def plugged(tmp_path):
    with SimulatedScanner(tmp_path / "by-id" / "scanner") as simulated:
        yield simulated, tmp_path / "by-id" / "scanner"


def read_until(line, end):
    heard = b""
    while not heard.endswith(end):
        heard += line.read()
    return heard


def test_bytes_come_as_they_were_sent(plugged):
    simulated, link = plugged
    with SerialLine(link) as line:
        simulated.send(bytes(range(256)) + b"end")
        assert read_until(line, b"end") == bytes(range(256)) + b"end"
        assert line.read() == b""


def test_a_port_that_is_not_there_is_said_by_its_code(tmp_path):
    with pytest.raises(Unavailable) as away:
        SerialLine(tmp_path / "scanner")
    assert away.value.code == "serial.not_found"


def test_a_link_to_a_device_that_went_is_not_found(plugged):
    simulated, link = plugged
    stale = link.readlink()
    simulated.unplug()
    link.symlink_to(stale)
    with pytest.raises(Unavailable) as away:
        SerialLine(link)
    assert away.value.code == "serial.not_found"


def test_a_port_held_by_another_program_is_said_by_its_code(plugged):
    _, link = plugged
    with link.open("rb", buffering=0) as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(Unavailable) as away:
            SerialLine(link)
    assert away.value.code == "serial.held"
    SerialLine(link).close()


@pytest.mark.parametrize("kind", ["file", "folder", "fifo"])
def test_a_path_that_is_no_port_is_said_by_its_code(tmp_path, kind):
    path = tmp_path / kind
    {"file": path.touch, "folder": path.mkdir, "fifo": lambda: os.mkfifo(path)}[kind]()
    with pytest.raises(Unavailable) as away:
        SerialLine(path)
    assert away.value.code == "serial.not_a_port"


def test_an_impossible_speed_is_answered(plugged):
    _, link = plugged
    with pytest.raises(Unavailable) as away:
        SerialLine(link, baud_rate=-1)
    assert away.value.code == "serial.not_a_port"


def test_unplugged_while_reading_is_said_and_the_port_is_let_go():
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    name = os.ttyname(theirs)
    line = SerialLine(name)
    os.close(theirs)
    os.close(ours)
    for _ in range(2):
        with pytest.raises(Unavailable) as away:
            line.read()
        assert away.value.code == "serial.unplugged"
    line.close()


def test_what_waited_before_the_opening_is_discarded(plugged):
    simulated, link = plugged
    simulated.send(b"stale\r")
    with SerialLine(link) as line:
        simulated.send(b"fresh\r")
        assert read_until(line, b"\r") == b"fresh\r"
