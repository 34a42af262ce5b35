"""The terminal of `a_day`, a process of its own: orders come in and news goes out, a line each.

Whole: camera, networks, scanner, printer, store, screens, watchdog's pages, local door. Only
its time runs faster, and its doctor is a program with the doctor's own verbs.
"""

# ruff: noqa: PLC0415 - the clock is put in place before anything that keeps one is loaded.
from __future__ import annotations

import json
import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from terminal import clock

if TYPE_CHECKING:
    from terminal.assembly.device import Device
    from terminal.core.counter import VisitView

log = logging.getLogger(__name__)

BEGINNING = datetime(2026, 3, 2, 8, 0, tzinfo=clock.SHANGHAI)
"""The day's first hour is a market morning's."""

MAN_ID_NUMBER = "991024196503121030"
_SEEN_S = 12.0
"""How long the camera is given to find whoever stands before it; then they give their number."""
_SCAN_S = 3.0
"""A box that was scanned and does not show up by then is typed in."""
_ROUNDS_MAX = 12
_PRINT_S = 5.0


class DayClock:
    """The time of the day: real seconds since it began, so many times as fast."""

    def __init__(self, began_s: float, speed: float) -> None:
        """`began_s`: on the monotonic clock, which all processes of a machine share."""
        self._began_s = began_s
        self._speed = speed

    def __call__(self) -> datetime:
        return BEGINNING + timedelta(seconds=self.elapsed_s())

    def elapsed_s(self) -> float:
        """Simulated seconds since the beginning."""
        return (time.monotonic() - self._began_s) * self._speed

    def real_s(self, simulated_s: float) -> float:
        """How many real seconds are left until then; not below 0."""
        return max(0.0, simulated_s / self._speed + self._began_s - time.monotonic())


def tell(told: str, **what: object) -> None:
    """One line of news."""
    sys.stdout.write(json.dumps({"told": told, **what}) + "\n")
    sys.stdout.flush()


class PtyScans:
    """The desk's scanning, by way of the scanner's cable; typed in where the scanner is away."""

    def __init__(self, device: Device) -> None:
        self._desk = device.desk

    def scanned(self, raw: bytes) -> None:
        code = raw.decode("ascii")
        tell("scan", code=code)
        until_s = time.monotonic() + _SCAN_S
        view = self._desk.view()
        while (left_s := until_s - time.monotonic()) > 0:
            if view.visit is not None and _shows(view.visit, code):
                return
            view = self._desk.wait_for_change(view.number, min(left_s, 0.2))
        if view.visit is not None:
            tell("typed")
            self._desk.scanning.typed(view.visit.visit_id, code)


class HandedDesk:
    """The desk as this doctor's hands find it: every verb its own, but scans take the cable."""

    def __init__(self, device: Device) -> None:
        self._desk = device.desk
        self.scanning = PtyScans(device)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk, name)


class Room:
    """What stands before the camera, and whether its cable is in."""

    def __init__(self, device: Device, clips: Path) -> None:
        self._device = device
        self._clips = clips
        self._scene = "nobody"
        self._plugged = True
        self._lock = threading.Lock()

    def enters(self, scene: str) -> None:
        with self._lock:
            self._scene = scene
            self._put()

    def plug(self, state: str) -> None:
        """`in` or `out`."""
        with self._lock:
            self._plugged = state == "in"
            self._put()

    def _put(self) -> None:
        from drivers.simulated.scenes import GONE, SCENES

        footage = SCENES[self._scene if self._plugged else GONE]
        camera = self._device.camera
        if camera is not None:
            camera.switch(str(self._clips / footage.file), start=footage.start, end=footage.end)


class Counter:
    """What the rehearsed doctor works at."""

    def __init__(self, device: Device) -> None:
        self.desk: Any = HandedDesk(device)
        self.store = device.store


class Work:
    """The doctor's orders, one after the other."""

    def __init__(self, device: Device, room: Room) -> None:
        from terminal.assembly.rehearse_doctor import Doctor

        self._device = device
        self._room = room
        heard: Any = Counter(device)
        self._doctor = Doctor(heard, lambda kind, *what: tell(kind, visit_id=what[0]))

    def visit(self, order: dict[str, Any]) -> None:
        from terminal.assembly.rehearse_plans import Plan

        told = order["plan"]
        plan = Plan(**{**told, "boxes": tuple(told["boxes"]), "mishaps": ()})
        began_s, seen = time.monotonic(), ""
        if order["face"]:
            self._room.enters("man")
            seen = self._recognised()
            self._room.enters("nobody")
            if seen:
                tell("visit", visit_id=seen)
        ended = self._doctor.see(plan, order["visit_id"] or seen)
        if ended.state == "settled":
            self._print(ended.visit_id)
        tell(
            "ended",
            number=ended.number,
            visit_id=ended.visit_id,
            state=ended.state,
            notice=ended.notice,
            by_face=bool(seen),
            took_s=round(time.monotonic() - began_s, 2),
        )

    def rounds(self, _: dict[str, Any]) -> None:
        self._doctor.rounds(_ROUNDS_MAX)
        tell("rested", away=self._device.health.away())

    def verb(self, order: dict[str, Any]) -> None:
        """A timer of systemd's asks through the local door."""
        from terminal.core.faults import Fault
        from terminal.local_door import ask

        try:
            tell("did", verb=order["verb"], did=ask(self._device.settings.data_dir, order["verb"]))
        except Fault as fault:
            tell("did", verb=order["verb"], fault=fault.code, facts=str(fault.facts))

    def _recognised(self) -> str:
        from terminal.core.visit import VisitState

        desk, until_s = self._device.desk, time.monotonic() + _SEEN_S
        view = desk.view()
        while (left_s := until_s - time.monotonic()) > 0:
            if view.visit is not None and view.visit.state is VisitState.PRESENTED:
                return view.visit.visit_id
            view = desk.wait_for_change(view.number, min(left_s, 0.5))
        return ""

    def _print(self, visit_id: str) -> None:
        from terminal.core.faults import Fault

        try:
            self._device.desk.paper.print_receipt(visit_id)
            self._device.desk.errands.rest(_PRINT_S)
        except Fault as fault:
            tell("unprinted", code=fault.code)


