"""What the kernel tells of this machine: heat, the age of its card, whether its clock is kept.

Each takes the folder as an argument; what is not there is None, and stops nobody.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

from terminal.core.field_checks import Wear

SYSFS = Path("/sys")
SYNCHRONISED = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd touches it with each answer of a time server."""

_PROBE = ".check"
_PROBE_BYTES = 4096
_TOLD_BYTES_MAX = 64
_SPARE = {1: "normal", 2: "warning", 3: "urgent"}
_SENSIBLE_C = (-40.0, 150.0)
"""Beyond it a sensor is not connected."""


def temperature_c(sysfs: Path = SYSFS) -> float | None:
    """The hottest sensor, degrees Celsius."""
    least, most = _SENSIBLE_C
    told = (_number(path, 10) for path in _found(sysfs / "class/thermal", "thermal_zone*/temp"))
    sensible = [each / 1000 for each in told if each is not None and least < each / 1000 < most]
    return max(sensible, default=None)


def wear(sysfs: Path = SYSFS) -> Wear | None:
    """The most worn eMMC or card of this machine that tells its age; most SD cards do not."""
    ages = [_age(path.parent) for path in _found(sysfs / "block", "*/device/life_time")]
    return max(
        (age for age in ages if age is not None),
        key=lambda age: (age.life_used_percent, age.spare == "urgent"),
        default=None,
    )


def synchronised(told: Path = SYNCHRONISED) -> bool | None:
    """Whether a time server was heard since the start; None: not systemd's own keeps it."""
    return told.exists() if told.parent.is_dir() else None


def not_written(folder: Path) -> str | None:
    """Write a page beside the store and read it back; the code of why it was not possible."""
    probe = folder / _PROBE
    page = os.urandom(_PROBE_BYTES)
    try:
        with probe.open("wb") as file:
            file.write(page)
            file.flush()
            os.fsync(file.fileno())
        same = probe.read_bytes() == page
        probe.unlink()
    except OSError as error:
        return "part.disk_full" if error.errno == errno.ENOSPC else "check.disk_read_only"
    return None if same else "check.store_damaged"


def _age(device: Path) -> Wear | None:
    """Two numbers, each a tenth of the life of one kind of cells (JEDEC JESD84-B51, 7.4.38)."""
    try:
        tenths = [int(each, 16) for each in _told(device / "life_time").split()]
    except ValueError:
        return None
    if not tenths or max(tenths) == 0:
        return None
    return Wear(max(tenths) * 10, _SPARE.get(_number(device / "pre_eol_info", 16) or 1, "normal"))


def _found(folder: Path, form: str) -> Iterator[Path]:
    try:
        yield from sorted(folder.glob(form))
    except OSError:
        return


def _number(path: Path, base: int) -> int | None:
    try:
        return int(_told(path), base)
    except ValueError:
        return None


def _told(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_TOLD_BYTES_MAX).decode("ascii", "replace").strip()
    except OSError:
        return ""
