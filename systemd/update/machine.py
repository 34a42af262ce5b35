"""This board: its packages, its service, its store. Each act may be repeated after a cut."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from acts import DATA, HOME, ask, copied, program, run, synced
from fetching import FETCHED, PROGRAM, UNITS, Source, above, fetch
from steps import State, Stopped

SERVICE = "clinic-terminal.service"
COPY = "try.db"
"""As terminal/assembly/switching.py names it; no name is taken from the terminal's user."""

GATE_S = 60.0
"""So long the new version must be well without a break."""

_GATE_S_MAX = 240.0
"""Within so long after its start; new visits are held for 300 s (terminal/updated.py)."""

_QUIET_S_MAX = 4 * 3600.0
"""The night; then it is left for the next one."""

_ASKED_EVERY_S = 5.0
_WELL_EVERY_S = 2.0
_START_S = 200


class Board:
    """What `steps.Machine` asks for, done."""

    def __init__(self, folder: Path, source: Source | None, *, booting: bool = False) -> None:
        """`booting`: the terminal does not run yet, and systemd starts it after us."""
        self._folder = folder
        self._source = source
        self._booting = booting

    def current(self) -> str:
        link = HOME / "current"
        return str(link.readlink()) if link.is_symlink() else ""

    def repair(self) -> None:
        """What a cut left of dpkg's work. Raises Stopped `update.dpkg_broken`."""
        # Cut while it was unpacked, a version can only go: it ran nowhere, and comes anew.
        for name in _half_unpacked():
            run(["dpkg", "--remove", "--force-remove-reinstreq", name], "update.dpkg_broken")
        run(["dpkg", "--configure", "-a"], "update.dpkg_broken")

    def fetch(self, failed: list[str]) -> str:
        """What the fetching service left, or what is on a stick."""
        if self._source is not None:
            fetch(self._folder, self._source, self.current(), failed)
        try:
            version = (self._folder / FETCHED).read_text("utf-8").strip()
        except OSError:
            return ""
        whole = all(self._debs(name, version) for name in (f"{PROGRAM}{version}", UNITS))
        return version if whole and version not in failed and above(version, self.current()) else ""

    def unpack(self, version: str) -> None:
        """Beside the one that runs; nothing of that changes."""
        if not self._is_installed(version):
            run(["dpkg", "-i", str(self._deb(f"{PROGRAM}{version}", version))],
                 "update.not_unpacked")  # fmt: skip
        if not (HOME / version / "bin/clinic-terminal").is_file():
            raise Stopped("update.not_unpacked: no program in it")

    def try_copy(self, version: str) -> None:
        """The new version opens, migrates and reads a copy. Raises Stopped
        `update.not_migrated`."""
        store = DATA / "terminal.db"
        if not store.is_file():
            return
        if shutil.disk_usage(DATA).free < 3 * store.stat().st_size + (100 << 20):
            raise Stopped("update.no_room")
        copy = DATA / COPY
        ask("copy")
        try:
            done = program(version, "store", "try", str(copy))
        finally:
            self.forget_copy()
        if done.returncode != 0:
            raise Stopped("update.not_migrated")

    def forget_copy(self) -> None:
        """Whatever a cut left of the copy that was tried: it is the whole store once more."""
        copy = DATA / COPY
        for end in ("", "-journal", "-wal", "-shm"):
            copy.with_name(copy.name + end).unlink(missing_ok=True)
        copy.with_suffix(".lock").unlink(missing_ok=True)

    def wait_and_hold(self) -> None:
        """Until nobody would notice, and the version that runs is well: else the newer one would
        be blamed for a line that was down before. Raises Stopped `update.not_quiet`,
        `update.not_well_before`, `update.no_terminal`."""
        until = time.monotonic() + _QUIET_S_MAX
        while not (well := _well()) or not ask("hold")["quiet"]:
            if time.monotonic() > until:
                raise Stopped("update.not_quiet" if well else "update.not_well_before")
            time.sleep(_ASKED_EVERY_S)

    def contents(self) -> dict[str, list[int]]:
        return ask("contents")

    def contents_by(self, version: str) -> dict[str, list[int]] | None:
        done = program(version, "store", "contents")
        try:
            return dict(json.loads(done.stdout)) if done.returncode == 0 else None
        except ValueError:
            return None

    def stop(self) -> None:
        if not self._booting:
            run(["systemctl", "stop", SERVICE], "update.not_stopped")

    def start(self) -> bool:
        """Whether it became ready."""
        if self._booting:
            return True
        subprocess.run(["systemctl", "reset-failed", SERVICE], check=False, capture_output=True)
        try:
            done = subprocess.run(["systemctl", "start", SERVICE], check=False, timeout=_START_S)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def keep_store(self) -> None:
        """The store and the ledger's head as they are now, the terminal being stopped."""
        for source, kept in self._kept():
            kept.unlink(missing_ok=True)
            if source.is_file():
                copied(source, kept)
        synced(DATA)

    def put_store_back(self) -> None:
        for source, kept in self._kept():
            if kept.is_file():
                part = source.with_name(f"{source.name}.back")
                part.unlink(missing_ok=True)
                copied(kept, part)
                part.replace(source)
            else:
                source.unlink(missing_ok=True)
        (DATA / "terminal.db-shm").unlink(missing_ok=True)
        synced(DATA)

    def forget_store(self) -> None:
        for _, kept in self._kept():
            kept.unlink(missing_ok=True)
        synced(DATA)

    def mark(self, version: str) -> None:
        self._leave("updating", version)

    def unmark(self) -> None:
        (DATA / "updating").unlink(missing_ok=True)
        synced(DATA)

    def switch(self, version: str) -> None:
        run(["clinic-terminal-switch", version], "update.not_switched")

    def is_well(self) -> bool:
        """Whether the terminal is well for `GATE_S` without a break."""
        began, since = time.monotonic(), None
        while (now := time.monotonic()) - began < _GATE_S_MAX:
            if not _well():
                since = None
            elif since is None:
                since = now
            elif now - since >= GATE_S:
                return True
            time.sleep(_WELL_EVERY_S)
        return False

    def finish(self, version: str) -> None:
        """Units, rules and the command of the version that is in use; they hold from the next
        start on. What is fetched is not needed any more."""
        found = self._debs(UNITS, version)
        if found:
            run(["dpkg", "-i", str(found[0])], "update.units_not_unpacked")
        (self._folder / FETCHED).unlink(missing_ok=True)
        shutil.rmtree(self._folder / "debs", ignore_errors=True)

    def tell(self, outcome: str, state: State) -> None:
        told = {"outcome": outcome, "version": state.version, "before": state.before,
                "why": state.why}  # fmt: skip
        self._leave("update.json", json.dumps(told))

    def let_go(self) -> None:
        """Whatever ended us: the terminal runs, and receives people."""
        if not self._booting and not (DATA / "updating").exists():
            self.start()
            try:
                ask("release")
            except Stopped:
                return

    def _deb(self, name: str, version: str) -> Path:
        found = self._debs(name, version)
        if not found:
            raise Stopped("update.not_fetched: what was fetched is gone")
        return found[0]

    def _debs(self, name: str, version: str) -> list[Path]:
        return sorted((self._folder / "debs").glob(f"{name}_{version}_*.deb"))

    def _is_installed(self, version: str) -> bool:
        asked = ["dpkg-query", "-W", "-f", "${db:Status-Abbrev}", f"{PROGRAM}{version}"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        return done.stdout.strip() == "ii"

    def _kept(self) -> list[tuple[Path, Path]]:
        names = ("terminal.db-wal", "terminal.db", "ledger.head")
        return [(DATA / name, DATA / f"{name}.before-update") for name in names]

    def _leave(self, name: str, text: str) -> None:
        """A file in the terminal's folder, for it to read."""
        owner = DATA.stat()
        part = DATA / f"{name}.part"
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chown(part, owner.st_uid, owner.st_gid)
        part.replace(DATA / name)
        synced(DATA)


def county_source(folder: Path, stick: Path | None, settings: dict[str, object]) -> Source | None:
    """Where this terminal's packages come from; None where no county is set."""
    ring = str(settings.get("update_ring") or "all")
    if stick is not None:
        return Source(folder, ring, str(stick))
    county = str(settings.get("county_url") or "").rstrip("/")
    if not county:
        return None
    return Source(folder, ring, f"{county}/packages", str(settings.get("county_ca_file") or ""))


def settings_in_force() -> dict[str, object]:
    """As the version that is in use reads them. Raises Stopped `update.no_settings`."""
    done = program("current", "settings", "--json")
    try:
        return {told["name"]: told["value"] for told in json.loads(done.stdout)}
    except (ValueError, KeyError, TypeError):
        raise Stopped("update.no_settings") from None


def _half_unpacked() -> list[str]:
    """Versions of the program that dpkg says must be installed anew."""
    asked = ["dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package}\n", f"{PROGRAM}*"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    lines = [line.split() for line in done.stdout.splitlines()]
    return [line[-1] for line in lines if len(line) == 2 and line[0].endswith("R")]


def _well() -> bool:
    try:
        return ask("well").get("since") is not None
    except Stopped as stopped:
        if "no_such_verb" not in str(stopped):
            return False
    try:
        return "quiet" in ask("quiet")  # A version that knows no better.
    except Stopped:
        return False
