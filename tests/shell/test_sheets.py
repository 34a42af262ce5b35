"""The printed sheet: every row on a page, the font inside it, and a word when it is missing."""

import re
import zlib
from datetime import datetime
from pathlib import Path

import pytest

from terminal.core.faults import Unavailable
from terminal.core.publicity import sheet
from terminal.sheets import publicity_pdf
from tests.core.charges import DAY, charge

MADE_AT = datetime.fromisoformat("2025-09-21T07:58:00+08:00")
PAGE = re.compile(rb"/Type /Page\b(?!s)")


def printed(visits, **more):
    charges = [charge(number, **more) for number in range(visits)]
    return publicity_pdf(sheet("演示村卫生室", DAY, charges, MADE_AT))


@pytest.mark.parametrize(("visits", "pages"), [(0, 1), (5, 1), (30, 2), (60, 3)])
def test_every_row_has_its_place_on_a4(visits, pages):
    made = printed(visits)
    assert len(PAGE.findall(made)) == pages
    assert b"595.28 841.89" in made


def test_the_font_is_inside_and_only_the_part_that_is_used():
    made = printed(30, name="欧阳𬱖娜")
    assert b"/FontFile" in made
    assert len(made) < 100_000


def test_it_names_nobody_in_the_clear():
    made = printed(3)
    streams = re.findall(rb"stream\n(.*?)\nendstream", made, re.DOTALL)
    opened = b"".join(_inflated(stream) for stream in streams)
    # Each character that is drawn stands in the table from glyphs to text (ToUnicode).
    drawn = opened.upper()
    assert f"{ord('国'):04X}".encode() in drawn
    assert f"{ord('建'):04X}".encode() not in drawn


def test_where_the_font_is_missing_it_says_so():
    publicity = sheet("演示村卫生室", DAY, [charge()], MADE_AT)
    with pytest.raises(Unavailable, match=r"sheet\.no_font"):
        publicity_pdf(publicity, [Path("/nowhere/font.ttc")])


def _inflated(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream
