"""The pairing page: one thing to do on each screen, nothing of the card left anywhere."""

from __future__ import annotations

import logging
import time

import pytest
from playwright.sync_api import expect

from kiosk_ui.pairing_page import create_pairing
from kiosk_ui.pairing_screens import DOING, STEPS, Shown, Told, Ways, shown, time_told
from terminal.assembly.acceptance import SHEET, SheetKeeper
from terminal.assembly.pairing import MARK
from terminal.core.faults import Refused, Unavailable
from terminal.core.provisioning import Step, StepState
from tests.clinic import WAIT_S
from tests.kiosk.browsing import FAINT, FLAWS
from tests.kiosk.conftest import OURS
from tests.kiosk.pairing_machine import (
    BAD_PARTS,
    BLANK,
    CARD,
    FACTS,
    HELD,
    WAITING,
    Roll,
    at,
    done,
)
from tests.kiosk.pairing_place import (
    ANOTHERS,
    COUNTY,
    LOOKS,
    Place,
    Stand,
    path_of,
    prepared,
    served,
)
from tests.longer import longer

SECRET = CARD.partition(".")[2]


def until(holds) -> None:
    """Wait for another thread; how long a busy machine takes is no property of the code."""
    give_up_s = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < give_up_s, "it never came"
        time.sleep(0.01)


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


WAYS = Ways(scanner=True, camera=True, county_url=COUNTY, printer=True)
TOLD = Told(WAYS)
SCREENS = {
    "a bare machine asks for the card": (BLANK, TOLD, "", Shown.CARD),
    "the code may be typed": (BLANK, TOLD, "code", Shown.CODE),
    "a code needs the county's address": (
        BLANK, Told(Ways(True, True, "", True)), "code", Shown.COUNTY),
    "a step is watched": (at(Step.ENROL, StepState.AT_WORK), TOLD, "", Shown.WORKING),
    "between two steps it is watched": (
        at(Step.SIGN_IN, StepState.WAITING), TOLD, "", Shown.WORKING),
    "a failed step says so": (at(Step.ENROL, StepState.FAILED), TOLD, "", Shown.FAILED),
    "a card that was refused is asked for again": (
        at(Step.CARD, StepState.FAILED), TOLD, "", Shown.CARD),
    "another card may be wanted": (
        at(Step.ENROL, StepState.FAILED), Told(WAYS, wants_card=True), "", Shown.CARD),
    "another clinic's machine is asked about": (
        HELD, Told(WAYS, anothers=True), "", Shown.MOVE),
    "and once more": (
        HELD, Told(WAYS, anothers=True, asked_to_move=True), "", Shown.MOVE_SURE),
    "not while its money waits": (
        WAITING, Told(WAYS, anothers=True, asked_to_move=True), "", Shown.WAITS),
    "done is done": (done(), Told(WAYS, wants_card=True), "code", Shown.DONE),
}  # fmt: skip


@pytest.mark.parametrize("name", SCREENS)
def test_each_moment_has_one_screen(name):
    view, told, way, wanted = SCREENS[name]
    assert shown(view, told, way) is wanted


def test_every_step_has_its_words():
    assert set(STEPS) == set(DOING) == set(Step)


def test_a_time_is_told_as_people_tell_it():
    assert [time_told(each) for each in (None, 7.6, 59.6, 187.0)] == [
        "", "8 秒", "1 分 00 秒", "3 分 07 秒",
    ]  # fmt: skip


def test_a_card_is_handed_on_and_kept_nowhere(place, caplog):
    caplog.set_level(logging.DEBUG)
    place.machine.refuses = Refused("pairing.broken", step="card")
    answer = place.tap("card", card=CARD)
    assert place.machine.asked == [("card", CARD)]
    seen = [str(answer.headers), answer.text, caplog.text, repr(vars(place.station))]
    seen += [place.client.get(f"/pairing{way}").text for way in ("", "/now", "/state")]
    assert [SECRET in each for each in seen] == [False] * len(seen)
    assert SECRET.encode() not in b"".join(f.read_bytes() for f in place.folder.rglob("*.*"))
    assert place.client.get("/pairing").headers["Cache-Control"] == "no-store"


def test_the_field_that_a_scanner_types_into_shows_dots_and_remembers_nothing(place):
    _, page = place.screen()
    field = page.partition('<input id="card"')[2].partition(">")[0]
    assert 'type="password"' in field
    assert 'autocomplete="off"' in field
    assert "value=" not in field


def test_what_is_no_card_is_said_and_asked_for_again(place):
    assert place.tap("card", card="83901234567890123456").status_code == 303
    screen, page = place.screen()
    assert (screen, 'data-code="pairing.not_a_card"' in page) == ("card", True)
    assert place.machine.asked == []


def test_what_was_said_goes_when_something_was_taken(place):
    place.tap("card", card="x")
    place.machine.then = at(Step.KEYS, StepState.AT_WORK)
    place.tap("card", card=CARD)
    assert place.station.told().complaint == ""


