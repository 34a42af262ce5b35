"""A province that says one thing and has done another: what is believed, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Refused
from terminal.core.visit import VisitState
from tests.clinic import AMOXICILLIN, LI, PARACETAMOL, WANG, Clock, charges, code, settling
from tests.rooms import Rooms
from tests.shell.between import Between, Message
from tests.shell.test_day_file import FINAL, lost, without_row

Open = Callable[..., Rooms]
BOX = code(AMOXICILLIN, 1)
ASKED_BLIND = settling(find_by_visit=False, look_at_the_day=False)


def no(text: str) -> Message:
    return {"infcode": -2, "err_msg": text, "output": {}}


DELIVERED_TWICE = no("FSI-该批次已结算")
NOT_FOUND = no("FSI-结算信息不存在")


def days(here: Rooms, clock: Clock) -> None:
    """What the rounds of the next sixty-two hours do."""
    for hours in (1, 12, 1, 24, 24):
        clock.now += timedelta(hours=hours)
        here.till.ask_now()


def rows_of(said: Message) -> list[Message]:
    told = said["output"]["setlinfo"]
    return told if isinstance(told, list) else [told]


# --- of several rows, and of noes that were heard


def test_where_visits_are_not_found_a_no_to_the_second_delivery_is_not_believed(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    here = rooms(rules=ASKED_BLIND)
    visit_id = here.priced(WANG, BOX)
    line.tell({"2207A": DELIVERED_TWICE})
    here.confirm(visit_id)
    assert len(charges(province)) == 1
    assert here.state(visit_id) is VisitState.UNCERTAIN
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.UNCERTAIN
    assert charges(province) == [], "reversed, and the file has yet to say so"


def test_of_two_rows_of_one_settlement_the_one_that_undoes_counts(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    """5203 as 3202 does it: the charge, and a row below zero (the bureau undid it)."""
    here = rooms()
    visit_id = lost(province, here, "lost_after_commit")

    def two(_: Message, said: Any) -> Message:
        (row,) = rows_of(said)
        below = {name: -each if type(each) in (int, float) else each for name, each in row.items()}
        said["output"]["setlinfo"] = [row, {**below, "refd_setl_flag": "1"}]
        return dict(said)

    line.tell({"5203": two})
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.TRACED


def test_a_charge_that_stands_is_not_hidden_by_one_that_was_undone(
    province: SandboxProvince, line: Between, rooms: Open
) -> None:
    """The gateway delivered twice, both were booked, one was undone over there."""
    here = rooms()
    visit_id = lost(province, here, "lost_after_commit")

    def two(_: Message, said: Any) -> Message:
        (row,) = rows_of(said)
        said["output"]["setlinfo"] = [{**row, "setl_id": "TWICE", "refd_setl_flag": "1"}, row]
        return dict(said)

    line.tell({"5203": two})
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED
    assert [row["setl_id"] for row in charges(province)] == [here.record(visit_id).setl_id]


def test_a_charge_that_shows_late_is_shown_beside_the_visit_that_was_begun_anew(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    """Refused there while 5203 knew nothing of it yet, left, and begun anew."""
    here = rooms()
    first = here.priced(WANG, BOX)
    line.tell({"2207A": DELIVERED_TWICE, "5203": NOT_FOUND})
    here.confirm(first)
    assert here.state(first) is VisitState.TRACED
    here.reception.leave(first)
    line.tell({})
    clock.now += timedelta(minutes=5)
    second = here.priced(WANG, code(AMOXICILLIN, 2))
    with pytest.raises(Refused, match=r"settlement\.settled_elsewhere"):
        here.confirm(second)
    assert len(charges(province)) == 1


# --- what decides in the end


def reversing_nothing(line: Between) -> None:
    """2601 never comes to the charge, whatever it is answered."""

    def request(sent: Message) -> Message:
        if sent["infno"] == "2601":
            sent["input"]["data"]["omsgid"] = "H" + "9" * 29
        return sent

    line.request = request


@pytest.mark.parametrize("said", [{}, {"2601": no("FSI-原交易不存在")}], ids=["done", "never came"])
def test_a_charge_that_stands_and_that_no_reversal_undoes_is_settled(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock, said: dict[str, Message]
) -> None:
    """The first question was answered "not found", so that it was reversed."""
    here = rooms()
    visit_id = lost(province, here, "lost_after_commit")
    reversing_nothing(line)
    line.tell({**said, "5203": NOT_FOUND})
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.UNCERTAIN
    line.tell(said)
    days(here, clock)
    assert here.state(visit_id) is VisitState.SETTLED
    assert [row["setl_id"] for row in charges(province)] == [here.record(visit_id).setl_id]


def test_a_reversal_is_believed_to_have_failed_an_hour_after_it_was_answered(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    """Even after the file's time: what 5203 is answered from may lag behind the book."""
    here = rooms()
    visit_id = lost(province, here, "lost_after_commit")
    reversing_nothing(line)
    clock.now += FINAL
    line.tell({"5203": NOT_FOUND})
    here.till.ask_now()
    line.tell({})
    for minutes in (0, 5, 54):
        clock.now += timedelta(minutes=minutes)
        here.till.ask_now()
        assert here.state(visit_id) is VisitState.UNCERTAIN
    clock.now += timedelta(minutes=1)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.SETTLED
    assert len(charges(province)) == 1


