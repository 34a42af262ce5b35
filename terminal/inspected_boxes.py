"""What was on the bill of a settlement, box by box, with what is known of each box."""

from __future__ import annotations

from collections.abc import Sequence

from terminal.core.catalogue import Catalogue
from terminal.core.evidence_goods import BoxStepTold, LineTold, ReceiptTold
from terminal.core.items import Item
from terminal.core.visit import VisitState
from terminal.store import Store
from terminal.store.bill_line import BillLine
from terminal.store.settlements import Settlement
from terminal.store.visits import Visit


def boxes_told(
    store: Store, catalogue: Catalogue, visit: Visit, settlements: Sequence[Settlement]
) -> tuple[LineTold, ...]:
    """The lines of these settlements, in the order of scanning; every line of a visit that the
    record system settles."""
    there = visit.state is VisitState.HANDED_OVER or store.handed_over.of_visit(visit.visit_id)
    categories = {each.category for each in settlements}
    numbers = [each.settlement_id for each in settlements]
    added_at = store.offline.added_at(visit.visit_id)
    return tuple(
        _line(store, catalogue, line, added_at.get(line.number, ""), numbers)
        for line in store.lines.of(visit.visit_id)
        if there or line.category in categories
    )


def _line(
    store: Store, catalogue: Catalogue, line: BillLine, at: str, settlements: Sequence[str]
) -> LineTold:
    """One line. Where the line itself names no lot, the last delivery before it does."""
    item = catalogue.item(line.item_code)
    code = line.trace_code or ""
    received = None if line.untraced else store.inspected.received(line.item_code, at)
    lot_from, lot, expires_on = _lot(line, received, item)
    return LineTold(
        number=line.number,
        name="" if item is None else item.name,
        med_list_codg="" if item is None else item.med_list_codg,
        medins_list_codg=line.item_code,
        category=line.category,
        quantity=str(line.quantity),
        price=str(line.price),
        total_fen=line.total.fen,
        added_at=at,
        trace_code=code,
        typed=line.typed,
        split_units=line.split_units,
        untraced=line.untraced or "",
        delivery_note=line.evidence.get("delivery_note", ""),
        lot=lot,
        expires_on=expires_on,
        lot_from=lot_from,
        delivery="" if item is None else item.batch,
        received=received,
        told_province=store.inspected.told_of_sale(settlements, code) if code else "",
        history=_history(store, code),
    )


def _lot(line: BillLine, received: ReceiptTold | None, item: Item | None) -> tuple[str, str, str]:
    """(whence it is known, lot, expiry): the surest first."""
    if line.evidence.get("lot"):
        return "noted", line.evidence["lot"], ""
    if received is not None and received.lot:
        return "received", received.lot, received.expires_on
    if item is not None and item.lot:
        return "list", item.lot, item.expires_on
    return "", "", ""


def _history(store: Store, code: str) -> tuple[BoxStepTold, ...]:
    """Who claimed the box and when."""
    return tuple(
        BoxStepTold(step.at.isoformat(), step.event.value, step.by_whom)
        for step in (store.boxes.history(code) if code else ())
    )