def test_a_code_is_read_as_people_type_it(place):
    place.tap("code", code="ab3d-ef7h jkmn")
    assert place.machine.asked == [("code", "AB3DEF7HJKMN", COUNTY)]
    answer = place.tap("code", code="ab3")
    assert answer.headers["Location"] == "/pairing?way=code"
    assert 'data-code="pairing.no_code"' in place.screen("?way=code")[1]


def test_the_countys_address_is_asked_for_where_nobody_wrote_it(tmp_path):
    place = Place(tmp_path, county_url="")
    assert place.screen("?way=code")[0] == "county"
    place.tap("county", address="http://county.invalid")
    assert 'data-code="pairing.no_address"' in place.screen("?way=code")[1]
    place.tap("county", address=f"{COUNTY}/")
    place.tap("code", code="AB3DEF7HJKMN")
    assert place.machine.asked == [("code", "AB3DEF7HJKMN", COUNTY)]


def test_a_failed_step_is_tried_again_by_a_tap_and_by_the_same_card(place):
    place.tap("card", card=CARD)
    place.machine.shown = at(Step.ENROL, StepState.FAILED, "county.away")
    assert 'data-code="county.away"' in place.screen()[1]
    place.tap("try-again")
    place.station.heard(CARD, by_camera=False)
    place.station.heard(CARD, by_camera=True)
    assert place.machine.asked[1:] == [("again",), ("again",)]


def test_another_card_takes_the_place_of_one_that_failed(place):
    place.tap("card", card=CARD)
    place.machine.shown = at(Step.ENROL, StepState.FAILED, "county.away")
    place.tap("another-card")
    assert place.screen()[0] == "card"
    place.station.heard(f"{CARD}2", by_camera=False)
    assert place.machine.asked[-1] == ("card", f"{CARD}2")
    assert place.screen()[0] == "failed"


def test_a_move_is_asked_twice_and_done_by_the_same_card_alone(place):
    place.machine.shown, place.machine.refuses = HELD, ANOTHERS
    place.station.heard(CARD, by_camera=False)
    place.machine.refuses = None
    assert place.screen()[0] == "move"
    place.station.heard(CARD, by_camera=True)  # It lies there still.
    assert place.screen()[0] == "move"
    place.station.heard(CARD, by_camera=False)
    assert place.screen()[0] == "sure"
    place.station.heard(f"{CARD}2", by_camera=False)
    assert place.station.told().complaint == "pairing.other_card"
    assert place.machine.asked == [("card", CARD)]
    place.station.heard(CARD, by_camera=False)
    assert place.machine.asked[1:] == [("move",)]


def test_a_move_by_taps_cannot_skip_the_question(place):
    place.machine.shown, place.machine.refuses = HELD, ANOTHERS
    place.tap("card", card=CARD)
    place.machine.refuses = None
    place.tap("move")
    assert place.machine.asked == [("card", CARD)]
    place.tap("ask-to-move")
    place.tap("move")
    assert place.machine.asked[1:] == [("move",)]


def test_a_clinic_whose_money_waits_is_not_moved(place):
    place.machine.shown, place.machine.refuses = WAITING, ANOTHERS
    place.tap("card", card=CARD)
    place.machine.refuses = None
    screen, page = place.screen()
    assert (screen, "<strong>3</strong> 笔" in page) == ("waits", True)
    place.station.heard(CARD, by_camera=False)
    assert place.machine.asked[1:] == [("card", CARD)]


def test_a_machine_with_its_clinic_takes_no_card_any_more(place):
    place.machine.shown = done()
    for what in ("card", "code", "county", "try-again", "another-card", "ask-to-move", "move"):
        said = place.client.post(
            f"/pairing/{what}", data={"card": CARD}, headers={**OURS, "Accept": "application/json"}
        )
        assert (said.status_code, said.json) == (409, {"code": "pairing.closed"}), what
    place.station.heard("CTE1.another", by_camera=False)
    assert place.machine.asked == []


def test_nobody_leaves_before_there_is_a_clinic(place):
    place.tap("begin")
    assert not place.station.ended.is_set()
    place.machine.shown = done()
    place.tap("begin")
    assert place.station.ended.is_set()


def test_who_came_by_mistake_goes_back_to_the_clinic_that_is_there(tmp_path):
    place = Place(tmp_path, may_return=True)
    assert 'id="return"' in place.screen()[1]
    place.tap("begin")
    assert place.station.ended.is_set()


def test_a_clinic_begins_although_a_later_step_failed_and_not_before_it_has_settings(place):
    for step, leaves in ((Step.ENROL, False), (Step.SETTINGS, False), (Step.SIGN_IN, True)):
        place.machine.shown = at(step, StepState.FAILED, "province.away")
        assert ('id="leave"' in place.screen()[1]) == leaves
        place.tap("begin")
        assert place.station.ended.is_set() == leaves


