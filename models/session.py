"""Opens a network in onnxruntime, once, on at most two cores, and checks its shape.

Only a path from weights.verified() belongs here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi.onnxruntime_pybind11_state import (
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    NoSuchFile,
    RuntimeException,
)
from onnxruntime.capi.onnxruntime_pybind11_state import (
    NotImplemented as Unsupported,
)

from models.manifest import Network
from terminal.core.faults import Refused

THREADS_MAX = 2
"""The box has few cores and the rest of the terminal needs some; more gains nothing here."""

_NO_NETWORK = (
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    NoSuchFile,
    RuntimeException,
    Unsupported,
)
"""What the runtime raises for a file that is no network; they share only Exception."""

_ERRORS_ONLY = 3
"""The runtime's own log: its warnings are about how a file was written."""


class Session:
    """One network with one input picture; most have one output."""

    def __init__(self, path: Path, entry: Network) -> None:
        """Raises Refused `weights.unreadable` for no network, or one of another shape."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS_MAX
        options.inter_op_num_threads = 1
        # A thread that spins while it waits takes a core from the rest of the terminal.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = _ERRORS_ONLY
        self.name = entry.file
        with self.guarded():
            self.runtime = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        given = self.runtime.get_inputs()[0]
        channels = 1 if entry.channels == "grey" else 3
        if entry.input_size and list(given.shape[1:]) != [channels, *reversed(entry.input_size)]:
            raise Refused("weights.unreadable", name=self.name, shape=str(given.shape))
        self._input_name = given.name

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Name what the runtime raises inside: Refused `weights.unreadable`."""
        try:
            yield
        except _NO_NETWORK as error:
            raise Refused(
                "weights.unreadable", name=self.name, reason=type(error).__name__
            ) from error

    def run(self, blob: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the first output, flat.

        Raises Refused `weights.not_finite` on NaN or infinity, `weights.unreadable` for a
        network that opens and cannot be computed.
        """
        with self.guarded():
            answer: Any = self.runtime.run(None, {self._input_name: blob})[0]
        flat: NDArray[np.float32] = np.asarray(answer, np.float32).reshape(-1)
        if not np.isfinite(flat).all():
            raise Refused("weights.not_finite", name=self.name)
        return flat
