"""Draws docs/screens.md anew: a visit through the demo clinic, photographed at each step,
and the screens of the money around a stand-in desk, which shows any of them at will.

The live preview is blurred before the picture is taken, so that no face is committed.
`make screens` runs it; look at every picture before you commit it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from drivers.simulated import scenes
from drivers.simulated.province import remote
from kiosk_ui.app import create_app
from terminal.assembly.demonstration import CLIPS, Demonstration
from terminal.assembly.parts import ASSETS, WEIGHTS
from terminal.assembly.stage import fresh_code, show
from terminal.settings_file import read_settings
from terminal.technician import DemoOptions
from tests.clinic import DENG
from tests.conftest import ARGUMENTS, CHROMIUM, HOUSE
from tests.journeys.pairing_pictures import pairing
from tests.journeys.people_pictures import people
from tests.journeys.record_pictures import record
from tests.journeys.screen_pictures import screens
from tests.journeys.signed_in import doctor_has, signed_in
from tests.kiosk.books import DAY, closing
from tests.kiosk.browsing import Drawing
from tests.kiosk.conftest import HERE, served
from tests.kiosk.counter_views import ShownDesk
from tests.kiosk.goods_scenes import FOUND, NOTHING_ELSE
from tests.kiosk.goods_scenes import GOODS_SCENES as LINE_SCENES
from tests.kiosk.goods_views import CODE, GoodsDesk
from tests.kiosk.goods_views import SCENES as GOODS_SCENES
from tests.kiosk.money_scenes import BOOKS, NOTHING, PICTURED, SCENES

FOLDER = HOUSE / "docs" / "screens"
COLOURS = 96
"""Enough for flat screens; a picture then stays under 100 KB."""


@dataclass
class Studio:
    """A demo clinic and both its screens."""

    demo: Demonstration
    resident: Page
    doctor: Page
    panel: Page
    address: str
    """Of the doctor's page."""

    def both(self, name: str) -> None:
        take(f"resident-{name}", self.resident)
        take(f"doctor-{name}", self.doctor)

    def scan(self, code: str) -> None:
        drugs = self.demo.device.catalogue.drugs
        drug = next(drug for drug in drugs if drug.medins_list_codg == code)
        before = self.doctor.locator(".lines li").count()
        self.demo.scanner.scan(fresh_code(drug))
        expect(self.doctor.locator(".lines li")).to_have_count(before + 1)


def take(name: str, page: Page, *, whole: bool = False) -> None:
    """Photograph a page; `whole`: with what is below the edge of the window."""
    page.wait_for_timeout(400)  # Transitions end; nothing is asserted here.
    page.add_style_tag(content="#preview { filter: blur(28px) !important; }")
    raw = Image.open(BytesIO(page.screenshot(full_page=whole)))
    raw.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)


def open_page(browser: Browser, address: str, size: tuple[int, int]) -> Page:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN", bypass_csp=True
    )
    context.add_cookies([HERE])
    return signed_in(context.new_page(), address)


def walk(studio: Studio) -> None:
    """One visit for a child, one with a lost answer, and the panel."""
    demo, doctor = studio.demo, studio.doctor
    show(demo.device.camera, demo.clips, scenes.SCENES["nobody"])
    studio.both("idle")
    show(demo.device.camera, demo.clips, scenes.SCENES["woman"])
    studio.resident.get_by_role("button", name="儿子").wait_for()
    studio.both("choosing")
    studio.resident.get_by_role("button", name="儿子").click()
    doctor.locator("#confirm-button").wait_for()
    expect(doctor.locator("[data-insured='True']")).to_have_count(1)
    studio.both("presented")
    doctor.locator("#confirm-button").click()
    studio.scan("YP0001")
    demo.scanner.scan("6901234567892")
    doctor.locator("[data-scan='scan.commodity_code']").wait_for()
    studio.both("scanning")
    doctor.locator("#diagnosis-1").click()
    studio.scan("YP0002")
    doctor.locator("#settle-button").wait_for()
    studio.both("bill")
    remote.plant(demo.province.address, "lost_before", "2207A")
    doctor.locator("#settle-button").click()
    doctor.locator("[data-step='step.uncertain']").wait_for()
    studio.both("unknown")
    doctor.locator("#leave-button").click()
    show(demo.device.camera, demo.clips, scenes.SCENES["man"])
    doctor.locator("#confirm-button").click()
    doctor.locator("#diagnosis-1").click()
    studio.scan("YP0002")
    doctor.locator("#settle-button").click()
    doctor.locator("pre.receipt").wait_for()
    studio.both("settled")
    doctor.locator("#leave-button").click()
    take("panel", studio.panel)


