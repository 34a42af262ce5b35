"""No picture of this process on the disk when it dies: keys and names stand in its memory."""

from __future__ import annotations

import ctypes
import resource
from contextlib import suppress

_PR_SET_DUMPABLE = 4
"""<linux/prctl.h>. 0 also keeps other processes of this user from reading our memory."""


def forbid_core_dumps() -> None:
    """From now on, and in what this process starts, nothing is dumped."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A kernel that pipes dumps to a program (systemd-coredump) does not ask for the limit.
    with suppress(AttributeError, OSError):  # No Linux: there is only the limit.
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
