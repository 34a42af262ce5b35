"""A store with a year of visits in it: how long opening, the first view and the lists take.

One visit is settled for real; its rows are then copied under new numbers and earlier
days, as many times as a year has visits.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from terminal.assembly.counter_without_eyes import CounterWithoutEyes
from terminal.assembly.rehearse_mishaps import WorldClock
from terminal.assembly.rehearse_plans import Plan
from terminal.assembly.rehearse_terminal import STORE
from terminal.assembly.rehearse_village import Manners, Village
from terminal.store import Store
from terminal.store.database import Database
from terminal.vault import database_key

VISITS_A_DAY = 30
DAYS = 365

_BOX = "8910111" + "0" * 13
_MANNERS = Manners(find_by_visit=True, reversal_answer_suffices=False)

_TABLES = (
    "visit", "visit_step", "settlement", "settlement_step", "line", "message", "sale_report",
    "box", "box_step",
)  # fmt: skip
_NOT_OF_A_VISIT = {"1307", "9102"}
"""Messages that come once in a while, however many visits there are."""
_OWN = {
    "visit_id", "settlement_id", "setl_id", "settle_msgid", "msgid", "trace_code", "feedetl_sn",
    "mdtrt_id", "ipt_otp_no", "chrg_bchno",
}  # fmt: skip
"""Columns that a copy must have for itself."""
_TIMES = {"at", "opened_at", "added_at", "sent_at", "answered_at"}
_LEFT_OUT = {"number"}
"""Given by the database where they are a table's key; `line` keeps its own."""

_AT_ONCE = 500
"""Copies of one transaction."""


def bench_year(folder: Path, visits: int = VISITS_A_DAY * DAYS) -> dict[str, float]:
    """Seconds by what was done, with so many visits in the store."""
    village = Village(folder, _MANNERS, people=12)
    plan = Plan(
        number=0,
        id_number=village.people[0],
        boxes=(_BOX,),
        afterthought=False,
        cancels=False,
        corrects=False,
        offline=False,
        mishaps=(),
    )
    village.run([plan])
    try:
        path = folder / "terminal" / STORE
        key = database_key(folder / "terminal" / "keys")
        village.stop_terminal()
        before = path.stat().st_size
        _copy(Database(path, key), visits)
        figures = {"visits": float(visits), "bytes": float(path.stat().st_size)}
        figures["bytes_per_visit"] = round((path.stat().st_size - before) / visits)
        return figures | _measured(village, path, key)
    finally:
        village.close()


def _measured(village: Village, path: Path, key: bytes) -> dict[str, float]:
    seconds: dict[str, float] = {}
    clock = WorldClock(time.monotonic())

    def timed(what: str, act: Callable[[], object]) -> None:
        begun_s = time.perf_counter()
        act()
        seconds[f"{what}_s"] = round(time.perf_counter() - begun_s, 4)

    stores: list[Store] = []
    timed("open", lambda: stores.append(Store(path, key)))
    counter = CounterWithoutEyes(village.settings, stores[0], clock)
    timed("start", counter.start)
    counter.desk.errands.rest(10.0)
    timed("first_view", counter.desk.view)
    timed("publish", counter.desk.board.publish)
    for name, act in _lists(counter).items():
        timed(name, act)
    counter.stop()
    return seconds


def _lists(counter: CounterWithoutEyes) -> Mapping[str, Callable[[], object]]:
    """What the screens ask of the whole book."""
    store, desk = counter.store, counter.desk
    today = desk.view().day
    return {
        "unfinished": store.visits.unfinished,
        "in_flight": store.settlements.in_flight,
        "sales_waiting": store.sales.waiting,
        "credit_book": desk.cashbox.book,
        "closing_of_the_day": lambda: desk.closing.view(today),
        "publicity_of_the_day": lambda: desk.closing.publicity(today),
        "statement_of_the_month": lambda: desk.closing.statement(today.year, today.month),
    }


def _copy(database: Database, visits: int) -> None:
    rows = {table: [dict(row) for row in database.rows(f"SELECT * FROM {table}")]  # noqa: S608
            for table in _TABLES}  # fmt: skip
    rows["message"] = [row for row in rows["message"] if row["infno"] not in _NOT_OF_A_VISIT]
    for first in range(1, visits + 1, _AT_ONCE):
        with database.transaction() as db:
            for number in range(first, min(first + _AT_ONCE, visits + 1)):
                for table in _TABLES:
                    for sql, values in _copies(table, rows[table], number):
                        db.execute(sql, values)
    database.close()


def _copies(
    table: str, rows: list[dict[str, object]], number: int
) -> Iterator[tuple[str, list[object]]]:
    earlier = timedelta(days=number // VISITS_A_DAY)
    for row in rows:
        kept = {k: v for k, v in row.items() if table == "line" or k not in _LEFT_OUT}
        values: list[object] = []
        for column, value in kept.items():
            if value is not None and column in _OWN:
                values.append(f"{value}-{number}")
            elif value is not None and column in _TIMES:
                values.append((datetime.fromisoformat(str(value)) - earlier).isoformat())
            elif value is not None and column == "clearing":
                values.append(_cleared(str(value), earlier))
            else:
                values.append(value)
        marks = ", ".join("?" * len(kept))
        yield f"INSERT INTO {table} ({', '.join(kept)}) VALUES ({marks})", values  # noqa: S608


def _cleared(clearing: str, earlier: timedelta) -> str:
    """The heads of a settlement's clearing, with its time so much earlier."""
    told = json.loads(clearing)
    told["setl_time"] = str(datetime.fromisoformat(told["setl_time"]) - earlier)
    return json.dumps(told)
