"""Takes named files out of a wheel or an npm tarball, and nothing else.

The archive's own names decide nothing: the manifest says which member is wanted and what
the file is called here, so a member called `../../etc/passwd` is only a name not asked for.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from models.manifest import Entry, Network, Package
from terminal.core.faults import Refused

_CHUNK_BYTES = 1024 * 1024
"""How much is held in memory at once."""


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in lower-case hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def matches(path: Path, wanted: Network | Package) -> bool:
    """Say whether a file is there, of the right length and digest."""
    if not path.is_file() or path.stat().st_size != wanted.size:
        return False
    return digest_of(path) == wanted.sha256


def take_out(archive: Path, package: Package, entry: Entry, into: Path) -> Path:
    """Write one member of a package's archive as `into/entry.file` and return its path.

    The archive is opened only when its own digest is right, at most `entry.size` bytes
    are read, and the file appears whole or not at all.
    Raises Refused `weights.wrong_digest`, `weights.archive_unreadable`.
    """
    if not matches(archive, package):
        raise Refused("weights.wrong_digest", name=package.archive)
    try:
        with _member(archive, entry.path) as stream:
            return write_whole(into / entry.file, stream, entry)
    except (KeyError, zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError) as error:
        raise Refused(
            "weights.archive_unreadable", name=package.archive, member=entry.path
        ) from error


def write_whole(target: Path, stream: IO[bytes], entry: Entry) -> Path:
    """Copy a stream into a file that is right or is not there.

    Raises Refused `weights.wrong_digest`, and then nothing is left behind.
    """
    part = target.with_name(target.name + ".part")
    digest = hashlib.sha256()
    left = entry.size + 1  # One more than asked for shows that there is more.
    try:
        with part.open("wb") as out:
            while left > 0 and (chunk := stream.read(min(_CHUNK_BYTES, left))):
                digest.update(chunk)
                out.write(chunk)
                left -= len(chunk)
            out.flush()
            os.fsync(out.fileno())
        if left != 1 or digest.hexdigest() != entry.sha256:
            raise Refused("weights.wrong_digest", name=entry.file)
        part.replace(target)
        _sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)
    return target


@contextmanager
def _member(archive: Path, name: str) -> Iterator[IO[bytes]]:
    """Open a file in an archive by its exact name; a folder is no file."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel, wheel.open(name) as stream:
            yield stream
        return
    with tarfile.open(archive, "r:gz") as tarball:
        content = tarball.extractfile(name)  # A link is followed within the archive only.
        if content is None:
            raise KeyError(name)
        with content:
            yield content


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
