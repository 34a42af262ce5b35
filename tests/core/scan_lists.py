"""An examiner's list: some thousands of scanned lines, each with the kind it is.

Written from the reference table of scans alone: rows in order, the first that fits wins. The
same seed gives the same list.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from tests.core.scan_lists_gs1 import GS1_GROUPS, Made
from tests.core.scan_numbers import (
    DIGITS,
    LETTERS,
    digits,
    gs1_check,
    id_check,
    identity_number,
    with_check,
    with_wrong_check,
)

MODULE_ACK = bytes.fromhex("02000001003331")
AIM_IDS = [b"]C0", b"]C1", b"]E0", b"]E4", b"]d1", b"]d2", b"]d8", b"]Q1", b"]Q3", b"]e0", b"]I0"]
SCHEMES = ["http://", "https://", "HTTPS://", "weixin://", "alipays://", "wxp://", "ftp://"]
FRAMES: list[tuple[bytes, bytes]] = [
    (b"", b"\r"),
    (b"\r", b""),
    (b"\x00", b"\x00"),
    (b"\x02", b"\x03"),
    (b"\x02", b"\x03\r"),
    (b"", b"\r\r"),
    (b"  ", b"  "),
    (b"", b"\t"),
    (MODULE_ACK, b""),
    (MODULE_ACK, b"\r"),
    (MODULE_ACK + MODULE_ACK, b"\x00"),
]


@dataclass(frozen=True, slots=True)
class Labelled:
    """One line as it comes from the scanner (no LF), its kind, and the group it was made in."""

    line: bytes
    kind: str
    group: str


def examiners_list(seed: int = 20260101) -> list[Labelled]:
    """Return every group, bare, and then a part of them in AIM identifiers and frames."""
    rng = random.Random(seed)  # noqa: S311 - a list of codes, not a secret.
    bare = [Labelled(line, kind, group.__name__) for group in GROUPS for line, kind in group(rng)]
    return bare + list(_dressed(rng, bare))


def _dressed(rng: random.Random, bare: list[Labelled]) -> Iterator[Labelled]:
    by_kind: dict[str, list[Labelled]] = {}
    for one in bare:
        by_kind.setdefault(one.kind, []).append(one)
    for kind, members in by_kind.items():
        for aim in AIM_IDS:
            one = rng.choice(members)
            yield Labelled(aim + one.line, kind, f"aim {aim.decode()} {one.group}")
        for before, after in FRAMES:
            one = rng.choice(members)
            yield Labelled(before + one.line + after, kind, f"framed {one.group}")
            aim = rng.choice(AIM_IDS)
            yield Labelled(before + aim + one.line + after, kind, f"framed aim {one.group}")


# --- the groups: bytes and the kind the reference gives them ---------------------------------


def noise(rng: random.Random) -> Made:
    """Row 1: nothing, the configured failure texts, the module's acknowledgement."""
    for line in [b"", b"NR", b"NOREAD", MODULE_ACK, MODULE_ACK * 2, b"   ", b"\x00", b"\x02\x03"]:
        yield line, "noise"


def trace_codes(rng: random.Random) -> Made:
    """Row 2: twenty digits beginning 8, whatever else they might be."""
    for _ in range(200):
        yield digits(rng, 20, "8").encode(), "trace_code"
    for start in ["8385793", "8000000", "8999999", "8690", "8200", "86969"]:
        yield digits(rng, 20, start).encode(), "trace_code"


def glued(rng: random.Random) -> Made:
    """Row 3: two to five frames without a terminator between them."""
    for count in (2, 3, 4, 5) * 15:
        yield "".join(digits(rng, 20, "8") for _ in range(count)).encode(), "glued"
    one = digits(rng, 20, "8")
    yield (one * 2).encode(), "glued"


def cut(rng: random.Random) -> Made:
    """Row 17: 8 to 19 or 21 to 39 digits beginning 8, which no earlier row takes."""
    for length in [*range(8, 20), *range(21, 40)]:
        for _ in range(8):
            code = digits(rng, length, "8")
            if not code.startswith("869"):
                yield code.encode(), by_the_table(code)
    for length in range(1, 8):
        yield digits(rng, length, "8").encode(), "unknown"


def serial_part_alone(rng: random.Random) -> Made:
    """The thirteen digits after the product prefix: one in ten looks like an EAN."""
    for _ in range(30):
        code = digits(rng, 13, "0000")
        yield code.encode(), by_the_table(code)


def digit_strings(rng: random.Random) -> Made:
    """Digits of every length and beginning, each where the table puts it."""
    for length in range(1, 41):
        for _ in range(12):
            code = digits(rng, length, rng.choice("012345679"))
            if code[:2] not in ("01", "02"):  # GS1's own, by what follows.
                yield code.encode(), by_the_table(code)


