"""Visits made away from the network: estimated, agreed to as a ceiling, settled later.

The province is real and listens; that it is away means only that nobody asks it. So each
test can also say that nothing was asked.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from drivers.simulated.province.reference import DATA
from drivers.simulated.province.server import SandboxProvince
from terminal.clock import SHANGHAI
from terminal.core.benefits_file import read_policies, read_terms
from terminal.core.catalogue import category_of
from terminal.core.charge import SettlementEvent, SettlementState
from terminal.core.estimate import Here
from terminal.core.evidence import Verdict, judged, sealed
from terminal.core.faults import Fault
from terminal.core.money import Money, line_total, total
from terminal.core.people import Coverage, Identified
from terminal.core.recognition import Challenged
from terminal.core.shares import Shares
from terminal.core.visit import VisitEvent, VisitState
from terminal.evidence import Evidence
from terminal.offline import Offline, OfflineRules
from terminal.pricing import Pricing
from terminal.province.conversation import Province
from terminal.province.enquiry import Enquiry
from terminal.province.session import Session
from terminal.slips import slip_number
from terminal.store import Store
from terminal.store.bill_line import BillLine
from terminal.store.database import Database
from terminal.store.face_record import FaceDecision, FaceOutcome
from tests.clinic import (
    AMLODIPINE,
    AMOXICILLIN,
    CEFIXIME,
    CHILD,
    CLINIC,
    COLD,
    KEY,
    LI,
    PARACETAMOL,
    RULES,
    WANG,
    Clock,
    charges,
    code,
    open_line,
)
from tests.families import bound
from tests.keys import device_key
from tests.shell.between import Between, Message, between

SONG = "991024196012311577"
"""宋年年: has used the whole limit of 2025."""
HE = "991024196908081225"
"""何春花: 410.00 used."""

TEN = datetime(2025, 9, 20, 10, 0, tzinfo=SHANGHAI)
HALF_PAST = TEN + timedelta(minutes=30)
DOCTOR = CLINIC.doctor_code
LISTS = [(DATA / name).read_text("utf-8") for name in ("drugs.csv", "services.csv")]
OFFLINE_RULES = OfflineRules(
    allowed=True,
    policies=read_policies((DATA / "benefits.toml").read_text("utf-8")),
    terms=read_terms(LISTS[0]) | read_terms(LISTS[1]),
    here=Here("431024"),
)


class Away:
    """A terminal that prices and estimates; its doctor writes straight into the store."""

    def __init__(
        self,
        folder: Path,
        address: str,
        clock: Clock,
        *,
        rules: OfflineRules = OFFLINE_RULES,
        database: type[Database] = Database,
    ) -> None:
        self.clock = clock
        self.families_told: list[str] = []
        self.store = Store(folder / "terminal.db", KEY, database)
        self.client = open_line(address, self.store.journal, clock)
        session = Session(self.client, CLINIC, self.store.journal, clock)
        self.province = Province(session)
        self.enquiry = Enquiry(session)
        name_of = RULES.goods.diagnoses.name_of
        self.pricing = Pricing(
            self.store,
            self.province,
            RULES.catalogue,
            name_of,
            RULES.registrations,
            RULES.med_types,
            clock,
        )
        self.key = device_key(folder / "keys")
        evidence = Evidence(self.store, RULES.catalogue, name_of, CLINIC, self.key, "rules-1")
        self.offline = Offline(
            self.store, self.pricing, self.enquiry, evidence, rules, clock, self._learn_family
        )

    def _learn_family(self, person_id: str, coverage: Coverage) -> None:
        self.families_told.append(person_id)
        self.store.families.note_death(person_id, coverage.died_on)

    def close(self) -> None:
        self.client.close()
        self.store.close()

    def knows(self, id_number: str) -> str:
        """Somebody who was here before, when the line was there."""
        return self.store.people.learn(*self.enquiry.person(id_number))

    def visit(self, person_id: str, *prefixes: str, **who_else: str) -> str:
        """A visit with these boxes and a cold; nothing is asked of anybody."""
        visit_id, now = uuid.uuid4().hex, self.clock()
        visits = self.store.visits
        visits.open(visit_id, DOCTOR, now)
        who = {"person_id": person_id, "identified": Identified.BY_FACE, **who_else}
        visits.record(visit_id, VisitEvent.PERSON_PRESENTED, now, changes=who)
        visits.record(visit_id, VisitEvent.DOCTOR_CONFIRMED_PERSON, now)
        for prefix in prefixes:
            self.scan(visit_id, prefix)
        visits.change_diagnosis(visit_id, COLD, now)
        return visit_id

    def scan(self, visit_id: str, prefix: str) -> None:
        pack = RULES.catalogue.pack_of(prefix)
        assert pack is not None
        item = pack.item
        person_id = self.store.visits.visit(visit_id).person_id or ""
        told = self.store.people.coverage(person_id)
        number = self.store.journal.next_number("feedetl_sn")
        self.store.lines.add(
            BillLine(
                visit_id=visit_id,
                number=self.store.lines.next_number(visit_id),
                item_code=item.medins_list_codg,
                category=category_of(item, told.registrations if told else {}, RULES.registrations),
                quantity=Decimal(1),
                price=item.price,
                total=line_total(item.price, Decimal(1)),
                trace_code=code(prefix, number),
                feedetl_sn=str(number),
            ),
            self.clock(),
        )

    def agreed(self, visit_id: str) -> Money:
        """Estimate it, and agree to what is reckoned."""
        self.offline.estimate(visit_id)
        own = total(
            Shares.from_fen(each.estimate or {}).own
            for each in self.records(visit_id)
            if each.state is SettlementState.ESTIMATED
        )
        self.offline.agree(visit_id, self.store.visits.visit(visit_id).revision, own, DOCTOR)
        return own

    def waiting(self, id_number: str, *prefixes: str) -> str:
        visit_id = self.visit(self.knows(id_number), *prefixes)
        self.agreed(visit_id)
        return visit_id

    def charge(self, visit_id: str) -> None:
        """2207 for everything confirmed, as settlement.py does it."""
        for each in self.records(visit_id):
            assert each.state is SettlementState.CONFIRMED
            msgid = self.store.journal.next_msgid(CLINIC.fixmedins_code, self.clock())
            case = self.pricing.case(self.store.visits.visit(visit_id), each)
            shares = Shares.from_fen(each.pre_settlement or {})
            self.province.settle(case, each.mdtrt_id or "", each.chrg_bchno or "", shares, msgid)

    def records(self, visit_id: str) -> list[Any]:
        return self.store.settlements.of_visit(visit_id)

    def state(self, visit_id: str) -> VisitState:
        return self.store.visits.visit(visit_id).state

    def states(self, visit_id: str) -> set[SettlementState]:
        return {each.state for each in self.records(visit_id)}

    def record(self, visit_id: str) -> dict[str, Any]:
        kept = self.store.offline.record_of(visit_id)
        assert kept is not None
        told: dict[str, Any] = json.loads(kept.record)
        return told


Open = Callable[..., Away]


@pytest.fixture
def away(tmp_path: Path, line: Between, clock: Clock) -> Iterator[Open]:
    """Opens the terminal at ten o'clock; once more is a restart."""
    clock.now = TEN
    opened: list[Away] = []

    def open_away(address: str = "", **more: Any) -> Away:
        for earlier in opened:
            earlier.close()
        opened.append(Away(tmp_path / "terminal", address or line.address, clock, **more))
        return opened[-1]

    yield open_away
    for each in opened:
        each.close()


