"""Pictures that no lens delivers are noticed, and a room with people in it is not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models.stream_watch import StreamWatch

GAP_S = 0.1
RNG = np.random.default_rng(11)


def sensor(picture: np.ndarray) -> np.ndarray:
    """The same view as a sensor gives it: never twice alike."""
    noisy = picture.astype(np.int16) + RNG.integers(-3, 4, picture.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def room(seed: int, height: int = 480, width: int = 640) -> np.ndarray:
    """Somewhere with furniture: soft squares of grey."""
    squares = np.random.default_rng(seed).integers(30, 220, (12, 16, 3)).astype(np.uint8)
    return cv2.resize(squares, (width, height), interpolation=cv2.INTER_CUBIC)


def told(pictures, watch=None, start_s=0.0) -> list[str | None]:
    watch = watch or StreamWatch()
    return [watch.note(each, start_s + at * GAP_S) for at, each in enumerate(pictures)]


def test_a_quiet_room_before_a_sensor_is_nothing():
    view = room(1)
    assert set(told([sensor(view) for _ in range(60)])) == {None}


def test_a_recording_that_comes_round_again_is_noticed_and_for_a_while():
    view = room(1)
    film = [sensor(view) for _ in range(30)]
    watch = StreamWatch()
    assert set(told(film, watch)) == {None}
    again = told(film, watch, start_s=3.0)
    assert again[:3] == [None] * 3
    assert set(again[3:]) == {"camera.repeats"}
    assert watch.note(sensor(view), 30.0) == "camera.repeats"
    assert watch.note(sensor(view), 60.0) is None


def test_a_loop_is_noticed_also_when_only_some_of_its_frames_are_looked_at():
    view = room(1)
    film = [sensor(view) for _ in range(30)]
    watch = StreamWatch()
    told(film[::2], watch)
    assert "camera.repeats" in told(film[::3], watch, start_s=1.5)


def test_a_recording_played_back_and_forth_is_noticed():
    film = [sensor(room(1)) for _ in range(15)]
    assert told(film + film[::-1])[-1] == "camera.repeats"


def test_pictures_that_come_again_far_apart_are_not_a_loop():
    film = [sensor(room(1)) for _ in range(150)]
    for at in (50, 85, 120, 149):
        film[at] = film[at - 40]
    assert set(told(film)) == {None}


def test_the_clips_are_lenses_once_and_recordings_the_second_time(frames):
    film = [pixels for _, pixels in frames("WolfgangLanger_Pexels.mp4", 0.0, 0.3, every=3)]
    watch = StreamWatch()
    assert set(told(film, watch)) == {None}
    assert told(film, watch, start_s=len(film) * GAP_S)[-1] == "camera.repeats"


def test_a_driver_that_hands_one_frame_out_twice_is_nothing():
    view = room(1)
    film = [frame for _ in range(30) for frame in [sensor(view)] * 2]
    assert set(told(film)) == {None}
    film[40] = film[3]
    assert set(told(film)) == {None}


def test_a_picture_that_stops_is_noticed_and_one_frame_asked_for_often_is_not():
    view = sensor(room(1))
    assert told([view] * 12)[-1] == "camera.still"
    watch = StreamWatch()
    assert {watch.note(view, 1.0) for _ in range(50)} == {None}


def test_a_still_picture_that_moves_again_is_forgiven():
    view = room(1)
    watch = StreamWatch()
    assert told([sensor(view)] * 12, watch)[-1] == "camera.still"
    after = told([sensor(view) for _ in range(40)], watch, start_s=1.2)
    assert after[0] == "camera.still"
    assert after[-1] is None


def test_a_covered_lens_repeats_nothing():
    dark, lit = np.zeros((480, 640, 3), np.uint8), room(1)
    watch = StreamWatch()
    film = [frame for _ in range(20) for frame in (dark, sensor(lit))]
    assert "camera.repeats" not in told(film, watch)


def test_another_place_at_once_is_a_jump_and_soon_forgiven():
    here, there = room(1), room(2)
    watch = StreamWatch()
    assert set(told([sensor(here) for _ in range(5)], watch)) == {None}
    after = told([sensor(there) for _ in range(50)], watch, start_s=0.5)
    assert after[0] == "camera.jumps"
    assert after[-1] is None


def test_the_cut_in_a_film_is_a_jump(frames):
    film = [pixels for _, pixels in frames("noface_face.mov", every=3)]
    assert "camera.jumps" in told(film)


def test_another_size_at_once_is_a_jump():
    assert told([sensor(room(1)), sensor(room(1, 360, 640))])[-1] == "camera.jumps"


def test_after_a_pause_anything_may_have_changed():
    watch = StreamWatch()
    assert watch.note(sensor(room(1)), 0.0) is None
    assert watch.note(sensor(room(2)), 5.0) is None


@pytest.mark.parametrize("level", [0.3, 0.6, 1.3])
def test_a_light_switched_is_no_jump(level):
    here = room(1)
    lit = np.clip(here * level + 10, 0, 255).astype(np.uint8)
    assert set(told([sensor(here), sensor(here), sensor(lit), sensor(lit)])) == {None}
    dark = (here * 0.01).astype(np.uint8)
    assert set(told([sensor(dark), sensor(dark), sensor(here), sensor(here)])) == {None}


def test_a_person_who_steps_close_is_no_jump():
    here, person = room(1), room(3)
    film = [sensor(here) for _ in range(3)]
    for wide in (150, 300, 420, 480):
        stepped = here.copy()
        stepped[60:, 320 - wide // 2 : 320 + wide // 2] = person[60:, :wide]
        film.append(sensor(stepped))
    assert set(told(film)) == {None}


def test_another_source_begins_anew():
    film = [sensor(room(1)) for _ in range(20)]
    watch = StreamWatch()
    told(film, watch)
    watch.forget()
    assert set(told(film, watch)) == {None}


def test_small_and_tall_pictures_are_no_traceback():
    for shape in ((32, 32, 3), (33, 4000, 3), (2000, 40, 3)):
        pictures = [RNG.integers(0, 255, shape).astype(np.uint8) for _ in range(4)]
        assert set(told(pictures)) <= {None, "camera.jumps"}
