"""Telling the province which boxes were sold (3505A), after the settlement.

A report that was not answered is told again: the province's "already sold" is then its
receipt of the first one. No report ever touches the money, and none is made up: a box
whose delivery the clinic has not written down waits until it is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from terminal.core.catalogue import Catalogue, Item
from terminal.core.faults import Refused, Unavailable, Uncertain
from terminal.pricing import Pricing
from terminal.province.conversation import Province
from terminal.province.messages import wire_time
from terminal.province.session import Clinic
from terminal.store import Store
from terminal.store.sales import Report, ReportState

log = logging.getLogger(__name__)

_SYSTEM_ERROR = -1
"""infcode of trouble inside the platform, which says nothing of the box."""


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
        self._now = now

    def take_up(self) -> None:
        """Begin with a catalogue that may have been read anew."""
        self._store.sales.reconsider()

    def any_waiting(self) -> bool:
        """Whether the province is still to be told of a box."""
        return bool(self._store.sales.waiting())

    def tell(self) -> None:
        """Report every box that is still to be told of, oldest first.

        Stops at the first trouble that is not about the box: the next would meet the same.
        """
        for report in self._store.sales.waiting():
            item = self._catalogue.item(report.item_code)
            if item is None or not (item.batch and item.lot and item.made_on):
                log.warning("sold, but of no known delivery: %s", report.item_code)
                self._store.sales.note(report, ReportState.DELIVERY_UNKNOWN)
            elif not self._tell(report, item):
                return

    def _tell(self, report: Report, item: Item) -> bool:
        """Tell of one box; False when the province cannot be talked to now."""
        record = self._store.settlements.settlement(report.settlement_id)
        case = self._pricing.case(self._store.visits.visit(record.visit_id), record)
        row = self._row(report, item, record.setl_id or "", case.person.psn_no)
        self._store.sales.note(report, ReportState.ASKED)
        try:
            self._province.report_sale(case, row)
        except Refused as refused:
            log.warning("a sale report was refused: %s", refused)
            if not _about_the_box(refused):
                self._store.sales.note(report, report.state)
                return False
            heard_before = report.state is ReportState.ASKED
            state = ReportState.TOLD if heard_before else ReportState.REFUSED
            self._store.sales.note(report, state, refused.said or refused.code)
            return True
        except Unavailable as away:
            log.info("sale reports wait: %s", away)
            self._store.sales.note(report, report.state)
            return False
        except Uncertain as silence:
            log.info("sale reports wait: %s", silence)
            return False
        self._store.sales.note(report, ReportState.TOLD)
        return True

    def _row(self, report: Report, item: Item, setl_id: str, psn_no: str) -> dict[str, object]:
        clinic = self._clinic
        return {
            "med_list_codg": item.med_list_codg,
            "fixmedins_hilist_id": item.medins_list_codg,
            "fixmedins_hilist_name": item.name,
            "fixmedins_bchno": item.batch,
            "prsc_dr_name": clinic.doctor_name,
            "phar_name": clinic.doctor_name,
            "phar_prac_cert_no": clinic.doctor_code,
            "setl_id": setl_id,
            "mdtrt_sn": setl_id,
            "psn_no": psn_no,
            "manu_lotnum": item.lot,
            "manu_date": item.made_on,
            "rx_flag": "1" if item.prescription else "0",
            "rtal_docno": setl_id,
            "sel_retn_cnt": Decimal(1),
            "sel_retn_time": wire_time(self._now()),
            "sel_retn_opter_name": clinic.doctor_name,
            "drugtracinfo": [{"drug_trac_codg": report.trace_code}],
        }


def _about_the_box(refused: Refused) -> bool:
    """Whether this no is the province's last word on the box, and not on us or itself."""
    if refused.code == "province.not_admitted":
        return False
    return refused.facts.get("infcode") != _SYSTEM_ERROR
