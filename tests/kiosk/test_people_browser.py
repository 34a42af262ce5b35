"""Families, companions and what is held, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from terminal.core.faults import Refused
from terminal.core.people_views import BindingStep
from terminal.core.visit import VisitState
from tests.kiosk.browsing import open_page
from tests.kiosk.counter_views import ShownDesk, visit
from tests.kiosk.people_scenes import family


def test_a_binding_is_ended_in_two_taps_and_not_in_one(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.families.own = family()
    desk.show(visit=visit(VisitState.CHOOSING))
    open_page(page, f"{address}/resident")
    page.click("#family-open")
    expect(page.locator("#unbind-button-1")).to_be_hidden()
    page.click("#end-1 summary")
    assert desk.taken == []
    with page.expect_response("**/unbind"):
        page.click("#unbind-button-1")
    assert desk.taken == [("unbind_here", "v1", "b1")]
    expect(page.locator("[data-binding]")).to_have_count(2)


def test_what_is_half_typed_outlives_a_refusal_and_an_event(
    page: Page, desk: ShownDesk, address: str
) -> None:
    open_page(page, f"{address}/doctor")
    page.click("#otherwise > summary")
    page.click("#errand-open")
    page.fill("#errand-patient", "990101")
    page.fill("#errand-name", "李大明")
    page.fill("#errand-helper", "990101")
    page.check("#errand-relation-11")
    desk.show(hint="face.too_far")
    expect(page.locator('[data-hint="face.too_far"]')).to_have_count(1)
    desk.refusing = Refused("person.id_number_wrong")
    with page.expect_response("**/errands"):
        page.click("#errand-button")
    expect(page.locator("#notice .complaint")).to_be_visible()
    page.click("#errand-open")
    expect(page.locator("#errand-name")).to_have_value("李大明")
    expect(page.locator("#errand-relation-11")).to_be_checked()


def test_enter_in_the_terms_binds_nobody_and_the_choice_outlives_a_look(
    page: Page, desk: ShownDesk, address: str
) -> None:
    desk.families.making = family(BindingStep.MEMBER)
    may = desk.families.making.may
    open_page(page, f"{address}/doctor/family")
    page.check("#bind-relation-7")
    page.uncheck("#scope-ask")
    page.press("#bind input[name=other_relation]", "Enter")
    desk.families.making = family(BindingStep.LOOKING, may=may)
    desk.show()
    expect(page.locator("[data-looking]")).to_be_visible()
    expect(page.locator("#bind")).to_be_hidden()
    assert desk.taken == []
    desk.families.making = family(BindingStep.MEMBER, notice="person.not_bound")
    desk.show()
    expect(page.locator("#bind-relation-7")).to_be_checked()
    expect(page.locator("#scope-ask")).not_to_be_checked()