def _shows(visit: VisitView, code: str) -> bool:
    return any(line.code_shown.replace(" ", "") == code for line in visit.lines)


def _settings(folder: Path, address: str, authority: str) -> Any:
    from pydantic import SecretStr

    from drivers.simulated.province import server as sandbox
    from drivers.simulated.scenes import NOBODY, SCENES
    from terminal.assembly.rehearse_province import INSTITUTION
    from terminal.settings import Settings

    data = folder / "reference"
    told: dict[str, Any] = {
        "data_dir": folder / "terminal",
        "clinic_name": "演练村卫生室",
        "fixmedins_code": INSTITUTION,
        "doctor_code": "D431024000991",
        "doctor_name": "雷新民",
        "mdtrtarea_admvs": "431024",
        "province_url": address,
        "province_ca_file": Path(authority),
        "province_paasid": sandbox.DEMO_PAASID,
        "province_secret": SecretStr(sandbox.DEMO_SECRET),
        "province_connect_timeout_s": 1.0,
        "province_read_timeout_s": 5.0,
        "drugs_file": data / "drugs.csv",
        "services_file": data / "services.csv",
        "benefits_file": data / "benefits.toml",
        "find_settlement_by_visit": True,
        "resume_every_s": 5.0,
        "challenge_from_yuan": None,
        "camera": str(folder / "clips" / SCENES[NOBODY].file),
        "recorded_camera": True,
        "scanner_port": str(folder / "dev" / "scanner"),
        "printer": str(folder / "dev" / "printer"),
        "web_port": 0,
    }
    return Settings(**told)


def _watched(clip: Path) -> Iterator[Any]:
    """The frames of a clip, as a camera gives them."""
    from drivers.camera import Camera

    camera = Camera(str(clip))
    number, until_s = -1, time.monotonic() + 20.0
    try:
        while time.monotonic() < until_s:
            frame = camera.frame()
            if frame is None or frame.number == number:
                time.sleep(0.01)
                continue
            number = frame.number
            yield frame
    finally:
        camera.close()


def main() -> None:
    """`FOLDER ADDRESS AUTHORITY BEGAN_S SPEED`; ends with the order `stop`."""
    folder, address, authority = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    logging.basicConfig(filename=folder / "terminal.log", level=logging.INFO)
    # Before anything else is loaded: who keeps a clock keeps the one that is there by then.
    clock.now = DayClock(float(sys.argv[4]), float(sys.argv[5]))  # type: ignore[assignment]
    from drivers.simulated.scenes import ENROLS, MAN
    from terminal.assembly.device import Device
    from terminal.assembly.service import Service
    from terminal.core.consent import Consent
    from terminal.service_manager import started_by

    device = Device(_settings(folder, address, authority))
    service = Service(device, started_by())
    man = device.enrolment.introduce(MAN_ID_NUMBER)
    consent = Consent(version="demo-1", witness="D431024000991")
    device.enrolment.enrol(man, consent, _watched(folder / "clips" / ENROLS[MAN].file))
    page = service.start()
    room = Room(device, folder / "clips")
    work = Work(device, room)
    acts = {"visit": work.visit, "rounds": work.rounds, "verb": work.verb}
    orders: queue.Queue[dict[str, Any] | None] = queue.Queue(200)

    def labour() -> None:
        try:
            while (order := orders.get()) is not None:
                acts[order["do"]](order)
        except BaseException:
            log.exception("the doctor stopped")
            os._exit(70)  # Heard at once as a death, rather than waited for.

    labourer = threading.Thread(target=labour, name="doctor")
    labourer.start()
    tell("ready", address=page)
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "camera":
            room.plug(order["state"])
        elif order["do"] == "stop":
            break
        else:
            orders.put(order)
    orders.put(None)
    labourer.join()
    service.stop()
    tell("stopped")


if __name__ == "__main__":
    main()
