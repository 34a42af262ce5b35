"""The rehearsal's own judgement: what it must find wrong, and what it must not."""

from __future__ import annotations

import itertools
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from terminal.assembly.rehearse_people import write_people
from terminal.assembly.rehearse_plans import TRANSACTIONS, Fault, Point, draw, named, pairs
from terminal.core.charge import SettlementState
from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.core.people import check_id_number
from terminal.core.rehearsal import Finding, OurCharge, TheirChange, Wrong, compare
from terminal.core.visit import VisitState

AMOUNTS = (Money(2634), Money(1844), Money(790))
MESSAGES = {"m1": "s1", "m2": "s1"}
PEOPLE, PREFIXES = ["991024196503121030"], ["8910037", "8910111"]


def ours(
    state: SettlementState = SettlementState.SETTLED,
    visit_state: VisitState = VisitState.SETTLED,
    setl_id: str | None = "t1",
) -> OurCharge:
    amounts = AMOUNTS if setl_id else None
    return OurCharge("s1", "v1", "ordinary", state, visit_state, setl_id, amounts)


def made(
    setl_id: str = "t1", msgid: str = "m1", amounts: tuple[Money, Money, Money] = AMOUNTS
) -> TheirChange:
    return TheirChange(setl_id, msgid, True, amounts)


def undone(setl_id: str = "t1", msgid: str = "m1") -> TheirChange:
    return TheirChange(setl_id, msgid, False, AMOUNTS)


def wrongs(found: list[Finding]) -> list[str]:
    return sorted(each.wrong.value for each in found)


def test_a_charge_that_stands_and_is_known_to_the_fen_is_right() -> None:
    assert compare([ours()], [made()], MESSAGES, ["v1"]) == []


def test_a_charge_that_was_reversed_before_it_was_made_anew_is_right() -> None:
    history = [made(), undone(), made("t2", "m2")]
    assert compare([ours(setl_id="t2")], history, MESSAGES, ["v1"]) == []


def test_two_charges_of_one_batch_are_double_even_when_one_is_undone_later() -> None:
    history = [made(), made("t2", "m2"), undone()]
    assert wrongs(compare([ours(setl_id="t2")], history, MESSAGES, [])) == ["double"]


@pytest.mark.parametrize(
    "state", [SettlementState.DRAFT, SettlementState.CONFIRMED, SettlementState.DROPPED]
)
def test_a_charge_that_stands_where_we_believe_in_none_is_double(state: SettlementState) -> None:
    believed = ours(state, VisitState.TRACED, None)
    assert wrongs(compare([believed], [made()], MESSAGES, [])) == ["double"]


@pytest.mark.parametrize("history", [[made()], []])
def test_what_is_said_to_be_unknown_is_neither_double_nor_lost(history: list[TheirChange]) -> None:
    unknown = ours(SettlementState.UNCERTAIN, VisitState.UNCERTAIN, None)
    assert compare([unknown], history, MESSAGES, ["v1"]) == []


def test_a_settlement_of_ours_that_does_not_stand_is_lost() -> None:
    assert wrongs(compare([ours()], [made(), undone()], MESSAGES, [])) == ["lost"]
    assert wrongs(compare([ours()], [], MESSAGES, [])) == ["lost"]


def test_a_charge_that_nobody_here_knows_of_is_lost() -> None:
    assert wrongs(compare([], [made(msgid="foreign")], MESSAGES, [])) == ["lost"]


def test_a_confirmed_visit_that_neither_ended_nor_waits_is_lost() -> None:
    stuck = ours(SettlementState.SETTLING, VisitState.SETTLING, None)
    assert wrongs(compare([stuck], [], MESSAGES, ["v1"])) == ["lost"]
    assert wrongs(compare([], [], MESSAGES, ["v1"])) == ["lost"]


def test_amounts_that_differ_by_a_fen_are_unbalanced() -> None:
    other = (Money(2634), Money(1843), Money(791))
    assert wrongs(compare([ours()], [made(amounts=other)], MESSAGES, [])) == ["unbalanced"]


def test_a_cancelled_settlement_that_stands_is_unbalanced() -> None:
    cancelled = ours(SettlementState.CANCELLED, VisitState.CANCELLED)
    assert wrongs(compare([cancelled], [made()], MESSAGES, [])) == ["unbalanced"]
    assert compare([cancelled], [made(), undone()], MESSAGES, []) == []


def test_every_wrong_is_found_by_a_test_above() -> None:
    assert {wrong.value for wrong in Wrong} == {"double", "lost", "unbalanced"}


def test_the_same_seed_draws_the_same_faults() -> None:
    def drawn(seed: int) -> list[object]:
        order = pairs(tuple(Fault), seed)
        return [draw(number, seed, order, PEOPLE, PREFIXES) for number in range(50)]

    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)


def test_every_fault_comes_up_at_every_transaction_in_two_thousand_visits() -> None:
    order = pairs(tuple(Fault), 1)
    plans = [draw(number, 1, order, PEOPLE, PREFIXES) for number in range(2000)]
    met = {(mishap.fault, mishap.infno) for plan in plans for mishap in plan.mishaps}
    wanted = set(itertools.product(Fault, TRANSACTIONS))
    assert met >= {pair for pair in wanted if pair[0] is not Fault.LIMIT_MOVED}
    assert (Fault.LIMIT_MOVED, "2207A") in met


def test_the_terminal_is_killed_at_every_point_of_every_message() -> None:
    order = pairs((Fault.KILLED,), 1)
    plans = [draw(number, 1, order, PEOPLE, PREFIXES) for number in range(2000)]
    cut = {(mishap.point, mishap.infno) for plan in plans for mishap in plan.mishaps}
    assert cut >= set(itertools.product(Point, TRANSACTIONS))


def test_no_visit_scans_the_box_of_another() -> None:
    order = pairs(tuple(Fault), 1)
    boxes = [box for n in range(500) for box in draw(n, 1, order, PEOPLE, PREFIXES).boxes]
    assert len(boxes) == len(set(boxes))
    assert {len(box) for box in boxes} == {20}


def test_a_fault_that_does_not_exist_is_refused() -> None:
    assert named("none") == ()
    assert named("killed, slow") == (Fault.KILLED, Fault.SLOW)
    with pytest.raises(Refused) as refused:
        named("killed,lightning")
    assert refused.value.code == "rehearsal.unknown_fault"


def test_the_villagers_of_a_rehearsal_have_numbers_that_check() -> None:
    with TemporaryDirectory() as folder:
        ids = write_people(Path(folder) / "people.toml", 40)
    assert len(set(ids)) == 40
    for each in ids:
        assert check_id_number(each) == each
        assert each.startswith("99")
