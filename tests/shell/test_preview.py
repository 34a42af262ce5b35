"""The live picture's pace, with a clock that only sleeping and sending move."""

from __future__ import annotations

from itertools import islice

import pytest

from terminal.assembly.fittings import CameraPreview


class Filmed:
    """A camera that takes so many pictures a second, until it stops; and its clock."""

    def __init__(self, per_s: float, stops_s: float = 1e9) -> None:
        self.now_s = 100.0
        self._began_s, self._per_s, self._stops_s = 100.0, per_s, stops_s
        self._last = (-1, b"")

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds

    def jpeg(self) -> bytes | None:
        number = int(min(self.now_s - self._began_s, self._stops_s) * self._per_s)
        if number != self._last[0]:
            self._last = (number, b"picture %d" % number)
        return self._last[1]

    def shown(self, per_s: float, pictures: int, sending_s: float = 0.0) -> list[float]:
        """When each picture was handed out; sending one takes so long."""
        times = []
        preview = CameraPreview(self, per_s, self.monotonic, self.sleep)
        for _ in islice(preview.frames(), pictures):
            times.append(self.now_s - self._began_s)
            self.now_s += sending_s
        return times


@pytest.mark.parametrize("sending_s", [0.0, 0.03])
def test_a_quick_camera_is_shown_fifteen_times_a_second_whatever_sending_takes(
    sending_s: float,
) -> None:
    times = Filmed(per_s=120).shown(15, 151, sending_s)
    assert times[-1] == pytest.approx(10.0, abs=0.1)


def test_each_picture_of_a_slower_camera_is_shown_soon_and_once() -> None:
    times = Filmed(per_s=12).shown(15, 121)
    assert times[-1] == pytest.approx(10.0, abs=0.1)


def test_a_line_slower_than_the_pace_gets_no_pictures_in_a_heap_afterwards() -> None:
    film = Filmed(per_s=120)
    preview = CameraPreview(film, 15, film.monotonic, film.sleep).frames()
    next(preview)
    film.now_s += 3.0
    began_s = film.now_s
    for _ in range(31):
        next(preview)
    assert film.now_s - began_s >= 2.0 - 1 / 15


def test_a_camera_that_shows_nothing_new_ends_the_preview() -> None:
    film = Filmed(per_s=15, stops_s=2.0)
    times = film.shown(15, 10_000)
    assert len(times) == pytest.approx(31, abs=1)
    assert film.now_s - 100.0 == pytest.approx(12.0, abs=0.1)
