"""A bill's shares: what must add up, and that nothing is shown that does not."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money, total
from terminal.core.shares import Shares, added

parts = st.integers(0, 10**8).map(Money)


@st.composite
def shares(draw: st.DrawFn) -> Shares:
    fund, account, aid, cash, hospital = (draw(parts) for _ in range(5))
    whole = total([fund, account, aid, cash, hospital])
    cuts = sorted(draw(st.lists(st.integers(0, whole.fen), min_size=3, max_size=3)))
    bounds = [0, *cuts, whole.fen]
    full, over, advance, scope = (Money(b - a) for a, b in pairwise(bounds))
    return Shares(
        total=whole,
        fund=fund,
        own=account + aid + cash,
        account=account,
        mutual_aid=aid,
        cash=cash,
        hospital=hospital,
        full_self_pay=full,
        over_limit_price=over,
        advance_self_pay=advance,
        in_scope=scope,
    )


NAMES = [field.name for field in dataclasses.fields(Shares)]


@given(shares())
def test_shares_that_add_up_are_taken(bill: Shares) -> None:
    assert bill.verified() is bill


@given(shares(), st.sampled_from(NAMES), st.integers(-(10**6), 10**6).filter(bool))
def test_one_amount_that_is_off_by_anything_is_found(bill: Shares, name: str, fen: int) -> None:
    wrong = dataclasses.replace(bill, **{name: getattr(bill, name) + Money(fen)})
    with pytest.raises(Refused) as refused:
        wrong.verified()
    assert refused.value.code == "province.amounts_do_not_add_up"
    assert set(refused.value.facts) == {"rule"}


@given(shares(), st.sampled_from([("fund", "own", "cash"), ("full_self_pay", "in_scope")]))
def test_a_negative_amount_is_found_though_the_sums_hold(
    bill: Shares, names: tuple[str, ...]
) -> None:
    first, *others = names
    moved = getattr(bill, first) + Money(1)
    changes = {first: Money(-1), **{n: getattr(bill, n) + moved for n in others}}
    with pytest.raises(Refused) as refused:
        dataclasses.replace(bill, **changes).verified()
    assert refused.value.facts["rule"] == "no amount is negative"


@given(shares())
def test_what_is_written_down_is_read_back(bill: Shares) -> None:
    assert Shares.from_fen(bill.as_fen()) == bill


@given(st.lists(shares(), max_size=4))
def test_settlements_together_add_up_as_each_of_them_does(bills: list[Shares]) -> None:
    together = added(bills).verified()
    assert together.own == total(bill.own for bill in bills)
    assert bills or together.total == ZERO
