"""Telling the province which boxes were sold (3505A), after the settlement.

A report that was not answered is told again: the province's "already sold" is then its
receipt of the first one, once it says that the sale is ours (3513). What was told of a
settlement that was cancelled since is taken back (3506A) before anything else is told:
the box may be on its way to somebody again. No report ever touches the money, and none
is made up: a box whose delivery the clinic has not written down waits until it is.

Where the region takes trace codes inside 2207 alone, only what nobody insured is told here.
Where the clinic's record system settles, it reports too: here nothing is, though what was
reported before and is cancelled now is taken back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from terminal.core.catalogue import SELF_PAID, Catalogue, Item
from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.core.items import packs_of
from terminal.core.region import TraceCodes
from terminal.duty import doctor_of
from terminal.pricing import Pricing
from terminal.province.conversation import Province
from terminal.province.messages import wire_time
from terminal.province.session import Case, Clinic
from terminal.store import Store
from terminal.store.sales import Report, ReportState

log = logging.getLogger(__name__)

_SYSTEM_ERROR = -1
"""infcode of trouble inside the platform, which says nothing of the box."""

_SELF_PAID_SALE = "2"
"""mdtrt_setl_type of a sale without insurance."""

_SOLD_WITHIN = timedelta(days=31)
"""How far back the province is asked for a sale whose report was not answered."""


_NUMBER_MAX = 30
"""Of mdtrt_sn and rtal_docno (C30, C40)."""


@dataclass(frozen=True, slots=True, repr=False)
class _Message:
    """A report's row, and whose it is."""

    row: dict[str, object]
    case: Case | None = None
    """None: the province settled nothing of it."""
    insured_in: str = ""