@contextmanager
def other_province(
    folder: Path, clock: Clock, change: Callable[[str], str], name: str
) -> Iterator[str]:
    """The same book under changed data; yields the address of a line before it."""
    data = folder / "data"
    shutil.copytree(DATA, data)
    told = (data / name).read_text("utf-8")
    assert change(told) != told
    (data / name).write_text(change(told), "utf-8")
    with (
        SandboxProvince(folder / "other", clock=clock, data=data) as province,
        between(province.address) as line,
    ):
        yield line.address


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Fault) as raised:
        act()
    return raised.value.code


def listened(line: Between) -> list[Message]:
    """Everything that arrives at the province from now on."""
    heard: list[Message] = []

    def listen(sent: Message) -> Message:
        heard.append(sent)
        return sent

    line.request = listen
    return heard


# --- the way of an offline visit


def test_a_visit_at_ten_settles_by_itself_at_half_past(
    away: Open, line: Between, province: SandboxProvince, clock: Clock
) -> None:
    here = away()
    visit_id = here.visit(here.knows(WANG), AMOXICILLIN)
    line.asked.clear()
    assert here.agreed(visit_id) == Money.parse("7.90")
    assert line.asked == [], "nothing is asked of a province that is away"
    assert here.state(visit_id) is VisitState.WAITING
    assert here.store.visits.visit(visit_id).slip_no == "0920-001"
    clock.now = HALF_PAST
    heard = listened(line)
    assert here.offline.line_back(visit_id)
    assert here.state(visit_id) is VisitState.CONFIRMED
    person_id = here.store.visits.visit(visit_id).person_id
    assert here.families_told == [person_id], "what the province says of the family as well"
    times = {each["input"]["data"]["begntime"] for each in heard if each["infno"] == "2201"} | {
        row["fee_ocur_time"] for each in heard for row in each["input"].get("feedetail", [])
    }
    assert times == {"2025-09-20 10:00:00"}, "the visit keeps its own time"
    here.charge(visit_id)
    (charge,) = charges(province)
    assert charge["psn_part_amt"] == "7.90"


