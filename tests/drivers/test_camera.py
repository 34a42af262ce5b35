"""A camera that plays, goes away, comes back, goes dark and stands still."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.camera import Camera
from drivers.camera_source import Source
from drivers.camera_watch import Watch
from terminal.core.faults import Refused

PATIENCE_S = 60.0


def until(holds: Callable[[], object]) -> None:
    """Wait, within bounds, until something holds."""
    end_s = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > end_s:
            pytest.fail("waited in vain")
        time.sleep(0.01)


def record(path: Path, levels: list[int], *, noise: bool = True, rate: float = 20.0) -> Path:
    """Write a clip of grey pictures, 160x120, noisy like a sensor or not at all."""
    rng = np.random.default_rng(3)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), rate, (160, 120))
    for level in levels:
        grain = rng.integers(-8, 9, (120, 160, 3)) if noise else 0
        writer.write(np.clip(np.full((120, 160, 3), level) + grain, 0, 255).astype(np.uint8))
    writer.release()
    return path


def level_of(camera: Camera) -> int | None:
    frame = camera.frame()
    return None if frame is None else round(float(frame.pixels.mean()))


@pytest.fixture
def open_camera() -> Iterator[Callable[..., Camera]]:
    opened: list[Camera] = []

    def open_one(source: object, **options: float) -> Camera:
        opened.append(Camera(str(source), **options))
        return opened[-1]

    yield open_one
    for camera in opened:
        camera.close()


def test_a_clip_plays_at_its_own_rate_and_begins_anew(tmp_path, open_camera):
    camera = open_camera(record(tmp_path / "clip.avi", [60, 120, 180, 240] * 4))
    assert camera.state().code in {None, "camera.starting"}
    until(lambda: (camera.frame() or camera) is not camera and camera.frame().number > 45)
    state = camera.state()
    assert (state.code, state.width, state.height) == (None, 160, 120)
    # Three times round 16 frames takes what it should, and never less.
    assert 5.0 < state.frames_per_s < 25.0
    first = camera.frame()
    until(lambda: camera.frame().number >= first.number + 20)
    assert camera.frame().seen_at_s - first.seen_at_s >= 0.8


def test_only_the_wanted_part_of_a_clip_is_played(tmp_path, open_camera):
    clip = record(tmp_path / "clip.avi", [40] * 10 + [120] * 10 + [200] * 10)
    camera = open_camera(clip, start=1 / 3, end=2 / 3)
    seen: set[int] = set()

    def played_through() -> bool:
        frame = camera.frame()
        if frame is not None:
            seen.add(round(float(frame.pixels.mean()) / 40))
        return frame is not None and frame.number > 25

    until(played_through)
    assert seen == {3}


def test_a_source_that_is_not_there_is_a_state_until_it_comes(tmp_path, open_camera):
    clip = tmp_path / "clip.avi"
    camera = open_camera(clip)
    until(lambda: camera.state().code == "camera.not_found")
    assert camera.frame() is None
    assert camera.jpeg() is None
    record(tmp_path / "later.avi", [100] * 10).rename(clip)
    until(lambda: camera.frame() is not None)
    assert camera.state().code is None


def test_a_source_gone_in_the_middle_is_lost_once_and_found_again(tmp_path, open_camera):
    clip = record(tmp_path / "clip.avi", [100] * 1000)  # Longer than we would wait.
    kept = tmp_path / "kept.avi"
    shutil.copy(clip, kept)
    camera = open_camera(clip)
    until(camera.frame)
    clip.unlink()
    until(lambda: camera.state().code == "camera.lost")
    assert camera.frame() is None
    assert camera.jpeg() is None
    assert camera.state().frames_per_s == 0.0
    kept.rename(clip)
    until(lambda: camera.state().code is None)
    until(camera.frame)


def test_a_file_that_is_no_picture_is_a_state_and_no_traceback(tmp_path, open_camera):
    (tmp_path / "clip.mp4").write_bytes(b"not a film" * 100)
    camera = open_camera(tmp_path / "clip.mp4")
    until(lambda: camera.state().code == "camera.not_found")
    folder = open_camera(tmp_path)
    until(lambda: folder.state().code == "camera.not_found")


def test_a_device_that_is_not_plugged_in_is_not_found(open_camera):
    camera = open_camera("/dev/video97")
    until(lambda: camera.state().code == "camera.not_found")


def test_another_source_can_be_put_before_the_camera(tmp_path, open_camera):
    bright = record(tmp_path / "bright.avi", [200] * 20)
    dim = record(tmp_path / "dim.avi", [60] * 20)
    camera = open_camera(bright)
    until(camera.frame)
    number = camera.frame().number
    camera.switch(str(dim))
    assert level_of(camera) in {None, 59, 60, 61}
    until(camera.frame)
    assert level_of(camera) in {59, 60, 61}
    assert camera.frame().number > number
    camera.switch(str(tmp_path / "missing.avi"))
    until(lambda: camera.state().code == "camera.not_found")
    assert camera.frame() is None
    with pytest.raises(Refused) as fault:
        camera.switch("ftp://127.0.0.1/x")
    assert fault.value.code == "camera.source_unsuitable"
    camera.switch(str(bright))
    until(lambda: level_of(camera) in {199, 200, 201})


def test_a_covered_lens_is_black_and_uncovered_it_is_well(tmp_path, open_camera):
    camera = open_camera(record(tmp_path / "black.avi", [0] * 40))
    until(lambda: camera.state().code == "camera.black")
    camera.switch(str(record(tmp_path / "lit.avi", [100] * 40)))
    until(lambda: camera.state().code is None)


@pytest.mark.parametrize("still", ["clip", "picture"])
def test_a_picture_that_never_moves_is_frozen_and_not_judged(tmp_path, open_camera, still):
    if still == "clip":
        source = record(tmp_path / "still.avi", [100] * 40, noise=False)
    else:
        source = tmp_path / "still.png"
        cv2.imwrite(str(source), np.full((120, 160, 3), 100, np.uint8))
    camera = open_camera(source)
    until(lambda: camera.state().code == "camera.frozen")
    assert camera.frame() is None
    assert camera.jpeg() is not None
    camera.switch(str(record(tmp_path / "moving.avi", [100] * 40)))
    until(lambda: camera.state().code is None)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_args: object) -> None:
        pass


def test_a_network_stream_goes_the_same_way(tmp_path, open_camera):
    record(tmp_path / "clip.avi", [100] * 60)
    serve = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        camera = open_camera(f"http://127.0.0.1:{server.server_port}/clip.avi")
        until(camera.frame)
        assert camera.state().width == 160
        server.shutdown()
        thread.join()
    until(lambda: camera.state().code == "camera.lost")
    camera.close()


def test_viewers_share_one_preview_and_it_is_a_picture(tmp_path, open_camera):
    camera = open_camera(record(tmp_path / "clip.avi", [100] * 60), previews_per_s_max=0.1)
    until(camera.jpeg)
    first = camera.jpeg()
    until(lambda: camera.frame().number > 10)
    assert camera.jpeg() is first
    assert cv2.imdecode(np.frombuffer(first, np.uint8), cv2.IMREAD_COLOR).shape == (120, 160, 3)


def test_closing_ends_the_reader_and_may_be_said_twice(tmp_path, open_camera):
    before = threading.active_count()
    camera = open_camera(record(tmp_path / "clip.avi", [100] * 20))
    until(camera.frame)
    camera.close()
    camera.close()
    assert threading.active_count() == before


@pytest.mark.parametrize(
    ("source", "start", "end"),
    [
        ("", 0, 1),
        ("a\0b", 0, 1),
        ("x" * 5000, 0, 1),
        ("file:///etc/passwd", 0, 1),
        ("concat://a|b", 0, 1),
        ("clip.mp4", 0.5, 0.5),
        ("clip.mp4", -0.1, 1),
        ("clip.mp4", 0, float("nan")),
    ],
)
def test_a_source_that_cannot_be_one_is_refused(source, start, end):
    with pytest.raises(Refused) as fault:
        Camera(source, start=start, end=end)
    assert fault.value.code == "camera.source_unsuitable"
    assert "passwd" not in str(fault.value)


@pytest.mark.parametrize(
    ("text", "kind", "address"),
    [
        ("0", "device", "/dev/video0"),
        ("/dev/video12", "device", "/dev/video12"),
        ("/dev/v4l/by-id/usb-cam", "device", "/dev/v4l/by-id/usb-cam"),
        ("rtsp://127.0.0.1/live", "stream", "rtsp://127.0.0.1/live"),
        ("clip.mp4", "clip", "clip.mp4"),
    ],
)
def test_a_source_is_told_by_its_look(text, kind, address):
    source = Source.parse(text, 0.0, 1.0)
    assert (source.kind, source.address) == (kind, address)


def test_short_darkness_and_short_stillness_are_nothing():
    watch = Watch(0.0)
    dark, lit = np.zeros((48, 64, 3), np.uint8), np.full((48, 64, 3), 90, np.uint8)
    assert watch.see(lit, 0.0) is None
    assert watch.see(dark, 0.5) is None
    assert watch.see(dark, 1.9) is None
    assert watch.see(dark, 2.1) == "camera.black"
    assert watch.see(lit, 2.2) is None
    assert watch.see(lit, 5.0) is None
    assert watch.see(lit, 5.3) == "camera.frozen"
    assert watch.see(lit + 1, 5.4) is None
    assert watch.frames_per_s() == pytest.approx(7 / 5.4)
