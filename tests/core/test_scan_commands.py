"""What a scanned command is, and that a code names one amount only."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from barcode.codex import Code128
from hypothesis import given
from hypothesis import strategies as st

from kiosk_ui.barcode import code128
from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.core.scan_commands import (
    Command,
    Scanned,
    amount_code,
    command_of,
    command_text,
)


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        (b"CT-PERSON\r\n", Scanned(Command.PERSON)),
        (b"]C0CT-ASIDE\r", Scanned(Command.ASIDE)),
        (b"\x02CT-NEXT\x03", Scanned(Command.NEXT)),
        (b"CT-GIVE", Scanned(Command.GIVE)),
        (b"CT-DIAG-I10.x00-2", Scanned(Command.DIAGNOSIS, "I10.x00-2")),
        (b"CT-SUM-ABCDEFGH", Scanned(Command.AMOUNT, "ABCDEFGH")),
        (b"83857930000879766660\r", None),
        (b"", None),
        (b"ct-person", None),
    ],
)
def test_a_command_is_read_whatever_the_scanner_puts_around_it(
    raw: bytes, meant: Scanned | None
) -> None:
    assert command_of(raw) == meant


@pytest.mark.parametrize(
    "raw",
    [
        b"CT-",
        b"CT-PAY",
        b"CT-PERSON-1",
        b"CT-GIVE-1",
        b"CT-DIAG",
        b"CT-SUM-",
        b"CT-DIAG-" + b"9" * 80,
    ],
)
def test_what_only_begins_like_a_command_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused) as refused:
        command_of(raw)
    assert refused.value.code == "command.unknown"


@given(st.binary(max_size=120))
def test_no_bytes_break_it(raw: bytes) -> None:
    with suppress(Refused):
        assert command_of(raw) is None or raw.strip(b"\x00\x02\x03\r\n\t ")[:6].count(b"CT-")


@pytest.mark.parametrize("command", [Command.PERSON, Command.ASIDE, Command.NEXT])
def test_what_is_printed_is_read_back(command: Command) -> None:
    assert command_of(command_text(command).encode()) == Scanned(command)


def test_another_visit_or_bill_or_amount_has_another_code() -> None:
    codes = {
        amount_code(visit, step, revision, Money(fen))
        for visit in ("a", "b")
        for step in (7, 12)
        for revision in (1, 2, 12)
        for fen in (0, 1, 790)
    }
    assert len(codes) == 36
    assert all(re.fullmatch("[A-Z2-7]{8}", code) for code in codes)


@pytest.mark.parametrize("text", ["CT-PERSON", "CT-SUM-ABCDEFGH", "CT-DIAG-R.x"])
def test_the_bars_are_those_that_another_maker_draws(text: str) -> None:
    (modules,) = Code128(text).build()
    drawn = ["0"] * len(modules)
    for at, width in re.findall(r"M(\d+) 0h(\d+)v", code128(text, text)):
        for module in range(int(width)):
            drawn[int(at) - 10 + module] = "1"
    assert "".join(drawn) == modules
