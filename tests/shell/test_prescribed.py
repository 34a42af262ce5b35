"""A county prescription at the counter: by its code, to its person, box by box, once."""

import dataclasses
import re
from collections.abc import Callable

import pytest
from pydantic import ValidationError

from drivers.simulated.province import rx_envelope
from drivers.simulated.province.server import DEMO_PAASID, DEMO_SECRET
from terminal.assembly.prescriptions import rx_asking
from terminal.billing import Billing
from terminal.core.faults import Refused
from terminal.core.record_views import RxState
from terminal.core.visit import VisitState
from terminal.prescribed import Prescribed, RxAsking
from terminal.province.prescriptions import Prescriptions, RxLine
from terminal.province.rx_envelope import RxSeal
from terminal.settings import Settings
from tests.clinic import (
    AMOXICILLIN,
    CLINIC,
    COLD,
    LI,
    PARACETAMOL,
    RULES,
    WANG,
    charges,
    code,
)
from tests.longer import longer
from tests.shell.conftest import NOWHERE

WANG_NO, LI_NO = "43102400000000000001", "43102400000000000002"
AMOXICILLIN_CODE, PARACETAMOL_CODE = "XJ01CAQ001A003020190002", "XN02BEQ001A002010190001"
FORM = r"CF[0-9]{22}"


class AtTheCounter:
    """The rooms of a counter that takes prescriptions."""

    def __init__(self, rooms, address, clock, form=FORM, **changed):
        self.rooms = rooms
        seal = RxSeal(
            rx_envelope.APP_ID,
            rx_envelope.CLINIC_PRIVATE_KEY,
            bytes.fromhex(rx_envelope.SM4_KEY),
            rx_envelope.PLATFORM_PUBLIC_KEY,
        )
        line = RxLine(
            url=f"{address}/rx",
            seal=seal,
            paasid=DEMO_PAASID,
            secret=DEMO_SECRET,
            fixmedins_code=CLINIC.fixmedins_code,
            states={"1": "open", "2": "expired", "3": "withdrawn"},
            dispensed=("1",),
            connect_timeout_s=0.5,
        )
        self.platform = Prescriptions(dataclasses.replace(line, **changed), clock)
        billing = Billing(rooms.store, RULES.catalogue, RULES.registrations, clock)
        self.room = Prescribed(
            rooms.place,
            RULES.catalogue,
            RULES.goods.diagnoses,
            billing,
            RxAsking(re.compile(form), self.platform.look),
            rooms.till.lines_changed,
        )
        rooms.scanning.prescription_heard = self.room.heard
        rooms.scanning.prescription_said = self.room.counted

    def scan(self, *codes):
        """What the counter says of the last of them."""
        for each in codes:
            self.rooms.scanning.scanned(each.encode())
        said = self.rooms.counter.scan
        return said.code if said else None

    def view(self, visit_id):
        return self.room.of(self.rooms.store.visits.visit(visit_id))

    def rxnos(self, visit_id):
        return [line.rxno for line in self.rooms.store.lines.of(visit_id)]


@pytest.fixture
def counter_at(rooms, province, clock) -> Callable[..., AtTheCounter]:
    opened = []

    def at(address=None, **changed):
        opened.append(AtTheCounter(rooms(), address or province.address, clock, **changed))
        return opened[-1]

    yield at
    for each in opened:
        each.platform.close()


@pytest.fixture
def at(counter_at) -> AtTheCounter:
    return counter_at()


def boxes(prefix, how_many, first=1):
    return [code(prefix, serial) for serial in range(first, first + how_many)]