def test_above_the_ceiling_it_waits_for_doctor_and_resident(
    away: Open, province: SandboxProvince, clock: Clock
) -> None:
    """Somebody whose limit was used up by a visit elsewhere in the meantime."""
    here = away()
    first = here.waiting(HE, AMOXICILLIN)
    person_id = here.store.visits.visit(first).person_id or ""
    used_elsewhere = replace(here.store.people.coverage(person_id), fund_used=Money.parse("0.00"))
    here.store.people.keep_coverage(person_id, used_elsewhere)
    visit_id = here.visit(person_id, CEFIXIME)
    assert here.agreed(visit_id) == Money.parse("9.00")
    assert not here.offline.line_back(visit_id)
    assert here.state(visit_id) is VisitState.PRICED
    (record,) = here.records(visit_id)
    assert (record.agreed_own, Money(record.pre_settlement["own"])) == (
        Money.parse("9.00"),
        Money.parse("20.00"),
    ), "the ceiling stays beside the new figure"
    assert charges(province) == []


@pytest.mark.parametrize(("limit_year_by", "own"), [("visit", "26.34"), ("settlement", "7.90")])
def test_worked_case_20_the_turn_of_the_year(
    away: Open, tmp_path: Path, clock: Clock, limit_year_by: str, own: str
) -> None:
    told = f'limit_year_by = "{limit_year_by}"'
    rules = OFFLINE_RULES
    clock.now = datetime(2025, 12, 31, 10, 0, tzinfo=SHANGHAI)

    def change(text: str) -> str:
        return text.replace('limit_year_by = "visit"', told) + "\n"

    with other_province(tmp_path, clock, change, "benefits.toml") as address:
        here = away(address, rules=rules)
        clock.now = datetime(2025, 12, 31, 10, 0, tzinfo=SHANGHAI)
        visit_id = here.visit(here.knows(SONG), AMOXICILLIN)
        assert here.agreed(visit_id) == Money.parse("26.34"), "the visit's year has nothing left"
        clock.now = datetime(2026, 1, 2, 9, 0, tzinfo=SHANGHAI)
        assert here.offline.line_back(visit_id)
        (record,) = here.records(visit_id)
        assert Money(record.pre_settlement["own"]) == Money.parse(own)
        here.charge(visit_id)


