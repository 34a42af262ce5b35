"""What the terminal itself costs, measured on this machine beside the bare cost.

Nothing here is asserted: machines are noisy, so figures are medians and percentiles with
their counts, and settlement stands beside what cannot be avoided: one HTTP round trip of
the same bytes and the commits that must reach the disk.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

import httpx

from drivers.simulated.province import server as sandbox
from drivers.simulated.province.reference import DATA
from drivers.simulated.scenes import MAN, NOBODY, SCENES
from models.packs import Pack
from terminal.assembly.bench_faces import bench_faces
from terminal.assembly.bench_find import bench_find
from terminal.assembly.bench_keys import bench_keys
from terminal.assembly.bench_ledger import bench_ledger
from terminal.assembly.bench_year import bench_year
from terminal.assembly.demonstration import CLIPS, MAN_ID_NUMBER, Demonstration
from terminal.assembly.parts import ASSETS, WEIGHTS
from terminal.assembly.stage import fresh_code, show
from terminal.core.counter import VisitView
from terminal.core.faults import Unavailable
from terminal.core.visit import VisitState
from terminal.technician import DemoOptions

_STEP_MAX_S = 60.0
_FACES = 10
"""Recognitions measured."""
_COMMITS = 4
"""Commits on the way of one charge: the intent, the message, its answer, the outcome."""


def bench(data_dir: Path, rounds: int, ledger_entries: int, pack: Pack) -> dict[str, object]:
    """Every figure by name; `machine` says where they come from.

    `pack`: the networks whose looks are timed; a whole visit is timed with our own.
    """
    looks = bench_faces(pack, data_dir / CLIPS)  # First, while nothing else of ours runs.
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for shared in (WEIGHTS, ASSETS, CLIPS):
            (folder / shared).symlink_to((data_dir / shared).resolve())
        options = DemoOptions(NOBODY, woman_enrolled=False, web_port=0, panel_port=0, fresh=True)
        with Demonstration(folder, options) as demo:
            demo.start()
            finding = bench_find(demo.device.catalogue.drugs)
            faces = [_face_to_card(demo) for _ in range(_FACES)]
            settlements = [_settle(demo) for _ in range(rounds)]
            bare = [_bare(demo, folder / "bare.db") for _ in range(rounds)]
        started = [_start_to_ready(folder) for _ in range(3)]
        year = bench_year(folder / "year")
    return {
        "machine": _machine(),
        "faces": looks,
        "face_to_card_s": _spread(faces),
        "settlement_s": _spread(settlements),
        "bare_settlement_s": _spread(bare),
        "settlement_over_bare": statistics.median(settlements) / statistics.median(bare),
        "start_to_ready_s": _spread([ready_s for ready_s, _, _ in started]),
        "resident_memory_mb": max(memory for _, memory, _ in started),
        "peak_memory_mb": max(peak for _, _, peak in started),
        "year_of_visits": year,
        "find_ms": finding,
        "keys": bench_keys(),
        "ledger": bench_ledger(ledger_entries),
        "installed_mb": _installed(),
    }


def _face_to_card(demo: Demonstration) -> float:
    """Nobody, then the man: from the first picture with his face to his card."""
    camera, greeting, desk = demo.device.camera, demo.device.greeting, demo.device.desk
    if camera is None:
        raise Unavailable("camera.not_found")
    show(camera, demo.clips, SCENES[NOBODY])
    _wait(lambda: desk.view().hint == "face.none", "empty picture")
    show(camera, demo.clips, SCENES[MAN])
    visit = _shown(demo, lambda visit: visit.state is VisitState.PRESENTED)
    took_s = greeting.face_to_card_s or float("nan")
    desk.errands.rest(_STEP_MAX_S)
    desk.reception.leave(visit.visit_id)
    return took_s


def _settle(demo: Demonstration) -> float:
    """A visit by ID number; measured from the doctor's tap to SETTLED on the counter."""
    desk = demo.device.desk
    camera = demo.device.camera
    if camera is None:
        raise Unavailable("camera.not_found")
    show(camera, demo.clips, SCENES[NOBODY])
    desk.reception.open_by_id_number(MAN_ID_NUMBER)
    visit = _shown(demo, lambda visit: visit.state is VisitState.PRESENTED and not visit.busy)
    desk.reception.confirm_person(visit.visit_id)
    desk.basket.set_diagnosis(visit.visit_id, "J06.900")
    drug = demo.device.catalogue.drugs[0]
    desk.scanning.scanned(fresh_code(drug).encode())
    priced = _shown(demo, lambda visit: visit.bill is not None and not visit.busy)
    if priced.bill is None:
        raise Unavailable("demo.stuck", step="bill")
    begun_s = time.perf_counter()
    desk.till.confirm_amount(visit.visit_id, priced.revision, priced.bill.own)
    _shown(demo, lambda visit: visit.state is VisitState.SETTLED)
    took_s = time.perf_counter() - begun_s
    desk.errands.rest(_STEP_MAX_S)
    desk.reception.leave(visit.visit_id)
    return took_s


