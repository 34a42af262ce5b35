"""A message is on the disk before its first byte leaves: seen from outside, by strace.

`kill -9` does not lose unsynced pages, so no kill can prove this. The system calls of a
real process can: whatever was written to the log is synced (fdatasync has returned)
before anything is sent to the province.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from drivers.simulated.province.server import SandboxProvince
from tests.conftest import HOUSE

CALLS = "pwrite64,write,fdatasync,fsync,sendto,sendmsg"
MONEY = {"2207A", "2208", "2601"}

_RESUMED = re.compile(r"<\.\.\. (\w+) resumed>")
_CALL = re.compile(r"^(\d+) +(\w+)\(")
_INFNO = re.compile(r'infno\\": ?\\"(\w+)')
_FILE = re.compile(r"\((\d+)<([^>]*)>")


@dataclass(frozen=True)
class Sent:
    """One message that left, and whether everything before it was on the disk."""

    infno: str
    durable: bool


def sends(trace: Path) -> list[Sent]:
    """Each message in the order of leaving, from what strace wrote down."""
    return list(_read(trace.read_text("utf-8", "replace").splitlines()))


def _read(lines: list[str]) -> Iterator[Sent]:
    unsynced = written = False
    syncing: set[str] = set()
    for line in lines:
        call = _CALL.match(line)
        resumed = _RESUMED.search(line)
        process = line.split(" ", 1)[0]
        if resumed and resumed[1] in {"fdatasync", "fsync"} and process in syncing:
            syncing.discard(process)
            unsynced = False
        if call is None:
            continue
        file = _FILE.search(line)
        if call[2] in {"pwrite64", "write"} and file and file[2].endswith("-wal"):
            unsynced = written = True
        elif call[2] in {"fdatasync", "fsync"} and file and file[2].endswith("-wal"):
            if "unfinished" in line:
                syncing.add(process)
            else:
                unsynced = False
        elif found := _INFNO.search(line):
            yield Sent(found[1], durable=written and not unsynced)
            written = False


def traced(synchronous: str) -> list[Sent]:
    """Let a terminal process settle, cancel and reverse under strace; what left it."""
    with TemporaryDirectory() as place, SandboxProvince(Path(place) / "province") as province:
        province.faults.plant("lost_after_commit", "2207A")
        trace = Path(place) / "trace"
        command = [
            *("strace", "-f", "-y", "-s", "200", "-e", f"trace={CALLS}", "-o", str(trace)),
            *(sys.executable, "-m", "tests.crash.traced"),
            *(f"{place}/terminal", province.address, synchronous),
        ]
        subprocess.run(command, cwd=HOUSE, env={**os.environ}, check=True, timeout=120)
        return sends(trace)


@pytest.mark.usefixtures("can_trace")
def test_no_message_leaves_before_it_is_on_the_disk() -> None:
    sent = traced("FULL")
    assert {each.infno for each in sent} >= MONEY
    assert [each.infno for each in sent if not each.durable] == []


@pytest.mark.usefixtures("can_trace")
def test_a_store_that_does_not_wait_for_the_disk_is_found_out() -> None:
    sent = traced("NORMAL")
    assert MONEY & {each.infno for each in sent if not each.durable}
