"""What a browser and loopback cost by themselves: an empty page, a plain request, pictures.

    python -m tests.journeys.bare_pages FOLDER PICTURES_A_SECOND

A process of its own on the standard library's server, as thin as one can be. Its first line
is its address; FOLDER holds the JPEG pictures that /preview.mjpg goes through for ever.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from subprocess import PIPE, Popen
from typing import NamedTuple

PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>空</title>
<link rel="icon" href="data:,"><button id="ask">问</button><p id="answer"></p><script>
document.getElementById("ask").addEventListener("click", async () => {
  document.getElementById("answer").textContent = await (await fetch("/plain")).text();
  window.clock?.answered();
});
</script></html>"""
PREVIEW = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>空</title>
<link rel="icon" href="data:,"><img id="preview" src="/preview.mjpg" alt=""></html>"""


class Bare(NamedTuple):
    """The running server."""

    address: str
    pid: int


@contextmanager
def bare(folder: Path, per_s: float) -> Iterator[Bare]:
    """The server in a process of its own, until the block is left."""
    asked = [sys.executable, "-m", "tests.journeys.bare_pages", str(folder), str(per_s)]
    with Popen(asked, stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Bare(process.stdout.readline().strip(), process.pid)
        finally:
            process.terminate()


class Plain(BaseHTTPRequestHandler):
    """Three pages and a stream."""

    protocol_version = "HTTP/1.1"
    pictures: tuple[bytes, ...] = ()
    period_s = 1.0

    def do_GET(self) -> None:
        if self.path.startswith("/preview.mjpg"):
            self._stream()
            return
        body = {"/": PAGE, "/preview": PREVIEW}.get(self.path, str(time.time_ns())).encode()
        self.send_response(200)
        kind = "text/html" if self.path in ("/", "/preview") else "text/plain"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        try:
            for jpeg in cycle(self.pictures):
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                self.wfile.write(head.encode() + jpeg + b"\r\n")
                time.sleep(self.period_s)
        except OSError:
            self.close_connection = True  # The page has gone.

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    folder, per_s = Path(sys.argv[1]), float(sys.argv[2])
    Plain.pictures = tuple(path.read_bytes() for path in sorted(folder.glob("*.jpg")))
    Plain.period_s = 1.0 / per_s
    server = ThreadingHTTPServer(("127.0.0.1", 0), Plain)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
