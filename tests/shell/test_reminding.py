"""Warnings beside the bill: what is found, what the doctor says to it, what it holds up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from drivers.simulated.province.reference import DATA
from terminal.bill_facts import Reminders
from terminal.board import Board, Counter, Workplace
from terminal.core.benefits_file import read_policies
from terminal.core.catalogue import Catalogue, read_drugs, read_services
from terminal.core.faults import Fault
from terminal.core.goods_views import Severity
from terminal.core.money import Money
from terminal.core.people import Coverage
from terminal.reminding import Reminding, open_rules
from terminal.store import Store
from tests.clinic import COLD, RULES, Clock
from tests.rooms import AtOnce
from tests.shell.shelf_book import Book

PARACETAMOL, AMOXICILLIN, AMLODIPINE = "YP0001", "YP0002", "YP0015"
VITAMIN_C = "YP0006"
COLD_MIX, CONTROLLED, RETARD, SOON = "YP0008", "YP0017", "YP0016", "YP0097"
HIGH = "I10.x00"
CATALOGUE = Catalogue(
    read_drugs((DATA / "drugs.csv").read_text("utf-8")),
    read_services((DATA / "services.csv").read_text("utf-8")),
)
REMINDERS = Reminders(
    rules=open_rules(None),
    registrations=RULES.registrations,
    policies=read_policies((DATA / "benefits.toml").read_text("utf-8")),
    fund_limit=Money.parse("420.00"),
)


class Room:
    """A store with a person in it, and the reminding about their bills."""

    def __init__(self, store: Store, clock: Clock, reminders: Reminders = REMINDERS) -> None:
        self.store, self.clock = store, clock
        self.book = Book(store, clock)
        self.person_id = self.book.person()
        counter = Counter()
        board = Board(lambda _: pytest.fail("nothing is drawn here"))
        place = Workplace(store, counter, board, AtOnce(counter), clock, lambda: "D1")
        self.reckoned: list[str] = []
        self.reminding = Reminding(place, CATALOGUE, reminders, self.name_of)

    def name_of(self, diagnosis: str) -> str:
        """Asked for once each time that the rules are gone through."""
        self.reckoned.append(diagnosis)
        return diagnosis

    def visit(self, *items: str, diagnosis: str = COLD, **more: object) -> str:
        visit_id = self.book.visit(self.person_id)
        self.store.visits.change_diagnosis(visit_id, diagnosis, self.clock())
        for item in items:
            self.book.line(visit_id, item, **more)  # type: ignore[arg-type]
        return visit_id

    def insured(self, *registered: str, used: str = "0.00") -> None:
        self.store.people.keep_coverage(
            self.person_id,
            Coverage(
                insutype="390",
                insuplc_admdvs="431024",
                psn_type="1",
                in_force=True,
                balance=Money(0),
                contract="演示镇中心卫生院",
                registrations=dict.fromkeys(registered, "病"),
                fund_used=Money.parse(used),
                as_of=self.clock(),
            ),
        )

    def found(self, visit_id: str) -> dict[str, int | None]:
        visit, lines = self.store.visits.visit(visit_id), self.store.lines.of(visit_id)
        return {each.rule: each.number for each in self.reminding.findings(visit, lines)}

    def due(self, visit_id: str) -> date | None:
        visit, lines = self.store.visits.visit(visit_id), self.store.lines.of(visit_id)
        return self.reminding.next_due(visit, lines)


@pytest.fixture
def room(store: Store, clock: Clock) -> Room:
    return Room(store, clock)


def code_of(act: Callable[[], object]) -> str | None:
    try:
        act()
    except Fault as fault:
        return fault.code
    return None


# --- what is found


def test_an_ordinary_bill_is_silent_and_holds_nobody_up(room: Room) -> None:
    visit_id = room.visit(PARACETAMOL, PARACETAMOL, AMOXICILLIN)
    assert room.found(visit_id) == {}
    room.reminding.refuse_open(visit_id)


def test_what_a_person_is_registered_for_counts_as_a_diagnosis(room: Room) -> None:
    visit_id = room.visit(AMLODIPINE)
    assert room.found(visit_id) == {"hypertension_drug": 1}
    room.insured("LB001")
    assert room.found(visit_id) == {}, "told later, and looked at again"


def test_another_diagnosis_is_looked_at_again(room: Room) -> None:
    visit_id = room.visit(AMLODIPINE)
    room.store.visits.change_diagnosis(visit_id, HIGH, room.clock())
    assert room.found(visit_id) == {}


def test_days_that_the_doctor_says_are_looked_at_though_the_bill_stays(room: Room) -> None:
    visit_id = room.visit(PARACETAMOL, days=8)
    assert room.found(visit_id) == {"quantity_days": 1}


@pytest.mark.parametrize(("days", "found"), [(16, {}), (17, {"quantity_days": 1}), (7, {})])
def test_the_days_that_a_line_begins_with_were_said_by_nobody(
    room: Room, days: int, found: dict[str, int]
) -> None:
    """A bottle of a hundred lasts sixteen days, and cannot be torn apart."""
    assert room.found(room.visit(VITAMIN_C, days=days)) == found


def test_what_is_still_at_home_counts_and_what_was_used_up_does_not(room: Room) -> None:
    room.book.sell(room.visit(COLD_MIX))
    assert room.found(room.visit(PARACETAMOL)) == {"duplicate_ingredient": 1}
    room.clock.now += timedelta(days=6)
    assert room.found(room.visit(PARACETAMOL)) == {}


def test_a_visit_is_not_its_own_earlier_supply(room: Room) -> None:
    room.insured("LB001")
    visit_id = room.visit(AMLODIPINE)
    assert room.found(visit_id) == {}
    settlement = room.book.sell(visit_id)
    again = room.visit(AMLODIPINE)
    assert room.found(again) == {"refill_too_early": 1}
    room.book.cancel(settlement)
    assert room.found(room.visit(AMLODIPINE)) == {}, "a cancelled one was never given"


def test_supplies_in_parts_add_up_to_twelve_weeks_and_no_more(room: Room) -> None:
    room.insured("LB001")
    room.book.sell(room.visit(AMLODIPINE, AMLODIPINE))
    room.clock.now += timedelta(days=2)
    assert "quantity_days" not in room.found(room.visit(AMLODIPINE))
    assert "quantity_days" in room.found(room.visit(AMLODIPINE, AMLODIPINE, days=29))


def test_a_same_generic_on_a_better_paid_list_is_a_hint_with_its_yuan(room: Room) -> None:
    room.insured("LB001")
    visit_id = room.visit(CONTROLLED)
    visit, lines = room.store.visits.visit(visit_id), room.store.lines.of(visit_id)
    [found] = room.reminding.findings(visit, lines)
    assert (found.rule, found.severity) == ("better_listed", Severity.HINT)
    assert "硝苯地平缓释片" in found.words
    assert "约可少付4.32元" in found.words, "30 % of 14.40, and nothing on the better list"
    room.reminding.refuse_open(visit_id)


def test_a_delivery_that_is_over_blocks_and_one_nearly_over_warns(room: Room) -> None:
    room.clock.now = datetime(2026, 11, 22, 9, 0, tzinfo=room.clock.now.tzinfo)
    visit_id = room.visit(SOON)
    assert room.found(visit_id) == {"expiry_soon": 1}
    assert code_of(lambda: room.reminding.refuse_open(visit_id)) == "visit.finding_open"
    room.clock.now += timedelta(days=40)
    assert room.found(visit_id) == {"expired": 1}
    assert code_of(lambda: room.reminding.refuse_open(visit_id)) == "visit.finding_blocks"


def test_a_limit_nearly_used_is_about_the_whole_visit(room: Room) -> None:
    room.insured(used="371.00")
    visit_id = room.visit(PARACETAMOL)
    assert room.found(visit_id) == {"limit_nearly_used": None}
    room.reminding.refuse_open(visit_id)


def test_a_limit_of_last_year_is_whole_again(room: Room) -> None:
    room.insured(used="420.00")
    room.clock.now += timedelta(days=200)
    assert room.found(room.visit(PARACETAMOL)) == {}


def test_of_nobody_known_only_the_bill_itself_is_looked_at(room: Room) -> None:
    visit_id = room.visit(PARACETAMOL, COLD_MIX)
    room.store.visits.note(visit_id, {"person_id": None})
    assert room.found(visit_id) == {"duplicate_ingredient": 2}


def test_what_is_no_longer_in_the_catalogue_finds_nothing(room: Room) -> None:
    assert room.found(room.visit("YP9999")) == {}


def test_a_clinic_without_rules_is_warned_of_nothing(store: Store, clock: Clock) -> None:
    room = Room(store, clock, replace(REMINDERS, rules=()))
    assert room.found(room.visit(AMLODIPINE, PARACETAMOL, COLD_MIX)) == {}


def test_a_bill_drawn_often_is_reckoned_once_and_a_changed_one_anew(room: Room) -> None:
    visit_id = room.visit(AMLODIPINE)
    for _ in range(5):
        room.found(visit_id)
    assert room.reckoned == [COLD]
    room.book.line(visit_id, PARACETAMOL)
    room.found(visit_id)
    assert room.reckoned == [COLD, COLD]


# --- what the doctor says to it


def test_a_warning_holds_the_bill_up_until_its_reason_is_given(room: Room) -> None:
    visit_id = room.visit(AMLODIPINE)
    assert code_of(lambda: room.reminding.refuse_open(visit_id)) == "visit.finding_open"
    room.reminding.give_reason(visit_id, "hypertension_drug", 1, " 血压  偏高 ")
    room.reminding.refuse_open(visit_id)
    visit, lines = room.store.visits.visit(visit_id), room.store.lines.of(visit_id)
    assert [f.reason for f in room.reminding.findings(visit, lines)] == ["血压 偏高"]


def test_a_reason_outlives_a_restart_and_another_takes_its_place(room: Room) -> None:
    visit_id = room.visit(AMLODIPINE)
    for reason in ("一", "二"):
        room.reminding.give_reason(visit_id, "hypertension_drug", 1, reason)
    again = Room(room.store, room.clock)
    again.reminding.refuse_open(visit_id)
    assert room.store.findings.of_visit(visit_id) == {("hypertension_drug", 1): "二"}


def test_a_reason_for_one_line_is_none_for_another(room: Room) -> None:
    visit_id = room.visit(AMLODIPINE, CONTROLLED)
    room.reminding.give_reason(visit_id, "hypertension_drug", 1, "血压高")
    assert code_of(lambda: room.reminding.refuse_open(visit_id)) == "visit.finding_open"
    room.reminding.give_reason(visit_id, "hypertension_drug", 2, "血压高")
    room.reminding.refuse_open(visit_id)


def test_a_warning_about_the_whole_visit_takes_a_reason_as_well(store: Store, clock: Clock) -> None:
    rules = tuple(
        replace(rule, severity=Severity.WARN) if rule.name == "limit_nearly_used" else rule
        for rule in REMINDERS.rules
    )
    room = Room(store, clock, replace(REMINDERS, rules=rules))
    room.insured(used="371.00")
    visit_id = room.visit(PARACETAMOL)
    assert code_of(lambda: room.reminding.refuse_open(visit_id)) == "visit.finding_open"
    room.reminding.give_reason(visit_id, "limit_nearly_used", None, "已告诉病人")
    room.reminding.refuse_open(visit_id)


def test_a_line_that_goes_takes_its_warning_along(room: Room) -> None:
    visit_id = room.visit(AMLODIPINE, PARACETAMOL)
    room.store.lines.remove(visit_id, 1, room.clock())
    room.reminding.refuse_open(visit_id)


@pytest.mark.parametrize(
    ("rule", "number", "reason", "refused"),
    [
        ("hypertension_drug", 1, "", "visit.no_reason"),
        ("hypertension_drug", 1, " \n\t ", "visit.no_reason"),
        ("hypertension_drug", 1, "字" * 101, "visit.reason_too_long"),
        ("hypertension_drug", 2, "因为", "visit.no_such_finding"),
        ("hypertension_drug", None, "因为", "visit.no_such_finding"),
        ("better_listed", 2, "因为", "visit.no_such_finding"),
        ("women_only", 1, "因为", "visit.no_such_finding"),
    ],
)
def test_a_reason_that_answers_to_no_warning_is_refused(
    room: Room, rule: str, number: int | None, reason: str, refused: str
) -> None:
    visit_id = room.visit(AMLODIPINE, PARACETAMOL)
    give = room.reminding.give_reason
    assert code_of(lambda: give(visit_id, rule, number, reason)) == refused
    assert room.store.findings.of_visit(visit_id) == {}


def test_no_reason_helps_against_a_block(room: Room) -> None:
    room.clock.now = datetime(2027, 6, 1, 9, 0, tzinfo=room.clock.now.tzinfo)
    visit_id = room.visit(SOON)
    give = room.reminding.give_reason
    assert code_of(lambda: give(visit_id, "expired", 1, "还能用")) == "visit.finding_blocks"
    assert code_of(lambda: room.reminding.refuse_open(visit_id)) == "visit.finding_blocks"


def test_once_the_bill_is_settled_nothing_is_warned_of(room: Room) -> None:
    visit_id = room.visit(AMLODIPINE)
    room.book.sell(visit_id)
    assert room.found(visit_id) == {}
    room.reminding.refuse_open(visit_id)


def test_what_is_told_with_an_audit_is_of_its_own_lines(room: Room) -> None:
    room.insured(used="400.00")
    visit_id = room.visit(AMLODIPINE)
    room.store.lines.change_categories(visit_id, {1: "two_diseases:LB001"})
    told = {each.rule for each in room.reminding.as_told(visit_id, "two_diseases:LB001")}
    assert told == {"hypertension_drug", "limit_nearly_used"}
    assert [each.rule for each in room.reminding.as_told(visit_id, "ordinary")] == [
        "limit_nearly_used"
    ]


# --- when a supply ends


def test_the_first_long_term_drug_that_runs_out_says_when_to_come_again(room: Room) -> None:
    day = room.clock().date()
    assert room.due(room.visit(PARACETAMOL)) is None
    assert room.due(room.visit(AMLODIPINE)) == day + timedelta(days=28)
    assert room.due(room.visit(AMLODIPINE, CONTROLLED)) == day + timedelta(days=12)
    assert room.due(room.visit(AMLODIPINE, AMLODIPINE)) == day + timedelta(days=56)
    assert room.due(room.visit(PARACETAMOL, days=30)) == day + timedelta(days=30)


def test_what_is_left_at_home_is_counted_to_the_next_date(room: Room) -> None:
    day = room.clock().date()
    room.book.sell(room.visit(AMLODIPINE))
    room.clock.now += timedelta(days=20)
    assert room.due(room.visit(AMLODIPINE)) == day + timedelta(days=56)
    assert room.due(room.visit()) == day + timedelta(days=28), "before anything is scanned"
    room.clock.now += timedelta(days=20)
    assert room.due(room.visit(PARACETAMOL)) == day + timedelta(days=28), "overdue, and said"
    room.clock.now += timedelta(days=60)
    assert room.due(room.visit()) is None


def test_the_date_of_a_settled_visit_stays_as_it_was_told(room: Room) -> None:
    day = room.clock().date()
    visit_id = room.visit(AMLODIPINE)
    room.book.sell(visit_id)
    room.clock.now += timedelta(days=10)
    assert room.due(visit_id) == day + timedelta(days=28)


# --- the file


def test_a_file_of_the_clinics_own_takes_the_place_of_all_the_others(tmp_path: Path) -> None:
    own = tmp_path / "rules.toml"
    own.write_text("rule = []", "utf-8")
    assert open_rules(own) == ()


@pytest.mark.parametrize("held", [b"\xff", b"[[rule]]\nname=", b"#" * 1_000_001])
def test_a_file_that_cannot_be_read_is_refused_whole(tmp_path: Path, held: bytes) -> None:
    own = tmp_path / "rules.toml"
    own.write_bytes(held)
    assert code_of(lambda: open_rules(own)) == "rules.unreadable"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert code_of(lambda: open_rules(tmp_path / "none.toml")) == "rules.unreadable"
