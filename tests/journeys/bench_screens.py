"""The screens' figures, in a real browser before a real demo clinic, beside the bare cost.

    python -m tests.journeys.bench_screens [--json] [--visits 12]

A tap from its pointerdown to the paint of its answer; a box from the scanner's pty to the
paint of its line, split at the moment when the counter published it; the live preview; the
first page. The same run measures the same browser with an empty page, a plain loopback
request and the same pictures from the thinnest of servers. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from drivers.simulated.province.reference import read_reference
from drivers.simulated.scenes import NOBODY, SCENES, WOMAN
from terminal.assembly.demonstration import CLIPS, MAN_ID_NUMBER, Demonstration
from terminal.assembly.parts import ASSETS, WEIGHTS
from terminal.assembly.stage import fresh_code, show
from terminal.assembly.voice import VOICE
from terminal.settings_file import read_settings
from terminal.technician import DemoOptions
from tests.conftest import ARGUMENTS, CHROMIUM
from tests.journeys.bare_pages import Bare, bare
from tests.journeys.page_clocks import (
    CLOCKS,
    FIRST_PAINT,
    PICTURES,
    browser_pids,
    processor_s,
    spread,
)
from tests.journeys.signed_in import doctor_has, signed_in

VISITS = 12
BOXES = 5
"""Of each visit, as in a village clinic."""
BETWEEN_SCANS_MS = 1000
"""A doctor with a box in each hand is no quicker."""
BETWEEN_TAPS_MS = 300
WAIT_S = 20.0
OPENED = 10
"""First pages of each kind, each in a browser window that has kept nothing."""
PREVIEW_S = 8.0
PREVIEW_ROUNDS = 2
PICTURES_KEPT = 45
SIZE = {"width": 1280, "height": 800}


class Published:
    """When the counter first published how many lines, of the visit on it."""

    def __init__(self, demo: Demonstration) -> None:
        self.at: dict[tuple[str, int], float] = {}
        self._desk = demo.device.desk
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(WAIT_S)

    def _watch(self) -> None:
        number = 0
        while not self._stop.is_set():
            view = self._desk.wait_for_change(number, 0.5)
            number = view.number
            if view.visit is not None:
                self.at.setdefault((view.visit.visit_id, len(view.visit.lines)), time.time())


@dataclass
class Counter:
    """The clinic and both its screens."""

    demo: Demonstration
    addresses: dict[str, str]
    doctor: Page
    resident: Page
    published: Published
    until_published: list[float] = field(default_factory=list)
    until_painted: list[float] = field(default_factory=list)

    def tap(self, page: Page, name: str) -> None:
        """Tap and wait for the answer; whoever taps looks first."""
        before = page.evaluate("() => taps.length")
        page.wait_for_timeout(BETWEEN_TAPS_MS)
        page.locator(name).click()
        page.wait_for_function("n => taps.length > n", arg=before)

    def visit(self, id_number: str) -> None:
        """One visit: by ID number, a diagnosis, boxes, agreed to and settled."""
        doctor, desk = self.doctor, self.demo.device.desk
        doctor.locator("#id-number").fill(id_number)
        for name in ("#id-open", "#confirm-button", "#diagnosis-1"):
            self.tap(doctor, name)
        doctor.locator("#diagnosis-1.chosen").wait_for()
        doctor.evaluate("() => { window.stood = {}; }")
        visit = desk.view().visit
        assert visit is not None
        drugs = [drug for drug in self.demo.device.catalogue.drugs if drug.prefixes]
        for number, drug in enumerate(drugs[:BOXES], start=1):
            self._scan(visit.visit_id, number, fresh_code(drug))
        self.tap(doctor, "#remove-button-5")
        self.tap(doctor, "#remove-button-4")
        self.resident.locator("#agree-button").wait_for()
        self.tap(self.resident, "#agree-button")
        doctor.locator("#settle-button").wait_for()
        self.tap(doctor, "#settle-button")
        doctor.locator("pre.receipt").wait_for()
        desk.errands.rest(WAIT_S)
        self.tap(doctor, "#leave-button")
        doctor.locator(".lines").wait_for(state="detached")

    def keys(self) -> None:
        """The resident begins to type a number and goes away again."""
        self.resident.locator("#id-pad-tile").wait_for()
        for name in ("#id-pad-tile", "#id-key-9", "#id-key-1", "#id-pad-close"):
            self.tap(self.resident, name)

    def _scan(self, visit_id: str, number: int, code: str) -> None:
        self.doctor.wait_for_timeout(BETWEEN_SCANS_MS)
        began = time.time()
        self.demo.scanner.scan(code)
        self.doctor.wait_for_function("n => window.stood[n]", arg=str(number))
        painted = self.doctor.evaluate("n => window.stood[n]", str(number)) / 1000
        self.until_published.append((self.published.at[visit_id, number] - began) * 1000)
        self.until_painted.append((painted - began) * 1000)


@contextmanager
def clinic(folder: Path) -> Iterator[tuple[Demonstration, dict[str, str]]]:
    """A demo clinic with nobody before its camera, and the addresses of its pages."""
    pulled = read_settings().data_dir
    for part in (WEIGHTS, ASSETS, CLIPS, VOICE):
        if (pulled / part).exists():
            (folder / part).symlink_to((pulled / part).resolve())
    options = DemoOptions(NOBODY, woman_enrolled=False, web_port=0, panel_port=0, fresh=False)
    with Demonstration(folder, options) as demo:
        addresses = demo.start()
        doctor_has(addresses["doctor"], demo.pins["doctor"])
        yield demo, addresses


def work(counter: Counter, visits: int) -> dict[str, object]:
    """Taps and scans of so many visits."""
    people = [each.id_number for each in read_reference().people.values()]
    people = [MAN_ID_NUMBER, *(number for number in people if number != MAN_ID_NUMBER)]
    for page in (counter.doctor, counter.resident):
        page.evaluate(CLOCKS)
    for number in range(visits):
        counter.visit(people[number % len(people)])
        counter.keys()
    both = [*counter.doctor.evaluate("() => taps"), *counter.resident.evaluate("() => taps")]
    kinds: dict[str, list[float]] = {}
    for kind, took in both:
        kinds.setdefault(kind.rstrip("0123456789-"), []).append(took)
    return {
        "tap_ms": spread([took for _, took in both]),
        "tap_by_kind_ms": {kind: spread(took) for kind, took in kinds.items()},
        "scan_published_ms": spread(counter.until_published),
        "scan_painted_ms": spread(counter.until_painted),
    }


def bare_tap(browser: Browser, plain: Bare, times: int) -> dict[str, float]:
    """A button that asks a plain request and shows its answer."""
    with browser.new_page(viewport=SIZE) as page:
        page.goto(plain.address)
        page.evaluate(CLOCKS)
        for number in range(times):
            page.locator("#ask").click()
            page.wait_for_function("n => taps.length > n", arg=number)
        return spread([took for _, took in page.evaluate("() => taps")])


def first_page(browser: Browser, address: str, signed: Page | None = None) -> dict[str, float]:
    """From navigation to first contentful paint, in windows that have kept nothing."""
    state = None if signed is None else signed.context.storage_state()
    took = []
    for _ in range(OPENED):
        with browser.new_context(viewport=SIZE, locale="zh-CN", storage_state=state) as context:
            page = context.new_page()
            page.goto(address, wait_until="domcontentloaded")
            page.wait_for_function(FIRST_PAINT)
            assert page.url.rstrip("/") == address.rstrip("/")
            took.append(page.evaluate(FIRST_PAINT))
    return spread(took)


def preview(demo: Demonstration, page: Page, address: str, folder: Path) -> dict[str, object]:
    """Pictures a second, and the share of one core that serving and showing them costs."""
    keep_pictures(demo, folder)
    served = bare_rate(page, address)
    with bare(folder, served) as plain:
        shares: dict[str, list[float]] = {"nothing": [], "server": [], "browser": [], "bare": []}
        for _ in range(PREVIEW_ROUNDS):
            page.goto("about:blank")
            idle, idle_browser, _ = _shares(page)
            shares["nothing"].append(idle)
            page.goto(address, wait_until="domcontentloaded")
            page.locator('[data-preview="on"]').wait_for()
            own, browser, _ = _shares(page)
            shares["server"].append(own - idle)
            shares["browser"].append(browser - idle_browser)
            page.goto(f"{plain.address}/preview", wait_until="domcontentloaded")
            shares["bare"].append(_shares(page, plain.pid)[2] - idle_browser)
        bare_pictures = page.evaluate(PICTURES, 3000)
    mean = {name: sum(each) / len(each) for name, each in shares.items()}
    return {
        "pictures_per_s": round(served, 1),
        "bare_pictures_per_s": round(bare_pictures, 1),
        "share_of_a_core": round(mean["server"] + mean["browser"], 3),
        "of_which_server": round(mean["server"], 3),
        "bare_share_of_a_core": round(mean["bare"], 3),
    }


def bare_rate(page: Page, address: str) -> float:
    """How many different pictures a second the resident's page draws."""
    page.goto(address, wait_until="domcontentloaded")
    page.locator('[data-preview="on"]').wait_for()
    page.wait_for_function("() => document.getElementById('preview').naturalWidth > 0")
    return float(page.evaluate(PICTURES, PREVIEW_S * 1000))


