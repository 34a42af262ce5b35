"""Whole visits: real browser, real store, real camera path, real pty, simulated world."""

import re

import pytest
from playwright.sync_api import expect

from drivers.simulated.province import remote
from drivers.simulated.scanner import WRONG_THINGS
from terminal.assembly.demonstration import MAN_ID_NUMBER, ProvinceProcess
from terminal.assembly.once import visit_once
from terminal.assembly.stage import fresh_code
from terminal.core.visit import VisitState
from tests.journeys.hands import confirm, put


def box(demo, code):
    drug = next(drug for drug in demo.device.catalogue.drugs if drug.medins_list_codg == code)
    return fresh_code(drug)


def give(demo, doctor, code, lines):
    demo.scanner.scan(code)
    expect(doctor.locator(".lines li")).to_have_count(lines)


def test_a_resident_is_recognised_given_two_boxes_and_settled(clinic, screens):
    """Worked case 1: two boxes at 4.00 of a drug that the fund pays whole."""
    demo, addresses = clinic("man")
    resident, doctor = screens(addresses["resident"]), screens(addresses["doctor"])
    confirm(doctor)
    assert "王建国" in doctor.locator(".person").inner_text()
    assert "王建国" not in resident.content()
    doctor.locator("#diagnosis-1").click()
    give(demo, doctor, box(demo, "YP0001"), 1)
    give(demo, doctor, box(demo, "YP0001"), 2)
    button = doctor.locator("#settle-button")
    button.wait_for()
    assert "¥0.00" in button.inner_text()
    button.click()
    receipt = doctor.locator("pre.receipt")
    receipt.wait_for()
    assert "医保基金支付 8.00" in receipt.inner_text()
    resident.get_by_text("8.00").first.wait_for()
    doctor.locator("#leave-button").click()
    doctor.locator("#id-number").wait_for()
    (settled,) = remote.book(demo.province.address)["settlements"]
    assert (settled["medfee_sumamt"], settled["fund_pay_sumamt"]) == ("8.00", "8.00")


def test_a_visit_that_was_left_on_the_counter_does_not_stop_the_demos_next_one(clinic, screens):
    """A demo ended in the middle, as a power cut or Ctrl-C ends it, and `demo --once` after it."""
    demo, addresses = clinic("man")
    doctor = screens(addresses["doctor"])
    confirm(doctor)
    give(demo, doctor, box(demo, "YP0001"), 1)
    demo.close()
    again, _ = clinic("man")
    left = again.device.desk.view().visit
    assert (left.state, len(left.lines)) == (VisitState.TRACED, 1)
    outcome = visit_once(again)
    assert outcome.medfee_sumamt == "8.00"
    (settled,) = remote.book(again.province.address)["settlements"]
    assert settled["setl_id"] == outcome.setl_id


def test_a_grandmother_is_asked_for_whom_and_settles_for_the_child(clinic, screens):
    demo, addresses = clinic("woman", woman_enrolled=True)
    resident, doctor = screens(addresses["resident"], 800, 1280), screens(addresses["doctor"])
    resident.get_by_role("button", name=re.compile("儿子")).click()
    confirm(doctor)
    card = doctor.locator(".person").inner_text()
    assert "李小宝" in card
    assert "李秀英" in card
    doctor.locator("#diagnosis-1").click()
    give(demo, doctor, box(demo, "YP0002"), 1)
    doctor.locator("#settle-button").click()
    doctor.locator("pre.receipt").wait_for()
    assert "代办人 李*英" in doctor.locator("pre.receipt").inner_text()
    (settled,) = remote.book(demo.province.address)["settlements"]
    assert (settled["fund_pay_sumamt"], settled["psn_part_amt"]) == ("18.44", "7.90")


def test_without_a_camera_the_id_number_settles_the_same_visit(clinic, screens):
    """Worked case 3 but for the consultation: 42.50, of which the fund pays 32.25."""
    demo, addresses = clinic("nobody")
    put(demo, "gone")
    doctor = screens(addresses["doctor"])
    doctor.locator("[data-away='camera.not_found']").wait_for()
    doctor.locator("#id-number").fill(MAN_ID_NUMBER)
    doctor.locator("#id-open").click()
    confirm(doctor)
    doctor.locator("#diagnosis-1").click()
    give(demo, doctor, box(demo, "YP0003"), 1)
    doctor.locator("#services summary").click()
    doctor.get_by_role("button", name=re.compile("葡萄糖")).first.click()
    doctor.locator("#settle-button").filter(has_text="10.25").click()
    doctor.locator("pre.receipt").wait_for()
    (settled,) = remote.book(demo.province.address)["settlements"]
    assert (settled["medfee_sumamt"], settled["fund_pay_sumamt"]) == ("42.50", "32.25")


