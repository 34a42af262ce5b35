"""A clinic on one machine: a real terminal, and a simulated world around it.

The province is a process of its own on a loopback port; the scanner is the other end of
a pty; the camera plays clips of real people. Everybody is enrolled through the code that
enrols villagers. Only people, boxes and amounts are made up.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from cheroot import wsgi

import drivers.simulated
from drivers.camera import Camera, Frame
from drivers.simulated.panel import create_panel
from drivers.simulated.printer import SimulatedPrinter
from drivers.simulated.scanner import SimulatedScanner
from drivers.simulated.scenes import ENROLS, MAN, NOBODY, SCENES, WOMAN, Footage, make_scenes
from drivers.simulated.typist import RecordPc
from drivers.typist import Typist
from terminal import clock
from terminal.assembly.demo_element import demo_element
from terminal.assembly.demo_operators import demo_operators
from terminal.assembly.demo_settings import demo_settings
from terminal.assembly.device import Device
from terminal.assembly.parts import ASSETS, WEIGHTS
from terminal.assembly.stage import DemoStage, Devices
from terminal.assembly.voice import VOICE
from terminal.core.consent import Consent
from terminal.core.families import ALL_SCOPES, Basis, Binding
from terminal.core.faults import Unavailable
from terminal.store.database import held
from terminal.technician import DemoOptions

CLIPS = "clips"
"""Folder of the sample clips under the data folder."""

MAN_ID_NUMBER = "991024196503121030"
WOMAN_ID_NUMBER = "991024199007081045"
CHILD_ID_NUMBER = "991024202005161070"
"""People of the simulated province; invented, under a region code nobody issues."""

_PROVINCE_START_MAX_S = 20.0
_WATCH_MAX_S = 20.0
"""How long an enrolment looks at a clip."""


CLIPS_MANIFEST = Path(drivers.simulated.__file__ or "").parent / "clips.toml"


class ProvinceProcess:
    """The simulated province, started and stopped."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        """Raises Unavailable `sandbox.not_started`."""
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and program.
            [
                *(sys.executable, "-m", "terminal", "province"),
                *("--folder", str(folder), "--port", str(port)),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.address = self._hear_address()

    def _hear_address(self) -> str:
        heard: list[str] = []
        output = self._process.stdout
        if output is not None:
            listener = threading.Thread(target=lambda: heard.append(output.readline()), daemon=True)
            listener.start()
            listener.join(_PROVINCE_START_MAX_S)
        if not heard or not heard[0].strip():
            self.close()
            raise Unavailable("sandbox.not_started")
        return str(json.loads(heard[0])["address"])

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


class Demonstration:
    """The demo, from the first tap to the last; a context manager."""

    def __init__(self, data_dir: Path, options: DemoOptions) -> None:
        """Raises Refused `store.held` while another demo runs here, and what the parts raise."""
        self.folder = data_dir / "demo"
        self.clips = data_dir / CLIPS
        self._scene = SCENES[options.scene]
        self._options = options
        with ExitStack() as holding:
            # Before anything is made anew: scanner and printer of a demo that runs stand there.
            holding.enter_context(held(self.folder))
            if options.fresh:
                shutil.rmtree(self.folder, ignore_errors=True)
            make_scenes(self.clips)
            self.folder.mkdir(parents=True, exist_ok=True)
            for shared in (WEIGHTS, ASSETS, VOICE):
                _link(data_dir / shared, self.folder / shared)
            self.province = ProvinceProcess(self.folder / "province")
            self._held = holding.pop_all()
        self.scanner = SimulatedScanner(self.folder / "dev" / "scanner")
        self.printer = SimulatedPrinter(self.folder / "dev" / "printer")
        self.record_pc = RecordPc(record := self.folder / "dev" / "record")
        self._panel: wsgi.Server | None = None
        self.pins: dict[str, str] = {}
        """Of this run: doctor, substitute, technician."""
        try:
            settings = demo_settings(
                self.folder, self.province.address, self.printer.target, self._camera(), options
            )
            self.device = Device(
                settings,
                element=demo_element(settings),
                typist=Typist(str(record), "enter", settings.typing_pause_ms),
            )
        except BaseException:
            self._close_devices()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> dict[str, str]:
        """Enrol whoever is to be known, open everything; returns the addresses by name."""
        self._introduce()
        self.pins = demo_operators(self.device.store)
        address = self.device.start()
        links = [
            ("居民屏", f"{address}/resident"),
            (
                f"医生屏（密码 {self.pins['doctor']}，接班的 {self.pins['substitute']}）",
                f"{address}/doctor",
            ),
            (f"设备状态（技术员密码 {self.pins['technician']}）", f"{address}/status"),
        ]
        return {
            "resident": links[0][1],
            "doctor": links[1][1],
            "status": links[2][1],
            "panel": self._serve_panel(links),
        }

    def close(self) -> None:
        if self._panel is not None:
            self._panel.stop()
        self.device.stop()
        self._close_devices()

    def _close_devices(self) -> None:
        self.scanner.close()
        self.printer.close()
        self.record_pc.close()
        self.province.close()
        self._held.close()

    def _camera(self) -> Path:
        """What the camera shows at first: a scene that begins later begins with nobody."""
        return self.clips / (SCENES[NOBODY] if self._scene.start else self._scene).file

    def _introduce(self) -> None:
        """Enrol the man, and the woman unless she is to stay a stranger; bind her child."""
        enrolment, people = self.device.enrolment, self.device.store.people
        enrolled = {person_id for person_id, _ in people.templates()}
        ids = {
            MAN: enrolment.introduce(MAN_ID_NUMBER),
            WOMAN: enrolment.introduce(WOMAN_ID_NUMBER),
        }
        consent = Consent(version="demo-1", witness="D431024000991")
        wanted = [MAN, WOMAN] if self._options.woman_enrolled else [MAN]
        for key in wanted:
            if ids[key] not in enrolled:
                enrolment.enrol(ids[key], consent, _watched(self.clips, ENROLS[key]))
        if not self._options.woman_enrolled and ids[WOMAN] in enrolled:
            enrolment.erase(ids[WOMAN])
        child = enrolment.introduce(CHILD_ID_NUMBER)
        self._bind(ids[WOMAN], child)

    def _bind(self, holder_id: str, member_id: str) -> None:
        families, at = self.device.store.families, clock.now()
        families.bind(
            Binding(
                binding_id=uuid.uuid4().hex,
                holder_id=holder_id,
                member_id=member_id,
                relation="儿子",
                scopes=ALL_SCOPES,
                basis=Basis.DOCUMENTS,
                valid_from=at.date(),
                valid_until=date(2099, 12, 31),
                made_at=at,
                witness="D431024000991",
                document="household_register",
            )
        )

    def _serve_panel(self, links: list[tuple[str, str]]) -> str:
        camera = self.device.camera
        if camera is None:
            raise Unavailable("camera.not_found")
        footage = self._scene
        camera.switch(str(self.clips / footage.file), start=footage.start, end=footage.end)
        stage = DemoStage(
            self.device.catalogue,
            Devices(self.scanner, self.printer),
            camera,
            self.clips,
            self.province.address,
            links,
        )
        panel = wsgi.Server(
            ("127.0.0.1", self._options.panel_port), create_panel(stage), numthreads=4
        )
        try:
            panel.prepare()
        except OSError as error:
            raise Unavailable(
                "web.port_in_use", port=self._options.panel_port, reason=error.strerror
            ) from None
        self._panel = panel
        threading.Thread(target=panel.serve, name="panel", daemon=True).start()
        host, port = panel.bind_addr
        return f"http://{host}:{port}/"


def _watched(clips: Path, footage: Footage) -> Iterator[Frame]:
    """The frames of a clip, as a camera gives them."""
    camera = Camera(str(clips / footage.file), start=footage.start, end=footage.end)
    number, until_s = -1, time.monotonic() + _WATCH_MAX_S
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


def _link(there: Path, here: Path) -> None:
    """Let the demo's data folder use the weights that lie beside it."""
    if here.is_symlink() or not here.exists():
        here.unlink(missing_ok=True)
        here.symlink_to(there.resolve(), target_is_directory=True)
