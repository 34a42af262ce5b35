"""From power on to ready, and what a terminal costs with nobody near.

    python -m tests.field.start_and_idle [--starts 5] [--idle 60]

A start is `clinic-terminal run` as systemd starts it, until the resident's page was served and
the first picture of its live preview has come; its store and keys are there already. Idle is
the processor time of the process, from /proc, while the camera shows an empty room. Prints one
JSON object; nothing is asserted.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from drivers.simulated.scenes import NOBODY, SCENES
from terminal.assembly.parts import ASSETS, WEIGHTS
from terminal.settings_file import read_settings
from tests.journeys.test_commands import device_variables

WAIT_S = 120.0
SETTLES_S = 10.0
"""After a start before it is called idle: an empty room is known as one by then."""
TICKS_A_S = os.sysconf("SC_CLK_TCK")


@contextmanager
def running(folder: Path, clip: Path) -> Iterator[tuple[int, float]]:
    """A terminal of this folder; its process, and how long it took to be ready."""
    told = {
        **os.environ,
        **device_variables(folder),
        "CLINIC_TERMINAL_DATA_DIR": str(folder),
        "CLINIC_TERMINAL_CAMERA": str(clip),
        "CLINIC_TERMINAL_RECORDED_CAMERA": "true",
        "NOTIFY_SOCKET": str(folder / "notify"),
    }
    (folder / "notify").unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(folder / "notify"))
        heard.settimeout(WAIT_S)
        began_s = time.monotonic()
        terminal = subprocess.Popen([sys.executable, "-m", "terminal", "run"], env=told)
        try:
            address = ""
            while "http://" not in address:
                address = heard.recv(4096).decode()
            picture(address.partition("at ")[2].split()[0])
            yield terminal.pid, time.monotonic() - began_s
        finally:
            terminal.terminate()
            terminal.wait(WAIT_S)


def picture(address: str) -> None:
    """Open the resident's page and wait for the first picture of its preview."""
    told = urlsplit(address)
    for path, wanted in (("/resident", 1), ("/preview.mjpg", 2000)):
        way = http.client.HTTPConnection(told.hostname or "", told.port, timeout=WAIT_S)
        way.request("GET", path)
        answer = way.getresponse()
        if answer.status != http.client.OK or len(answer.read(wanted)) < wanted:
            raise SystemExit(f"{path} did not come: {answer.status}")
        way.close()


def used_s(pid: int) -> float:
    """Processor seconds of a process so far, in its own code and in the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_S


def main() -> None:
    asked = argparse.ArgumentParser(prog="start_and_idle")
    asked.add_argument("--starts", type=int, default=5)
    asked.add_argument("--idle", type=float, default=60.0, help="seconds")
    options = asked.parse_args()
    pulled = read_settings().data_dir.resolve()
    starts: list[float] = []
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        for part in (WEIGHTS, ASSETS):
            (folder / part).symlink_to(pulled / part)
        clip = pulled / "clips" / SCENES[NOBODY].file
        with running(folder, clip):
            pass  # The store and its keys are made but once.
        for _ in range(options.starts - 1):
            with running(folder, clip) as (_, took_s):
                starts.append(took_s)
        with running(folder, clip) as (pid, took_s):
            starts.append(took_s)
            time.sleep(SETTLES_S)
            began_s, before = time.monotonic(), used_s(pid)
            time.sleep(options.idle)
            share = (used_s(pid) - before) / (time.monotonic() - began_s)
    told = {
        "load": [round(each, 1) for each in os.getloadavg()],
        "start_s": {
            "median": round(median(starts), 2),
            "least": round(min(starts), 2),
            "most": round(max(starts), 2),
            "starts": len(starts),
        },
        "idle_share_of_a_core": round(share, 3),
        "idle_s": options.idle,
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
