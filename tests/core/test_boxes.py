"""What may become of a box, and what never may."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.boxes import BOX_ARROWS, BoxEvent, BoxState, advance_box
from terminal.core.faults import Refused


def test_every_state_and_every_event_is_used() -> None:
    arrows = [(event, to) for ways in BOX_ARROWS.values() for event, to in ways.items()]
    assert set(BOX_ARROWS) == set(BoxState)
    assert {event for event, _ in arrows} == set(BoxEvent)


def test_what_was_handed_over_never_comes_back_to_the_shelf() -> None:
    """Along any way at all: a box that was out of the house is never sold to another."""
    reached, ahead = set(), [BoxState.GONE]
    while ahead:
        state = ahead.pop()
        for event, to in BOX_ARROWS[state].items():
            # A correction's bill gives it back to whoever had it: the store sees to that.
            if (state, event) == (BoxState.BILL, BoxEvent.TAKEN_OFF):
                continue
            if (state, event) == (BoxState.BILL, BoxEvent.TAKEN_OFF_AT_BEDSIDE):
                continue
            if to not in reached:
                reached.add(to)
                ahead.append(to)
    assert reached == {BoxState.NOT_FOR_SALE, BoxState.BILL, BoxState.GONE}


def test_what_is_not_for_sale_stays_so() -> None:
    assert BOX_ARROWS[BoxState.NOT_FOR_SALE] == {}


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (BoxState.BAG, "box.in_bag"),
        (BoxState.GONE, "scan.sold_before"),
        (BoxState.OPENED, "box.opened_already"),
        (BoxState.NOT_FOR_SALE, "box.not_for_sale"),
    ],
)
def test_a_scan_of_a_box_that_is_elsewhere_says_where_it_is(state: BoxState, code: str) -> None:
    with pytest.raises(Refused) as refused:
        advance_box(state, BoxEvent.SCANNED)
    assert refused.value.code == code


@given(st.lists(st.sampled_from(list(BoxEvent)), max_size=30))
def test_a_refused_event_has_no_arrow_and_a_taken_one_has(events: list[BoxEvent]) -> None:
    state = BoxState.SHELF
    for event in events:
        expected = BOX_ARROWS[state].get(event)
        if expected is None:
            with pytest.raises(Refused):
                advance_box(state, event)
        else:
            state = advance_box(state, event)
            assert state is expected


def test_only_three_ways_lead_onto_a_bill() -> None:
    ways = [
        (state, event)
        for state, event in product(BoxState, BoxEvent)
        if BOX_ARROWS[state].get(event) is BoxState.BILL
    ]
    assert ways == [
        (BoxState.SHELF, BoxEvent.SCANNED),
        (BoxState.BAG, BoxEvent.SCANNED_AT_BEDSIDE),
        (BoxState.GONE, BoxEvent.CORRECTED),
    ]
