"""Whole mornings of people: families, consent, and what is held, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from drivers.simulated.province import remote
from terminal.assembly.demonstration import CHILD_ID_NUMBER, MAN_ID_NUMBER, WOMAN_ID_NUMBER
from tests.journeys.hands import (
    COLD,
    INFANT,
    PEOPLE,
    bind_infant,
    claims,
    confirm,
    give,
    messages,
    named,
    put,
    scan,
    settle,
)

LIU, LEI = PEOPLE["刘德福"].id_number, "D431024000991"
GUO_THE_YOUNGER = PEOPLE["郭守义"].id_number


def test_a_woman_binds_an_infant_by_documents_and_settles_for_her(clinic, screens):
    """Two boxes of papers later the claim is the infant's, and the receipt names both."""
    demo, addresses = clinic(woman_enrolled=True)
    resident, doctor = screens(addresses["resident"], 800, 1280), screens(addresses["doctor"])
    bind_infant(doctor, addresses)
    put(demo, "woman")
    resident.get_by_role("button", name=re.compile("女儿")).click()
    confirm(doctor)
    card = doctor.locator(".person").inner_text()
    assert "李小满" in card
    assert "李秀英" in card
    doctor.locator(COLD).click()
    give(demo, doctor, "YP0002", 1)
    receipt = settle(doctor)
    assert "李*满" in receipt
    assert "代办人 李*英" in receipt
    (settled,) = remote.book(demo.province.address)["settlements"]
    assert (settled["psn_no"], settled["state"]) == (INFANT.psn_no, "settled")
    assert claims(demo) == [(INFANT.psn_no, LEI)]
    doctor.locator("#undo-card summary").click()
    doctor.locator("#evidence").click()
    told = doctor.locator("main").inner_text()
    for word in ("李小满", "李秀英", "女儿", "出生医学证明", settled["setl_id"]):
        assert word in told, word
    assert "991024199007081045" not in told


def test_a_binding_ended_at_the_counter_is_gone_for_the_doctor_before_another_frame(
    clinic, screens
):
    demo, addresses = clinic("woman", woman_enrolled=True)
    resident, doctor = screens(addresses["resident"], 800, 1280), screens(addresses["doctor"])
    resident.get_by_role("button", name=re.compile("我自己")).click()
    confirm(doctor)
    resident.locator("#family-open").wait_for()
    family = screens(f"{addresses['doctor']}/family")
    family.locator("#of-visit-button").click()
    expect(family.locator("[data-binding]")).to_have_count(1)
    put(demo, "gone")  # Whatever follows comes of no frame.
    doctor.locator("[data-part='camera']").wait_for()
    resident.locator("#family-open").click()
    resident.locator("#end-1 summary").click()
    resident.locator("#unbind-button-1").click()
    expect(family.locator("[data-binding]")).to_have_count(0)
    expect(resident.locator("#family-open")).to_have_count(0)
    assert "王" not in resident.locator("header.place").inner_text()


def test_a_binding_ended_by_the_doctor_leaves_the_residents_choice_before_another_frame(
    clinic, screens
):
    demo, addresses = clinic("woman", woman_enrolled=True)
    family = screens(f"{addresses['doctor']}/family")
    family.locator("#id-number").fill(WOMAN_ID_NUMBER)
    family.locator("#family-begin").click()
    resident, doctor = screens(addresses["resident"], 800, 1280), screens(addresses["doctor"])
    resident.get_by_role("button", name=re.compile("儿子")).wait_for()
    put(demo, "gone")
    doctor.locator("[data-part='camera']").wait_for()
    family.locator("#end-member-1 summary").click()
    family.locator("#unbind-doctor-member-1").click()
    expect(family.locator("[data-binding]")).to_have_count(0)
    expect(resident.get_by_role("button", name=re.compile("儿子"))).to_have_count(0)
    expect(doctor.get_by_role("button", name=re.compile("李小宝"))).to_have_count(0)


def test_a_binding_that_ends_before_the_amount_is_agreed_to_charges_nobody(clinic, screens):
    demo, addresses = clinic("woman", woman_enrolled=True)
    resident, doctor = screens(addresses["resident"], 800, 1280), screens(addresses["doctor"])
    resident.get_by_role("button", name=re.compile("儿子")).click()
    confirm(doctor)
    doctor.locator(COLD).click()
    give(demo, doctor, "YP0002", 1)
    doctor.locator("#settle-button").wait_for()
    family = screens(f"{addresses['doctor']}/family")
    family.locator("#of-visit-button").click()
    family.locator("#end-member-1 summary").click()
    family.locator("#unbind-own-member-1").click()
    expect(family.locator("[data-binding]")).to_have_count(0)
    doctor.locator("#settle-button").click()
    doctor.locator("#notice").filter(has_text="解除").wait_for()
    assert remote.book(demo.province.address)["settlements"] == []
    doctor.locator("#stands-here-button").click()
    settle(doctor)
    assert "代办人" not in doctor.locator("pre.receipt").inner_text()


