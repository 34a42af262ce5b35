"""Whole visits through the desk: what a doctor and a resident do, and what cannot be done."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.cards import Sign
from terminal.core.charge import SettlementState
from terminal.core.faults import Fault, Unavailable
from terminal.core.money import ZERO, Money
from terminal.core.people import Identified, id_check_digit
from terminal.core.recognition import Known
from terminal.core.visit import VisitState
from terminal.desk import Desk, Own
from terminal.health import Health
from terminal.province.session import Session
from tests.clinic import (
    AMLODIPINE,
    AMOXICILLIN,
    CEFIXIME,
    CHILD,
    CLINIC,
    COLD,
    DEVICE_KEY,
    GLUCOSE_TEST,
    LI,
    PARACETAMOL,
    PAUSED,
    RULES,
    WAIT_S,
    WANG,
    Clock,
    charges,
    code,
)
from tests.counter import Counter
from tests.faces import blind_faces
from tests.families import bound
from tests.shell.sights import alive

BOX = code(AMOXICILLIN, 1)
YUAN = Money.parse
SEEN = alive()


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Fault) as raised:
        act()
    return raised.value.code


def together(*acts: Callable[[], object]) -> list[str]:
    """Do these at the same moment; the codes of the faults, sorted."""
    start, codes = threading.Barrier(len(acts)), []

    def do(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except Fault as fault:
            codes.append(fault.code)

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(codes)


# --- the way through


def test_case_1_two_boxes_of_a_drug_that_the_fund_pays_whole(
    counter: Counter, province: SandboxProvince
) -> None:
    visit = counter.settled(WANG, code(PARACETAMOL, 1), code(PARACETAMOL, 2))
    assert visit.state is VisitState.SETTLED
    assert visit.bill is not None
    assert (visit.bill.total, visit.bill.fund, visit.bill.own) == (YUAN("8.00"), YUAN("8.00"), ZERO)
    (charge,) = charges(province)
    assert (charge["medfee_sumamt"], charge["fund_pay_sumamt"]) == ("8.00", "8.00")
    assert f"结算号 {charge['setl_id']}" in visit.receipt
    assert "王建国" not in "\n".join(visit.receipt)


def test_case_3_a_test_of_the_specific_list_and_a_drug(
    counter: Counter, province: SandboxProvince
) -> None:
    visit = counter.settled(WANG, code(CEFIXIME, 1), services=(GLUCOSE_TEST,))
    assert visit.bill is not None
    assert [visit.bill.total.yuan, visit.bill.fund.yuan, visit.bill.own.yuan] == [
        "42.50",
        "32.25",
        "10.25",
    ]
    assert [charge["psn_part_amt"] for charge in charges(province)] == ["10.25"]


def test_pills_for_blood_pressure_and_a_cold_are_two_settlements_of_one_visit(
    counter: Counter, province: SandboxProvince
) -> None:
    priced = counter.priced(WANG, BOX, code(AMLODIPINE, 1))
    assert priced.bill is not None
    assert [share.category for share in priced.bill.shares] == ["ordinary", "two_diseases"]
    visit = counter.confirm(priced)
    assert visit.state is VisitState.SETTLED
    assert len(charges(province)) == 2
    assert sum(line.startswith("结算号") for line in visit.receipt) == 2


def test_a_face_becomes_a_card_before_the_doctor(counter: Counter) -> None:
    wang = counter.knows(WANG)
    visit_id = counter.desk.reception.recognised(Known(wang, 0.83), SEEN)
    visit = counter.until(lambda v: v.busy is None)
    assert (visit.visit_id, visit.state) == (visit_id, VisitState.PRESENTED)
    assert visit.person is not None
    assert (visit.person.masked_name, visit.person.contract) == ("王*国", "演示镇中心卫生院")
    assert (visit.identified, visit.similarity) == (Identified.BY_FACE, 0.83)
    assert counter.desk.reception.recognised(Known(wang, 0.83), SEEN) is None, "one at a time"


def test_a_mother_settles_for_her_child(counter: Counter, province: SandboxProvince) -> None:
    mother, child = counter.knows(LI), counter.knows(CHILD)
    bound(counter.store, mother, child)
    counter.desk.reception.recognised(Known(mother, 0.8), SEEN)
    visit = counter.until(lambda v: v.state is VisitState.CHOOSING)
    assert [(card.masked_name, card.relation) for card in visit.choices] == [
        ("李*英", ""),
        ("李*宝", "儿子"),
    ]
    stranger = counter.knows(WANG)
    choose = counter.desk.reception.choose_person
    assert code_of(lambda: choose(visit.visit_id, stranger)) == "person.not_bound"
    choose(visit.visit_id, child)
    assert code_of(lambda: choose(visit.visit_id, mother)) == "visit.no_such_step"
    counter.desk.reception.confirm_person(visit.visit_id)
    counter.desk.basket.set_diagnosis(visit.visit_id, COLD)
    counter.scan(BOX)
    settled = counter.confirm(counter.until(lambda v: v.state is VisitState.PRICED and not v.busy))
    assert settled.state is VisitState.SETTLED
    assert (settled.person, settled.holder) != (None, None)
    assert settled.person is not None
    assert settled.person.relation == "儿子"
    assert [charge["psn_no"] for charge in charges(province)] == ["43102400000000000003"]
    assert {"姓名 李*宝", "代办人 李*英"} <= set(settled.receipt)


def test_a_binding_that_has_run_out_asks_nobody(counter: Counter, clock: Clock) -> None:
    mother, child = counter.knows(LI), counter.knows(CHILD)
    yesterday = clock().date() - timedelta(days=1)
    bound(counter.store, mother, child, valid_until=yesterday)
    counter.desk.reception.recognised(Known(mother, 0.8), SEEN)
    visit = counter.until(lambda v: v.busy is None)
    assert visit.state is VisitState.PRESENTED


def test_a_visit_without_anything_billed_is_closed(counter: Counter) -> None:
    visit_id = counter.receive(WANG)
    counter.desk.basket.set_diagnosis(visit_id, COLD)
    counter.scan(BOX)
    counter.until(lambda v: v.state is VisitState.PRICED)
    counter.desk.basket.remove_line(visit_id, 1)
    counter.desk.reception.leave(visit_id)
    assert counter.store.visits.visit(visit_id).state is VisitState.CLOSED
    assert counter.store.settlements.of_visit(visit_id) == []
    assert counter.desk.view().visit is None


def test_the_doctor_says_it_is_somebody_else(counter: Counter) -> None:
    counter.desk.reception.open_by_id_number(WANG)
    visit = counter.until(lambda v: v.state is VisitState.PRESENTED)
    counter.desk.reception.refuse_person(visit.visit_id)
    assert counter.store.visits.visit(visit.visit_id).state is VisitState.ABANDONED
    assert counter.desk.view().visit is None


# --- refusals at the counter


@pytest.mark.parametrize("typed", ["", "123", WANG[:-1] + "1", "王" * 18])
def test_a_mistyped_number_opens_nothing(counter: Counter, typed: str) -> None:
    open_by = counter.desk.reception.open_by_id_number
    assert code_of(lambda: open_by(typed)) == "person.id_number_wrong"
    assert counter.desk.view().visit is None


def test_someone_the_province_does_not_know_is_said_and_can_be_left(counter: Counter) -> None:
    counter.desk.reception.open_by_id_number(
        "99102420000101001" + id_check_digit("99102420000101001")
    )
    visit = counter.rested()
    assert (visit.state, visit.notice and visit.notice.code) == (
        VisitState.OPEN,
        "province.refused",
    )
    counter.desk.reception.leave(visit.visit_id)
    assert counter.desk.view().visit is None


def test_whose_insurance_is_paused_can_be_treated_and_not_priced(counter: Counter) -> None:
    visit_id = counter.receive(PAUSED)
    counter.desk.basket.set_diagnosis(visit_id, COLD)
    counter.scan(BOX)
    visit = counter.rested()
    assert (visit.state, visit.notice and visit.notice.code) == (
        VisitState.TRACED,
        "person.not_insured",
    )
    assert visit.person is not None
    assert visit.person.insured is False


def test_an_answer_about_somebody_else_makes_no_card(
    tmp_path: Path, province: SandboxProvince, clock: Clock
) -> None:
    from tests.shell.between import Message, between  # noqa: PLC0415 - only here.

    def another(sent: Message, said: Message) -> Message:
        if sent["infno"] == "1101":
            said["output"]["baseinfo"]["certno"] = LI
        return said

    with between(province.address) as line:
        line.answer = another
        here = Counter(tmp_path / "terminal", line.address, clock)
        here.desk.reception.open_by_id_number(WANG)
        visit = here.rested()
        here.close()
    assert (visit.state, visit.person) == (VisitState.OPEN, None)
    assert visit.notice is not None
    assert visit.notice.code == "province.nonsense"


@pytest.mark.parametrize(
    ("scanned", "said"),
    [
        (BOX, "scan.same_box"),
        (code("8999999", 1), "scan.not_in_catalogue"),
        ("6901234567892", "scan.commodity_code"),
        (WANG, "scan.identity_card"),
        (BOX[:15], "scan.cut"),
        (BOX + BOX, "scan.glued"),
        ("ABC-12345", "scan.unknown"),
    ],
)
def test_a_wrong_scan_is_said_and_changes_nothing(
    counter: Counter, scanned: str, said: str
) -> None:
    visit_id = counter.receive(WANG)
    counter.scan(BOX, scanned)
    view = counter.desk.view()
    assert view.scan is not None
    assert view.scan.code == said
    assert WANG not in str(view.scan)
    assert len(counter.store.lines.of(visit_id)) == 1


def test_a_box_is_scanned_only_where_somebody_waits_for_it(counter: Counter) -> None:
    def said() -> str | None:
        counter.scan(BOX)
        scan = counter.desk.view().scan
        return scan.code if scan else None

    assert said() == "price.told"  # Nothing is claimed by asking what it costs.
    counter.desk.reception.open_by_id_number(WANG)
    assert said() == "scan.person_first"
    visit = counter.until(lambda v: v.state is VisitState.PRESENTED and not v.busy)
    counter.desk.reception.leave(visit.visit_id)
    settled = counter.settled(WANG, BOX)
    counter.scan(code(AMOXICILLIN, 2))
    view = counter.desk.view()
    assert view.scan is not None
    assert view.scan.code == "scan.too_late"
    counter.desk.reception.leave(settled.visit_id)
    counter.receive(LI)
    assert said() == "scan.sold_before"


def test_a_bill_has_an_end(counter: Counter) -> None:
    visit_id = counter.receive(WANG)
    counter.scan(*(code(PARACETAMOL, serial) for serial in range(61)))
    assert len(counter.store.lines.of(visit_id)) == 60
    view = counter.desk.view()
    assert view.scan is not None
    assert view.scan.code == "visit.too_many_lines"


def test_a_refused_price_leaves_the_lines_and_can_be_asked_for_again(
    counter: Counter, province: SandboxProvince
) -> None:
    for infno in ("2201", "2203A", "2204", "2206A"):
        province.faults.plant("refused", infno)
    visit_id = counter.receive(WANG)
    counter.desk.basket.set_diagnosis(visit_id, COLD)
    counter.scan(BOX)
    for _ in range(4):
        visit = counter.rested()
        assert (visit.state, visit.bill) == (VisitState.TRACED, None)
        assert visit.notice is not None
        assert visit.notice.facts["said"].startswith("FSI-")
        counter.desk.till.price(visit_id)
    visit = counter.rested()
    assert (visit.state, visit.notice) == (VisitState.PRICED, None)


@pytest.mark.parametrize("infno", ["2201", "2203A", "2204", "2205", "2206A"])
@pytest.mark.parametrize("fault", ["lost_before", "lost_after_commit", "nonsense"])
def test_an_unanswered_step_before_the_money_is_simply_done_again(
    counter: Counter, province: SandboxProvince, infno: str, fault: str
) -> None:
    visit_id = counter.receive(WANG)
    counter.desk.basket.set_diagnosis(visit_id, COLD)
    if infno == "2205":  # Fee lines are taken back only where some were sent.
        province.faults.plant("lost_after_commit", "2206A")
    else:
        province.faults.plant(fault, infno)
    counter.scan(BOX)
    assert counter.rested().state is VisitState.TRACED
    if infno == "2205":
        province.faults.plant(fault, infno)
        counter.desk.till.price(visit_id)
        assert counter.rested().state is VisitState.TRACED
    counter.desk.till.price(visit_id)
    visit = counter.rested()
    assert visit.bill is not None
    assert visit.bill.own == YUAN("7.90")
    assert counter.confirm(visit).state is VisitState.SETTLED
    assert [charge["psn_part_amt"] for charge in charges(province)] == ["7.90"]


FIGURES = [
    {"psn_part_amt": "7.91"},
    {"fund_pay_sumamt": -1844, "psn_part_amt": 4478},
    {"medfee_sumamt": "NaN"},
    {"psn_cash_pay": 1e30},
    {"mdtrt_id": "another"},
    {"psn_no": "another"},
    # It adds up, but not to what was uploaded.
    dict.fromkeys(("medfee_sumamt", "inscp_scp_amt"), "36.34")
    | dict.fromkeys(("psn_part_amt", "psn_cash_pay"), "17.90"),
]


@pytest.mark.parametrize("changes", FIGURES, ids=str)
def test_figures_that_do_not_add_up_are_never_shown(
    tmp_path: Path, province: SandboxProvince, clock: Clock, changes: dict[str, object]
) -> None:
    from tests.shell.between import Message, between  # noqa: PLC0415 - only here.

    def wrong(sent: Message, said: Message) -> Message:
        if sent["infno"] == "2206A":
            said["output"]["setlinfo"].update(changes)
        return said

    with between(province.address) as line:
        line.answer = wrong
        here = Counter(tmp_path / "terminal", line.address, clock)
        visit_id = here.receive(WANG)
        here.desk.basket.set_diagnosis(visit_id, COLD)
        here.scan(BOX)
        visit = here.rested()
        here.close()
    assert (visit.state, visit.bill) == (VisitState.TRACED, None)
    assert visit.notice is not None
    assert visit.notice.code in ("province.amounts_do_not_add_up", "province.nonsense")


# --- the doctor confirms an amount, not a button


def test_a_second_tap_charges_nothing(counter: Counter, province: SandboxProvince) -> None:
    visit = counter.priced(WANG, BOX)
    confirm = counter.desk.till.confirm_amount

    def tap() -> None:
        confirm(visit.visit_id, visit.revision, YUAN("7.90"))

    codes = together(*[tap] * 6)
    counter.rested()
    assert codes == ["visit.no_such_step"] * 5
    assert len(charges(province)) == 1
    assert code_of(tap) == "visit.no_such_step"


@pytest.mark.parametrize("own", [ZERO, YUAN("7.89"), YUAN("-7.90"), YUAN("99999999999999")])
def test_another_amount_than_the_one_shown_is_refused(
    counter: Counter, province: SandboxProvince, own: Money
) -> None:
    visit = counter.priced(WANG, BOX)
    confirm = counter.desk.till.confirm_amount
    assert code_of(lambda: confirm(visit.visit_id, visit.revision, own)) == "visit.price_changed"
    assert counter.rested().state is VisitState.PRICED
    assert charges(province) == []


def test_a_page_drawn_before_the_lines_changed_confirms_nothing(
    counter: Counter, province: SandboxProvince
) -> None:
    old = counter.priced(WANG, BOX)
    counter.scan(code(AMOXICILLIN, 2))
    confirm = counter.desk.till.confirm_amount
    assert code_of(lambda: confirm(old.visit_id, old.revision, YUAN("7.90"))) in (
        "visit.price_changed",
        "visit.no_such_step",
    )
    new = counter.until(lambda v: v.state is VisitState.PRICED and not v.busy)
    assert new.bill is not None
    assert new.revision > old.revision
    assert code_of(lambda: confirm(old.visit_id, old.revision, new.bill.own)) == (
        "visit.price_changed"
    )
    assert counter.confirm(new).state is VisitState.SETTLED
    assert [charge["psn_part_amt"] for charge in charges(province)] == ["15.80"]


def test_while_a_price_is_being_asked_for_nothing_can_be_confirmed(
    counter: Counter, province: SandboxProvince
) -> None:
    visit = counter.priced(WANG, BOX)
    province.faults.plant("slow", "2206A", seconds=0.3)
    counter.desk.till.price(visit.visit_id)
    confirm = counter.desk.till.confirm_amount
    assert code_of(lambda: confirm(visit.visit_id, visit.revision, YUAN("7.90"))) == (
        "visit.price_changed"
    )
    assert counter.confirm(counter.rested()).state is VisitState.SETTLED
    assert len(charges(province)) == 1


def test_lines_scanned_while_a_price_is_being_asked_for_are_priced_too(
    counter: Counter, province: SandboxProvince
) -> None:
    visit_id = counter.receive(WANG)
    counter.desk.basket.set_diagnosis(visit_id, COLD)
    province.faults.plant("slow", "2206A", seconds=0.2, count=2)
    counter.scan(BOX)
    counter.until(lambda v: v.busy == "pricing")
    counter.scan(code(AMOXICILLIN, 2), code(AMOXICILLIN, 3))
    visit = counter.rested()
    assert visit.bill is not None
    assert (visit.state, visit.bill.total) == (VisitState.PRICED, YUAN("79.02"))
    assert counter.confirm(visit).state is VisitState.SETTLED
    assert [charge["medfee_sumamt"] for charge in charges(province)] == ["79.02"]


def test_pricing_again_and_confirming_at_once_never_charges_what_was_not_agreed(
    counter: Counter, province: SandboxProvince
) -> None:
    for serial in range(8):
        visit = counter.priced(LI, code(PARACETAMOL, serial))
        assert visit.bill is not None
        till = counter.desk.till
        together(
            partial(till.confirm_amount, visit.visit_id, visit.revision, visit.bill.own),
            partial(till.price, visit.visit_id),
        )
        after = counter.rested()
        if after.state is VisitState.PRICED:
            after = counter.confirm(after)
        assert after.state is VisitState.SETTLED
        assert len(charges(province)) == serial + 1
        counter.desk.reception.leave(visit.visit_id)


def test_an_agreed_visit_is_not_priced_anew_from_an_old_page(
    tmp_path: Path, province: SandboxProvince, clock: Clock
) -> None:
    """Else its settlement would be open again while the visit counts as agreed to."""
    here = Counter(tmp_path / "terminal", province.address, clock)
    visit = here.priced(WANG, BOX)
    here.store.journal.remember("sign_in", {})
    province.faults.plant("lost_before", "9001")
    assert here.confirm(visit).state is VisitState.CONFIRMED
    assert code_of(lambda: here.desk.till.price(visit.visit_id)) == "visit.no_such_step"
    settled = here.a_round()
    here.close()
    assert settled is not None
    assert settled.state is VisitState.SETTLED


# --- stale pages and the visit that is not on the counter


def test_a_verb_from_an_old_page_never_acts_on_the_visit_now_on_the_counter(
    counter: Counter, province: SandboxProvince
) -> None:
    gone = counter.settled(WANG, BOX).visit_id
    counter.desk.reception.leave(gone)
    visit = counter.priced(LI, code(AMOXICILLIN, 2))
    desk = counter.desk
    verbs: list[Callable[[], None]] = [
        lambda: desk.reception.confirm_person(gone),
        lambda: desk.reception.refuse_person(gone),
        lambda: desk.reception.choose_person(gone, "x"),
        lambda: desk.reception.leave(gone),
        lambda: desk.doubts.give_digits(gone, "1234"),
        lambda: desk.doubts.choose_look_alike(gone, "x"),
        lambda: desk.doubts.vouch(gone),
        lambda: desk.doubts.challenge_always(gone, wanted=True),
        lambda: desk.enrolling.keep_face(gone),
        lambda: desk.basket.set_diagnosis(gone, COLD),
        lambda: desk.basket.add_service(gone, GLUCOSE_TEST),
        lambda: desk.basket.remove_line(gone, 1),
        lambda: desk.till.price(gone),
        lambda: desk.till.confirm_amount(gone, visit.revision, YUAN("7.90")),
        lambda: desk.undoing.cancel(gone, "开错了药"),
    ]
    assert {code_of(verb) for verb in verbs} == {"visit.other_on_counter"}
    assert code_of(lambda: desk.reception.call_up(gone)) == "visit.other_on_counter"
    after = counter.rested()
    assert (after.visit_id, after.revision, after.state) == (
        visit.visit_id,
        visit.revision,
        VisitState.PRICED,
    )
    assert len(charges(province)) == 1


@pytest.mark.parametrize("visit_id", ["", "x", "' OR 1=1 --", "\ud800"])
def test_a_visit_nobody_ever_heard_of_is_refused(counter: Counter, visit_id: str) -> None:
    till, reception = counter.desk.till, counter.desk.reception
    assert code_of(lambda: till.price(visit_id)) == "visit.other_on_counter"
    assert code_of(lambda: reception.leave(visit_id)) == "visit.other_on_counter"
    if visit_id != "\ud800":
        assert code_of(lambda: reception.call_up(visit_id)) == "visit.not_found"


def test_leaving_twice_never_takes_the_next_one_off_the_counter(counter: Counter) -> None:
    wang, reception = counter.knows(WANG), counter.desk.reception

    def recognise() -> None:
        reception.recognised(Known(wang, 0.8), SEEN)

    for _ in range(10):
        gone = counter.receive(LI)
        counter.rested()
        leave = partial(reception.leave, gone)
        assert together(leave, leave, recognise) == ["visit.other_on_counter"]
        if counter.desk.counter.front is None:
            recognise()
        visit = counter.rested()
        assert visit.person is not None
        assert visit.person.person_id == wang
        reception.refuse_person(visit.visit_id)


def test_a_visit_that_left_while_it_was_priced_is_over(
    counter: Counter, province: SandboxProvince
) -> None:
    visit_id = counter.receive(WANG)
    counter.desk.basket.set_diagnosis(visit_id, COLD)
    province.faults.plant("slow", "2206A", seconds=0.2)
    counter.scan(BOX)
    counter.until(lambda v: v.busy == "pricing")
    counter.desk.reception.leave(visit_id)
    assert counter.desk.errands.rest(WAIT_S)
    assert counter.store.visits.visit(visit_id).state is VisitState.ABANDONED
    assert counter.settled(LI, BOX).state is VisitState.SETTLED


# --- waiting


def test_an_unknown_visit_waits_elsewhere_and_is_called_up_again(
    counter: Counter, province: SandboxProvince
) -> None:
    visit = counter.priced(WANG, BOX)
    province.faults.plant("lost_after_commit", "2207A")
    assert counter.confirm(visit).state is VisitState.UNCERTAIN
    counter.desk.reception.leave(visit.visit_id)
    other = counter.settled(LI, code(AMOXICILLIN, 2))
    assert other.state is VisitState.SETTLED, "the clinic keeps working"
    (waiting,) = counter.desk.view().waiting
    assert (waiting.name, waiting.own) == ("王建国 1030", YUAN("7.90"))
    counter.a_round()
    assert counter.desk.view().waiting == ()
    counter.desk.reception.leave(other.visit_id)
    reception = counter.desk.reception
    reception.call_up(visit.visit_id)
    called = counter.rested()
    assert (called.visit_id, called.state) == (visit.visit_id, VisitState.SETTLED)
    assert called.payments is not None
    assert called.payments.due == YUAN("7.90"), "it was settled late: the share is to be paid"


def test_a_visit_that_waits_can_be_brought_back(
    counter: Counter, province: SandboxProvince
) -> None:
    visit = counter.priced(WANG, BOX)
    province.faults.plant("lost_before", "2207A")
    counter.confirm(visit)
    counter.desk.reception.leave(visit.visit_id)
    assert counter.desk.view().visit is None
    counter.desk.reception.call_up(visit.visit_id)
    assert counter.rested().visit_id == visit.visit_id


def test_the_desk_goes_its_rounds_by_itself(
    tmp_path: Path, province: SandboxProvince, clock: Clock
) -> None:
    here = Counter(tmp_path / "t", province.address, clock, replace(RULES, resume_every_s=0.05))
    visit = here.priced(WANG, BOX)
    province.faults.plant("lost_after_commit", "2207A")
    here.confirm(visit)
    settled = here.until(lambda v: v.state is VisitState.SETTLED)
    here.close()
    assert settled.receipt


# --- restarts


def restarted(counter: Counter, province: SandboxProvince, folder: Path) -> Counter:
    counter.close()
    return Counter(folder, province.address, counter.clock)


@pytest.mark.parametrize("state", ["traced", "priced", "uncertain"])
def test_a_restart_keeps_what_lay_on_the_counter(
    tmp_path: Path, province: SandboxProvince, clock: Clock, state: str
) -> None:
    here = Counter(tmp_path / "t", province.address, clock)
    if state == "traced":
        visit_id = here.receive(WANG)
        here.scan(BOX)
    else:
        visit = here.priced(WANG, BOX)
        visit_id = visit.visit_id
        if state == "uncertain":
            province.faults.plant("lost_after_commit", "2207A")
            here.confirm(visit)
    here = restarted(here, province, tmp_path / "t")
    after = here.rested()
    assert (after.visit_id, len(after.lines)) == (visit_id, 1)
    if state == "traced":
        here.desk.basket.set_diagnosis(visit_id, COLD)
        after = here.rested()
    if after.state is VisitState.PRICED:
        after = here.confirm(after)
    here.close()
    assert after.state is VisitState.SETTLED
    assert len(charges(province)) == 1


def test_a_visit_without_a_name_does_not_outlive_a_restart(
    tmp_path: Path, province: SandboxProvince, clock: Clock
) -> None:
    here = Counter(tmp_path / "t", province.address, clock)
    province.faults.plant("refused", "1101")
    here.desk.reception.open_by_id_number(WANG)
    here.rested()
    here = restarted(here, province, tmp_path / "t")
    assert here.desk.view().visit is None
    assert here.desk.view().waiting == ()
    here.close()


def test_a_desk_that_was_never_started_can_be_stopped(counter: Counter) -> None:
    session = Session(counter.client, CLINIC, counter.store.journal, counter.clock)
    sign = Sign("", "", None)
    faces = blind_faces(counter.store, session, counter.clock)
    own = Own(sign, Health(), DEVICE_KEY, counter.clock)
    Desk(counter.store, session, RULES, own, faces).stop()


# --- cancelling


def test_a_settled_visit_is_cancelled_with_a_reason_and_its_receipt_is_gone(
    counter: Counter, province: SandboxProvince
) -> None:
    visit = counter.settled(WANG, BOX)
    cancel = counter.desk.undoing.cancel
    assert code_of(lambda: cancel(visit.visit_id, "  ")) == "visit.no_reason"
    cancel(visit.visit_id, "开错了药" * 1000)
    after = counter.rested()
    assert (after.state, after.receipt) == (VisitState.CANCELLED, ())
    assert charges(province) == []
    assert code_of(lambda: cancel(visit.visit_id, "开错了药")) == "visit.no_such_step"


def test_of_a_visit_cancelled_in_part_only_what_stands_is_on_the_slip(
    counter: Counter, province: SandboxProvince
) -> None:
    visit = counter.settled(WANG, BOX, code(AMLODIPINE, 1))
    province.faults.plant("slow", "2208")
    province.faults.plant("refused", "2208")
    counter.desk.undoing.cancel(visit.visit_id, "开错了药")
    after = counter.rested()
    records = counter.store.settlements.of_visit(visit.visit_id)
    states = [SettlementState.CANCELLED, SettlementState.SETTLED]
    assert [record.state for record in records] == states
    slip = "\n".join(after.receipt)
    assert "总费用 3.92" in slip
    assert "阿莫西林" not in slip
    assert f"结算号 {records[0].setl_id}" not in slip


def test_the_slip_says_when_it_was_settled_and_not_when_the_visit_began(
    counter: Counter, clock: Clock
) -> None:
    visit = counter.priced(WANG, BOX)
    clock.now += timedelta(minutes=4)
    assert "时间 2025-09-20 09:34" in counter.confirm(visit).receipt


# --- what must never happen to the desk


@contextmanager
def full_disk(counter: Counter, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Every write fails from here on, as on a full disk."""

    def fails(*_: object, **__: object) -> None:
        raise Unavailable("store.away", reason="disk full")

    with monkeypatch.context() as patched:
        patched.setattr(counter.store.visits, "record", fails)
        patched.setattr(counter.store.settlements, "record", fails)
        patched.setattr(counter.store.journal, "next_number", fails)
        yield


