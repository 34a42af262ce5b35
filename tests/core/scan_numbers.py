"""Numbers for lists of scans, with check digits written anew: of nobody, in regions that are none.

The classifier's own check digits are not used, so that a mistake in them cannot hide.
"""

import random
from datetime import date, timedelta

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNPQRSTUVWXYZ"


def gs1_check(body: str) -> str:
    """Return the GS1 modulo-10 digit of a body: weights 3, 1, 3 ... from the right."""
    total = sum(int(d) * (3, 1)[i % 2] for i, d in enumerate(reversed(body)))
    return str(-total % 10)


def with_check(body: str) -> str:
    """Return the body and its right check digit."""
    return body + gs1_check(body)


def with_wrong_check(rng: random.Random, body: str) -> str:
    """Return the body and one of the nine wrong check digits."""
    return body + rng.choice([d for d in DIGITS if d != gs1_check(body)])


def id_check(body: str) -> str:
    """Return the last character of an identity number (GB 11643, ISO 7064 mod 11-2)."""
    remainder = 0
    for digit in body:
        remainder = (remainder + int(digit)) * 2 % 11
    return "0123456789X"[(12 - remainder) % 11]


def digits(rng: random.Random, count: int, start: str = "") -> str:
    """Return `count` digits of which the first are `start`."""
    return start + "".join(rng.choices(DIGITS, k=count - len(start)))


def gtin(rng: random.Random) -> str:
    """Return a right GTIN-14: a Chinese unit, a carton, a padded GTIN-12 or GTIN-8."""
    start = rng.choice(["069", "069", "169", "569", "00", "000000", "040", "089"])
    return with_check(digits(rng, 13, start))


def identity_number(rng: random.Random, region: str = "99") -> str:
    """Return an invented identity number with a day of birth of the last hundred years."""
    born = date(1926, 1, 1) + timedelta(days=rng.randrange(36_000))
    body = digits(rng, 6, region) + born.strftime("%Y%m%d") + digits(rng, 3)
    return body + id_check(body)
