"""Who comes with or for somebody without a binding, at a real counter and province."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from drivers.simulated.province.reference import read_reference
from drivers.simulated.province.server import SandboxProvince
from terminal.core.faults import Refused
from terminal.core.money import Money, total
from terminal.core.people import Identified
from terminal.core.standing import Standing, StandingRules
from terminal.core.visit import VisitState
from tests.clinic import (
    AMLODIPINE,
    AMOXICILLIN,
    CHILD,
    COLD,
    GLUCOSE_TEST,
    LI,
    RULES,
    WANG,
    Clock,
    charges,
    code,
)
from tests.counter import Counter
from tests.rooms import Rooms
from tests.shell.between import Between, Message
from tests.shell.conftest import NOWHERE

Open = Callable[..., Rooms]
Sent = Callable[[str], list[dict[str, str]]]
PEOPLE = {each.name: each for each in read_reference().people.values()}
FATHER, SON = PEOPLE["郭老根"].id_number, PEOPLE["郭守义"].id_number
DEAD = PEOPLE["钱故里"].id_number
BABY = PEOPLE["李小满"]
BORN = BABY.birth
CERTIFICATE = "Q430123456"
TOKEN, SHOWN = PEOPLE["王建国"].ec_token, PEOPLE["王建国"].shown_code
BOX, PILLS = code(AMOXICILLIN, 1), code(AMLODIPINE, 1)
CLAIMED = dataclasses.replace(RULES, standing=StandingRules(newborn_claims=True))


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def front(here: Rooms) -> str:
    assert here.counter.front is not None
    return here.counter.front


@pytest.fixture
def sent(line: Between) -> Callable[[str], list[dict[str, str]]]:
    """The first node of each message with this infno that left."""
    left: list[Message] = []

    def listen(message: Message) -> Message:
        left.append(message)
        return message

    line.request = listen
    return lambda infno: [
        next(iter(each["input"].values())) for each in left if each["infno"] == infno
    ]


def deeds(here: Rooms) -> list[tuple[str, dict[str, object]]]:
    rows = here.store._database.rows("SELECT deed, facts FROM ledger ORDER BY number")  # noqa: SLF001
    return [(row["deed"], json.loads(row["facts"])) for row in rows]


# --- brought


def test_the_adult_who_brought_a_child_is_noted_with_the_doctor(rooms: Open) -> None:
    here = rooms()
    visit_id = here.traced(CHILD)
    here.companions.brought_by(visit_id, "李秀英", "母亲", LI)
    noted = here.store.families.companion(visit_id)
    assert noted is not None
    assert (noted.standing, noted.relation, noted.id_number) == (Standing.BROUGHT, "母亲", LI)
    assert noted.noted_by == "D431024000991"
    assert here.store.visits.visit(visit_id).standing is Standing.BROUGHT
    [facts] = [facts for deed, facts in deeds(here) if deed == "stood_in"]
    assert facts == {"visit": visit_id, "standing": "brought", "relation": "母亲"}


def test_somebody_without_a_card_may_bring_a_child(rooms: Open) -> None:
    here = rooms()
    visit_id = here.traced(CHILD, BOX)
    here.companions.brought_by(visit_id, "李秀英", "母亲", " ")
    here.companions.brought_by(visit_id, "李大山", "爷爷", "")
    noted = here.store.families.companion(visit_id)
    assert noted is not None
    assert (noted.name, noted.id_number) == ("李大山", "")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (CHILD, "standing.helper_is_person"),
        ("99102420200516107X", "person.id_number_wrong"),
        (BABY.id_number, "standing.helper_minor"),
    ],
)
def test_nobody_brings_themselves_and_no_child_brings_another(
    rooms: Open, number: str, said: str
) -> None:
    here = rooms()
    visit_id = here.traced(CHILD)
    assert code_of(lambda: here.companions.brought_by(visit_id, "李某", "亲戚", number)) == said
    assert here.store.families.companion(visit_id) is None
    assert here.store.visits.visit(visit_id).standing is Standing.SELF


def test_nobody_is_noted_beside_what_was_agreed_to(rooms: Open) -> None:
    here = rooms()
    visit_id = here.priced(CHILD, BOX)
    here.confirm(visit_id)
    late = lambda: here.companions.brought_by(visit_id, "李秀英", "母亲", LI)  # noqa: E731
    assert code_of(late) == "standing.no_person_yet"


# --- the insurance code


@pytest.mark.parametrize("shown", [TOKEN, SHOWN])
def test_a_code_opens_the_visit_and_registers_it(
    rooms: Open, sent: Sent, province: SandboxProvince, shown: str
) -> None:
    here = rooms()
    here.companions.open_by_code(shown, "", "")
    visit = here.store.visits.visit(front(here))
    assert (visit.state, visit.identified) == (VisitState.PRESENTED, Identified.BY_CODE)
    assert visit.standing is Standing.SELF
    here.reception.confirm_person(visit.visit_id)
    here.scanning.scanned(BOX.encode())
    here.basket.set_diagnosis(visit.visit_id, COLD)
    here.confirm(visit.visit_id)
    assert here.state(visit.visit_id) is VisitState.SETTLED
    [registered] = sent("2201")
    assert (registered["mdtrt_cert_type"], registered["mdtrt_cert_no"]) == ("01", shown)
    assert len(charges(province)) == 1


def test_a_code_on_a_relatives_phone_names_the_relative(rooms: Open) -> None:
    here = rooms()
    here.companions.open_by_code(TOKEN, "王小军", "儿子")
    visit = here.store.visits.visit(front(here))
    noted = here.store.families.companion(visit.visit_id)
    assert noted is not None
    assert (visit.standing, noted.name) == (Standing.CODE_SHOWN, "王小军")
    assert visit.holder_id is None


def test_nothing_of_a_code_is_stored_or_logged(
    rooms: Open, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    here = rooms()
    here.scanning.scanned(SHOWN.encode() + b"\r\n")
    visit_id = front(here)
    here.reception.confirm_person(visit_id)
    here.scanning.scanned(BOX.encode())
    here.basket.set_diagnosis(visit_id, COLD)
    database = here.store._database  # noqa: SLF001
    for row in database.rows("SELECT msgid FROM message"):
        message = here.store.journal.message(row["msgid"])
        assert message is not None
        assert SHOWN.encode() not in message.request + message.answer
    for table in database.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        for row in database.rows(f"SELECT * FROM {table['name']}"):  # noqa: S608
            assert not any(SHOWN in str(value) for value in tuple(row)), table["name"]
    assert SHOWN not in caplog.text


@pytest.mark.parametrize("raw", [SHOWN.encode(), b"]Q1" + SHOWN.encode(), SHOWN.encode() + b"\r"])
def test_a_scanned_code_opens_a_visit_at_an_empty_counter(rooms: Open, raw: bytes) -> None:
    here = rooms()
    here.scanning.scanned(raw)
    assert here.store.visits.visit(front(here)).identified is Identified.BY_CODE


def test_a_code_scanned_in_the_middle_of_a_visit_opens_none(rooms: Open) -> None:
    here = rooms()
    visit_id = here.traced(CHILD)
    here.scanning.scanned(SHOWN.encode())
    assert here.counter.front == visit_id
    assert here.counter.scan is not None
    assert here.counter.scan.code == "scan.insurance_voucher"


def test_a_code_that_died_meanwhile_does_not_hold_the_visit_up(
    rooms: Open, sent: Sent, clock: Clock, province: SandboxProvince
) -> None:
    here = rooms()
    here.companions.open_by_code(TOKEN, "", "")
    visit_id = front(here)
    here.reception.confirm_person(visit_id)
    province.faults.plant("refused", "2201")
    here.scanning.scanned(BOX.encode())
    here.basket.set_diagnosis(visit_id, COLD)
    assert here.state(visit_id) is VisitState.PRICED
    first, second = sent("2201")
    assert (first["mdtrt_cert_type"], second["mdtrt_cert_type"]) == ("01", "02")
    assert second["mdtrt_cert_no"] == WANG


@pytest.mark.parametrize("restarted", [True, False])
def test_a_visit_is_registered_by_number_once_its_code_is_gone(
    rooms: Open,
    sent: Sent,
    clock: Clock,
    restarted: bool,  # noqa: FBT001
) -> None:
    here = rooms()
    here.companions.open_by_code(TOKEN, "", "")
    visit_id = front(here)
    here.reception.confirm_person(visit_id)
    here.scanning.scanned(BOX.encode())
    if restarted:
        here = rooms()
        here.counter.front = visit_id
    else:
        clock.now += timedelta(minutes=11)
    here.basket.set_diagnosis(visit_id, COLD)
    [registered] = sent("2201")
    assert (registered["mdtrt_cert_type"], registered["mdtrt_cert_no"]) == ("02", WANG)


@pytest.mark.parametrize("typed", ["", " ", "医保码", "1" * 51, "a\x00b"])
def test_what_cannot_be_a_code_is_not_sent(rooms: Open, line: Between, typed: str) -> None:
    here = rooms()
    assert code_of(lambda: here.companions.open_by_code(typed, "", "")) == "standing.code_wrong"
    assert "1101" not in line.asked
    assert here.counter.front is None


def test_a_code_of_nobody_names_nobody(rooms: Open) -> None:
    here = rooms()
    here.companions.open_by_code("4" * 28, "", "")
    visit_id = front(here)
    assert here.store.visits.visit(visit_id).state is VisitState.OPEN
    assert here.notice(visit_id) == "province.refused"


def test_a_region_that_hides_the_number_sends_them_to_the_number(
    rooms: Open, line: Between
) -> None:
    here = rooms()

    def hiding(asked: dict[str, object], said: dict[str, object]) -> dict[str, object]:
        if asked["infno"] == "1101":
            said["output"]["baseinfo"]["certno"] = "991024********1030"  # type: ignore[index]
        return said

    line.answer = hiding  # type: ignore[assignment]
    here.companions.open_by_code(TOKEN, "", "")
    assert here.notice(front(here)) == "person.code_tells_no_number"


# --- an errand


def errand(here: Rooms, person: str = FATHER, helper: str = SON) -> str:
    here.companions.open_errand(person, "郭守义", helper, "儿子")
    return front(here)


def test_an_errand_brings_home_what_is_registered_and_says_so_in_the_claim(
    rooms: Open, sent: Sent, province: SandboxProvince
) -> None:
    here = rooms()
    visit_id = errand(here)
    visit = here.store.visits.visit(visit_id)
    assert (visit.state, visit.standing) == (VisitState.PRESENTED, Standing.ERRAND)
    here.reception.confirm_person(visit_id)
    here.scanning.scanned(PILLS.encode())
    here.basket.set_diagnosis(visit_id, "I10.x00")
    here.confirm(visit_id)
    assert here.state(visit_id) is VisitState.SETTLED
    for node in (*sent("2203A"), *sent("2207A")):
        agent = json.loads(node["exp_content"])["agent"]
        assert agent == {
            "agnter_name": "郭守义",
            "agnter_cert_type": "01",
            "agnter_certno": SON,
            "agnter_rlts": "儿子",
        }
    assert len(charges(province)) == 1


def test_an_errand_carries_no_other_drug_and_no_service(rooms: Open) -> None:
    here = rooms()
    visit_id = errand(here)
    here.reception.confirm_person(visit_id)
    here.scanning.scanned(BOX.encode())
    assert here.counter.scan is not None
    assert here.counter.scan.code == "standing.errand_drug"
    service = lambda: here.basket.add_service(visit_id, GLUCOSE_TEST)  # noqa: E731
    assert code_of(service) == "standing.errand_drug"
    assert here.store.lines.of(visit_id) == []


def test_a_registration_that_ended_is_seen_when_the_errand_is_priced(rooms: Open) -> None:
    here = rooms()
    visit_id = errand(here)
    here.reception.confirm_person(visit_id)
    here.scanning.scanned(PILLS.encode())
    person_id = here.store.visits.visit(visit_id).person_id or ""
    coverage = here.store.people.coverage(person_id)
    assert coverage is not None
    ended = dataclasses.replace(coverage, registrations={})
    here.store.people.keep_coverage(person_id, ended)
    here.basket.set_diagnosis(visit_id, "I10.x00")
    assert here.notice(visit_id) == "standing.errand_drug"
    assert here.state(visit_id) is VisitState.TRACED


def test_one_errand_a_person_a_day(rooms: Open, clock: Clock) -> None:
    here = rooms()
    first = errand(here)
    here.reception.confirm_person(first)
    here.scanning.scanned(PILLS.encode())
    here.basket.set_diagnosis(first, "I10.x00")
    here.confirm(first)
    here.reception.leave(first)
    again = errand(here)
    assert here.notice(again) == "standing.errand_today"
    assert here.state(again) is VisitState.OPEN
    here.reception.leave(again)
    clock.now += timedelta(days=1)
    assert here.state(errand(here)) is VisitState.PRESENTED


def test_an_errand_that_came_to_nothing_is_none(rooms: Open) -> None:
    here = rooms()
    here.reception.refuse_person(errand(here))
    assert here.state(errand(here)) is VisitState.PRESENTED


def test_nobody_is_sent_for_somebody_without_a_registration(rooms: Open) -> None:
    here = rooms()
    visit_id = errand(here, LI)
    assert here.notice(visit_id) == "standing.errand_no_registration"
    assert here.state(visit_id) is VisitState.OPEN


def test_while_the_line_is_away_an_errand_rests_on_what_was_told_last(rooms: Open) -> None:
    here = rooms()
    here.reception.refuse_person(errand(here))
    here = rooms(NOWHERE)
    assert here.state(errand(here)) is VisitState.PRESENTED


def test_an_errand_for_somebody_never_asked_about_waits_for_the_line(rooms: Open) -> None:
    here = rooms(NOWHERE)
    visit_id = errand(here)
    assert here.notice(visit_id) == "province.away"
    assert here.state(visit_id) is VisitState.OPEN


@pytest.mark.parametrize(
    ("helper", "said"),
    [
        (FATHER, "standing.helper_is_person"),
        (CHILD, "standing.helper_minor"),
        ("", "person.id_number_wrong"),
    ],
)
def test_who_is_sent_is_an_adult_with_a_card_and_somebody_else(
    rooms: Open, helper: str, said: str
) -> None:
    here = rooms()
    assert code_of(lambda: errand(here, helper=helper)) == said
    assert here.counter.front is None


def test_a_region_may_forbid_errands(rooms: Open) -> None:
    rules = dataclasses.replace(RULES, standing=StandingRules(errands=False))
    here = rooms(rules=rules)
    assert code_of(lambda: errand(here)) == "standing.errands_off"


def test_an_errand_put_right_is_still_one(rooms: Open, sent: Sent) -> None:
    here = rooms()
    visit_id = errand(here)
    here.reception.confirm_person(visit_id)
    here.scanning.scanned(PILLS.encode())
    here.basket.set_diagnosis(visit_id, "I10.x00")
    here.confirm(visit_id)
    here.undoing.correct(visit_id, "开错了")
    anew = front(here)
    assert anew != visit_id
    assert here.store.visits.visit(anew).standing is Standing.ERRAND
    assert json.loads(sent("2203A")[-1]["exp_content"])["agent"]["agnter_certno"] == SON


# --- a newborn


def registered(here: Rooms) -> None:
    """The registration came, under another name than was noted: said twice."""
    for _ in range(2):
        here.companions.register_newborn(CERTIFICATE, BABY.id_number)


def newborn(here: Rooms, **changed: object) -> str:
    told = {
        "certificate": CERTIFICATE,
        "name": "李秀英之女",
        "gender": "2",
        "born": BORN,
        **changed,
    }
    here.companions.open_newborn(
        str(told["certificate"]),
        str(told["name"]),
        str(told["gender"]),
        told["born"],  # type: ignore[arg-type]
        LI,
    )
    return front(here)


def paid(here: Rooms) -> str:
    """A newborn's visit that was paid in full."""
    visit_id = newborn(here)
    here.reception.confirm_person(visit_id)
    here.scanning.scanned(BOX.encode())
    here.basket.set_diagnosis(visit_id, COLD)
    whole = total(each.total for each in here.store.lines.of(visit_id))
    revision = here.store.visits.visit(visit_id).revision
    here.till.sell_self_paid(visit_id, revision, Money(whole.fen))
    return visit_id


