"""The county's shelf of backups and its safe: kept sealed, sealed anew for a successor."""

from __future__ import annotations

import json
import re

from terminal.core.backup_file import Manifest, head_of, reseal
from terminal.core.faults import Refused
from terminal.core.national_crypto import Sm2Key, new_sm2_key

_PATH = re.compile(r"/backups/([0-9A-Z]{12})(/key)?")
_KEPT = 7

Told = tuple[int, dict[str, str], bytes]


class CountySafe:
    """Answers what lies below `/backups/`. `handle`."""

    def __init__(self) -> None:
        self.key: Sm2Key = new_sm2_key()
        self.enrolled: dict[str, str] = {}
        """fixmedins_code -> public key of the terminal that works there now, hex."""
        self.replaced: set[str] = set()
        """Public keys of terminals that a successor has replaced: they settle no more."""
        self._kept: dict[str, list[tuple[Manifest, bytes]]] = {}

    def handle(self, method: str, path: str, body: bytes, subject: str) -> Told:
        """One request. `subject`: the clinic that the client's certificate names."""
        found = _PATH.fullmatch(path)
        if found is None or subject != found[1]:
            return 403, {}, b""
        clinic, is_key = found[1], found[2] is not None
        if method == "PUT" and not is_key:
            return self._put(clinic, body)
        if method == "GET" and not is_key:
            kept = self._kept.get(clinic)
            return (200, {}, kept[-1][1]) if kept else (404, {}, b"")
        if method == "POST" and is_key:
            return self._reseal(clinic, body)
        return 405, {}, b""

    def _put(self, clinic: str, body: bytes) -> Told:
        """Whole, signed by a terminal of this clinic that is not replaced, for our safe."""
        try:
            manifest, _ = head_of(body)
        except Refused:
            return 400, {}, b""
        kept = self._kept.setdefault(clinic, [])
        ours = manifest.clinic == clinic and manifest.safe == self.key.public_hex.lower()
        if not ours or manifest.device in self.replaced:
            return 403, {}, b""
        if kept and manifest.number < kept[-1][0].number:
            return 409, {}, b""
        kept[:] = [each for each in kept if each[0].number != manifest.number][1 - _KEPT :]
        kept.append((manifest, body))
        return 204, {}, b""

    def _reseal(self, clinic: str, body: bytes) -> Told:
        """Only for the terminal that is enrolled here now, and only the newest backup."""
        try:
            told = json.loads(body)
            successor, number = str(told["successor"]).lower(), int(told["number"])
        except (ValueError, KeyError, TypeError):
            return 400, {}, b""
        kept = self._kept.get(clinic)
        if not kept:
            return 404, {}, b""
        manifest = kept[-1][0]
        if number != manifest.number or self.enrolled.get(clinic, "").lower() != successor:
            return 403, {}, b""
        word = reseal(manifest, self.key.private_hex, successor)
        if manifest.device != successor:
            self.replaced.add(manifest.device)
        return 200, {}, word
