"""Telling the province of the stock book: counts (3501) and moves (3502), oldest first.

A count says what lies there, so one that was not answered is told again, before anything
later is. A move adds: told twice it may count twice, and the interface has no question
that would tell (3511 to 3513 are about sales and trace codes; 3507 deletes everything of
a delivery). So a move that was not answered is never told again. It stays *unknown*
until a count of the same drug is told, which says what lies there whatever became of it.

None is made up: a row whose delivery the clinic has not written down waits until it is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from terminal.core.catalogue import Catalogue, Item
from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.duty import doctor_of
from terminal.province.messages import wire_time
from terminal.province.session import Clinic
from terminal.store import Store
from terminal.store.stock import Move, Told

log = logging.getLogger(__name__)

_SYSTEM_ERROR = -1
"""infcode of trouble inside the platform, which says nothing of the row."""


class StockBook(Protocol):
    """The province's side (province/conversation)."""

    def ready(self) -> None: ...

    def report_stocktake(self, row: Mapping[str, object], /) -> None:
        """3501. Raises Refused `province.stock_refused` at either level."""

    def report_stock_move(self, row: Mapping[str, object], /) -> None:
        """3502. Raises as `report_stocktake` does."""


@dataclass(frozen=True, slots=True)
class ChangeTypes:
    """inv_chg_type, whose codes are the region's."""

    came_in: str
    went_out: str


class StockReports:
    """What the province is told of the stock book, and what it said."""

    def __init__(
        self,
        store: Store,
        province: StockBook,
        catalogue: Catalogue,
        clinic: Clinic,
        types: ChangeTypes | None,
        now: Callable[[], datetime],
    ) -> None:
        """`types`: None where this region takes no stock reports."""
        self._store = store
        self._stock = store.stock
        self._province = province
        self._catalogue = catalogue
        self._clinic = clinic
        self._types = types
        self._now = now

    def first_state(self) -> Told:
        """How a row of the book begins."""
        return Told.OFF if self._types is None else Told.TO_TELL

    def take_up(self) -> None:
        """Begin with a catalogue that may have been read anew."""
        self._stock.reconsider()

    def any_waiting(self) -> bool:
        """Whether the province is still to be told of a row."""
        return self._types is not None and bool(self._stock.to_report())

    def tell(self) -> None:
        """Tell of every row that is to be told of.

        Stops at the first trouble that is not about the row: the next would meet the same.
        """
        waiting = self._stock.to_report()
        if self._types is None or not waiting:
            return
        try:
            self._province.ready()  # So that a silence is the row's own.
        except Fault as fault:
            log.info("stock reports wait: %s", fault)
            return
        for move in waiting:
            item = self._catalogue.item(move.item_code)
            row = None if item is None else self._row(move, item, self._types)
            if row is None:
                log.warning("in the stock book, but of no known delivery: %s", move.item_code)
                self._stock.note(move, Told.DELIVERY_UNKNOWN)
            elif not self._tell(move, row):
                return

    def _tell(self, move: Move, row: Mapping[str, object]) -> bool:
        """Tell of one row; False when the province cannot be talked to now."""
        count = move.kind == "count"
        if not count and move.report is Told.ASKED:
            self._stock.note(move, Told.UNKNOWN)  # The power failed before the answer came.
            return True
        self._stock.note(move, Told.ASKED)
        try:
            if count:
                self._province.report_stocktake(row)
            else:
                self._province.report_stock_move(row)
        except Refused as refused:
            return self._refused(move, refused)
        except Unavailable as away:
            log.info("stock reports wait: %s", away)
            self._stock.note(move, Told.TO_TELL)
            return False
        except Uncertain as silence:
            log.info("stock reports wait: %s", silence)
            if not count:
                self._stock.note(move, Told.UNKNOWN)
            return False
        if count:
            self._stock.count_told(move)
        else:
            self._stock.note(move, Told.TOLD)
        return True

    def _refused(self, move: Move, refused: Refused) -> bool:
        log.warning("a stock report was refused: %s", refused)
        if refused.code == "province.not_admitted":
            self._stock.note(move, Told.TO_TELL)
            return False
        if refused.facts.get("infcode") == _SYSTEM_ERROR:
            # Whether it was written down before the trouble, nobody says.
            again = Told.TO_TELL if move.kind == "count" else Told.UNKNOWN
            self._stock.note(move, again, refused.said)
            return False
        self._stock.note(move, Told.REFUSED, refused.said or refused.code)
        return True

    def _row(self, move: Move, item: Item, types: ChangeTypes) -> dict[str, object] | None:
        """The row as it is told; None while its delivery is not known.

        The catalogue says the delivery that lies on the shelf; of another lot it says
        nothing.
        """
        ours = move.lot in ("", item.lot)
        expires_on = move.expires_on or (item.expires_on if ours else "")
        common: dict[str, object] = {
            "med_list_codg": item.med_list_codg,
            "fixmedins_hilist_id": item.medins_list_codg,
            "fixmedins_hilist_name": item.name,
            "fixmedins_bchno": item.batch,
            "rx_flag": "1" if item.prescription else "0",
        }
        if not (ours and item.batch):
            return None
        if move.kind != "count":
            return common | {
                "inv_chg_type": types.came_in if move.kind == "in" else types.went_out,
                "pric": item.price,
                "cnt": move.packs,
                "inv_chg_time": wire_time(move.at),
                "inv_chg_opter_name": doctor_of(self._store, self._clinic, move.by_whom).name,
                "memo": move.reason,
                "trdn_flag": "0",
            }
        if not (item.made_on and expires_on):
            return None
        return common | {
            "invdate": move.at.date().isoformat(),
            "inv_cnt": move.packs,
            "manu_lotnum": move.lot or item.lot,
            "manu_date": item.made_on,
            "expy_end": expires_on,
        }
