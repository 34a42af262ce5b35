"""What the province says beforehand informs the doctor, and costs nobody anything."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.advising import Advising
from terminal.assembly.rules import rules
from terminal.bill_facts import Reminders
from terminal.board import Board, Workplace
from terminal.core.counter import Notice, VisitView
from terminal.core.visit import VisitState
from terminal.money_rooms import Rules
from terminal.province.conversation import Province
from terminal.province.session import Session
from terminal.reminding import open_rules
from terminal.settings import Settings
from tests.clinic import (
    AMLODIPINE,
    AMOXICILLIN,
    CEFIXIME,
    CLINIC,
    COLD,
    LI,
    PARACETAMOL,
    RULES,
    WAIT_S,
    WANG,
    Clock,
    code,
)
from tests.counter import Counter
from tests.drivers.province_clinic import PEOPLE
from tests.rooms import AtOnce, Rooms
from tests.shell.between import Between, Dropped, Message

AWAY_FROM_HOME = PEOPLE["吴明"][1]
"""Insured and contracted in Changsha, nothing filed: worked case 34."""
BRONCHITIS = "J20.900"

Open = Callable[..., Counter]


@pytest.fixture
def at(tmp_path: Path, line: Between, clock: Clock) -> Iterator[Open]:
    """Opens a counter at a line, with this audit."""
    opened: list[Counter] = []

    def open_counter(audit: str = "off", **more: Any) -> Counter:
        rules = replace(RULES, audit=audit)
        opened.append(Counter(tmp_path / "terminal", line.address, clock, rules, **more))
        return opened[-1]

    yield open_counter
    for each in opened:
        each.close()


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    """What a test opens is closed before its province is."""
    with ExitStack() as stack:
        yield stack


def codes(visit: VisitView | None) -> list[str]:
    return [] if visit is None else [notice.code for notice in visit.advice]


def dropping(*infnos: str) -> Callable[[Message, Any], Message]:
    """The province did it, and nobody hears of it."""

    def answer(sent: Message, said: Any) -> Message:
        if sent["infno"] in infnos:
            raise Dropped
        return dict(said)

    return answer


def refusing(*infnos: str) -> Callable[[Message, Any], Message]:
    def answer(sent: Message, said: Any) -> Message:
        if sent["infno"] in infnos:
            return {**said, "infcode": -2, "err_msg": "交易未开通", "output": {}}
        return dict(said)

    return answer


# --- 2001: who would not pay


def test_a_fund_that_would_not_pay_is_shown_with_the_provinces_own_reason(at: Open) -> None:
    counter = at()
    visit = counter.priced(AWAY_FROM_HOME, code(AMOXICILLIN, 1))
    reason = "未办理异地就医备案,门诊费用不予支付"
    assert visit.advice == (Notice("advice.not_enjoyed", {"said": reason}),)
    assert visit.notice is None
    assert visit.bill is not None
    done = counter.confirm(visit)
    assert done.state is VisitState.SETTLED, "advice forbids nothing"
    assert done.bill is not None
    assert (done.bill.fund.yuan, done.bill.own.yuan) == ("0.00", "26.34")
    assert done.advice == (), "agreed to: nothing is left to be advised on"


def test_who_may_claim_is_told_nothing(at: Open, line: Between) -> None:
    assert at().priced(WANG, code(AMOXICILLIN, 1)).advice == ()
    assert line.asked.count("2001") == 1


def test_each_settlement_of_a_visit_is_asked_about_once_however_often_it_is_priced(
    at: Open, line: Between
) -> None:
    kinds: list[str] = []

    def heard(sent: Message) -> Message:
        if sent["infno"] == "2001":
            kinds.append(sent["input"]["data"]["med_type"])
        return sent

    line.request = heard
    counter = at()
    counter.priced(WANG, code(AMLODIPINE, 1), code(PARACETAMOL, 1))
    counter.scan(code(AMOXICILLIN, 2))
    counter.until(lambda v: v.state is VisitState.PRICED and v.busy is None)
    counter.rested()
    assert sorted(kinds) == ["11", "9901"]


def test_another_diagnosis_is_another_question(at: Open, line: Between) -> None:
    counter = at()
    visit = counter.priced(AWAY_FROM_HOME, code(AMOXICILLIN, 1))
    counter.desk.basket.set_diagnosis(visit.visit_id, BRONCHITIS)
    assert codes(counter.rested()) == ["advice.not_enjoyed"]
    assert line.asked.count("2001") == 2


def test_what_was_told_of_one_bill_is_told_of_the_next_without_asking(
    at: Open, line: Between
) -> None:
    counter = at()
    counter.priced(AWAY_FROM_HOME, code(AMOXICILLIN, 1))
    counter.scan(code(CEFIXIME, 1))
    assert codes(counter.rested()) == ["advice.not_enjoyed"]
    assert line.asked.count("2001") == 1


# --- 3101 and 3102: the audit


@pytest.mark.parametrize(
    ("audit", "asked"), [("off", set()), ("before", {"3101"}), ("during", {"3102"})]
)
def test_the_audit_is_asked_where_and_when_the_region_says(
    at: Open, line: Between, audit: str, asked: set[str]
) -> None:
    scenes: list[str] = []

    def heard(sent: Message) -> Message:
        if sent["infno"] in ("3101", "3102"):
            scenes.append(sent["input"]["data"]["trig_scen"])
        return sent

    line.request = heard
    visit = at(audit).priced(WANG, code(AMOXICILLIN, 1), code(AMOXICILLIN, 2))
    assert {"3101", "3102"} & set(line.asked) == asked
    assert scenes == {"off": [], "before": ["1"], "during": ["2"]}[audit]
    assert codes(visit) == ["advice.audit"] * len(asked), "one for two lines that break one rule"


def test_a_violation_names_its_rule_and_says_it_in_the_audits_words(at: Open) -> None:
    counter = at("before")
    visit = counter.priced(WANG, code(AMOXICILLIN, 1), code(AMOXICILLIN, 2))
    [notice] = visit.advice
    assert notice.facts["rule"] == "同日重复开药"
    assert notice.facts["said"].endswith("同一药品当日已开具或在本次处方中重复")
    assert notice.facts["severity"] == "2"
    assert counter.confirm(visit).state is VisitState.SETTLED


def test_the_audit_is_asked_anew_about_a_changed_bill_and_the_old_word_is_gone(
    at: Open, line: Between
) -> None:
    counter = at("before")
    visit = counter.priced(WANG, code(AMOXICILLIN, 1), code(AMOXICILLIN, 2))
    counter.desk.basket.remove_line(visit.visit_id, 2)
    assert counter.rested().advice == ()
    assert line.asked.count("3101") == 2


@pytest.mark.parametrize("change", ["refused", "silent"])
def test_advice_on_another_bill_is_never_beside_this_one(
    at: Open, line: Between, change: str
) -> None:
    counter = at("before")
    visit = counter.priced(WANG, code(AMOXICILLIN, 1), code(AMOXICILLIN, 2))
    line.answer = refusing("3101") if change == "refused" else dropping("3101")
    counter.desk.basket.remove_line(visit.visit_id, 2)
    after = counter.rested()
    assert (after.state, after.advice) == (VisitState.PRICED, ())


def test_of_a_settlement_that_was_not_asked_about_again_nothing_old_is_shown(
    at: Open, line: Between
) -> None:
    counter = at("before")
    boxes = code(PARACETAMOL, 1), code(AMLODIPINE, 1), code(AMLODIPINE, 2)
    visit = counter.priced(WANG, *boxes)
    assert codes(visit) == ["advice.audit"]
    line.answer = dropping("3101")  # The ordinary lines are asked about first, and then none.
    counter.desk.basket.remove_line(visit.visit_id, 3)
    after = counter.rested()
    assert (after.state, after.advice) == (VisitState.PRICED, ())


def test_an_audit_in_pieces_keeps_only_the_lines_of_its_settlement(at: Open, line: Between) -> None:
    orders: list[list[str]] = []

    def heard(sent: Message) -> Message:
        if sent["infno"] == "3101":
            [person] = sent["input"]["data"]["patient_dtos"]
            [visit] = person["fsi_encounter_dtos"]
            orders.append([each["sumamt"] for each in visit["fsi_order_dtos"]])
        return sent

    line.request = heard
    at("before").priced(WANG, code(AMLODIPINE, 1), code(PARACETAMOL, 1), code(PARACETAMOL, 2))
    assert sorted(len(each) for each in orders) == [1, 2]


# --- our own findings go along


def warned() -> Rules:
    """The demo region with the rules of warnings that come with the program."""
    reminders = Reminders(open_rules(None), RULES.registrations)
    return replace(RULES, audit="before", goods=replace(RULES.goods, reminders=reminders))


def test_what_our_rules_find_is_told_with_the_audit_and_comes_back_under_its_name(
    tmp_path: Path, line: Between, clock: Clock, closing: ExitStack
) -> None:
    told: list[Any] = []

    def heard(sent: Message) -> Message:
        if sent["infno"] == "3101":
            told.append(json.loads(sent["input"]["data"].get("exp_content") or "{}"))
        return sent

    line.request = heard
    counter = closing.enter_context(
        contextlib.closing(Counter(tmp_path / "terminal", line.address, clock, warned()))
    )
    visit = counter.priced(LI, code(AMLODIPINE, 1), code(PARACETAMOL, 1))
    [found] = visit.findings
    assert (found.rule, found.number, found.open) == ("hypertension_drug", 1, True)
    [sent] = told[-1]["findings"]
    assert (sent["rule_id"], sent["sev"], sent["line"]) == ("hypertension_drug", "warn", 1)
    [notice] = visit.advice
    assert notice.facts["finding"] == "hypertension_drug", "the screen says both once"
    assert notice.facts["rule"] == "药品与诊断不符"
    assert notice.facts["said"] == found.words


def test_what_the_province_says_by_itself_names_no_finding_of_ours(at: Open) -> None:
    visit = at("before").priced(WANG, code(AMOXICILLIN, 1), code(AMOXICILLIN, 2))
    assert ["finding" in notice.facts for notice in visit.advice] == [False]


def test_a_bill_that_our_rules_are_silent_on_tells_the_audit_nothing_more(
    tmp_path: Path, line: Between, clock: Clock, closing: ExitStack
) -> None:
    said: list[bool] = []

    def heard(sent: Message) -> Message:
        if sent["infno"] == "3101":
            said.append("exp_content" in sent["input"]["data"])
        return sent

    line.request = heard
    counter = closing.enter_context(
        contextlib.closing(Counter(tmp_path / "terminal", line.address, clock, warned()))
    )
    visit = counter.priced(WANG, code(AMLODIPINE, 1), code(PARACETAMOL, 1))
    assert (visit.findings, visit.advice, said) == ((), (), [False, False])
    assert counter.confirm(visit).state is VisitState.SETTLED


# --- a province that does not answer


def test_what_the_province_refuses_is_not_shown_and_the_rest_is_still_asked(
    at: Open, line: Between
) -> None:
    line.answer = refusing("2001")
    counter = at("before")
    visit = counter.priced(WANG, code(AMOXICILLIN, 1), code(AMOXICILLIN, 2))
    assert (codes(visit), visit.notice) == (["advice.audit"], None)
    assert counter.confirm(visit).state is VisitState.SETTLED


@pytest.mark.parametrize("told", ["half", "rows", "amount", "none"])
def test_an_answer_that_is_none_is_not_shown_and_hinders_nothing(
    at: Open, line: Between, told: str
) -> None:
    output: Any = {
        "half": "{",
        "rows": {"trtinfo": [3]},
        "amount": {"trtinfo": [], "result": [{"vola_amt": "NaN"}]},
        "none": None,
    }[told]

    def answer(sent: Message, said: Any) -> Message:
        return {**said, "output": output} if sent["infno"] in ("2001", "3101") else dict(said)

    line.answer = answer
    counter = at("before")
    visit = counter.priced(WANG, code(AMOXICILLIN, 1))
    assert (visit.advice, visit.notice) == ((), None)
    assert counter.confirm(visit).state is VisitState.SETTLED


def test_after_one_silence_nothing_more_is_asked_for_half_an_hour(
    at: Open, line: Between, clock: Clock
) -> None:
    line.answer = dropping("2001")
    counter = at("before")
    visit = counter.priced(WANG, code(AMLODIPINE, 1), code(AMOXICILLIN, 1))
    assert (visit.advice, visit.notice) == ((), None)
    assert counter.confirm(visit).state is VisitState.SETTLED
    counter.desk.reception.leave(visit.visit_id)
    line.answer = lambda _, said: said
    counter.settled(LI, code(AMOXICILLIN, 2))
    counter.desk.reception.leave(counter.rested().visit_id)
    asked = [infno for infno in line.asked if infno in ("2001", "3101")]
    assert asked == ["2001"]
    clock.now += timedelta(minutes=31)
    assert codes(counter.priced(AWAY_FROM_HOME, code(AMOXICILLIN, 3))) == ["advice.not_enjoyed"]


def test_a_price_that_was_not_answered_asks_for_no_advice(at: Open, line: Between) -> None:
    line.answer = dropping("2206A")
    counter = at("before")
    visit_id = counter.receive(WANG)
    counter.desk.basket.set_diagnosis(visit_id, COLD)
    counter.scan(code(AMOXICILLIN, 1))
    counter.rested()
    assert not {"2001", "3101"} & set(line.asked)


# --- nobody waits for it


def test_the_amount_is_shown_and_agreed_to_while_advice_is_still_asked_for(
    at: Open, line: Between
) -> None:
    came, go_on = threading.Event(), threading.Event()

    def held(sent: Message) -> Message:
        if sent["infno"] == "2001":
            came.set()
            go_on.wait(WAIT_S)
        return sent

    line.request = held
    counter = at("before")
    visit_id = counter.receive(WANG)
    counter.desk.basket.set_diagnosis(visit_id, COLD)
    counter.scan(code(AMOXICILLIN, 1))
    assert came.wait(WAIT_S)
    visit = counter.desk.view().visit
    assert visit is not None
    assert visit.bill is not None
    assert (visit.state, visit.busy, visit.bill.own.yuan) == (VisitState.PRICED, None, "7.90")
    counter.desk.till.confirm_amount(visit_id, visit.revision, visit.bill.own)
    assert counter.store.visits.visit(visit_id).state is VisitState.CONFIRMED
    go_on.set()
    assert counter.rested().state is VisitState.SETTLED
    assert "3101" not in line.asked, "agreed to: the audit would come too late"


@pytest.mark.parametrize("why", ["settled", "another on the counter"])
def test_only_a_bill_that_is_still_looked_at_is_asked_about(
    rooms: Callable[..., Rooms], line: Between, why: str
) -> None:
    here = rooms()
    visit_id = here.priced(WANG, code(AMOXICILLIN, 1))
    if why == "settled":
        here.confirm(visit_id)
    else:
        here.counter.front = "another"
    board = Board(lambda _: pytest.fail("advice is drawn by whoever asks for it"))
    place = Workplace(
        here.store, here.counter, board, AtOnce(here.counter), here.clock, lambda: "D1"
    )
    province = Province(Session(here.client, CLINIC, here.store.journal, here.clock))
    asked = len(line.asked)
    Advising(place, here.pricing, province, "before").ask_later(visit_id)
    assert line.asked[asked:] == []


def test_advice_is_forgotten_with_the_visit(at: Open) -> None:
    counter = at("before")
    visit = counter.priced(WANG, code(AMOXICILLIN, 1), code(AMOXICILLIN, 2))
    assert set(counter.desk.counter.advice) == {visit.visit_id}
    counter.desk.reception.leave(visit.visit_id)
    assert counter.desk.counter.advice == {}


def test_a_settlement_elsewhere_waits_for_the_doctor_and_the_advice_is_there(
    at: Open, province: SandboxProvince
) -> None:
    counter = at()
    province.faults.plant("limit_moved", "2201")
    visit_id = counter.receive(AWAY_FROM_HOME)
    counter.desk.basket.set_diagnosis(visit_id, COLD)
    counter.scan(code(AMOXICILLIN, 1))
    visit = counter.rested()
    assert visit.notice is not None
    assert visit.notice.code == "settlement.settled_elsewhere"
    assert codes(visit) == ["advice.not_enjoyed"]


@pytest.mark.parametrize("audit", ["off", "before", "during"])
def test_which_audit_is_asked_for_is_the_regions_setting(audit: Any) -> None:
    assert rules(Settings(audit=audit), RULES.catalogue).audit == audit
