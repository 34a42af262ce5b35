"""Which settlements of the record system belong to which visit: never two, never a stranger's."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from terminal.core.money import Money
from terminal.core.record_system import (
    SETTLING,
    Handed,
    Rival,
    ThereTold,
    asked_again_after,
    by_itself,
    candidates,
)

HERE, ELSEWHERE = "H99010100001", "H99010100002"
NINE = datetime(2025, 9, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PRICES = [Money(2634), Money(3000)]


def visit(minutes: int = 0, total: Money = PRICES[0], visit_id: str = "v1") -> Handed:
    opened = NINE + timedelta(minutes=minutes)
    return Handed(visit_id, opened, opened + timedelta(minutes=5), total)


def settled(setl_id: str = "s1", minutes: int = 6, **other: object) -> ThereTold:
    known: dict[str, object] = {
        "mdtrt_id": f"m{setl_id}",
        "institution": HERE,
        "at": f"{NINE + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}",
        "total": PRICES[0],
        "fund": PRICES[0],
        "own": Money(0),
    }
    return ThereTold(setl_id, **{**known, **other})  # type: ignore[arg-type]


def found(handed: Handed, *told: ThereTold) -> tuple[ThereTold, ...]:
    return candidates(handed, told, HERE, (), {})


def test_the_only_one_of_this_total_is_taken() -> None:
    other = settled("s2", total=PRICES[1])
    assert by_itself(visit(), found(visit(), other, settled()), HERE, ()) == settled()


def test_of_two_of_this_total_none_is_taken() -> None:
    assert by_itself(visit(), found(visit(), settled(), settled("s2")), HERE, ()) is None


def test_an_untold_place_or_time_is_shown_and_never_taken() -> None:
    for odd in (settled(institution=""), settled(at=""), settled(at="2025-09-20")):
        assert found(visit(), odd) == (odd,)
        assert by_itself(visit(), (odd,), HERE, ()) is None


def test_what_is_settled_a_day_after_handing_over_may_be_of_a_visit_nobody_opened() -> None:
    late = settled(minutes=25 * 60)
    assert by_itself(visit(), found(visit(), late), HERE, ()) is None
    assert found(visit(), late) == (late,)


def test_a_clock_that_is_minutes_behind_loses_nothing() -> None:
    assert found(visit(), settled(minutes=-9)) != ()
    assert found(visit(), settled(minutes=-11)) == ()


def test_a_visit_still_being_scanned_may_become_of_the_same_total() -> None:
    assert by_itself(visit(), (settled(),), HERE, [Rival(NINE, None)]) is None
    assert by_itself(visit(), (settled(),), HERE, [Rival(NINE, PRICES[0])]) is None
    assert by_itself(visit(), (settled(),), HERE, [Rival(NINE, PRICES[1])]) == settled()
    later = Rival(NINE + timedelta(hours=1), None)
    assert by_itself(visit(), (settled(),), HERE, [later]) == settled()


def test_the_longer_it_waits_the_rarer_it_is_asked_but_never_not_at_all() -> None:
    waits = [asked_again_after(timedelta(minutes=10**power)) for power in range(6)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=30)
    assert waits[-1] == timedelta(hours=6)


def test_whatever_finds_out_reverses_or_cancels_stays_open() -> None:
    assert not SETTLING & {"9001", "1101", "5201", "5203", "2601", "2208", "3201", "3202", "3506A"}


visits = st.lists(
    st.builds(
        lambda number, minutes, price: visit(minutes, price, f"v{number}"),
        st.integers(0, 9),
        st.integers(-60, 60),
        st.sampled_from(PRICES),
    ),
    max_size=5,
    unique_by=lambda handed: handed.visit_id,
)
settlements = st.lists(
    st.builds(
        lambda number, minutes, price, place, undone: settled(
            f"s{number}", minutes, total=price, institution=place, refunded=undone
        ),
        st.integers(0, 9),
        st.integers(-120, 120),
        st.sampled_from(PRICES),
        st.sampled_from([HERE, HERE, ELSEWHERE, ""]),
        st.booleans(),
    ),
    max_size=6,
    unique_by=lambda told: told.setl_id,
)


def assigned(handed: list[Handed], told: list[ThereTold], ours: set[str]) -> dict[str, str]:
    """Round after round, as the finding does it, until nothing more is certain."""
    claimed: dict[str, str] = {}
    for _ in handed:
        for each in handed:
            if each.visit_id in claimed.values():
                continue
            waiting = [other for other in handed if other.visit_id not in claimed.values()]
            rivals = [Rival(o.opened_at, o.total) for o in waiting if o is not each]
            mine = candidates(each, told, HERE, ours, claimed)
            if (only := by_itself(each, mine, HERE, rivals)) is not None:
                assert only.setl_id not in claimed
                claimed[only.setl_id] = each.visit_id
    return claimed


@given(visits, settlements, st.sets(st.sampled_from(["s0", "s1", "s2"])))
def test_no_settlement_is_claimed_twice_nor_a_strangers_ever(
    handed: list[Handed], told: list[ThereTold], ours: set[str]
) -> None:
    claimed = assigned(handed, told, ours)
    assert len(set(claimed.values())) == len(claimed)
    by_number = {each.setl_id: each for each in told}
    for setl_id in claimed:
        assert by_number[setl_id].institution == HERE
        assert setl_id not in ours
        assert not by_number[setl_id].refunded


@given(visits, settlements, st.randoms(use_true_random=False))
def test_in_which_order_the_answers_come_does_not_matter(
    handed: list[Handed], told: list[ThereTold], dice: object
) -> None:
    shuffled = sorted(told, key=lambda _: dice.random())  # type: ignore[attr-defined]
    assert assigned(handed, told, set()) == assigned(handed, shuffled, set())
