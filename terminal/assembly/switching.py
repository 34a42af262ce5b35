"""The running terminal and its own renewal: quiet, held, let go."""

from __future__ import annotations

import time

from terminal import clock
from terminal.assembly.device import Device
from terminal.local_door import Verb
from terminal.quiet import SCANNED_S, Quiet
from terminal.updated import hold_on_trial, tell_outcome

COPY = "try.db"
"""A copy of the store on which a newer version is tried; whoever asked erases it."""

_HOLD_S = 600.0
"""From the quiet moment to the new start: the store is copied, the program stopped."""


def quiet_of(device: Device) -> Quiet:
    """The quiet of a device; several share what is held."""
    desk = device.desk

    def used() -> bool:
        scanner, looking = device.scanner, device.looking
        read_s = None if scanner is None else scanner.state().last_byte_s
        if read_s is not None and time.monotonic() - read_s < SCANNED_S:
            return True
        return looking is not None and looking.asked_for()

    return Quiet(
        device.store, desk.counter, desk.board.view, desk.errands.under_way, used, clock.now
    )


def note_update(device: Device) -> None:
    """Before the start: what the last update came to; on trial nobody's visit begins."""
    folder = device.settings.data_dir
    hold_on_trial(folder, device.desk.counter.opening)
    tell_outcome(folder, device.store, device.health, clock.now())


def quiet_verbs(device: Device) -> dict[str, Verb]:
    """For the local door: `quiet` and `hold` say whether it is; `release`."""
    quiet = quiet_of(device)

    def release() -> dict[str, object]:
        quiet.release()
        return {}

    def copy() -> dict[str, object]:
        device.store.contents.copy_to(device.settings.data_dir / COPY)
        return {"file": COPY}

    return {
        "quiet": lambda: {"quiet": quiet.is_quiet()},
        "hold": lambda: {"quiet": quiet.hold("update", _HOLD_S)},
        "release": release,
        "copy": copy,
        "contents": device.store.contents.told,
    }
