"""Who works here, and what can be proved afterwards: pages, commands, and a copied folder."""

import json
import shutil
from contextlib import closing

import pytest
from playwright.sync_api import expect

from terminal.assembly.demonstration import CLIPS, MAN_ID_NUMBER
from terminal.assembly.keys import KEYS_FOLDER, STORE
from terminal.assembly.parts import ASSETS, WEIGHTS
from terminal.clock import now
from terminal.core.ledger import Deed
from terminal.key_files import Files
from terminal.store.database import Database
from terminal.vault import Vault
from tests.journeys.hands import COLD, PEOPLE, claims, command, give, named, settle

LEI, TANG = "D431024000991", "D431024000992"
PAGE_BYTES = 4096
"""Of the encrypted database; each page carries its own check."""
SEALED = ("database", "template", "device")


def sign_in(page, who, pin):
    page.locator(who).click()
    page.locator("#pin").fill(pin)
    page.locator("#pin-done").click()


def at_the_door(screens, addresses, path="/doctor"):
    """A browser that nobody has signed in at yet."""
    page = screens(addresses["resident"])
    page.goto(addresses["doctor"].replace("/doctor", path))
    return page


def test_a_shift_changes_in_two_taps_and_the_claim_is_the_substitutes(clinic, screens):
    demo, addresses = clinic()
    doctor = screens(addresses["doctor"])
    named(doctor, MAN_ID_NUMBER)
    give(demo, doctor, "YP0001", 1)
    before = demo.device.desk.view().visit.visit_id
    doctor.locator("#shift").click()
    sign_in(doctor, "#doctor-2", demo.pins["substitute"])
    doctor.locator("[data-on-duty]").filter(has_text="唐小兰").wait_for()
    assert demo.device.desk.view().visit.visit_id == before
    expect(doctor.locator(".lines > li")).to_have_count(1)
    doctor.locator(COLD).click()
    settle(doctor)
    assert claims(demo) == [(PEOPLE["王建国"].psn_no, TANG)]


def test_wrong_pins_lock_the_one_who_tries_and_nobody_else(clinic, screens):
    demo, addresses = clinic()
    page = at_the_door(screens, addresses)
    wrong = "924680" if demo.pins["doctor"] != "924680" else "924681"
    page.locator("#doctor-1").click()
    for left in (4, 3, 2, 1):
        page.locator("#pin").fill(wrong)
        page.locator("#pin-done").click()
        page.get_by_text(f"还能试 {left} 次").wait_for()
    page.locator("#pin").fill(wrong)
    page.locator("#pin-done").click()
    page.locator(".complaint").filter(has_not_text="还能试 1 次").wait_for()
    page.locator("#pin").fill(demo.pins["doctor"])
    page.locator("#pin-done").click()
    page.locator(".complaint").wait_for()
    assert page.url.endswith("/sign-in")
    page.locator("#other-name").click()
    sign_in(page, "#doctor-2", demo.pins["substitute"])
    page.locator("[data-on-duty]").filter(has_text="唐小兰").wait_for()
    entries = [kept.entry for kept in demo.device.store.ledger.entries()]
    refused = [entry for entry in entries if entry.deed == Deed.SIGN_IN_REFUSED]
    assert len(refused) == 5
    assert not any(demo.pins["doctor"] in entry.facts for entry in refused)


def test_a_technician_opens_the_status_page_and_no_page_of_the_doctors(clinic, screens):
    demo, addresses = clinic()
    page = at_the_door(screens, addresses, "/status")
    sign_in(page, "#technician-1", demo.pins["technician"])
    page.locator("#compliance").wait_for()
    for path in ("", "/family", "/enrol", "/held", "/day", "/shelf"):
        refused = page.request.get(f"{addresses['doctor']}{path}", max_redirects=0)
        assert refused.status == 403, path


