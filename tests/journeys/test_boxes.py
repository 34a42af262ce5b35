"""Boxes, from the beam to the bill: real pty, real counter and store, real browser.

One demo clinic serves all of these; each test opens its own visits, of somebody who has
had none of its drugs before, and leaves the counter empty.
"""

import csv
import json
import re
import subprocess
import sys
import time
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from drivers.simulated.odd_boxes import fresh, odd_boxes
from drivers.simulated.province import remote
from drivers.simulated.province.reference import DATA
from drivers.simulated.province.server import SandboxProvince
from drivers.simulated.scanner import ScannerFault, next_box
from kiosk_ui.words import words_of
from terminal.assembly.demonstration import CLIPS, MAN_ID_NUMBER, Demonstration
from terminal.assembly.parts import ASSETS, WEIGHTS
from terminal.assembly.stage import fresh_code
from terminal.core.boxes import BoxState
from terminal.technician import DemoOptions
from tests.clinic import DENG
from tests.journeys.hands import confirm
from tests.journeys.signed_in import doctor_has
from tests.journeys.test_money import Terminal

ZHANG, HE, LUO = "991024197009301137", "991024196908081225", "991024197303031270"
PARACETAMOL, AMOXICILLIN, IBUPROFEN = "YP0001", "YP0002", "YP0009"
LORATADINE, GLUCOSE_INJECTION = "YP0010", "YP0014"
COLD, HEADACHE, DERMATITIS = 1, 9, 10
"""Buttons of the diagnoses that are offered."""


class Shop:
    """The demo clinic, and what its doctor does again and again."""

    def __init__(self, demo, address):
        self.demo, self.address = demo, address
        self.device, self.scanner = demo.device, demo.scanner

    def box(self, item_code):
        return fresh_code(self.device.catalogue.drug(item_code))

    def open(self, doctor, id_number, diagnosis=COLD):
        doctor.locator("#id-number").fill(id_number)
        doctor.locator("#id-open").click()
        confirm(doctor)
        doctor.locator(f"#diagnosis-{diagnosis}").click()
        doctor.locator(f"#diagnosis-{diagnosis}.chosen").wait_for()

    def scan(self, doctor, code, kind):
        self.scanner.scan(code)
        doctor.locator(f"[data-scan='{kind}']").wait_for()

    def hold(self, doctor, code):
        """Scan what waits for the doctor's word; its card says why, instead of the verdict."""
        self.scanner.scan(code)
        doctor.locator("[data-unbound='first']").wait_for()

    def bind(self, doctor, name):
        """Find the drug of the box that is held, and tap the first."""
        # Letter by letter, as people type: the card has only just been drawn.
        doctor.locator("#which-text").press_sequentially(name, delay=30)
        doctor.locator("#which-1").click()
        doctor.locator("[data-unbound='second']").wait_for()

    def give(self, doctor, code, lines):
        self.scanner.scan(code)
        expect(doctor.locator(".lines > li")).to_have_count(lines)

    def settle(self, doctor):
        doctor.locator("#settle-button").click()
        doctor.locator("pre.receipt").wait_for()
        doctor.locator("#leave-button").click()
        expect(doctor.locator(".person")).to_have_count(0)

    def clear(self):
        """Whatever a test left on the counter goes."""
        visit = self.device.desk.view().visit
        if visit is not None:
            self.device.desk.reception.leave(visit.visit_id)


@pytest.fixture(scope="module")
def clinic_of_boxes(pulled, tmp_path_factory):
    folder = tmp_path_factory.mktemp("boxes")
    for part in (WEIGHTS, ASSETS, CLIPS):
        (folder / part).symlink_to((pulled / part).resolve())
    options = DemoOptions("nobody", woman_enrolled=False, web_port=0, panel_port=0, fresh=False)
    with Demonstration(folder, options) as demo:
        address = demo.start()["doctor"]
        yield Shop(demo, doctor_has(address, demo.pins["doctor"]))


@pytest.fixture
def shop(clinic_of_boxes):
    yield clinic_of_boxes
    clinic_of_boxes.clear()


@pytest.fixture
def doctor(shop, screens):
    return screens(shop.address)


# --- what is read, and what is no box


