"""A village's province in a rehearsal: planted with faults, restarted, watched."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from drivers.simulated.province import certificates
from drivers.simulated.province import server as sandbox
from drivers.simulated.province.faults import CERTIFICATE_EXPIRED
from drivers.simulated.province.manner import Manner
from drivers.simulated.witness import Witness
from terminal.assembly.rehearse_plans import TRANSACTIONS, Fault, Mishap, Plan

INSTITUTION = "H43102400991"

_IN_HAND_S = 0.03
"""After so long a request that is held back has reached the province."""

_EXPIRED_S = 0.15
"""How long nobody renews the certificate."""


class RehearsedProvince:
    """The sandbox of one village, with TLS, and an onlooker beside its book."""

    def __init__(
        self, folder: Path, data: Path, clock: Callable[[], datetime], *, find_by_visit: bool
    ) -> None:
        self._folder = folder
        self._data = data
        self._clock = clock
        self._find_by_visit = find_by_visit
        self._certificates = certificates.make(folder / "certificates")
        self._timers: list[threading.Timer] = []
        self.witness = Witness(folder, INSTITUTION)
        self._sandbox = self._open(0)

    @property
    def address(self) -> str:
        return self._sandbox.address

    @property
    def authority(self) -> Path:
        """The certificate that a terminal must believe."""
        return self._certificates.authority

    def plant(self, plan: Plan) -> None:
        for mishap in plan.mishaps:
            if mishap.sandbox:
                self._sandbox.faults.plant(mishap.sandbox, mishap.infno, seconds=mishap.seconds)

    def meet(self, mishap: Mishap) -> None:
        """What happens while the terminal is about to send; returns when it may go on."""
        if mishap.fault is Fault.CERTIFICATE:
            self._sandbox.faults.plant(CERTIFICATE_EXPIRED)
            self._sandbox.restart()  # Whoever is connected must connect anew.
            self._after(_EXPIRED_S, self._sandbox.faults.clear)
        elif mishap.sandbox.startswith("slow"):
            self._after(_IN_HAND_S, self._start_anew)

    def clean_up(self, plan: Plan) -> list[Mishap]:
        """Forget what did not come about; which of the planted faults did."""
        for timer in self._timers:
            timer.join()
        self._timers.clear()
        left: Counter[str] = Counter()
        for infno in TRANSACTIONS:
            while self._sandbox.faults.take(infno) is not None:
                left[infno] += 1
        met = []
        for mishap in plan.mishaps:
            if not mishap.sandbox or mishap.fault in (Fault.KILLED, Fault.SANDBOX_RESTART):
                continue  # The terminal tells of these itself.
            if left[mishap.infno]:
                left[mishap.infno] -= 1
            else:
                met.append(mishap)
        return met

    def close(self) -> None:
        self._sandbox.close()

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, act)
        timer.start()
        self._timers.append(timer)

    def _start_anew(self) -> None:
        """All of it but its book."""
        port = int(self.address.rpartition(":")[2])
        self._sandbox.close()
        self._sandbox = self._open(port)

    def _open(self, port: int) -> sandbox.SandboxProvince:
        opened = sandbox.SandboxProvince(
            self._folder,
            port,
            clock=self._clock,
            manner=Manner(visit_finds_settlement=self._find_by_visit),
            data=self._data,
            tls=self._certificates,
        )
        opened.start()
        return opened
