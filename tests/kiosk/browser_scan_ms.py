"""From a view with one more line to that line on the doctor's screen, in a real browser.

    python -m tests.kiosk.browser_scan_ms

The time runs from the moment the desk publishes until a MutationObserver sees the line in
the page: event stream, request, drawing, swap. Both clocks are this machine's. What the
counter does with a scan before it publishes is measured elsewhere.
"""

from __future__ import annotations

import sys
import time
from statistics import median, quantiles

from playwright.sync_api import sync_playwright

from kiosk_ui.app import create_app
from terminal.assembly.parts import ASSETS
from terminal.core.visit import VisitState
from terminal.settings_file import read_settings
from tests.conftest import ARGUMENTS, CHROMIUM
from tests.kiosk.browsing import Drawing, open_page
from tests.kiosk.conftest import served
from tests.kiosk.counter_views import ShownDesk, line, notice, visit

SCANS = 200
LINES_MAX = 12
"""More than this stand on hardly any bill; then the next visit begins."""

WATCH = """() => {
  window.stood = {};
  new MutationObserver(() => {
    const at = performance.timeOrigin + performance.now();
    for (const e of document.querySelectorAll('#lines [data-line]'))
      window.stood[e.dataset.line] ??= at;
  }).observe(document.body, { childList: true, subtree: true });
}"""


def measured() -> list[float]:
    """Milliseconds of each scan."""
    desk, took = ShownDesk(), []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = chromium.new_page(viewport={"width": 1280, "height": 800})
        with served(create_app(desk, Drawing(desk), read_settings().data_dir / ASSETS)) as at:
            open_page(page, f"{at}/doctor")
            page.evaluate(WATCH)
            for number in range(1, SCANS + 1):
                first = number - (number - 1) % LINES_MAX
                lines = tuple(line(n) for n in range(first, number + 1))
                shown = visit(VisitState.TRACED, lines=lines, revision=number)
                began = time.time()
                desk.show(visit=shown, scan=notice("scan.accepted", name="苯磺酸氨氯地平片"))
                page.wait_for_function("n => n in window.stood", arg=str(number))
                took.append(page.evaluate("n => window.stood[n]", str(number)) - began * 1000)
        chromium.close()
    return took


def main() -> None:
    took = measured()
    p95 = quantiles(took, n=20)[-1]
    sys.stdout.write(
        f"{len(took)} scans: p50 {median(took):.0f} ms, p95 {p95:.0f} ms, most {max(took):.0f} ms\n"
    )


if __name__ == "__main__":
    main()