def test_ten_boxes_in_one_burst_are_ten_lines_in_order(shop, doctor):
    shop.open(doctor, MAN_ID_NUMBER)
    codes = [shop.box(PARACETAMOL)]
    while len(codes) < 10:
        codes.append(next_box(codes[-1]))
    shop.scanner.plant(ScannerFault.BURST)
    shop.give(doctor, codes[0], 10)
    shown = [each.inner_text() for each in doctor.locator(".lines > li .code").all()]
    assert shown == [f"{code[:7]} {code[7:]}" for code in reversed(codes)], "the newest on top"


def test_a_cut_a_glued_and_a_repeated_code_bill_no_box_that_was_not_whole(shop, doctor):
    shop.open(doctor, MAN_ID_NUMBER)
    box = shop.box(PARACETAMOL)
    for fault, kind in ((ScannerFault.CUT, "scan.cut"), (ScannerFault.GLUED, "scan.glued")):
        shop.scanner.plant(fault)
        shop.scan(doctor, box, kind)
        expect(doctor.locator(".lines")).to_have_count(0)
    shop.scanner.plant(ScannerFault.AIM_ID)
    shop.give(doctor, box, 1)
    shop.scanner.plant(ScannerFault.REPEATS)
    shop.scan(doctor, shop.box(PARACETAMOL), "scan.same_box")
    expect(doctor.locator(".lines > li")).to_have_count(2)


WRONG_IN_A_ROW = (
    (b"6901234567892", "scan.commodity_code"),
    (b"990101196001010015", "scan.identity_card"),
    (b"NOREAD", "scan.identity_card"),  # Nothing was read, so nothing new is said.
    (b"00069012345000000004", "scan.shipping_label"),
    (b"130000000000000001", "scan.payment_code"),
    (b"86901234567890", "scan.standard_code"),
    (b"28000000000000000001", "scan.payment_code"),
    (b"16901234567899", "scan.carton"),
    (b"6200000000000000001", "scan.payment_code"),
    (b"010690123456789217271130", "scan.product_only"),
    (b"SIMULATED0000000000000000001", "scan.insurance_voucher"),
    (b"010690123456789221SN1231727113010LOT1", "scan.separator_lost"),
    (b"XJ01CAA040E001010100999", "scan.insurance_drug_code"),
    (b"https://example.invalid/p?id=1", "scan.url"),
    ("处方|阿莫西林胶囊|2盒".encode(), "scan.text"),
    (b"@FACDEF", "scan.unknown"),  # A set-up code, read as if it were one of a box.
    ("处方笺：阿莫西林胶囊 2盒，每日三次".encode("gbk"), "scan.text"),
    (b"838579300008797", "scan.cut"),
    (b"8385793000087976666083857930000879766661", "scan.glued"),
)
SECRET = {"scan.identity_card", "scan.payment_code", "scan.insurance_voucher"}


def test_wrong_things_in_a_row_are_each_told_in_words_and_none_is_billed(shop, doctor, caplog):
    assert all(one[1] != two[1] for one, two in pairwise(WRONG_IN_A_ROW) if two[0] != b"NOREAD")
    shop.open(doctor, MAN_ID_NUMBER)
    for sent, code in WRONG_IN_A_ROW:
        shop.scan(doctor, sent, code)
        expect(doctor.locator("#scan")).to_contain_text(words_of(code).doctor)
        if code in SECRET:
            assert sent.decode() not in doctor.content(), code
    shop.hold(doctor, b"90000000000000000001")  # Another maker's.
    expect(doctor.locator("[data-other-maker]")).to_contain_text("要您核对")
    expect(doctor.locator(".lines")).to_have_count(0)
    assert not any(sent.decode("latin-1") in caplog.text for sent, code in WRONG_IN_A_ROW)
    shop.give(doctor, shop.box(PARACETAMOL), 1)