def test_its_boxes_are_settled_under_its_number_and_never_more_than_it_says(at, province):
    rx = province.prescribe(psn_no=WANG_NO)
    visit_id = at.rooms.traced(WANG, *boxes(AMOXICILLIN, 1))

    assert at.scan(rx["rxTraceCode"]) == "prescription.taken"
    assert at.rxnos(visit_id) == [rx["hiRxno"]], "the box that was scanned before counts"
    assert at.rooms.store.visits.visit(visit_id).diagnosis == COLD
    assert at.scan(code(AMOXICILLIN, 2)) == "prescription.complete"
    assert at.scan(code(AMOXICILLIN, 3)) == "prescription.enough"
    assert at.scan(code(PARACETAMOL, 4)) == "prescription.complete"
    assert at.rxnos(visit_id) == [rx["hiRxno"], rx["hiRxno"], None, rx["hiRxno"]]
    assert [(x.scanned, x.left) for x in at.view(visit_id)[0].lines] == [("2", 0), ("1", 0)]

    at.rooms.confirm(visit_id)
    assert at.rooms.state(visit_id) is VisitState.SETTLED
    (given,) = at.view(visit_id)
    assert given.state is RxState.DISPENSED
    assert at.platform.look(rx["rxTraceCode"]).state is RxState.DISPENSED

    at.rooms.undoing.cancel(visit_id, "test")
    assert not charges(province)
    assert at.platform.look(rx["rxTraceCode"]).state is RxState.OPEN


def test_the_same_code_twice_changes_nothing(at, province):
    rx = province.prescribe(psn_no=WANG_NO)
    visit_id = at.rooms.traced(WANG, code(AMOXICILLIN, 1))
    at.scan(rx["rxTraceCode"])
    before = at.rooms.store.visits.visit(visit_id)
    assert at.scan(rx["rxTraceCode"]) == "prescription.taken_before"
    assert at.rooms.store.visits.visit(visit_id) == before


def test_somebody_elses_prescription_is_not_taken(at, province):
    rx = province.prescribe(psn_no=LI_NO)
    visit_id = at.rooms.traced(WANG)
    assert at.scan(rx["rxTraceCode"]) == "prescription.other_person"
    assert at.view(visit_id) == ()


def test_without_a_visit_it_is_said_that_a_person_comes_first(at, province):
    rx = province.prescribe(psn_no=WANG_NO)
    assert at.scan(rx["rxTraceCode"]) == "prescription.person_first"
    at.rooms.reception.open_by_id_number(WANG)
    assert at.scan(rx["rxTraceCode"]) == "scan.person_first"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("rx_expired", "prescription.expired"),
        ("rx_forged_signature", "prescription.not_genuine"),
    ],
)
def test_what_is_over_or_forged_is_not_taken(at, province, fault, said):
    rx = province.prescribe(psn_no=WANG_NO)
    province.prescribe(fault=fault)
    visit_id = at.rooms.traced(WANG)
    assert at.scan(rx["rxTraceCode"]) == said
    assert at.view(visit_id) == ()


def test_one_that_was_withdrawn_or_dispensed_elsewhere_is_refused_with_where(at, province):
    gone = province.prescribe(psn_no=WANG_NO)
    province.prescribe(hi_rxno=gone["hiRxno"], withdraw=True)
    at.rooms.traced(WANG)
    assert at.scan(gone["rxTraceCode"]) == "prescription.withdrawn"
    assert at.rooms.counter.scan.facts["where"] == "演示镇中心卫生院"


@pytest.mark.parametrize(
    "fault",
    longer(("lost_before", "lost_after_commit", "half_answer", "nonsense"), ["nonsense"]),
)
def test_a_platform_that_does_not_answer_keeps_nobody_from_scanning_boxes(at, province, fault):
    rx = province.prescribe(psn_no=WANG_NO)
    province.faults.plant(fault, "D005")
    visit_id = at.rooms.traced(WANG)
    assert at.scan(rx["rxTraceCode"]) in {"prescription.away", "prescription.unreadable"}
    assert at.scan(code(AMOXICILLIN, 1)) == "scan.accepted"
    assert at.rxnos(visit_id) == [None]
    assert at.scan(rx["rxTraceCode"]) == "prescription.taken"
    assert at.rxnos(visit_id) == [rx["hiRxno"]]


def test_without_a_line_it_says_so(counter_at, province):
    rx = province.prescribe(psn_no=WANG_NO)
    away = counter_at(NOWHERE)
    away.rooms.traced(WANG)
    assert away.scan(rx["rxTraceCode"]) == "prescription.away"


def test_one_withdrawn_after_it_was_looked_at_is_not_charged(at, province):
    rx = province.prescribe(psn_no=WANG_NO)
    province.prescribe(fault="rx_withdrawn_next")
    visit_id = at.rooms.traced(WANG)
    at.scan(rx["rxTraceCode"], code(AMOXICILLIN, 1))
    assert at.rooms.notice(visit_id) == "province.refused"
    assert at.rooms.state(visit_id) is VisitState.TRACED
    assert not charges(province)

    at.room.drop(visit_id, rx["hiRxno"])
    assert at.rooms.state(visit_id) is VisitState.PRICED, "as an ordinary line"
    assert at.rxnos(visit_id) == [None]


