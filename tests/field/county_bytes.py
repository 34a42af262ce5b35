"""What a terminal costs its county, in bytes: `python -m tests.field.county_bytes`.

Asks the simulated county over TLS through a counter of bytes (both ways, inside TCP), each time
on a connection of its own as an hourly question is, and prints one JSON object. What 40,000
terminals cost is worked out from it in docs/county.md.
"""

from __future__ import annotations

import json
import socket
import sys
import tempfile
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from drivers.simulated.county.server import SandboxCounty
from terminal.core.county_files import EVERY_S, CountyFile, CountyKind
from terminal.core.national_crypto import new_sm2_key
from terminal.county import County
from terminal.county_shelf import CountyShelf
from terminal.county_signing import signed_file
from terminal.province.post import Post

CLINIC = "H99102400001"
TERMINALS = 40_000
_SETTINGS = b"let_go_max_fen = 5\n"
_DAY_S = 86_400


class Counted:
    """A door before a server that counts what goes through, both ways."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self.bytes = 0
        self._ends: list[threading.Thread] = []
        threading.Thread(target=self._let_in, daemon=True).start()

    def settled(self) -> int:
        """Bytes so far, once every connection is shut."""
        for each in self._ends:
            each.join()
        return self.bytes

    def _let_in(self) -> None:
        while True:
            near, _ = self._door.accept()
            far = socket.create_connection(("127.0.0.1", self._port))
            for source, target in ((near, far), (far, near)):
                each = threading.Thread(target=self._pass, args=(source, target), daemon=True)
                self._ends.append(each)
                each.start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        while data := source.recv(65536):
            self.bytes += len(data)
            target.sendall(data)
        with suppress(OSError):  # The other side may have shut it first.
            target.shutdown(socket.SHUT_WR)


def measured() -> dict[str, float]:
    """Bytes of an answer that brings nothing new and of one that does; what a day comes to."""
    key, now = new_sm2_key(), datetime.now(UTC)
    with tempfile.TemporaryDirectory() as scratch, SandboxCounty(Path(scratch)) as county:
        begins, ends = now - timedelta(days=1), now + timedelta(days=30)
        file = CountyFile(CountyKind.SETTINGS, "991024", 1, begins, ends, _SETTINGS)
        county.files = {"settings.signed": signed_file(file, key.private_hex)}
        door = Counted(urlsplit(county.address).port or 0)
        shelf = CountyShelf(Path(scratch, "shelf"), CLINIC, [key.public_hex])
        told = []
        for _ in range(2):
            before = door.settled()
            line = Post(county.authority, 5.0)
            asked = County(shelf, line, f"https://127.0.0.1:{door.port}/files")
            asked.fetch(CountyKind.SETTINGS, now)
            line.close()
            told.append(door.settled() - before)
        size = len(county.files["settings.signed"])
    requests = sum(_DAY_S / every for every in EVERY_S.values())
    return {
        "file_bytes": size,
        "new_bytes": told[0],
        "nothing_new_bytes": told[1],
        "requests_a_day": requests,
        "bytes_a_day": requests * told[1],
        "terminals": TERMINALS,
        "county_requests_a_day": requests * TERMINALS,
        "county_requests_a_s": round(requests * TERMINALS / _DAY_S, 1),
        "county_bytes_a_day": requests * told[1] * TERMINALS,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measured()) + "\n")
