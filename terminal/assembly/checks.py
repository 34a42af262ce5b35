"""The self-check joined: over the door of a running terminal, or of one opened for it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from drivers.camera import Camera
from models.packs import Pack
from terminal import clock, machine_told
from terminal.assembly import parts
from terminal.assembly.device import Device
from terminal.checking import Checking, FieldGauges, as_told
from terminal.core.faults import Fault, Refused, Unavailable
from terminal.core.field_checks import FieldMeasured, judge_field, judge_trip
from terminal.core.screen_views import PartView
from terminal.core.technical_views import PartsView
from terminal.ledger_head import Head, break_at_end
from terminal.local_door import Verb, ask
from terminal.power import Power
from terminal.settings import Settings

_FIRST_PICTURE_S = 8.0
"""A camera that shows nothing by then is judged as it is."""

_PAUSE_S = 0.05
_PARTS = {"vault": "keys", "crypto": "keys", "pack": "weights", "catalog": "catalogue"}
"""Which part is meant by the first word of a code, where they differ."""


def check_verbs(device: Device) -> dict[str, Verb]:
    """For the local door of a running terminal."""
    checking = checking_of(device)
    return {
        "check": checking.check,
        "check_trip": checking.trip,
        "check_camera": checking.accept_camera,
    }


def checking_of(device: Device) -> Checking:
    """The checking of an open device."""
    more = FieldGauges(
        folder=device.settings.data_dir,
        weights=lambda: weights_of(device.faces.pack),
        store_whole=device.store.machine.whole,
        ledger_break=lambda: ledger_break(device),
        camera=lambda: "" if device.camera is None else device.camera.identity().text,
    )
    return Checking(device.desk.technical, more)


def check_or_ask(settings: Settings, verb: str) -> dict[str, Any]:
    """Ask the terminal that runs here; where none does, open the parts and look ourselves.

    Raises Unavailable `door.no_answer`, Refused `door.said_no`.
    """
    try:
        return ask(settings.data_dir, verb)
    except Unavailable as nobody:
        if nobody.code != "door.nobody":
            raise
    try:
        device = Device(settings)
    except Fault as fault:
        return _without_device(settings, fault, verb)
    with closing(_Opened(device)):
        told = check_verbs(device)[verb]()
    return {**told, "running": False}


def ledger_break(device: Device) -> str | None:
    """What is wrong at the ledger's end, as a word; the whole is read by `ledger verify`."""
    key = device.vault.device_keys()[0].public_key
    found = break_at_end(device.store.ledger, Head(device.settings.data_dir), key, clock.now())
    return None if found is None else found.value


def weights_of(pack: Pack) -> Mapping[str, str | None]:
    """By task: what is wrong with the file, read whole just now."""
    found: dict[str, str | None] = {}
    for task, part in sorted(pack.parts.items()):
        try:
            part.verified()
            found[task] = None
        except Refused as fault:
            found[task] = fault.code
    return found


class _Opened:
    """A device that serves nobody, with its camera open. `close`."""

    def __init__(self, device: Device) -> None:
        self._device = device
        device.camera = camera = Camera(device.settings.camera)
        until_s = time.monotonic() + _FIRST_PICTURE_S
        while camera.frame() is None and time.monotonic() < until_s:
            time.sleep(_PAUSE_S)

    def close(self) -> None:
        self._device.stop()


def _without_device(settings: Settings, fault: Fault, verb: str) -> dict[str, Any]:
    """The terminal cannot even be opened: the part that hinders it, and what needs none."""
    first = fault.code.partition(".")[0]
    not_written = machine_told.not_written(settings.data_dir)
    broken = PartView(
        _PARTS.get(first, first),
        "away",
        # A card that can only be read is the reason, and says better what to do.
        not_written if not_written and first == "store" else fault.code,
        {name: str(value) for name, value in fault.facts.items()},
    )
    found = FieldMeasured(
        power=Power().view(),
        temperature_c=machine_told.temperature_c(),
        wear=machine_told.wear(),
        not_written=not_written,
        store_whole=True,  # Not looked at: nothing is said of it.
        synchronised=machine_told.synchronised(),
        weights={} if broken.part == "weights" else weights_of(parts.face_pack(settings)),
    )
    others = (PartView(part, "well") for part in ("store", "clock") if part != broken.part)
    seen = tuple(
        each
        for each in judge_field((broken, *others), found)
        if each.part == broken.part or each.measured or each.state != "well"
    )
    if verb == "check_trip":
        seen = (
            broken,
            *(each for each in judge_trip(seen, found.power) if each.part != broken.part),
        )
    first_of = {each.part: each for each in reversed(seen)}
    return as_told(PartsView(clock.now(), tuple(reversed(first_of.values()))), running=False)
