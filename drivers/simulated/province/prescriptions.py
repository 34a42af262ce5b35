"""The county hospital's electronic prescriptions: D001 to D007, beside the interface.

The hospital's side checks (D001), signs (D002), uploads (D003), withdraws (D004) and asks
for the review (D006); the clinic's side looks one up (D005) and asks whether it was
dispensed (D007). Whether it was is never written down but follows from the settlements that
stand: one that is cancelled or reversed leaves its prescription open again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from drivers.simulated.province import rx_demo, rx_envelope, wire
from drivers.simulated.province.book import Book
from drivers.simulated.province.call import CHINA, TIME
from drivers.simulated.province.fields import FieldTable, Node
from drivers.simulated.province.reference import DATA, Person
from drivers.simulated.province.rejection import SYSTEM, Rejection
from drivers.simulated.province.rx_book import OPEN, dispensed_at
from drivers.simulated.province.transactions import Transactions
from drivers.simulated.province.wire import Json
from terminal.core.faults import Refused

PATH = "/rx"
"""Before the number of the transaction: POST /rx/D005."""
_FIELDS = FieldTable(DATA / "rx_fields.txt")
_ASKED = {"psn_no", "drugs", "days", "hi_rxno", "withdraw", "fault"}

FAULTS = {
    "rx_forged_signature": "Somebody in between answers in the platform's place.",
    "rx_withdrawn_next": "The hospital's doctor withdraws it just after the clinic looked.",
    "rx_expired": "It is presented after its last day.",
}
"""Planted by POST /sandbox/prescriptions {"fault": NAME}, for the next D005. What befalls
the line (slow, lost_before, nonsense ...) is planted like any other, for infno D005."""


def infno_of(path: str) -> str | None:
    """Which transaction a path asks for; None for a path of somebody else."""
    folder, _, infno = path.rpartition("/")
    return infno if folder == PATH else None


class Prescriptions:
    """The platform of prescriptions, on the province's own book."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions
        self._faults: list[str] = []
        self._lock = threading.Lock()
        self._verbs: Mapping[str, Callable[[Node], dict[str, Json]]] = {
            "D001": self._check,
            "D002": self._sign,
            "D003": self._upload,
            "D004": self._withdraw,
            "D005": self._told,
            "D006": self._reviewed,
            "D007": self._dispensed,
        }

    def ask(self, infno: str, body: object) -> dict[str, Json]:
        """Answer one request; whatever is wrong with it is answered."""
        now = self._transactions.clock()
        now_ms = int(now.timestamp() * 1000)
        fault = self._next_fault() if infno == "D005" else ""
        code, message, output = 0, "成功", dict[str, Json]()
        with self._book.held():
            try:
                sent = rx_envelope.opened(body, now_ms)
                node = _read(infno, sent)
                if fault == "rx_expired":
                    self._end(node, now)
                with self._book.attempt():
                    output = self._verbs[infno](node)
                if fault == "rx_withdrawn_next":
                    self._book.write(*_set_stage("withdrawn", str(output["hiRxno"])))
            except Rejection as no:
                code, message = no.infcode, no.err_msg
            except (ArithmeticError, ValueError):
                code, message = SYSTEM, "FSI-系统异常[rxcheck_9]"
        forged = fault == "rx_forged_signature"
        return rx_envelope.sealed(output, now_ms, code=code, message=message, forged=forged)

    def make(self, asked: object) -> Json:
        """POST /sandbox/prescriptions: {psn_no, drugs?: [[med_list_codg, quantity]], days?}
        makes and uploads one, {hi_rxno, withdraw: true} withdraws it, {fault} plants one of
        FAULTS. Raises Refused `sandbox.prescription_unreadable`."""
        unreadable = Refused("sandbox.prescription_unreadable")
        if not isinstance(asked, dict) or not set(asked) <= _ASKED:
            raise unreadable
        fault = asked.get("fault")
        if fault is not None:
            if not isinstance(fault, str) or fault not in FAULTS:
                raise Refused("sandbox.unknown_fault", known=sorted(FAULTS))
            with self._lock:
                self._faults.append(fault)
            return {"status": "planted"}
        with self._book.held():
            try:
                with self._book.attempt():
                    if asked.get("withdraw") is True:
                        return self._withdrawn(str(asked.get("hi_rxno")), rx_demo.HOSPITAL)
                    return self._made(asked)
            except (Rejection, ArithmeticError, TypeError, ValueError, OverflowError) as no:
                raise unreadable from no

    @property
    def _book(self) -> Book:
        return self._transactions.book

    def _next_fault(self) -> str:
        with self._lock:
            return self._faults.pop(0) if self._faults else ""

    def _made(self, asked: Mapping[str, object]) -> dict[str, Json]:
        person = self._transactions.reference.person(str(asked.get("psn_no")))
        drugs = asked.get("drugs", rx_demo.DRUGS)
        if not isinstance(drugs, list | tuple):
            raise Rejection("drugs", "rxcheck_1")
        sent = rx_demo.as_prescribed(
            person,
            drugs,
            int(str(asked.get("days", rx_demo.DAYS))),
            self._transactions.clock().astimezone(CHINA),
            self._transactions.reference,
        )
        made = self._check(_read("D001", sent))
        named = {**made, "fixmedinsCode": rx_demo.HOSPITAL, "signDigest": "-"}
        self._sign(Node({name: str(each) for name, each in named.items()}))
        self._upload(Node({name: str(each) for name, each in named.items()}))
        return made

    def _check(self, sent: Node) -> dict[str, Json]:
        """D001: pre-check; gives the prescription its numbers."""
        person = self._person(sent["certno"])
        if person.name != sent["patnName"]:
            raise Rejection("患者姓名与证件不符", "rxcheck_2")
        self._hospital(sent)
        drugs: list[Json] = [
            {name: each for name, each in row.values.items() if each}
            for row in sent.inner["rxDetlList"]
        ]
        if not drugs or any(
            Decimal(str(row.values["drugCnt"])) <= 0 for row in sent.inner["rxDetlList"]
        ):
            raise Rejection("处方明细数量应大于零", "rxcheck_3")
        now = self._transactions.clock().astimezone(CHINA)
        serial = self._book.serial("prescription")
        hi_rxno = f"{sent['fixmedinsCode'][1:7]}{now:%Y%m%d}{serial:010d}"
        trace = f"CF{hi_rxno[:14]}{serial:08d}"
        told = {name: each for name, each in sent.values.items() if each}
        self._book.write(
            "INSERT INTO prescriptions VALUES (?, ?, ?, ?, 'checked', ?, ?)",
            hi_rxno,
            trace,
            person.psn_no,
            sent["fixmedinsCode"],
            sent["valiEndTime"],
            wire.write({**told, "rxDetlList": drugs}),
        )
        return {"rxTraceCode": trace, "hiRxno": hi_rxno}

    def _sign(self, sent: Node) -> dict[str, Json]:
        """D002: the hospital's doctor and pharmacist have signed."""
        return self._step(sent, "checked", "signed")

    def _upload(self, sent: Node) -> dict[str, Json]:
        """D003: from now on it can be looked up."""
        return self._step(sent, "signed", "uploaded")

    def _withdraw(self, sent: Node) -> dict[str, Json]:
        """D004: by the hospital that wrote it, as long as nothing of it was dispensed."""
        return self._withdrawn(sent["hiRxno"], sent["fixmedinsCode"])

    def _withdrawn(self, hi_rxno: str, institution: str) -> dict[str, Json]:
        row = self._row(hi_rxno)
        if row["institution"] != institution:
            raise Rejection("非开方机构不能撤销", "rxcheck_4")
        if dispensed_at(self._book, hi_rxno) is not None:
            raise Rejection("处方已取药,不能撤销", "rxcheck_5")
        self._book.write(*_set_stage("withdrawn", hi_rxno))
        return {"hiRxno": hi_rxno}

    def _reviewed(self, sent: Node) -> dict[str, Json]:
        """D006: the pharmacist passes everything that was uploaded."""
        row = self._row(sent["hiRxno"])
        passed = row["stage"] != "checked"
        return {"hiRxno": row["hi_rxno"], "rxChkStasCodg": "1" if passed else "0"}

    def _told(self, sent: Node) -> dict[str, Json]:
        """D005: what an institution is told of it that would dispense."""
        row = self._row(sent["hiRxno"], sent["rxTraceCode"])
        told = wire.read(row["told"])
        if not isinstance(told, dict) or row["stage"] not in {"uploaded", "withdrawn"}:
            raise Rejection("处方不存在", "rxcheck_6")
        shown = {name: each for name, each in told.items() if name not in {"ecToken", "authNo"}}
        place = self._transactions.reference.institutions[row["institution"]]
        return {
            **shown,
            "hiRxno": row["hi_rxno"],
            "rxTraceCode": row["trace_code"],
            "fixmedinsName": place.name,
            "valiEndTime": row["valid_until"],
            "rxStasCodg": self._state(row["stage"], row["valid_until"]),
            **self._used(row["hi_rxno"]),
        }

    def _dispensed(self, sent: Node) -> dict[str, Json]:
        """D007: whether somebody dispensed it, and who."""
        row = self._row(sent["hiRxno"])
        return {"hiRxno": row["hi_rxno"], **self._used(row["hi_rxno"])}

    def _used(self, hi_rxno: str) -> dict[str, Json]:
        where = dispensed_at(self._book, hi_rxno)
        if where is None:
            return {"rxUsedStasCodg": "0"}
        place = self._transactions.reference.institutions[where.institution]
        return {
            "rxUsedStasCodg": "1",
            "dspFixmedinsName": place.name,
            "dspTime": where.at,
        }

    def _state(self, stage: str, valid_until: str) -> str:
        """1 valid, 2 past its last day, 3 withdrawn."""
        if stage == "withdrawn":
            return "3"
        now = self._transactions.clock().astimezone(CHINA).strftime(TIME)
        return OPEN if now <= valid_until else "2"

    def _step(self, sent: Node, before: str, after: str) -> dict[str, Json]:
        row = self._row(sent["hiRxno"])
        named = (row["trace_code"], row["institution"], row["stage"])
        if named != (sent["rxTraceCode"], sent["fixmedinsCode"], before):
            raise Rejection("处方状态不正确", "rxcheck_7")
        self._book.write(*_set_stage(after, row["hi_rxno"]))
        return {"hiRxno": row["hi_rxno"]}

    def _end(self, sent: Node, now: datetime) -> None:
        over = (now.astimezone(CHINA) - timedelta(days=1)).strftime("%Y-%m-%d 23:59:59")
        self._book.write(
            "UPDATE prescriptions SET valid_until = ? WHERE hi_rxno = ? OR trace_code = ?",
            over,
            sent["hiRxno"],
            sent["rxTraceCode"],
        )

    def _row(self, hi_rxno: str, trace_code: str = "") -> Mapping[str, str]:
        row = self._book.row(
            "SELECT * FROM prescriptions WHERE hi_rxno = ? OR trace_code = ?", hi_rxno, trace_code
        )
        if row is None:
            raise Rejection("处方不存在", "rxcheck_6")
        return {name: row[name] for name in row.keys()}  # noqa: SIM118 - not a mapping.

    def _person(self, certno: str) -> Person:
        for person in self._transactions.reference.people.values():
            if person.id_number == certno:
                return person
        raise Rejection("人员信息不存在", "rxcheck_8")

    def _hospital(self, sent: Node) -> None:
        if sent["fixmedinsCode"] not in self._transactions.reference.institutions:
            raise Rejection("定点医药机构不存在", "msgcheck_3")


def _set_stage(stage: str, hi_rxno: str) -> tuple[str, str, str]:
    return "UPDATE prescriptions SET stage = ? WHERE hi_rxno = ?", stage, hi_rxno


def _read(infno: str, sent: Mapping[str, object]) -> Node:
    """A request's fields, checked. Raises Rejection for a number that nobody knows."""
    if infno not in _FIELDS:
        raise Rejection("交易编号不存在", "rxcheck_0")
    return _FIELDS.nodes(infno, {"data": sent})["data"][0]
