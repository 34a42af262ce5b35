"""Power that fails at a chosen write of the store, each write having a name.

A write is named by what it keeps of a settlement: `step settlement_sent`, `writing 2207A`
(the message, before it leaves), `heard 2207A answered` (its outcome). Whatever keeps
nothing of a settlement has no name.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from terminal.store.database import Database


class PowerCut(BaseException):
    """Not an Exception, so that no handler can survive it."""


class Power:
    """Fails at one write, by its place or by its name."""

    left: ClassVar[float] = float("inf")
    """How many writes there are before it."""
    at: ClassVar[tuple[str, str] | None] = None
    """Before or after keeping the first write of this name."""
    passed: ClassVar[list[str]] = []
    """Names of the writes, in their order."""

    @classmethod
    def used(cls) -> None:
        cls.left -= 1
        if cls.left < 0:
            raise PowerCut

    @classmethod
    def comes_to(cls, side: str, name: str) -> None:
        if side == "after" and name:
            cls.passed.append(name)
        if name and cls.at == (side, name):
            cls.at = None
            raise PowerCut


class _Listener:
    """Passes statements on, and notes what they keep of a settlement."""

    def __init__(self, db: Any, names: list[str], infnos: dict[str, str]) -> None:
        self._db, self._names, self._infnos = db, names, infnos

    def execute(self, sql: str, values: Any = ()) -> Any:
        if sql.startswith("INSERT INTO settlement_step"):
            self._names.append(f"step {values[1]}")
        elif sql.startswith("INSERT INTO message") and values[2] is not None:
            self._infnos[values[0]] = values[1]
            self._names.append(f"writing {values[1]}")
        elif sql.startswith("UPDATE message") and values[4] in self._infnos:
            self._names.append(f"heard {self._infnos[values[4]]} {values[0]}")
        return self._db.execute(sql, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


class FailingDisk(Database):
    """A database whose power may fail just before a write is kept.

    And just after one that must be kept before a message leaves. Just after any other is
    the same as just before the next: nothing happens between them that anyone could see.
    """

    _names: list[str]
    _infnos: dict[str, str]

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        if self._writer == threading.get_ident():
            with super().transaction() as db:
                yield _Listener(db, self._names, self._infnos)
                Power.used()
            return
        with super().transaction() as db:
            self._names, self._infnos = [], getattr(self, "_infnos", {})
            yield _Listener(db, self._names, self._infnos)
            Power.used()
            Power.comes_to("before", " + ".join(self._names))
        Power.comes_to("after", " + ".join(self._names))

    @contextmanager
    def durable_transaction(self) -> Iterator[Any]:
        with super().durable_transaction() as db:
            yield db
        Power.used()
