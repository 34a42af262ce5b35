"""The province as a process of its own, for the demo.

Apart from the demo that starts it: what a whole clinic imports takes two seconds of a core,
and the province needs none of it.
"""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import threading
from pathlib import Path

from drivers.simulated.province.server import SandboxProvince


def serve_province(folder: Path, port: int) -> None:
    """Be the province: print the address as one JSON line, then serve until told to stop."""
    province = SandboxProvince(folder, port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with province:
        sys.stdout.write(json.dumps({"address": province.address}) + "\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