def test_two_categories_are_held_against_their_sum(away: Open) -> None:
    """Grandfather's blood-pressure pills and his cold (two settlements, one agreement)."""
    here = away()
    visit_id = here.waiting(WANG, AMOXICILLIN, AMLODIPINE)
    assert [each.category for each in here.records(visit_id)] == ["ordinary", "two_diseases:LB001"]
    own = [each.agreed_own for each in here.records(visit_id)]
    assert here.offline.line_back(visit_id)
    assert here.states(visit_id) == {SettlementState.CONFIRMED}
    assert [each.agreed_own for each in here.records(visit_id)] == own


def test_one_dearer_and_one_cheaper_settlement_may_still_be_held(away: Open) -> None:
    here = away()
    visit_id = here.waiting(WANG, AMOXICILLIN, AMLODIPINE)
    ordinary, pills = here.records(visit_id)
    assert ordinary.agreed_own is not None
    assert pills.agreed_own is not None
    for record, fen in ((ordinary, -1), (pills, +1)):
        moved = record.agreed_own.fen + fen
        here.store.settlements.note(record.settlement_id, agreed_own_fen=moved)
    assert here.offline.line_back(visit_id)


def test_a_fen_above_the_sum_is_above_it(away: Open) -> None:
    here = away()
    visit_id = here.waiting(WANG, AMOXICILLIN, AMLODIPINE)
    (ordinary, _) = here.records(visit_id)
    assert ordinary.agreed_own is not None
    here.store.settlements.note(ordinary.settlement_id, agreed_own_fen=ordinary.agreed_own.fen - 1)
    assert not here.offline.line_back(visit_id)
    assert here.states(visit_id) == {SettlementState.PRICED}


def test_whoever_is_no_longer_insured_goes_back_to_the_doctor(
    away: Open, tmp_path: Path, clock: Clock
) -> None:
    here = away()
    visit_id = here.waiting(LI, AMOXICILLIN)
    row = 'id_number = "991024199007081045"'

    def paused(text: str) -> str:
        before, after = text.split(row)
        return before + row + after.replace('status = "1"', 'status = "2"', 1)

    with other_province(tmp_path, clock, paused, "people.toml") as address:
        here = away(address)
        assert code_of(lambda: here.offline.line_back(visit_id)) == "person.not_insured"
    assert here.state(visit_id) is VisitState.TRACED
    assert here.states(visit_id) == {SettlementState.DRAFT}


def test_a_no_at_the_pre_settlement_goes_back_to_the_doctor(
    away: Open, province: SandboxProvince
) -> None:
    here = away()
    visit_id = here.waiting(WANG, AMOXICILLIN)
    province.faults.plant("refused", "2206A")
    assert code_of(lambda: here.offline.line_back(visit_id)) == "province.refused"
    assert here.state(visit_id) is VisitState.TRACED


@pytest.mark.parametrize("infno", ["1101", "2201", "2203A", "2204", "2206A"])
@pytest.mark.parametrize("fault", ["lost_before", "lost_after_commit", "nonsense"])
def test_while_the_line_is_bad_it_goes_on_waiting_and_settles_in_the_end(
    away: Open, province: SandboxProvince, infno: str, fault: str
) -> None:
    here = away()
    visit_id = here.waiting(WANG, AMOXICILLIN, AMLODIPINE)
    province.faults.plant(fault, infno)
    with pytest.raises(Fault):
        here.offline.line_back(visit_id)
    assert here.state(visit_id) is VisitState.WAITING
    assert here.offline.line_back(visit_id)
    here.charge(visit_id)
    assert len(charges(province)) == 2


