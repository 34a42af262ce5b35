"""What hears an enrolment card: a scanner at any serial place, and the camera.

No settings name a scanner yet, so the first serial device that is plugged in is listened to.
One that types like a keyboard needs none of this: the page's own field takes what it types.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Protocol

from drivers.camera import Camera
from drivers.camera_codes import CameraCodes
from drivers.heard import Listener
from drivers.scanner_door import CAMERA, open_scanner
from terminal.core.faults import Refused

SERIAL = Path("/dev/serial/by-id")
_TAKE_S = 0.2


class Hears(Protocol):
    def __call__(self, text: str, *, by_camera: bool) -> None: ...


class Ears(Protocol):
    """Opened and closed again and again; each at once, from any thread."""

    def open(self, hears: Hears) -> None: ...

    def close(self) -> None: ...

    def has_scanner(self) -> bool: ...

    def has_camera(self) -> bool: ...

    def picture(self) -> bytes | None: ...


class DeviceEars:
    """The devices of this machine."""

    def __init__(self, camera: str, scanner_port: str, serial: Path = SERIAL) -> None:
        """As the settings name them before there are any: `scanner_port` is mostly empty."""
        self._source = camera
        self._port = scanner_port
        self._serial = serial
        self._camera: Camera | None = None
        self._listeners: list[Listener] = []
        self._closing = threading.Event()
        self._changing = threading.Lock()

    def open(self, hears: Hears) -> None:
        """Hear what is there now; a scanner that is plugged in later is found at the next call."""
        with self._changing:
            if self._camera is None:
                self._closing = threading.Event()
                self._open_camera(hears)
            port = self._place()
            if port and not any(not isinstance(it, CameraCodes) for it in self._listeners):
                self._listen(open_scanner(port, None), hears, by_camera=False)

    def close(self) -> None:
        with self._changing:
            # Nobody waits for the threads that listen: one of them may be who calls.
            self._closing.set()
            listeners, self._listeners = self._listeners, []
            camera, self._camera = self._camera, None
            for listener in listeners:
                listener.close()
            if camera is not None:
                camera.close()

    def has_scanner(self) -> bool:
        return any(
            not isinstance(listener, CameraCodes) and listener.state().code is None
            for listener in list(self._listeners)
        )

    def has_camera(self) -> bool:
        camera = self._camera
        return camera is not None and camera.jpeg() is not None

    def picture(self) -> bytes | None:
        camera = self._camera
        return None if camera is None else camera.jpeg()

    def _open_camera(self, hears: Hears) -> None:
        try:
            self._camera = Camera(self._source)
        except Refused:
            return  # Named wrongly: the scanner and the short code are left.
        self._listen(open_scanner(CAMERA, self._camera), hears, by_camera=True)

    def _place(self) -> str:
        if self._port:
            return self._port
        try:
            found = sorted(self._serial.iterdir())
        except OSError:
            return ""
        return str(found[0]) if found else ""

    def _listen(self, listener: Listener, hears: Hears, *, by_camera: bool) -> None:
        self._listeners.append(listener)
        closing = self._closing

        def hand_on() -> None:
            while not closing.is_set():
                line = listener.take(_TAKE_S)
                if line is not None and not closing.is_set():
                    hears(line.data.decode("ascii", "replace").strip(), by_camera=by_camera)

        threading.Thread(target=hand_on, name="ears", daemon=True).start()
