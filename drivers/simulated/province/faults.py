"""Named faults of the line and of the province, planted to happen a counted number of times.

Each is a row of DISTURBANCES: how often the request is carried out, what then comes
back, and why such a thing happens at a village clinic. Faults are taken in the order
they were planted; one that names an infno waits for that transaction.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from enum import StrEnum

from drivers.simulated.province import wire
from drivers.simulated.province.rejection import BUSINESS, SYSTEM
from drivers.simulated.province.transactions import TRANSACTIONS, canonical
from drivers.simulated.province.wire import Json
from terminal.core.faults import Refused

COUNT_MAX = 10_000
SECONDS_MAX = 600.0
"""A longer wait than any client's: beyond it nobody is listening any more."""
PLANTED_MAX = 100


class Comes(StrEnum):
    """What comes back to the client."""

    WHOLE = "the whole answer"
    SECOND = "the answer to the second delivery"
    CLOSED = "nothing: the connection is closed"
    RESET = "nothing: the connection is reset"
    HALF = "half of the answer, then the connection is closed"
    NOT_JSON = "a page of some proxy, with HTTP 200"
    HTTP_500 = "HTTP 500 with a page"
    NO = "infcode -2"
    SYSTEM_ERROR = "infcode -1"
    ERROR_TEXT = "infcode 0 beside an err_msg, without output"
    QUOTED = "every number as a string"
    OUTPUT_TEXT = "output as a JSON string"
    NOT_TAKEN = "infcode 0, and retRslt 0 inside"
    NO_VERDICT = "infcode 0 with an empty output"
    NO_ROWS = "infcode 0 with every list empty"
    FILE_CUT = "a file whose text ends in the middle of a row"
    FILE_THINNED = "a file that lacks rows"
    FILE_OTHER_VERSION = "a file whose rows are of another version than its name"
    FILE_GBK = "a file whose text is GBK"


@dataclass(frozen=True, slots=True)
class Disturbance:
    """One row of the table."""

    carried_out: int
    comes: Comes
    why: str
    waits_after: bool = False
    """Whether its seconds pass after the request was carried out, not before."""
    overtaken: bool = False
    """Whether it is held until a later request was carried out, or its seconds passed."""
    spent_elsewhere: bool = False
    """Whether the person is settled at another institution just before it."""
    restarts: bool = False
    """Whether the platform goes down with it, for its seconds."""


DISTURBANCES = {
    "slow": Disturbance(
        1, Comes.WHOLE, "Congestion on the way in: a reversal may overtake the original."
    ),
    "slow_answer": Disturbance(
        1, Comes.WHOLE, "A busy province: carried out at once, answered too late.", waits_after=True
    ),
    "lost_before": Disturbance(0, Comes.CLOSED, "The village's line drops while sending."),
    "lost_after_commit": Disturbance(
        1, Comes.CLOSED, "The line drops while waiting: charged, and nobody here knows."
    ),
    "reset": Disturbance(1, Comes.RESET, "A firewall forgets the connection after the request."),
    "nonsense": Disturbance(1, Comes.NOT_JSON, "A captive portal or proxy puts its page first."),
    "half_answer": Disturbance(1, Comes.HALF, "The line drops in the middle of the answer."),
    "refused": Disturbance(0, Comes.NO, "Any rule of the province that the terminal lacks."),
    "error_text": Disturbance(
        1, Comes.ERROR_TEXT, "Seen in Hunan: success and an error text in one answer."
    ),
    "system_error": Disturbance(
        1, Comes.SYSTEM_ERROR, "The platform fails after its own database committed."
    ),
    "server_error": Disturbance(1, Comes.HTTP_500, "The gateway gives up after passing it on."),
    "server_error_before": Disturbance(0, Comes.HTTP_500, "The gateway has no server to ask."),
    "duplicated": Disturbance(2, Comes.WHOLE, "A gateway delivers one request twice."),
    "duplicated_second_answer": Disturbance(
        2, Comes.SECOND, "The gateway retried by itself: done, and answered 'message id reused'."
    ),
    "reordered": Disturbance(
        1,
        Comes.WHOLE,
        "Two lines to the township, one of them slow: what was sent later arrives earlier,"
        " a 2601 before the 2207 it is to undo.",
        overtaken=True,
    ),
    "limit_moved": Disturbance(
        1,
        Comes.WHOLE,
        "The township hospital settles the same person in the same minute, so that 2207"
        " pays less than 2206 had said.",
        spent_elsewhere=True,
    ),
    "restart": Disturbance(
        1,
        Comes.CLOSED,
        "The platform is restarted at night or under load: done, but nobody is told, and"
        " for a while nobody answers at all.",
        restarts=True,
    ),
    "restart_before": Disturbance(
        0, Comes.CLOSED, "The same, a moment earlier: nothing was done.", restarts=True
    ),
    "not_taken": Disturbance(
        0, Comes.NOT_TAKEN, "The second level of a box report says no inside a yes (350x)."
    ),
    "no_verdict": Disturbance(
        1, Comes.NO_VERDICT, "A gateway drops what it does not know: done, and no word of it."
    ),
    "not_known_yet": Disturbance(
        1, Comes.NO_ROWS, "Questions are answered from a copy that lags behind by minutes (5201)."
    ),
    "file_cut": Disturbance(1, Comes.FILE_CUT, "The export ran out of disk, and packed the rest."),
    "file_rows_missing": Disturbance(
        1, Comes.FILE_THINNED, "An export while rows were written: fewer than data_cnt promised."
    ),
    "file_wrong_version": Disturbance(
        1, Comes.FILE_OTHER_VERSION, "Last year's file under this year's name."
    ),
    "file_gbk": Disturbance(1, Comes.FILE_GBK, "A server that writes Chinese as it always did."),
    "numbers_as_strings": Disturbance(1, Comes.QUOTED, "A province that quotes its numbers."),
    "output_as_string": Disturbance(1, Comes.OUTPUT_TEXT, "A gateway that wraps output again."),
}


