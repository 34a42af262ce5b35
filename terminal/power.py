"""The power this machine runs on, as the kernel tells it under /sys/class/power_supply.

Whoever begins a settlement asks `refuse_low`; what is under way is never stopped by it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from terminal.core.faults import Refused
from terminal.core.power import PowerSource, PowerView

ROOT = Path("/sys/class/power_supply")

_AGAIN_S = 10.0
"""Some controllers take a twentieth of a second to answer: not with every drawing."""

_TOLD_BYTES_MAX = 64
_STEP_MINUTES = 5
_MINUTES_MAX = 24 * 60
"""A longer estimate is of a machine that sleeps."""


class Power:
    """Reads the supplies. `view`, `changed`, `refuse_low`."""

    def __init__(self, root: Path = ROOT, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`root`: a folder as /sys/class/power_supply."""
        self._root = root
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._read: tuple[float, PowerView] | None = None
        self._shown = PowerView()

    def view(self) -> PowerView:
        """The power now; at most ten seconds old. Raises nothing."""
        with self._lock:
            at_s = self._monotonic()
            if self._read is None or at_s - self._read[0] >= _AGAIN_S:
                self._read = (at_s, read_power(self._root))
            return self._read[1]

    def shown(self) -> PowerView:
        """The power now, remembered as what the screens show."""
        self._shown = self.view()
        return self._shown

    def changed(self) -> bool:
        """Whether the screens show something else than is."""
        return self.view() != self._shown

    def refuse_low(self) -> None:
        """Raises Refused `power.low` on a battery that is nearly empty."""
        power = self.view()
        if power.low:
            raise Refused("power.low", percent=power.percent)


def read_power(root: Path) -> PowerView:
    """What the supplies in this folder say together. Raises nothing: a part that is silent
    stops no clinic."""
    try:
        supplies = sorted(path for path in root.iterdir() if _told(path, "scope") != "Device")
    except OSError:
        return PowerView()
    batteries = [path for path in supplies if _told(path, "type") == "Battery"]
    batteries = [path for path in batteries if _told(path, "present") != "0"]
    plugged = [_told(path, "online") for path in supplies if path not in batteries]
    states = {_told(path, "status") for path in batteries}
    if "1" in plugged:
        source = PowerSource.MAINS
    elif "Discharging" in states or (batteries and "0" in plugged):
        source = PowerSource.BATTERY
    elif states & {"Charging", "Full", "Not charging"}:
        source = PowerSource.MAINS
    else:
        source = PowerSource.UNKNOWN
    shares = [share for path in batteries if (share := _number(path, "capacity")) is not None]
    percent = min(max(sum(shares) // len(shares), 0), 100) if shares else None
    minutes = _minutes(batteries) if source is PowerSource.BATTERY else None
    return PowerView(source, percent, minutes)


def _minutes(batteries: list[Path]) -> int | None:
    """Rounded down, so that nobody is promised more than there is."""
    seconds = [_seconds(path) for path in batteries]
    known = [each for each in seconds if each is not None]
    if not known:
        return None
    minutes = min(sum(known) // 60, _MINUTES_MAX)
    return minutes - minutes % _STEP_MINUTES


def _seconds(battery: Path) -> int | None:
    told = _number(battery, "time_to_empty_now")
    if told is not None and told > 0:
        return told
    for left, used in (("energy_now", "power_now"), ("charge_now", "current_now")):
        store, flow = _number(battery, left), _number(battery, used)
        if store is not None and flow:  # Some say the current with its sign.
            return store * 3600 // abs(flow)
    return None


def _number(supply: Path, name: str) -> int | None:
    try:
        return int(_told(supply, name))
    except ValueError:
        return None


def _told(supply: Path, name: str) -> str:
    try:
        with (supply / name).open("rb") as file:
            return file.read(_TOLD_BYTES_MAX).decode("ascii", "replace").strip()
    except OSError:
        return ""
