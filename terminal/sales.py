"""Telling the province which boxes were sold (3505A), after the settlement.

A report that was not answered stays to be told again: the province's "already sold" is
then its receipt of the first one. No report ever touches the money, and none is made up:
a box whose delivery the clinic has not written down waits until it is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from terminal.core.catalogue import Catalogue, Item
from terminal.core.faults import Fault, Refused
from terminal.pricing import Pricing
from terminal.province.conversation import Province
from terminal.province.messages import wire_time
from terminal.province.session import Clinic
from terminal.store import Store
from terminal.store.sales import Report

log = logging.getLogger(__name__)

TO_TELL = "to_tell"
TOLD = "told"
REFUSED = "refused"
"""States of a report. Silence leaves it to be told again."""


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

    def tell(self) -> None:
        """Report every box that is still to be told of, oldest first.

        Stops at the first silence: what follows would meet the same line.
        """
        for report in self._store.sales.waiting(TO_TELL):
            try:
                self._tell(report)
            except Refused as refused:
                log.warning("a sale report was refused: %s", refused)
                self._store.sales.note(report, REFUSED, refused.said or refused.code)
            except Fault as fault:
                log.info("sale reports wait: %s", fault)
                return
            else:
                self._store.sales.note(report, TOLD, "")

    def _tell(self, report: Report) -> None:
        record = self._store.settlements.settlement(report.settlement_id)
        case = self._pricing.case(self._store.visits.visit(record.visit_id), record)
        item = self._catalogue.item(report.item_code)
        if item is None or not (item.batch and item.lot and item.made_on):
            raise Refused("sale.delivery_unknown", item=report.item_code)
        self._province.report_sale(
            case, self._row(report, item, record.setl_id or "", case.person.psn_no)
        )

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
