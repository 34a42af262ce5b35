"""The device's key of a folder, for tests that need one and do not ask where it lies."""

from pathlib import Path

from terminal.clock import now
from terminal.key_files import Files
from terminal.vault import DeviceKey, Vault


def device_key(folder: Path) -> DeviceKey:
    """From a key file in this folder, made where there is none."""
    return Vault([Files(folder, now)]).device_keys()[0]
