"""The installed terminal under a systemd that really runs it: as root, some minutes.

    make booted

A board boots in namespaces (board.py); both packages are installed on it and its services
run as their units say, user, system-call filter, devices and read-only places applied. Says
what was seen, one line each, and ends with status 1 at the first thing that is not so.
Control groups' limits of memory and processor are this machine's to grant and are not shown.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.field.board import Board
from tests.field.throwaway import NEW, OLD, SETTINGS, base, held, packages, run, said
from tests.house.source import HOUSE

UNIT = "clinic-terminal.service"
_WATCHDOG_S = 12
"""Shorter than the unit's, so that a hang is seen in seconds; the rest is as it is shipped."""


def laid(folder: Path) -> None:
    """A Debian with what the packages need, the packages and the networks lying ready."""
    run("tar", "-xf", str(base()), "-C", str(folder))
    (folder / "usr/sbin/policy-rc.d").unlink(missing_ok=True)
    (folder / "debs").mkdir()
    for version in (OLD, NEW):
        for name in packages(version):
            shutil.copy(HOUSE / "dist" / name, folder / "debs" / name)
    (folder / "stick").mkdir()
    for part in ("weights", "assets"):
        for file in (HOUSE / ".data" / part).iterdir():
            shutil.copy(file, folder / "stick" / file.name)
    run("chmod", "-R", "a+rX", str(folder / "stick"))


def installed(board: Board) -> None:
    board.does("sh", "-c", f"dpkg -i {_debs(OLD)}")
    held(board.unit(UNIT, "ActiveState") == "inactive", "without settings it does not start")
    (board.folder / "etc/clinic-terminal/settings.toml").write_text(SETTINGS, "utf-8")
    board.does("systemd-tmpfiles", "--create", "clinic-terminal.conf")
    board.does("clinic-terminal", "models", "pull", "--from", "/stick")
    by_hand(board)
    board.does("systemctl", "start", UNIT)
    said(f"so: ready {_ready_s(board):.1f} s after its start, by systemd's own clock")
    held(board.unit(UNIT, "StatusText").startswith("at http"), "READY came with an address")
    held("store_whole" in board.does("clinic-terminal", "upkeep"), "its local door answers root")


def by_hand(board: Board) -> None:
    """Settings were written by hand, in the place of the pairing page that a bare board shows."""
    board.does("systemctl", "stop", "clinic-terminal-pairing.service")
    (board.folder / "var/lib/clinic-terminal/pairing.open").unlink(missing_ok=True)


def anew(board: Board, settings: str) -> None:
    """Another file in its place: the kernel lets not even root write into one that is another's
    in a sticky folder (fs.protected_regular)."""
    file = board.folder / "etc/clinic-terminal/settings.toml"
    file.unlink()
    file.write_text(settings, "utf-8")


def closed_in(board: Board) -> None:
    """What the unit forbids is forbidden, seen from where the terminal stands."""
    pid = board.unit(UNIT, "MainPID")
    status = board.does("cat", f"/proc/{pid}/status")
    facts = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    held(facts["NoNewPrivs"].strip() == "1", "no new privileges")
    held(facts["Seccomp"].strip() == "2", "system calls are filtered")
    held(int(facts["CapEff"], 16) == 0 and int(facts["CapBnd"], 16) == 0, "no capability at all")
    held(facts["Uid"].split()[0] != "0", "it is not root")
    for place in ("/usr", "/etc", "/etc/clinic-terminal", "/opt/clinic-terminal"):
        inside = ["nsenter", "-t", pid, "-m", "touch", f"{place}/planted"]
        told = board.does(*inside, status=1)
        held("Read-only" in told, f"not even root writes to {place} from its place")
    board.does("nsenter", "-t", pid, "-m", "touch", "/var/lib/clinic-terminal/allowed")
    (board.folder / "var/lib/clinic-terminal/allowed").unlink()


def killed_and_hung(board: Board) -> None:
    board.does("systemctl", "kill", "--kill-whom=main", "--signal=KILL", UNIT)
    took = board.until(lambda: _restarts(board) == 1 and _runs(board), "it runs again")
    said(f"so: killed, it runs again {took:.1f} s later")
    drop = f"/run/systemd/system/{UNIT}.d"
    told = f"[Service]\\nWatchdogSec={_WATCHDOG_S}\\n"
    board.does("sh", "-c", f"mkdir -p {drop}; printf '{told}' > {drop}/quick.conf")
    board.does("systemctl", "daemon-reload")
    board.does("systemctl", "restart", UNIT)
    before = _restarts(board)
    board.does("kill", "-STOP", board.unit(UNIT, "MainPID"))
    took = board.until(
        lambda: _restarts(board) == before + 1 and _runs(board), "the watchdog bites", 60
    )
    said(f"so: hung, the watchdog of {_WATCHDOG_S} s ended it; it runs again after {took:.1f} s")
    board.does("sh", "-c", f"rm -r {drop}; systemctl daemon-reload")


