"""Beside the clinic's record system: it settles, or it pushes what this terminal settles; and
what the county hospital prescribed."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from drivers.simulated.province import remote
from drivers.simulated.province.book import FILE_NAME
from terminal import clock
from terminal.api_clients import ApiClients
from terminal.assembly.demonstration import MAN_ID_NUMBER, WOMAN_ID_NUMBER
from terminal.assembly.stage import fresh_code
from terminal.core.record_system import SETTLING
from terminal.core.scan_commands import Command, command_text
from tests.conftest import HOUSE
from tests.journeys.counted import acts, counting
from tests.journeys.hands import COLD, confirm, give, named, put, settle

STEP_MAX_S = 60.0
MAN, WOMAN = "43102400000000000001", "43102400000000000002"
"""Their numbers at the province."""
AMOXICILLIN, PARACETAMOL = "XJ01CAQ001A003020190002", "XN02BEQ001A002010190001"
"""National codes of YP0002 and YP0001."""
THERE = "[data-step='step.settled_there']"


def box(demo, item_code="YP0002"):
    return fresh_code(demo.device.catalogue.drug(item_code))


def front(demo):
    """The visit in front, as the desk tells it."""
    return demo.device.desk.view().visit


def arrived(demo, *lines):
    """The record system's PC got just these lines, and nothing besides."""
    wanted = "".join(f"{line}\n" for line in lines)
    pc = demo.record_pc
    with pc.changed:
        pc.changed.wait_for(lambda: len(pc.typed()) >= len(wanted), STEP_MAX_S)
    assert pc.typed() == wanted


def asked_of_the_province(demo):
    """What this terminal asked for, and what the record system did: numbers of transactions."""
    with closing(sqlite3.connect(demo.folder / "province" / FILE_NAME)) as book:
        rows = book.execute("SELECT msgid, infno FROM messages").fetchall()
    ours, theirs = set(), set()
    for msgid, infno in rows:
        (theirs if msgid[-4:] >= "9000" else ours).add(infno)
    return ours, theirs


def settled_at_the_pc(demo, psn_no, amount):
    """The doctor settles in the record system."""
    return remote.settle_elsewhere(demo.province.address, psn_no, amount, here=True)


def test_the_record_system_settles_what_was_scanned_and_typed_here(clinic, screens):
    """By touch: what is typed arrives to the sign, nothing that settles is sent, and both
    screens show what was settled there."""
    demo, addresses = clinic("man", who_settles="record_system")
    resident, doctor = screens(addresses["resident"], 800, 1280), screens(addresses["doctor"])
    confirm(doctor)
    doctor.locator(COLD).click()
    codes = [box(demo), box(demo, "YP0003")]
    for count, code in enumerate(codes, start=1):
        demo.scanner.scan(code)
        expect(doctor.locator(".lines > li")).to_have_count(count)
    assert demo.record_pc.typed() == ""
    doctor.locator("#type-id").click()
    doctor.locator("[data-typed='id_number'][data-whole='yes']").wait_for()
    arrived(demo, MAN_ID_NUMBER)
    doctor.locator("#type-codes").click()
    doctor.locator("[data-typed='trace_codes'][data-whole='yes']").wait_for()
    arrived(demo, MAN_ID_NUMBER, *codes)
    doctor.locator("#hand-over-button").click()
    doctor.locator("[data-record='awaited']").wait_for()

    settled_at_the_pc(demo, MAN, "56.34")
    doctor.locator("#ask-there-button").click()
    figures = doctor.locator("[data-record='settled']")
    figures.wait_for()
    for sum_ in ("56.34", "39.44", "16.90"):
        assert sum_ in figures.inner_text()
    resident.locator(THERE).wait_for()
    shown = resident.locator("main").inner_text()
    assert "39.44" in shown
    assert "16.90" in shown
    assert "王建国" not in resident.content()
    expect(doctor.locator("pre.receipt, #settle-button, #cash-button")).to_have_count(0)
    ours, theirs = asked_of_the_province(demo)
    assert ours & SETTLING == set()
    assert "5201" in ours
    assert "2207" in theirs or "2207A" in theirs
    unplugged(demo, doctor, addresses)


