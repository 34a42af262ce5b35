"""The order for the township hospital: what is short, as a file and as a sheet of paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from terminal.core.catalogue import Item
from terminal.core.csv_cells import csv_text
from terminal.core.goods_views import ShelfView

HEAD = ("序号", "药品", "规格", "数量", "单位", "批准文号")


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One drug of the order."""

    name: str
    spec: str
    packs: Decimal
    unit: str
    aprvno: str

    def cells(self, number: int) -> tuple[str, ...]:
        return (str(number), self.name, self.spec, f"{self.packs:f}", self.unit, self.aprvno)


@dataclass(frozen=True, slots=True)
class Order:
    """Who orders what of whom. Nobody is named for whom it is."""

    clinic_name: str
    hospital: str
    """The township hospital; empty where the clinic does not settle under one."""
    days_ahead: int
    made_at: datetime
    rows: tuple[OrderRow, ...]


def order_of(
    view: ShelfView, drugs: Mapping[str, Item], clinic_name: str, hospital: str, made_at: datetime
) -> Order:
    """What is short on this shelf, by name."""
    rows = [
        OrderRow(row.name, row.spec, row.to_order, row.unit, drugs[row.item_code].aprvno)
        for row in view.rows
        if row.to_order > 0 and row.item_code in drugs
    ]
    rows.sort(key=lambda row: (row.name, row.spec))
    return Order(clinic_name, hospital, view.days_ahead, made_at, tuple(rows))


def order_csv(order: Order) -> str:
    """The order for spreadsheet programs: CRLF, no byte order mark, no cell a formula."""
    lines = [
        (order.clinic_name, "药品要货单", f"{order.made_at:%Y-%m-%d}"),
        ("送", order.hospital),
        HEAD,
        *(row.cells(number) for number, row in enumerate(order.rows, start=1)),
    ]
    return csv_text(lines)
