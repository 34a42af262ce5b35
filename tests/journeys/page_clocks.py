"""Clocks inside a page, and the processor's time of this clinic and its browser.

A tap is timed from its pointerdown, as the browser stamped it, to the paint that shows its
answer; a scan until the paint that shows its line. A paint is over when a message posted
from an animation frame is heard.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from statistics import median

CLOCKS = """() => {
  if (window.clock) return;
  window.taps = [];
  window.stood = {};
  const painted = (tell) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => tell(performance.now());
    channel.port2.postMessage(0);
  });
  let tap = null;
  const done = (was) => painted((now) => window.taps.push([was.kind, now - was.at]));
  window.clock = { answered() { const was = tap; tap = null; if (was) done(was); } };
  addEventListener('pointerdown', (event) => {
    const it = event.target.closest('button, summary');
    tap = it && { kind: it.id || it.closest('[id]')?.id, at: event.timeStamp, sent: false };
  }, true);
  addEventListener('click', () => requestAnimationFrame(() => {
    if (tap && !tap.sent && window.htmx) window.clock.answered();
  }));
  addEventListener('htmx:beforeRequest', ({ detail }) => {
    if (tap && detail.requestConfig.verb === 'post') tap.sent = detail.xhr;
  });
  addEventListener('htmx:afterRequest', ({ detail }) => {
    if (tap && tap.sent === detail.xhr) window.clock.answered();
  });
  new MutationObserver(() => {
    for (const line of document.querySelectorAll('#lines [data-line]')) {
      const number = line.dataset.line;
      if (number in window.stood) continue;
      window.stood[number] = null;
      painted((now) => { window.stood[number] = performance.timeOrigin + now; });
    }
  }).observe(document.body, { childList: true, subtree: true });
}"""
"""`taps`: kind and milliseconds of each; `stood`: when each line was painted, of this visit."""

FIRST_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime"

PICTURES = """(ms) => new Promise((tell) => {
  const picture = document.getElementById('preview');
  const canvas = new OffscreenCanvas(32, 24);
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const until = performance.now() + ms;
  let last = '', count = 0;
  const look = (now) => {
    pen.drawImage(picture, 0, 0, 32, 24);
    const seen = pen.getImageData(0, 0, 32, 24).data.join();
    if (seen !== last) count += 1;
    last = seen;
    if (now < until) requestAnimationFrame(look); else tell(count / (ms / 1000));
  };
  requestAnimationFrame(look);
})"""
"""How many different pictures a second are drawn."""


def spread(took_ms: Sequence[float]) -> dict[str, float]:
    """Milliseconds, with their count."""
    ordered = sorted(took_ms)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return {
        "count": len(ordered),
        "p50": round(median(ordered), 1),
        "p95": round(p95, 1),
        "max": round(ordered[-1], 1),
    }


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name; none of a process that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return []


def processor_s(*pids: int) -> float:
    """Processor time of these processes, without their children."""
    told = [_stat(pid) for pid in pids]
    return sum(int(each[11]) + int(each[12]) for each in told if each) / os.sysconf("SC_CLK_TCK")


def browser_pids() -> list[int]:
    """The processes of the browser that this program started."""
    running = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    above = {pid: int(stat[1]) for pid in running if (stat := _stat(pid))}
    return [pid for pid in above if _ours(pid, above) and "chrom" in _program(pid)]


def _ours(pid: int, above: dict[int, int]) -> bool:
    while pid in above and pid > 1:
        pid = above[pid]
        if pid == os.getpid():
            return True
    return False


def _program(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().partition(b"\0")[0].decode("utf-8")
    except OSError:
        return ""
