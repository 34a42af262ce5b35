"""What a technician asks of the terminal: it measures and tries, and changes nothing.

The parts are judged in core/part_checks; here is only what gathers the measurements, and
the two tests that take a while: the scanner's and the line's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from terminal.core.enrolled_quality import enrolled_quality
from terminal.core.part_checks import judge_parts
from terminal.core.part_measured import CameraMeasured, Measured, Place
from terminal.core.screen_views import PaperView
from terminal.core.status_views import StatusView
from terminal.core.technical_views import (
    EnrolledQuality,
    Framing,
    HeardView,
    LogLine,
    NetworkStep,
    NetworkView,
    PartsView,
    SettingRow,
)
from terminal.overhearing import Overhearing
from terminal.store import Store

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Gauges:
    """What only the assembly can measure. A terminal without devices leaves all of it out."""

    camera: Callable[[], CameraMeasured | None] = lambda: None
    framing: Callable[[], Framing | None] = lambda: None
    """The newest picture's; None while the camera shows nothing that could be judged."""
    place: Callable[[], Place] = Place
    trial: Callable[[], Iterable[NetworkStep]] = tuple
    """The way to the province, step by step."""
    skew_s: Callable[[], float | None] = lambda: None
    """This clock less the province's, as the newest trial heard it."""
    signed_in: Callable[[], bool | None] = lambda: None
    logs: Callable[[str, str], tuple[LogLine, ...]] = lambda *_: ()
    settings: Callable[[], tuple[SettingRow, ...]] = tuple
    versions: Callable[[], Mapping[str, str]] = dict
    language: Language = "zh"


class Technical:
    """The technician's verbs. None of them reaches the money or anybody's data."""

    def __init__(
        self,
        store: Store,
        status: Callable[[], StatusView],
        paper: Callable[[], PaperView],
        gauges: Gauges,
        now: Callable[[], datetime],
    ) -> None:
        """`paper`: the printer, as the counter's view has it."""
        self._store = store
        self._status = status
        self._paper = paper
        self._gauges = gauges
        self._now = now
        self._trying = threading.Lock()
        self._network = NetworkView()
        self.overhearing = Overhearing(now)
        """For whoever listens to the scanner."""

    @property
    def gauges(self) -> Gauges:
        """For whoever looks longer than a page may."""
        return self._gauges

    @property
    def language(self) -> str:
        """`zh` or `en`: what these pages speak until somebody chooses."""
        return self._gauges.language

    def parts(self) -> PartsView:
        """Look at every part now. Raises what the store raises when it is away."""
        store = self._store
        begun_s = time.monotonic()
        last_answer_at = store.machine.last_answer_at()
        read_ms = (time.monotonic() - begun_s) * 1000
        now = self._now()
        measured = Measured(
            now=now,
            status=self._status(),
            paper=self._paper(),
            camera=self._gauges.camera(),
            place=self._gauges.place(),
            store_bytes=store.census.place().bytes,
            read_ms=read_ms,
            last_answer_at=last_answer_at,
            newest_at=store.machine.newest_at(),
            ledger_entries=store.machine.ledger_entries(),
        )
        return PartsView(now, judge_parts(measured))

    def framing(self) -> Framing | None:
        """How a face stands before the camera now."""
        return self._gauges.framing()

    def enrolled(self) -> EnrolledQuality:
        """How well the enrolled faces are kept."""
        faces = self._status().faces
        kept = [
            (row.views, row.live_scores, row.enrolled_at)
            for row in self._store.machine.kept_faces()
            if row.model_digest == faces.model_digest
        ]
        return enrolled_quality(kept, faces.to_enrol_anew, self._now())

    def start_scanner_test(self) -> None:
        """Keep the scanner's last lines in memory for five minutes."""
        self.overhearing.open()

    def stop_scanner_test(self) -> None:
        """Keep nothing."""
        self.overhearing.close()

    def heard(self) -> HeardView:
        """What was heard while the test is open."""
        return self.overhearing.view()

    def try_network(self) -> None:
        """Begin to try the way to the province; while a try goes on, another is not begun."""
        if self._trying.acquire(blocking=False):
            self._network = NetworkView(running=True, tried_at=self._now())
            threading.Thread(target=self._try, name="network", daemon=True).start()

    def network(self) -> NetworkView:
        """How far the last try has come."""
        return self._network

    def logs(self, level: str, text: str) -> tuple[LogLine, ...]:
        """The newest records of at least this level that hold the text, newest first."""
        return self._gauges.logs(level, text)

    def settings(self) -> tuple[SettingRow, ...]:
        """Every setting. Raises Refused `settings.*` when their file cannot be read now."""
        return self._gauges.settings()

    def versions(self) -> Mapping[str, str]:
        """Program, database, weights with digests, catalogue, rules."""
        machine = self._store.machine
        kept = {f"kept.{file.kind}": file.version for file in self._status().kept}
        own = {"database": machine.version(), "schema": str(machine.schema())}
        return {**self._gauges.versions(), **own, **kept}

    def _try(self) -> None:
        try:
            for step in self._gauges.trial():
                self._network = replace(self._network, steps=(*self._network.steps, step))
        finally:
            self._network = replace(self._network, running=False)
            self._trying.release()