def test_a_gateway_that_admits_nobody_says_nothing_of_the_visit(
    away: Open, tmp_path: Path, clock: Clock
) -> None:
    here = away()
    visit_id = here.waiting(WANG, AMOXICILLIN)
    with SandboxProvince(tmp_path / "tomorrow", clock=lambda: clock() + timedelta(1)) as other:
        here = away(other.address)
        assert code_of(lambda: here.offline.line_back(visit_id)) == "province.not_admitted"
    assert here.state(visit_id) is VisitState.WAITING


@pytest.mark.parametrize(("fault", "infno"), [("system_error", "2206A"), ("refused", "9001")])
def test_trouble_inside_the_platform_says_nothing_of_the_visit(
    away: Open, province: SandboxProvince, clock: Clock, fault: str, infno: str
) -> None:
    here = away()
    visit_id = here.waiting(WANG, AMOXICILLIN)
    clock.now = TEN + timedelta(days=1)
    province.faults.plant(fault, infno)
    assert code_of(lambda: here.offline.line_back(visit_id)) == "province.refused"
    assert here.state(visit_id) is VisitState.WAITING
    assert here.offline.line_back(visit_id)


def test_what_the_doctor_takes_back_meanwhile_is_not_confirmed(away: Open, line: Between) -> None:
    here = away()
    visit_id = here.waiting(WANG, AMOXICILLIN)

    def take_back(sent: Message) -> Message:
        if sent["infno"] == "2206A":
            (record,) = here.records(visit_id)
            now = here.clock()
            with here.store.transaction():
                here.store.settlements.record(record.settlement_id, SettlementEvent.REOPENED, now)
                here.store.visits.record(visit_id, VisitEvent.REOPENED, now)
        return sent

    line.request = take_back
    assert not here.offline.line_back(visit_id)
    assert here.state(visit_id) is VisitState.TRACED


# --- what is not known


def test_of_whom_nothing_is_known_the_whole_amount_is_the_ceiling(away: Open) -> None:
    here = away()
    person_id = here.knows(LI)
    person = here.store.people.person(person_id)
    assert person is not None
    here.store.people.keep(replace(person, person_id="new", psn_no="p", id_number=SONG))
    visit_id = here.visit("new", AMOXICILLIN)
    assert here.agreed(visit_id) == Money.parse("26.34")
    assert here.record(visit_id)["estimate"]["settlements"][0]["fund"] == 0


def test_a_registration_that_is_learnt_only_now_is_another_bill(away: Open, line: Between) -> None:
    here = away()
    told, _ = here.enquiry.person(WANG)
    here.store.people.keep(replace(told, person_id="wang"))
    visit_id = here.visit("wang", AMLODIPINE)
    here.agreed(visit_id)
    assert [each.category for each in here.records(visit_id)] == ["ordinary"]
    assert code_of(lambda: here.offline.line_back(visit_id)) == "offline.sorted_anew"
    assert here.state(visit_id) is VisitState.TRACED
    assert here.pricing.price(visit_id)
    assert [each.category for each in here.records(visit_id)] == ["two_diseases:LB001"]


def test_a_registration_made_since_changes_nothing_of_what_was_agreed_to(away: Open) -> None:
    here = away()
    person_id = here.knows(WANG)
    told = here.store.people.coverage(person_id)
    here.store.people.keep_coverage(person_id, replace(told, registrations={}))
    visit_id = here.visit(person_id, AMLODIPINE)
    here.agreed(visit_id)
    assert here.offline.line_back(visit_id)
    assert [each.category for each in here.records(visit_id)] == ["ordinary"]


def test_an_answer_cut_short_moves_no_line_to_another_settlement(
    away: Open, province: SandboxProvince
) -> None:
    """5301 did not come: that is no word about what is registered."""
    here = away()
    visit_id = here.waiting(WANG, AMLODIPINE)
    province.faults.plant("lost_before", "5301")
    assert here.offline.line_back(visit_id)
    assert [each.category for each in here.records(visit_id)] == ["two_diseases:LB001"]