def test_what_stands_in_a_copy_that_lags_behind_a_reversal_is_not_settled(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    here = rooms()
    visit_id = lost(province, here, "lost_after_commit")
    copied: list[Message] = []

    def lagging(_: Message, said: Any) -> Message:
        copied.append(said["output"])
        return NOT_FOUND if len(copied) == 1 else {**said, "output": copied[0]}

    line.tell({"5203": lagging})
    clock.now += FINAL - timedelta(minutes=5)
    here.till.ask_now()
    assert charges(province) == []
    clock.now += timedelta(minutes=10)  # The file might decide by now.
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.UNCERTAIN
    line.tell({})
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.TRACED
    assert charges(province) == []


def test_nonsense_in_answer_to_the_question_does_not_keep_the_file_from_deciding(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    here = rooms()
    visit_id = lost(province, here, "lost_before")
    line.tell({"5203": b"<html>"})
    days(here, clock)
    assert here.state(visit_id) is VisitState.TRACED


def test_a_file_that_lags_a_day_decides_about_the_day_before(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    """What was settled after the file had the last word says nothing against it."""
    here = rooms()
    visit_id = lost(province, here, "lost_before")
    here.reception.leave(visit_id)
    here.till.ask_now()
    clock.now += timedelta(hours=24)
    other = here.priced(LI, code(PARACETAMOL, 1))
    here.confirm(other)
    setl_id = here.record(other).setl_id or ""
    line.tell({"9102": lambda _, said: without_row(said, setl_id)})
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.TRACED


def test_no_file_because_nothing_is_in_it_is_an_empty_one(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    here = rooms()
    visit_id = lost(province, here, "lost_before")
    line.tell({"3202": no("FSI-无对账数据")})
    days(here, clock)
    assert here.state(visit_id) is VisitState.TRACED


def test_an_empty_file_of_the_wrong_office_proves_nothing(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    """The province clears under another clr_optins (431099) than the place of the visit."""
    here = rooms(rules=ASKED_BLIND)
    first = here.priced(LI, code(PARACETAMOL, 1))
    elsewhere_cleared(line)
    here.confirm(first)  # From what was settled the day before the office could be known.
    here.reception.leave(first)
    clock.now += timedelta(days=1)
    visit_id = lost(province, here, "lost_after_commit")
    province.faults.plant("refused", "2601")
    days(here, clock)
    stands = any(row["psn_part_amt"] == "7.90" for row in charges(province))
    assert (here.state(visit_id) is VisitState.TRACED) == (not stands)


def elsewhere_cleared(line: Between) -> None:
    def answer(_: Message, said: Any) -> Message:
        if said["output"]:
            said["output"]["setlinfo"]["clr_optins"] = "431099"
        return dict(said)

    def request(sent: Message) -> Message:
        if sent["infno"] == "3202":
            data = sent["input"]["data"]
            data["setl_optins"] = "431024" if data["setl_optins"] == "431099" else "439998"
        return sent

    line.tell({"2207A": answer})
    line.request = request


def test_a_clock_that_is_set_back_does_not_keep_the_file_from_deciding(
    province: SandboxProvince, line: Between, rooms: Open, clock: Clock
) -> None:
    here = rooms()
    other = here.priced(LI, code(PARACETAMOL, 1))
    here.confirm(other)
    here.counter.clear()
    setl_id = here.record(other).setl_id or ""
    visit_id = lost(province, here, "lost_before")
    sent_at = clock.now
    clock.now = sent_at + timedelta(days=300)  # A bad battery, for one round.
    line.tell({"9102": lambda _, said: without_row(said, setl_id)})
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.UNCERTAIN
    line.tell({})
    clock.now = sent_at + timedelta(hours=13)
    here.till.ask_now()
    assert here.state(visit_id) is VisitState.TRACED