def test_a_consent_taken_back_in_two_taps_is_a_face_not_known_at_the_next_look(clinic, screens):
    demo, addresses = clinic("man")
    resident, doctor = screens(addresses["resident"], 800, 1280), screens(addresses["doctor"])
    confirm(doctor)
    resident.locator("#withdraw-open").click()
    resident.locator("#withdraw-button").click()
    expect(resident.locator("#withdraw-open")).to_have_count(0)
    assert demo.device.store.people.templates() == []
    doctor.locator(COLD).wait_for()  # The visit goes on.
    doctor.locator("#leave-button").click()
    doctor.locator("[data-hint='face.unknown']").wait_for()
    assert demo.device.desk.view().visit is None


def test_what_is_held_of_a_resident_is_told_on_one_slip(clinic, screens):
    demo, addresses = clinic("man")
    doctor = screens(addresses["doctor"])
    confirm(doctor)
    doctor.locator(COLD).click()
    give(demo, doctor, "YP0001", 1)
    settle(doctor)
    doctor.goto(f"{addresses['doctor']}/held")
    told = doctor.locator("pre.held").inner_text()
    templates = len(demo.device.store.people.templates())
    for word in ("王*国", f"{templates}", "4.00", "追溯码", "同意"):
        assert word in told, word
    assert MAN_ID_NUMBER not in told
    assert "王建国" not in told
    doctor.locator("#print-button").wait_for()
    doctor.locator("#withdraw-open").click()
    doctor.locator("#withdraw-button").click()
    expect(doctor.locator("#withdraw-open")).to_have_count(0)
    assert demo.device.store.people.templates() == []


def test_an_errand_gives_chronic_drugs_only_and_the_claim_says_who_was_sent(clinic, screens):
    demo, addresses = clinic()
    doctor = screens(addresses["doctor"])
    doctor.locator("#otherwise summary").click()
    doctor.locator("#errand-open").click()
    doctor.locator("#errand-patient").fill(LIU)
    doctor.locator("#errand-name").fill("郭守义")
    doctor.locator("#errand-helper").fill(GUO_THE_YOUNGER)
    doctor.locator("label:has(#errand-relation-11)").click()
    doctor.locator("#errand-button").click()
    confirm(doctor)
    assert "郭守义（邻居）" in doctor.locator("[data-standing='errand']").inner_text()
    scan(demo, "YP0001")
    doctor.locator("[data-scan='standing.errand_drug']").wait_for()
    expect(doctor.locator(".lines")).to_have_count(0)
    doctor.get_by_role("button", name=re.compile("高血压")).first.click()
    give(demo, doctor, "YP0011", 1)
    assert "代办人 郭*义" in settle(doctor)
    sent = messages(demo, doctor)
    for infno in ("2203", "2207"):
        (request,) = [text for name, text in sent if name.startswith(infno)]
        assert "agnter_name" in request, infno
        assert GUO_THE_YOUNGER in request
    (claim,) = claims(demo)
    assert claim[0] == PEOPLE["刘德福"].psn_no


def test_a_child_brought_by_an_adult_is_settled_as_the_child_with_the_adult_noted(clinic, screens):
    demo, addresses = clinic()
    resident, doctor = screens(addresses["resident"], 800, 1280), screens(addresses["doctor"])
    named(doctor, CHILD_ID_NUMBER)
    doctor.locator("#more-card summary").click()
    doctor.locator("#brought-open").click()
    doctor.locator("#brought-name").fill("李秀英")
    doctor.locator("label:has(#brought-relation-1)").click()
    doctor.locator("#brought-button").click()
    doctor.locator("[data-standing='brought']").wait_for()
    resident.locator("[data-standing='brought']").wait_for()
    assert "李秀英" not in resident.content()
    doctor.locator(COLD).click()
    give(demo, doctor, "YP0002", 1)
    settle(doctor)
    assert claims(demo) == [(PEOPLE["李小宝"].psn_no, LEI)]


@pytest.mark.parametrize("way", ["scanned", "typed"])
def test_a_code_on_a_relatives_phone_opens_the_visit_and_stands_nowhere(clinic, screens, way):
    demo, addresses = clinic()
    doctor = screens(addresses["doctor"])
    code = PEOPLE["王建国"].shown_code
    if way == "scanned":
        demo.scanner.scan(code)
    else:
        doctor.locator("#otherwise summary").click()
        doctor.locator("#code-open").click()
        doctor.locator("#code-code").fill(code)
        doctor.locator("#code-name").fill("王小军")
        doctor.locator("label:has(#code-relation-7)").click()
        doctor.locator("#code-button").click()
    doctor.locator("[data-identified='by_code']").wait_for()
    confirm(doctor)
    expect(doctor.locator("[data-standing='code_shown']")).to_have_count(int(way == "typed"))
    doctor.locator(COLD).click()
    give(demo, doctor, "YP0001", 1)
    settle(doctor)
    assert code not in doctor.content()
    assert claims(demo) == [(PEOPLE["王建国"].psn_no, LEI)]