def commodity_codes(rng: random.Random) -> Made:
    """Row 7: EAN-13, and EAN-8 and UPC-A, with a right check digit; wrong ones are not."""
    for start in ["69", "69", "690", "699", "40", "50", "80", "890", "978", "0", "2"]:
        for _ in range(8):
            yield with_check(digits(rng, 12, start)).encode(), "commodity_code"
            wrong = with_wrong_check(rng, digits(rng, 12, start))
            yield wrong.encode(), "cut" if start[0] == "8" else "unknown"
    for length in (8, 12):
        for start in ["6", "0", "8", "9"]:
            for _ in range(5):
                yield with_check(digits(rng, length - 1, start)).encode(), "commodity_code"
                wrong = with_wrong_check(rng, digits(rng, length - 1, start))
                yield wrong.encode(), "cut" if start == "8" else "unknown"


def fourteen_digits(rng: random.Random) -> Made:
    """Row 8: 869 is the standard code whatever its last digit; else a GTIN-14 is a carton."""
    for _ in range(30):
        yield digits(rng, 14, "869").encode(), "standard_code"
        yield with_check(digits(rng, 13, "869")).encode(), "standard_code"
        start = rng.choice(["169", "269", "0", "5", "80", "868", "9"])
        yield with_check(digits(rng, 13, start)).encode(), "carton"
        wrong = with_wrong_check(rng, digits(rng, 13, start))
        yield wrong.encode(), "cut" if start[0] == "8" else "unknown"


def shipping_labels(rng: random.Random) -> Made:
    """Row 6: an SSCC in its 00; with a wrong check digit it is twenty digits of some maker."""
    for _ in range(40):
        yield b"00" + with_check(digits(rng, 17)).encode(), "shipping_label"
        yield b"00" + with_wrong_check(rng, digits(rng, 17)).encode(), "other_maker"


def other_makers(rng: random.Random) -> Made:
    """Row 16: twenty digits, not 8, not a payment code, not a right SSCC."""
    for start in ["1", "20", "24", "31", "4", "5", "6", "62", "69", "7", "9", "10", "15"]:
        for _ in range(6):
            yield digits(rng, 20, start).encode(), "other_maker"


def identity_numbers(rng: random.Random) -> Made:
    """Row 9, before row 10: right day and right last character, x in either case."""
    for _ in range(60):
        number = identity_number(
            rng, rng.choice(["99", "99", "1199", "1299", "1399", "1499", "1599", "4399"])
        )
        yield number.encode(), "identity_card"
        if number.endswith("X"):
            yield number.lower().encode(), "identity_card"
    while True:
        number = identity_number(rng)
        if number.endswith("X"):
            yield number.encode(), "identity_card"
            yield number.lower().encode(), "identity_card"
            break


def broken_identity_numbers(rng: random.Random) -> Made:
    """A wrong last character or a day that never was; what is left is a later row's."""
    for region in ["99", "4399", "5199"] * 10:
        number = identity_number(rng, region)
        wrong = rng.choice([c for c in "0123456789X" if c != number[-1]])
        yield (number[:-1] + wrong).encode(), "unknown"
        for day in ["19900230", "19901301", "19900100", "20210431", "19900000"]:
            body = digits(rng, 6, region) + day + digits(rng, 3)
            yield (body + id_check(body)).encode(), "unknown"
    for prefix in range(10, 16):
        body = digits(rng, 6, str(prefix)) + "19901340" + digits(rng, 3)
        if id_check(body) != "X":
            yield (body + id_check(body)).encode(), "payment_code"


def payment_codes(rng: random.Random) -> Made:
    """Rows 10, 11 and 12, at each edge of their lengths, and just outside."""
    for prefix in range(10, 16):
        for _ in range(6):
            yield (f"{prefix}" + "9" * 6 + digits(rng, 10)).encode(), "payment_code"
    for _ in range(15):
        yield digits(rng, 19, "62").encode(), "payment_code"
        yield digits(rng, 18, "62" + "9" * 8).encode(), "unknown"
    for prefix in range(25, 31):
        for length in range(16, 25):
            for _ in range(2):
                yield (f"{prefix}" + "9" * 8 + digits(rng, length - 10)).encode(), "payment_code"
        yield digits(rng, 15, str(prefix)).encode(), "unknown"
        yield digits(rng, 25, str(prefix)).encode(), "unknown"
    for prefix in (16, 17, 19, 24, 31):
        yield (f"{prefix}" + "9" * 8 + digits(rng, 8)).encode(), "unknown"
        yield (f"{prefix}" + "9" * 8 + digits(rng, 9)).encode(), "unknown"


def insurance_vouchers(rng: random.Random) -> Made:
    """Row 13: twenty-eight characters, before X/Z labels and cut reads."""
    for _ in range(30):
        yield "".join(rng.choices(DIGITS + LETTERS, k=28)).encode(), "insurance_voucher"
        yield digits(rng, 28, rng.choice("123456789")).encode(), "insurance_voucher"
        yield "".join(rng.choices(DIGITS + LETTERS.lower(), k=28)).encode(), "insurance_voucher"
        yield digits(rng, 27, "4").encode(), "unknown"
        yield digits(rng, 29, "4").encode(), "unknown"


