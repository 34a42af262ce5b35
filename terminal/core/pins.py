"""A PIN as it may be kept: never itself, only a memory-hard hash of it (scrypt).

32 MB and a tenth of a second for each guess: whoever copied the store guesses slowly, and
a village clinic's small machine still signs somebody in at once.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date
from itertools import pairwise

from terminal.core.faults import Refused

PIN_DIGITS_MIN, PIN_DIGITS_MAX = 6, 12
SALT_BYTES = 16

PIN_COST = 15
"""log2 of scrypt's n; with r = 8 that is 32 MB."""
_BLOCK, _PARALLEL = 8, 1
_COST_MAX, _BLOCK_MAX, _PARALLEL_MAX = 17, 8, 4
"""A hash from a damaged store must not eat the machine's memory."""
_HASH_BYTES = 32
_DIFFERENT_DIGITS_MIN = 3
_CENTURIES = (19, 20)


def refuse_weak_pin(pin: str, doctor_code: str = "") -> None:
    """Raises Refused `operator.pin_weak` for a PIN that is guessed in a few tries.

    Six to twelve digits; no run (123456, 987654), nothing repeated (111111, 121212), no
    day in any usual writing (birthdays), no part of the doctor's own code.
    """
    if not (pin.isascii() and pin.isdigit() and PIN_DIGITS_MIN <= len(pin) <= PIN_DIGITS_MAX):
        raise Refused("operator.pin_weak", why="digits")
    if len(set(pin)) < _DIFFERENT_DIGITS_MIN or _is_run(pin) or _repeats(pin):
        raise Refused("operator.pin_weak", why="pattern")
    if _is_day(pin):
        raise Refused("operator.pin_weak", why="day")
    if pin in doctor_code:
        raise Refused("operator.pin_weak", why="code")


def hashed_pin(pin: str, salt: bytes, cost: int = PIN_COST) -> str:
    """The text to keep: the parameters, the salt (16 bytes) and the hash (32), in hex."""
    parameters = (cost, _BLOCK, _PARALLEL)
    digest = _scrypt(pin, salt, *parameters)
    return "$".join(("scrypt", *map(str, parameters), salt.hex(), digest.hex()))


def is_pin(pin: str, kept: str) -> bool:
    """Whether this is the PIN of which that text was kept; compared in constant time.

    Raises Refused `operator.pin_hash_unusable` for a text that `hashed_pin` never made.
    """
    try:
        name, cost, block, parallel, salt, digest = kept.split("$")
        parameters = int(cost), int(block), int(parallel)
        known, told = bytes.fromhex(digest), bytes.fromhex(salt)
    except ValueError:
        raise Refused("operator.pin_hash_unusable") from None
    limits = (_COST_MAX, _BLOCK_MAX, _PARALLEL_MAX)
    fits = all(1 <= each <= most for each, most in zip(parameters, limits, strict=True))
    if name != "scrypt" or not fits or len(known) != _HASH_BYTES:
        raise Refused("operator.pin_hash_unusable")
    return hmac.compare_digest(_scrypt(pin, told, *parameters), known)


def _scrypt(pin: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    n = 2**cost
    return hashlib.scrypt(
        pin.encode("utf-8"),
        salt=salt,
        n=n,
        r=block,
        p=parallel,
        maxmem=128 * block * (n + parallel + 2) + 1024,  # What it needs, and no default below it.
        dklen=_HASH_BYTES,
    )


def _is_run(pin: str) -> bool:
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    return steps <= {1} or steps <= {9}


def _repeats(pin: str) -> bool:
    """121212, 123123: the PIN is found in itself, moved by less than its length."""
    return pin in (pin + pin)[1:-1]


def _is_day(pin: str) -> bool:
    """A day as people write birthdays: 19650312, 650312, 120365, 196503."""
    match len(pin):
        case 8:
            return _day(pin[:4], pin[4:6], pin[6:]) or _day(pin[4:], pin[2:4], pin[:2])
        case 6:
            years = [f"{century}{pin[:2]}" for century in _CENTURIES]
            ends = [f"{century}{pin[4:]}" for century in _CENTURIES]
            return (
                any(_day(year, pin[2:4], pin[4:]) for year in years)
                or any(_day(year, pin[2:4], pin[:2]) for year in ends)
                or _day(pin[:4], pin[4:], "01")
            )
    return False


def _day(year: str, month: str, day: str) -> bool:
    try:
        return date(int(year), int(month), int(day)).year // 100 in _CENTURIES
    except ValueError:
        return False