def unplugged(demo, doctor, addresses):
    """Said on the doctor's page and to whoever looks after the terminal, each in their words."""
    demo.record_pc.close()
    doctor.locator("[data-part='keyboard'][data-away='typing.away']").wait_for()
    doctor.goto(addresses["status"])
    row = doctor.locator("[data-part='keyboard'][data-away='typing.away']")
    assert "到基卫系统的键盘线" in row.inner_text()


def until_focused(page, button):
    """The green button has the focus by itself."""
    expect(page.locator(f"#{button}[data-ready]")).to_be_focused()


def tab_to(page, wanted):
    """Go on with Tab until this has the focus."""
    page.locator(f"#{wanted}").wait_for()
    for _ in range(80):
        if page.evaluate("document.activeElement.id") == wanted:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no Tab leads to {wanted}")


def by_scanner_alone(demo, doctor):
    """The man before the camera; his box, and the visit handed over off the sheet."""
    doctor.locator("#confirm-button").wait_for()
    demo.scanner.scan(command_text(Command.PERSON))
    doctor.locator(".person.confirmed").wait_for()
    cold = demo.device.desk.view().diagnoses[0].code
    demo.scanner.scan(command_text(Command.DIAGNOSIS, cold))
    doctor.locator(f"{COLD}.chosen").wait_for()
    give(demo, doctor, "YP0002", 1)
    doctor.locator("#hand-over-button").wait_for()
    demo.scanner.scan(command_text(Command.GIVE))
    doctor.locator("[data-record='awaited']").wait_for()
    doctor.locator("[data-scan='command.give']").wait_for()
    assert acts(doctor) == []


def by_keys_alone(demo, doctor):
    """The woman by her number; hers is typed, handed over and found."""
    tab_to(doctor, "id-number")
    doctor.keyboard.type(WOMAN_ID_NUMBER)
    doctor.keyboard.press("Enter")
    until_focused(doctor, "confirm-button")
    doctor.keyboard.press("Enter")
    doctor.locator(".person.confirmed").wait_for()
    doctor.keyboard.press("1")
    doctor.locator(f"{COLD}.chosen").wait_for()
    code = box(demo, "YP0003")
    demo.scanner.scan(code)
    until_focused(doctor, "hand-over-button")
    tab_to(doctor, "type-id")
    doctor.keyboard.press("Enter")
    doctor.locator("[data-typed='id_number'][data-whole='yes']").wait_for()
    arrived(demo, WOMAN_ID_NUMBER)
    tab_to(doctor, "hand-over-button")
    until_focused(doctor, "hand-over-button")
    doctor.keyboard.press("Enter")
    doctor.locator("[data-record='awaited']").wait_for()
    settled_at_the_pc(demo, WOMAN, "30.00")
    tab_to(doctor, "ask-there-button")
    doctor.keyboard.press("Enter")
    doctor.locator("[data-record='settled']").wait_for()
    assert all(act.startswith("key ") for act in acts(doctor))


def test_a_visit_is_handed_over_by_scanner_alone_and_the_next_by_keys_alone(clinic, screens):
    """The scanner types nothing into the record system, and what it did is taken back by a tap."""
    demo, addresses = clinic("man", who_settles="record_system")
    doctor = counting(screens(addresses["doctor"]))
    by_scanner_alone(demo, doctor)
    assert demo.record_pc.typed() == ""
    doctor.locator("#take-back-there-open").click()
    doctor.locator("#take-back-there-button").click()
    doctor.locator("#hand-over-button").click()
    doctor.locator("[data-record='awaited']").wait_for()
    put(demo, "nobody")
    doctor.locator("#leave-button").click()
    doctor.locator("[data-counter='free']").wait_for()

    acts(doctor)
    doctor.reload(wait_until="domcontentloaded")
    by_keys_alone(demo, doctor)
    assert asked_of_the_province(demo)[0] & SETTLING == set()


