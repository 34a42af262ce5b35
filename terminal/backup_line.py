"""Backups at the county: handed in, fetched by a successor, and its key asked for.

`PUT|GET <county_url>/backups/<fixmedins_code>` and `POST .../key`, over the terminal's own
certificate where it has one. The county keeps sealed files and nothing that opens them but
its safe.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from terminal.backup import backup_name
from terminal.core.backup_file import Manifest, head_of
from terminal.core.faults import Refused, Unavailable
from terminal.private_file import write_private
from terminal.province.post import Reply
from terminal.restoring import key_file

BODY_BYTES_MAX = 256 * 1024 * 1024
"""What is held in memory at once; a clinic's year is some 20 MB."""

_WITHIN_S = 600.0
"""A year's store over a village's line, at night; the local door waits 900 s for the whole."""
_WORD_BYTES_MAX = 4096
_DONE = {200, 201, 204}
_CLOSED = {401, 403, 409}


class Line(Protocol):
    """Whoever asks over HTTPS: `province.post.Post`."""

    def get(
        self, address: str, headers: Mapping[str, str], within_s: float, most: int
    ) -> Reply: ...

    def put(
        self, address: str, headers: Mapping[str, str], body: bytes, within_s: float, most: int
    ) -> Reply: ...

    def send(
        self, address: str, headers: Mapping[str, str], body: bytes, within_s: float, most: int
    ) -> Reply: ...


class CountyBackups:
    """The county's shelf of one clinic's backups. `hand_in`, `fetch`."""

    def __init__(self, line: Line, county_url: str, clinic: str) -> None:
        """Raises Refused `county.no_address`."""
        if not county_url.startswith("https://"):
            raise Refused("county.no_address")
        self._line = line
        self._address = f"{county_url.rstrip('/')}/backups/{clinic}"

    def hand_in(self, backup: Path) -> None:
        """May be repeated: the same backup takes its own place.

        Raises Refused `backup.county_refused`, `backup.too_large`, and as Post does.
        """
        if backup.stat().st_size > BODY_BYTES_MAX:
            raise Refused("backup.too_large", size=backup.stat().st_size)
        kind = {"content-type": "application/octet-stream"}
        told = self._line.put(self._address, kind, backup.read_bytes(), _WITHIN_S, _WORD_BYTES_MAX)
        _judge(told)

    def fetch(self, into: Path, successor: str) -> Path:
        """The newest backup, and the county's word for this successor beside it.

        Raises Refused `backup.none_here`, `backup.county_refused` (not enrolled, or another
        clinic's), what a changed file raises, and as Post does.
        """
        told = self._line.get(self._address, {}, _WITHIN_S, BODY_BYTES_MAX)
        _judge(told)
        manifest, _ = head_of(told.body)
        backup = into / backup_name(manifest)
        _keep(backup, told.body)
        _keep(key_file(backup, successor), self._word(manifest, successor))
        return backup

    def _word(self, manifest: Manifest, successor: str) -> bytes:
        asked = {"number": manifest.number, "device": manifest.device, "successor": successor}
        body = json.dumps(asked).encode("ascii")
        kind = {"content-type": "application/json"}
        told = self._line.send(f"{self._address}/key", kind, body, 60.0, _WORD_BYTES_MAX)
        _judge(told)
        return told.body


def _judge(told: Reply) -> None:
    if told.status == 404:
        raise Refused("backup.none_here")
    if told.status in _CLOSED:
        raise Refused("backup.county_refused", status=told.status)
    if told.status not in _DONE:
        raise Unavailable("backup.county_away", status=told.status)


def _keep(path: Path, data: bytes) -> None:
    try:
        write_private(path, data)
    except OSError as error:
        raise Unavailable("backup.not_written", reason=error.strerror or "") from None
