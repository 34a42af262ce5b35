"""By the scanner alone, several visits open over a restart, and what a technician sees of it."""

from __future__ import annotations

import logging

from playwright.sync_api import expect

from drivers.simulated.province import remote
from kiosk_ui.barcode import code128
from terminal.assembly.demonstration import MAN_ID_NUMBER, WOMAN_ID_NUMBER
from terminal.assembly.stage import fresh_code
from terminal.core.scan_commands import Command, amount_code, command_text
from tests.journeys.counted import acts, counting
from tests.journeys.hands import COLD, give, named, settle

IDENTITY_CARD = "990101196001010015"
"""What the scanner reads off one; nobody's."""


def front(demo):
    """The visit in front, as the desk tells it."""
    return demo.device.desk.view().visit


def shares(demo):
    told = remote.book(demo.province.address)["settlements"]
    return {
        (each["psn_no"][-1], each["medfee_sumamt"], each["fund_pay_sumamt"], each["psn_part_amt"])
        for each in told
    }


def by_scanner_alone(demo, doctor):
    """The man before the camera, one box; the amount by the code on the doctor's own screen."""
    doctor.locator("#confirm-button").wait_for()
    demo.scanner.scan(command_text(Command.PERSON))
    doctor.locator(".person.confirmed").wait_for()
    cold = demo.device.desk.view().diagnoses[0].code
    demo.scanner.scan(command_text(Command.DIAGNOSIS, cold))
    doctor.locator(f"{COLD}.chosen").wait_for()
    box = fresh_code(demo.device.catalogue.drug("YP0002"))
    demo.scanner.scan(box)
    doctor.locator(".amount-scan").wait_for()
    visit = front(demo)
    own = visit.bill.shares[0].own
    code = amount_code(visit.visit_id, visit.step, visit.revision, own)
    text = command_text(Command.AMOUNT, code)
    bars = doctor.locator(".amount-scan path").get_attribute("d")
    assert bars in code128(text, "")
    demo.scanner.scan(text)
    doctor.locator("pre.receipt").filter(has_text="医保结算单").wait_for()
    return box


def as_technician(page, address, pin):
    """Another name, another PIN."""
    page.goto(f"{address}/sign-in")
    page.locator("#technician-1").click()
    page.locator("#pin").fill(pin)
    page.locator("#pin-done").click()
    page.wait_for_url("**/status")


def scanner_tested(demo, page, address):
    """The bytes of a box are shown; of an identity card only that it was one."""
    page.goto(f"{address}/technician/scanner")
    page.locator("#start").click()
    page.locator("[data-open='yes']").wait_for()
    box = fresh_code(demo.device.catalogue.drug("YP0003"))
    demo.scanner.scan(box)
    demo.scanner.scan(IDENTITY_CARD)
    expect(page.locator("#heard tr[data-kind]")).to_have_count(2)
    told = page.locator("#heard").inner_text()
    assert box.encode().hex(" ") in told.lower()
    assert IDENTITY_CARD not in page.content()
    assert IDENTITY_CARD.encode().hex(" ")[:23] not in page.content().lower()
    page.locator("#stop").click()


def network_tried(page, address):
    page.goto(f"{address}/technician/network")
    page.locator("form[action$='/network/try'] button").click()
    page.locator("#line[data-running='no'] [data-step]").first.wait_for()
    steps = page.locator("#line [data-step]").all()
    assert {each.get_attribute("data-well") for each in steps} <= {"yes", "skipped"}
    assert "yes" in {each.get_attribute("data-well") for each in steps}


def test_a_visit_by_the_scanner_alone_leaves_a_technician_nothing_of_whoever_it_was(
    clinic, screens, caplog
):
    caplog.set_level(logging.INFO)  # As the program runs: a test hears warnings only.
    demo, addresses = clinic("man")
    doctor = counting(screens(addresses["doctor"]))
    box = by_scanner_alone(demo, doctor)
    assert acts(doctor) == []
    assert shares(demo) == {("1", "26.34", "18.44", "7.90")}

    address = addresses["doctor"].removesuffix("/doctor")
    as_technician(doctor, address, demo.pins["technician"])
    for language, lang in (("zh", "zh-CN"), ("en", "en")):
        doctor.goto(f"{address}/technician/language/{language}?from=/technician")
        expect(doctor.locator("html")).to_have_attribute("lang", lang)
        for name in ("", "/camera", "/scanner", "/network", "/outputs", "/versions", "/settings"):
            assert doctor.goto(f"{address}/technician{name}").status == 200, name
            expect(doctor.locator("[aria-current='page']")).to_have_count(1)
            shown = doctor.content()
            assert "王建国" not in shown, name
            assert MAN_ID_NUMBER not in shown, name
    scanner_tested(demo, doctor, address)
    network_tried(doctor, address)
    doctor.goto(f"{address}/technician/logs")
    logs = doctor.locator("main").inner_text()
    for secret in ("王建国", MAN_ID_NUMBER, box, IDENTITY_CARD):
        assert secret not in logs


def test_two_visits_are_open_over_a_restart_and_each_settles_its_own_to_the_cent(clinic, screens):
    """A box scanned for the wrong one is moved; what was in front is in front afterwards."""
    demo, addresses = clinic("nobody")
    doctor = screens(addresses["doctor"])
    named(doctor, MAN_ID_NUMBER)
    doctor.locator(COLD).click()
    give(demo, doctor, "YP0002", 1)
    man = front(demo).visit_id
    doctor.locator("#aside-button").click()
    doctor.locator("[data-counter='free']").wait_for()
    named(doctor, WOMAN_ID_NUMBER)
    doctor.locator(COLD).click()
    give(demo, doctor, "YP0001", 1)
    give(demo, doctor, "YP0003", 2)  # His, scanned onto hers.
    woman = front(demo).visit_id
    doctor.close()
    demo.close()

    demo, addresses = clinic("nobody")
    doctor = screens(addresses["doctor"])
    doctor.locator(f"[data-front='{woman}']").wait_for()
    doctor.locator("#move-open-2").click()
    doctor.locator("#move-2-1").click()
    expect(doctor.locator(".lines > li")).to_have_count(1)
    settle(doctor)
    doctor.locator("#leave-button[data-leave='leave.next']").click()
    doctor.locator(f"[data-visit-id='{man}'] button").click()
    doctor.locator(f"[data-front='{man}']").wait_for()
    expect(doctor.locator(".lines > li")).to_have_count(2)
    settle(doctor)
    assert shares(demo) == {("2", "4.00", "4.00", "0.00"), ("1", "56.34", "39.44", "16.90")}
