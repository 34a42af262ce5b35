import threading
from dataclasses import dataclass

import numpy as np
import pytest
import zxingcpp

from drivers.camera_codes import CameraCodes
from drivers.wire.picture_codes import ALONE_S, GONE_S, PictureCodes, SeenCode
from terminal.core.faults import Refused
from terminal.core.trace_codes import Kind, classify

BOX = "83857930000879766660"
EAN = "6901234567892"
PATIENCE_S = 60.0


@dataclass
class Picture:
    pixels: object
    number: int


class Lens:
    """A camera whose picture is drawn: symbols on a grey table."""

    def __init__(self):
        self._number = 0
        self._changing = threading.Lock()
        self._pixels = None

    def show(self, *symbols):
        frame = np.full((480, 640, 3), 180, np.uint8)
        down = 20
        for symbol in symbols:
            high, wide = symbol.shape
            frame[down : down + high, 40 : 40 + wide] = symbol[..., None]
            down += high + 40
        with self._changing:
            self._pixels = frame

    def cover(self):
        with self._changing:
            self._pixels = None

    def frame(self):
        with self._changing:
            self._number += 1
            return None if self._pixels is None else Picture(self._pixels, self._number)


def symbol(text, kind, scale=2, **options):
    return np.array(zxingcpp.create_barcode(text, kind, **options).to_image(scale=scale))


LINEAR = symbol(BOX, zxingcpp.BarcodeFormat.Code128)
COMMODITY = symbol(EAN, zxingcpp.BarcodeFormat.EAN13)
GS1 = symbol(
    "(01)06901234567892(21)SN123(10)LOT1", zxingcpp.BarcodeFormat.DataMatrix, scale=6, gs1=True
)


@pytest.fixture
def lens():
    return Lens()


@pytest.fixture
def reader(lens):
    with CameraCodes(lens, look_every_s=0.01) as reading:
        yield reading


def test_a_trace_code_held_before_the_camera_is_one_line(lens, reader):
    lens.show(LINEAR, COMMODITY)
    assert reader.take(PATIENCE_S).data == BOX.encode()
    lens.show(GS1)
    data = reader.take(PATIENCE_S).data
    # GS is there, brackets are not: the very bytes of the symbol.
    assert data == b"010690123456789221SN123\x1d10LOT1"
    assert classify(data).kind is Kind.GS1
    lens.show(COMMODITY)
    assert classify(reader.take(PATIENCE_S).data).kind is Kind.COMMODITY_CODE
    assert reader.state().line_count == 3
    assert reader.state().code is None


def test_a_camera_without_a_picture_is_said(lens):
    said = threading.Event()

    def told(state):
        if state.code == "scanner.no_picture":
            said.set()

    with CameraCodes(lens, look_every_s=0.01, on_change=told) as reading:
        assert said.wait(PATIENCE_S)
        lens.show(LINEAR)
        assert reading.take(PATIENCE_S).data == BOX.encode()
        with pytest.raises(Refused) as refused:
            reading.trigger()
    assert refused.value.code == "scanner.no_trigger"
    assert reading.state().code == "scanner.closed"


def trace(data=b"A"):
    return SeenCode(data, retail=False)


def test_a_code_is_handed_on_once_until_it_was_out_of_sight():
    codes = PictureCodes()
    assert codes.see([trace()], 0.0) == []  # One picture may be misread.
    assert codes.see([trace()], 0.1) == [b"A"]
    assert codes.see([trace()], 0.2) == []
    # A shaking hand is no second scan.
    assert codes.see([], 0.5) == codes.see([trace()], 1.0) == codes.see([trace()], 1.1) == []
    away_s = 1.2 + GONE_S
    assert codes.see([], away_s) == codes.see([trace()], away_s + 0.1) == []
    assert codes.see([trace()], away_s + 0.2) == [b"A"]


def test_a_commodity_code_beside_a_trace_code_is_passed_over():
    codes, retail = PictureCodes(), SeenCode(b"E", retail=True)
    heard = []
    for tick in range(30):
        heard += codes.see([trace(), retail], tick / 10)
    assert heard == [b"A"]
    # The trace code turned away; the commodity code alone is told after a while.
    assert codes.see([retail], 3.0) == []
    assert codes.see([retail], 2.9 + ALONE_S) == [b"E"]


def test_two_boxes_in_one_picture_are_two_lines():
    codes = PictureCodes()
    codes.see([trace(b"A"), trace(b"B")], 0.0)
    assert codes.see([trace(b"A"), trace(b"B")], 0.1) == [b"A", b"B"]
