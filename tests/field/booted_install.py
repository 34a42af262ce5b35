"""From a stick to a pairing page, on a bare board that runs systemd: as root, some minutes.

    make booted

The stick is the real bundle, sealed for this run; the board's image has our `first-install` and
the county's key, and no network. A stick with one changed byte installs nothing; the right one
leaves a board that shows the pairing page, with networks, voice and keys in their places. Says
what was seen, and ends with status 1 at the first that is not so.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.field.board import Board
from tests.field.throwaway import base, held, run, said
from tests.field.updates import county_key
from tests.house.source import HOUSE

PAIRING = "clinic-terminal-pairing.service"
_STICK = "/media/stick"
_PAGE_WITHIN_S = 60


def laid(folder: Path, scratch: Path) -> None:
    """A bare Debian, its two small files of ours, and the stick."""
    run("tar", "-xf", str(base()), "-C", str(folder))
    (folder / "usr/sbin/policy-rc.d").unlink(missing_ok=True)
    updates, key = county_key(scratch / "g"), scratch / "county.key"
    program = str(HOUSE / ".venv/bin/clinic-terminal")
    public = run(program, "bundle", "new-key", "--key", str(key)).split()[-1]
    (folder / "srv/bundle.pub").write_text(f"{public}\n")
    shutil.copy(HOUSE / "systemd/package/first-install", folder / "srv/first-install")
    stick = folder / _STICK.lstrip("/")
    run(sys.executable, str(HOUSE / "systemd/package/bundle.py"), "--out", str(stick),
        "--key", str(key), "--updates-key", str(updates))  # fmt: skip


def changed(board: Board) -> None:
    """One byte of the program's package."""
    package = next((board.folder / _STICK.lstrip("/") / "packages").glob("*program*_amd64.deb"))
    with package.open("r+b") as file:
        file.seek(package.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    told = board.does("sh", "/srv/first-install", f"{_STICK}", "/srv/bundle.pub", status=1)
    held("is not as it was signed" in told, "a stick with a changed byte is refused by name")
    held(not (board.folder / "opt/clinic-terminal").exists(), "and nothing was installed")
    with package.open("r+b") as file:
        file.seek(package.stat().st_size // 2)
        file.write(byte)


def installed(board: Board) -> None:
    began = time.monotonic()
    board.does("sh", "/srv/first-install", f"{_STICK}", "/srv/bundle.pub")
    said(f"so: installed in {time.monotonic() - began:.0f} s")
    data, told = board.folder / "var/lib/clinic-terminal", board.folder / "etc/clinic-terminal"
    held(any((data / "weights").iterdir()), "the networks are there")
    held(any((data / "voice").iterdir()), "the voice is there")
    held((told / "bundle.pub").is_file(), "the county's key is there")
    about = (told / "updates.gpg").stat()
    held((about.st_uid, about.st_mode & 0o777) == (0, 0o644), "the packages' key is root's own")
    held(not any((board.folder / "var/tmp").glob("tmp.*")), "the copy of the stick is gone")


def pairs(board: Board, what: str) -> None:
    board.until(lambda: _page(board), f"{what} shows the pairing page", _PAGE_WITHIN_S)
    said(f"so: {what} shows the pairing page")
    state = board.unit("clinic-terminal.service", "ActiveState")
    held(state == "inactive", "and no terminal runs without settings")


def _page(board: Board) -> bool:
    ask = ("import urllib.request as u; print(u.urlopen('http://127.0.0.1:8080/', timeout=5)"
           ".read().decode())")  # fmt: skip
    running = board.unit(PAIRING, "ActiveState") == "active"
    return running and "<html" in board.does("python3", "-c", ask, status=None)


def main() -> None:
    """Do it all."""
    if os.getuid() != 0:
        sys.exit("a board is booted by root: sudo make booted")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="clinic-terminal-bare-") as scratch:
        folder = Path(scratch, "root")
        folder.mkdir()
        laid(folder, Path(scratch))
        board = Board(folder)
        try:
            board.boot()
            for step in (changed, installed):
                said(f"-- {step.__name__}, {time.monotonic() - began:.0f} s")
                step(board)
            pairs(board, "the board")
            board.cut()
            board.boot()
            pairs(board, "after a power cut it")
        finally:
            board.cut()
            run("gpgconf", "--homedir", str(Path(scratch, "g")), "--kill", "all")
    said(f"all of it so, in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
