"""What is said to the province, in the terminal's own words.

Order of an outpatient settlement: sign in (9001, once a day), person (1101), register
(2201), describe the visit (2203A), fee lines (2204), pre-settle (2206A), settle (2207A);
to undo: 2208, or 2601 for a settlement nobody heard of again.

An answer that names another visit, person or message than the one it answers is nobody's
answer: nonsense, whatever else it says. Raises what client.Client.send and nodes raise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from terminal.core.faults import Refused, Uncertain
from terminal.core.money import Money
from terminal.core.shares import MutualAid, Shares
from terminal.province import answers as a
from terminal.province import messages as m
from terminal.province.client import judged
from terminal.province.envelope import Answer, read_answer
from terminal.province.nodes import read, read_node, rows, written
from terminal.province.session import ID_CARD, Case, Session


@dataclass(frozen=True, slots=True)
class Fee:
    """One line as the province is told of it."""

    feedetl_sn: str
    med_list_codg: str
    medins_list_codg: str
    total: Money
    quantity: Decimal
    price: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """A settlement that stands at the province."""

    setl_id: str
    mdtrt_id: str
    """Empty where the answer does not say."""
    medins_setl_id: str
    """The msgid that made it; a region may leave it empty."""
    shares: Shares
    refunded: bool
    """Cancelled or reversed: nothing is charged any more."""


class Province:
    """The provincial platform, one verb a transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def fixmedins_code(self) -> str:
        return self._session.clinic.fixmedins_code

    def ready(self) -> None:
        """Sign in if that is still to be done, so that what follows sends only itself."""
        self._session.sign_in()

    def register(self, case: Case, ipt_otp_no: str) -> str:
        """2201. Returns mdtrt_id. An unanswered one is not repeated: use a new ipt_otp_no."""
        clinic = self._session.clinic
        node = written(
            m.Registration,
            psn_no=case.person.psn_no,
            insutype=case.coverage.insutype,
            begntime=m.wire_time(case.begun_at),
            mdtrt_cert_type=ID_CARD,
            mdtrt_cert_no=case.person.id_number,
            ipt_otp_no=ipt_otp_no,
            atddr_no=clinic.doctor_code,
            dr_name=clinic.doctor_name,
            dept_code=clinic.dept_code,
            dept_name=clinic.dept_name,
            caty=clinic.caty,
        )
        told = read(a.Registered, self._session.send("2201", {"data": node}, case), "data")
        _same(told.psn_no, case.person.psn_no)
        _same(told.ipt_otp_no, ipt_otp_no)
        return told.mdtrt_id

    def describe(self, case: Case, mdtrt_id: str) -> None:
        """2203A: what kind of visit, and the diagnosis. May be sent again before settling."""
        clinic = self._session.clinic
        visit = written(
            m.VisitInformation,
            mdtrt_id=mdtrt_id,
            psn_no=case.person.psn_no,
            med_type=case.med_type,
            begntime=m.wire_time(case.begun_at),
            dise_codg=case.registration or case.diagnosis_code,
            dise_name=case.diagnosis_name,
        )
        diagnosis = written(
            m.Diagnosis,
            diag_srt_no=1,
            diag_code=case.diagnosis_code,
            diag_name=case.diagnosis_name,
            diag_dept=clinic.dept_name,
            dise_dor_no=clinic.doctor_code,
            dise_dor_name=clinic.doctor_name,
            diag_time=m.wire_time(case.begun_at),
        )
        self._session.send("2203A", {"mdtrtinfo": visit, "diseinfo": [diagnosis]}, case)

    def upload_fees(self, case: Case, mdtrt_id: str, chrg_bchno: str, fees: Sequence[Fee]) -> None:
        """2204. Unanswered: take the lines back (2205) before sending any again."""
        clinic = self._session.clinic
        rows = [
            written(
                m.FeeLine,
                feedetl_sn=fee.feedetl_sn,
                mdtrt_id=mdtrt_id,
                psn_no=case.person.psn_no,
                chrg_bchno=chrg_bchno,
                dise_codg=case.registration,
                fee_ocur_time=m.wire_time(fee.at),
                med_list_codg=fee.med_list_codg,
                medins_list_codg=fee.medins_list_codg,
                det_item_fee_sumamt=fee.total.yuan,
                cnt=fee.quantity,
                pric=fee.price,
                bilg_dept_codg=clinic.dept_code,
                bilg_dept_name=clinic.dept_name,
                bilg_dr_codg=clinic.doctor_code,
                bilg_dr_name=clinic.doctor_name,
            )
            for fee in fees
        ]
        self._session.send("2204", {"feedetail": rows}, case)

    def take_back_fees(self, case: Case, mdtrt_id: str) -> None:
        """2205 for all unsettled lines of the visit. May be repeated."""
        node = written(m.FeeCancellation, mdtrt_id=mdtrt_id, psn_no=case.person.psn_no)
        self._session.send("2205", {"data": node}, case)

    def pre_settle(self, case: Case, mdtrt_id: str, chrg_bchno: str, total: Money) -> Shares:
        """2206(A): what would be paid by whom. Changes nothing.

        Raises Refused `province.amounts_do_not_add_up` for figures that do not.
        """
        clinic = self._session.clinic
        node = written(m.PreSettlement, **self._amounts(case, mdtrt_id, chrg_bchno, total))
        answer = self._session.send(clinic.infno_pre_settle, {"data": node}, case)
        info = read(a.SetlInfo, answer, "setlinfo")
        _same(info.mdtrt_id, mdtrt_id)
        _same(info.psn_no, case.person.psn_no)
        shares = info.shares(clinic.mutual_aid).verified()
        if shares.total != total:
            raise Refused("province.amounts_do_not_add_up", rule="medfee_sumamt = our lines")
        return shares

    def settle(
        self, case: Case, mdtrt_id: str, chrg_bchno: str, priced: Shares, msgid: str
    ) -> Settled:
        """2207(A): charge, once. The caller has written `msgid` down with its intent.

        Silence, nonsense and figures that do not add up are Uncertain: it is charged, or
        not, and nobody may be shown an amount.
        """
        node = written(
            m.SettlementRequest,
            **self._amounts(case, mdtrt_id, chrg_bchno, priced.total),
            fulamt_ownpay_amt=priced.full_self_pay.yuan,
            overlmt_selfpay=priced.over_limit_price.yuan,
            preselfpay_amt=priced.advance_self_pay.yuan,
            inscp_scp_amt=priced.in_scope.yuan,
        )
        answer = self._session.send(
            self._session.clinic.infno_settle, {"data": node}, case, msgid=msgid
        )
        return self._charged(answer, case, mdtrt_id, msgid)

    def reread(self, case: Case, mdtrt_id: str, msgid: str, answer: bytes) -> Settled:
        """What a kept answer to 2207(A) said. Raises as `settle` did."""
        good = judged(self._session.clinic.infno_settle, read_answer(answer))
        return self._charged(good, case, mdtrt_id, msgid)

    def find(self, case: Case, mdtrt_id: str, setl_id: str = "") -> tuple[Settled, ...]:
        """5203: the settlements of a visit that the province knows of.

        Rows of another visit, person or setl_id are passed over.
        """
        node = {"psn_no": case.person.psn_no, "setl_id": setl_id, "mdtrt_id": mdtrt_id}
        answer = self._session.send("5203", {"data": node}, case)
        told = [read_node(a.Found, row) for row in rows(answer, "setlinfo") if row]
        return tuple(
            _settled(info, self._session.clinic.mutual_aid)
            for info in told
            if info.setl_id
            and info.mdtrt_id in ("", mdtrt_id)
            and info.psn_no in ("", case.person.psn_no)
            and setl_id in ("", info.setl_id)
        )

    def reverse(self, case: Case, msgid: str) -> None:
        """2601: undo the 2207 of this msgid, if it was ever done. May be repeated."""
        node = written(
            m.Reversal,
            psn_no=case.person.psn_no,
            omsgid=msgid,
            oinfno=self._session.clinic.infno_settle,
        )
        self._session.send("2601", {"data": node}, case)

    def cancel(self, case: Case, mdtrt_id: str, setl_id: str) -> None:
        """2208: cancel a settlement that stands."""
        node = written(
            m.Cancellation, setl_id=setl_id, mdtrt_id=mdtrt_id, psn_no=case.person.psn_no
        )
        self._session.send("2208", {"data": node}, case)

    def report_sale(self, case: Case, sale: Mapping[str, object]) -> None:
        """3505A for one box. Raises Refused `province.sale_refused` at either level."""
        row = written(m.Sale, **sale)
        answer = self._session.send("3505A", {"selinfoDetail": [row]}, case)
        verdicts = [read_node(a.SaleVerdict, told) for told in rows(answer, "result")]
        for verdict in verdicts:
            if verdict.retRslt != "1":
                fault = Refused("province.sale_refused")
                fault.said = verdict.msgRslt
                raise fault
        if not verdicts:
            raise Uncertain("province.nonsense", reason="no verdict")

    def _charged(self, answer: Answer, case: Case, mdtrt_id: str, msgid: str) -> Settled:
        info = read(a.SetlInfo, answer, "setlinfo")
        _same(info.mdtrt_id, mdtrt_id)
        _same(info.psn_no, case.person.psn_no)
        _same(info.medins_setl_id, msgid)
        if not info.setl_id:
            raise Uncertain("province.nonsense", reason="no setl_id")
        return _settled(info, self._session.clinic.mutual_aid)

    def _amounts(
        self, case: Case, mdtrt_id: str, chrg_bchno: str, total: Money
    ) -> dict[str, object]:
        return {
            "psn_no": case.person.psn_no,
            "mdtrt_cert_type": ID_CARD,
            "mdtrt_cert_no": case.person.id_number,
            "med_type": case.med_type,
            "medfee_sumamt": total.yuan,
            "mdtrt_id": mdtrt_id,
            "chrg_bchno": chrg_bchno,
            "insutype": case.coverage.insutype,
        }


def _settled(info: a.SetlInfo, mutual_aid: MutualAid) -> Settled:
    try:
        shares = info.shares(mutual_aid).verified()
    except Refused as wrong:
        raise Uncertain("province.amounts_do_not_add_up", **wrong.facts) from None
    return Settled(
        info.setl_id, info.mdtrt_id, info.medins_setl_id, shares, info.refd_setl_flag == "1"
    )


def _same(told: str, ours: str) -> None:
    """What an answer says it is about, when it says so, is what we asked about."""
    if told not in ("", ours):
        raise Uncertain("province.nonsense", reason="an answer to something else")
