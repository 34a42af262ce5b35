"""Signed records out of the store, one file each."""

from __future__ import annotations

from pathlib import Path

from terminal.assembly.keys import open_settled_store, open_vault
from terminal.core.evidence import sealed
from terminal.core.faults import Refused
from terminal.private_file import write_private
from terminal.settings import Settings


def export_records(settings: Settings, out: Path) -> list[Path]:
    """Write every signed record as `<visit_id>.json`, readable by us alone.

    A file that is there already is written anew. Raises Refused `record.not_written`,
    and `store.held` while a terminal runs here.
    """
    store = open_settled_store(settings)
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = []
        for kept in store.offline.records():
            path = out / f"{kept.visit_id}.json"
            # They name a person, an illness and drugs.
            write_private(path, sealed(kept.record, kept.signature).encode("utf-8"))
            written.append(path)
    except OSError as error:
        raise Refused("record.not_written", folder=out.name, reason=error.strerror) from None
    finally:
        store.close()
    return written


def public_key(settings: Settings) -> str:
    """130 hexadecimal digits. Raises as `vault.device_key` does."""
    return open_vault(settings).device_keys()[0].public_key