def insurance_drug_codes(rng: random.Random) -> Made:
    """Row 14: X or Z and 19 to 22 more; one shorter or longer is not."""
    for first in "XZ":
        for length in range(20, 24):
            for _ in range(6):
                code = first + "".join(rng.choices(DIGITS + LETTERS, k=length - 1))
                yield code.encode(), "insurance_drug_code"
                yield (first + digits(rng, length - 1)).encode(), "insurance_drug_code"
        for length in (2, 10, 19, 24, 25):
            yield (first + digits(rng, length - 1)).encode(), "unknown"
    yield b"XA01ABD075A002010100483", "insurance_drug_code"
    yield b"ZA01AAJ0069010100131", "insurance_drug_code"
    yield b"YA01AAJ0069010100131", "unknown"


def web_addresses(rng: random.Random) -> Made:
    """Row 15: any scheme, in any case; a trace code inside an address is still an address."""
    for scheme in SCHEMES:
        for _ in range(8):
            tail = "".join(rng.choices(LETTERS.lower() + DIGITS, k=rng.randrange(24, 60)))
            yield f"{scheme}example.com/{tail}".encode(), "url"
        yield f"{scheme}m.example.cn/q?code={digits(rng, 20, '8')}".encode(), "url"
    yield b"https://example.com/\xe8\x8d\xaf?a={1}|2^3", "url"
    yield b"https://example.com/01/" + with_wrong_check(rng, "0690123456789").encode(), "url"


def texts(rng: random.Random) -> Made:
    """Row 18: JSON, fields between bars or carets, Chinese in UTF-8 and in GBK."""
    bodies = [
        '{"rx":"12345678","n":2}',
        '[{"drug":"A"},{"drug":"B"}]',
        f'{{"code":"{digits(rng, 20, "8")}"}}',
        "RX20260101|12|AMX|3",
        "0001^ABC^2026-01-01^12.50",
        "处方号：123456 阿莫西林胶囊",
        "药品标识码:8385793 序列号:0000879766660",
        "收据 12.50 元",
        "阿莫西林",
        "RX|" + digits(rng, 20, "8"),
    ]
    for body in bodies:
        yield body.encode("utf-8"), "text"
        yield body.encode("gb18030"), "text"
    for _ in range(20):
        drug = "".join(rng.choices("阿莫西林胶囊布洛芬缓释片口服液", k=rng.randrange(3, 20)))
        yield drug.encode("utf-8"), "text"
        yield drug.encode("gbk"), "text"


def unknowns(rng: random.Random) -> Made:
    """Row 19: what is left, among it makers' codes with letters, and near misses of row 2."""
    for _ in range(60):
        length = rng.choice([n for n in range(3, 45) if n != 28])
        yield ("Q" + "".join(rng.choices(LETTERS + DIGITS, k=length - 1))).encode(), "unknown"
    code = digits(rng, 20, "8")
    for at in (1, 7, 19):
        for strange in ["O", "l", "-", "."]:
            yield (code[:at] + strange + code[at + 1 :]).encode(), "unknown"
    yield (code[:7] + " " + code[7:]).encode(), "unknown"
    yield b"hello world", "unknown"
    yield b"-", "unknown"
    yield ("+" + code).encode(), "unknown"
    for count in (40, 41, 45, 59, 60):
        yield (digits(rng, 20, "8") + digits(rng, count - 20, "7")).encode(), "unknown"


def by_the_table(code: str) -> str:
    """Return the kind of a string of digits by the reference's rows, in order."""
    size, two = len(code), int(code[:2])
    right_check = size > 1 and gs1_check(code[:-1]) == code[-1]
    rows: list[tuple[bool, str]] = [
        (size == 20 and code[0] == "8", "trace_code"),
        (size > 20 and size % 20 == 0 and set(code[::20]) == {"8"}, "glued"),
        (size == 20 and code[:2] == "00" and right_check, "shipping_label"),
        (size in (8, 12, 13) and right_check, "commodity_code"),
        (size == 14 and code.startswith("869"), "standard_code"),
        (size == 14 and right_check, "carton"),
        (size == 18 and _is_identity(code), "identity_card"),
        (size == 18 and 10 <= two <= 15, "payment_code"),
        (size == 19 and two == 62, "payment_code"),
        (16 <= size <= 24 and 25 <= two <= 30, "payment_code"),
        (size == 28, "insurance_voucher"),
        (size == 20, "other_maker"),
        (code[0] == "8" and (8 <= size <= 19 or 21 <= size <= 39), "cut"),
    ]
    return next((kind for fits, kind in rows if fits), "unknown")


def _is_identity(code: str) -> bool:
    try:
        date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return False
    return code[6:8] in ("19", "20") and id_check(code[:17]) == code[17]


GROUPS: list[Callable[[random.Random], Made]] = [
    noise,
    trace_codes,
    glued,
    cut,
    serial_part_alone,
    digit_strings,
    commodity_codes,
    fourteen_digits,
    shipping_labels,
    other_makers,
    identity_numbers,
    broken_identity_numbers,
    payment_codes,
    insurance_vouchers,
    insurance_drug_codes,
    web_addresses,
    texts,
    unknowns,
    *GS1_GROUPS,
]
