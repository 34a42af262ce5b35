"""The simulated world around a demo terminal: boxes, people and mishaps, on a panel."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from drivers.camera import Camera
from drivers.simulated.panel import DemoBox, Scene
from drivers.simulated.printer import PrinterFault, SimulatedPrinter
from drivers.simulated.province import remote
from drivers.simulated.scanner import WRONG_THINGS, ScannerFault, SimulatedScanner
from drivers.simulated.scenes import SCENES, Footage
from terminal.core.catalogue import Catalogue, Item
from terminal.core.faults import Refused
from terminal.core.money import line_total

_PAPERS_SHOWN = 3
_SHELF = 24
"""Boxes on the panel: enough to play with, few enough to see."""

_SCANNER_FAULTS = {
    ScannerFault.CUT: "下一盒只扫到一半",
    ScannerFault.GLUED: "下一盒扫成两码相连",
    ScannerFault.REPEATS: "扫码枪重复发码",
    ScannerFault.NOISE: "扫码线有杂讯",
}
_PRINTER_FAULTS = {
    PrinterFault.PAPER_OUT: "打印机：没有纸了",
    PrinterFault.COVER_OPEN: "打印机：盖子开了",
    PrinterFault.PAPER_OUT_IN_MID_PRINT: "打印机：打到一半没有纸了",
    PrinterFault.UNPLUGGED_IN_MID_PRINT: "打印机：打到一半断了",
}
_PRINTER_MENDED = {"printer:mend": "打印机：修好了"}
_PLUGS = {"scanner:unplug": "拔掉扫码枪", "scanner:replug": "插回扫码枪"}
_PROVINCE_FAULTS = {
    "province:slow:2207A": "省平台：下一次结算很慢",
    "province:lost_after_commit:2207A": "省平台：下一次结算的回答丢了",
    "province:lost_before:2207A": "省平台：下一次结算没有送到",
    "province:refused:2207A": "省平台：拒绝下一次结算",
    "province:nonsense:2206A": "省平台：下一次预结算答非所问",
    "province:limit_moved:2207A": "省平台：结算前限额在别处用掉了",
}
_WORLD = {
    "world:away": "省平台：断线一分钟",
    "world:elsewhere": "男居民：今天在别处结算了一次",
    "world:record_system": "男居民：今天在本所另一套系统结算了一次",
}
_AWAY_S = 60.0
_WHO_GOES_ELSEWHERE = "43102400000000000001"
"""psn_no of the man of the demo."""
_SPENT_ELSEWHERE = "26.34"


@dataclass(frozen=True, slots=True)
class Devices:
    """What is plugged in."""

    scanner: SimulatedScanner
    printer: SimulatedPrinter


class DemoStage:
    """What the panel's taps do."""

    def __init__(
        self,
        catalogue: Catalogue,
        devices: Devices,
        camera: Camera,
        clips: Path,
        province: str,
        links: Sequence[tuple[str, str]],
    ) -> None:
        self._scanner = devices.scanner
        self._printer = devices.printer
        self._camera = camera
        self._clips = clips
        self._province = province
        self._links = tuple(links)
        self._boxes = tuple(_box(drug) for drug in catalogue.drugs[:_SHELF])

    def boxes(self) -> Sequence[DemoBox]:
        return self._boxes

    def wrong_things(self) -> Sequence[tuple[str, str]]:
        return WRONG_THINGS

    def scenes(self) -> Sequence[Scene]:
        return [Scene(key, footage.label) for key, footage in SCENES.items()]

    def faults(self) -> Sequence[tuple[str, str]]:
        scanner = [(f"scanner:{fault.value}", label) for fault, label in _SCANNER_FAULTS.items()]
        printer = [(f"printer:{fault.value}", label) for fault, label in _PRINTER_FAULTS.items()]
        paper = [*printer, *_PRINTER_MENDED.items()]
        return [*_PLUGS.items(), *scanner, *paper, *_PROVINCE_FAULTS.items(), *_WORLD.items()]

    def links(self) -> Sequence[tuple[str, str]]:
        return self._links

    def printed(self) -> Sequence[str]:
        return self._printer.papers[-_PAPERS_SHOWN:][::-1]

    def scan(self, code: str) -> None:
        self._scanner.scan(code)

    def show(self, scene_key: str) -> None:
        """Raises Refused `demo.no_such_scene`."""
        if scene_key not in SCENES:
            raise Refused("demo.no_such_scene")
        show(self._camera, self._clips, SCENES[scene_key])

    def plant(self, fault_key: str) -> None:
        """Raises Refused `demo.no_such_fault`, Unavailable `sandbox.away`."""
        part, _, name = fault_key.partition(":")
        if fault_key == "scanner:unplug":
            self._scanner.unplug()
        elif fault_key == "scanner:replug":
            self._scanner.replug()
        elif part == "scanner" and name in {fault.value for fault in _SCANNER_FAULTS}:
            self._scanner.plant(ScannerFault(name))
        elif fault_key in _PRINTER_MENDED:
            self._printer.mend()
        elif part == "printer" and name in {fault.value for fault in _PRINTER_FAULTS}:
            self._printer.plant(PrinterFault(name))
        elif fault_key == "world:away":
            remote.restart(self._province, _AWAY_S)
        elif fault_key in _WORLD:
            remote.settle_elsewhere(
                self._province,
                _WHO_GOES_ELSEWHERE,
                _SPENT_ELSEWHERE,
                here=fault_key == "world:record_system",
            )
        elif fault_key in _PROVINCE_FAULTS:
            fault, _, infno = name.partition(":")
            remote.plant(self._province, fault, infno)
        else:
            raise Refused("demo.no_such_fault")


def show(camera: Camera, clips: Path, footage: Footage) -> None:
    """Put a clip before the camera."""
    camera.switch(str(clips / footage.file), start=footage.start, end=footage.end)


def fresh_code(drug: Item) -> str:
    """A trace code of this drug that no earlier run has used: prefix and 13 digits."""
    serial = time.time_ns() // 1_000_000 % 10**10
    return f"{drug.prefixes[0]}{serial:010}{secrets.randbelow(1000):03}"


def _box(drug: Item) -> DemoBox:
    return DemoBox(drug.name, drug.spec, line_total(drug.price, Decimal(1)), fresh_code(drug))
