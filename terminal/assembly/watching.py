"""Joins the metrics to their socket, where the settings name one."""

from __future__ import annotations

import logging

from terminal.assembly.device import Device
from terminal.assembly.metrics import metrics_verbs
from terminal.core.faults import Unavailable
from terminal.metrics_socket import MetricsSocket

log = logging.getLogger(__name__)


def open_metrics_socket(device: Device) -> MetricsSocket | None:
    """Open; None where none is wished for, or none can be: a clinic works unwatched."""
    path = device.settings.metrics_socket
    if path is None:
        return None
    tell = metrics_verbs(device)["metrics"]
    opened = MetricsSocket(path, lambda: str(tell()["text"]))
    try:
        opened.open()
    except Unavailable as fault:
        log.warning("metrics are not served: %s", fault)
        return None
    return opened