def test_a_box_taken_off_leaves_its_place_to_the_next_and_one_that_moves_loses_its_number(
    at, province
):
    rx = province.prescribe(psn_no=WANG_NO)
    other = at.rooms.traced(LI)
    at.rooms.reception.set_aside(other)
    visit_id = at.rooms.traced(WANG)
    at.scan(rx["rxTraceCode"], *boxes(AMOXICILLIN, 3))
    assert at.rxnos(visit_id) == [rx["hiRxno"], rx["hiRxno"], None]
    at.rooms.basket.remove_line(visit_id, 1)
    assert at.rxnos(visit_id) == [rx["hiRxno"], rx["hiRxno"]]
    at.rooms.basket.move_line(visit_id, 2, other)
    assert (at.rxnos(visit_id), at.rxnos(other)) == ([rx["hiRxno"]], [None])


def test_a_drug_that_this_clinic_does_not_have_is_shown_as_such(at, province):
    drugs = [["XA02BCQ999X999990190999", "1"], [PARACETAMOL_CODE, "1"]]
    rx = province.prescribe(psn_no=WANG_NO, drugs=drugs)
    visit_id = at.rooms.traced(WANG)
    at.scan(rx["rxTraceCode"])
    (shown,) = at.view(visit_id)
    assert [line.stocked for line in shown.lines] == [False, True]


def test_a_correction_keeps_its_number_and_may_be_settled_under_it(at, province):
    rx = province.prescribe(psn_no=WANG_NO)
    visit_id = at.rooms.traced(WANG, code(AMOXICILLIN, 1))
    at.scan(rx["rxTraceCode"])
    at.rooms.confirm(visit_id)
    at.rooms.undoing.correct(visit_id, "test")
    corrected = at.rooms.counter.front
    assert corrected not in (None, visit_id)
    assert at.rxnos(corrected) == [rx["hiRxno"]]
    assert [each.hi_rxno for each in at.view(corrected)] == [rx["hiRxno"]]
    at.rooms.confirm(corrected)
    assert at.platform.look(rx["rxTraceCode"]).state is RxState.DISPENSED


def test_a_box_that_this_clinic_knows_is_a_box_whatever_the_expression_says(counter_at):
    at = counter_at(form=".*")
    at.rooms.traced(WANG)
    assert at.scan(code(AMOXICILLIN, 1)) == "scan.accepted"
    assert at.scan("7" * 65) != "prescription.away", "longer than any code that is looked at"


def test_neither_the_code_nor_the_number_is_written_into_a_log(at, province, caplog):
    caplog.set_level("DEBUG")
    rx = province.prescribe(psn_no=LI_NO)
    at.rooms.traced(WANG)
    at.scan(rx["rxTraceCode"])
    ours = [each.getMessage() for each in caplog.records if each.name.startswith("terminal")]
    assert ours
    assert not any(rx["rxTraceCode"] in each or rx["hiRxno"] in each for each in ours)


def test_settings_that_could_take_no_prescription_are_refused_at_the_start(tmp_path, clock):
    key = tmp_path / "key"
    key.write_text(rx_envelope.CLINIC_PRIVATE_KEY)
    key.chmod(0o600)
    known = {
        "prescription_code": FORM,
        "prescription_url": "https://rx.example",
        "prescription_app_id": rx_envelope.APP_ID,
        "prescription_public_key": rx_envelope.PLATFORM_PUBLIC_KEY,
        "prescription_key_file": key,
        "prescription_sm4_key": rx_envelope.SM4_KEY,
    }
    assert rx_asking(Settings(), clock) is None
    assert rx_asking(Settings(**known), clock) is not None
    for name in known:
        if name != "prescription_code":
            with pytest.raises(Refused, match=name):
                rx_asking(Settings(**{**known, name: None if name.endswith("file") else ""}), clock)
    with pytest.raises(ValidationError, match="not a regular expression"):
        Settings(prescription_code="CF[0-9")
