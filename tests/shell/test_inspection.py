"""What stands behind a settlement: gathered from the book, masked for its reader, signed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from terminal.assembly.inspection import settlement_evidence, write_evidence
from terminal.assembly.inspection_commands import add_inspection
from terminal.core.charge import SettlementState
from terminal.core.consent import Consent
from terminal.core.evidence import Verdict, judged
from terminal.core.faults import Refused
from terminal.core.ledger import Deed
from terminal.core.money import Money
from terminal.core.national_crypto import sm3
from terminal.core.operators import Operator, Role
from terminal.core.people import Identified, masked_id
from terminal.core.recognition import Challenged, Template
from terminal.core.settlement_evidence import Reader, SettlementEvidence
from terminal.core.standing import Companion, Standing
from terminal.inspection import Inspection
from terminal.settings import Settings
from terminal.store import Store
from terminal.store.face_record import FaceDecision, FaceOutcome
from terminal.store.reading import ReadingDatabase
from terminal.store.stock import Move, Told
from tests.clinic import (
    AMLODIPINE,
    AMOXICILLIN,
    CHILD,
    CLINIC,
    DEVICE_KEY,
    KEY,
    LI,
    PARACETAMOL,
    RULES,
    WANG,
    code,
)
from tests.families import bound
from tests.rooms import Rooms

Open = Callable[..., Rooms]
BOX = code(AMOXICILLIN, 1)
VECTOR = b"\x11\x22\x33\x44" * 128


def inspection(here: Rooms) -> Inspection:
    name_of = RULES.goods.diagnoses.name_of
    return Inspection(here.store, RULES.catalogue, name_of, CLINIC, DEVICE_KEY, here.clock)


def settled(here: Rooms, *codes: str, who: str = WANG) -> str:
    visit_id = here.priced(who, *(codes or (BOX,)))
    here.confirm(visit_id)
    assert here.record(visit_id).state is SettlementState.SETTLED
    return visit_id


def of(here: Rooms, visit_id: str, reader: Reader = Reader.BUREAU) -> SettlementEvidence:
    setl_id = here.record(visit_id).setl_id
    assert setl_id is not None
    return inspection(here).evidence(setl_id, reader)


def test_a_settlement_tells_who_what_how_much_before_whom_and_every_message(rooms: Open) -> None:
    here = rooms()
    visit_id = settled(here)
    told = of(here, visit_id)
    (charge,), (line,), (agreed,) = told.charges, told.lines, told.agreed
    assert (told.visit_id, told.person.name, told.person.certno) == (visit_id, "王建国", WANG)
    assert told.identified.how == Identified.BY_ID_NUMBER
    assert (told.treated.code, told.treated.name) == (CLINIC.doctor_code, CLINIC.doctor_name)
    assert (agreed.own_fen, agreed.before.code) == (790, CLINIC.doctor_code)
    assert agreed.how == "spoken"
    assert (charge.setl_id, charge.state) == (here.record(visit_id).setl_id, "settled")
    assert (charge.shares_fen["fund"], charge.shares_fen["own"]) == (1844, 790)
    assert (line.trace_code, line.total_fen, line.delivery) == (BOX, 2634, "B1")
    assert [step.event for step in line.history] == ["scanned"]
    assert line.told_province == "told"
    assert told.diagnosis_name == "急性上呼吸道感染"
    asked = [message.infno for message in charge.messages]
    assert asked.count("2207A") == 1
    assert asked[0] == "2201"
    assert all(message.outcome == "answered" for message in charge.messages)


def test_the_digests_are_those_of_what_was_sent_and_heard(rooms: Open) -> None:
    here = rooms()
    for message in of(here, settled(here)).charges[0].messages:
        kept = here.store.journal.message(message.msgid)
        assert kept is not None
        assert message.request_sm3 == sm3(kept.request).hex() == sm3(message.request.encode()).hex()
        assert message.answer_sm3 == sm3(kept.answer).hex() == sm3(message.answer.encode()).hex()
        assert json.loads(message.request)["msgid"] == message.msgid


def test_the_doctor_sees_neither_whole_numbers_nor_messages_and_the_bureau_sees_both(
    rooms: Open,
) -> None:
    here = rooms()
    visit_id = settled(here)
    told = of(here, visit_id, Reader.DOCTOR)
    assert (told.person.certno, told.person.psn_no) == (masked_id(WANG), "")
    assert not any(message.request or message.answer for message in told.charges[0].messages)
    signed = inspection(here).signed(visit_id, Reader.DOCTOR)
    assert WANG not in signed
    person = here.store.people.by_id_number(WANG)
    assert person is not None
    assert person.psn_no not in signed
    assert WANG in inspection(here).signed(visit_id, Reader.BUREAU)


@pytest.mark.parametrize("reader", Reader)
def test_what_leaves_is_signed_and_any_change_shows(rooms: Open, reader: Reader) -> None:
    here = rooms()
    signed = inspection(here).signed(settled(here), reader)
    assert judged(signed.encode(), DEVICE_KEY.public_key).verdict is Verdict.GENUINE
    for was, now in (("790", "791"), (BOX, code(AMOXICILLIN, 2)), ("雷新民", "雷新")):
        assert was in signed
        changed = signed.replace(was, now)
        assert judged(changed.encode(), DEVICE_KEY.public_key).verdict is Verdict.CHANGED


def test_a_cancelled_settlement_says_so_and_why(rooms: Open) -> None:
    here = rooms()
    visit_id = settled(here)
    assert of(here, visit_id).charges[0].cancelled is None
    here.clock.now += timedelta(minutes=5)
    here.undoing.cancel(visit_id, "扫错了药")
    told = of(here, visit_id).charges[0]
    assert told.state == "cancelled"
    assert told.cancelled is not None
    assert told.cancelled.reason == "扫错了药"
    assert told.cancelled.done_at == here.clock.now.isoformat()
    assert told.cancelled.by.code == CLINIC.doctor_code
    assert any(message.infno.startswith("2208") for message in told.messages)


def test_a_self_paid_visit_is_found_by_our_own_number(rooms: Open) -> None:
    here = rooms()
    visit_id = here.priced(WANG, BOX)
    here.till.sell_self_paid(visit_id, here.store.visits.visit(visit_id).revision, Money(2634))
    told = inspection(here).evidence(visit_id, Reader.DOCTOR)
    (charge,), (agreed,) = told.charges, told.agreed
    assert (charge.category, charge.state, charge.setl_id) == ("self_paid", "settled", "")
    assert (agreed.event, agreed.own_fen) == ("sold_self_paid", 2634)
    assert [line.trace_code for line in told.lines] == [BOX]


def test_of_two_settlements_each_tells_its_own_boxes_and_the_visit_tells_both(
    rooms: Open,
) -> None:
    here = rooms()
    pills = code(AMLODIPINE, 7)
    visit_id = here.priced(WANG, BOX, pills)
    here.confirm(visit_id)
    by_category = {
        each.category.partition(":")[0]: each for each in here.store.settlements.of_visit(visit_id)
    }
    assert set(by_category) == {"ordinary", "two_diseases"}
    for category, box in (("ordinary", BOX), ("two_diseases", pills)):
        setl_id = by_category[category].setl_id or ""
        told = inspection(here).evidence(setl_id, Reader.BUREAU)
        assert [line.trace_code for line in told.lines] == [box]
        assert [charge.setl_id for charge in told.charges] == [setl_id]
    both = inspection(here).evidence(visit_id, Reader.BUREAU)
    assert {line.trace_code for line in both.lines} == {BOX, pills}
    assert len(both.charges) == 2


@pytest.mark.parametrize("number", ["", " ", "99999999", "x" * 500, "' OR 1=1 --", "王建国"])
def test_an_unknown_number_is_answered(rooms: Open, number: str) -> None:
    here = rooms()
    settled(here)
    for asked in (inspection(here).evidence, inspection(here).signed):
        with pytest.raises(Refused, match=r"evidence\.not_found"):
            asked(number, Reader.DOCTOR)


def test_no_face_and_no_template_is_in_it_but_how_it_was_judged_is(rooms: Open) -> None:
    here = rooms()
    visit_id = settled(here)
    person = here.store.people.by_id_number(WANG)
    assert person is not None
    template = Template(VECTOR, "digest-of-weights", 0.99)
    consent = Consent("2", CLINIC.doctor_code)
    before = here.clock() - timedelta(days=3)
    here.store.people.enrol(person.person_id, consent, {"template-key": template}, before)
    decision = FaceDecision(
        FaceOutcome.KNOWN,
        "device: HD camera (0c45:6366, at 1-2)",
        visit_id,
        person.person_id,
        live_score=0.987654,
        similarity=0.81234,
        threshold=0.6,
        people=1800,
        frames=5,
        challenged=Challenged.PASSED,
        model_digest="digest-of-weights",
    )
    here.store.face_record.note(decision, here.clock())
    told = of(here, visit_id)
    (face,) = told.identified.faces
    assert (face.similarity, face.threshold, face.live_score) == ("0.8123", "0.6000", "0.9877")
    assert (face.camera, face.challenged, face.people) == (decision.camera, "passed", "1800")
    assert told.identified.consent is not None
    assert (told.identified.consent.version, told.identified.consent.withdrawn_at) == ("2", "")
    signed = inspection(here).signed(visit_id, Reader.BUREAU)
    assert VECTOR.hex() not in signed
    assert "template-key" not in signed


def test_who_stood_there_is_named_with_the_binding_or_as_noted(rooms: Open) -> None:
    here = rooms()
    visit_id = settled(here, who=CHILD)
    holder = here.store.people.by_id_number(LI)
    if holder is None:
        here.reception.leave(visit_id)
        settled(here, code(PARACETAMOL, 3), who=LI)
        holder = here.store.people.by_id_number(LI)
    assert holder is not None
    child = here.store.people.by_id_number(CHILD)
    assert child is not None
    binding_id = bound(here.store, holder.person_id, child.person_id)
    here.store.ledger.add(Deed.BOUND, here.clock(), {"binding": binding_id})
    here.store.visits.note(
        visit_id,
        {"holder_id": holder.person_id, "binding_id": binding_id, "standing": Standing.FAMILY},
    )
    told = of(here, visit_id, Reader.DOCTOR)
    assert told.standing.standing == "family"
    assert told.standing.holder is not None
    assert told.standing.holder.certno == masked_id(LI)
    assert told.standing.binding is not None
    assert (told.standing.binding.basis, told.standing.relation) == ("documents", "儿子")
    assert told.standing.binding.valid_until == "2099-01-01"
    assert "bound" in [entry.deed for entry in told.ledger]
    came = Companion(Standing.BROUGHT, "赵大娘", WANG, "邻居", CLINIC.doctor_code)
    here.store.families.note_companion(visit_id, came, here.clock())
    noted = of(here, visit_id, Reader.DOCTOR).standing
    assert noted.companion is not None
    assert (noted.companion.name, noted.companion.certno) == ("赵大娘", masked_id(WANG))
    assert (noted.relation, noted.noted_by) == ("邻居", CLINIC.doctor_code)


def test_the_ledgers_entries_of_this_visit_and_no_others_stand_there(rooms: Open) -> None:
    here = rooms()
    visit_id = settled(here)
    here.reception.leave(visit_id)
    other = settled(here, code(PARACETAMOL, 9), who=LI)
    here.store.ledger.add(Deed.SETTLED, here.clock(), {"visit": f"{visit_id}0"})
    told = of(here, visit_id)
    assert told.ledger
    assert all(f"{visit_id}0" not in entry.facts for entry in told.ledger)
    assert all(other not in entry.facts for entry in told.ledger)
    assert "settled" in [entry.deed for entry in told.ledger]
    for entry in told.ledger:
        kept = here.store.ledger.entry(entry.number)
        assert kept is not None
        assert kept.digest.hex() == entry.digest


def test_a_lot_is_as_sure_as_what_it_comes_from_and_says_so(rooms: Open) -> None:
    here = rooms()
    (told,) = of(here, settled(here)).lines
    assert (told.lot_from, told.lot, told.received) == ("list", "L1", None)
    here.store.stock.add(
        Move(
            told.medins_list_codg,
            "in",
            Decimal(20),
            CLINIC.doctor_code,
            here.clock(),
            Told.OFF,
            lot="L77",
            expires_on="2027-03-31",
        )
    )
    here.clock.now += timedelta(hours=1)
    here.reception.leave(here.counter.front or "")
    (later,) = of(here, settled(here, code(AMOXICILLIN, 8), who=LI)).lines
    assert (later.lot_from, later.lot, later.expires_on) == ("received", "L77", "2027-03-31")
    assert later.received is not None
    assert later.received.by == CLINIC.doctor_code


def test_whose_code_it_is_comes_from_who_may_sign_in(rooms: Open) -> None:
    here = rooms()
    visit_id = settled(here)
    substitute = Operator("o9", "周代诊", frozenset({Role.DOCTOR}), "D990101000009")
    here.store.operators.keep(substitute, "no hash", here.clock())
    gone = replace(inspection(here), clinic=replace(CLINIC, doctor_code="D0", doctor_name="别人"))
    told = gone.evidence(visit_id, Reader.DOCTOR)
    assert (told.treated.code, told.treated.name) == (CLINIC.doctor_code, "")
    here.store.visits.note(visit_id, {"doctor_code": "D990101000009"})
    assert gone.evidence(visit_id, Reader.DOCTOR).treated.name == "周代诊"


# --- read beside a terminal, and by the command


def test_a_reader_beside_the_owner_sees_one_moment_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "terminal.db"
    with pytest.raises(Refused, match=r"store\.absent"):
        Store(path, KEY, ReadingDatabase)
    owner = Store(path, KEY)
    owner.journal.remember("day", {"n": 1})
    reader = Store(path, KEY, ReadingDatabase)
    with reader.transaction():
        assert reader.journal.recall("day") == {"n": 1}
        owner.journal.remember("day", {"n": 2})
        assert reader.journal.recall("day") == {"n": 1}
    assert reader.journal.recall("day") == {"n": 2}
    reader.close()
    reader.close()
    owner.close()
    with pytest.raises(Refused, match=r"store\.will_not_open"):
        Store(path, bytes(32), ReadingDatabase)
    later = Store(path, KEY, ReadingDatabase)
    assert later.journal.recall("day") == {"n": 2}
    later.close()


class Works:
    """What the joiner does, without a program around it."""

    def __init__(self, here: Rooms) -> None:
        self.inspection = inspection(here)

    def settlement_evidence(self, number: str, reader: Reader, settings_file: Path | None) -> str:
        return self.inspection.signed(number, reader)

    def write_evidence(self, told: str, out: Path) -> None:
        write_evidence(told, out)


def ran(works: Works, *words: str) -> tuple[int, str]:
    app = typer.Typer()
    app.callback()(lambda: None)
    add_inspection(app, works)
    done = CliRunner().invoke(app, ["evidence", *words], env={"COLUMNS": "200"})
    if isinstance(done.exception, Refused):
        return 1, done.exception.code
    return done.exit_code, done.stdout


def test_the_command_prints_writes_and_refuses(rooms: Open, tmp_path: Path) -> None:
    here = rooms()
    visit_id = settled(here)
    works = Works(here)
    status, out = ran(works, visit_id, "--json")
    record: dict[str, Any] = json.loads(out)["record"]
    assert (status, record["reader"]) == (0, "doctor")
    assert record["schema"] == "clinic-terminal/settlement-evidence/1"
    status, out = ran(works, visit_id)
    assert status == 0
    assert BOX in out
    assert WANG not in out
    file = tmp_path / "evidence.json"
    assert ran(works, visit_id, "--role", "bureau", "--out", str(file)) == (0, "")
    assert file.stat().st_mode & 0o777 == 0o600
    assert judged(file.read_bytes(), DEVICE_KEY.public_key).verdict is Verdict.GENUINE
    nowhere = tmp_path / "none" / "evidence.json"
    assert ran(works, visit_id, "--out", str(nowhere)) == (1, "evidence.not_written")
    assert ran(works, "0") == (1, "evidence.not_found")
    assert ran(works, visit_id, "--role", "neighbour")[0] == 2


def test_without_a_store_nothing_is_made_not_even_a_key(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "nobody")
    with pytest.raises(Refused, match=r"store\.absent"):
        settlement_evidence(settings, "1", Reader.DOCTOR)
    assert not (tmp_path / "nobody").exists()