def keep_pictures(demo: Demonstration, folder: Path) -> None:
    """The very pictures of this camera, for the bare server."""
    camera = demo.device.camera
    assert camera is not None
    last: bytes | None = None
    kept, until = 0, time.monotonic() + WAIT_S
    while kept < PICTURES_KEPT and time.monotonic() < until:
        jpeg = camera.jpeg()
        if jpeg is not None and jpeg is not last:
            (folder / f"{kept:03}.jpg").write_bytes(jpeg)
            kept, last = kept + 1, jpeg
        time.sleep(0.02)


def _shares(page: Page, other: int | None = None) -> tuple[float, float, float]:
    """Shares of one core over a while: the web server's threads, the browser, it and another."""
    page.wait_for_timeout(1000)  # What opening it cost is not what it costs.
    pids = browser_pids()
    others = [other] if other else []
    began = time.monotonic()
    before = _web_s(), processor_s(*pids), processor_s(*others)
    page.wait_for_timeout(PREVIEW_S * 1000)
    took = time.monotonic() - began
    after = _web_s(), processor_s(*pids), processor_s(*others)
    own, browser, rest = ((b - a) / took for a, b in zip(before, after, strict=True))
    return own, browser, browser + rest


def _web_s() -> float:
    """Processor seconds so far of the threads that answer pages and encode the preview.

    By thread, because looking uses more than a core by itself and gives way to the server: of
    the whole process the difference of two runs would be taken for the preview's.
    """
    used = 0.0
    for thread in threading.enumerate():
        if thread.name.startswith("CP Server") and thread.native_id is not None:
            row = Path(f"/proc/self/task/{thread.native_id}/stat").read_text("utf-8")
            user, kernel = row.rpartition(")")[2].split()[11:13]
            used += (int(user) + int(kernel)) / os.sysconf("SC_CLK_TCK")
    return used


