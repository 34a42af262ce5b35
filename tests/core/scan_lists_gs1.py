"""The GS1 groups of the examiner's list: rows 4 and 5 of the reference, and its rule 1.3."""

import random
from collections.abc import Callable, Iterator

from tests.core.scan_numbers import DIGITS, LETTERS, digits, gtin, with_wrong_check

GS = b"\x1d"

Made = Iterator[tuple[bytes, str]]
"""Bytes, and the kind that the reference gives them."""


def gs1_codes(rng: random.Random) -> Made:
    """Row 4: 01 and 21 in every order with separators, with a leading one, in brackets."""
    for _ in range(40):
        for parts in _orders(rng, _serial(rng)):
            yield _joined(parts), "gs1"
            yield GS + _joined(parts), "gs1"
            yield "".join(f"({ai}){value}" for ai, value in parts).encode(), "gs1"


def products_only(rng: random.Random) -> Made:
    """Row 5: 01 without 21, alone or with an expiry or a batch."""
    for _ in range(30):
        product, expiry, batch = ("01", gtin(rng)), ("17", "271130"), ("10", f"B{digits(rng, 1)}A")
        for parts in [(product,), (product, expiry), (product, expiry, batch), (product, batch)]:
            yield _joined(list(parts)), "product_only"
            yield "".join(f"({ai}){value}" for ai, value in parts).encode(), "product_only"


def separators_lost(rng: random.Random) -> Made:
    """Rule 1.3: a variable field that is not last, and no separator after it."""
    for _ in range(30):
        number, sn = gtin(rng), "SN" + rng.choice(LETTERS[9:]) + digits(rng, 2, "3")
        lot = "LOT" + digits(rng, 1)
        yield f"01{number}21{sn}1727113010{lot}".encode(), "separator_lost"
        yield f"01{number}21{sn}17271130".encode(), "separator_lost"
        yield f"01{number}21{sn}10{lot}".encode(), "separator_lost"
        yield f"01{number}21{sn}10{lot}17271130".encode(), "separator_lost"
        yield f"01{number}1727113010{lot}21{sn}".encode(), "separator_lost"
        yield f"01{number}10{lot}21{sn}".encode(), "separator_lost"
        yield f"01{number}10{lot}1727113021{sn}".encode(), "separator_lost"
        yield f"1727113001{number}21{sn}10{lot}".encode(), "separator_lost"


def wrong_gtins(rng: random.Random) -> Made:
    """A GS1 string whose product number fails its check digit is never accepted."""
    for _ in range(30):
        number = with_wrong_check(rng, digits(rng, 13, "069"))
        sn = "S" + digits(rng, 5)
        yield f"01{number}21{sn}".encode(), "unknown"
        yield f"01{number}21{sn}".encode() + GS + b"17271130", "unknown"
        yield f"(01){number}(21){sn}A".encode(), "unknown"


def digital_links(rng: random.Random) -> Made:
    """Row 4: /01/.../21/... in an address, with parts beside; a wrong number is an address."""
    for _ in range(12):
        number, sn = gtin(rng), _serial(rng)
        for stem in ["https://id.gs1.org", "https://example.cn/a/b", "http://example.com"]:
            yield f"{stem}/01/{number}/21/{sn}".encode(), "gs1"
            yield f"{stem}/01/{number}/10/LOT1/21/{sn}?17=271130".encode(), "gs1"
            wrong = with_wrong_check(rng, number[:-1])
            yield f"{stem}/01/{wrong}/21/{sn}".encode(), "url"


def _serial(rng: random.Random) -> str:
    """Return 2 to 20 characters without anything that looks like a swallowed field."""
    while True:
        sn = "".join(rng.choices(DIGITS + LETTERS, k=rng.randrange(2, 21)))
        if "10" not in sn and "17" not in sn and "21" not in sn:
            return sn


def _orders(rng: random.Random, serial: str) -> list[list[tuple[str, str]]]:
    product, sn = ("01", gtin(rng)), ("21", serial)
    expiry, batch = (
        ("17", rng.choice(["271130", "280200", "291231"])),
        ("10", "LOT" + digits(rng, 2)),
    )
    three = [product, sn, expiry]
    four = [product, sn, expiry, batch]
    rng.shuffle(three)
    rng.shuffle(four)
    return [[product, sn], [sn, product], [product, expiry, batch, sn], three, four]


def _joined(parts: list[tuple[str, str]]) -> bytes:
    """Join fields; a separator after each variable field but the last."""
    line = b""
    for index, (ai, value) in enumerate(parts):
        line += (ai + value).encode()
        if ai in ("21", "10") and index < len(parts) - 1:
            line += GS
    return line


GS1_GROUPS: list[Callable[[random.Random], Made]] = [
    gs1_codes,
    products_only,
    separators_lost,
    wrong_gtins,
    digital_links,
]
