"""One file for whoever helps from afar: what the machine and the program say, and of nobody.

Everything goes through core/support_lines, whoever it comes from. The file is the same for
the same state: members in a fixed order, without times, stored and not packed, so that
whoever wants to know what leaves the clinic can read it with any viewer before it is sent.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from terminal.core.faults import Fault, Refused
from terminal.core.support_lines import HIDDEN, Vocabulary, as_text
from terminal.private_file import write_private

LINES_MAX = 5_000
"""Newest lines of the journal: some weeks of a quiet terminal, half a megabyte."""

FILE_BYTES_MAX = 4 * 1024 * 1024
"""Of the whole: it is sent over a village's line, or carried on a telephone."""

_SAID_BYTES_MAX = 16 * 1024 * 1024
_TOOL_S = 20.0
UNITS = (
    "clinic-terminal.service",
    "clinic-terminal-kiosk.service",
    "clinic-terminal-close.timer",
    "clinic-terminal-close.service",
    "clinic-terminal-upkeep.timer",
    "clinic-terminal-upkeep.service",
)
_OF_UNIT = {"ActiveState": "state", "SubState": "status", "Result": "result"}
_FIGURES = {
    "NRestarts": "restarts",
    "ExecMainStatus": "exit",
    "MemoryCurrent": "memory",
    "MemoryPeak": "memory_peak",
    "TasksCurrent": "tasks",
}
_LEVELS = {"0", "1", "2", "3", "4", "5", "6", "7"}
_THEN = (1980, 1, 1, 0, 0, 0)
"""The earliest moment that a zip file can tell."""

_ABOUT = """Support file of a clinic's terminal.
Nothing in it is a person's: what is not this program's own word or a short figure was
replaced by # before it was written. docs/support.md says what each member is.
"""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the members come from; each may fail, and then is told as a code."""

    told: Mapping[str, Callable[[], object]]
    """Members that are JSON, by name without its end."""
    metrics: Callable[[], str]
    log: Callable[[], Sequence[tuple[str, str, str]]]
    """The running terminal's newest records, newest first: moment, logger, text."""
    run: Callable[[Sequence[str]], bytes | None]
    """A tool's output, or None where there is no such tool or it failed."""
    sysfs: Path = Path("/sys")


def run_tool(command: Sequence[str]) -> bytes | None:
    """Start one of the system's own tools and read what it says, for so long and so much."""
    found = shutil.which(command[0], path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - a tool's full path, and words of our own.
            [found, *command[1:]],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_TOOL_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout[:_SAID_BYTES_MAX] if done.returncode == 0 else None


def write_support(out: Path, sources: Sources, words: Vocabulary) -> dict[str, int]:
    """Write the file, mode 0600; says how large each member is.

    Raises Refused `support.not_written`.
    """
    members = dict(_members(sources, words))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as file:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, _THEN)
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            file.writestr(entry, members[name])
    try:
        write_private(out, packed.getvalue())
    except OSError as error:
        raise Refused("support.not_written", reason=error.strerror) from None
    return {name: len(data) for name, data in sorted(members.items())}


def _members(sources: Sources, words: Vocabulary) -> Iterator[tuple[str, bytes]]:
    left = FILE_BYTES_MAX
    for name, text in _texts(sources, words):
        data = text.encode("ascii", "replace")[: max(left, 0)]
        left -= len(data)
        yield name, data


def _texts(sources: Sources, words: Vocabulary) -> Iterator[tuple[str, str]]:
    yield "about.txt", _ABOUT
    for name, ask in sources.told.items():
        yield f"{name}.json", as_text(words.tree(_asked(ask)))
    yield "metrics.txt", "\n".join(words.metrics(str(_asked(sources.metrics)))) + "\n"
    yield "units.json", as_text(words.tree(dict(_units(sources))))
    yield "packages.json", as_text(words.tree(_package(sources)))
    yield "devices.json", as_text(words.tree(_devices(sources.sysfs)))
    yield "disk.json", as_text(words.tree(_disk(sources)))
    yield "journal.txt", "\n".join(_journal(sources, words)) + "\n"


def _asked(ask: Callable[[], object]) -> object:
    """What somebody says, or why not: one that is away must not keep the others back."""
    try:
        return ask()
    except Fault as fault:
        return {"code": fault.code}


def _journal(sources: Sources, words: Vocabulary) -> Iterator[str]:
    asked = ["journalctl", "-o", "json", "--no-pager", "-n", str(LINES_MAX)]
    said = sources.run([*asked, *(f"--unit={unit}" for unit in UNITS)])
    if said is None:
        for at, room, text in reversed(sources.log()[:LINES_MAX]):
            yield f"{words.value(at)} {words.value(room)} {words.line(text)}"
        return
    for line in said.splitlines()[-LINES_MAX:]:
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict):
            yield _entry(told, words)


