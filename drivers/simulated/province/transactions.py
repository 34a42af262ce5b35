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
    audit,
    clearing,
    dialect,
    downloads,
    fees,
    files,
    people,
    practitioners,
    reversals,
    sales,
    sessions,
    settlements,
    signing,
    stock,
    treatment,
    visits,
    wire,
)
from drivers.simulated.province.book import Book
from drivers.simulated.province.call import CHINA, Call, Output
from drivers.simulated.province.fields import ROWS_MAX, Node
from drivers.simulated.province.files import Stream
from drivers.simulated.province.gateway import answer
from drivers.simulated.province.manner import Manner
from drivers.simulated.province.reference import Reference
from drivers.simulated.province.rejection import SYSTEM, Rejection
from drivers.simulated.province.wire import Json
from terminal.core.faults import Fault

_log = logging.getLogger(__name__)

TRANSACTIONS: Mapping[str, Callable[[Call], Output | Stream]] = {
    "1101": people.person_info,
    "1301": downloads.catalogue("1301"),
    "1302": downloads.catalogue("1302"),
    "1305": downloads.catalogue("1305"),
    "1307": downloads.diagnoses,
    "1901": people.dictionary,
    "2001": treatment.check,
    "2201": visits.register,
    "2202": visits.unregister,
    "2203A": visits.describe,
    "2204": fees.upload,
    "2205": fees.withdraw,
    "2206A": settlements.presettle,
    "2207A": settlements.settle,
    "2208": reversals.cancel,
    "2601": reversals.reverse,
    "3101": audit.audit,
    "3102": audit.audit,
    "3201": clearing.compare_sums,
    "3202": clearing.compare_rows,
    "3501": stock.count,
    "3502": stock.move,
    "3505A": sales.sell,
    "3506A": sales.take_back,
    "3513": sales.sold,
    "5102": practitioners.of_institution,
    "5201": visits.visits_of,
    "5203": settlements.find_settlement,
    "5206": people.accumulations,
    "5301": people.registrations,
    "5302": people.contracts,
    "9001": sessions.sign_in,
    "9002": sessions.sign_out,
    "9101": files.upload,
    "9102": files.download,
    "ZSMCJ003": downloads.prefixes,
}
_ALIASES = {
    "2203": "2203A",
    "2206": "2206A",
    "2207": "2207A",
    "3505": "3505A",
    "3506": "3506A",
}
_SIGN_IN = "9001"
_FEES = "2204"
_MSGID_CHARS = 30
_MSGID = re.compile(r"(?P<institution>.{12})(?P<time>[0-9]{14})[0-9]{4}")
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

    def carry_out(self, body: object) -> dict[str, Json] | Stream:
        """Carry out one request; whatever is wrong with it is answered."""
        received = self.clock().astimezone(CHINA)
        infcode, err_msg, output = 0, self.manner.good_text, dict[str, Json]()
        with self.book.held():
            serial = self.book.serial("answer")
            try:
                done = self._admitted(body, received)
                if isinstance(done, Stream):
                    return done
                output = done
            except Rejection as no:
                infcode, err_msg = no.infcode, no.err_msg
            except (Fault, ArithmeticError, ValueError, sqlite3.Error):
                # What this province failed to foresee is its own trouble, never a silence.
                _log.exception("a request could not be carried out")
                infcode, err_msg = SYSTEM, "FSI-系统异常,请稍后再试[system_1]"
        told = answer(
            infcode,
            err_msg,
            dialect.worded(output, self.manner),
            received=received,
            responded=self.clock(),
            serial=serial,
        )
        if self.manner.numbers_as_strings:
            told = {name: wire.numbers_as_strings(each) for name, each in told.items()}
        return signing.sign(told, self.manner)

    def inside(self, infno: str, envelope: Node, sent: Mapping[str, object]) -> Output:
        """Carry out what another institution or system asks of this province, past the
        gateway and the sign-in, within a book already held. Raises Rejection."""
        nodes = self.reference.fields.nodes(infno, sent)
        done = TRANSACTIONS[infno](self._call(infno, envelope, nodes, self.clock()))
        return {} if isinstance(done, Stream) else done

    def whose(self, body: object) -> str:
        """The psn_no a request is about, "" when it names nobody."""
        try:
            sent = _input(signing.opened(body, self.manner) if isinstance(body, dict) else None)
        except Rejection:
            return ""
        rows = (each[0] if isinstance(each, list) and each else each for each in sent.values())
        named = (row.get("psn_no") for row in rows if isinstance(row, dict))
        return next((each for each in named if isinstance(each, str)), "")

    def _admitted(self, body: object, received: datetime) -> Output | Stream:
        if not isinstance(body, dict):
            raise Rejection("报文格式错误", "msgcheck_1")
        envelope = self.reference.fields.envelope(body)
        infno = canonical(envelope["infno"])
        if infno not in TRANSACTIONS or envelope["infno"] in self.manner.infnos_refused:
            raise Rejection("交易编号不存在", "msgcheck_2")
        if envelope["fixmedins_code"] not in self.reference.institutions:
            raise Rejection("定点医药机构不存在", "msgcheck_3")
        signing.check(body, self.manner)
        self._check_msgid(envelope, infno, received)
        if infno != _SIGN_IN:
            sessions.check(self.book, envelope, received.date())
        nodes = self._nodes(envelope["infno"], body)
        named = (row["psn_no"] for rows in nodes.values() for row in rows)
        if any(named) and not envelope["insuplc_admdvs"]:
            raise Rejection("insuplc_admdvs不能为空", "msgcheck_6", SYSTEM)
        call = self._call(infno, envelope, nodes, received)
        kept: Rejection | None = None
        with self.book.attempt():
            try:
                return TRANSACTIONS[infno](call)
            except Rejection as no:
                if not no.keeps_what_was_written:
                    raise
                kept = no
        raise kept

    def _call(
        self, infno: str, envelope: Node, nodes: dict[str, list[Node]], now: datetime
    ) -> Call:
        received = now.astimezone(CHINA)
        return Call(infno, envelope, nodes, received, self.book, self.reference, self.manner)

    def _nodes(self, infno: str, body: Mapping[str, object]) -> dict[str, list[Node]]:
        """What `input` holds, checked by the form that was spoken and in our own codes."""
        sent = _input(signing.opened(body, self.manner), as_text=self.manner.input_as_text)
        fields = self.reference.fields
        most = self.manner.fee_lines_max if infno == _FEES else ROWS_MAX
        form = infno if infno in fields else canonical(infno)
        return dialect.understood(fields.nodes(form, sent, most), self.manner.codes)

    def _check_msgid(self, envelope: Node, infno: str, received: datetime) -> None:
        """A message id has its form, was not barred by 2601, and is used once."""
        msgid = envelope["msgid"]
        form = _MSGID.fullmatch(msgid)
        if form is None or form["institution"] != envelope["fixmedins_code"]:
            raise Rejection("msgid格式错误", "msgcheck_4")
        try:
            datetime.fromisoformat(f"{form['time'][:8]}T{form['time'][8:]}")  # Only its shape.
        except ValueError:
            raise Rejection("msgid格式错误", "msgcheck_4") from None
        if self.book.row("SELECT 1 FROM reversals WHERE omsgid = ?", msgid):
            raise Rejection("该报文已被冲正", "msgcheck_7")
        at = received.isoformat()
        first = self.book.write_once("INSERT INTO messages VALUES (?, ?, ?)", msgid, infno, at)
        if not first and self.manner.msgid_once:
            # As system trouble: the first of the two may have been carried out.
            raise Rejection("报文ID重复", "msgcheck_5", SYSTEM)


def _input(sent: object, *, as_text: bool = False) -> Mapping[str, object]:
    """`input` as an object, or as the JSON string of one; some take the string only."""
    if as_text and not isinstance(sent, str):
        raise Rejection("input应为JSON字符串", "msgcheck_9")
    if isinstance(sent, str):
        try:
            sent = wire.read(sent)
        except wire.Unreadable:
            raise Rejection("input格式错误", "msgcheck_1") from None
    if not isinstance(sent, dict):
        raise Rejection("input不能为空", "msgcheck_1")
    return sent