RX_LOOK = "D005"
"""The one transaction of the prescriptions' platform for which a line's fault is planted."""

CERTIFICATE_EXPIRED = "certificate_expired"
CONDITIONS = {
    CERTIFICATE_EXPIRED: "Nobody renewed the platform's certificate, or a village's clock is"
    " years off: connections opened from now on are shown one that has expired.",
}
"""Faults that last from when they are planted until everything is cleared."""
HELD_S = 2.0
"""How long a reordered request waits to be overtaken, where no seconds are given."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A disturbance on its way to a request."""

    disturbance: Disturbance
    infno: str | None
    count: int
    seconds: float


class Faults:
    """What is planted, and still to happen."""

    def __init__(self, *, encrypted: bool = False) -> None:
        """`encrypted` says that this province speaks TLS, and has certificates to lose."""
        self._encrypted = encrypted
        self._lasting: set[str] = set()
        self._lock = threading.Lock()
        self._planted: list[Planted] = []

    def plant(
        self, name: str, infno: str | None = None, count: int = 1, seconds: float = 0.0
    ) -> None:
        """Let the next `count` requests (of that transaction) meet this fault.

        Raises Refused `sandbox.unknown_fault` for a name or transaction that is not in
        the tables, `sandbox.fault_out_of_range` for a count or wait beyond the limits,
        `sandbox.too_many_faults` when more wait than anybody can follow,
        `sandbox.not_encrypted` for a certificate of a province that has none.
        """
        if name in CONDITIONS:
            if not self._encrypted:
                raise Refused("sandbox.not_encrypted", fault=name)
            self._lasting.add(name)
            return
        disturbance = DISTURBANCES.get(name)
        wanted = None if infno is None else canonical(infno)
        if disturbance is None or not (wanted is None or wanted in (*TRANSACTIONS, RX_LOOK)):
            raise Refused("sandbox.unknown_fault", known=sorted({*DISTURBANCES, *CONDITIONS}))
        if not (1 <= count <= COUNT_MAX and 0 <= seconds <= SECONDS_MAX):
            raise Refused("sandbox.fault_out_of_range", count=COUNT_MAX, seconds=SECONDS_MAX)
        with self._lock:
            if len(self._planted) >= PLANTED_MAX:
                raise Refused("sandbox.too_many_faults", limit=PLANTED_MAX)
            self._planted.append(Planted(disturbance, wanted, count, seconds))

    def clear(self) -> None:
        """Forget everything that has not happened yet, and end what lasts."""
        with self._lock:
            self._planted.clear()
        self._lasting.clear()

    def waiting(self, name: str) -> bool:
        """Whether a fault of that name still waits for its request."""
        with self._lock:
            return any(each.disturbance is DISTURBANCES[name] for each in self._planted)

    def lasts(self, name: str) -> bool:
        """Whether this condition was planted and not cleared."""
        return name in self._lasting

    def take(self, infno: object) -> Planted | None:
        """The first fault waiting for this transaction; its count goes down by one."""
        sent = canonical(infno)
        with self._lock:
            for index, each in enumerate(self._planted):
                if each.infno in {None, sent}:
                    if each.count > 1:
                        self._planted[index] = replace(each, count=each.count - 1)
                    else:
                        del self._planted[index]
                    return _with_its_wait(each)
        return None


def _with_its_wait(planted: Planted) -> Planted:
    if planted.disturbance.overtaken and not planted.seconds:
        return replace(planted, seconds=HELD_S)
    return planted


def changed(comes: Comes, answer: Json) -> Json:
    """The answer as a disturbed province words it."""
    if not isinstance(answer, dict):
        return answer
    match comes:
        case Comes.NO:
            return {"infcode": BUSINESS, "err_msg": "FSI-业务校验不通过[sandbox_1]", "output": {}}
        case Comes.SYSTEM_ERROR:
            text = "FSI-系统异常[sandbox_2]"
            return {**answer, "infcode": SYSTEM, "err_msg": text, "output": {}}
        case Comes.ERROR_TEXT:
            return {**answer, "err_msg": "FSI-文件查询号不能为空[sandbox_3]", "output": {}}
        case Comes.NOT_TAKEN:
            verdict: Json = {"retRslt": "0", "msgRslt": "业务校验不通过"}
            return {"infcode": 0, "err_msg": None, "output": {"result": verdict}}
        case Comes.NO_VERDICT:
            return {**answer, "output": {}}
        case Comes.NO_ROWS:
            told = answer.get("output")
            nodes = told if isinstance(told, dict) else ()
            return {**answer, "output": {node: [] for node in nodes}}
        case Comes.QUOTED:
            return wire.numbers_as_strings(answer)
        case Comes.OUTPUT_TEXT:
            return {**answer, "output": wire.write(answer.get("output"))}
        case _:
            return answer
