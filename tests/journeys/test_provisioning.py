"""From a bare board to a working clinic: a real browser, a serial scanner, county and province."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from drivers.simulated.printer import SimulatedPrinter
from drivers.simulated.scanner import SimulatedScanner
from terminal import clock
from terminal.assembly.acceptance import SHEET, SheetKeeper
from terminal.assembly.pairing import MARK
from terminal.assembly.pairing_service import PairingService
from terminal.assembly.web import Web
from terminal.provisioned import Provisioned
from terminal.provisioning import Provisioning
from terminal.service_manager import ServiceManager
from terminal.settings import Settings
from terminal.settings_file import read_settings
from tests.clinic import WAIT_S, charges
from tests.house.source import HOUSE
from tests.kiosk.pairing_machine import Roll
from tests.shell.provision_place import CLINIC, DOCTORS, OTHER_CLINIC, Works, bench


@pytest.fixture
def board(tmp_path):
    with bench(tmp_path) as machine:
        yield machine


def free_port() -> int:
    """Known beforehand: a socket that took any port leaves it taken for a minute."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def pairing(board, roll, *, clinic=""):
    """The pairing page of this board, as its service serves it, and the scanner beside it."""
    board.data_dir.mkdir(parents=True, exist_ok=True)
    link = board.folder / "scanner"
    scanner = SimulatedScanner(link)
    settings = Settings(
        data_dir=board.data_dir, web_port=free_port(), scanner_port=str(link),
        fixmedins_code=clinic, camera=str(board.folder / "no-camera"),
    )  # fmt: skip
    sheets = SheetKeeper(board.data_dir, lambda: roll)
    works = Works(board.places, sheets)
    works.province = board.province.address
    works.statement()
    machine = Provisioning(works, Provisioned(board.data_dir / "identity"), clock.now)
    service = PairingService(
        settings, machine, ServiceManager("", None), sheets, board.places.county_url
    )
    try:
        yield service, service.start(), scanner
    finally:
        service.stop()
        scanner.close()


def on_screen(page, name):
    expect(page.locator("main")).to_have_attribute("data-screen", name)


def heard(page):
    """The page says that a scanner is there: only then it is listened to."""
    expect(page.locator("main .do > .big").first).to_contain_text("扫码枪扫")


def test_a_scanned_card_makes_a_bare_board_a_clinic_and_the_page_goes_over_to_it(board, browser):
    card, roll = board.card(), Roll()
    page = browser.new_page(viewport={"width": 1024, "height": 600})
    with pairing(board, roll) as (service, address, scanner):
        page.goto(address)
        on_screen(page, "card")
        heard(page)
        scanner.scan("6901234567892")
        expect(page.locator("[data-code='pairing.not_a_card']")).to_be_visible()
        scanner.scan(card.text)
        on_screen(page, "done")
        expect(page.locator("[data-step][data-state=done]")).to_have_count(8)
        expect(page.locator("[data-part=printer]")).to_contain_text("不可用")
        assert len(roll.papers) == 1  # Printed by the last step, without being asked.
        for secret in (card.text, card.card.secret):
            assert secret not in page.content()
            assert not [n for n, b in board.every_file().items() if secret.encode() in b]
        assert (board.data_dir / "identity" / SHEET).read_bytes().startswith(b"%PDF")
        refused = page.request.post(
            f"{address}/pairing/card", form={"card": board.card(OTHER_CLINIC).text},
            headers={"Sec-Fetch-Site": "same-origin", "Accept": "application/json"},
        )  # fmt: skip
        assert refused.json() == {"code": "pairing.closed"}
        page.locator("#begin").click()
        service.wait()
    assert not (board.data_dir / MARK).exists()
    assert read_settings(board.places.settings_file).fixmedins_code == CLINIC
    terminal = Web(int(address.rpartition(":")[2]), 1.0)
    terminal.serve(the_clinics_own_pages, lambda: None)
    try:
        expect(page.locator("h1")).to_have_text("请看镜头")
    finally:
        page.close()
        terminal.stop()


