"""Taken back by whose face it is, shown to whose it is, and by nobody else."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from drivers.simulated.province.server import SandboxProvince
from terminal.board import Board, Comparison, FaceSeen, Workplace
from terminal.consents import Consents
from terminal.core.agreement import Agreement, Answer, Manner
from terminal.core.consent import Consent, ConsentText
from terminal.core.families import Basis, Scope
from terminal.core.faults import Fault
from terminal.core.ledger import Deed
from terminal.core.money import Money
from terminal.core.money_views import PaymentKind, PaymentRow
from terminal.core.papers import PaperKind
from terminal.core.visit import VisitEvent
from terminal.held import Held
from terminal.resemblance import DEFAULT_RULES
from terminal.retention import Retention
from tests.clinic import CHILD, LI, WANG, Clock
from tests.families import bound
from tests.shell.faces_in import DOCTOR, SISTER, WANGS, Place, template

PRESENTED = VisitEvent.PERSON_PRESENTED
CONFIRMED = (PRESENTED, VisitEvent.DOCTOR_CONFIRMED_PERSON)
MOTHER = Consent("2.24", DOCTOR, "李秀英", "母亲")


class Room(Place):
    """With the room in which consent is taken back."""

    def __init__(self, folder: Path, address: str, clock: Clock) -> None:
        super().__init__(folder, address, clock)
        place = Workplace(
            self.store, self.counter, Board(self._draw), self.errands, clock, lambda: DOCTOR
        )
        retention = Retention(self.store, self.enrolment, clock)
        held = Held(self.store, retention, "演示村卫生室", clock)
        self.consents = Consents(place, self.enrolment, retention, held)

    def withdraw(self, visit_id: str) -> str:
        """The code of what stood in the way; empty: it is done."""
        return said(lambda: self.consents.withdraw(visit_id))

    def held(self, visit_id: str) -> str:
        return "\n".join(self.consents.held(visit_id).lines)

    def for_a_member(self, holder_id: str, member: str, **terms: object) -> str:
        """A visit at which a bound relative stands."""
        member_id = self.enrolment.introduce(member)
        binding_id = bound(self.store, holder_id, member_id, **terms)  # type: ignore[arg-type]
        visit_id = self.visit(member, *CONFIRMED, identified="by_relative")
        changes = {"holder_id": holder_id, "standing": "family", "binding_id": binding_id}
        self.store.visits.note(visit_id, changes)
        return visit_id


def said(act: Callable[[], object]) -> str:
    try:
        act()
    except Fault as fault:
        return fault.code
    return ""


@pytest.fixture
def room(tmp_path: Path, province: SandboxProvince, clock: Clock) -> Iterator[Room]:
    opened = Room(tmp_path / "terminal", province.address, clock)
    yield opened
    opened.close()


# --- taken back


@pytest.mark.parametrize("identified", ["by_face", "by_id_number"])
def test_whoever_is_certain_takes_it_back_and_the_visit_goes_on(
    room: Room, identified: str
) -> None:
    wang, li = room.enrolled(WANG, WANGS), room.enrolled(LI, SISTER)
    visit_id = room.visit(WANG, *CONFIRMED, identified=identified)
    room.counter.face = FaceSeen(visit_id, wang, (template(WANGS),))
    room.counter.comparison = Comparison.of_claimed(visit_id, wang)
    before = room.store.visits.visit(visit_id)
    assert room.consents.may_withdraw(before)
    assert room.withdraw(visit_id) == ""
    assert (room.gallery.people, room.store.faces.enrolled(wang)) == ({li}, False)
    assert (room.counter.face, room.counter.comparison) == (None, None)
    assert room.store.visits.visit(visit_id) == before
    assert room.counter.front == visit_id
    (given,) = room.store.faces.consents_of(wang)
    assert (given.withdrawn_at, given.withdrawn_by) == (room.clock(), "person")
    (entry,) = room.store.ledger.of(Deed.WITHDRAWN)
    assert json.loads(entry.facts)["by"] == "person"
    assert room.withdraw(visit_id) == "consent.nothing_kept"
    assert not room.consents.may_withdraw(before)


def test_before_the_doctor_has_said_who_it_is_nobody_takes_anything_back(room: Room) -> None:
    room.enrolled(WANG, WANGS)
    visit_id = room.visit(WANG, PRESENTED, identified="by_face")
    assert room.withdraw(visit_id) == "consent.not_theirs"
    assert said(lambda: room.consents.held(visit_id)) == "consent.not_theirs"
    assert not room.consents.may_withdraw(room.store.visits.visit(visit_id))


@pytest.mark.parametrize(
    "changes",
    [{"face_agrees": False}, {"standing": "errand"}, {"standing": "code_shown"}],
    ids=lambda changes: "-".join(map(str, changes)),
)
def test_who_may_be_somebody_else_takes_nothing_back_and_sees_nothing(
    room: Room, changes: dict[str, object]
) -> None:
    wang = room.enrolled(WANG, WANGS)
    visit_id = room.visit(WANG, *CONFIRMED)
    room.store.visits.note(visit_id, changes)
    assert room.withdraw(visit_id) == "consent.not_theirs"
    assert said(lambda: room.consents.held(visit_id)) == "consent.not_theirs"
    assert room.store.faces.enrolled(wang)


def test_a_visit_that_was_called_up_again_stands_for_nobody(room: Room) -> None:
    wang = room.enrolled(WANG, WANGS)
    visit_id = room.visit(WANG, *CONFIRMED)
    room.counter.called_up = visit_id
    assert room.withdraw(visit_id) == "consent.not_theirs"
    assert said(lambda: room.consents.held(visit_id)) == "consent.not_theirs"
    assert room.store.faces.enrolled(wang)


def test_only_for_the_visit_on_the_counter(room: Room) -> None:
    room.enrolled(WANG, WANGS)
    visit_id = room.visit(WANG, *CONFIRMED)
    room.counter.front = None
    assert room.withdraw(visit_id) == "visit.other_on_counter"
    assert said(lambda: room.consents.held(visit_id)) == "visit.other_on_counter"


def test_a_relative_takes_nothing_back_for_a_grown_member(room: Room) -> None:
    wang, li = room.enrolled(WANG, WANGS), room.enrolled(LI, SISTER)
    visit_id = room.for_a_member(li, WANG, relation="父亲")
    assert room.withdraw(visit_id) == "consent.not_theirs"
    assert room.store.faces.enrolled(wang)


@pytest.mark.parametrize(
    ("basis", "agreed_by", "code"),
    [
        (Basis.DOCUMENTS, "王建国", ""),
        (Basis.PROVINCE, "王建国", ""),
        (Basis.WITNESS, "李秀英", ""),
        (Basis.WITNESS, "王建国", "consent.not_theirs"),
    ],
)
def test_a_childs_guardian_takes_it_back_and_no_other_relative(
    room: Room, basis: Basis, agreed_by: str, code: str
) -> None:
    room.clock.now += timedelta(days=365)  # Old enough to be enrolled.
    li = room.enrolled(LI, SISTER)
    child = room.enrolment.introduce(CHILD)
    consent = dataclasses.replace(MOTHER, guardian=agreed_by)
    room.enrolment.keep(child, consent, [template(WANGS)])
    visit_id = room.for_a_member(li, CHILD, basis=basis)
    assert room.withdraw(visit_id) == code
    assert room.store.faces.enrolled(child) is bool(code)
    if not code:
        (given,) = room.store.faces.consents_of(child)
        assert given.withdrawn_by == "guardian"
        assert (given.consent.guardian, given.consent.relation) == (agreed_by, "母亲")


def test_a_clock_that_was_set_right_takes_no_guardian_their_word(room: Room) -> None:
    room.clock.now += timedelta(days=365)
    li = room.enrolled(LI, SISTER)
    child = room.enrolment.introduce(CHILD)
    room.enrolment.keep(child, MOTHER, [template(WANGS)])
    room.clock.now += timedelta(days=2)  # Two days ahead; the binding was made then.
    room.store.families.expire(room.clock())
    visit_id = room.for_a_member(li, CHILD, valid_from=room.clock().date())
    room.clock.now -= timedelta(days=2)
    assert room.consents.held(visit_id).may_withdraw
    assert room.withdraw(visit_id) == ""


def test_a_guardian_whose_binding_is_over_is_nobody(room: Room) -> None:
    room.clock.now += timedelta(days=365)
    li = room.enrolled(LI, SISTER)
    child = room.enrolment.introduce(CHILD)
    room.enrolment.keep(child, MOTHER, [template(WANGS)])
    visit_id = room.for_a_member(li, CHILD, valid_until=date(2021, 1, 1))
    assert room.withdraw(visit_id) == "consent.not_theirs"
    assert said(lambda: room.consents.held(visit_id)) == "consent.not_theirs"


def test_who_agreed_to_what_a_newer_text_asks_anew_is_not_recognised_before(
    tmp_path: Path, province: SandboxProvince, clock: Clock
) -> None:
    texts = (ConsentText("1", "", asks_anew=False), ConsentText("2", "", asks_anew=True))
    rules = dataclasses.replace(DEFAULT_RULES, texts=texts)
    place = Place(tmp_path / "terminal", province.address, clock, rules)
    try:
        wang = place.enrolled(WANG, WANGS)  # Of the first version.
        assert place.gallery.people == set()
        assert said(lambda: place.enrolment.moved_over(wang, [template(WANGS)])) == "consent.lapsed"
        place.enrolment.keep(wang, Consent("2.24", DOCTOR), [template(WANGS)])
        assert place.gallery.people == {wang}
    finally:
        place.close()


# --- shown


def test_everything_held_of_a_person_is_told_in_sentences(room: Room) -> None:
    wang, li = room.enrolled(WANG, WANGS), room.enrolled(LI, SISTER)
    bound(room.store, wang, li, "妻子")
    others, visit_id = room.visit(LI, *CONFIRMED), room.visit(WANG, *CONFIRMED)
    owes = PaymentRow(
        kind=PaymentKind.CREDIT,
        way=None,
        amount=Money(1250),
        reason="",
        slip_no="0920-001",
        taken_by=DOCTOR,
        at=room.clock(),
    )
    room.store.payments.add(wang, visit_id, owes)
    paid = dataclasses.replace(owes, kind=PaymentKind.REPAID, amount=Money(250), slip_no="2")
    room.store.payments.add(wang, visit_id, paid)
    yes = Agreement(Answer.AGREED, Manner.TAP, 0, Money(1250), room.clock())
    for visit, answers in ((visit_id, 1), (others, 2)):
        for _ in range(answers):
            room.store.agreements.add(visit, yes)
        room.store.papers.ask(PaperKind.RECEIPT, room.clock(), visit_id=visit)
    (slip,) = room.store.pads.number(1, room.clock())
    room.store.pads.enter(slip, visit_id, room.clock())
    view = room.consents.held(visit_id)
    told = "\n".join(view.lines)
    assert view.may_withdraw
    assert view.person.person_id == wang
    for words in (
        "王*国",
        "991***********1030",
        "高血压",
        "3 组数字，没有照片",
        "2025-09-20 同意登记（说明第 1 版）",
        "有 1 位和您长得像",
        "您可以替 李*英（妻子）办",
        "就诊：1 次，2025-09-20 至 2025-09-20",
        "赊账还欠 10.00",
        "收款记录 2 条",
        "对金额说同意或不同意的记录 1 条",
        "打印和应急单的记录 2 条",
        "问本诊所的医生",
    ):
        assert words in told, words
    assert not any(name in told for name in ("王建国", "李秀英", WANG, LI))
    assert max(map(len, view.lines)) <= 60, "a line that a slip can hold in two rows"
    room.withdraw(visit_id)
    after = room.held(visit_id)
    assert "您的脸：没有存" in after
    assert "不再同意，已经删掉" in after


def test_a_relative_with_leave_to_ask_sees_the_money_and_nothing_else(room: Room) -> None:
    room.enrolled(WANG, WANGS)
    li = room.enrolled(LI, SISTER)
    visit_id = room.for_a_member(li, WANG, relation="父亲")
    view = room.consents.held(visit_id)
    told = "\n".join(view.lines)
    assert "年费用" in told
    assert not any(words in told for words in ("高血压", "您的脸", "家人", "报文", "同意登记"))
    assert not view.may_withdraw


def test_a_relative_without_leave_to_ask_sees_nothing(room: Room) -> None:
    li = room.enrolled(LI, SISTER)
    visit_id = room.for_a_member(li, WANG, relation="父亲")
    binding_id = room.store.visits.visit(visit_id).binding_id
    assert binding_id is not None
    binding = room.store.families.binding(binding_id)
    assert binding is not None
    narrow = dataclasses.replace(binding, binding_id="n", scopes=frozenset({Scope.SETTLE}))
    room.store.families.bind(narrow)
    room.store.visits.note(visit_id, {"binding_id": "n"})
    assert said(lambda: room.consents.held(visit_id)) == "consent.not_theirs"


def test_whose_face_will_go_is_listed_with_the_day(room: Room) -> None:
    wang = room.enrolled(WANG, WANGS)
    retention = Retention(room.store, room.enrolment, room.clock)
    for _ in range(36):
        room.clock.now += timedelta(days=20)
        retention.tend()
    (gone,) = room.consents.forgotten_soon()
    assert (gone.person.person_id, gone.person.masked_name) == (wang, "王*国")
    assert gone.erased_on > room.clock().date()
    visit_id = room.visit(WANG, *CONFIRMED)
    assert "会删掉" not in room.held(visit_id), "here again: it is used"
