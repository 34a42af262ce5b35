"""What the province says today is what it said when it was recorded."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from drivers.simulated.province.transactions import TRANSACTIONS
from tests.drivers.record import FOLDER, recorded, written

FILES = sorted(FOLDER.glob("*.json"))


@pytest.fixture(scope="module")
def today() -> dict[str, dict[str, Any]]:
    return recorded()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_wire_has_the_shape_it_was_recorded_with(path: Any, today: Any) -> None:
    kept = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    assert written(today[path.stem]) == written(kept)


def test_every_transaction_is_recorded_done_and_refused() -> None:
    kinds = {path.stem: set(json.loads(path.read_text(encoding="utf-8"))) for path in FILES}
    assert set(kinds) == set(TRANSACTIONS)
    assert {infno for infno, seen in kinds.items() if "success" not in seen} == set()
    assert {infno for infno, seen in kinds.items() if len(seen) < 2} == set()


def test_nobody_real_is_recorded() -> None:
    for path in FILES:
        for pair in json.loads(path.read_text(encoding="utf-8")).values():
            for number in certificates(pair):
                assert number.startswith("99")


def certificates(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for each in value for found in certificates(each)]
    if not isinstance(value, dict):
        return []
    own = [value[name] for name in ("certno", "mdtrt_cert_no") if value.get(name)]
    return own + [found for each in value.values() for found in certificates(each)]
