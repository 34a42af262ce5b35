"""Everything a request may ask at the door of the province, whatever carries it there.

A request passes its path, the gateway and the planted fault, and is then carried out;
beside it stand the sandbox's own verbs, which no real province has.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus

from drivers.simulated.province import elsewhere, prescriptions
from drivers.simulated.province.faults import SECONDS_MAX, Disturbance, Faults
from drivers.simulated.province.files import Stream
from drivers.simulated.province.gateway import Gateway, Turned
from drivers.simulated.province.manner import UrlStyle
from drivers.simulated.province.prescriptions import Prescriptions
from drivers.simulated.province.transactions import Transactions
from drivers.simulated.province.wire import Json
from terminal.core.faults import Refused
from terminal.core.money import Money

_ALL_THE_LIMIT = Money(100_000)
"""A bill of 1000.00, which leaves nothing of anybody's yearly limit of outpatient visits."""


class Turns:
    """Who came when: lets a held request wait until a later one was carried out."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._carried_out = 0
        self._closed = False

    def taken(self) -> None:
        """A request was carried out."""
        with self._condition:
            self._carried_out += 1
            self._condition.notify_all()

    def now(self) -> int:
        """How many were carried out so far."""
        with self._condition:
            return self._carried_out

    def wait(self, since: int, seconds: float) -> None:
        """Return when one more than `since` was carried out, at most after so long."""
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._carried_out > since, seconds)

    def close(self) -> None:
        """Nobody waits any longer."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()


@dataclass(frozen=True, slots=True)
class Interface:
    """The province as one listening server offers it, from its start to its stop."""

    gateway: Gateway
    transactions: Transactions
    faults: Faults
    prescriptions: Prescriptions
    book: Callable[[], dict[str, Json]]
    commits: Callable[[int], list[Json]]
    restart: Callable[[float], None]
    """Take the province down for so many seconds; returns at once."""
    turns: Turns = field(default_factory=Turns)
    closing: threading.Event = field(default_factory=threading.Event)
    """Set when the server stops: whoever waits for a slow fault wakes up."""

    def hold(self, fault: Disturbance, seconds: float, came: int) -> bool:
        """Keep a request back as its fault says; False when the province went down.

        `came` is the turn at which it arrived.
        """
        if fault.overtaken:
            self.turns.wait(came, seconds)
        elif seconds and not (fault.waits_after or fault.restarts):
            self.closing.wait(seconds)
        return not self.closing.is_set()

    def ask(
        self, path: str, headers: Mapping[str, str], body: object, fault: Disturbance
    ) -> list[dict[str, Json] | Stream]:
        """Pass the gateway and be carried out as often as the fault says. Raises Turned."""
        rx = prescriptions.infno_of(path)
        if rx is None:
            self._check_path(path, body)
        self.gateway.admit(headers, self.transactions.clock())
        if fault.spent_elsewhere:
            spent = elsewhere.Asked(self.transactions.whose(body), _ALL_THE_LIMIT)
            # Who is not named, or not insured, has no limit that could move.
            with contextlib.suppress(Refused):
                elsewhere.settle(self.transactions, spent)
        carry_out: Callable[[object], dict[str, Json] | Stream] = self.transactions.carry_out
        if rx is not None:
            carry_out = partial(self.prescriptions.ask, rx)
        answers = [carry_out(body) for _ in range(fault.carried_out)]
        self.turns.taken()
        return answers

    def plant(self, asked: object) -> Json:
        """POST /sandbox/faults. Raises Refused for anything but a known fault."""
        if not isinstance(asked, dict) or not set(asked) <= {"fault", "infno", "count", "seconds"}:
            raise Refused("sandbox.fault_unreadable")
        name, infno, count = asked.get("fault"), asked.get("infno"), asked.get("count", 1)
        if not isinstance(name, str) or type(count) is not int:
            raise Refused("sandbox.fault_unreadable")
        if not isinstance(infno, str | None):
            raise Refused("sandbox.fault_unreadable")
        self.faults.plant(name, infno, count, _seconds(asked.get("seconds", 0)))
        return {"status": "planted"}

    def clear(self, _: object) -> Json:
        """POST /sandbox/clear: no fault waits or lasts any longer."""
        self.faults.clear()
        return {"status": "cleared"}

    def settle_elsewhere(self, asked: object) -> Json:
        """POST /sandbox/elsewhere {psn_no, mdtrt_id?, amount?, here?}. Raises Refused."""
        return elsewhere.settle(self.transactions, elsewhere.read(asked))

    def go_down(self, asked: object) -> Json:
        """POST /sandbox/restart {down_s?}. Raises Refused for anything else."""
        if not isinstance(asked, dict) or not set(asked) <= {"down_s"}:
            raise Refused("sandbox.fault_unreadable")
        self.restart(_seconds(asked.get("down_s", 0)))
        return {"status": "restarting"}

    def _check_path(self, path: str, body: object) -> None:
        """Raises Turned where nobody listens under that path for that transaction."""
        style = self.transactions.manner.url_style
        infno = body.get("infno") if isinstance(body, dict) else None
        if style is UrlStyle.ANY or not isinstance(infno, str):
            return
        paths = self.transactions.reference.paths
        ending = f"/{infno}" if style is UrlStyle.BY_INFNO else paths.get(infno, "")
        if not path.partition("?")[0].rstrip("/").endswith(ending):
            raise Turned("not found", HTTPStatus.NOT_FOUND)


def _seconds(asked: object) -> float:
    try:
        seconds = float(asked)  # type: ignore[arg-type]  # Anything may come; that is asked.
    except (TypeError, ValueError, OverflowError):
        raise Refused("sandbox.fault_unreadable") from None
    if not 0 <= seconds <= SECONDS_MAX:
        raise Refused("sandbox.fault_out_of_range", seconds=SECONDS_MAX)
    return seconds
