"""Two books of a day: identical in any order they differ in nothing, else in just that."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.core.differences import differences
from terminal.core.money import Money
from terminal.core.money_views import Whose
from terminal.core.reconciliation import (
    Fate,
    Group,
    OurRow,
    Reading,
    Result,
    Sent,
    Sums,
    TheirRow,
    groups,
)
from terminal.core.region import FileLists
from terminal.core.shares import MutualAid, Shares

CLINIC = "H99102400991"
RESIDENTS = Group("390", "11", "991024")
EMPLOYEES = Group("310", "11", "991024")


def our_row(number, fund=1844, group=RESIDENTS):
    return OurRow(
        f"settlement-{number}",
        f"visit-{number}",
        group,
        setl_id=f"S{number:04}",
        mdtrt_id=f"M{number}",
        psn_no=f"99{number}",
        msgid=f"{CLINIC}20250920093000{number:04}",
        total=Money(2634),
        fund=Money(fund),
        account=Money(0),
        cash=Money(2634 - fund),
        refunded=False,
    )


def their_row(ours, result=Result.BALANCED, **changes):
    same = TheirRow(
        ours.setl_id,
        ours.mdtrt_id,
        ours.psn_no,
        ours.msgid,
        result,
        ours.refunded,
        ours.total,
        ours.fund,
        ours.account,
        memo="",
    )
    return dataclasses.replace(same, **changes)


def told(ours, theirs, sent=None, lists=FileLists.ALL):
    known = sent or {}
    return differences(ours, theirs, lambda row: known.get(row.setl_id), CLINIC, lists)


def codes(*arguments, **more):
    return [(each.code, each.whose, each.action) for each in told(*arguments, **more)]


MINE = our_row(1)
SENT = {fate: {"S0001": Sent("settlement-1", "visit-1", fate)} for fate in Fate}


@pytest.mark.parametrize(
    ("ours", "theirs", "sent", "difference"),
    [
        ([MINE], [], None, ("closing.only_ours", Whose.PROVINCE, "action.call_bureau")),
        (
            [MINE],
            [their_row(MINE, Result.OURS_MORE)],
            None,
            ("closing.only_ours", Whose.PROVINCE, "action.call_bureau"),
        ),
        (
            [],
            [their_row(MINE)],
            SENT[Fate.UNKNOWN],
            ("closing.found", Whose.OURS, "action.ask_anew"),
        ),
        (
            [],
            [their_row(MINE)],
            None,
            ("closing.record_system", Whose.RECORD_SYSTEM, "action.look_in_record_system"),
        ),
        (
            [],
            [their_row(MINE, msgid="")],
            None,
            ("closing.record_system", Whose.RECORD_SYSTEM, "action.look_in_record_system"),
        ),
        (
            [],
            [their_row(MINE, msgid="H99102400992202509200930000001")],
            None,
            ("closing.foreign", Whose.PROVINCE, "action.call_bureau"),
        ),
        (
            [],
            [their_row(MINE)],
            SENT[Fate.ENDED],
            ("closing.not_known_here", Whose.PROVINCE, "action.call_bureau"),
        ),
        (
            [],
            [their_row(MINE)],
            SENT[Fate.STANDS],
            ("closing.filed_elsewhere", Whose.UNKNOWN, "action.compare_days"),
        ),
        (
            [],
            [their_row(MINE)],
            SENT[Fate.CANCELLED],
            ("closing.filed_elsewhere", Whose.UNKNOWN, "action.compare_days"),
        ),
        (
            [MINE],
            [their_row(MINE, total=Money(2635))],
            None,
            ("closing.total_differs", Whose.PROVINCE, "action.call_bureau"),
        ),
        (
            [MINE],
            [their_row(MINE, fund=Money(1843))],
            None,
            ("closing.fund_differs", Whose.PROVINCE, "action.call_bureau"),
        ),
        (
            [MINE],
            [their_row(MINE, account=Money(1))],
            None,
            ("closing.account_differs", Whose.PROVINCE, "action.call_bureau"),
        ),
        (
            [MINE],
            [their_row(MINE, Result.DIFFERS)],
            None,
            ("closing.said_to_differ", Whose.PROVINCE, "action.call_bureau"),
        ),
        (
            [MINE],
            [their_row(MINE), their_row(MINE.undone())],
            SENT[Fate.STANDS],
            ("closing.refunded_there", Whose.UNKNOWN, "action.look_who_cancelled"),
        ),
        (
            [MINE],
            [their_row(MINE), their_row(MINE.undone())],
            SENT[Fate.UNKNOWN],
            ("closing.cancellation_found", Whose.OURS, "action.ask_anew"),
        ),
        (
            [MINE, MINE.undone()],
            [their_row(MINE)],
            None,
            ("closing.refunded_here", Whose.PROVINCE, "action.call_bureau"),
        ),
        (
            [MINE],
            [their_row(MINE), their_row(MINE)],
            None,
            ("closing.twice", Whose.PROVINCE, "action.call_bureau"),
        ),
        (
            [],
            [their_row(MINE), their_row(MINE.undone())],
            None,
            ("closing.undone_there", Whose.RECORD_SYSTEM, "action.nothing"),
        ),
        (
            [],
            [their_row(MINE), their_row(MINE.undone())],
            SENT[Fate.ENDED],
            ("closing.undone_there", Whose.OURS, "action.nothing"),
        ),
    ],
)
def test_each_kind_of_difference_says_whose_it_is_and_what_to_do(ours, theirs, sent, difference):
    beside = our_row(2)
    assert codes([*ours, beside], [*theirs, their_row(beside)], sent) == [difference]


def test_a_difference_shows_both_amounts():
    (difference,) = told([MINE], [their_row(MINE, fund=Money(1843))])
    assert (difference.ours, difference.theirs) == (Money(1844), Money(1843))
    assert (difference.visit_id, difference.setl_id) == ("visit-1", "S0001")


def test_a_cancellation_written_above_zero_is_still_one():
    above = their_row(MINE.undone(), total=Money(2634), fund=Money(1844))
    assert codes([MINE, MINE.undone()], [their_row(MINE), above]) == []


def test_a_row_without_its_number_is_found_by_its_message():
    assert codes([MINE], [their_row(MINE, setl_id="")]) == []


def test_a_file_of_differences_says_nothing_of_what_agrees():
    beside = our_row(2)
    only = FileLists.DIFFERENCES
    assert codes([MINE, beside], [], lists=only) == []
    lacking = [their_row(MINE, Result.OURS_MORE)]
    assert [code for code, _, _ in codes([MINE, beside], lacking, lists=only)] == [
        "closing.only_ours"
    ]


BOOKS = st.lists(st.tuples(st.integers(0, 2634), st.booleans()), min_size=1, max_size=12).map(
    lambda facts: [
        row
        for number, (fund, undone) in enumerate(facts)
        for row in ([our_row(number, fund)] + ([our_row(number, fund).undone()] if undone else []))
    ]
)


@given(BOOKS, st.randoms(use_true_random=False))
def test_identical_books_in_any_order_differ_in_nothing(ours, dice):
    theirs = [their_row(row) for row in ours]
    dice.shuffle(theirs)
    assert told(ours, theirs) == ()


@given(BOOKS, st.data())
def test_one_planted_change_is_the_only_difference(ours, data):
    theirs = [their_row(row) for row in ours]
    place = data.draw(st.integers(0, len(ours) - 1))
    row, change = theirs[place], data.draw(st.sampled_from(["fund", "gone", "twice"]))
    if change == "fund":
        theirs[place] = dataclasses.replace(row, fund=Money(row.fund.fen - 1))
    elif change == "gone":
        del theirs[place]
    else:
        theirs.append(row)
    (difference,) = told(ours, theirs)
    assert difference.setl_id == row.setl_id


@pytest.mark.parametrize(("netted", "count", "fund"), [(True, 1, 1844), (False, 2, 3688)])
def test_a_cancellation_is_taken_off_where_the_region_nets_it(netted, count, fund):
    rows = [MINE, our_row(2), our_row(2).undone()]
    sums = groups(rows, refunds_netted=netted)[RESIDENTS]
    assert (sums.count, sums.fund) == (count, Money(fund))


def test_what_is_cleared_apart_is_summed_apart():
    sums = groups([MINE, our_row(2, group=EMPLOYEES)], refunds_netted=True)
    assert [(group, each.count) for group, each in sums.items()] == [(EMPLOYEES, 1), (RESIDENTS, 1)]


@given(BOOKS)
def test_what_was_charged_and_all_cancelled_comes_to_nothing(ours):
    charged = [row for row in ours if not row.refunded]
    rows = [*charged, *(row.undone() for row in charged)]
    sums = groups(rows, refunds_netted=True)[RESIDENTS]
    assert sums == Sums(0, *[Money(0)] * 4)


@pytest.mark.parametrize(
    ("mutual_aid", "account"),
    [(MutualAid.BESIDE_ACCOUNT, 100), (MutualAid.INSIDE_ACCOUNT, 150)],
)
def test_a_relatives_account_counts_where_the_region_counts_it(mutual_aid, account):
    shares = Shares.from_fen(
        {
            "total": 300, "fund": 100, "own": 200, "account": 100, "mutual_aid": 50, "cash": 50,
            "hospital": 0, "full_self_pay": 0, "over_limit_price": 0, "advance_self_pay": 0,
            "in_scope": 300,
        }
    )  # fmt: skip
    assert Reading(mutual_aid=mutual_aid).account(shares) == Money(account)
