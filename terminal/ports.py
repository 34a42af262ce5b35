"""What the terminal asks of the world. Devices, networks and simulators fit these shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from terminal.core.camera_checks import SecondStream
from terminal.core.recognition import (
    Action,
    Asked,
    Candidate,
    Hint,
    Portrait,
    Sighting,
    Template,
)


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


class SecondFrame(Protocol):
    """The same moment by another light (infrared), or as distances."""

    @property
    def kind(self) -> SecondStream: ...

    @property
    def pixels(self) -> Any:
        """(height, width); infrared 0 to 255, depth in millimetres, 0 where not known."""
        ...


class SecondCamera(Protocol):
    """A camera beside the first, that sees the same face another way."""

    @property
    def kind(self) -> SecondStream: ...

    def frame_at(self, seen_at_s: float) -> SecondFrame | None:
        """The picture of this moment, or None while it has none."""
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

    def look(
        self, pixels: Any, seen_at_s: float, *, claimed: str | None = None, second: Any = None
    ) -> Sighting | Hint | Asked:
        """Judge the newest frame with those before it.

        With `claimed` the face is compared with that person only. `second` is the
        infrared or depth picture of the same moment, where the camera has one.
        """
        ...

    def ask(self, actions: Sequence[Action]) -> None:
        """Begin a challenge: `look` answers Asked until it is passed or failed."""
        ...

    def describe(self, pixels: Any) -> Portrait | Hint:
        """What enrolment may keep of one frame, or why it is not fit for that."""
        ...

    def forget(self) -> None:
        """Start anew: nothing seen before counts, and no challenge goes on."""
        ...


class Gallery(Protocol):
    """Everyone who can be recognised."""

    def replace(self, templates: Iterable[tuple[str, Template]]) -> Any:
        """Know these people and nobody else."""
        ...

    def resembling(self, templates: Sequence[Template], least: float) -> Sequence[Candidate]:
        """Everybody enrolled whom any of these resembles at least so much, best first."""
        ...


class ScannerState(DeviceState, Protocol):
    """How the scanner is, and what to tell the doctor although it is well."""

    @property
    def notice(self) -> str | None:
        """Such as `scanner.rescan_last`, until the next line is heard."""
        ...

    @property
    def last_byte_s(self) -> float | None:
        """When the last byte came, on the monotonic clock; None: none since the start."""
        ...

    @property
    def line_count(self) -> int: ...

    @property
    def noise_count(self) -> int: ...

    @property
    def unended_count(self) -> int: ...

    @property
    def found_as(self) -> str:
        """The device that the settings' name led to at last, such as `ttyACM1`."""
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


class Typist(Protocol):
    """A keyboard into the clinic's record system."""

    def away(self) -> str | None:
        """`typing.away`, or None: a key could be pressed now. May take half a second."""
        ...

    def close(self) -> None: ...

    def type_line(self, text: str) -> None:
        """Type this and the key that ends it.

        Raises Refused `typing.cannot`, Unavailable `typing.away` (no key was pressed) and
        Uncertain `typing.cut` (some were).
        """
        ...


class Preview(Protocol):
    """The live picture for the resident's screen."""

    def frames(self) -> Iterator[bytes]: ...


class SecureElement(Protocol):
    """A chip that keeps a few short secrets behind a PIN.

    All raise Unavailable `vault.element_away` when the chip does not answer, Refused
    `vault.element_wrong_pin` (after a few it locks itself) and `vault.element_wiped`.
    """

    def read(self, pin: str, slot: str) -> bytes | None: ...

    def write(self, pin: str, slot: str, secret: bytes) -> None: ...

    def erase(self, pin: str, slot: str) -> None: ...
