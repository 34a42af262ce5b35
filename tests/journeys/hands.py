"""What hands do at the demo clinic again and again: show, scan, tap, and ask a command."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

from playwright.sync_api import expect

from drivers.simulated.province.book import FILE_NAME
from drivers.simulated.province.reference import DATA, read_reference
from drivers.simulated.scenes import SCENES
from terminal.assembly.demonstration import WOMAN_ID_NUMBER
from terminal.assembly.stage import fresh_code, show

COLD = "#diagnosis-1"
PEOPLE = {each.name: each for each in read_reference().people.values()}
INFANT = PEOPLE["李小满"]


def put(demo, scene):
    """Somebody steps before the camera, or goes."""
    show(demo.device.camera, demo.clips, SCENES[scene])


def scan(demo, item_code):
    """Hold a new box of this drug under the scanner."""
    demo.scanner.scan(fresh_code(demo.device.catalogue.drug(item_code)))


def give(demo, doctor, item_code, lines):
    """Scan a new box of this drug; so many lines then stand on the bill."""
    scan(demo, item_code)
    expect(doctor.locator(".lines > li")).to_have_count(lines)


def confirm(doctor):
    """Say that this is the person; a box scanned before that was said is nobody's."""
    doctor.locator("#confirm-button").click()
    doctor.locator(".person.confirmed").wait_for()


def named(doctor, id_number):
    """Open a visit by ID number, with the doctor's word."""
    doctor.locator("#id-number").fill(id_number)
    doctor.locator("#id-open").click()
    confirm(doctor)


def settle(doctor):
    """Agree to the amount on the screen; returns the receipt."""
    doctor.locator("#settle-button").click()
    receipt = doctor.locator("pre.receipt").filter(has_text="医保结算单")
    receipt.wait_for()
    return receipt.inner_text()


def bind_infant(doctor, addresses):
    """The woman's daughter becomes a member of hers, by her birth certificate."""
    doctor.goto(f"{addresses['doctor']}/family")
    doctor.locator("#id-number").fill(WOMAN_ID_NUMBER)
    doctor.locator("#family-begin").click()
    doctor.locator("#member-number").fill(INFANT.id_number)
    doctor.locator("#member-button").click()
    doctor.locator("label:has(#bind-relation-2)").click()
    doctor.locator("#bind-birth_certificate").click()
    doctor.locator("[data-done]").wait_for()
    doctor.locator("#stop-button").click()
    doctor.goto(addresses["doctor"])


def claims(demo):
    """What the province wrote down of each visit: whose, and under which doctor."""
    with closing(sqlite3.connect(demo.folder / "province" / FILE_NAME)) as book:
        return book.execute("SELECT psn_no, doctor FROM visits WHERE med_type NOT NULL").fetchall()


def command(arguments, folder, **variables):
    """Run the program over a demo's data folder, to its end: status, object, words."""
    ours = {
        "DATA_DIR": str(folder),
        "CLINIC_NAME": "演示村卫生室",
        "FIXMEDINS_CODE": "H43102400991",
        "DOCTOR_CODE": "D431024000991",
        "DOCTOR_NAME": "雷新民",
        "MDTRTAREA_ADMVS": "431024",
        "PROVINCE_URL": "http://127.0.0.1:9",
        "DRUGS_FILE": str(DATA / "drugs.csv"),
        "SERVICES_FILE": str(DATA / "services.csv"),
        "BENEFITS_FILE": str(DATA / "benefits.toml"),
        **variables,
    }
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CLINIC_TERMINAL")}
    done = subprocess.run(
        [sys.executable, "-m", "terminal", *arguments],
        env={**environment, **{f"CLINIC_TERMINAL_{name}": text for name, text in ours.items()}},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


def messages(demo, doctor):
    """Every message to the province about the visit on the screen, as its evidence names it."""
    doctor.locator("#undo-card summary").click()
    doctor.locator("#evidence").click()
    numbers = [row.get_attribute("data-msgid") for row in doctor.locator("[data-msgid]").all()]
    found = [demo.device.store.journal.message(number) for number in numbers]
    return [(each.infno, each.request.decode("utf-8")) for each in found]