def _entry(told: Mapping[str, object], words: Vocabulary) -> str:
    """One line: when, how grave, which unit, which room, what."""
    unit = str(told.get("_SYSTEMD_UNIT") or told.get("UNIT") or "")
    level = str(told.get("PRIORITY", ""))
    message = told.get("MESSAGE")
    text = message if isinstance(message, str) else ""
    first, _, rest = text.partition(" ")
    room, parted, said = rest.partition(": ")
    ours = parted and first in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}
    return " ".join(
        [
            _moment(told.get("__REALTIME_TIMESTAMP")),
            level if level in _LEVELS else HIDDEN,
            unit if unit in UNITS else HIDDEN,
            f"{first} {words.value(room)}: {words.line(said)}" if ours else words.line(text),
        ]
    )


def _moment(told: object) -> str:
    """Of microseconds since 1970."""
    try:
        return datetime.fromtimestamp(int(str(told)) / 1_000_000, UTC).isoformat("T", "seconds")
    except (ValueError, OverflowError, OSError):
        return HIDDEN


def _units(sources: Sources) -> Iterator[tuple[str, object]]:
    asked = ",".join([*_OF_UNIT, *_FIGURES])
    for unit in UNITS:
        said = sources.run(["systemctl", "show", unit, f"--property={asked}"])
        if said is not None:
            yield unit, _pairs(said.decode("utf-8", "replace"))


def _pairs(said: str) -> dict[str, object]:
    """`Name=value` lines; a figure only where a figure belongs."""
    told: dict[str, object] = {}
    for line in said.splitlines():
        name, _, value = line.partition("=")
        if name in _FIGURES:
            told[_FIGURES[name]] = _number_long(value)
        elif name in _OF_UNIT:
            told[_OF_UNIT[name]] = value
    return told


def _package(sources: Sources) -> dict[str, object]:
    form = "${Version} ${db:Status-Status}"
    said = sources.run(["dpkg-query", "-W", "-f", form, "clinic-terminal"])
    if said is None:
        return {"code": "store.absent"}
    version, _, state = said.decode("utf-8", "replace").partition(" ")
    return {"version": [_number(part) for part in version.split(".")[:4]], "state": state}


def _number(text: str) -> object:
    return int(text) if text.isdecimal() and len(text) < 6 else text


def _devices(sysfs: Path) -> list[dict[str, object]]:
    """What hangs on USB: two numbers that name a make and a model (never a serial number)."""
    found: list[dict[str, object]] = []
    for folder in sorted((sysfs / "bus/usb/devices").glob("*")):
        vendor, product = _hex(folder / "idVendor"), _hex(folder / "idProduct")
        if vendor is not None and product is not None:
            speed = _number(_read(folder / "speed"))
            found.append({"vendor": vendor, "product": product, "speed": speed})
    return found[:64]


def _hex(path: Path) -> int | None:
    try:
        return int(_read(path), 16) & 0xFFFF
    except ValueError:
        return None


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(64).decode("ascii", "replace").strip()
    except OSError:
        return ""


def _disk(sources: Sources) -> list[dict[str, object]]:
    """Size of each disk, its figures of reading and writing, and what SMART says in figures."""
    found: list[dict[str, object]] = []
    for folder in sorted((sources.sysfs / "block").glob("*"))[:16]:
        name = folder.name
        if not name.startswith(("mmcblk", "sd", "nvme", "vd")):
            continue
        counts = [_number_long(each) for each in _read(folder / "stat").split()]
        told: dict[str, object] = {"sectors": _number_long(_read(folder / "size")), "stat": counts}
        ages = [_hex_each(each) for each in _read(folder / "device/life_time").split()]
        told |= {"life_time": ages, "smart": _smart(sources, name)}
        found.append(told)
    return found


def _number_long(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 16 else None


def _hex_each(text: str) -> int | None:
    try:
        return int(text, 16)
    except ValueError:
        return None


def _smart(sources: Sources, name: str) -> dict[str, object]:
    said = sources.run(["smartctl", "--json", "-A", "-H", f"/dev/{name}"])
    try:
        told = json.loads(said or b"{}")
        return {
            "passed": bool(told["smart_status"]["passed"]),
            "attributes": {
                str(int(row["id"])): int(row["raw"]["value"])
                for row in told.get("ata_smart_attributes", {}).get("table", [])[:64]
            },
        }
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