def test_a_newborn_is_paid_in_full_and_the_province_is_not_asked_who_it_is(
    rooms: Open, line: Between, province: SandboxProvince
) -> None:
    here = rooms()
    visit_id = paid(here)
    visit = here.store.visits.visit(visit_id)
    assert (visit.state, visit.standing) == (VisitState.SETTLED, Standing.NEWBORN)
    assert charges(province) == []
    assert not {"1101", "2201", "2206A", "2207A"} & set(line.asked)
    noted = here.store.families.companion(visit_id)
    assert noted is not None
    assert (noted.id_number, noted.relation) == (LI, "母亲")


def test_a_newborn_is_not_priced_at_the_province(rooms: Open, line: Between) -> None:
    here = rooms()
    visit_id = newborn(here)
    here.reception.confirm_person(visit_id)
    here.scanning.scanned(BOX.encode())
    here.basket.set_diagnosis(visit_id, COLD)
    assert here.notice(visit_id) == "standing.newborn_unregistered"
    here.till.price(visit_id)
    assert here.notice(visit_id) == "standing.newborn_unregistered"
    assert line.asked == []


def test_the_same_certificate_is_the_same_child(rooms: Open) -> None:
    here = rooms()
    first = newborn(here)
    person_id = here.store.visits.visit(first).person_id
    here.reception.refuse_person(first)
    assert here.store.visits.visit(newborn(here)).person_id == person_id


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"gender": "1"}, "standing.newborn_differs"),
        ({"born": date(2025, 9, 2)}, "standing.newborn_differs"),
        ({"born": date(2025, 9, 21)}, "standing.newborn_age"),
        ({"certificate": "430123456"}, "standing.certificate_wrong"),
    ],
)
def test_what_does_not_fit_the_certificate_opens_nothing(
    rooms: Open, changed: dict[str, object], said: str
) -> None:
    here = rooms()
    here.reception.refuse_person(newborn(here))
    assert code_of(lambda: newborn(here, **changed)) == said
    assert here.counter.front is None