def refused(board: Board) -> None:
    anew(board, SETTINGS + 'no_such_setting = "x"\n')
    board.does("systemctl", "restart", UNIT, status=1)
    held(board.unit(UNIT, "ExecMainStatus") == "78", "a wrong setting ends it with status 78")
    held(board.unit(UNIT, "ActiveState") == "failed", "and it is not begun anew")
    told = board.does("journalctl", "-u", UNIT, "-n", "40", "--no-pager", "-o", "cat")
    held("settings.unknown" in told, "the journal says which setting")
    anew(board, SETTINGS)
    board.does("systemctl", "restart", UNIT)
    held(_runs(board), "put right, it runs")


def nights(board: Board) -> None:
    board.does("systemctl", "start", "clinic-terminal-upkeep.service")
    held(board.unit("clinic-terminal-upkeep.service", "Result") == "success", "upkeep is done")
    timers = board.does("systemctl", "list-timers", "--no-pager", "clinic-terminal*")
    held(timers.count("clinic-terminal-") >= 4, "closing and upkeep have their next night")


def cut(board: Board) -> None:
    for after_s in (0.3, 1.0, 2.0):
        board.does("systemctl", "--no-block", "restart", UNIT)
        time.sleep(after_s)  # The very moment is what is tried, not something to wait for.
        board.cut()
        board.boot()
        board.until(lambda: _runs(board), "it starts by itself")
        told = board.does("clinic-terminal", "upkeep")
        held('"store_whole": true' in told, f"cut {after_s} s into a start: up again, store whole")


def upgraded(board: Board) -> None:
    before = board.unit(UNIT, "MainPID")
    board.does("sh", "-c", f"dpkg -i {_debs(NEW)}")
    board.until(lambda: _runs(board) and board.unit(UNIT, "MainPID") != before, "begun anew")
    path = board.does("readlink", f"/proc/{board.unit(UNIT, 'MainPID')}/exe", status=None)
    line = board.does("cat", f"/proc/{board.unit(UNIT, 'MainPID')}/cmdline")
    held(f"/{NEW}/" in path + line, f"upgraded at work, {NEW} runs")
    board.does("clinic-terminal-switch", OLD)
    board.does("systemctl", "restart", UNIT)
    line = board.does("cat", f"/proc/{board.unit(UNIT, 'MainPID')}/cmdline")
    held(f"/{OLD}/" in line, f"rolled back, {OLD} runs")


def given_up(board: Board) -> None:
    """Eight starts in half an hour are a fault of the board: it begins anew."""
    board.does("systemctl", "reset-failed", UNIT)
    starts = 0
    while board.is_on() and starts < 12:
        before = board.unit(UNIT, "MainPID")
        board.does("systemctl", "kill", "--kill-whom=main", "--signal=KILL", UNIT, status=None)
        starts += 1
        board.until(partial(_another, board, before), "it starts, or the board goes")
    held(not board.is_on(), f"after {starts} ends in a row the board itself begins anew")
    board.boot()
    board.until(lambda: _runs(board), "and the terminal with it")


def removed(board: Board) -> None:
    programs = [f"clinic-terminal-program-{version}" for version in (OLD, NEW)]
    board.does("dpkg", "--purge", "clinic-terminal", *programs)
    told = board.does("systemctl", "list-units", "clinic-terminal*", "--no-pager", "--plain")
    held("running" not in told, "removed at work, nothing of it runs any more")


def _debs(version: str) -> str:
    return " ".join(f"/debs/{name}" for name in packages(version))


def _runs(board: Board) -> bool:
    return board.unit(UNIT, "ActiveState") == "active"


def _restarts(board: Board) -> int:
    return int(board.unit(UNIT, "NRestarts") or 0)


def _another(board: Board, before: str) -> bool:
    """Whether another process runs than before, or the board is off."""
    return not board.is_on() or (_runs(board) and board.unit(UNIT, "MainPID") != before)


def _ready_s(board: Board) -> float:
    began = int(board.unit(UNIT, "InactiveExitTimestampMonotonic"))
    return (int(board.unit(UNIT, "ActiveEnterTimestampMonotonic")) - began) / 1e6


def main() -> None:
    """Do it all."""
    if os.getuid() != 0:
        sys.exit("a board is booted by root: sudo make booted")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="clinic-terminal-board-") as scratch:
        folder = Path(scratch, "root")
        folder.mkdir()
        laid(folder)
        board = Board(folder)
        try:
            said(f"-- the board is up after {board.boot():.1f} s")
            for step in (installed, closed_in, killed_and_hung, refused, nights, cut, upgraded,
                         given_up, removed):  # fmt: skip
                said(f"-- {step.__name__}")
                step(board)
        finally:
            board.cut()
    said(f"all of it so, in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
