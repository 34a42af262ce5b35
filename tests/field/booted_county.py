"""The county's settings on a board that runs systemd: as root, some minutes.

    make booted

Signed files come over HTTPS as plain files of a web server. The terminal ends by itself with
75 when it is quiet, systemd begins it anew on trial, and it keeps what it is well with; with
what breaks its start it is back with what it had. Says what was seen, and ends with status 1
at the first that is not so.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.field.board import Board
from tests.field.booted import UNIT, by_hand, laid
from tests.field.booted_update import COUNTY, serves_https, starts_serving
from tests.field.throwaway import OLD, SETTINGS, held, packages, run, said
from tests.house.source import HOUSE

CLINIC = "H43102400991"
MORE = """
county_keys_file = "/etc/clinic-terminal/county.pub"
settings_trial_s = 60
"""
GOOD = "child_age_min = 7\n"
BREAKS = 'benefits_file = "/etc/clinic-terminal/none.csv"\n'
_ADDRESS = "https://127.0.0.1:8443/files"
_QUIET_S = 240
"""A quiet minute, the end, the start and the trial of one."""


class County:
    """Signs settings into a folder that the board's web server shows."""

    def __init__(self, folder: Path, key: Path) -> None:
        self._into, self._key = folder / "county/files", key
        self._into.mkdir(parents=True)
        self.public = run(*self._program("bundle", "new-key", "--key", str(key))).strip()

    def says(self, revision: int, settings: str) -> None:
        content = self._key.with_name("settings.toml")
        content.write_text(settings, "utf-8")
        run(*self._program(
            "county", "sign", "settings", str(content), "--key", str(self._key), "--scope", CLINIC,
            "--revision", str(revision), "--into", str(self._into),
        ))  # fmt: skip

    @staticmethod
    def _program(*command: str) -> tuple[str, ...]:
        return (str(HOUSE / ".venv/bin/clinic-terminal"), *command)


def installed(board: Board, county: County) -> None:
    board.does("sh", "-c", "dpkg -i " + " ".join(f"/debs/{name}" for name in packages(OLD)))
    told = board.folder / "etc/clinic-terminal"
    for name, text in (
        ("settings.toml", SETTINGS + COUNTY + MORE),
        ("county.pem", (board.folder / "county.crt").read_text()),
        ("county.pub", f"{county.public.split()[-1]}\n"),
    ):
        (told / name).write_text(text, "utf-8")
        (told / name).chmod(0o644)
    board.does("systemd-tmpfiles", "--create", "clinic-terminal.conf")
    board.does("clinic-terminal", "models", "pull", "--from", "/stick")
    by_hand(board)
    board.does("systemctl", "enable", "--now", UNIT)
    board.until(lambda: runs(board), "it receives people", 20)


def fetched(board: Board) -> str:
    before = pid(board)
    keys = "/etc/clinic-terminal/county.pub"
    ca = "/etc/clinic-terminal/county.pem"
    told = board.does("clinic-terminal", "county", "fetch", _ADDRESS, "--keys", keys, "--ca", ca,
                      status=None)  # fmt: skip
    said(f"fetched: {told.strip()[:200]}")
    return before


def kept(board: Board, county: County) -> None:
    county.says(1, GOOD)
    before = fetched(board)
    took = board.until(
        lambda: runs(board) and pid(board) != before, "a quiet moment, and it begins anew", _QUIET_S
    )
    said(f"so: it began anew by itself after {took:.0f} s")
    held(in_force(board, "child_age_min") == "7", "on trial the county's setting is in force")
    took = board.until(lambda: state(board).get("good") == 1, "well with it, it is kept", _QUIET_S)
    said(f"so: kept {took:.0f} s later")


def given_up(board: Board, county: County) -> None:
    county.says(2, GOOD + BREAKS)
    before = fetched(board)
    took = board.until(
        lambda: runs(board) and pid(board) not in {before, "0"} and state(board).get("failed") == 2,
        "what breaks its start is given up, and it runs", _QUIET_S,
    )  # fmt: skip
    said(f"so: what breaks its start is given up; {took:.0f} s after the file came it runs")
    held(in_force(board, "child_age_min") == "7", "with what it had kept")


def runs(board: Board) -> bool:
    return board.unit(UNIT, "ActiveState") == "active"


def pid(board: Board) -> str:
    return board.unit(UNIT, "MainPID")


def in_force(board: Board, name: str) -> str:
    told = json.loads(board.does("clinic-terminal", "settings", "--json"))
    return next(str(each["value"]) for each in told if each["name"] == name)


def state(board: Board) -> dict[str, object]:
    file = board.folder / "var/lib/clinic-terminal/county/settings.state"
    try:
        return dict(json.loads(file.read_text()))
    except (OSError, ValueError):
        return {}


def main() -> None:
    """Do it all."""
    if os.getuid() != 0:
        sys.exit("a board is booted by root: sudo make booted")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="clinic-terminal-county-") as scratch:
        folder = Path(scratch, "root")
        folder.mkdir()
        laid(folder)
        county = County(folder, Path(scratch, "county.key"))
        serves_https(folder)
        board = Board(folder)
        try:
            board.boot()
            starts_serving(board)
            installed(board, county)
            for step in (kept, given_up):
                said(f"-- {step.__name__}, {time.monotonic() - began:.0f} s")
                step(board, county)
        finally:
            board.cut()
    said(f"all of it so, in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