def test_a_registration_makes_the_child_the_one_whom_the_province_knows(rooms: Open) -> None:
    here = rooms()
    visit_id = paid(here)
    here.reception.leave(visit_id)
    person_id = here.store.visits.visit(visit_id).person_id or ""
    registered(here)
    person = here.store.people.person(person_id)
    assert person is not None
    assert (person.psn_no, person.name) == (BABY.psn_no, BABY.name)
    assert here.counter.scan is not None
    assert here.counter.scan.code == "standing.newborn_registered"
    assert here.counter.front is None
    assert code_of(lambda: newborn(here)) == "standing.newborn_known"


def test_a_number_under_another_name_is_shown_before_it_is_the_childs(rooms: Open) -> None:
    here = rooms()
    visit_id = paid(here)
    here.companions.register_newborn(CERTIFICATE, BABY.id_number)
    assert here.counter.scan is not None
    assert (here.counter.scan.code, here.counter.scan.facts["name"]) == (
        "standing.newborn_look",
        f"{BABY.name} {BABY.id_number[-4:]}",
    )
    person = here.store.people.person(here.store.visits.visit(visit_id).person_id or "")
    assert person is not None
    assert person.psn_no.startswith("NB:")
    here.companions.register_newborn(CERTIFICATE, BABY.id_number)
    assert here.counter.scan.code == "standing.newborn_registered"


