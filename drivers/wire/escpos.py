"""A paper as ESC/POS bytes. No port is open here.

python-escpos makes every order and every picture; Chinese text it cannot send, so that is
put between its orders as GB18030 in kanji mode (FS &). A row with a character that has no
two-byte code, a rare name, is sent as a picture of the whole row in the system's font: a
printer's own font has none of them. Without that font the character is printed as 〓.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from escpos import capabilities
from escpos.image import EscposImage
from escpos.printer import Dummy
from PIL import Image, ImageDraw, ImageFont

from terminal.core.papers import COLUMNS, Paper, Row, Style, laid_out, width

# On import it pickles its list of printers into a fresh folder under /tmp, and leaves both.
if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
    shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)

FONTS = (Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),)
_SIMPLIFIED = 2
"""The Simplified Chinese face within the collection."""

DOTS_A_COLUMN = 12
"""Of 203 dpi printers: 32 columns are 384 dots, 48 are 576."""
_ROW_DOTS = 28
_MISSING = "〓"
_KANJI_ON = b"\x1c&"
_QR_DOTS = 6
_WIDE_STYLES = (Style.TITLE, Style.LARGE)


def encoded(paper: Paper, paper_mm: int, fonts: Sequence[Path] = FONTS) -> bytes:
    """The whole paper, cut after each part."""
    columns = COLUMNS[paper_mm]
    return b"".join(
        _part(laid_out(part, columns), _first_font(fonts), columns) for part in paper.parts
    )


def _part(rows: Iterator[Row], font: Path | None, columns: int) -> bytes:
    made = Dummy()
    made.hw("INIT")
    data = [made.output, _KANJI_ON]
    data += [_row(row, font, columns) for row in rows]
    made.clear()
    made.cut()
    return b"".join((*data, bytes(made.output)))


def _row(row: Row, font: Path | None, columns: int) -> bytes:
    made = Dummy()
    if row.style is Style.QR:
        made.qr(row.text, native=True, size=_QR_DOTS)
        return bytes(made.output) + b"\n"
    if any(_rare(each) for each in row.text):
        if font is not None:
            return _raster(EscposImage(_picture(row, font, columns)))
        row = Row("".join(_MISSING if _rare(each) else each for each in row.text), row.style)
    large = row.style in _WIDE_STYLES
    made.set(bold=row.style is not Style.PLAIN, double_height=large, double_width=large)
    look: bytes = made.output
    # The size of Chinese characters is an order of its own (FS !): twice as wide and high.
    size = b"\x1c!" + (b"\x0c" if large else b"\x00")
    return look + size + row.text.encode("gb18030") + b"\n"


def _raster(picture: EscposImage) -> bytes:
    # GS v 0. Not by Dummy.image: that one prints a complaint of its own on standard output.
    size: bytes = picture.width_bytes.to_bytes(2, "little") + picture.height.to_bytes(2, "little")
    return b"\x1dv0\x00" + size + bytes(picture.to_raster_format())


def _rare(character: str) -> bool:
    return len(character.encode("gb18030", "replace")) > 2


def _picture(row: Row, font: Path, columns: int) -> Image.Image:
    times = 2 if row.style in _WIDE_STYLES else 1
    drawn = Image.new("1", (columns * DOTS_A_COLUMN, _ROW_DOTS * times), 1)
    pen = ImageDraw.Draw(drawn)
    face = ImageFont.truetype(str(font), 2 * DOTS_A_COLUMN * times, index=_SIMPLIFIED)
    left = 0
    # Each character at its own column, so that amounts stand as in the rows around it.
    for each in row.text:
        pen.text((left, -4 * times), each, font=face, fill=0)
        left += width(each) * DOTS_A_COLUMN * times
    return drawn


def _first_font(fonts: Sequence[Path]) -> Path | None:
    return next((path for path in fonts if path.is_file()), None)