def sample(mode, what, **variables):
    """docs/record_client.py as somebody runs it: its answer."""
    done = subprocess.run(
        [sys.executable, str(HOUSE / "docs" / "record_client.py"), mode, what],
        env={**os.environ, **variables},
        capture_output=True, text=True, timeout=STEP_MAX_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@contextmanager
def listening_sample(port, secret):
    """docs/record_client.py listening; yields its lines: a result each."""
    with subprocess.Popen(
        [sys.executable, str(HOUSE / "docs" / "record_client.py"), "listen", str(port)],
        env={**os.environ, "SECRET": secret},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        nothing_came = threading.Timer(STEP_MAX_S, process.kill)  # Ends a read that waits.
        nothing_came.start()
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "listening"
            yield process.stdout
        finally:
            nothing_came.cancel()
            process.terminate()


@contextmanager
def kept_port():
    """A port that nobody else is given: bound and never listened at, so that another may."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_a_pushed_bill_is_settled_here_and_its_result_reaches_whoever_pushed_it(
    clinic, screens, tmp_path
):
    demo, addresses = clinic("nobody")
    doctor = screens(addresses["doctor"])
    with kept_port() as port:
        clients = ApiClients(demo.device.store, clock.now)
        made = clients.add("his", f"http://127.0.0.1:{port}/heard")
        here = {"TERMINAL": demo.device.record.api.address(), "TOKEN": made.token}
        code = box(demo)
        line = {"item_code": "YP0002", "quantity": "1", "trace_codes": [code]}
        bill = {"number": "JW-1", "id_number": MAN_ID_NUMBER, "lines": [line], "total_fen": 2634}
        file = tmp_path / "bill.json"
        file.write_text(json.dumps(bill), "utf-8")
        with listening_sample(port, made.callback_secret) as heard:
            status, told = sample("push", str(file), **here)
            assert (status, told["state"]) == (201, "waiting")
            doctor.locator("#pushed-open-button-1").click()
            confirm(doctor)
            doctor.locator("#pushed-take-button-1").click()
            doctor.locator(COLD).click()
            settle(doctor)
            status, told = sample("result", "JW-1", **here)
            assert (status, told["state"]) == (200, "settled")
            said = json.loads(heard.readline())
    assert said == told
    assert sample("push", str(file), **here)[1]["state"] == "settled"  # Once more: the same one.
    (settled,) = remote.book(demo.province.address)["settlements"]
    assert (settled["medfee_sumamt"], settled["psn_part_amt"]) == ("26.34", "7.90")
    addresses["api"] = here["TERMINAL"]
    demo.close()
    for name in ("api", "doctor"):
        at = urlsplit(addresses[name])
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((at.hostname, at.port), STEP_MAX_S)


def dispensed(demo, hi_rxno):
    """How many lines the province settled under this prescription."""
    with closing(sqlite3.connect(demo.folder / "province" / FILE_NAME)) as book:
        return book.execute(
            "SELECT count(*) FROM rx_lines JOIN settlements USING (mdtrt_id)"
            " WHERE rxno = ? AND state = 'settled'",
            (hi_rxno,),
        ).fetchone()[0]


def test_a_county_prescription_is_counted_box_by_box_and_dispensed_once(clinic, screens):
    demo, addresses = clinic("nobody")
    doctor = screens(addresses["doctor"])
    made = remote.prescribe(demo.province.address, MAN, (AMOXICILLIN, "1"), (PARACETAMOL, "1"))
    named(doctor, MAN_ID_NUMBER)
    demo.scanner.scan(made["rxTraceCode"])
    rx = doctor.locator(f"[data-rx='{made['hiRxno']}']")
    expect(rx).to_have_attribute("data-left", "2")
    doctor.locator(f"{COLD}.chosen").wait_for()  # As the hospital wrote.
    for count, item_code in enumerate(("YP0002", "YP0001"), start=1):
        give(demo, doctor, item_code, count)
        expect(rx).to_have_attribute("data-left", str(2 - count))
    give(demo, doctor, "YP0001", 3)  # One more than prescribed: an ordinary line.
    settle(doctor)
    assert dispensed(demo, made["hiRxno"]) == 2
    doctor.locator("#cash-button").click()
    doctor.locator("#leave-button[data-leave='leave.next']").click()
    named(doctor, MAN_ID_NUMBER)
    demo.scanner.scan(made["rxTraceCode"])
    doctor.locator("[data-scan='prescription.in_other_visit']").wait_for()
