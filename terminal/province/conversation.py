"""What is said to the province, in the terminal's own words.

Order of an outpatient settlement: sign in (9001, once a day), person (1101), register
(2201), describe the visit (2203A), fee lines (2204), pre-settle (2206A), settle (2207A);
to undo: 2208, or 2601 for a settlement nobody heard of again.

An answer that names another visit, person or message than the one it answers is nobody's
answer: nonsense, whatever else it says. Raises what client.Client.send and nodes raise.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from terminal.core.faults import Refused, Uncertain
from terminal.core.goods_views import FindingView
from terminal.core.money import Money
from terminal.core.region import TraceCodes
from terminal.core.shares import Shares
from terminal.province import advice, boxes, past, visit_nodes
from terminal.province import settlement_answers as a
from terminal.province import visit_messages as vm
from terminal.province.envelope import Answer
from terminal.province.fees import fee_rows, in_calls
from terminal.province.nodes import read, written
from terminal.province.said import (
    BoxCode,
    Fee,
    Settled,
    SoldBox,
    Treatment,
    Violation,
    VisitThere,
)
from terminal.province.session import ID_CARD, Case, Session

__all__ = [
    "BoxCode", "Fee", "Province", "Settled", "SoldBox", "Treatment", "Violation", "VisitThere",
]  # fmt: skip

_GONE = re.compile("不存在|未找到|无此|已撤销|已取消")
"""How a refusal says that there is nothing to take back; there is no code for it."""


class Province:
    """The provincial platform, one verb a transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def fixmedins_code(self) -> str:
        return self._session.clinic.fixmedins_code

    @property
    def settles(self) -> bool:
        """Whether this terminal settles, and not the clinic's record system."""
        return self._session.settles

    def refuse_settling(self) -> None:
        """Raises Refused `settling.record_system` where the clinic's record system settles."""
        self._session.refuse_settling()

    def ready(self) -> None:
        """Sign in if that is still to be done, so that what follows sends only itself."""
        self._session.sign_in()

    # --- the visit

    def treatment(self, case: Case) -> tuple[Treatment, ...]:
        """2001: which funds would pay, and why others not. Changes nothing."""
        return advice.treatment(self._session, case)

    def register(self, case: Case, ipt_otp_no: str) -> str:
        """2201. Returns mdtrt_id. An unanswered one is not repeated: use a new ipt_otp_no."""
        psn_no, voucher = case.person.psn_no, ""
        if case.by_code:
            voucher = self._session.vouchers.of(psn_no)
        node = visit_nodes.registration(case, self._session.clinic, ipt_otp_no, voucher)
        try:
            answer = self._session.send("2201", {"data": node}, case, hidden=voucher)
        except Refused:
            if not voucher:
                raise
            # A code dies within minutes; the ID number says the same of who it is.
            self._session.vouchers.forget(psn_no)
            return self.register(case, ipt_otp_no)
        told = read(a.Registered, answer, "data")
        _same(told.psn_no, psn_no)
        _same(told.ipt_otp_no, ipt_otp_no)
        return told.mdtrt_id

    def unregister(self, case: Case, mdtrt_id: str, ipt_otp_no: str) -> None:
        """2202: take a registration back. May be repeated: that there is none is as good
        as done. Refused while lines or settlements hang on it."""
        node = written(
            vm.RegistrationCancellation,
            psn_no=case.person.psn_no,
            mdtrt_id=mdtrt_id,
            ipt_otp_no=ipt_otp_no,
        )
        try:
            self._session.send("2202", {"data": node}, case)
        except Refused as refused:
            if not _GONE.search(refused.said):
                raise

    def describe(self, case: Case, mdtrt_id: str) -> None:
        """2203(A): what kind of visit, and the diagnosis. May be sent again before settling."""
        clinic = self._session.clinic
        nodes = visit_nodes.description(case, clinic, mdtrt_id)
        self._session.send(clinic.region.infno_describe, nodes, case)

    def upload_fees(self, case: Case, mdtrt_id: str, chrg_bchno: str, fees: Sequence[Fee]) -> None:
        """2204, in as many calls as the region's limit asks, all of one batch.

        Unanswered or refused: take the lines back (2205) before sending any again, for
        earlier calls of the batch may stand.
        """
        clinic = self._session.clinic
        sent = fee_rows(case, clinic, mdtrt_id, chrg_bchno, fees)
        for call in in_calls(sent, clinic.region.fee_lines_max):
            self._session.send("2204", {"feedetail": call}, case)

    def take_back_fees(self, case: Case, mdtrt_id: str) -> None:
        """2205 for all unsettled lines of the visit. May be repeated."""
        node = written(vm.FeeCancellation, mdtrt_id=mdtrt_id, psn_no=case.person.psn_no)
        self._session.send("2205", {"data": node}, case)

    def audit(
        self,
        case: Case,
        mdtrt_id: str,
        fees: Sequence[Fee],
        *,
        during: bool,
        findings: Sequence[FindingView] = (),
    ) -> tuple[Violation, ...]:
        """3101, or 3102 `during` the visit: warnings only, which may echo our own
        `findings`. Changes nothing."""
        return advice.audit(self._session, case, mdtrt_id, fees, findings, during=during)

    # --- the money

    def pre_settle(self, case: Case, mdtrt_id: str, chrg_bchno: str, total: Money) -> Shares:
        """2206(A): what would be paid by whom. Changes nothing.

        Raises Refused `province.amounts_do_not_add_up` for figures that do not.
        """
        region = self._session.clinic.region
        node = written(vm.PreSettlement, **self._amounts(case, mdtrt_id, chrg_bchno, total))
        answer = self._session.send(region.infno_pre_settle, {"data": node}, case)
        info = read(a.SetlInfo, answer, "setlinfo")
        _same(info.mdtrt_id, mdtrt_id)
        _same(info.psn_no, case.person.psn_no)
        shares = info.shares(region).verified()
        if shares.total != total:
            raise Refused("province.amounts_do_not_add_up", rule="medfee_sumamt = our lines")
        return shares

    def settle(
        self,
        case: Case,
        mdtrt_id: str,
        chrg_bchno: str,
        priced: Shares,
        msgid: str,
        codes: Sequence[BoxCode] = (),
    ) -> Settled:
        """2207(A): charge, once. The caller has written `msgid` down with its intent.

        `codes` go with it where the region wants them here. Silence, nonsense and
        figures that do not add up are Uncertain: it is charged, or not, and nobody may be
        shown an amount.
        """
        region = self._session.clinic.region
        node = written(
            vm.SettlementRequest,
            **self._amounts(case, mdtrt_id, chrg_bchno, priced.total),
            fulamt_ownpay_amt=priced.full_self_pay.yuan,
            overlmt_selfpay=priced.over_limit_price.yuan,
            preselfpay_amt=priced.advance_self_pay.yuan,
            inscp_scp_amt=priced.in_scope.yuan,
        )
        nodes: dict[str, object] = {"data": node | visit_nodes.sent_for(case)}
        if codes and region.trace_codes is not TraceCodes.SALE_REPORT:
            nodes["drug_trac_info"] = boxes.in_settlement(codes)
        answer = self._session.send(region.infno_settle, nodes, case, msgid=msgid)
        return self._charged(answer, case, mdtrt_id, msgid)

    def reread(self, case: Case, mdtrt_id: str, msgid: str, answer: bytes) -> Settled:
        """What a kept answer to 2207(A) said. Raises as `settle` did."""
        good = self._session.reread(self._session.clinic.region.infno_settle, answer)
        return self._charged(good, case, mdtrt_id, msgid)

    def reverse(self, case: Case, msgid: str) -> None:
        """2601: undo the 2207 of this msgid, if it was ever done. May be repeated."""
        node = written(
            vm.Reversal,
            psn_no=case.person.psn_no,
            omsgid=msgid,
            oinfno=self._session.clinic.region.infno_settle,
        )
        self._session.send("2601", {"data": node}, case)

    def cancel(self, case: Case, mdtrt_id: str, setl_id: str) -> None:
        """2208: cancel a settlement that stands. Unanswered: ask (5203) what became of it.

        The setl_id it answers with may be the settlement's or a new one's.
        """
        node = written(
            vm.Cancellation, setl_id=setl_id, mdtrt_id=mdtrt_id, psn_no=case.person.psn_no
        )
        told = read(a.Cancelled, self._session.send("2208", {"data": node}, case), "setlinfo")
        _same(told.mdtrt_id, mdtrt_id)
        _same(told.psn_no, case.person.psn_no)

    def find(self, case: Case, mdtrt_id: str, setl_id: str = "") -> tuple[Settled, ...]:
        """5203: the settlements of a visit that the province knows of.

        Rows of another visit, person or setl_id are passed over.
        """
        found = past.settlements(self._session, case, mdtrt_id=mdtrt_id, setl_id=setl_id)
        return tuple(
            each
            for each in found
            if each.mdtrt_id in ("", mdtrt_id) and setl_id in ("", each.setl_id)
        )

    def visits_of_day(
        self, case: Case, day: date, med_types: Collection[str] = ()
    ) -> tuple[VisitThere, ...]:
        """5201: the person's registrations from the case's day to this one, here and elsewhere
        as far as told; of the case's kind, ordinary ones, and these."""
        return past.visits_of_day(self._session, case, day, med_types)

    def settlements_of(self, case: Case, mdtrt_id: str) -> tuple[Settled, ...]:
        """5203 by any visit of this person: every settlement that the answer names."""
        return past.settlements(self._session, case, mdtrt_id=mdtrt_id)

    # --- the boxes

    def report_sale(self, case: Case, sale: Mapping[str, object]) -> None:
        """3505(A), a row of drug_messages.Sale; `province.sale_refused` at either level."""
        boxes.report_sale(self._session, case, sale)

    def take_back_sale(self, case: Case, sale: Mapping[str, object]) -> None:
        """3506(A) of a row that was reported. Raises as `report_sale` does."""
        boxes.take_back_sale(self._session, case, sale)

    def report_self_paid_sale(self, sale: Mapping[str, object], insuplc_admdvs: str = "") -> None:
        """3505(A) without insurance; where psn_no is told, so is that person's region."""
        boxes.report_self_paid_sale(self._session, sale, insuplc_admdvs)

    def take_back_self_paid(self, sale: Mapping[str, object], insuplc_admdvs: str = "") -> None:
        """3506(A) without insurance. Raises as `report_sale` does."""
        boxes.take_back_self_paid(self._session, sale, insuplc_admdvs)

    def report_stocktake(self, count: Mapping[str, object]) -> None:
        """3501, drug_messages.Stocktake; again counts anew. `province.stock_refused`."""
        boxes.report_stocktake(self._session, count)

    def report_stock_move(self, move: Mapping[str, object]) -> None:
        """3502, drug_messages.StockMove; told twice it counts twice: never repeat it blindly."""
        boxes.report_stock_move(self._session, move)

    def sold(self, begin: date, end: date, trace_code: str = "") -> tuple[SoldBox, ...]:
        """3513: the boxes that the province has as sold here. Changes nothing."""
        return boxes.sold(self._session, begin, end, trace_code)

    def _charged(self, answer: Answer, case: Case, mdtrt_id: str, msgid: str) -> Settled:
        info = read(a.SetlInfo, answer, "setlinfo")
        _same(info.mdtrt_id, mdtrt_id)
        _same(info.psn_no, case.person.psn_no)
        _same(info.medins_setl_id, msgid)
        if not info.setl_id:
            raise Uncertain("province.nonsense", reason="no setl_id")
        return past.settled(info, self._session)

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


def _same(told: str, ours: str) -> None:
    """What an answer says it is about, when it says so, is what we asked about."""
    if told not in ("", ours):
        raise Uncertain("province.nonsense", reason="an answer to something else")