def test_a_second_visit_finds_what_the_first_will_use(away: Open) -> None:
    here = away()
    person_id = here.knows(HE)
    first = here.visit(person_id, AMOXICILLIN)
    assert here.agreed(first) == Money.parse("16.34")
    second = here.visit(person_id, CEFIXIME)
    assert here.agreed(second) == Money.parse("30.00")


def test_a_visit_that_lacked_limit_is_reckoned_as_if_nothing_were_used(away: Open) -> None:
    """Worked case 29: what the fund would pay on top, once limit was given back."""
    here = away()
    person_id = here.knows(SONG)
    visit = here.store.visits.visit(here.visit(person_id, CEFIXIME))
    assert here.offline.fund_without_limit(visit) == Money.parse("21.00")
    here = away(rules=replace(OFFLINE_RULES, policies=()))
    assert here.offline.fund_without_limit(visit) is None


# --- what is refused


def test_a_region_may_forbid_it(away: Open) -> None:
    here = away(rules=replace(OFFLINE_RULES, allowed=False))
    visit_id = here.visit(here.knows(WANG), AMOXICILLIN)
    assert code_of(lambda: here.offline.estimate(visit_id)) == "offline.forbidden"
    assert code_of(lambda: here.offline.agree(visit_id, 2, Money(790), DOCTOR)) == (
        "offline.forbidden"
    )
    assert here.state(visit_id) is VisitState.TRACED


def test_without_the_regions_rules_nothing_is_estimated(away: Open) -> None:
    here = away(rules=replace(OFFLINE_RULES, policies=()))
    visit_id = here.visit(here.knows(WANG), AMOXICILLIN)
    assert code_of(lambda: here.offline.estimate(visit_id)) == "offline.no_rules"


def test_who_is_known_to_be_paused_is_told_so_at_once(away: Open) -> None:
    here = away()
    person_id = here.knows(LI)
    told = here.store.people.coverage(person_id)
    here.store.people.keep_coverage(person_id, replace(told, in_force=False))
    visit_id = here.visit(person_id, AMOXICILLIN)
    assert code_of(lambda: here.offline.estimate(visit_id)) == "person.not_insured"


def test_what_is_not_ready_is_not_estimated_and_nothing_changes(away: Open) -> None:
    here = away()
    person_id = here.knows(WANG)
    visit_id = here.visit(person_id)
    assert code_of(lambda: here.offline.estimate(visit_id)) == "visit.no_such_step"
    visit_id = here.visit(person_id, AMOXICILLIN)
    here.store.visits.note(visit_id, {"diagnosis": None})
    assert code_of(lambda: here.offline.estimate(visit_id)) == "visit.no_diagnosis"
    assert here.records(visit_id) == []


def test_only_what_stands_on_the_screen_is_agreed_to(away: Open) -> None:
    here = away()
    visit_id = here.visit(here.knows(WANG), AMOXICILLIN)
    here.offline.estimate(visit_id)
    revision, own = here.store.visits.visit(visit_id).revision, Money.parse("7.90")
    for other in ((revision + 1, own), (revision, own + Money(1)), (revision, own - Money(1))):
        assert code_of(lambda wrong=other: here.offline.agree(visit_id, *wrong, DOCTOR)) == (
            "visit.price_changed"
        )
    here.scan(visit_id, PARACETAMOL)
    revision += 1
    assert code_of(lambda: here.offline.agree(visit_id, revision, own, DOCTOR)) == (
        "visit.no_such_step"
    )
    assert here.store.offline.record_of(visit_id) is None
    assert here.store.visits.visit(visit_id).slip_no is None


def test_a_second_tap_agrees_to_nothing_more(away: Open) -> None:
    here = away()
    visit_id = here.waiting(WANG, AMOXICILLIN)
    revision = here.store.visits.visit(visit_id).revision
    again = code_of(lambda: here.offline.agree(visit_id, revision, Money(790), DOCTOR))
    assert again == "visit.no_such_step"
    assert slip_number(here.store, TEN) == "0920-002"


