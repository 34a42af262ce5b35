"""What a technician sees of a scanned line, and what nobody does."""

from __future__ import annotations

import pytest

from terminal.core.overheard import overheard
from terminal.core.people import id_check_digit
from terminal.core.trace_codes import Kind

_SEVENTEEN = "99010119570203123"
ID_NUMBER = _SEVENTEEN + id_check_digit(_SEVENTEEN)
BOX = b"83857930000879766660"


def test_every_byte_of_a_boxs_code_is_shown() -> None:
    assert overheard(BOX) == (Kind.TRACE_CODE, BOX.hex(" "))
    _, shown = overheard(b"]d2" + b"0106901234567892" + b"\x1d" + b"21ABC")
    assert "1d" in shown.split()


@pytest.mark.parametrize(
    "secret",
    [
        ID_NUMBER,
        "281234567890123456",
        "130123456789012345",
        "https://example.cn/card/13800138000",
        "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6",
        "王建国|13800138000",
        ID_NUMBER[:-1] + ("1" if ID_NUMBER[-1] != "1" else "2"),
        ID_NUMBER[:-2],
        f"\x07{ID_NUMBER}",
        "81000019570203123X",
        "8810000195702031",
        f"{BOX.decode()}]C1Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6",
    ],
)
def test_nothing_of_what_names_or_pays_can_be_read_back(secret: str) -> None:
    data = secret.encode()
    _, shown = overheard(data)
    kept = {f"{byte:02x}" for byte in data if byte > 0x20}
    assert not kept & set(shown.split())


def test_of_noise_the_control_characters_stay_to_be_seen() -> None:
    kind, shown = overheard(b"\xff\xfeA7\x00\x07\x01")
    assert kind is Kind.UNKNOWN
    assert shown == "·· ·· ** ** 00 07 01"


def test_a_long_line_is_cut() -> None:
    _, shown = overheard(b"\x07" + b"9" * 500)
    assert shown.endswith(" …")
    assert len(shown) < 200