def test_what_was_paid_for_a_newborn_is_claimed_once_where_the_region_allows(
    rooms: Open, province: SandboxProvince
) -> None:
    here = rooms(rules=CLAIMED)
    visit_id = paid(here)
    here.reception.leave(visit_id)
    registered(here)
    assert here.counter.scan is not None
    assert (here.counter.scan.code, front(here)) == ("standing.newborn_claims", visit_id)
    here.undoing.correct(visit_id, "孩子已参保")
    assert here.state(visit_id) is VisitState.CANCELLED
    claimed = front(here)
    here.confirm(claimed)
    assert here.state(claimed) is VisitState.SETTLED
    [charge] = charges(province)
    assert charge["psn_no"] == BABY.psn_no
    here.reception.leave(claimed)
    here.companions.register_newborn(CERTIFICATE, BABY.id_number)
    assert here.counter.front is None
    assert len(charges(province)) == 1


@pytest.mark.parametrize("number", [CHILD, LI])
def test_another_persons_number_is_not_made_the_childs(rooms: Open, number: str) -> None:
    here = rooms()
    visit_id = paid(here)
    here.companions.register_newborn(CERTIFICATE, number)
    assert here.counter.scan is not None
    assert here.counter.scan.code == "standing.newborn_other"
    person = here.store.people.person(here.store.visits.visit(visit_id).person_id or "")
    assert person is not None
    assert person.psn_no.startswith("NB:")


