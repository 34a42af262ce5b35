"""The three people at the demo clinic, by touch and by keyboard: what each does, and hears."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from drivers.simulated.printer import PrinterFault
from drivers.simulated.province import remote
from terminal.assembly.demonstration import MAN_ID_NUMBER
from terminal.assembly.stage import fresh_code
from terminal.assembly.voice import VOICE
from terminal.core.agreement import Answer, Manner
from tests.journeys.counted import acts, counting, listening, sounded
from tests.journeys.hands import COLD, confirm, give, put, settle


@pytest.fixture
def voice(data_dir, pulled):
    """The demo speaks: the sound files lie beside its networks."""
    if not (pulled / VOICE / "mandarin").is_dir():
        pytest.fail("the voice has not been built; run `make pull`")
    (data_dir / VOICE).symlink_to((pulled / VOICE).resolve())


def box(demo, item_code):
    return fresh_code(demo.device.catalogue.drug(item_code))


def settlements(demo):
    return remote.book(demo.province.address)["settlements"]


def front(demo):
    """The visit in front, as the desk tells it."""
    return demo.device.desk.view().visit


def printed_after_mending(demo, doctor, address):
    """The receipt is asked for while the paper is out; said, and printed from the new roll."""
    visit_id = front(demo).visit_id
    demo.printer.plant(PrinterFault.PAPER_OUT)
    before = settlements(demo)  # Sold boxes may still be reported meanwhile.
    doctor.goto(f"{address}/paper")
    doctor.locator(f"#receipt-{visit_id}").click()
    doctor.goto(address)
    doctor.locator("[data-part='printer'][data-away='printer.paper_out']").wait_for()
    assert demo.printer.papers == ()
    demo.printer.mend()
    assert demo.printer.wait_for(1, 60.0)
    expect(doctor.locator("[data-part='printer']")).to_have_count(0)
    assert settlements(demo) == before
    return demo.printer.papers


@pytest.mark.usefixtures("voice")
def test_a_known_resident_with_two_boxes_taps_once_and_the_doctor_three_times(clinic, screens):
    """A price before anybody comes, the words spoken, the year's limit asked, paper at last."""
    demo, addresses = clinic("nobody")
    resident = counting(listening(screens(addresses["resident"], 800, 1280)))
    doctor = counting(screens(addresses["doctor"]))
    first = box(demo, "YP0002")
    demo.scanner.scan(first)
    resident.locator("[data-price='price.told']").wait_for()
    assert "26.34" in resident.locator(".price").inner_text()
    assert demo.device.store.visits.unfinished() == []
    resident.locator("#price-seen").click()  # Browsers speak only after a hand was there.
    expect(resident.locator(".price")).to_have_count(0)
    assert (acts(resident), acts(doctor)) == (["price-seen"], [])

    put(demo, "man")
    sounded(resident, "step.presented")
    confirm(doctor)
    doctor.locator("#diagnosis-1").click()
    demo.scanner.scan(first)  # A price that was asked sold nothing: the box is still whole.
    expect(doctor.locator(".lines > li")).to_have_count(1)
    give(demo, doctor, "YP0002", 2)
    resident.locator("#agree-button").click()
    doctor.locator("[data-agreement='agreed']").wait_for()
    settle(doctor)
    assert acts(doctor) == ["confirm-button", "diagnosis-1", "settle-button"]
    assert acts(resident) == ["agree-button"]
    (settled,) = settlements(demo)
    assert (settled["medfee_sumamt"], settled["fund_pay_sumamt"], settled["psn_part_amt"]) == (
        "52.68", "36.88", "15.80",
    )  # fmt: skip
    said = demo.device.store.agreements.last(front(demo).visit_id)
    assert (said.answer, said.manner, said.own.yuan) == (Answer.AGREED, Manner.TAP, "15.80")
    assert "王建国" not in resident.content()

    (paper,) = printed_after_mending(demo, doctor, addresses["doctor"])
    assert "36.88" in paper
    resident.locator("#mine-open").click()
    resident.locator("#tile-limit").click()
    resident.locator("[data-part='limit']").wait_for()
    assert "36.88" in resident.locator("main").inner_text()
    doctor.locator("#cash-button").click()
    doctor.locator("#leave-button[data-leave='leave.next']").click()
    resident.wait_for_url(addresses["resident"])  # With the visit it closes by itself.


def by_keyboard_named(doctor, id_number):
    """Open a visit with keys alone, and say that it is they."""
    doctor.keyboard.press("Tab")  # A page that nobody touched: the first thing on it.
    for _ in range(60):
        if doctor.evaluate("document.activeElement.id") == "id-number":
            break
        doctor.keyboard.press("Tab")
    doctor.keyboard.type(id_number)
    doctor.keyboard.press("Enter")
    enter(doctor, "confirm-button")
    doctor.locator(".person.confirmed").wait_for()


def enter(doctor, button):
    """The green button has the focus by itself; Enter presses it."""
    expect(doctor.locator(f"#{button}[data-ready]")).to_be_focused()
    doctor.keyboard.press("Enter")


def test_a_resident_who_declines_is_charged_nothing_and_the_next_is_served_by_keys_alone(
    clinic, screens
):
    demo, addresses = clinic("man")
    resident, doctor = screens(addresses["resident"]), counting(screens(addresses["doctor"]))
    confirm(doctor)
    doctor.locator(COLD).click()
    give(demo, doctor, "YP0002", 1)
    resident.locator("#decline-button").click()
    doctor.locator("[data-agreement='declined']").wait_for()
    expect(doctor.locator("#settle-button")).to_have_count(0)
    assert settlements(demo) == []
    doctor.locator("#spoken-button").click()
    doctor.locator("[data-agreement='agreed']").wait_for()
    assert settlements(demo) == []
    settle(doctor)
    said = demo.device.store.agreements.last(front(demo).visit_id)
    assert (said.answer, said.manner, said.heard_by) == (
        Answer.AGREED, Manner.SPOKEN, "D431024000991",
    )  # fmt: skip
    put(demo, "nobody")
    doctor.locator("#cash-button").click()
    doctor.locator("#leave-button[data-leave='leave.next']").click()
    doctor.locator("[data-hint='face.none']").wait_for()

    counting(doctor)
    by_keyboard_named(doctor, MAN_ID_NUMBER)
    doctor.keyboard.press("1")
    doctor.locator("#diagnosis-1.chosen").wait_for()
    give(demo, doctor, "YP0003", 1)
    enter(doctor, "settle-button")
    doctor.locator("pre.receipt").filter(has_text="医保结算单").wait_for()
    enter(doctor, "cash-button")
    enter(doctor, "leave-button")
    expect(doctor.locator("[data-counter='free']")).to_have_count(1)
    assert all(act.startswith("key ") for act in acts(doctor))
    assert [each["medfee_sumamt"] for each in settlements(demo)] == ["26.34", "30.00"]


@pytest.mark.long
def test_what_is_theirs_closes_by_itself_when_nobody_taps(clinic, screens, monkeypatch):
    """The shortest time that a clinic may set; the face stays where it is."""
    monkeypatch.setenv("CLINIC_TERMINAL_SELF_SERVICE_CLOSES_S", "15")
    demo, addresses = clinic("man")
    resident = screens(addresses["resident"], 800, 1280)
    resident.locator("#mine-open").click()
    resident.locator("#tile-insurance").click()
    resident.locator("[data-part='insurance']").wait_for()
    resident.wait_for_url(addresses["resident"])
    assert demo.device.desk.asking.mine() is None
    expect(resident.locator("#mine-open")).to_have_count(1)