def test_a_full_disk_is_said_at_the_scanner_and_the_next_scan_is_heard(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.receive(WANG)
    with full_disk(counter, monkeypatch):
        counter.scan(BOX)
        view = counter.desk.view()
    assert view.scan is not None
    assert view.scan.code == "store.away"
    counter.scan(BOX)
    view = counter.desk.view()
    assert view.scan is not None
    assert view.scan.code == "scan.accepted"


def test_a_face_seen_while_the_disk_is_full_leaves_the_counter_free(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = counter.knows(WANG)
    reception = counter.desk.reception
    with full_disk(counter, monkeypatch):
        for way in (
            lambda: reception.recognised(Known(wang, 0.9), SEEN),
            lambda: reception.doubted((wang, "li"), SEEN),
            lambda: reception.open_by_id_number(WANG),
        ):
            assert code_of(way) == "store.away"
            assert counter.desk.counter.front is None
            assert counter.desk.counter.face is None
    assert reception.recognised(Known(wang, 0.9), SEEN) is not None


def test_a_disk_that_fills_up_before_the_charge_charges_nothing(
    counter: Counter, province: SandboxProvince, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = counter.priced(WANG, BOX)
    with full_disk(counter, monkeypatch):
        confirm = counter.desk.till.confirm_amount
        assert (
            code_of(lambda: confirm(visit.visit_id, visit.revision, YUAN("7.90"))) == "store.away"
        )
        assert counter.rested().state is VisitState.PRICED
    assert counter.confirm(visit).state is VisitState.SETTLED
    assert len(charges(province)) == 1


def test_a_disk_that_fills_up_behind_the_charge_charges_once(
    counter: Counter, province: SandboxProvince, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer cannot be written down: it must not look as if nothing had been sent."""
    visit = counter.priced(WANG, BOX)
    with monkeypatch.context() as patched:

        def fails(*_: object) -> None:
            raise Unavailable("store.away", reason="disk full")

        patched.setattr(counter.store.journal, "heard", fails)
        patched.setattr(counter.store.sales, "sold", fails)
        assert counter.confirm(visit).state is VisitState.SETTLING
    assert counter.a_round() is not None
    assert counter.rested().state is VisitState.SETTLED
    assert len(charges(province)) == 1


def test_nobody_is_named_in_any_log(
    counter: Counter, province: SandboxProvince, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for fault, infno in [
            ("refused", "2206A"), ("lost_before", "2207A"), ("refused", "3505A"),
            ("nonsense", "5203"), ("system_error", "2601"),
        ]:  # fmt: skip
            province.faults.plant(fault, infno)
        visit_id = counter.receive(WANG)
        counter.desk.basket.set_diagnosis(visit_id, COLD)
        counter.scan(BOX, BOX, WANG)
        counter.rested()
        counter.desk.till.price(visit_id)
        counter.confirm(counter.rested())
        for _ in range(3):
            counter.a_round()
    own = [record for record in caplog.records if record.name.startswith("terminal")]
    assert own
    text = "\n".join(record.getMessage() for record in own)
    for secret in ("王建国", WANG, "43102400000000000001", BOX, BOX[7:], "J06"):
        assert secret not in text


def test_a_counter_that_cannot_be_drawn_stays_as_it_was(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert counter.desk.errands.rest(WAIT_S)  # What a start sets going publishes as well.
    counter.desk.board.publish()
    before = counter.desk.view()

    def fails() -> None:
        raise Unavailable("store.away")

    with monkeypatch.context() as patched:
        patched.setattr(counter.store.visits, "unfinished", fails)
        counter.desk.board.publish()
        assert counter.desk.view() is before
    counter.desk.board.publish()
    assert counter.desk.view().number == before.number + 1
