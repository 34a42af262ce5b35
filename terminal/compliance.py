"""Gathers the facts of the compliance sheet: from the store, the kernel, and the parts.

Nothing here is written by hand or remembered from yesterday: each figure is counted, read
or asked for at the moment of the page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from terminal.core.compliance import (
    ComplianceFacts,
    DeviceTold,
    LedgerCounted,
    by_kind,
    told,
)
from terminal.core.ledger import Deed
from terminal.core.listeners import TABLES, Listener, owned, read_listeners
from terminal.core.measured_rates import rates_of
from terminal.core.status_views import FacesStatus, KeysStatus
from terminal.store import Store


@dataclass(frozen=True, slots=True)
class Compliance:
    """Reads; changes nothing."""

    store: Store
    device: DeviceTold | None
    """None: nobody said; then there is no page."""
    faces: Callable[[], FacesStatus]
    keys: Callable[[], KeysStatus | None]
    now: Callable[[], datetime]
    kernel: Path = Path("/proc")

    def facts(self) -> ComplianceFacts:
        """The page. Raises Refused `compliance.fact_missing`, naming the fact."""
        census, device, faces = self.store.census, told("device", self.device), self.faces()
        for name in ("clinic_name", "fixmedins_code", "software", "weights"):
            told(name, getattr(device, name) or None)
        told("camera", faces.camera)
        with self.store.transaction():  # One moment.
            people = census.people()
            return ComplianceFacts(
                made_at=self.now(),
                device=device,
                kept=by_kind(census.rows()),
                place=census.place(),
                people=people,
                faces=faces,
                threshold=device.calibration.similarity_for(people.enrolled, device.fpir_max),
                rates=rates_of(faces.model_digest),
                keys=told("keys", self.keys()),
                ledger=told("ledger.verified", self._ledger()),
                staff=census.staff(),
                listeners=self._listeners(device.web_port),
            )

    def _ledger(self) -> LedgerCounted | None:
        """None while it was never read from its beginning."""
        verified = self.store.ledger.last_of(Deed.VERIFIED)
        if verified is None:
            return None
        facts = json.loads(verified.facts)
        entries, seals = self.store.census.ledger()
        return LedgerCounted(
            entries=entries,
            seals=seals,
            sealed_to=int(facts.get("sealed_to") or 0),
            verified_at=datetime.fromisoformat(verified.at),
            verified_to=int(facts.get("entries") or 0),
            sound="code" not in facts,
        )

    def _listeners(self, port: int) -> tuple[Listener, ...]:
        found: list[Listener] = []
        for protocol in TABLES:
            with suppress(FileNotFoundError):  # A kernel without IPv6 has two tables.
                table = (self.kernel / "net" / protocol).read_text("ascii")
                found += read_listeners(protocol, table)
        # Our own pages are served while this is asked: an empty list is one that was not read.
        readable = (self.kernel / "net" / "tcp").is_file()
        told("listeners", readable or None)
        return owned(found, set(self._sockets()), port)

    def _sockets(self) -> Iterator[int]:
        """The inodes of the sockets that this process holds."""
        for each in (self.kernel / "self" / "fd").iterdir():
            with suppress(OSError):  # Closed meanwhile, such as the one that lists them.
                kind, _, inode = str(each.readlink()).partition(":[")
                if kind == "socket":
                    yield int(inode.rstrip("]"))
