"""What the terminal asks of the world. Devices, networks and simulators fit these shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from terminal.core.recognition import Hint, Sighting, Template


class Frame(Protocol):
    """One picture of the camera."""

    @property
    def pixels(self) -> Any:
        """(height, width, 3), BGR, 0 to 255. The shell passes it on and never looks."""
        ...

    @property
    def number(self) -> int:
        """Rises by one with each picture."""
        ...

    @property
    def seen_at_s(self) -> float:
        """When it was taken, on the monotonic clock."""
        ...


class DeviceState(Protocol):
    """How a device is."""

    @property
    def code(self) -> str | None:
        """None when well, else what is wrong (`camera.lost`)."""
        ...


class Camera(Protocol):
    """A camera that keeps the newest picture only."""

    def frame(self) -> Frame | None: ...

    def state(self) -> DeviceState: ...

    def close(self) -> None: ...


class Eyes(Protocol):
    """Finds a face, judges that it is alive, and says whom it resembles."""

    def look(self, pixels: Any, seen_at_s: float) -> Sighting | Hint: ...

    def describe(self, pixels: Any) -> Template | Hint: ...

    def forget(self) -> None: ...


class Gallery(Protocol):
    """Everyone who can be recognised."""

    def replace(self, templates: Iterable[tuple[str, Template]]) -> Any:
        """Know these people and nobody else."""
        ...


class ScannerState(DeviceState, Protocol):
    """How the scanner is, and what to tell the doctor although it is well."""

    @property
    def notice(self) -> str | None:
        """Such as `scanner.rescan_last`, until the next line is heard."""
        ...


class ScannedLine(Protocol):
    """One line as the scanner sent it."""

    @property
    def data(self) -> bytes: ...


class Scanner(Protocol):
    """A barcode scanner."""

    def take(self, timeout_s: float) -> ScannedLine | None: ...

    def state(self) -> ScannerState: ...

    def close(self) -> None: ...


class Preview(Protocol):
    """The live picture for the resident's screen."""

    def frames(self) -> Iterator[bytes]: ...