def faces(studio: Studio) -> None:
    """A face that somebody has already, the question it leads to, a challenge, the parts."""
    demo, doctor = studio.demo, studio.doctor
    show(demo.device.camera, demo.clips, scenes.SCENES["nobody"])
    doctor.locator("#enrol-open").click()
    doctor.locator("#id-number").fill(DENG)
    doctor.locator("#enrol-begin").click()
    doctor.locator("#agree-button").wait_for()
    studio.both("consent")
    doctor.locator("#agree-button").click()
    doctor.locator(".capture").wait_for()
    studio.both("capture")
    show(demo.device.camera, demo.clips, scenes.SCENES["man"])
    doctor.locator("#clear-button").wait_for()
    studio.both("same-face")
    doctor.locator("#clear-button").click()
    doctor.get_by_text("登记下一位").wait_for()
    doctor.locator("#stop-button").click()
    doctor.goto(studio.address)
    doctor.locator("button.look-alike").first.wait_for()
    studio.both("doubted")
    doctor.locator("#look-alike-1").click()
    doctor.locator("#refuse-button").click()
    # The tap has been answered: it would wipe away what is staged below.
    expect(doctor.locator("#refuse-button")).to_have_count(0)
    looking, desk = demo.device.looking, demo.device.desk
    assert looking is not None
    looking.stop(5.0)  # Nobody in a clip can do what is asked: what is shown is staged.
    desk.counter.hint = "challenge.turn_left"
    desk.board.publish()
    studio.resident.locator('[data-hint="challenge.turn_left"]').wait_for()
    studio.both("challenge")
    doctor.goto(studio.address.replace("/doctor", "/status"))
    # The scratch folder of this very run is nobody's business.
    doctor.evaluate(
        r"() => document.querySelectorAll('td code').forEach((cell) => {"
        r" if (!cell.children.length) cell.textContent ="
        r" cell.textContent.replaceAll(/\/\S*\/(?=demo\/)/g, '…/'); })"
    )
    take("status", doctor)


def money(chromium: Browser, assets: Path) -> None:
    """What the money may come to, and the doctor's books."""
    desk = ShownDesk()
    with served(create_app(desk, Drawing(desk), assets)) as address:
        resident = open_page(chromium, f"{address}/resident", (800, 1280))
        doctor = open_page(chromium, f"{address}/doctor", (1280, 800))
        for name in PICTURED:
            desk.show(**{**NOTHING, **SCENES[name]})
            resident.wait_for_timeout(400)
            take(f"resident-{name.replace(' ', '-')}", resident)
            take(f"doctor-{name.replace(' ', '-')}", doctor)
        desk.books.days[DAY] = closing(DAY)
        desk.show(**{**NOTHING, **SCENES["free"], "day": DAY})
        for path in BOOKS:
            doctor.goto(address + path)
            take(f"book-{path.rpartition('/')[2]}", doctor, whole=True)


def goods(chromium: Browser, assets: Path) -> None:
    """The doctor's pages of boxes, courses and the shelf."""
    desk = GoodsDesk()
    with served(create_app(desk, Drawing(desk), assets)) as address:
        doctor = open_page(chromium, f"{address}/doctor", (1280, 800))
        for name, (path, shown) in GOODS_SCENES.items():
            desk.show(**{**NOTHING, **shown})
            doctor.goto(address + path, wait_until="domcontentloaded")
            take(f"goods-{name.replace(' ', '-')}", doctor)
        doctor.goto(f"{address}/doctor/boxes", wait_until="domcontentloaded")
        doctor.fill("#trace-code", CODE)
        doctor.click("#trace-button")
        doctor.locator("#trace [data-state]").scroll_into_view_if_needed()
        take("goods-boxes-traced", doctor)
        doctor.goto(f"{address}/doctor/courses", wait_until="domcontentloaded")
        doctor.click("#due-1-open")
        take("goods-courses-asked", doctor)


def lines(chromium: Browser, assets: Path) -> None:
    """Boxes and goods on the main page: looking, lines, warnings, an unknown box."""
    desk = ShownDesk()
    desk.to_find = FOUND
    with served(create_app(desk, Drawing(desk), assets)) as address:
        resident = open_page(chromium, f"{address}/resident", (800, 1280))
        doctor = open_page(chromium, f"{address}/doctor", (1280, 800))
        for name, scene in LINE_SCENES.items():
            desk.show(**{**NOTHING_ELSE, **scene})
            resident.wait_for_timeout(400)
            take(f"resident-{name.replace(' ', '-')}", resident)
            take(f"doctor-{name.replace(' ', '-')}", doctor)
        desk.show(**{**NOTHING_ELSE, **LINE_SCENES["every line"]})
        doctor.wait_for_timeout(800)  # Until the new field is listened to.
        doctor.locator("#find-text").press_sequentially("阿莫")
        expect(doctor.locator(".found-item")).to_have_count(1)
        doctor.wait_for_timeout(400)
        doctor.locator("#found-1").click()
        take("doctor-finding", doctor)


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


def main() -> None:
    """Write every picture."""
    pulled = read_settings().data_dir
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, browser() as chromium:
        money(chromium, pulled / ASSETS)
        goods(chromium, pulled / ASSETS)
        lines(chromium, pulled / ASSETS)
        people(chromium, pulled / ASSETS, take, open_page)
        screens(chromium, pulled / ASSETS, take, open_page)
        record(chromium, pulled / ASSETS, take, open_page)
        pairing(chromium, take, open_page)
        for part in (WEIGHTS, ASSETS, CLIPS):
            (Path(scratch) / part).symlink_to((pulled / part).resolve())
        options = DemoOptions("nobody", woman_enrolled=True, web_port=0, panel_port=0, fresh=True)
        with Demonstration(Path(scratch), options) as demo:
            addresses = demo.start()
            doctor_has(addresses["doctor"], demo.pins["doctor"])
            studio = Studio(
                demo,
                open_page(chromium, addresses["resident"], (800, 1280)),
                open_page(chromium, addresses["doctor"], (1280, 800)),
                open_page(chromium, addresses["panel"], (1280, 800)),
                addresses["doctor"],
            )
            walk(studio)
            faces(studio)


if __name__ == "__main__":
    main()