def the_clinics_own_pages(environ, start_response):
    if environ["PATH_INFO"].startswith("/pairing"):
        start_response("404 Not Found", [])
        return [b""]
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return ["<h1>请看镜头</h1>".encode()]


def test_a_forged_card_changes_nothing_and_a_right_one_is_taken_after_it(board, browser):
    card = board.card()
    forged = card.text[:-6] + ("AAAAAA" if not card.text.endswith("AAAAAA") else "BBBBBB")
    page = browser.new_page()
    with pairing(board, Roll()) as (_, address, scanner):
        page.goto(address)
        heard(page)
        scanner.scan(forged)
        expect(page.locator("[data-code]")).to_be_visible()
        on_screen(page, "card")
        assert not board.places.settings_file.exists()
        scanner.scan(card.text)
        on_screen(page, "done")
        page.close()


def test_a_machine_is_moved_by_its_scanner_alone_and_nothing_is_erased_before(board, browser):
    assert board.provisioned(CLINIC).is_done
    card = board.card(OTHER_CLINIC)
    page = browser.new_page(viewport={"width": 800, "height": 1280})
    roll = Roll()
    with pairing(board, roll, clinic=CLINIC) as (_, address, scanner):
        page.goto(address)
        heard(page)
        scanner.scan(card.text)
        on_screen(page, "move")
        scanner.scan(card.text)
        on_screen(page, "sure")
        assert read_settings(board.places.settings_file).fixmedins_code == CLINIC
        scanner.scan(card.text)
        on_screen(page, "done")
        expect(page.locator("[data-step][data-state=done]")).to_have_count(8)
        page.close()
    assert read_settings(board.places.settings_file).fixmedins_code == OTHER_CLINIC
    assert [each.clinic for each in board.office.enrolment.erasures] == [CLINIC]
    assert len(board.province.book()["settlements"]) == 2  # One fen at each clinic,
    assert charges(board.province) == []  # and each taken back.
    assert len(roll.papers) == 1


def test_the_command_makes_a_bare_machine_a_clinic_and_prints_its_sheet(board, pulled):
    """The whole program as it is shipped: true networks, a printer on the line. The county's
    first card names a doctor who is not the clinic's; another one is given."""
    wrong, right = board.card(), board.card()
    wrong.settings = board.settings(doctor_code=DOCTORS[OTHER_CLINIC][0])
    board.data_dir.mkdir()
    for part in ("weights", "assets"):
        (board.data_dir / part).symlink_to(pulled.resolve() / part)
    card, keys = board.folder / "a.card", board.folder / "etc/county.pub"
    keys.write_text(board.office.enrolment.key.public_hex + "\n", "ascii")
    with SimulatedPrinter() as printer:
        told = {
            "DATA_DIR": board.data_dir, "COUNTY_KEYS_FILE": keys, "PRINTER": printer.target,
            "COUNTY_CA_FILE": board.places.ca_file, "CAMERA": pulled / "clips/single_face.mp4",
        }  # fmt: skip

        def provision(text):
            card.write_text(text, "ascii")
            return subprocess.run(
                [sys.executable, "-m", "terminal", "provision", "--card", str(card), "--json"],
                env={**os.environ, **{f"CLINIC_TERMINAL_{name}": str(told[name]) for name in told}},
                capture_output=True, text=True, timeout=WAIT_S * 2, check=False, cwd=HOUSE,
            )  # fmt: skip

        stuck = provision(wrong.text)
        assert stuck.returncode == 1
        assert json.loads(stuck.stdout)["steps"][-2]["code"] == "provision.trial_stuck"
        done = provision(right.text)
        assert done.returncode == 0, done.stdout + done.stderr
        assert printer.wait_for(1)
        (paper,) = printer.papers
    sheet = json.loads(done.stdout)["steps"][-1]
    assert (sheet["step"], sheet["facts"]) == ("sheet", {"pdf": "yes", "printed": "yes"})
    assert "装机验收单" in paper
    assert "已退，退费号" in paper
    assert charges(board.province) == []
    assert (board.data_dir / "identity" / SHEET).read_bytes().startswith(b"%PDF")
    assert "fontTools" not in done.stderr
