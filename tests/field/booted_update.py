"""A night's update on a board that runs systemd: as root, some minutes.

    make booted

The services as they are shipped: one fetches from a county over HTTPS and judges, one without
a network installs, tries on a copy as the terminal's own user, switches, and waits at the
health gate; one undoes at boot what a power cut left. The newer versions are the first one
repacked (updates.py). Says what was seen, and ends with status 1 at the first that is not so.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.field.board import Board
from tests.field.booted import UNIT, by_hand, laid
from tests.field.throwaway import OLD, SETTINGS, held, packages, run, said
from tests.field.updates import ENDS, GOOD, county_key, repacked, repository

UPDATE = "clinic-terminal-update.service"
COUNTY = """
county_url = "https://127.0.0.1:8443"
county_ca_file = "/etc/clinic-terminal/county.pem"
"""
_UPDATER = "usr/lib/clinic-terminal/updater"
_NIGHT_S = 420
_CUT = Path("var/lib/clinic-terminal-update/cut-here")

_SERVER = """
import functools, http.server, ssl
told = functools.partial(http.server.SimpleHTTPRequestHandler, directory="/county")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 8443), told)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/county.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""

_STEPS_END = "        self.state = state\n\n\n"
_STAY_THERE = """        self.state = state
        here = self._file.with_name("cut-here")
        if here.exists() and here.read_text() == state.step:
            here.unlink()
            __import__("time").sleep(600)


"""
"""The step that the file names is on the disk: the updater stays there until the power fails."""


class Nights:
    """A board, a county that serves it packages, and its nights."""

    def __init__(self, board: Board, debs: Path, home: Path) -> None:
        self.board, self._debs, self._home = board, debs, home

    def county_has(self, *versions: str) -> None:
        repository(self._debs, self._home, self.board.folder / "county/packages", versions)

    def power_on(self) -> None:
        self.board.boot()
        starts_serving(self.board)

    def night(self) -> str:
        """Run the update's service as its timer would; the journal of the two."""
        self.board.does("systemctl", "start", "--no-block", UPDATE)
        self.board.until(self._began_and_ended, "the night's update ends", _NIGHT_S)
        units = ["-u", UPDATE, "-u", "clinic-terminal-fetch.service"]
        return self.board.does("journalctl", *units, "-b", "--no-pager", "-o", "cat")

    def night_cut_at(self, step: str) -> None:
        """The power fails in the night, right behind a step that is on the disk."""
        here = self.board.folder / _CUT
        here.write_text(step)
        self.board.does("systemctl", "start", "--no-block", UPDATE)
        self.board.until(lambda: not here.exists(), f"the update comes to `{step}`", _NIGHT_S)
        self.board.cut()

    def version(self) -> str:
        """What the process of the service runs; empty while it does not."""
        if self.board.unit(UNIT, "ActiveState") != "active":
            return ""
        pid = self.board.unit(UNIT, "MainPID")
        line = self.board.does("cat", f"/proc/{pid}/cmdline", status=None)
        return next((each for each in (OLD, GOOD, ENDS) if f"/{each}/" in line), "?")

    def make_ours(self) -> None:
        """Three seconds of health in the place of sixty, and a step to stay at; the package
        brings its own each time."""
        machine = self.board.folder / _UPDATER / "machine.py"
        text = machine.read_text("utf-8").replace("GATE_S = 60.0", "GATE_S = 3.0", 1)
        machine.write_text(text.replace("_GATE_S_MAX = 240.0", "_GATE_S_MAX = 30.0"), "utf-8")
        steps = machine.with_name("steps.py")
        steps.write_text(steps.read_text("utf-8").replace(_STEPS_END, _STAY_THERE), "utf-8")

    def _began_and_ended(self) -> bool:
        state = self.board.unit(UPDATE, "ActiveState")
        jobs = self.board.does("systemctl", "list-jobs", "--no-legend", status=None)
        return state in {"inactive", "failed"} and UPDATE not in jobs


