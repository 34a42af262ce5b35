"""A settlement that this terminal did not make: another institution's, or of the clinic's
own record system. It is a real one: registered, described, priced and committed; and it may
be cancelled again (2208) by whoever made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drivers.simulated.province.call import CHINA, TIME, Output
from drivers.simulated.province.fields import Node
from drivers.simulated.province.reference import Institution, Insurance, Item, Person
from drivers.simulated.province.rejection import Rejection
from drivers.simulated.province.transactions import Transactions
from drivers.simulated.province.wire import Json
from terminal.core.bill import Grade, Listed
from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money

HERE = "H43102400991"
"""The demo clinic, whose record system settles with "here"."""
AMOUNT = "26.34"
_NAMES = {"psn_no", "mdtrt_id", "amount", "here", "cancel"}
_TREATMENT = "05"
_SERIAL, _SERIALS = 9000, 1000
"""Message ids of the record system end in 9000 and more; a terminal's begin at 0001."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose settlement, for how much, and by whom."""

    psn_no: str
    amount: Money
    mdtrt_id: str = ""
    """An open visit to settle; otherwise a visit of its own is registered."""
    here: bool = False
    """By the clinic's own record system."""
    cancel: str = ""
    """A setl_id of the visit `mdtrt_id`, to be cancelled: nothing is settled then."""


def read(asked: object) -> Asked:
    """POST /sandbox/elsewhere as it came. Raises Refused `sandbox.elsewhere_unreadable`."""
    if not isinstance(asked, dict) or not set(asked) <= _NAMES:
        raise Refused("sandbox.elsewhere_unreadable")
    psn_no, amount = asked.get("psn_no"), asked.get("amount", AMOUNT)
    mdtrt_id, here = asked.get("mdtrt_id", ""), asked.get("here", False)
    cancel = asked.get("cancel", "")
    if not isinstance(psn_no, str) or not isinstance(mdtrt_id, str) or type(here) is not bool:
        raise Refused("sandbox.elsewhere_unreadable")
    if not isinstance(cancel, str):
        raise Refused("sandbox.elsewhere_unreadable")
    try:
        money = Money.parse(str(amount))
    except Refused:
        raise Refused("sandbox.elsewhere_unreadable") from None
    return Asked(psn_no, money, mdtrt_id, here, cancel)


def settle(transactions: Transactions, asked: Asked) -> dict[str, Json]:
    """Settle as asked; setl_id, mdtrt_id and msgid of what was committed.

    Raises Refused `sandbox.elsewhere_refused` with the province's reason.
    """
    book = transactions.book
    with book.held():
        try:
            with book.attempt():
                return _settle(transactions, asked)
        except Rejection as no:
            raise Refused("sandbox.elsewhere_refused", reason=no.err_msg) from None


def _settle(transactions: Transactions, asked: Asked) -> dict[str, Json]:
    if asked.amount <= ZERO:
        raise Rejection("金额应大于零", "elsewhere_1")
    person = transactions.reference.person(asked.psn_no)
    insured = next((row for row in person.insurance if row.in_force), None)
    if insured is None:
        raise Rejection("参保状态异常或险种不存在", "insucheck_1")
    visit = transactions.book.row("SELECT * FROM visits WHERE mdtrt_id = ?", asked.mdtrt_id)
    if asked.mdtrt_id and visit is None:
        raise Rejection("就诊信息不存在", "mdtrtcheck_3")
    code = visit["institution"] if visit else _where(transactions, insured.region, asked)
    place = transactions.reference.institutions[code]
    system = _System(transactions, place, person, insured)
    if asked.cancel:
        return system.cancel(asked.mdtrt_id, asked.cancel)
    mdtrt_id = visit["mdtrt_id"] if visit else system.register()
    if visit is None or not visit["med_type"]:
        system.describe(mdtrt_id)
    return system.charge(mdtrt_id, asked.amount)


def _where(transactions: Transactions, region: str, asked: Asked) -> str:
    """This clinic, or the first institution of the person's region that is another one."""
    if asked.here:
        return HERE
    places = transactions.reference.institutions.values()
    return min(each.code for each in places if each.place.region == region and each.code != HERE)


