"""A private key that lies in a file of its own, as the hexadecimal text in it."""

from __future__ import annotations

from pathlib import Path

from terminal.core.faults import Refused

_KEY_FILE_BYTES_MAX = 1024
"""64 digits and a line's end; whatever is longer is no key."""


def private_key(path: Path) -> str:
    """Raises Refused `settings.unreadable`, `vault.key_open_to_others`."""
    try:
        if path.stat().st_mode & 0o077:
            raise Refused("vault.key_open_to_others", file=path.name)
        return path.read_bytes()[:_KEY_FILE_BYTES_MAX].decode("ascii").strip()
    except OSError as error:
        raise Refused("settings.unreadable", file=path.name, reason=error.strerror) from None
    except UnicodeDecodeError:
        raise Refused("settings.unreadable", file=path.name, reason="not hexadecimal") from None