def test_a_settlement_without_lines_is_not_agreed_to(away: Open) -> None:
    here = away()
    visit_id = here.visit(here.knows(WANG), AMOXICILLIN, AMLODIPINE)
    here.offline.estimate(visit_id)
    here.store.lines.remove(visit_id, 2, here.clock())
    assert here.agreed(visit_id) == Money.parse("7.90")
    assert [each.category for each in here.records(visit_id)] == ["ordinary"]
    assert here.offline.line_back(visit_id)


def test_a_visit_that_was_priced_may_still_be_agreed_to_when_the_line_goes(away: Open) -> None:
    here = away()
    visit_id = here.visit(here.knows(WANG), AMOXICILLIN, AMLODIPINE)
    assert here.pricing.price(visit_id)
    here.store.lines.remove(visit_id, 2, here.clock())
    assert here.agreed(visit_id) == Money.parse("7.90")
    assert here.states(visit_id) == {SettlementState.WAITING, SettlementState.DRAFT}
    assert here.offline.line_back(visit_id)
    here.charge(visit_id)


def test_an_estimate_gives_way_to_the_price_when_the_line_is_back_first(away: Open) -> None:
    here = away()
    visit_id = here.visit(here.knows(WANG), AMOXICILLIN)
    here.offline.estimate(visit_id)
    assert here.pricing.price(visit_id)
    assert here.states(visit_id) == {SettlementState.PRICED}


# --- the power fails


class PowerCut(BaseException):
    """Not an Exception, so that no handler can survive it."""


class FailingDisk(Database):
    """Fails at one write: `left` says how many there are before it."""

    left = 10**9

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        with super().transaction() as db:
            yield db
            FailingDisk.left -= 1
            if FailingDisk.left < 0:
                raise PowerCut


@pytest.mark.parametrize("what", ["agree", "line_back"])
def test_a_power_cut_at_any_write_leaves_it_whole_and_it_settles_once(
    away: Open, province: SandboxProvince, what: str
) -> None:
    cuts = 0
    for writes in count():
        here = away(database=FailingDisk)
        visit_id = here.visit(here.knows(LI), AMOXICILLIN)
        if what == "line_back":
            here.agreed(visit_id)
        FailingDisk.left = writes
        try:
            if what == "agree":
                here.agreed(visit_id)
            else:
                here.offline.line_back(visit_id)
        except PowerCut:
            cuts += 1
        else:
            break
        finally:
            FailingDisk.left = 10**9
        here = away()
        if what == "agree":
            kept = here.store.offline.record_of(visit_id) is not None
            assert kept is (here.state(visit_id) is VisitState.WAITING)
            assert kept is (here.store.visits.visit(visit_id).slip_no is not None)
            assert not kept
            here.agreed(visit_id)
        assert here.state(visit_id) is VisitState.WAITING
        assert here.offline.line_back(visit_id)
        here.charge(visit_id)
        assert len(charges(province)) == cuts
    assert cuts > 5


# --- the record


