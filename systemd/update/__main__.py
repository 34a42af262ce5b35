"""Updates this terminal, as root; docs/updates.md.

clinic-terminal-update --fetch       from the county: lays a newer version ready
clinic-terminal-update               what lies ready, by the night's timer
clinic-terminal-update --from DIR    from a stick
clinic-terminal-update --resume      at boot: undo what a cut left in the way
clinic-terminal-update --let-go      after us, however we ended
"""

from __future__ import annotations

import argparse
import fcntl
import os
import subprocess
import sys
from pathlib import Path

from fetching import fetch
from machine import Board, county_source, settings_in_force
from steps import Journey, Stopped

FOLDER = Path("/var/lib/clinic-terminal-update")
_NOT_DONE = 1


def main() -> int:
    """0: done, or nothing to do; 1: not, and the terminal works with what it had."""
    parser = argparse.ArgumentParser(prog="clinic-terminal-update")
    parser.add_argument("--from", dest="stick", type=Path, help="folder of a repository")
    parser.add_argument("--fetch", action="store_true", help="only lay a newer version ready")
    parser.add_argument("--resume", action="store_true", help="before the terminal starts")
    parser.add_argument("--let-go", action="store_true", help="undo, and start the terminal")
    asked = parser.parse_args()
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    way = os.open(FOLDER / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(way, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        _say("update.busy: another update is under way")
        return _NOT_DONE
    try:
        return _done(asked)
    except Stopped as stopped:
        _say(str(stopped))
    except (OSError, subprocess.SubprocessError) as error:
        _say(f"update.broken: {error}")
    return _NOT_DONE


def _done(asked: argparse.Namespace) -> int:
    file = FOLDER / "state.json"
    if asked.resume or asked.let_go:
        board = Board(FOLDER, None, booting=asked.resume)
        Journey(file, board, _say).resume()
        board.let_go()
        return 0
    if asked.fetch:
        source = county_source(FOLDER, None, settings_in_force())
        idle = Board(FOLDER, None)
        if source is not None and Journey(file, idle, _say).state.step == "":
            fetch(FOLDER, source, idle.current(), Journey(file, idle, _say).state.failed)
        return 0
    stick = asked.stick and county_source(FOLDER, asked.stick, settings_in_force())
    board = Board(FOLDER, stick)
    try:
        Journey(file, board, _say).update()
    finally:
        Journey(file, Board(FOLDER, None), _say).resume()
        board.let_go()
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