class Sales:
    """The boxes that were sold and what the province said of each."""

    def __init__(
        self,
        store: Store,
        province: Province,
        pricing: Pricing,
        catalogue: Catalogue,
        clinic: Clinic,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._province = province
        self._pricing = pricing
        self._catalogue = catalogue
        self._clinic = clinic
        self._with_the_charge = clinic.region.trace_codes is TraceCodes.SETTLEMENT
        self._now = now

    def take_up(self) -> None:
        """Begin with a catalogue that may have been read anew."""
        self._store.sales.reconsider()

    def refuse_settling(self) -> None:
        """Raises Refused `settling.record_system` where the clinic's record system settles."""
        self._province.refuse_settling()

    def any_waiting(self) -> bool:
        """Whether the province is still to be told of a box."""
        return bool(self._waiting() or self._to_take_back())

    def tell(self) -> None:
        """Take back what is to be taken back, then report every box that is still to be
        told of, oldest first.

        Stops at the first trouble that is not about the box: the next would meet the same.
        """
        for report in self._to_take_back():
            if not self._take_back(report):
                return
        for report in self._waiting():
            item = self._catalogue.item(report.item_code)
            if item is None or not (item.batch and item.lot and item.made_on):
                log.warning("sold, but of no known delivery: %s", report.item_code)
                self._store.sales.note(report, ReportState.DELIVERY_UNKNOWN)
            elif not self._tell(report, item):
                return

    def _waiting(self) -> list[Report]:
        if not self._province.settles:
            return []  # They wait until this terminal settles again.
        return self._store.sales.waiting(self_paid_only=self._with_the_charge)

    def _to_take_back(self) -> list[Report]:
        return self._store.sales.to_take_back(self_paid_only=self._with_the_charge)

    def _tell(self, report: Report, item: Item) -> bool:
        """Tell of one box; False when the province cannot be talked to now."""
        told = self._message(report, item)
        self._store.sales.note(report, ReportState.ASKED)
        try:
            if told.case is None:
                self._province.report_self_paid_sale(told.row, told.insured_in)
            else:
                self._province.report_sale(told.case, told.row)
        except Refused as refused:
            log.warning("a sale report was refused: %s", refused)
            if not _about_the_box(refused):
                self._store.sales.note(report, report.state)
                return False
            return self._refused(report, str(told.row["setl_id"]), refused)
        except Unavailable as away:
            log.info("sale reports wait: %s", away)
            self._store.sales.note(report, report.state)
            return False
        except Uncertain as silence:
            log.info("sale reports wait: %s", silence)
            return False
        self._store.sales.note(report, ReportState.TOLD)
        return True

    def _refused(self, report: Report, setl_id: str, refused: Refused) -> bool:
        """A first report that is refused is; a second may only be told that the first came."""
        state = ReportState.REFUSED
        if report.state is ReportState.ASKED or self._perhaps_told(report):
            try:
                ours = self._is_known(report, setl_id)
            except Fault as fault:
                log.info("whether a box is known was not told: %s", fault)
                return False
            state = ReportState.TOLD if ours else ReportState.REFUSED
        self._store.sales.note(report, state, refused.said or refused.code)
        return True

    def _perhaps_told(self, report: Report) -> bool:
        """Whether the terminal that this one replaced may have told of it."""
        record = self._store.settlements.settlement(report.settlement_id)
        visit = self._store.visits.visit(record.visit_id)
        return self._store.restored.is_before(visit.opened_at)

    def _is_known(self, report: Report, setl_id: str) -> bool:
        """Whether the province has this box as sold with our settlement.

        A province that does not speak 3513 is taken at its word.
        """
        today = self._now().date()
        try:
            found = self._province.sold(today - _SOLD_WITHIN, today, report.trace_code)
        except Refused:
            return True
        return any(not box.returned and box.setl_id in ("", setl_id) for box in found)

    def _take_back(self, report: Report) -> bool:
        """Take one report back; False when the province cannot be talked to now."""
        item = self._catalogue.item(report.item_code)
        if item is None:
            log.warning("sold and cancelled, but no longer known: %s", report.item_code)
            self._store.sales.note(report, ReportState.NOT_TAKEN_BACK)
            return True
        told = self._message(report, item)
        try:
            if told.case is None:
                self._province.take_back_self_paid(told.row, told.insured_in)
            else:
                self._province.take_back_sale(told.case, told.row)
        except Refused as refused:
            log.warning("taking a sale back was refused: %s", refused)
            if not _about_the_box(refused):
                return False
            self._store.sales.note(report, ReportState.NOT_TAKEN_BACK, refused.said or refused.code)
            return True
        except Fault as fault:
            log.info("sales to take back wait: %s", fault)
            return False
        self._store.sales.note(report, ReportState.TAKEN_BACK)
        return True

    def _message(self, report: Report, item: Item) -> _Message:
        """What is said of one sale; no Case of the province where it settled nothing."""
        record = self._store.settlements.settlement(report.settlement_id)
        visit = self._store.visits.visit(record.visit_id)
        row = self._row(report, item, record.setl_id or "") | self._by(visit.doctor_code)
        row |= self._prescribed(report, record.visit_id)
        if record.category != SELF_PAID:
            case = self._pricing.case(visit, record)
            return _Message(row | {"psn_no": case.person.psn_no}, case)
        own_number = record.settlement_id[:_NUMBER_MAX]
        row |= {"mdtrt_setl_type": _SELF_PAID_SALE, "mdtrt_sn": own_number}
        row |= {"rtal_docno": own_number, "setl_id": ""}
        person = self._store.people.person(visit.person_id or "")
        coverage = self._store.people.coverage(visit.person_id or "")
        if person is None or coverage is None or not coverage.insuplc_admdvs:
            return _Message(row)  # psn_no is told with the region that gave it, or not at all.
        named = {"psn_no": person.psn_no, "psn_name": person.name}
        return _Message(row | named, insured_in=coverage.insuplc_admdvs)

    def _by(self, doctor_code: str) -> dict[str, object]:
        """Who prescribed, dispensed and sold: in a village clinic the visit's doctor."""
        doctor = doctor_of(self._store, self._clinic, doctor_code)
        return {
            "prsc_dr_name": doctor.name,
            "phar_name": doctor.name,
            "phar_prac_cert_no": doctor.code,
            "sel_retn_opter_name": doctor.name,
        }

    def _prescribed(self, report: Report, visit_id: str) -> dict[str, object]:
        """Under which county prescription it was sold, where it was."""
        lines = self._store.lines.of(visit_id)
        rxno = next((x.rxno for x in lines if x.trace_code == report.trace_code and x.rxno), None)
        return {} if rxno is None else {"rxno": rxno, "rx_circ_flag": "1"}

    def _row(self, report: Report, item: Item, setl_id: str) -> dict[str, object]:
        return {
            "med_list_codg": item.med_list_codg,
            "fixmedins_hilist_id": item.medins_list_codg,
            "fixmedins_hilist_name": item.name,
            "fixmedins_bchno": item.batch,
            "setl_id": setl_id,
            "mdtrt_sn": setl_id,
            "manu_lotnum": item.lot,
            "manu_date": item.made_on,
            "expy_end": item.expires_on,
            "rx_flag": "1" if item.prescription else "0",
            "rtal_docno": setl_id,
            "sel_retn_cnt": packs_of("1", report.split_units, item.pack_units),
            "trdn_flag": "1" if report.split_units else "0",
            "sel_retn_time": wire_time(self._now()),
            "drugtracinfo": [{"drug_trac_codg": report.trace_code}],
        }


def _about_the_box(refused: Refused) -> bool:
    """Whether this no is the province's last word on the box, and not on us or itself."""
    if refused.code == "province.not_admitted":
        return False
    return refused.facts.get("infcode") != _SYSTEM_ERROR