def _bare(demo: Demonstration, path: Path) -> float:
    """One round trip to the same province and the same number of synced commits."""
    with httpx.Client(trust_env=False) as http:
        http.get(f"{demo.province.address}/sandbox/health")
        book = sqlite3.connect(path, isolation_level=None)
        book.execute("PRAGMA journal_mode = WAL")
        book.execute("PRAGMA synchronous = FULL")
        book.execute("CREATE TABLE IF NOT EXISTS message (body BLOB)")
        begun_s = time.perf_counter()
        for _ in range(_COMMITS):
            book.execute("INSERT INTO message VALUES (?)", (b"x" * 1500,))
        http.post(demo.province.address, content=b"x" * 1500)
        took_s = time.perf_counter() - begun_s
        book.close()
    return took_s


def _start_to_ready(folder: Path) -> tuple[float, float, float]:
    """A process of its own: seconds until its first page, then its memory in MB, and the peak.

    The camera shows the man meanwhile, so that every network has run.
    """
    with sandbox.SandboxProvince(folder / "bench-province") as province:
        variables = {
            "DATA_DIR": str(folder / "bench-terminal"),
            "CLINIC_NAME": "演示村卫生室",
            "FIXMEDINS_CODE": "H43102400991",
            "DOCTOR_CODE": "D431024000991",
            "DOCTOR_NAME": "雷新民",
            "MDTRTAREA_ADMVS": "431024",
            "PROVINCE_URL": province.address,
            "PROVINCE_PAASID": sandbox.DEMO_PAASID,
            "PROVINCE_SECRET": sandbox.DEMO_SECRET,
            "DRUGS_FILE": str(DATA / "drugs.csv"),
            "SERVICES_FILE": str(DATA / "services.csv"),
            "CAMERA": str(folder / CLIPS / SCENES[MAN].file),
            "WEB_PORT": str(_free_port()),
        }
        terminal = folder / "bench-terminal"
        terminal.mkdir(exist_ok=True)
        for shared in (WEIGHTS, ASSETS):
            if not (terminal / shared).exists():
                (terminal / shared).symlink_to((folder / shared).resolve())
        page = f"http://127.0.0.1:{variables['WEB_PORT']}/resident"
        named = {f"CLINIC_TERMINAL_{name}": value for name, value in variables.items()}
        begun_s = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "terminal", "run"],
            env={**os.environ, **named},
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(lambda: _answers(page), "first page")
            ready_s = time.perf_counter() - begun_s
            time.sleep(5.0)  # Some hundred looks, so that buffers have grown to their size.
            return ready_s, _memory_mb(process.pid, "VmRSS"), _memory_mb(process.pid, "VmHWM")
        finally:
            process.terminate()
            process.wait(20)


def _answers(page: str) -> bool:
    try:
        return httpx.get(page, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def _free_port() -> int:
    import socket  # noqa: PLC0415 - only a bench asks for a port beforehand.

    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _shown(demo: Demonstration, come: Callable[[VisitView], bool]) -> VisitView:
    until_s = time.monotonic() + _STEP_MAX_S
    view = demo.device.desk.view()
    while view.visit is None or not come(view.visit):
        if time.monotonic() > until_s:
            raise Unavailable("demo.stuck", step="bench")
        view = demo.device.desk.wait_for_change(view.number, 1.0)
    return view.visit


def _wait(come: Callable[[], bool], what: str) -> None:
    until_s = time.monotonic() + _STEP_MAX_S
    while not come():
        if time.monotonic() > until_s:
            raise Unavailable("demo.stuck", step=what)
        time.sleep(0.01)


def _spread(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "count": len(ordered),
        "p50": round(statistics.median(ordered), 4),
        "p95": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 4),
        "max": round(ordered[-1], 4),
    }


def _memory_mb(process: int, field: str) -> float:
    for line in Path(f"/proc/{process}/status").read_text("ascii", "replace").splitlines():
        if line.startswith(field):
            return round(int(line.split()[1]) / 1024, 1)
    return float("nan")


def _machine() -> dict[str, object]:
    model = platform.machine()
    for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def _installed() -> dict[str, float]:
    """Megabytes of everything installed, and of the five that take most."""
    sizes = {
        distribution.name: sum(
            Path(str(file.locate())).stat().st_size
            for file in distribution.files or ()
            if Path(str(file.locate())).is_file()
        )
        for distribution in metadata.distributions()
    }
    largest = sorted(sizes, key=lambda name: sizes[name], reverse=True)[:5]
    return {
        "all": round(sum(sizes.values()) / 1e6, 1),
        **{name: round(sizes[name] / 1e6, 1) for name in largest},
    }