def serves_https(folder: Path) -> None:
    """Lay out a web server of plain files for the board; its authority is `county.crt`."""
    (folder / "county").mkdir(exist_ok=True)
    (folder / "county.py").write_text(_SERVER)
    pem, told = folder / "county.pem", folder / "county.crt"
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
        "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(pem),
        "-out", str(told))  # fmt: skip
    pem.write_text(pem.read_text() + told.read_text())


def starts_serving(board: Board) -> None:
    """Start it, after each boot."""
    board.does("systemd-run", "--quiet", "python3", "/county.py")


def installed(nights: Nights, public: Path) -> None:
    board = nights.board
    board.does("sh", "-c", "dpkg -i " + " ".join(f"/debs/{name}" for name in packages(OLD)))
    settings = board.folder / "etc/clinic-terminal"
    (settings / "settings.toml").write_text(SETTINGS + COUNTY, "utf-8")
    shutil.copy(public, settings / "updates.gpg")
    shutil.copy(board.folder / "county.crt", settings / "county.pem")
    for name in ("updates.gpg", "county.pem"):
        (settings / name).chmod(0o644)
    board.does("systemd-tmpfiles", "--create", "clinic-terminal.conf")
    board.does("clinic-terminal", "models", "pull", "--from", "/stick")
    by_hand(board)
    board.does("systemctl", "enable", "--now", UNIT)
    nights.make_ours()
    board.until(lambda: nights.version() == OLD, f"{OLD} receives people", 20)


def nothing_new(nights: Nights) -> None:
    nights.county_has(OLD)
    told = nights.night()
    held(nights.board.unit(UPDATE, "Result") == "success", f"nothing newer, nothing done: {told}")
    held(nights.version() == OLD, f"{OLD} it is")


def cut_in_a_trial(nights: Nights) -> None:
    nights.county_has(OLD, GOOD)
    for step in ("unpacked", "trial"):
        nights.night_cut_at(step)
        nights.power_on()
        nights.board.until(lambda: nights.version() == OLD, f"cut at `{step}`: {OLD} is back")
        said(f"so: the power fails at `{step}`: {OLD} receives people after the boot")


def kept(nights: Nights) -> None:
    told = nights.night()
    held(nights.version() == GOOD, f"the next night {GOOD} is tried, well and kept: {told}")
    version = nights.board.does("dpkg-query", "-W", "-f", "${Version}", "clinic-terminal")
    held(version == GOOD, "and its units are installed, out of a service that is closed in")
    left = [path.name for path in (nights.board.folder / "var/lib/clinic-terminal").iterdir()
            if "before" in path.name or path.name.startswith(("try", "updating"))]  # fmt: skip
    held(not left, f"nothing is left behind: {left}")
    nights.make_ours()


def undone(nights: Nights) -> None:
    nights.county_has(OLD, GOOD, ENDS)
    told = nights.night()
    held("update.rolled_back" in told, f"{ENDS} is not well")
    held(nights.version() == GOOD, f"and {GOOD} is back")
    nights.night()
    held(nights.version() == GOOD, f"{ENDS} is not tried again")


def main() -> None:
    """Do it all."""
    if os.getuid() != 0:
        sys.exit("a board is booted by root: sudo make booted")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="clinic-terminal-night-") as scratch:
        folder, home = Path(scratch, "root"), Path(scratch, "g")
        folder.mkdir()
        public = county_key(home)
        laid(folder)
        repacked(folder / "debs")
        serves_https(folder)
        board = Board(folder)
        nights = Nights(board, folder / "debs", home)
        try:
            nights.power_on()
            said(f"-- the board is up, {time.monotonic() - began:.0f} s")
            installed(nights, public)
            for step in (nothing_new, cut_in_a_trial, kept, undone):
                said(f"-- {step.__name__}, {time.monotonic() - began:.0f} s")
                step(nights)
        finally:
            board.cut()
            run("gpgconf", "--homedir", str(home), "--kill", "all")
    said(f"all of it so, in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
