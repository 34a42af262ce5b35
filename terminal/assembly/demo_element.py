"""The demo's secure element: simulated, so that a chip can be shown where there is none."""

from __future__ import annotations

from drivers.simulated.secure_element import SimulatedElement
from terminal import clock
from terminal.assembly.keys import ELEMENT_PIN, KEYS_FOLDER
from terminal.key_files import Files
from terminal.settings import Settings

_PIN = b"314159"
"""Guards nothing: the simulated chip lies open in the demo's folder."""


def demo_element(settings: Settings) -> SimulatedElement | None:
    """A chip with its PIN set, if `key_source` asks for one."""
    if settings.key_source != "secure_element":
        return None
    pin = Files(settings.data_dir / KEYS_FOLDER, clock.now).add(ELEMENT_PIN, _PIN)
    return SimulatedElement(pin.decode("ascii"), settings.data_dir / "element.json")
