"""The villagers of a rehearsal: invented, under a region code that nobody issues."""

from __future__ import annotations

from pathlib import Path

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

_PERSON = """
[[person]]
psn_no = "431024{number:014}"
name = "演练{number}"
gend = "{gend}"
birth = {year}-{month:02}-{day:02}
id_number = "{id_number}"
card_no = "99R{number:06}"
ec_token = "99{number:038}"
insurance = [
    {{ insutype = "390", psn_type = "1501", status = "1", region = "431024", balance = "0.00", employer = "" }},
]
contract = [
    {{ institution = "H43102400001", begins = 2025-01-01, ends = 2045-12-31, packages = ["basic", "added"] }},
]
"""  # noqa: E501 - a line of TOML.

_REGISTRATION = """registration = [
    { code = "LB001", name = "高血压（两病）", med_type = "9901", programme = "hypertension", begins = 2025-01-01, ends = 2045-12-31 },
]
"""  # noqa: E501

_REGISTERED_EVERY = 5
"""Each fifth is registered for hypertension: two settlements of one visit."""


def write_people(path: Path, many: int) -> list[str]:
    """Write that many adults into a sandbox's people.toml; their ID numbers."""
    ids, rows = [], []
    for number in range(1, many + 1):
        year, month, day = 1940 + number % 60, 1 + number % 12, 1 + number % 28
        id_number = _checked(f"991024{year}{month:02}{day:02}{number % 1000:03}")
        ids.append(id_number)
        rows.append(
            _PERSON.format(
                number=number,
                gend="1" if number % 2 else "2",
                year=year,
                month=month,
                day=day,
                id_number=id_number,
            )
        )
        if number % _REGISTERED_EVERY == 0:
            rows.append(_REGISTRATION)
    path.write_text("".join(rows), "utf-8")
    return ids


def _checked(body: str) -> str:
    """Seventeen digits and the check digit of GB 11643."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + _CHECKS[total % 11]
