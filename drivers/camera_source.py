"""What can stand before the camera: a device, a network stream or a recorded clip."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from terminal.core.faults import Refused

_ADDRESS_CHARACTERS_MAX = 2048
"""Longer than any path or address a technician writes."""

_DEVICE = re.compile(r"(?:/dev/video)?(\d{1,2})")
_STREAM = re.compile(r"(?:rtsp|rtsps|http|https)://.+")


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One wish of what to see; two equal wishes are two, so that asking again starts anew."""

    kind: Literal["device", "stream", "clip"]
    address: str
    start: float
    end: float

    @classmethod
    def parse(cls, text: str, start: float, end: float) -> Source:
        """Tell by its look what a source is: "0", "/dev/video0", an address, or a path.

        Raises Refused `camera.source_unsuitable`; the facts never hold the address, which
        may carry a password.
        """
        if not text or len(text) > _ADDRESS_CHARACTERS_MAX or "\0" in text:
            raise Refused("camera.source_unsuitable", characters=len(text))
        if not 0.0 <= start < end <= 1.0:
            raise Refused("camera.source_unsuitable", start=start, end=end)
        if device := _DEVICE.fullmatch(text):
            return cls("device", f"/dev/video{int(device[1])}", start, end)
        if _STREAM.fullmatch(text):
            return cls("stream", text, start, end)
        if "://" in text:
            raise Refused("camera.source_unsuitable", scheme=text.partition("://")[0][:16])
        # udev's lasting names, /dev/v4l/by-id/..., are links to the numbered device.
        return cls("device" if text.startswith("/dev/") else "clip", text, start, end)

    def present(self) -> bool:
        """Say whether the device or file is there; a stream only its server knows."""
        return self.kind == "stream" or Path(self.address).exists()

    def device_number(self) -> int | None:
        """Return which numbered device this is now, None when it is none."""
        found = _DEVICE.fullmatch(str(Path(self.address).resolve()))
        return int(found[1]) if found else None
