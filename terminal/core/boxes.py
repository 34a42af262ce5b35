"""The life of one box, as a table; and what stands on a bill without a code of its own.

One code is sold once. The store keeps a row for each code that was ever claimed, its
code the primary key, and this table says how the claim may change. Absences carry the
safety:

- into BILL only from SHELF, or from BAG at the bedside: nothing is sold twice, and what
  is in the bag is not sold by the other room;
- out of GONE only to NOT_FOR_SALE, or onto the bill that puts a cancelled one right
  for the same person: what was handed over never sells again here, because reselling
  it is the very fraud the codes exist to stop;
- no arrow out of NOT_FOR_SALE.
"""

from __future__ import annotations

from enum import StrEnum

from terminal.core.faults import Refused


class BoxState(StrEnum):
    SHELF = "shelf"
    """Nobody claims it; also every box of which there is no row."""
    BAG = "bag"
    """Taken along on a home visit."""
    BILL = "bill"
    """On a bill, and still on the counter."""
    GONE = "gone"
    """Handed over with its bill."""
    OPENED = "opened"
    """Sold by the tablet; what is left in it stands in the opened-box account."""
    NOT_FOR_SALE = "not_for_sale"
    """Brought back, spoilt or expired: 不可再售."""


class BoxEvent(StrEnum):
    SCANNED = "scanned"
    SCANNED_AT_BEDSIDE = "scanned_at_bedside"
    TAKEN_OFF = "taken_off"
    """Off the bill again, or its bill was left or cancelled before it was handed over."""
    TAKEN_OFF_AT_BEDSIDE = "taken_off_at_bedside"
    HANDED_OVER = "handed_over"
    CORRECTED = "corrected"
    """Its bill was cancelled after it was handed over, and is put right for the same person."""
    BROUGHT_BACK = "brought_back"
    OPENED = "opened"
    CLOSED_UNTOUCHED = "closed_untouched"
    """Opened by mistake in the account only; nothing was ever taken from it."""
    PACKED = "packed"
    UNPACKED = "unpacked"
    CONDEMNED = "condemned"


BOX_ARROWS: dict[BoxState, dict[BoxEvent, BoxState]] = {
    BoxState.SHELF: {
        BoxEvent.SCANNED: BoxState.BILL,
        BoxEvent.PACKED: BoxState.BAG,
        BoxEvent.OPENED: BoxState.OPENED,
        BoxEvent.CONDEMNED: BoxState.NOT_FOR_SALE,
    },
    BoxState.BAG: {
        BoxEvent.SCANNED_AT_BEDSIDE: BoxState.BILL,
        BoxEvent.UNPACKED: BoxState.SHELF,
        BoxEvent.CONDEMNED: BoxState.NOT_FOR_SALE,
    },
    BoxState.BILL: {
        BoxEvent.TAKEN_OFF: BoxState.SHELF,
        BoxEvent.TAKEN_OFF_AT_BEDSIDE: BoxState.BAG,
        BoxEvent.HANDED_OVER: BoxState.GONE,
    },
    BoxState.GONE: {
        BoxEvent.CORRECTED: BoxState.BILL,
        BoxEvent.BROUGHT_BACK: BoxState.NOT_FOR_SALE,
    },
    BoxState.OPENED: {
        BoxEvent.CLOSED_UNTOUCHED: BoxState.SHELF,
        BoxEvent.CONDEMNED: BoxState.NOT_FOR_SALE,
    },
    BoxState.NOT_FOR_SALE: {},
}


def advance_box(state: BoxState, event: BoxEvent) -> BoxState:
    """Return the box's state after this event.

    Raises Refused with a code that says where the box is instead: `box.in_bag`,
    `scan.sold_before`, `box.opened_already`, `box.not_for_sale`, `box.not_claimed`,
    `box.not_settled_yet`.
    """
    if event in BOX_ARROWS[state]:
        return BOX_ARROWS[state][event]
    match state:
        case BoxState.BILL if event is BoxEvent.BROUGHT_BACK:
            raise Refused("box.not_settled_yet", event=event.value)
        case BoxState.BAG:
            raise Refused("box.in_bag", event=event.value)
        case BoxState.BILL | BoxState.GONE:
            raise Refused("scan.sold_before", event=event.value)
        case BoxState.OPENED:
            raise Refused("box.opened_already", event=event.value)
        case BoxState.NOT_FOR_SALE:
            raise Refused("box.not_for_sale", event=event.value)
        case BoxState.SHELF:
            raise Refused("box.not_claimed", event=event.value)


class Untraced(StrEnum):
    """Why a drug stands on a bill without a code: stored with the line, never guessed."""

    HERBAL_PIECES = "herbal_pieces"
    """中药饮片, exempt (NHSA, 2025-04-02)."""
    HERBAL_GRANULES = "herbal_granules"
    """中药配方颗粒, exempt as well."""
    BOUGHT_BEFORE = "bought_before"
    """无码: bought before codes were printed; needs lot and delivery note."""
    UNREADABLE = "unreadable"
    """The code is damaged; needs lot and delivery note, and an appeal (无码申诉)."""


EXEMPT = frozenset({Untraced.HERBAL_PIECES, Untraced.HERBAL_GRANULES})
"""Reasons that a kind of goods has by itself; the others need evidence each time."""


class ReturnReason(StrEnum):
    """Why a box came back. What came back never sells again, whatever the reason."""

    REACTION = "reaction"
    """不良反应."""
    QUALITY = "quality"
    """质量问题."""
    WRONG_DRUG = "wrong_drug"
    """发错药."""
    CANCELLED = "cancelled"
    """Its settlement was cancelled after it had been handed over."""
    OTHER = "other"


class ScanMode(StrEnum):
    """What the next scan means. SELL is what it means when nobody said otherwise."""

    SELL = "sell"
    OPEN = "open"
    """Open this box for sale by the tablet; then SELL again."""
    PACK = "pack"
    """Into the bag for home visits, until stopped."""
    UNPACK = "unpack"
    """Out of the bag, back onto the shelf, until stopped."""
    TAKE_IN = "take_in"
    """A box was brought back; then SELL again."""
