import pytest

from drivers.camera_codes import CameraCodes
from drivers.scanner import Scanner
from drivers.scanner_door import open_scanner
from drivers.simulated.scanner import SimulatedScanner
from terminal.core.faults import Refused

BOX = "83857930000879766660"
PATIENCE_S = 60.0


class Blind:
    def frame(self):
        return None


def test_the_settings_reach_the_line(tmp_path):
    link = tmp_path / "scanner"
    with (
        SimulatedScanner(link, end=b"") as simulated,
        open_scanner(str(link), None, profile="honeywell", idle_gap_ms=100, prefix="#") as scanner,
    ):
        while scanner.state().code is not None:
            assert scanner.take(0.01) is None
        simulated.scan("#" + BOX)
        assert scanner.take(PATIENCE_S).data == BOX.encode()
        scanner.trigger()
        assert simulated.told(PATIENCE_S) == b"\x16T\r"


def test_a_camera_is_the_scanner_only_where_the_setting_says_so(tmp_path):
    with open_scanner("camera", Blind()) as scanner:
        assert isinstance(scanner, CameraCodes)
    with open_scanner("camera", None) as scanner:
        assert isinstance(scanner, Scanner)


def test_what_types_is_never_triggered(tmp_path):
    with (
        open_scanner("hid:05e0:1200", None, profile="honeywell") as scanner,
        pytest.raises(Refused) as refused,
    ):
        scanner.trigger()
    assert refused.value.code == "scanner.no_trigger"
