"""From a code leaving the scanner to its line on the doctor's screen, with everything real.

    python -m tests.journeys.scan_to_line [pause in ms]

A demo clinic with its camera looking, its store on disk and its province in a process of
its own; the scanner at the other end of a pty; Chromium with a MutationObserver. The time
is also split at the moment when the counter publishes the line. Both clocks are this
machine's. Without a pause the next box comes while the one before is still being priced.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Page, sync_playwright

from terminal.assembly.demonstration import CLIPS, MAN_ID_NUMBER, Demonstration
from terminal.assembly.parts import ASSETS, WEIGHTS
from terminal.assembly.stage import fresh_code
from terminal.settings_file import read_settings
from terminal.technician import DemoOptions
from tests.conftest import ARGUMENTS, CHROMIUM
from tests.journeys.signed_in import doctor_has, signed_in

SCANS = 50
LINES = 5
"""Of each visit, as in a village clinic; then the next begins."""
PAUSE_MS = 1000
"""A doctor with a box in each hand is no quicker."""
WAIT_S = 20.0

WATCH = """() => {
  window.stood = {};
  new MutationObserver(() => {
    const at = performance.timeOrigin + performance.now();
    for (const e of document.querySelectorAll('#lines [data-line]'))
      window.stood[e.dataset.line] ??= at;
  }).observe(document.body, { childList: true, subtree: true });
}"""


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


@contextmanager
def clinic(folder: Path) -> Iterator[tuple[Demonstration, str]]:
    """A demo clinic with nobody before its camera, and the address of the doctor's page."""
    pulled = read_settings().data_dir
    for part in (WEIGHTS, ASSETS, CLIPS):
        (folder / part).symlink_to((pulled / part).resolve())
    options = DemoOptions("nobody", woman_enrolled=False, web_port=0, panel_port=0, fresh=False)
    with Demonstration(folder, options) as demo:
        address = demo.start()["doctor"]
        yield demo, doctor_has(address, demo.pins["doctor"])


def scanned(demo: Demonstration, page: Page, pause_ms: int) -> list[tuple[float, float]]:
    """Milliseconds of each scan: until it was published, and until it stood on the screen."""
    took: list[tuple[float, float]] = []
    published = Published(demo)
    drugs = [drug for drug in demo.device.catalogue.drugs if drug.prefixes][:LINES]
    while len(took) < SCANS:
        page.locator("#id-number").fill(MAN_ID_NUMBER)
        page.locator("#id-open").click()
        page.locator("#confirm-button").click()
        page.locator("#diagnosis-1").click()
        page.locator("#diagnosis-1.chosen").wait_for()
        page.evaluate(WATCH)
        visit = demo.device.desk.view().visit
        assert visit is not None
        for number, drug in enumerate(drugs, start=1):
            page.wait_for_timeout(pause_ms)
            code, began = fresh_code(drug), time.time()
            demo.scanner.scan(code)
            page.wait_for_function("n => n in window.stood", arg=str(number))
            stood = page.evaluate("n => window.stood[n]", str(number)) / 1000
            on_board = published.at[visit.visit_id, number]
            took.append(((on_board - began) * 1000, (stood - began) * 1000))
        demo.device.desk.reception.leave(visit.visit_id)
        page.locator(".lines").wait_for(state="detached")
    published.close()
    return took


def told(name: str, took: list[float]) -> str:
    p95 = quantiles(took, n=20)[-1]
    return f"  {name}: p50 {median(took):.0f} ms, p95 {p95:.0f} ms, most {max(took):.0f} ms\n"


def main() -> None:
    pause_ms = int(sys.argv[1]) if len(sys.argv) > 1 else PAUSE_MS
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with clinic(Path(folder)) as (demo, address):
            page = chromium.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN")
            signed_in(page, address)
            took = scanned(demo, page, pause_ms)
            page.close()
        chromium.close()
    sys.stdout.write(
        f"{len(took)} scans, {pause_ms} ms between them, load {os.getloadavg()[0]:.1f}\n"
        + told("until published", [published for published, _ in took])
        + told("until on screen", [stood for _, stood in took])
    )


if __name__ == "__main__":
    main()
