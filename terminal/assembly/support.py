"""What a support file is made of, on this machine: from the running terminal, or without it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from importlib import metadata
from pathlib import Path

from terminal.assembly.checks import check_or_ask
from terminal.assembly.device import Device
from terminal.assembly.reading import store_to_read
from terminal.core.faults import Fault
from terminal.local_door import Verb, ask
from terminal.settings import Settings
from terminal.support import Sources, run_tool, write_support
from terminal.support_words import vocabulary

_LIBRARIES = (
    "clinic-terminal", "flask", "cheroot", "httpcore", "onnxruntime", "numpy", "sqlcipher3-wheels",
    "gmssl-fast", "pyserial", "opencv-python-headless", "pydantic", "cryptography",
)  # fmt: skip


def support_verbs(device: Device) -> dict[str, Verb]:
    """For the local door of a running terminal: `log`, its newest records."""
    return {"log": lambda: {"lines": _lines(device)}}


def bundle_logs(settings: Settings, out: Path) -> dict[str, int]:
    """Write the file; says how large each member is. Raises Refused `support.not_written`."""
    folder = settings.data_dir
    told: Mapping[str, Callable[[], object]] = {
        "check": lambda: check_or_ask(settings, "check"),
        "versions": _versions,
        "settings": lambda: figures_of(settings),
        "ledger": lambda: _ledger(settings),
        "store": lambda: _store(settings),
    }
    sources = Sources(
        told,
        metrics=lambda: str(ask(folder, "metrics")["text"]),
        log=lambda: _log_of(folder),
        run=run_tool,
    )
    return write_support(out, sources, vocabulary())


def figures_of(settings: Settings) -> dict[str, object]:
    """Every setting's name; its value only where it is a figure or a switch."""
    told: dict[str, object] = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, Decimal):
            value = float(value)
        is_figure = isinstance(value, bool | int | float)
        told[name] = value if is_figure else ("set" if value else "empty")
    return told


def _lines(device: Device) -> list[tuple[str, str, str]]:
    logs = device.desk.technical.gauges.logs("info", "")
    return [(line.at.isoformat("T", "seconds"), line.room, line.text) for line in logs]


def _log_of(folder: Path) -> list[tuple[str, str, str]]:
    with suppress(Fault):
        return [(str(at), str(room), str(text)) for at, room, text in ask(folder, "log")["lines"]]
    return []


def _versions() -> dict[str, object]:
    """Of what most often matters; figures, for a version is not a word of ours."""
    found: dict[str, object] = {}
    for name in _LIBRARIES:
        with suppress(metadata.PackageNotFoundError):
            parts = metadata.version(name).split(".")[:4]
            found[name] = [int(part) for part in parts if part.isdecimal() and len(part) < 9]
    return found


def _ledger(settings: Settings) -> dict[str, object]:
    """How often what was done; nothing of to whom."""
    with store_to_read(settings) as (store, _vault), store.transaction():
        deeds = Counter(kept.entry.deed for kept in store.ledger.entries())
        entries, seals = store.census.ledger()
    return {"entries": entries, "seals": seals, "deeds": dict(sorted(deeds.items()))}


def _store(settings: Settings) -> dict[str, object]:
    with store_to_read(settings) as (store, _vault):
        return {"bytes": store.census.place().bytes, "rows": store.census.rows()}
