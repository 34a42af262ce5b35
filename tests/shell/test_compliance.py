"""The compliance sheet: facts counted in the store, read from the kernel, or refused."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from terminal.assembly.compliance import compliance_facts, device_told
from terminal.assembly.compliance_commands import add_compliance
from terminal.assembly.parts import face_pack
from terminal.compliance import Compliance
from terminal.core.compliance import FILING_PEOPLE, ComplianceFacts, Kept
from terminal.core.consent import Consent, EndedConsent
from terminal.core.faults import Refused
from terminal.core.ledger import Deed, erased
from terminal.core.measured_rates import RATES
from terminal.core.operators import Operator, Role
from terminal.core.recognition import Template
from terminal.core.status_views import KeyClass, KeysStatus
from terminal.settings import Settings
from terminal.store import Store
from terminal.store.census import Census
from terminal.vault import database_key
from tests.clinic import CLINIC, WANG, Clock
from tests.kiosk.counter_views import status
from tests.rooms import Rooms

Open = Callable[..., Rooms]
SETTINGS = Settings(clinic_name=CLINIC.fixmedins_name, fixmedins_code=CLINIC.fixmedins_code)
KEYS = KeysStatus(KeyClass.WEAK, "file")


def sheet(store: Store, clock: Clock) -> Compliance:
    pack = face_pack(SETTINGS)
    faces = replace(status().faces, model_digest=pack.model_digest)
    return Compliance(store, device_told(SETTINGS, pack), lambda: faces, lambda: KEYS, clock)


def verified(store: Store, clock: Clock, **more: object) -> None:
    store.ledger.add(Deed.VERIFIED, clock(), {"entries": 12, "sealed_to": 10, **more})


@pytest.fixture
def here(rooms: Open) -> Rooms:
    opened = rooms()
    opened.reception.open_by_id_number(WANG)
    verified(opened.store, opened.clock)
    return opened


def enrolled(here: Rooms) -> str:
    person = here.store.people.by_id_number(WANG)
    assert person is not None
    template = Template(b"\x01\x02\x03\x04" * 128, face_pack(SETTINGS).model_digest, 0.99)
    consent = Consent("2", CLINIC.doctor_code)
    here.store.people.enrol(person.person_id, consent, {"k1": template}, here.clock())
    return person.person_id


def test_people_consents_and_rows_are_counted_when_they_are_asked_for(here: Rooms) -> None:
    asked = sheet(here.store, here.clock)
    before = asked.facts()
    assert (before.people.enrolled, before.people.known, before.kept[Kept.FACES]) == (0, 1, 0)
    person_id = enrolled(here)
    facts = asked.facts()
    assert (facts.people.enrolled, facts.people.templates, facts.people.in_force) == (1, 1, 1)
    assert facts.kept[Kept.FACES] > 0
    here.store.faces.withdraw(person_id, here.clock(), EndedConsent.PERSON)
    here.store.people.erase_templates(person_id)
    gone = asked.facts()
    assert (gone.people.enrolled, gone.people.templates) == (0, 0)
    assert (gone.people.in_force, gone.people.withdrawn, gone.people.consents) == (0, 1, 1)


def test_a_face_that_went_unused_is_no_withdrawal_and_a_replaced_template_is_neither(
    here: Rooms,
) -> None:
    person_id = enrolled(here)
    for by in ("replaced", EndedConsent.RETENTION):
        here.store.ledger.add(Deed.ERASED, here.clock(), erased(person_id, ["k1"], by))
    here.store.faces.withdraw(person_id, here.clock(), EndedConsent.RETENTION)
    people = sheet(here.store, here.clock).facts().people
    assert (people.consents, people.in_force, people.withdrawn) == (1, 0, 0)
    assert people.erased_unused == 1


def test_every_table_of_the_store_is_sorted(here: Rooms) -> None:
    facts = sheet(here.store, here.clock).facts()
    assert sum(facts.kept.values()) == sum(here.store.census.rows().values())


def test_the_file_is_told_with_its_size_and_whether_it_is_encrypted(here: Rooms) -> None:
    place = sheet(here.store, here.clock).facts().place
    assert place.encrypted
    assert Path(place.file).name == "terminal.db"
    assert place.bytes >= Path(place.file).stat().st_size > 0


def test_a_database_in_the_clear_is_called_so(here: Rooms, tmp_path: Path) -> None:
    plain = tmp_path / "plain.db"
    plain.write_bytes(b"SQLite format 3\x00" + bytes(4080))
    with here.store.transaction() as database:
        place = Census(database, plain).place()
    assert (place.encrypted, place.bytes) == (False, 4096)


def test_how_long_and_the_purpose_come_from_the_settings(here: Rooms) -> None:
    device = sheet(here.store, here.clock).facts().device
    assert (device.unused_months, device.announced_days) == (24, 30)
    assert len(device.weights) >= 4
    assert all(len(each.sha256) == 64 for each in device.weights)


def test_the_measured_rates_are_those_of_the_weights_in_use(here: Rooms) -> None:
    asked = sheet(here.store, here.clock)
    assert asked.facts().rates == RATES
    other = replace(status().faces, model_digest="ab" * 32)
    assert replace(asked, faces=lambda: other).facts().rates == ()


def test_the_ledgers_last_reading_is_told_and_a_break_with_it(here: Rooms) -> None:
    facts = sheet(here.store, here.clock).facts().ledger
    assert (facts.sound, facts.verified_to, facts.sealed_to) == (True, 12, 10)
    assert facts.verified_at == here.clock()
    here.clock.now += timedelta(days=1)
    verified(here.store, here.clock, code="ledger.edited", number=7)
    later = sheet(here.store, here.clock).facts().ledger
    assert (later.sound, later.verified_at) == (False, here.clock())


def test_who_works_here_is_counted_by_role(here: Rooms) -> None:
    for number, roles in enumerate(({Role.DOCTOR}, {Role.DOCTOR, Role.TECHNICIAN})):
        operator = Operator(f"o{number}", "某医生", frozenset(roles), f"D99010100000{number}")
        here.store.operators.keep(operator, "no hash", here.clock())
    staff = sheet(here.store, here.clock).facts().staff
    assert (staff.doctors, staff.technicians, staff.retired) == (2, 1, 0)


@pytest.fixture
def open_to_all() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("0.0.0.0", 0))  # noqa: S104 - what the sheet must find.
        listening.listen()
        yield int(listening.getsockname()[1])


def test_a_door_of_ours_that_the_network_reaches_is_found(here: Rooms, open_to_all: int) -> None:
    facts = sheet(here.store, here.clock).facts()
    assert [each.port for each in facts.ours_beyond_loopback] == [open_to_all]


def test_a_door_for_this_machine_alone_is_listed_and_is_no_leak(here: Rooms) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        facts = sheet(here.store, here.clock).facts()
    ours = {each.port: each.loopback for each in facts.listeners if each.ours}
    assert ours[port] is True
    assert facts.ours_beyond_loopback == ()


def test_from_a_hundred_thousand_faces_on_they_are_filed(here: Rooms) -> None:
    facts = sheet(here.store, here.clock).facts()
    assert not facts.must_file
    many = replace(facts.people, enrolled=FILING_PEOPLE)
    assert replace(facts, people=many).must_file


def missing(asked: Compliance) -> object:
    with pytest.raises(Refused) as refused:
        asked.facts()
    assert refused.value.code == "compliance.fact_missing"
    return refused.value.facts["fact"]


def test_a_fact_that_is_missing_ends_the_sheet_and_is_named(
    here: Rooms, store: Store, tmp_path: Path
) -> None:
    asked = sheet(here.store, here.clock)
    device = asked.device
    assert device is not None
    assert missing(replace(asked, device=None)) == "device"
    assert missing(replace(asked, device=replace(device, clinic_name=""))) == "clinic_name"
    assert missing(replace(asked, device=replace(device, weights=()))) == "weights"
    assert missing(replace(asked, keys=lambda: None)) == "keys"
    assert missing(replace(asked, kernel=tmp_path)) == "listeners"
    nameless = replace(status().faces, camera="")
    assert missing(replace(asked, faces=lambda: nameless)) == "camera"
    assert missing(replace(asked, store=store)) == "ledger.verified"


# --- the command


class Works:
    def __init__(self, asked: Compliance) -> None:
        self.asked = asked

    def compliance_facts(self, settings_file: Path | None) -> ComplianceFacts:
        return self.asked.facts()


def ran(works: Works, *words: str) -> tuple[int, str]:
    app = typer.Typer()
    app.callback()(lambda: None)
    add_compliance(app, works)
    done = CliRunner().invoke(app, ["compliance", *words], env={"COLUMNS": "200"})
    if isinstance(done.exception, Refused):
        return 1, done.exception.code
    return done.exit_code, done.stdout


def test_the_command_prints_the_sheet_for_people_and_for_programs(here: Rooms) -> None:
    works = Works(sheet(here.store, here.clock))
    status_code, out = ran(works, "--json")
    told = json.loads(out)
    assert (status_code, told["people"]["known"], told["must_file"]) == (0, 1, False)
    assert told["keys"]["klass"] == "weak"
    assert told["listens_beyond_loopback"] is False
    status_code, out = ran(works)
    assert status_code == 0
    assert "encrypted" in out
    assert "FNMR" in out
    assert ran(Works(replace(works.asked, keys=lambda: None))) == (1, "compliance.fact_missing")


def test_the_device_tells_it_beside_a_terminal_that_runs(tmp_path: Path, clock: Clock) -> None:
    settings = SETTINGS.model_copy(update={"data_dir": tmp_path, "camera": "clip.mp4"})
    with pytest.raises(Refused, match=r"store\.absent"):
        compliance_facts(settings)
    running = Store(tmp_path / "terminal.db", database_key(tmp_path / "keys"))
    verified(running, clock)
    facts = compliance_facts(settings)
    assert (facts.people.known, facts.ledger.verified_to) == (0, 12)
    assert (facts.keys.source, facts.faces.camera_class) == ("file", "recorded")
    absent = settings.model_copy(update={"camera": "/dev/video99"})
    with pytest.raises(Refused) as refused:
        compliance_facts(absent)
    assert refused.value.facts == {"fact": "camera"}
    running.close()