def test_a_cable_pulled_in_mid_code_bills_nothing_of_it_and_is_said_once(shop, doctor, caplog):
    caplog.set_level("INFO", "terminal.health")
    shop.open(doctor, MAN_ID_NUMBER)
    box = shop.box(PARACETAMOL)
    _heard(shop, doctor, box[:12].encode())
    shop.scanner.unplug()
    doctor.locator("[data-part='scanner'][data-away='scanner.unplugged']").wait_for()
    shop.scanner.replug()
    doctor.locator("[data-away='scanner.rescan_last']").wait_for()
    expect(doctor.locator("[data-part='scanner']")).to_have_count(1)
    shop.scanner.send(box[12:].encode() + b"\r")
    doctor.locator("[data-scan]:not([data-scan='scan.accepted'])").wait_for()
    expect(doctor.locator(".lines")).to_have_count(0)
    shop.give(doctor, box, 1)
    expect(doctor.locator("[data-part='scanner']")).to_have_count(0)
    told = [record.getMessage() for record in caplog.records if "scanner" in record.getMessage()]
    assert [line for line in told if "unplugged" in line] == ["scanner is away: scanner.unplugged"]
    assert told[-1] == "scanner is back"


def _heard(shop, doctor, half):
    """Send bytes without an end, and wait until the terminal has read them."""
    before = shop.device.scanner.state().last_byte_s
    shop.scanner.send(half)
    for _ in range(500):
        if shop.device.scanner.state().last_byte_s != before:
            return
        doctor.wait_for_timeout(10)
    raise AssertionError("the half of a code was not read")


# The examples of the reference on trace codes, and each kind it names.
EXAMPLES = (
    (b"83857930000879766660", "trace_code"),
    (b"]C083857930000879766660", "trace_code"),
    (bytes.fromhex("02000001003331") + b"83857930000879766660", "trace_code"),
    (b"\x0283857930000879766660\x03", "trace_code"),
    (b"0106901234567892172711301021B\x1d21SN123", "gs1"),
    (b"]d2010690123456789221SN123\x1d1727113010LOT1", "gs1"),
    (b"https://id.gs1.org/01/06901234567892/21/SN123", "gs1"),
    (b"", "noise"),
    (b"NR", "noise"),
    (b"NOREAD", "noise"),
    (bytes.fromhex("02000001003331"), "noise"),
    (b"8385793000087976666083857930000879766661", "glued"),
    (b"010690123456789221SN1231727113010LOT1", "separator_lost"),
    (b"010690123456789210LOT121SN123", "separator_lost"),
    (b"010690123456789217271130", "product_only"),
    (b"00069012345000000004", "shipping_label"),
    (b"6901234567892", "commodity_code"),
    (b"86901234567890", "standard_code"),
    (b"16901234567899", "carton"),
    (b"990101196001010015", "identity_card"),
    (b"130000000000000001", "payment_code"),
    (b"6200000000000000001", "payment_code"),
    (b"28000000000000000001", "payment_code"),
    (b"2800000000000001", "payment_code"),
    (b"SIMULATED0000000000000000001", "insurance_voucher"),
    (b"XJ01CAA040E001010100999", "insurance_drug_code"),
    (b"ZA01BAQ0001000801007", "insurance_drug_code"),
    (b"https://example.invalid/p?id=1", "url"),
    (b"90000000000000000001", "other_maker"),
    (b"99999999999999999999", "other_maker"),
    (b"838579300008797", "cut"),
    (b"838579300008797666608385793", "cut"),
    ("处方|阿莫西林胶囊|2盒".encode(), "text"),
    ("药品追溯码".encode("gbk"), "text"),
    (b'{"rx":"1"}', "text"),
    (b"ABC-12345", "unknown"),
)
TOLD = {"kind", "accepted", "words", "product_prefix", "serial"}


