"""Which transaction does what, and what every request must show before it may.

The order is the platform's: envelope, institution, message id, sign-in, input nodes,
insured region, and then the transaction itself.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from drivers.simulated.province import (
    fees,
    people,
    reversals,
    sales,
    sessions,
    settlements,
    visits,
    wire,
)
from drivers.simulated.province.book import Book
from drivers.simulated.province.call import CHINA, Call, Manner, Output
from drivers.simulated.province.fields import Node
from drivers.simulated.province.gateway import answer
from drivers.simulated.province.reference import Reference
from drivers.simulated.province.rejection import SYSTEM, Rejection
from drivers.simulated.province.wire import Json
from terminal.core.faults import Fault

_log = logging.getLogger(__name__)

TRANSACTIONS: Mapping[str, Callable[[Call], Output]] = {
    "1101": people.person_info,
    "2201": visits.register,
    "2202": visits.unregister,
    "2203A": visits.describe,
    "2204": fees.upload,
    "2205": fees.withdraw,
    "2206A": settlements.presettle,
    "2207A": settlements.settle,
    "2208": reversals.cancel,
    "2601": reversals.reverse,
    "3505A": sales.sell,
    "3506A": sales.take_back,
    "3513": sales.sold,
    "5201": visits.visits_of,
    "5203": settlements.find_settlement,
    "5206": people.accumulations,
    "5301": people.registrations,
    "5302": people.contracts,
    "9001": sessions.sign_in,
    "9002": sessions.sign_out,
}
_ALIASES = {"2203": "2203A", "2206": "2206A", "2207": "2207A"}
_SIGN_IN = "9001"
_MSGID_CHARS = 30
_MSGID = re.compile(r"(?P<institution>.{12})(?P<time>\d{14})\d{4}")
"""Institution, yyyyMMddHHmmss, and four digits that tell two in a second apart."""


def canonical(infno: object) -> str:
    """A transaction's number as this province files it: 2207 is 2207A."""
    return _ALIASES.get(infno, infno) if isinstance(infno, str) else ""


@dataclass(frozen=True, slots=True)
class Transactions:
    """The province behind its gateway: a request's body in, an answer's envelope out."""

    book: Book
    reference: Reference
    manner: Manner
    clock: Callable[[], datetime]

    def carry_out(self, body: object) -> dict[str, Json]:
        """Carry out one request; whatever is wrong with it is answered."""
        received = self.clock().astimezone(CHINA)
        infcode, err_msg, output = 0, None, dict[str, Json]()
        with self.book.held():
            serial = self.book.serial("answer")
            try:
                output = self._admitted(body, received)
            except Rejection as no:
                infcode, err_msg = no.infcode, no.err_msg
            except (Fault, ArithmeticError, ValueError, sqlite3.Error):
                # What this province failed to foresee is its own trouble, never a silence.
                _log.exception("a request could not be carried out")
                infcode, err_msg = SYSTEM, "FSI-系统异常,请稍后再试[system_1]"
        return answer(
            infcode,
            err_msg,
            output,
            received=received,
            responded=self.clock(),
            serial=serial,
        )

    def _admitted(self, body: object, received: datetime) -> Output:
        if not isinstance(body, dict):
            raise Rejection("报文格式错误", "msgcheck_1")
        envelope = self.reference.fields.envelope(body)
        infno = canonical(envelope["infno"])
        if infno not in TRANSACTIONS:
            raise Rejection("交易编号不存在", "msgcheck_2")
        if envelope["fixmedins_code"] not in self.reference.institutions:
            raise Rejection("定点医药机构不存在", "msgcheck_3")
        self._check_msgid(envelope, infno, received)
        if infno != _SIGN_IN:
            sessions.check(self.book, envelope, received.date())
        nodes = self.reference.fields.nodes(infno, _input(body))
        named = (row["psn_no"] for rows in nodes.values() for row in rows)
        if any(named) and not envelope["insuplc_admdvs"]:
            raise Rejection("insuplc_admdvs不能为空", "msgcheck_6", SYSTEM)
        call = Call(infno, envelope, nodes, received, self.book, self.reference, self.manner)
        kept: Rejection | None = None
        with self.book.attempt():
            try:
                return TRANSACTIONS[infno](call)
            except Rejection as no:
                if not no.keeps_what_was_written:
                    raise
                kept = no
        raise kept

    def _check_msgid(self, envelope: Node, infno: str, received: datetime) -> None:
        """A message id has its form, was not barred by 2601, and is used once."""
        msgid = envelope["msgid"]
        form = _MSGID.fullmatch(msgid)
        if form is None or form["institution"] != envelope["fixmedins_code"]:
            raise Rejection("msgid格式错误", "msgcheck_4")
        try:
            datetime.strptime(form["time"], "%Y%m%d%H%M%S")  # noqa: DTZ007  # Only its shape.
        except ValueError:
            raise Rejection("msgid格式错误", "msgcheck_4") from None
        if self.book.row("SELECT 1 FROM reversals WHERE omsgid = ?", msgid):
            raise Rejection("该报文已被冲正", "msgcheck_7")
        at = received.isoformat()
        if not self.book.write_once("INSERT INTO messages VALUES (?, ?, ?)", msgid, infno, at):
            # As system trouble: the first of the two may have been carried out.
            raise Rejection("报文ID重复", "msgcheck_5", SYSTEM)


def _input(body: Mapping[str, object]) -> Mapping[str, object]:
    """`input` as an object, or as the JSON string of one."""
    sent = body.get("input")
    if isinstance(sent, str):
        try:
            sent = wire.read(sent)
        except wire.Unreadable:
            raise Rejection("input格式错误", "msgcheck_1") from None
    if not isinstance(sent, dict):
        raise Rejection("input不能为空", "msgcheck_1")
    return sent