def test_the_record_says_who_what_and_what_was_agreed_to_and_verifies(
    away: Open, clock: Clock
) -> None:
    here = away()
    mother, child = here.knows(LI), here.knows(CHILD)
    binding_id = bound(here.store, mother, child, valid_until=TEN.date())
    visit_id = here.visit(child, PARACETAMOL, holder_id=mother, binding_id=binding_id)
    here.store.visits.note(visit_id, {"live_score": 0.97314, "challenged": Challenged.PASSED})
    here.store.face_record.note(
        FaceDecision(
            FaceOutcome.KNOWN, "camera-1", visit_id, mother, live_score=0.97314, model_digest="ab12"
        ),
        clock(),
    )
    clock.now = TEN + timedelta(minutes=2)
    here.agreed(visit_id)
    kept = here.store.offline.record_of(visit_id)
    assert kept is not None
    told = here.record(visit_id)
    outcome = judged(sealed(kept.record, kept.signature).encode(), here.key.public_key)
    assert (outcome.verdict, outcome.visit_id) == (Verdict.GENUINE, visit_id)
    assert told["person"] == {"certno": CHILD, "name": "李小宝", "psn_no": told["person"]["psn_no"]}
    assert (told["standing"]["certno"], told["standing"]["relation"]) == (LI, "儿子")
    assert told["consent"] == {"before": DOCTOR, "by": "relative", "ceiling_own_fen": 0}
    assert told["identified"]["live_score"] == "0.9731"
    assert told["identified"]["face"]["model_digest"] == "ab12"
    assert told["identified"]["challenge"] == "passed"
    assert told["doctor"] == {"code": DOCTOR, "name": CLINIC.doctor_name}
    assert told["estimate"]["estimate"] is True
    (line,) = told["lines"]
    assert line["trace_code"].startswith(PARACETAMOL)
    assert (line["quantity"], line["price"], line["total_fen"]) == ("1", "4.00", 400)
    assert line["at"] == TEN.isoformat()
    assert told["times"] == {
        "opened": TEN.isoformat(),
        "agreed": (TEN + timedelta(minutes=2)).isoformat(),
    }
    assert (told["slip_no"], told["rules_version"]) == ("0920-001", "rules-1")


def test_a_second_agreement_holds_the_first_one_whole(
    away: Open, province: SandboxProvince
) -> None:
    here = away()
    visit_id = here.waiting(WANG, AMOXICILLIN)
    first = here.store.offline.record_of(visit_id)
    assert first is not None
    province.faults.plant("refused", "2206A")
    assert code_of(lambda: here.offline.line_back(visit_id)) == "province.refused"
    here.agreed(visit_id)
    told = here.record(visit_id)
    assert told["replaces"] == {"record": first.record, "signature": first.signature}
    assert told["slip_no"] == "0920-001", "one visit keeps its slip"


# --- a visit that is left


def test_what_a_left_visit_has_at_the_province_is_withdrawn(away: Open, line: Between) -> None:
    here = away()
    visit_id = here.visit(here.knows(WANG), AMOXICILLIN, AMLODIPINE)
    here.pricing.price(visit_id)
    here.store.settlements.abandon(visit_id, VisitEvent.ABANDONED, here.clock())
    line.asked.clear()
    here.pricing.withdraw(visit_id)
    assert line.asked == ["2205", "2202", "2205", "2202"]
    here.pricing.withdraw(visit_id)
    assert len(line.asked) == 4, "what is withdrawn is not withdrawn again"


@pytest.mark.parametrize("infno", ["2205", "2202"])
@pytest.mark.parametrize("fault", ["lost_before", "lost_after_commit", "refused"])
def test_withdrawing_is_never_an_obstacle(
    away: Open, province: SandboxProvince, infno: str, fault: str
) -> None:
    here = away()
    visit_id = here.visit(here.knows(WANG), AMOXICILLIN)
    here.pricing.price(visit_id)
    here.store.settlements.abandon(visit_id, VisitEvent.ABANDONED, here.clock())
    province.faults.plant(fault, infno)
    here.pricing.withdraw(visit_id)
    here.pricing.withdraw(visit_id)
    assert here.state(visit_id) is VisitState.ABANDONED


def test_a_settlement_whose_charge_was_sent_is_never_withdrawn(away: Open, line: Between) -> None:
    here = away()
    visit_id = here.visit(here.knows(WANG), AMOXICILLIN)
    here.pricing.price(visit_id)
    (record,) = here.records(visit_id)
    here.store.settlements.note(record.settlement_id, settle_msgid="m")
    here.store.settlements.abandon(visit_id, VisitEvent.ABANDONED, here.clock())
    line.asked.clear()
    here.pricing.withdraw(visit_id)
    assert line.asked == []