UNRECOGNISED = [
    ("photograph", "face.not_live"),
    ("nobody", "face.none"),
    ("two", "face.two"),
    ("nobody", "face.none"),
    ("woman", "face.unknown"),
]


def test_who_cannot_be_recognised_is_told_what_to_do_and_nothing_is_opened(clinic, screens):
    demo, addresses = clinic()
    doctor = screens(addresses["doctor"])
    for scene, hint in UNRECOGNISED:
        put(demo, scene)
        doctor.locator(f"[data-hint='{hint}']").wait_for()
        assert demo.device.desk.view().visit is None
        assert doctor.locator("#id-number").is_visible()


@pytest.mark.parametrize(
    ("scene", "code"), [("black", "camera.black"), ("frozen", "camera.frozen")]
)
def test_a_camera_that_shows_nothing_is_named_and_comes_back(clinic, screens, scene, code):
    demo, addresses = clinic(scene)
    doctor = screens(addresses["doctor"])
    doctor.locator(f"[data-away='{code}']").wait_for()
    put(demo, "man")
    doctor.locator("#confirm-button").wait_for()


def test_a_camera_gone_in_the_middle_leaves_the_visit_where_it_was(clinic, screens):
    demo, addresses = clinic("man")
    doctor = screens(addresses["doctor"])
    confirm(doctor)
    put(demo, "gone")
    doctor.locator("[data-part='camera']").wait_for()
    doctor.locator("#diagnosis-1").click()
    give(demo, doctor, box(demo, "YP0001"), 1)
    doctor.locator("#settle-button").click()
    doctor.locator("pre.receipt").wait_for()


def test_wrong_scans_and_the_same_box_twice_are_named_and_change_nothing(clinic, screens):
    demo, addresses = clinic("man")
    doctor = screens(addresses["doctor"])
    confirm(doctor)
    doctor.locator("#diagnosis-1").click()
    first = box(demo, "YP0001")
    give(demo, doctor, first, 1)
    demo.scanner.scan(first)
    doctor.locator("[data-scan='scan.same_box']").wait_for()
    for label, code, kind in [
        (*WRONG_THINGS[0], "scan.commodity_code"),
        (*WRONG_THINGS[1], "scan.identity_card"),
    ]:
        demo.scanner.scan(code)
        doctor.locator(f"[data-scan='{kind}']").wait_for()
        assert code not in doctor.content(), label
    assert doctor.locator(".lines li").count() == 1
    demo.scanner.unplug()
    doctor.locator("[data-part='scanner']").wait_for()
    demo.scanner.replug()
    doctor.locator("[data-away='scanner.rescan_last']").wait_for()
    give(demo, doctor, box(demo, "YP0001"), 2)


def test_a_province_that_is_away_costs_no_visit(clinic, screens):
    demo, addresses = clinic("man")
    doctor = screens(addresses["doctor"])
    confirm(doctor)
    doctor.locator("#diagnosis-1").click()
    give(demo, doctor, box(demo, "YP0002"), 1)
    doctor.locator("#settle-button").wait_for()
    port = int(demo.province.address.rpartition(":")[2])
    demo.province.close()
    doctor.locator("#settle-button").click()
    doctor.locator("[data-away='province.away']").wait_for()
    assert demo.device.desk.view().visit.state is VisitState.CONFIRMED
    demo.province = ProvinceProcess(demo.folder / "province", port)
    doctor.locator("pre.receipt").wait_for()
    assert len(remote.book(demo.province.address)["settlements"]) == 1


def test_a_lost_answer_is_looked_for_and_never_charged_again(clinic, screens):
    demo, addresses = clinic("man")
    doctor = screens(addresses["doctor"])
    confirm(doctor)
    doctor.locator("#diagnosis-1").click()
    give(demo, doctor, box(demo, "YP0002"), 1)
    doctor.locator("#settle-button").wait_for()
    remote.plant(demo.province.address, "lost_after_commit", "2207A")
    doctor.locator("#settle-button").click()
    doctor.locator("pre.receipt").wait_for()
    assert len(remote.book(demo.province.address)["settlements"]) == 1


def test_the_panel_puts_boxes_and_people_into_the_clinic(clinic, screens):
    demo, addresses = clinic("nobody")
    panel, doctor = screens(addresses["panel"]), screens(addresses["doctor"])
    panel.get_by_role("button", name=re.compile("王建国")).click()
    confirm(doctor)
    doctor.locator("#diagnosis-1").click()
    panel.locator("form[action$='/boxes/scan'] button").first.click()
    doctor.locator(".lines li").first.wait_for()
    assert demo.device.desk.view().visit.lines