def measured(playwright: Playwright, folder: Path, visits: int) -> dict[str, object]:
    """Every figure by name, with the machine's load."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    pictures = folder / "pictures"
    pictures.mkdir()
    load_before = os.getloadavg()[0]
    with clinic(folder) as (demo, addresses), bare(pictures, 1.0) as plain:
        contexts = [browser.new_context(viewport=SIZE, locale="zh-CN") for _ in range(2)]
        doctor, resident = (context.new_page() for context in contexts)
        signed_in(doctor, addresses["doctor"])
        resident.goto(addresses["resident"], wait_until="domcontentloaded")
        published = Published(demo)
        counter = Counter(demo, addresses, doctor, resident, published)
        told = work(counter, visits)
        published.close()
        told["bare_tap_ms"] = bare_tap(browser, plain, 60)
        told["first_page_ms"] = {
            "resident": first_page(browser, addresses["resident"]),
            "doctor": first_page(browser, addresses["doctor"], doctor),
            "bare": first_page(browser, plain.address),
        }
        doctor.close()
        show(demo.device.camera, demo.clips, SCENES[WOMAN])
        resident.locator('[data-preview="on"]').wait_for()
        told["preview"] = preview(demo, resident, addresses["resident"], pictures)
        for context in contexts:
            context.close()
    browser.close()
    return {"load": [round(load_before, 1), round(os.getloadavg()[0], 1)], **told}


def main() -> None:
    asked = argparse.ArgumentParser(prog="bench_screens")
    asked.add_argument("--json", action="store_true", help="one object on one line")
    asked.add_argument("--visits", type=int, default=VISITS)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        told = measured(playwright, Path(folder), options.visits)
    indent = None if options.json else 1
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=indent) + "\n")


if __name__ == "__main__":
    main()