def test_a_child_whom_somebody_registered_here_meanwhile_is_not_merged_silently(
    rooms: Open,
) -> None:
    here = rooms()
    here.reception.leave(paid(here))
    here.reception.refuse_person(opened(here, BABY.id_number))
    registered(here)
    assert here.counter.scan is not None
    assert here.counter.scan.code == "person.two_records"


def test_a_certificate_that_never_was_here_is_not_registered(rooms: Open) -> None:
    here = rooms()
    act = lambda: here.companions.register_newborn("Q430999999", BABY.id_number)  # noqa: E731
    assert code_of(act) == "standing.newborn_unknown"


# --- who died


def opened(here: Rooms, id_number: str) -> str:
    here.reception.open_by_id_number(id_number)
    return front(here)


def test_nobody_is_treated_as_somebody_who_died(
    rooms: Open, line: Between, province: SandboxProvince
) -> None:
    here = rooms()
    visit_id = opened(here, DEAD)
    assert code_of(lambda: here.reception.confirm_person(visit_id)) == "person.died"
    assert here.state(visit_id) is VisitState.PRESENTED
    here.reception.refuse_person(visit_id)
    assert charges(province) == []


def test_a_dead_persons_code_opens_nothing_either(rooms: Open) -> None:
    here = rooms()
    here.companions.open_by_code(PEOPLE["钱故里"].ec_token, "", "")
    assert code_of(lambda: here.reception.confirm_person(front(here))) == "person.died"