class _System:
    """A record system at one institution, with one patient before it."""

    def __init__(
        self,
        transactions: Transactions,
        institution: Institution,
        person: Person,
        insured: Insurance,
    ) -> None:
        self._transactions = transactions
        self._institution = institution
        self._person = person
        self._insured = insured
        self._doctor = min(institution.doctors)
        self._now = transactions.clock().astimezone(CHINA).strftime(TIME)
        self._item = self._ordinary_item()

    def register(self) -> str:
        serial = self._transactions.book.serial("elsewhere")
        output = self._ask(
            "2201",
            {
                **self._patient(),
                "begntime": self._now,
                "ipt_otp_no": f"HIS{serial:08d}",
                "atddr_no": self._doctor,
                "dr_name": "医师",
                "dept_code": "A01",
                "dept_name": "全科医疗科",
                "caty": "A02",
            },
        )
        registered = output["data"]
        return str(registered["mdtrt_id"]) if isinstance(registered, dict) else ""

    def describe(self, mdtrt_id: str) -> None:
        visit = {"mdtrt_id": mdtrt_id, "psn_no": self._person.psn_no}
        diagnosis = {
            "diag_type": "1",
            "diag_srt_no": 1,
            "diag_code": "J00.x00",
            "diag_name": "急性上呼吸道感染",
            "diag_dept": "A01",
            "dise_dor_no": self._doctor,
            "dise_dor_name": "医师",
            "diag_time": self._now,
            "vali_flag": "1",
        }
        described = {**visit, "med_type": "11", "begntime": self._now}
        self._ask_nodes("2203A", {"mdtrtinfo": described, "diseinfo": [diagnosis]})

    def charge(self, mdtrt_id: str, amount: Money) -> dict[str, Json]:
        batch = f"HIS{self._transactions.book.serial('elsewhere'):08d}"
        visit = {"mdtrt_id": mdtrt_id, "psn_no": self._person.psn_no, "chrg_bchno": batch}
        line = {
            **visit,
            "feedetl_sn": str(900_000_000 + self._transactions.book.serial("elsewhere")),
            "rx_circ_flag": "0",
            "fee_ocur_time": self._now,
            "med_list_codg": self._item.code,
            "medins_list_codg": self._item.own_code,
            "det_item_fee_sumamt": amount.yuan,
            "cnt": "1",
            "pric": amount.yuan,
            "bilg_dept_codg": "A01",
            "bilg_dept_name": "全科医疗科",
            "bilg_dr_codg": self._doctor,
            "bilg_dr_name": "医师",
            "hosp_appr_flag": "0",
        }
        self._ask_nodes("2204", {"feedetail": [line]})
        echoes = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
        output = self._ask(
            "2207A",
            {
                **visit,
                **self._patient(),
                **dict.fromkeys(echoes, ""),
                "med_type": "11",
                "medfee_sumamt": amount.yuan,
                "psn_setlway": "01",
                "acct_used_flag": "0",
            },
        )
        info = output["setlinfo"]
        told = info if isinstance(info, dict) else {}
        return {
            "setl_id": told["setl_id"],
            "mdtrt_id": mdtrt_id,
            "msgid": told["medins_setl_id"],
            "fixmedins_code": self._institution.code,
            "fund_pay_sumamt": told["fund_pay_sumamt"],
        }

    def cancel(self, mdtrt_id: str, setl_id: str) -> dict[str, Json]:
        visit = {"mdtrt_id": mdtrt_id, "psn_no": self._person.psn_no}
        self._ask("2208", {**visit, "setl_id": setl_id})
        return {"setl_id": setl_id, "mdtrt_id": mdtrt_id}

    def _patient(self) -> dict[str, object]:
        return {
            "psn_no": self._person.psn_no,
            "mdtrt_cert_type": "02",
            "mdtrt_cert_no": self._person.id_number,
            "insutype": self._insured.insutype,
        }

    def _ask(self, infno: str, data: Mapping[str, object]) -> Output:
        return self._ask_nodes(infno, {"data": data})

    def _ask_nodes(self, infno: str, nodes: Mapping[str, object]) -> Output:
        envelope = {
            "msgid": self._msgid(infno),
            "fixmedins_code": self._institution.code,
            "insuplc_admdvs": self._insured.region,
        }
        return self._transactions.inside(infno, Node(envelope), nodes)

    def _msgid(self, infno: str) -> str:
        """One that nobody has used yet, remembered like any other."""
        book = self._transactions.book
        stamp = "".join(char for char in self._now if char.isdigit())
        for _ in range(_SERIALS):
            serial = _SERIAL + book.serial("elsewhere") % _SERIALS
            msgid = f"{self._institution.code}{stamp}{serial}"
            if book.write_once("INSERT INTO messages VALUES (?, ?, ?)", msgid, infno, self._now):
                return msgid
        raise Rejection("报文ID用尽", "elsewhere_2")

    def _ordinary_item(self) -> Item:
        """A treatment that everybody's fund pays at the plain ratio, and no box with a code."""
        return next(
            item
            for item in self._transactions.reference.items.values()
            if (item.charge_type, item.grade, item.listed) == (_TREATMENT, Grade.A, Listed.NONE)
        )
