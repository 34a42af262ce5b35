"""A bundle on a stick: believed only when a known key signed its list and every file is in it.

Names are looked up one folder at a time and no link is ever followed, so nothing outside
the stick can be named by it. What is to be installed is copied while it is digested: the
bytes that were judged are the bytes that are used, however the stick changes afterwards.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from terminal.core.bundle import (
    FILES_MAX,
    LIST,
    LIST_BYTES_MAX,
    SIGNATURE,
    BundleList,
    Listed,
    read_list,
)
from terminal.core.faults import Refused, Unavailable
from terminal.core.national_crypto import sm2_verify

_SIGNATURE_BYTES_MAX = 200
_KEYS_BYTES_MAX = 4096
_CHUNK_BYTES = 1024 * 1024
_PUBLIC_KEY = re.compile(r"(04)?[0-9a-fA-F]{128}")


def bundle_keys(file: Path) -> list[str]:
    """The public keys that are believed, one a line (hex); `#` begins a remark.

    Several, so that a key can be changed: the new one is brought by the old one's bundle.
    Raises Refused `bundle.no_key`.
    """
    try:
        with file.open("rb") as stream:
            text = stream.read(_KEYS_BYTES_MAX).decode("ascii", "replace")
    except OSError as error:
        raise Refused("bundle.no_key", file=file.name, reason=error.strerror) from None
    keys = [line.strip() for line in text.splitlines()]
    found = [key for key in keys if _PUBLIC_KEY.fullmatch(key)]
    if not found:
        raise Refused("bundle.no_key", file=file.name, reason="no SM2 public key")
    return found


def verify_bundle(folder: Path, keys: Sequence[str], into: Path | None = None) -> BundleList:
    """Judge a bundle; with `into`, what was judged stands there afterwards, or nothing does.

    Raises Refused `bundle.*`, in this order: unreadable, not signed, the list, the files.
    Unavailable `bundle.not_kept` when it cannot be copied.
    """
    with _folder(folder) as root:
        told = _small(root, LIST, LIST_BYTES_MAX)
        signature = _small(root, SIGNATURE, _SIGNATURE_BYTES_MAX).decode("ascii", "replace").strip()
        if not any(sm2_verify(key, told, signature) for key in keys):
            raise Refused("bundle.not_signed")
        listed = read_list(told)
        _refuse_unlisted(folder, listed)
        for file in listed.files:
            _judge(root, file, None if into is None else into / file.name)
    return listed


def _refuse_unlisted(folder: Path, listed: BundleList) -> None:
    """Whatever lies there and is not listed might be taken for ours by whoever installs."""
    names = {file.name for file in listed.files} | {LIST, SIGNATURE}
    seen = 0
    for place, folders, files in os.walk(folder, followlinks=False):
        seen += len(folders) + len(files)
        if seen > 2 * FILES_MAX:
            raise Refused("bundle.too_large", files=seen)
        for name in [*folders, *files]:
            path = Path(place, name)
            if path.is_symlink():
                raise Refused("bundle.not_a_file", file=_shown(path, folder))
            if name in files and str(path.relative_to(folder)) not in names:
                raise Refused("bundle.not_listed", file=_shown(path, folder))


def _shown(path: Path, folder: Path) -> str:
    return ascii(str(path.relative_to(folder)))[:80]


def _judge(root: int, file: Listed, copy: Path | None) -> None:
    with _opened(root, file.name) as source:
        if os.fstat(source).st_size != file.size:
            raise Refused("bundle.file_changed", file=file.name)
        digest, left = hashlib.sha256(), file.size
        with _copying(copy) as out:
            while chunk := os.read(source, min(_CHUNK_BYTES, left + 1)):
                left -= len(chunk)
                if left < 0:
                    break
                digest.update(chunk)
                if out is not None:
                    _kept(out, chunk)
            if left != 0 or digest.hexdigest() != file.sha256:
                raise Refused("bundle.file_changed", file=file.name)
            if out is not None:
                os.fsync(out)


@contextmanager
def _copying(copy: Path | None) -> Iterator[int | None]:
    """A descriptor to write to; a file that is not right at the end is taken away."""
    if copy is None:
        yield None
        return
    part = copy.with_name(f"{copy.name}.part")
    try:
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        out = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise Unavailable("bundle.not_kept", reason=error.strerror or "") from None
    try:
        yield out
        part.replace(copy)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    finally:
        os.close(out)


def _kept(out: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    try:
        while view:
            view = view[os.write(out, view) :]
    except OSError as error:
        raise Unavailable("bundle.not_kept", reason=error.strerror or "") from None


def _small(root: int, name: str, most: int) -> bytes:
    with _opened(root, name) as source:
        if os.fstat(source).st_size > most:
            raise Refused("bundle.too_large", file=name)
        return os.read(source, most)


@contextmanager
def _folder(path: Path) -> Iterator[int]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise Refused("bundle.unreadable", reason=error.strerror) from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _opened(root: int, name: str) -> Iterator[int]:
    """A plain file below a folder; no link on the way, and no pipe that would hold us."""
    held = [root]
    try:
        *folders, last = name.split("/")
        for part in folders:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            held.append(os.open(part, flags, dir_fd=held[-1]))
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        held.append(os.open(last, flags, dir_fd=held[-1]))
        if not stat.S_ISREG(os.fstat(held[-1]).st_mode):
            raise Refused("bundle.not_a_file", file=name)
        yield held[-1]
    except FileNotFoundError:
        raise Refused("bundle.file_missing", file=name) from None
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENOTDIR}:
            raise Refused("bundle.not_a_file", file=name) from None
        raise Refused("bundle.unreadable", file=name, reason=error.strerror) from None
    finally:
        for descriptor in held[1:]:
            os.close(descriptor)