def test_one_visit_lies_on_the_counter_whoever_comes_next(rooms: Open) -> None:
    here = rooms()
    here.traced(CHILD)
    acts = (
        lambda: here.companions.open_by_code(TOKEN, "", ""),
        lambda: here.companions.open_errand(FATHER, "郭守义", SON, "儿子"),
        lambda: here.companions.open_newborn(CERTIFICATE, "李秀英之女", "2", BORN, LI),
    )
    assert {code_of(act) for act in acts} == {"visit.other_on_counter"}


# --- at a whole desk


def test_the_face_of_who_was_sent_is_not_kept_as_the_absent_persons(counter: Counter) -> None:
    counter.desk.companions.open_errand(FATHER, "郭守义", SON, "儿子")
    visit = counter.until(lambda v: v.state is VisitState.PRESENTED and v.busy is None)
    counter.desk.reception.confirm_person(visit.visit_id)
    keep = lambda: counter.desk.enrolling.keep_face(visit.visit_id)  # noqa: E731
    assert code_of(keep) == "enrolment.visit_not_confirmed"


def test_the_person_whose_card_was_shown_may_have_their_face_kept(counter: Counter) -> None:
    visit_id = counter.receive(FATHER)
    counter.desk.enrolling.keep_face(visit_id)
    assert counter.desk.enrolling.view() is not None


def test_a_code_held_before_the_scanner_opens_the_visit_at_the_desk(counter: Counter) -> None:
    counter.scan(SHOWN)
    visit = counter.until(lambda v: v.state is VisitState.PRESENTED and v.busy is None)
    assert visit.identified is Identified.BY_CODE
    assert visit.person is not None
    assert visit.person.name == "王建国"
