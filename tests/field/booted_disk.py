"""A disk that is full, and one that can only be read, under a terminal that runs: as root.

    make booted

The data folder of a booted board is a file system of its own, filled to its last byte and then
made read-only. Every command that writes says so in a code and loses nothing, the terminal
goes on serving its pages, and all works again without a new start when there is room. Says what
was seen, and ends with status 1 at the first that is not so.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.field.board import Board
from tests.field.booted import UNIT, by_hand, laid
from tests.field.booted_county import GOOD, MORE, County
from tests.field.throwaway import OLD, SETTINGS, held, packages, said

DATA = "/var/lib/clinic-terminal"
STICK = "/media/stick"
_ROOM = "700m"
_MEANT = {
    "backup": (f"backup --to {STICK}", ("backup.not_written", "store.away")),
    "county": (
        "county take /county/files --keys /etc/clinic-terminal/county.pub",
        "county.not_kept",
    ),
    "support": (f"bundle-logs {DATA}/support.zip", ("support.not_written",)),
}
"""A command that writes into the data folder, and the codes it may end with where it cannot."""


def installed(board: Board, county: County) -> None:
    board.does("sh", "-c", "dpkg -i " + " ".join(f"/debs/{name}" for name in packages(OLD)))
    told = board.folder / "etc/clinic-terminal"
    safe = f'backup_public_key = "{county.public.split()[-1]}"\n'
    keys = (told / "county.pub", told / "settings.toml")
    keys[0].write_text(f"{county.public.split()[-1]}\n")
    keys[1].write_text(SETTINGS + MORE + safe)
    keys[0].chmod(0o644)
    by_hand(board)
    board.does("mount", "-t", "tmpfs", "-o", f"size={_ROOM},mode=0700", "tmpfs", DATA)
    board.does("chown", "clinic-terminal:clinic-terminal", DATA)
    board.does("systemd-tmpfiles", "--create", "clinic-terminal.conf")
    board.does("ln", "-sfn", "/etc/clinic-terminal/settings.toml", f"{DATA}/terminal.toml")
    board.does("clinic-terminal", "models", "pull", "--from", "/stick")
    board.does("sh", "-c", f"mkdir -p {STICK} && chown clinic-terminal: {STICK}")
    board.does("systemctl", "start", UNIT)
    held(serves(board), "it receives people")


def says_so(board: Board, why: str, *, running: bool = True) -> None:
    """While nothing can be written."""
    for name, (command, codes) in _MEANT.items():
        told = board.does("sh", "-c", f"clinic-terminal {command}; echo ended $?", status=None)
        held("Traceback" not in told and "ended 0" not in told, f"{why}: {name} is refused")
        held(any(code in told for code in codes), f"{why}: {name} says why: {told.strip()[:160]}")
    told = board.does("sh", "-c", "clinic-terminal check --json; echo ended $?", status=None)
    if "disk_" not in told:
        said(told)
    held("Traceback" not in told and "disk_" in told, f"{why}: check names the disk")
    told = board.does("sh", "-c", "clinic-terminal upkeep; echo ended $?", status=None)
    held("Traceback" not in told, f"{why}: upkeep answers: {told.strip()[:120]}")
    held(serves(board) == running, f"{why}: its pages are {'served' if running else 'away'}")


def works_again(board: Board) -> None:
    told = board.does("clinic-terminal", "backup", "--to", STICK)
    held("number" in told, "with room, a backup is made")
    for name in ("county", "support"):
        board.does("sh", "-c", f"clinic-terminal {_MEANT[name][0]}")
    told = board.does("clinic-terminal", "upkeep")
    held('"store_whole": true' in told, "and the store is whole")


def full(board: Board) -> None:
    before = board.unit(UNIT, "MainPID")
    board.does("sh", "-c", f"dd if=/dev/zero of={DATA}/fill bs=64k", status=None)
    board.does("sh", "-c", f"dd if=/dev/zero of={DATA}/fill.rest bs=1", status=None)
    says_so(board, "full")
    board.does("sh", "-c", f"rm {DATA}/fill {DATA}/fill.rest")
    works_again(board)
    held(board.unit(UNIT, "MainPID") == before, "without a new start")


def read_only(board: Board) -> None:
    """As a card that ends its days is found at a start."""
    board.does("systemctl", "stop", UNIT)
    board.does("mount", "-o", "remount,ro", DATA)
    board.does("systemctl", "start", "--no-block", UNIT)
    time.sleep(8)  # It begins, and begins again.
    says_so(board, "read-only", running=False)
    told = board.does("journalctl", "-u", UNIT, "-n", "8", "--no-pager", "-o", "cat")
    held("Traceback" not in told, f"the journal says why it does not start: {told.strip()[:300]}")
    board.does("mount", "-o", "remount,rw", DATA)
    board.until(lambda: serves(board), "with a disk it can write it starts by itself")
    works_again(board)


def serves(board: Board) -> bool:
    ask = ("import urllib.request as u; print(u.urlopen('http://127.0.0.1:18080/resident',"
           " timeout=10).status)")  # fmt: skip
    return "200" in board.does("python3", "-c", ask, status=None)


def main() -> None:
    """Do it all."""
    if os.getuid() != 0:
        sys.exit("a board is booted by root: sudo make booted")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="clinic-terminal-disk-") as scratch:
        folder = Path(scratch, "root")
        folder.mkdir()
        laid(folder)
        county = County(folder, Path(scratch, "county.key"))
        county.says(1, GOOD)
        board = Board(folder)
        try:
            board.boot()
            for step in (full, read_only):
                if step is full:
                    installed(board, county)
                said(f"-- {step.__name__}, {time.monotonic() - began:.0f} s")
                step(board)
        finally:
            board.cut()
    said(f"all of it so, in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