def test_the_compliance_sheet_tells_what_is_true_on_the_page_and_beside_it(clinic, screens):
    demo, addresses = clinic("man")
    doctor = screens(addresses["doctor"])
    doctor.locator("#confirm-button").wait_for()
    demo.device.ledger.verify()
    doctor.goto(addresses["status"])
    doctor.locator("#compliance").click()
    expect(doctor.locator("[data-enrolled]")).to_have_attribute("data-enrolled", "1")
    expect(doctor.locator("[data-ledger]")).to_have_attribute("data-ledger", "sound")
    expect(doctor.locator("[data-camera]")).to_have_attribute("data-camera", "recorded")
    expect(doctor.locator("[data-keys]")).to_have_attribute("data-keys", "weak")
    expect(doctor.locator("[data-beyond]")).to_have_attribute("data-beyond", "no")
    told = doctor.locator("main").inner_text()
    assert "王建国" not in told
    port = addresses["doctor"].split(":")[2].partition("/")[0]
    clip = str(demo.clips / "face_noface.mov")
    status, sheet, words = command(
        ["compliance", "--json"], demo.folder, WEB_PORT=port, CAMERA=clip
    )
    assert status == 0, words
    people = demo.device.store.census.people()
    assert (sheet["people"]["enrolled"], sheet["people"]["consents"]) == (1, 1)
    assert sheet["people"]["templates"] == sheet["people"]["templates_sealed"] == people.templates
    assert (sheet["staff"]["doctors"], sheet["staff"]["technicians"]) == (2, 1)
    assert sheet["place"]["encrypted"] is True
    assert sheet["ledger"]["sound"] is True
    assert [each["port"] for each in sheet["listeners"] if each["ours"]] == [int(port)]


@pytest.fixture(scope="module")
def morning(pulled, tmp_path_factory):
    """What `demo --once` said of one settled visit, and the folder that it left behind."""
    folder = tmp_path_factory.mktemp("morning")
    for part in (WEIGHTS, ASSETS, CLIPS):
        (folder / part).symlink_to((pulled / part).resolve())
    status, told, words = command(["demo", "--once", "--json"], folder)
    assert status == 0, words
    return told, folder / "demo"


@pytest.fixture
def closed(morning):
    return morning[1]


def copy(folder, there):
    """Everything but the networks, which are links."""
    shutil.copytree(folder, there, symlinks=True, ignore=shutil.ignore_patterns("dev"))
    return there


def test_one_changed_row_or_byte_of_the_ledger_is_named_and_an_untouched_one_is_sound(
    closed, tmp_path
):
    forged, damaged = copy(closed, tmp_path / "forged"), copy(closed, tmp_path / "damaged")
    (key,) = Vault([Files(closed / KEYS_FOLDER, now)]).database_keys()
    with closing(Database(forged / STORE, key)) as database, database.transaction() as db:
        (changed,) = db.execute("SELECT number FROM ledger WHERE deed = 'settled'").fetchone()
        db.execute("DROP TRIGGER ledger_is_not_edited")
        db.execute("UPDATE ledger SET who = ? WHERE number = ?", (TANG, changed))
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ledger'").fetchone()
    status, told, words = command(["ledger", "verify", "--json"], forged)
    assert (status, told["broken"], told["number"]) == (1, "ledger.edited", changed), words
    store = damaged / STORE
    held = bytearray(store.read_bytes())
    held[(page - 1) * PAGE_BYTES + 100] ^= 1
    store.write_bytes(held)
    status, told, words = command(["ledger", "verify", "--json"], damaged)
    assert (status, told) == (1, {})
    assert "store.damaged" in words
    status, told, words = command(["ledger", "verify", "--json"], closed)
    assert (status, told["sound"], told["broken"]) == (0, True, None), words
    assert told["sealed_to"] == told["entries"] > 5


def test_a_copied_folder_does_not_open_on_another_machine_and_says_so(closed, tmp_path):
    """Another machine's folder on this one: its keys are locked with that machine's number."""
    copied = copy(closed, tmp_path / "copied")
    (tmp_path / "machine-id").write_text("f" * 32)
    there = Files(copied / KEYS_FOLDER, now, tmp_path / "machine-id")
    for name in SEALED:
        there.keep(name, Files(closed / KEYS_FOLDER, now).read(name))
    before = (copied / STORE).read_bytes()
    for arguments in (["ledger", "verify"], ["compliance"], ["run"]):
        status, told, words = command(arguments, copied, WEB_PORT="0")
        assert (status, told) == (78 if arguments == ["run"] else 1, {}), arguments
        assert "vault.other_device" in words, arguments
        assert any("\u4e00" <= letter <= "\u9fff" for letter in words), arguments
    assert (copied / STORE).read_bytes() == before
    assert command(["operator", "list", "--json"], copy(closed, tmp_path / "same"))[0] == 0


def test_what_stands_behind_a_settlement_is_told_by_the_command_and_verified_anywhere(
    morning, tmp_path
):
    visit, closed = morning
    record = tmp_path / "record.json"
    status, _, words = command(["evidence", visit["setl_id"], "--out", str(record)], closed)
    assert status == 0, words
    assert MAN_ID_NUMBER not in record.read_text("utf-8")
    status, told, words = command(["evidence", visit["setl_id"], "--json"], closed)
    assert status == 0, words
    assert "王建国" in json.dumps(told, ensure_ascii=False)
    assert LEI in json.dumps(told)
