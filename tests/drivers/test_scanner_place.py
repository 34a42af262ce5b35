import queue

import pytest

from drivers.scanner import Rhythm, Scanner
from drivers.scanner_place import Place
from drivers.simulated.scanner import SimulatedScanner
from drivers.usb_tree import keyboards, serial_ports
from terminal.core.faults import Unavailable
from tests.drivers.made_up_usb import MadeUpUsb

BOX = "83857930000879766660"
QUICK = Rhythm(retry_first_s=0.02, retry_max_s=0.05)
PATIENCE_S = 60.0


@pytest.fixture
def machine(tmp_path):
    return MadeUpUsb(tmp_path)


def place(machine, setting):
    return Place(str(setting), machine.sysfs, machine.dev)


def refusal(wished):
    with pytest.raises(Unavailable) as away:
        wished.find()
    return away.value.code


def test_a_scanner_is_found_by_its_makers_numbers_whatever_its_name(machine):
    machine.port("ttyS0", "0000:0000", socket="9-9")
    port = machine.port("ttyACM3", "1EAB:8306")
    assert place(machine, "usb:1eab:8306").find() == port
    assert refusal(place(machine, "usb:1eab:0c06")) == "serial.not_found"


def test_two_that_fit_are_said_and_none_is_guessed(machine):
    machine.port("ttyACM0", socket="1-1")
    machine.port("ttyACM1", socket="1-2")
    assert refusal(place(machine, "usb:1eab:8306")) == "serial.two_fit"


def test_a_scanner_in_another_socket_is_found_by_what_it_was(machine):
    machine.port("ttyACM0", serial="A1")
    (machine.dev / "ttyACM0").touch()
    link = machine.link("serial", "by-path/pci-usb-0:2:1.0", "../../ttyACM0")
    wished = place(machine, link)
    assert wished.find() == link
    assert wished.opened(link) == "ttyACM0"
    machine.pull("tty", "ttyACM0")
    link.unlink()
    assert refusal(wished) == "serial.not_found"
    again = machine.port("ttyACM1", socket="1-4", serial="A1")
    assert wished.find() == again
    assert wished.opened(again) == "ttyACM1"


def test_where_a_twin_was_there_its_place_is_not_taken_for_ours(machine):
    machine.port("ttyACM0", socket="1-1")
    machine.port("ttyACM1", socket="1-2")
    link = machine.link("serial", "by-path/ours", "../../ttyACM0")
    (machine.dev / "ttyACM0").touch()
    wished = place(machine, link)
    wished.opened(wished.find())
    machine.pull("tty", "ttyACM0")
    (machine.dev / "ttyACM0").unlink()
    # Its own name is all that is looked for, and opening it says that it is away.
    assert wished.find() == link


def test_a_replug_under_another_number_is_heard_over_a_real_line(machine):
    said = queue.Queue()
    machine.port("ttyACM0")
    first = SimulatedScanner(machine.dev / "ttyACM0")
    wished = place(machine, "usb:1eab:8306")
    with Scanner(wished, on_change=said.put, rhythm=QUICK) as scanner:
        assert said.get(timeout=PATIENCE_S).found_as == "ttyACM0"
        first.unplug()
        machine.pull("tty", "ttyACM0")
        assert said.get(timeout=PATIENCE_S).code == "scanner.unplugged"
        with SimulatedScanner(machine.port("ttyACM1", socket="1-3")) as second:
            assert said.get(timeout=PATIENCE_S).notice == "scanner.rescan_last"
            assert scanner.state().found_as == "ttyACM1"
            second.scan(BOX)
            assert scanner.take(PATIENCE_S).data == BOX.encode()
            machine.port("ttyACM2", socket="1-4")
            second.unplug()
            assert said.get(timeout=PATIENCE_S).notice is None
            assert said.get(timeout=PATIENCE_S).code == "scanner.two_fit"


def test_ports_and_keyboards_are_listed_with_their_lasting_names_and_none_is_opened(machine):
    machine.port("ttyACM0", serial="A1")
    machine.link("serial", "by-id/usb-Newland_A1-if00", "../../ttyACM0")
    machine.link("serial", "by-path/pci-usb-0:2:1.0", "../../ttyACM0")
    machine.keyboard("event3", "05e0:1200", socket="1-3")
    machine.keyboard("event4", "05e0:1200", socket="1-5", keys="e000000000000 0")  # Volume.
    # Nothing stands under /dev but the links: whatever opened a node would fail.
    (port,) = serial_ports(machine.sysfs, machine.dev)
    assert (port.node, port.vendor_product, port.serial) == ("ttyACM0", "1eab:8306", "A1")
    assert [link.rpartition("/")[2] for link in port.links] == [
        "usb-Newland_A1-if00",
        "pci-usb-0:2:1.0",
    ]
    assert [one.node for one in keyboards(machine.sysfs, machine.dev)] == ["input/event3"]


def test_a_machine_without_sysfs_has_no_ports(tmp_path):
    assert serial_ports(tmp_path, tmp_path) == []
    assert refusal(Place("usb:1eab:8306", tmp_path, tmp_path)) == "serial.not_found"
