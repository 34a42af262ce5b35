"""The book stays quick however much is in it, and a busy day keeps its order."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.simulated.province.book import FILE_NAME, Book
from drivers.simulated.province.manner import Manner
from drivers.simulated.province.reference import read_reference
from drivers.simulated.province.transactions import Transactions
from tests.drivers.province_clinic import Clock
from tests.drivers.record import FOLDER


class Watched(Book):
    """A book that remembers what it was asked."""

    asked: set[str]

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        self.asked.add(sql)
        return super().row(sql, *values)

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        self.asked.add(sql)
        return super().rows(sql, *values)

    def total(self, sql: str, *values: object) -> int:
        self.asked.add(sql)
        return super().total(sql, *values)

    def write(self, sql: str, *values: object) -> int:
        self.asked.add(sql)
        return super().write(sql, *values)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    book = Watched(tmp_path)
    book.asked = set()
    yield book
    book.close()


def requests() -> list[object]:
    """Everything that was ever recorded, in the order of its message ids."""
    pairs = [
        pair["request"]
        for path in FOLDER.glob("*.json")
        for pair in json.loads(path.read_text(encoding="utf-8")).values()
    ]
    return sorted(pairs, key=lambda request: str(request["msgid"]))


def test_no_question_reads_a_whole_table(watched: Watched, tmp_path: Path) -> None:
    province = Transactions(watched, read_reference(), Manner(), Clock())
    for request in requests():
        province.carry_out(request)
    assert len(watched.asked) > 30
    with sqlite3.connect(tmp_path / FILE_NAME) as reader:
        for sql in sorted(watched.asked):
            plan = reader.execute(f"EXPLAIN QUERY PLAN {sql}", [""] * sql.count("?"))
            steps = [str(row[3]) for row in plan]
            assert not [step for step in steps if step.startswith("SCAN")], (sql, steps)
    reader.close()
