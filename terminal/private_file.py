"""A file written whole or not at all, and for our eyes only from its first byte."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def write_private(path: Path, data: bytes) -> None:
    """Put `data` in the place of what `path` held, mode 0600. Raises OSError.

    A power cut leaves the old file or the new one; what broke off leaves nothing.
    """
    write_private_pieces(path, (data,))


def write_private_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """The same for a file that is never held whole in memory."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
