"""Charging once: each outcome, and what brings an unknown one to its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.call import Manner, UnknownOriginal
from drivers.simulated.province.server import SandboxProvince
from terminal.core.charge import SettlementState
from terminal.core.faults import Fault
from terminal.core.visit import VisitState
from tests.clinic import (
    AMLODIPINE,
    AMOXICILLIN,
    CLINIC,
    COLD,
    LI,
    PARACETAMOL,
    WANG,
    Clock,
    charges,
    code,
    settling,
)
from tests.rooms import Rooms
from tests.shell.between import Between, Dropped, Message, between

Open = Callable[..., Rooms]
BOX = code(AMOXICILLIN, 1)
PILLS = code(AMLODIPINE, 1)
SUFFICES = settling(reversal_answer_suffices=True)
CANNOT_FIND = settling(find_by_visit=False)

SETTLED_AT_ONCE = ("slow", "duplicated", "numbers_as_strings", "output_as_string")
CHARGED_BUT_UNHEARD = (
    "lost_after_commit", "reset", "nonsense", "half_answer", "server_error", "error_text",
    "system_error", "duplicated_second_answer",
)  # fmt: skip
NEVER_ARRIVED = ("lost_before", "server_error_before")


def counted(province: SandboxProvince) -> dict[str, int]:
    return {state: len(charges(province, state)) for state in ("settled", "reversed", "cancelled")}


def only_once(province: SandboxProvince, line: Between, rooms: Rooms, visit_id: str) -> None:
    """What we believe is what the province did, and nothing was sent twice."""
    standing = charges(province)
    mine = [
        record
        for record in rooms.store.settlements.of_visit(visit_id)
        if record.state in (SettlementState.SETTLED, SettlementState.CANCELLING)
    ]
    assert {row["setl_id"] for row in standing} == {record.setl_id for record in mine}
    for record in mine:
        assert record.settled is not None
        row = next(row for row in standing if row["setl_id"] == record.setl_id)
        assert row["psn_part_amt"] == f"{record.settled['own'] / 100:.2f}"


# --- the outcomes


@pytest.mark.parametrize("fault", [None, *SETTLED_AT_ONCE])
def test_a_good_answer_settles(
    province: SandboxProvince, line: Between, rooms: Open, fault: str | None
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    if fault:
        province.faults.plant(fault, "2207A")
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    assert here.notice(visit_id) is None
    only_once(province, line, here, visit_id)
    assert line.asked.count("2207A") == 1


@pytest.mark.parametrize("fault", CHARGED_BUT_UNHEARD)
def test_a_charge_that_nobody_heard_of_is_found_and_never_sent_again(
    province: SandboxProvince, line: Between, rooms: Open, fault: str
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    province.faults.plant(fault, "2207A")
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.UNCERTAIN
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED
    only_once(province, line, here, visit_id)
    assert (line.asked.count("2207A"), line.asked.count("2601")) == (1, 0)


@pytest.mark.parametrize("fault", NEVER_ARRIVED)
def test_a_charge_that_never_arrived_stays_unknown_until_something_proves_it(
    province: SandboxProvince, line: Between, rooms: Open, fault: str
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    province.faults.plant(fault, "2207A")
    here.confirm(visit_id)
    for _ in range(3):
        here.till.ask_now()
    assert here.state(visit_id) is VisitState.UNCERTAIN
    assert line.asked.count("2207A") == 1
    assert line.asked.count("2601") == 1, "an answered reversal is not repeated"
    assert charges(province) == []


@pytest.mark.parametrize("original", UnknownOriginal)
def test_where_the_region_says_so_an_answered_reversal_is_proof(
    tmp_path: Path, clock: Clock, original: UnknownOriginal
) -> None:
    manner = Manner(unknown_original=original)
    with (
        SandboxProvince(tmp_path / "p", clock=clock, manner=manner) as province,
        between(province.address) as line,
    ):
        here = Rooms(tmp_path / "terminal", line.address, clock, SUFFICES)
        visit_id = here.priced(WANG, BOX)
        province.faults.plant("lost_before", "2207A")
        here.confirm(visit_id)
        here.till.ask_now()
        assert here.state(visit_id) is VisitState.TRACED
        here.till.price(visit_id)
        here.confirm(visit_id)
        assert here.state(visit_id) is VisitState.SETTLED
        only_once(province, line, here, visit_id)
        here.close()


def test_a_reversal_that_is_refused_for_another_reason_proves_nothing(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms(rules=SUFFICES)
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("lost_before", "2207A")
    here.confirm(visit_id)
    province.faults.plant("refused", "2601")
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.UNCERTAIN
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.TRACED


@pytest.mark.parametrize("fault", ["lost_before", "lost_after_commit", "nonsense", "system_error"])
def test_a_reversal_is_repeated_until_it_is_answered(
    province: SandboxProvince, line: Between, rooms: Open, fault: str
) -> None:
    here = rooms(rules=settling(reversal_answer_suffices=True, find_by_visit=False))
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("lost_after_commit", "2207A")
    here.confirm(visit_id)
    province.faults.plant(fault, "2601", count=2)
    for _ in range(2):
        here.till.ask_now()
        assert here.state(visit_id) is VisitState.UNCERTAIN
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.TRACED
    assert line.asked.count("2601") == 3
    assert counted(province) == {"settled": 0, "reversed": 1, "cancelled": 0}


def test_a_refusal_leaves_nothing_charged_and_shows_the_provinces_words(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("refused", "2207A")
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.TRACED
    assert here.notice(visit_id) == "province.refused"
    assert here.counter.notices[visit_id].facts["said"].startswith("FSI-")
    assert charges(province) == []
    here.till.price(visit_id)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    only_once(province, line, here, visit_id)


def test_an_unreachable_province_leaves_the_visit_agreed_to_and_it_settles_later(
    tmp_path: Path, province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    address = province.address
    here.close()
    away = Rooms(tmp_path / "terminal", "http://127.0.0.1:1", here.clock)
    away.counter.front = visit_id
    away.confirm(visit_id)
    assert away.state(visit_id) is VisitState.CONFIRMED
    assert away.notice(visit_id) == "province.away"
    away.close()
    back = Rooms(tmp_path / "terminal", address, here.clock)
    back.till.ask_now()
    assert back.state(visit_id) is VisitState.SETTLED
    only_once(province, line, back, visit_id)
    back.close()


# --- a refusal must not hide a charge, nor a charge be another's


def refusing_the_second_delivery(line: Between) -> None:
    """The request is carried out, and what comes back is a business no."""

    def no(sent: Message, said: Message) -> Message:
        if sent["infno"] == "2207A" and said["infcode"] == 0:
            return {"infcode": -2, "err_msg": "FSI-该批次已结算", "output": {}}
        return said

    line.answer = no


def test_a_refusal_of_the_second_delivery_does_not_hide_the_charge(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    refusing_the_second_delivery(line)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    only_once(province, line, here, visit_id)


@pytest.mark.parametrize("how", ["lost_before", "nonsense"])
def test_a_refusal_that_cannot_be_checked_is_unknown_until_it_is(
    province: SandboxProvince, line: Between, rooms: Open, how: str
) -> None:
    """Taken for a no it could be abandoned, with the charge standing."""
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    refusing_the_second_delivery(line)
    province.faults.plant(how, "5203")
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.UNCERTAIN
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED
    only_once(province, line, here, visit_id)


def test_a_refusal_that_was_true_is_one_as_soon_as_it_is_checked(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("refused", "2207A")
    province.faults.plant("lost_before", "5203")
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.UNCERTAIN
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.TRACED
    assert "2601" not in line.asked


def test_an_earlier_charge_that_shows_itself_late_is_taken_and_none_is_sent(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    """Refused, found nowhere, and priced anew: then the first delivery turns out charged."""
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("refused", "2207A")
    here.confirm(visit_id)
    first = here.record(visit_id).settle_msgid
    said: dict[str, Message] = {}

    def shows_itself(sent: Message, told: Message) -> Message:
        if sent["infno"] == "2206A":
            said.update(told["output"]["setlinfo"])
        elif sent["infno"] == "5203":
            late = {"setl_id": "LATE", "medins_setl_id": first, "refd_setl_flag": "0"}
            told["output"]["setlinfo"] = {**said, **late}
        return told

    line.answer = shows_itself
    here.till.price(visit_id)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    assert here.record(visit_id).setl_id == "LATE"
    assert line.asked.count("2207A") == 1


def setlinfo(**changes: Any) -> Callable[[str], Callable[[Message, Message], Message]]:
    def for_infno(infno: str) -> Callable[[Message, Message], Message]:
        def change(sent: Message, said: Message) -> Message:
            if sent["infno"] == infno and said["infcode"] == 0 and said["output"]["setlinfo"]:
                said["output"]["setlinfo"].update(changes)
            return said

        return change

    return for_infno


ANOTHERS = [
    {"medins_setl_id": "H43102400991202509200930009999"},
    {"mdtrt_id": "4310242025092000009999"},
    {"psn_no": "43102400000000000002"},
    {"setl_id": ""},
    {"setl_id": None},
    {"setl_id": "S" * 31},
    {"psn_part_amt": "NaN"},
    {"psn_part_amt": -790},
    {"psn_part_amt": "7.91"},
    {"fund_pay_sumamt": 1e300},
    {"medfee_sumamt": None},
]


@pytest.mark.parametrize("changes", ANOTHERS, ids=str)
def test_an_answer_to_another_message_or_without_sense_is_not_taken_for_ours(
    province: SandboxProvince, line: Between, rooms: Open, changes: dict[str, Any]
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    line.answer = setlinfo(**changes)("2207A")
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.UNCERTAIN
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED
    only_once(province, line, here, visit_id)


@pytest.mark.parametrize("changes", ANOTHERS, ids=str)
def test_a_settlement_that_is_not_ours_is_never_adopted(
    province: SandboxProvince, line: Between, rooms: Open, changes: dict[str, Any]
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("lost_after_commit", "2207A")
    line.answer = setlinfo(**changes)("5203")
    here.confirm(visit_id)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.UNCERTAIN
    assert line.asked.count("2207A") == 1


def test_without_the_number_of_the_message_visit_and_total_must_be_ours(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    """A region may leave medins_setl_id empty."""
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("lost_after_commit", "2207A")
    line.answer = setlinfo(medins_setl_id="")("5203")
    here.confirm(visit_id)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED
    only_once(province, line, here, visit_id)


def test_the_row_of_ours_is_found_among_several(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("lost_after_commit", "2207A")

    def among_others(sent: Message, said: Message) -> Message:
        if sent["infno"] == "5203":
            mine = said["output"]["setlinfo"]
            other = {**mine, "setl_id": "OTHER", "medins_setl_id": "M" * 30, "refd_setl_flag": "1"}
            said["output"]["setlinfo"] = [other, mine, None]
        return said

    line.answer = among_others
    here.confirm(visit_id)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED
    assert here.record(visit_id).setl_id != "OTHER"


def test_a_setl_id_that_another_settlement_has_is_not_taken_a_second_time(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    first = here.priced(LI, code(PARACETAMOL, 1))
    here.confirm(first)
    here.reception.leave(first)
    visit_id = here.priced(WANG, BOX)
    line.answer = setlinfo(setl_id=here.record(first).setl_id)("2207A")
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.UNCERTAIN
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED
    assert here.record(visit_id).setl_id != here.record(first).setl_id


def test_a_charge_that_differs_from_what_was_agreed_is_kept_and_said(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    line.answer = setlinfo(fund_pay_sumamt="0.00", psn_part_amt="26.34", psn_cash_pay="26.34")(
        "2207A"
    )
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.DIFFERS
    assert here.notice(visit_id) == "settlement.differs_from_agreed"
    assert (here.record(visit_id).settled or {})["own"] == 2634


def test_a_misspelling_of_ours_is_refused_and_leaves_nothing_charged(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)

    def misspell(sent: Message) -> Message:
        if sent["infno"] == "2207A":
            node = sent["input"]["data"]
            node["chrg_bachno"] = node.pop("chrg_bchno")
        return sent

    line.request = misspell
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.TRACED
    assert here.notice(visit_id) == "province.refused"
    assert charges(province) == []
    assert len(here.store.lines.of(visit_id)) == 1


# --- resuming


def test_a_reversal_on_its_way_is_carried_through_and_the_charge_never_adopted(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    """5203 says nothing yet, so 2601 is sent and lost on the way; then the charge appears."""
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("lost_after_commit", "2207A")
    here.confirm(visit_id)
    unseen = [True]

    def at_first_unseen(sent: Message, said: Message) -> Message:
        if sent["infno"] == "5203" and unseen:
            unseen.clear()
            return {**said, "output": {"setlinfo": None, "setldetail": []}}
        return said

    line.answer = at_first_unseen
    province.faults.plant("lost_before", "2601")
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.UNCERTAIN
    here.till.ask_now()  # It is seen now; but a 2601 may still arrive.
    assert here.state(visit_id) is VisitState.UNCERTAIN
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.TRACED
    assert counted(province) == {"settled": 0, "reversed": 1, "cancelled": 0}


def test_the_provinces_own_books_prove_a_reversal(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("lost_after_commit", "2207A")
    province.faults.plant("refused", "5203", count=1)  # Its way to say "not found".
    here.confirm(visit_id)
    here.till.ask_now()
    assert line.asked[-1] == "2601"
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.TRACED
    here.till.price(visit_id)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    assert counted(province) == {"settled": 1, "reversed": 1, "cancelled": 0}
    only_once(province, line, here, visit_id)


def test_an_earlier_charge_of_ours_that_was_undone_is_no_proof_for_the_next(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms(rules=SUFFICES)
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("lost_after_commit", "2207A")
    province.faults.plant("refused", "5203")
    here.confirm(visit_id)
    here.till.ask_now()
    assert counted(province)["reversed"] == 1
    here.till.price(visit_id)
    province.faults.plant("lost_before", "2207A")
    province.faults.plant("lost_before", "2601")
    here.confirm(visit_id)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.UNCERTAIN


def test_where_visits_cannot_be_looked_up_the_charge_is_reversed_and_stays_unknown(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms(rules=CANNOT_FIND)
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("lost_after_commit", "2207A")
    here.confirm(visit_id)
    for _ in range(2):
        here.till.ask_now()
    assert here.state(visit_id) is VisitState.UNCERTAIN
    assert "5203" not in line.asked
    assert counted(province) == {"settled": 0, "reversed": 1, "cancelled": 0}


def test_an_answer_that_was_written_down_before_the_power_failed_is_believed(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    """Also where the region does not let us look: asking to reverse would undo a good charge."""

    class PowerCut(BaseException):
        pass

    here = rooms(rules=CANNOT_FIND)
    visit_id = here.priced(WANG, BOX)
    sold = here.store.sales.sold

    def fails(_: str) -> None:
        raise PowerCut

    here.store.sales.sold = fails  # type: ignore[method-assign]
    with pytest.raises(PowerCut):
        here.confirm(visit_id)
    here.store.sales.sold = sold  # type: ignore[method-assign]
    assert here.state(visit_id) is VisitState.SETTLING
    back = rooms(rules=CANNOT_FIND)
    back.till.ask_now()
    assert back.state(visit_id) is VisitState.SETTLED
    assert "2601" not in line.asked
    only_once(province, line, back, visit_id)


def test_while_the_line_is_bad_nobody_is_asked_about_twice(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    """Each question may take a minute: one bad line must not keep the desk busy for an hour."""
    here = rooms()
    for serial in range(4):
        visit_id = here.priced(LI, code(PARACETAMOL, serial))
        province.faults.plant("lost_before", "2207A")
        here.judge_all(visit_id)
        here.confirm(visit_id)
        here.reception.leave(visit_id)
    del line.asked[:]
    province.faults.plant("lost_before", "5203", count=10)
    here.till.ask_now()
    assert line.asked == ["5203", "5203"]


def test_one_visit_that_is_never_answered_does_not_keep_the_others_waiting(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visits = []
    for serial in range(3):
        visits.append(here.priced(LI, code(PARACETAMOL, serial)))
        province.faults.plant("lost_after_commit", "2207A")
        here.judge_all(visits[-1])
        here.confirm(visits[-1])
        here.reception.leave(visits[-1])
    province.faults.plant("lost_before", "5203", count=1)
    here.till.ask_now()
    assert [here.state(visit_id) for visit_id in visits] == [
        VisitState.UNCERTAIN,
        VisitState.SETTLED,
        VisitState.SETTLED,
    ]


def test_what_the_province_says_of_a_person_later_does_not_keep_us_from_asking(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("lost_after_commit", "2207A")
    here.confirm(visit_id)
    person_id = here.store.visits.visit(visit_id).person_id or ""
    coverage = here.store.people.coverage(person_id)
    assert coverage is not None
    lapsed = replace(coverage, in_force=False, insutype="", insuplc_admdvs="")
    here.store.people.keep_coverage(person_id, lapsed)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED
    here.undoing.cancel(visit_id, "开错了药")
    assert here.state(visit_id) is VisitState.CANCELLED


@pytest.mark.parametrize("column", ["UPDATE settlement SET coverage = NULL",
                                     "UPDATE visit SET diagnosis = 'Z99.900'"])  # fmt: skip
def test_what_an_older_program_left_in_doubt_is_found_out_all_the_same(
    province: SandboxProvince, line: Between, rooms: Open, column: str
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("lost_after_commit", "2207A")
    here.confirm(visit_id)
    with here.store.transaction() as db:
        db.execute(column)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED


# --- two settlements of one visit


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("refused", VisitState.PARTLY_SETTLED),
        ("lost_before", VisitState.UNCERTAIN),
        ("lost_after_commit", VisitState.UNCERTAIN),
    ],
)
@pytest.mark.parametrize("which", ["first", "second"])
def test_of_two_settlements_each_has_its_own_end(
    province: SandboxProvince, line: Between, rooms: Open, fault: str, state: VisitState, which: str
) -> None:
    here = rooms(rules=SUFFICES)
    visit_id = here.priced(WANG, BOX, PILLS)
    count = {"first": 0, "second": 1}[which]

    def plant(sent: Message) -> Message:
        if sent["infno"] == "2207A" and line.asked.count("2207A") == count + 1:
            province.faults.plant(fault, "2207A")
            line.request = lambda each: each
        return sent

    line.request = plant
    here.confirm(visit_id)
    if (fault, which) == ("refused", "first"):
        state = VisitState.TRACED
    assert here.state(visit_id) is state
    assert len(charges(province)) == (fault == "lost_after_commit") + count
    if fault != "refused":
        here.till.ask_now()
    for _ in range(2):
        if here.state(visit_id) is not VisitState.SETTLED:
            here.till.price(visit_id)
            here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    assert len(charges(province)) == 2
    only_once(province, line, here, visit_id)


def test_what_is_left_unpaid_of_a_partly_settled_visit_can_be_taken_off(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX, PILLS)
    line.request = lambda sent: (
        province.faults.plant("refused", "2207A") or sent
        if line.asked.count("2207A") == 2 and sent["infno"] == "2207A"
        else sent
    )
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.PARTLY_SETTLED
    line.request = lambda sent: sent
    with pytest.raises(Fault) as refused:
        here.basket.remove_line(visit_id, 1)
    assert refused.value.code == "visit.line_charged"
    here.basket.remove_line(visit_id, 2)
    assert here.state(visit_id) is VisitState.SETTLED
    only_once(province, line, here, visit_id)
    here.reception.leave(visit_id)
    again = here.traced(LI, PILLS)
    assert len(here.store.lines.of(again)) == 1


def test_an_unpaid_line_never_slips_into_a_settlement_that_is_charged(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    """The registration lapses between the two charges: the pills would be given away."""
    here = rooms()
    visit_id = here.priced(WANG, BOX, PILLS)
    line.request = lambda sent: (
        province.faults.plant("refused", "2207A") or sent
        if line.asked.count("2207A") == 2 and sent["infno"] == "2207A"
        else sent
    )
    here.confirm(visit_id)
    line.request = lambda sent: sent
    person_id = here.store.visits.visit(visit_id).person_id or ""
    coverage = here.store.people.coverage(person_id)
    assert coverage is not None
    here.store.people.keep_coverage(person_id, replace(coverage, registrations={}))
    here.till.price(visit_id)
    categories = [each.category for each in here.store.lines.of(visit_id)]
    assert categories == ["ordinary", "two_diseases:LB001"]
    assert here.state(visit_id) is VisitState.PARTLY_SETTLED


# --- pricing, and what may change meanwhile


def test_lines_that_change_while_they_are_priced_are_not_priced(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    here = rooms()
    visit_id = here.traced(WANG, BOX)
    here.store.visits.change_diagnosis(visit_id, COLD, clock())

    def meanwhile(sent: Message) -> Message:
        if sent["infno"] == "2206A":
            here.store.visits.change_diagnosis(visit_id, "R51.x00", clock())
        return sent

    line.request = meanwhile
    assert not here.pricing.price(visit_id)
    assert here.state(visit_id) is VisitState.TRACED
    line.request = lambda sent: sent
    assert here.pricing.price(visit_id)
    assert here.state(visit_id) is VisitState.PRICED


def test_what_is_agreed_to_or_charged_is_not_priced_anew(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    waiting_for_the_line(here, line, visit_id)
    for state in (SettlementState.CONFIRMED, SettlementState.SETTLED):
        asked = len(line.asked)
        with pytest.raises(Fault) as refused:
            here.pricing.price(visit_id)
        assert refused.value.code == "visit.no_such_step"
        assert here.record(visit_id).state is state
        assert len(line.asked) == asked, "nothing is asked of the province"
        here.till.ask_now()


# --- what waited for the line


def waiting_for_the_line(here: Rooms, line: Between, visit_id: str) -> None:
    """Confirmed, and nothing left: 9001 fails before 2207 is even thought of."""
    here.store.journal.remember("sign_in", {})

    def drop(sent: Message) -> Message:
        if sent["infno"] == "9001":
            raise Dropped
        return sent

    line.request = drop
    here.confirm(visit_id)
    line.request = lambda sent: sent
    assert here.state(visit_id) is VisitState.CONFIRMED


def test_what_waited_is_charged_at_the_amount_agreed_to_and_no_other(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    waiting_for_the_line(here, line, visit_id)
    dearer = {"fund_pay_sumamt": "0.00", "psn_part_amt": "26.34", "psn_cash_pay": "26.34"}
    line.answer = setlinfo(**dearer)("2206A")
    here.till.ask_now()
    assert charges(province) == []
    assert here.state(visit_id) is VisitState.PRICED
    assert here.notice(visit_id) == "settlement.figures_moved"
    line.answer = lambda _, said: said
    here.till.ask_now()
    assert charges(province) == [], "nothing is charged before the doctor has seen it"


def test_what_can_never_be_charged_goes_back_to_the_doctor_instead_of_waiting_for_ever(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    waiting_for_the_line(here, line, visit_id)
    province.faults.plant("refused", "2206A", count=2)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.TRACED
    assert here.notice(visit_id) == "province.refused"


def test_a_sign_in_that_fails_at_midnight_is_not_a_charge_in_doubt(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    # The look before a second attempt (5203) is the last message of the old day.
    here.store.settlements.note(here.record(visit_id).settlement_id, settle_msgid="none")
    line.request = dropping("9001")

    def midnight(sent: Message, said: Message) -> Message:
        if sent["infno"] == "5203":
            clock.now += timedelta(hours=15)
        return said

    line.answer = midnight
    here.confirm(visit_id)
    line.request = lambda sent: sent
    assert here.state(visit_id) is VisitState.CONFIRMED
    assert "2207A" not in line.asked
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED


# --- cancelling


def settled(here: Rooms, *codes: str) -> str:
    visit_id = here.priced(WANG, *codes)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    return visit_id


@pytest.mark.parametrize("fault", [None, "duplicated", "numbers_as_strings"])
def test_a_cancelled_visit_is_charged_nothing_and_its_box_can_be_sold_again(
    province: SandboxProvince, line: Between, rooms: Open, fault: str | None
) -> None:
    here = rooms()
    visit_id = settled(here, BOX, PILLS)
    if fault:
        province.faults.plant(fault, "2208")
    here.undoing.cancel(visit_id, "开错了药")
    assert here.state(visit_id) is VisitState.CANCELLED
    assert counted(province) == {"settled": 0, "reversed": 0, "cancelled": 2}
    here.reception.leave(visit_id)
    assert settled(here, BOX)


@pytest.mark.parametrize(
    ("fault", "then"),
    [
        *((fault, "by itself") for fault in (*CHARGED_BUT_UNHEARD, *NEVER_ARRIVED)),
        *(("lost_before", then) for then in ("after a restart", "off the counter")),
        *(("lost_after_commit", then) for then in ("after a restart", "off the counter")),
    ],
)
def test_an_unanswered_cancellation_is_brought_to_its_end(
    province: SandboxProvince, line: Between, rooms: Open, fault: str, then: str
) -> None:
    here = rooms()
    visit_id = settled(here, BOX)
    province.faults.plant(fault, "2208")
    here.undoing.cancel(visit_id, "开错了药")
    assert here.record(visit_id).state is SettlementState.CANCELLING
    if then == "after a restart":
        here = rooms()
    elif then == "off the counter":
        here.reception.leave(visit_id)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.CANCELLED
    assert counted(province) == {"settled": 0, "reversed": 0, "cancelled": 1}


def test_a_refused_cancellation_leaves_the_visit_settled(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = settled(here, BOX)
    province.faults.plant("refused", "2208")
    here.undoing.cancel(visit_id, "开错了药")
    assert here.state(visit_id) is VisitState.SETTLED
    assert here.notice(visit_id) == "province.refused"
    only_once(province, line, here, visit_id)


def test_a_second_2208_that_is_refused_because_the_first_arrived_is_a_cancellation(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = settled(here, BOX)
    province.faults.plant("lost_after_commit", "2208")
    here.undoing.cancel(visit_id, "开错了药")
    hidden = [True]

    def at_first_hidden(sent: Message, said: Message) -> Message:
        if sent["infno"] == "5203" and hidden:
            hidden.clear()
            said["output"]["setlinfo"]["refd_setl_flag"] = "0"
        return said

    line.answer = at_first_hidden
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.CANCELLED


def test_another_settlements_refund_does_not_cancel_ours(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = settled(here, BOX)
    province.faults.plant("refused", "2208")
    line.answer = setlinfo(setl_id="ANOTHERS", refd_setl_flag="1")("5203")
    here.undoing.cancel(visit_id, "开错了药")
    assert here.state(visit_id) is VisitState.SETTLED


def test_a_cancellation_that_never_left_can_be_asked_for_again(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = settled(here, BOX)
    line.request = dropping("5203")
    here.undoing.cancel(visit_id, "开错了药")
    assert here.record(visit_id).state is SettlementState.SETTLED
    line.request = lambda sent: sent
    here.undoing.cancel(visit_id, "开错了药")
    assert here.state(visit_id) is VisitState.CANCELLED


def dropping(infno: str) -> Callable[[Message], Message]:
    def drop(sent: Message) -> Message:
        if sent["infno"] == infno:
            raise Dropped
        return sent

    return drop


def test_of_a_visit_cancelled_in_part_the_rest_follows_by_itself(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms()
    visit_id = settled(here, BOX, PILLS)
    province.faults.plant("lost_after_commit", "2208")
    here.undoing.cancel(visit_id, "开错了药")
    assert counted(province)["cancelled"] == 1
    back = rooms()
    back.till.ask_now()
    assert back.state(visit_id) is VisitState.CANCELLED
    assert counted(province) == {"settled": 0, "reversed": 0, "cancelled": 2}


# --- the settings of a region


@pytest.mark.parametrize("infno", ["2207", "2207A"])
def test_a_region_says_under_which_number_it_settles_and_reverses(
    tmp_path: Path, province: SandboxProvince, line: Between, clock: Clock, infno: str
) -> None:
    region = replace(CLINIC.region, infno_settle=infno, infno_pre_settle=infno.replace("7", "6"))
    clinic = replace(CLINIC, region=region)
    here = Rooms(tmp_path / "terminal", line.address, clock, CANNOT_FIND, clinic)
    visit_id = here.priced(WANG, BOX)
    province.faults.plant("lost_after_commit", infno)
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.UNCERTAIN
    here.till.ask_now()
    assert infno in line.asked
    assert counted(province) == {"settled": 0, "reversed": 1, "cancelled": 0}
    here.close()
