"""How much one day of 30 visits writes to the card: `python -m tests.field.writes_a_day FOLDER`.

The terminal's rooms and its store on a real disk, the sandbox province in memory; counted by
the kernel (write_bytes of /proc/self/io): every page made dirty, the log and what is synced.
"""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from drivers.simulated.province.server import SandboxProvince
from terminal.core.visit import VisitState
from tests.clinic import AMOXICILLIN, PARACETAMOL, WANG, Clock, code, quick_folder
from tests.rooms import Rooms

VISITS = 30
BYTES_MAX = 100 * 1024**2
"""A tenth of a gigabyte a day: an 8 GB card of 1,000 cycles and a write amplification of ten
lasts longer than the terminal. What is written besides (journald) has its own limit."""


def written_bytes() -> int:
    """By this process so far."""
    rows = (line.split(": ") for line in Path("/proc/self/io").read_text("ascii").splitlines())
    return int(dict(rows)["write_bytes"])


def day_of_visits(folder: Path, visits: int) -> dict[str, int]:
    """Bytes written while so many visits are opened, scanned, priced, settled."""
    clock = Clock()
    with quick_folder() as quick, SandboxProvince(quick / "province", clock=clock) as province:
        rooms = Rooms(folder, province.address, clock)
        before = written_bytes()
        for number in range(visits):
            visit_id = rooms.priced(
                WANG, code(AMOXICILLIN, 2 * number), code(PARACETAMOL, 2 * number + 1)
            )
            rooms.judge_all(visit_id)
            rooms.confirm(visit_id)
            if rooms.state(visit_id) is not VisitState.SETTLED:
                raise SystemExit(f"visit {number} is {rooms.state(visit_id).value}")
            rooms.reception.leave(visit_id)
            clock.now += timedelta(minutes=10)
        rooms.store.truncate_log()
        written = written_bytes() - before
        rooms.close()
    return {"visits": visits, "bytes": written, "bytes_a_visit": written // visits}


def main() -> None:
    """Print one JSON object; status 1 over the bound."""
    with tempfile.TemporaryDirectory(dir=sys.argv[1]) as folder:
        told = day_of_visits(Path(folder), VISITS)
    sys.stdout.write(json.dumps(told) + "\n")
    raise SystemExit(told["bytes"] > BYTES_MAX)


if __name__ == "__main__":
    main()