def test_nobody_leaves_while_a_fen_is_on_its_way(place):
    place.machine.shown = at(Step.TRIAL_VISIT, StepState.AT_WORK)
    place.tap("begin")
    assert not place.station.ended.is_set()


def test_the_sheet_is_printed_or_says_why_not(tmp_path):
    roll = Roll()
    place = Place(tmp_path, printer=roll)
    place.tap("print")
    assert place.station.told().complaint == "pairing.no_sheet"
    place.machine.shown = done()
    roll.wrong = Unavailable("printer.paper_out")
    place.tap("print")
    assert 'data-code="printer.paper_out"' in place.screen()[1]
    roll.wrong = None
    place.tap("print")
    assert len(roll.papers) == 1


def test_a_part_that_is_not_well_is_named_on_the_last_screen_and_stops_nobody(place):
    place.machine.shown = done(BAD_PARTS)
    screen, page = place.screen()
    assert (screen, 'id="begin"' in page) == ("done", True)
    assert [part in page for part in ('data-part="camera"', 'data-part="printer"')] == [True, True]
    assert 'data-part="scanner"' not in page


def test_the_devices_are_let_go_for_the_machine_and_the_mark_goes_with_the_last_step(place):
    place.station.start()
    try:
        assert (place.folder / MARK).is_file()
        until(lambda: place.ears.is_open)
        place.machine.shown = at(Step.PARTS, StepState.AT_WORK)
        until(lambda: not place.ears.is_open)  # The machine tries the devices itself.
        place.machine.shown = done()
        until(lambda: not (place.folder / MARK).exists())
    finally:
        place.station.stop()


def test_the_sheet_is_kept_as_a_pdf_whatever_the_printer_says(tmp_path):
    (tmp_path / "identity").mkdir()
    roll = Roll()
    roll.wrong = Unavailable("printer.paper_out")
    assert SheetKeeper(tmp_path, lambda: roll)(FACTS) == {
        "pdf": "yes", "printed": "printer.paper_out",
    }  # fmt: skip
    assert (tmp_path / "identity" / SHEET).read_bytes().startswith(b"%PDF")
    assert SheetKeeper(tmp_path / "away", lambda: None)(FACTS) == {
        "pdf": "enrol.not_kept", "printed": "printer.none",
    }  # fmt: skip


def test_a_machine_that_stops_half_way_is_asked_again_after_the_next_start(place):
    place.station.start()
    place.station.stop()
    assert (place.folder / MARK).is_file()


def test_a_stranger_reaches_nothing(place):
    assert place.client.post("/pairing/card", data={"card": CARD}).status_code == 403
    assert place.client.get("/pairing", headers={"Host": "evil.invalid"}).status_code == 400
    assert place.machine.asked == []


SIZES = longer([(1024, 600), (800, 1280), (1280, 800), (600, 1024)], [(1024, 600), (800, 1280)])


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_screen_is_large_whole_and_readable_in_sunlight(browser, tmp_path, size):
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page, stand = context.new_page(), Stand()
    with served(create_pairing(stand)) as address:
        for name, prepare in LOOKS.items():
            stand.station = prepared(prepare, tmp_path)
            page.goto(address + path_of(name))
            assert page.evaluate(FLAWS) == [], name
            assert page.evaluate(FAINT) == [], name
            tall = page.evaluate("document.documentElement.scrollHeight - innerHeight")
            assert tall <= 0, name
        page.goto("about:blank")
    context.close()


def test_a_scanner_that_types_is_enough(browser, tmp_path):
    place = Place(tmp_path)
    place.machine.then = at(Step.KEYS, StepState.AT_WORK)
    page = browser.new_page()
    with served(place.app) as address:
        page.goto(address)
        page.mouse.click(5, 5)  # Somebody touched the page beside everything.
        page.keyboard.type(CARD)
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_have_attribute("data-screen", "working")
        assert place.machine.asked == [("card", CARD)]
        assert SECRET not in page.content() + page.url
        place.machine.shown = at(Step.ENROL, StepState.FAILED, "county.away")
        expect(page.locator("#try-again")).to_be_focused()
        place.machine.then = None
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert place.machine.asked[1:] == [("again",)]
        page.goto("about:blank")
    page.close()


def test_a_code_is_typed_by_touch_and_kept_while_the_page_asks(browser, tmp_path):
    place = Place(tmp_path)
    page = browser.new_page()
    with served(place.app) as address:
        page.goto(f"{address}/pairing")
        page.locator("#by-code").click()
        with page.expect_response("**/pairing/now?way=code"):
            for key in "AB3DEF":
                page.locator(f"#key-{key}").click()
        with page.expect_response("**/pairing/now?way=code"):
            page.locator("#key-back").click()
        for key in "G7HJKMN":
            page.locator(f"#key-{key}").click()
        page.locator("#code-done").click()
        expect(page.locator("main")).to_have_attribute("data-screen", "card")
        assert place.machine.asked == [("code", "AB3DEG7HJKMN", COUNTY)]
        page.goto("about:blank")
    page.close()