def test_the_examples_of_the_reference_are_each_of_their_kind():
    done = subprocess.run(
        [sys.executable, "-m", "terminal", "classify"],
        input=b"".join(code + b"\n" for code, _ in EXAMPLES),
        capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [row["kind"] for row in rows] == [kind for _, kind in EXAMPLES]
    for row, (code, kind) in zip(rows, EXAMPLES, strict=True):
        assert set(row) == TOLD
        assert row["accepted"] is (kind in {"trace_code", "gs1"})
        assert row["words"]
        if f"scan.{kind}" in SECRET:
            assert row["product_prefix"] is row["serial"] is None
            assert code[:6].decode() not in json.dumps(row)
    accepted = [(row["product_prefix"], row["serial"]) for row in rows if row["accepted"]]
    assert accepted == [("8385793", "0000879766660")] * 4 + [("06901234567892", "SN123")] * 3


# --- one code is sold once


def test_of_two_windows_selling_one_box_at_the_same_instant_one_wins_and_one_says_why(
    shop, screens
):
    windows = [screens(shop.address), screens(shop.address)]
    shop.open(windows[0], MAN_ID_NUMBER)
    for lines in range(1, 6):
        box = shop.box(PARACETAMOL)
        for window in windows:
            window.locator("#typed-code").wait_for()
            window.evaluate("document.getElementById('typed-code').open = true")
            window.locator("#typed input").fill(box)
        at_ms = (time.time() + 0.15) * 1000
        for window in windows:
            window.evaluate(
                "at => { setTimeout(() => document.getElementById('typed-button').click(),"
                " at - Date.now()) }",
                at_ms,
            )
        for window in windows:
            expect(window.locator(".lines > li")).to_have_count(lines)
        _one_is_told(windows, words_of("scan.same_box").doctor)
        assert shop.device.store.boxes.box(box).state is BoxState.BILL


def _one_is_told(windows, words):
    """Exactly one of the two says it; the other says nothing."""
    told = []
    for _ in range(200):
        told = sorted(window.locator("#notice").inner_text().strip() for window in windows)
        if told == ["", words]:
            return
        windows[0].wait_for_timeout(20)  # Both answers come when they come.
    raise AssertionError(told)


def test_an_opened_box_is_sold_to_three_people_until_it_is_empty(shop, doctor):
    doctor.goto(f"{shop.address}/boxes")
    doctor.locator("#mode-open").click()
    doctor.locator("[data-mode='open'].card").wait_for()  # A box scanned before is asked about.
    box = shop.box(IBUPROFEN)
    shop.scan(doctor, box, "box.opened")
    expect(doctor.locator("[data-opened]")).to_have_attribute("data-left", "24")
    doctor.goto(shop.address)
    for id_number, left in ((MAN_ID_NUMBER, 16), (DENG, 8), (LUO, 0)):
        shop.open(doctor, id_number, HEADACHE)
        with doctor.expect_response(re.compile(r"/doctor/find\?q=%")):
            doctor.locator("#find-text").fill("布洛芬片")
        doctor.locator("#found summary.found-item").first.click()
        take = doctor.locator("form[id^='split-']")
        take.locator("input[name='units']").fill("8")
        take.locator("button.primary").click()
        expect(doctor.locator("[data-split='yes']")).to_contain_text(f"剩 {left} 片")
        expect(doctor.locator(".lines .total")).to_have_text("¥2.67")
        shop.settle(doctor)
    shop.open(doctor, HE, HEADACHE)
    shop.scanner.scan(box)
    doctor.locator("[data-scan='scan.sold_before'], [data-scan='box.not_enough']").wait_for()
    expect(doctor.locator(".lines")).to_have_count(0)
    reported = remote.book(shop.demo.province.address)["sales"]
    assert [row["trdn_flag"] for row in reported if row["code"] == box] == ["1"] * 3


def test_a_box_brought_back_is_taken_in_and_refused_to_whoever_comes_next(shop, doctor):
    shop.open(doctor, ZHANG, DERMATITIS)
    box = shop.box(LORATADINE)
    shop.give(doctor, box, 1)
    shop.settle(doctor)
    doctor.goto(f"{shop.address}/boxes")
    doctor.locator("#take-in-card > summary").click()
    doctor.locator("#take-in-reaction").click()
    doctor.locator("[data-mode='take_in'].card").wait_for()
    shop.scan(doctor, box, "box.taken_in")
    doctor.goto(shop.address)
    shop.open(doctor, HE, DERMATITIS)
    shop.scan(doctor, box, "box.not_for_sale")
    expect(doctor.locator("#scan")).to_contain_text(words_of("box.not_for_sale").doctor)
    expect(doctor.locator(".lines")).to_have_count(0)


# --- from code to fee line


def test_an_unknown_box_is_bound_with_a_second_look_and_known_from_then_on(shop, doctor):
    shop.open(doctor, MAN_ID_NUMBER)
    prefix = "8990017"
    shop.hold(doctor, fresh(prefix))
    card = doctor.locator(".unbound")
    expect(card).to_have_attribute("data-unbound", "first")
    shop.bind(doctor, "阿莫西林胶囊")
    expect(card).to_contain_text("阿莫西林胶囊")
    expect(doctor.locator(".lines")).to_have_count(0)
    doctor.locator("#unbound-confirm-button").click()
    expect(doctor.locator(".lines > li")).to_have_count(1)
    shop.give(doctor, fresh(prefix), 2)
    expect(card).to_have_count(0)


def test_an_expiry_is_warned_of_in_its_place_and_settled_with_a_reason(shop, doctor):
    """Also a GS1 code of a product nobody knows yet."""
    shop.open(doctor, DENG)
    shop.hold(doctor, odd_boxes()["快到期的 GS1 码"]())
    shop.bind(doctor, "阿莫西林胶囊")
    doctor.locator("#unbound-confirm-button").click()
    warning = doctor.locator(".lines > li [data-finding='expiry_soon']")
    expect(warning).to_have_attribute("data-open", "yes")
    expect(doctor.locator("#settle-button")).to_have_count(0)
    doctor.locator("[data-why-not]").wait_for()
    warning.get_by_role("button", name="病情需要").click()
    expect(warning).to_contain_text("您的理由：病情需要")
    shop.settle(doctor)


def test_a_course_is_settled_once_and_ticked_off_once_a_day(shop, doctor, screens):
    shop.open(doctor, LUO)
    shop.give(doctor, shop.box(GLUCOSE_INJECTION), 1)
    doctor.locator("#settle-button").wait_for()
    doctor.locator("#course-open-1").click()
    doctor.locator("#course-1-3").click()
    expect(doctor.locator("[data-course='3']")).to_have_count(1)
    shop.settle(doctor)
    page, beside = screens(f"{shop.address}/courses"), screens(f"{shop.address}/courses")
    for each in (page, beside):
        each.locator("#due-1-open").click()
    page.locator("#due-1-button").click()
    done = page.locator(".course[data-due='no']").filter(has_text="罗水生")
    expect(done).to_contain_text("做了 1 次，共 3 次")
    expect(beside.locator("#due-1-button")).to_have_count(0)
    assert [course.done for course in shop.device.desk.view().goods.courses] == [1]


@pytest.mark.long
def test_a_price_that_changed_since_the_scan_is_shown_beside_the_old_one(data_dir, screens):
    drugs = data_dir / "drugs.csv"
    drugs.write_text((DATA / "drugs.csv").read_text("utf-8"), "utf-8")
    with SandboxProvince(data_dir / "province") as province:
        here = Terminal(data_dir, province, drugs_file=drugs)
        here.start()
        try:
            doctor = screens(here.address)
            doctor.locator("#id-number").fill(MAN_ID_NUMBER)
            doctor.locator("#id-open").click()
            confirm(doctor)
            doctor.locator("#diagnosis-1").click()
            doctor.locator("#typed-code > summary").click()
            doctor.locator("#typed input").fill(fresh("8910037"))
            doctor.locator("#typed-button").click()
            expect(doctor.locator(".lines .total")).to_have_text("¥4.00")
            doctor.close()
            here.killed()
            _price(drugs, PARACETAMOL, "4.60")
            here.start()
            doctor = screens(here.address)
            changed = doctor.locator("[data-new-price]")
            expect(changed).to_contain_text(re.compile(r"原来 *4\.00.*现在 *4\.60", re.DOTALL))
            expect(doctor.locator(".lines .total")).to_have_text("¥4.00")
            doctor.locator("#price-button-1").click()
            expect(doctor.locator(".lines .total")).to_have_text("¥4.60")
            expect(changed).to_have_count(0)
            doctor.close()
        finally:
            here.stop()


def _price(file, item_code, price):
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    for row in rows:
        if row["medins_list_codg"] == item_code:
            row["price"] = price
    with file.open("w", encoding="utf-8", newline="") as opened:
        out = csv.DictWriter(opened, list(rows[0]))
        out.writeheader()
        out.writerows(rows)
