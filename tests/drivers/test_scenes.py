"""The made clips: written once, whole, whoever else writes them at the same moment."""

import multiprocessing
import time

import pytest

from drivers.camera import Camera
from drivers.simulated.scenes import BLACK, ENROLS, SCENES, make_scenes

DEMOS = 2
WAIT_S = 60.0


@pytest.fixture
def clips(tmp_path, pulled):
    """A folder with the fetched clips and none of the made ones."""
    for footage in ENROLS.values():
        (tmp_path / footage.file).symlink_to((pulled / "clips" / footage.file).resolve())
    return tmp_path


def _make(folder, together):
    together.wait(WAIT_S)
    make_scenes(folder)


def test_demos_may_make_the_clips_of_one_folder_at_one_moment(clips):
    spawning = multiprocessing.get_context("spawn")
    together = spawning.Barrier(DEMOS)
    demos = [spawning.Process(target=_make, args=(clips, together)) for _ in range(DEMOS)]
    for demo in demos:
        demo.start()
    for demo in demos:
        demo.join(WAIT_S)
    assert [demo.exitcode for demo in demos] == [0] * DEMOS
    assert not list(clips.glob("part-*"))
    camera = Camera(str(clips / SCENES[BLACK].file))
    until_s = time.monotonic() + WAIT_S
    try:
        while (frame := camera.frame()) is None:
            assert time.monotonic() < until_s
            time.sleep(0.01)
    finally:
        camera.close()
    assert frame.pixels.max() < 20
