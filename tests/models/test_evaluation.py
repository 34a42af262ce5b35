"""The figures are those of the live path's own code, on pictures of two real people."""

from __future__ import annotations

import csv
import itertools
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.detector import Detector
from models.evaluation.acquisition import Acquisition
from models.evaluation.identification import identify
from models.evaluation.lists import read_labels, read_pairs, read_protocol
from models.evaluation.liveness_trial import judge_liveness
from models.evaluation.look_trial import look_trial
from models.evaluation.plot import draw, refuse_unwritable
from models.evaluation.search_trial import search_trial
from models.evaluation.verification import verify
from models.gallery import TEMPLATES_MAX
from models.opening import Networks, open_networks
from models.packs import Pack
from models.patience import PatientDetector
from models.photographs import read_photograph
from terminal.core.biometric_rates import Scores
from terminal.core.faults import Refused, Unavailable
from terminal.core.recognition import Portrait
from tests.models.attacks import on_a_phone, on_paper, plain_room

MAN, WOMAN = "man", "woman"


@pytest.fixture(scope="session")
def networks(ours: Pack) -> Networks:
    return open_networks(ours)


@pytest.fixture(scope="session")
def album(tmp_path_factory, frames) -> Path:
    """Ten pictures of each person, and what is no picture of anybody."""
    folder = tmp_path_factory.mktemp("album")
    plays = {
        MAN: [*frames("single_face.mp4", every=12), *frames("face_noface.mov", end=0.3, every=6)],
        WOMAN: frames("WolfgangLanger_Pexels.mp4", end=0.3, every=14),
    }
    for person, play in plays.items():
        for number, (_, picture) in enumerate(itertools.islice(play, 10)):
            cv2.imwrite(str(folder / f"{person}{number}.png"), picture)
    cv2.imwrite(str(folder / "wall.png"), plain_room())
    (folder / "empty.png").touch()
    return folder


@pytest.fixture
def acquisition(networks: Networks, ours: Pack) -> Acquisition:
    return Acquisition(networks, ours.calibration, lambda *_: None)


def listed(file: Path, header: str, rows) -> Path:
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header.split(","), *rows])
    return file


def every_pair(album: Path):
    people = [(f"{person}{n}.png", person) for person in (MAN, WOMAN) for n in range(10)]
    for (first, one), (second, other) in itertools.combinations(people, 2):
        yield first, second, int(one == other)


def test_two_people_are_told_apart_and_what_the_pairs_cannot_say_is_null(
    album, acquisition, tmp_path
):
    rows = [*every_pair(album), ("man0.png", "wall.png", 0), ("empty.png", "man0.png", 0)]
    done = verify(
        read_pairs(listed(tmp_path / "p.csv", "path_a,path_b,same", rows), album), acquisition
    )
    told = json.loads(json.dumps(done.figures, allow_nan=False))
    assert (told["pairs"], told["pairs_left_out"]) == (192, 2)
    assert (told["genuine"], told["impostor"]) == (90, 100)
    assert (told["images"], told["unreadable"]) == (22, 1)
    assert told["failure_to_acquire_by_hint"] == {"face.none": 1}
    assert told["failure_to_acquire"] == pytest.approx(1 / 21)
    assert told["eer"] == 0.0
    assert told["fnmr_at_fmr"] == {"1e-2": 0.0} | dict.fromkeys(("1e-3", "1e-4", "1e-5", "1e-6"))
    assert 0.1 < told["threshold_at_fmr"]["1e-2"] < 0.4
    assert set(told["ms"]) == {"read", "find", "gate", "alive", "align", "describe"}
    assert told["at_live_gate"]["genuine"] <= told["genuine"]
    assert told["at_verify_min"]["threshold"] == acquisition.calibration.verify_min


def test_a_picture_is_described_exactly_as_a_frame_is(album, acquisition, eyes):
    path = album / "man0.png"
    frame = eyes.describe(read_photograph(path))
    assert isinstance(frame, Portrait)
    seen = acquisition.described([(2, path)])[path]
    assert seen.template == frame.template
    assert seen.live_gate is None


def test_a_picture_the_live_gate_refuses_is_judged_as_a_photograph_and_counted_apart(
    album, acquisition, tmp_path
):
    whole = cv2.imread(str(album / "man5.png"))
    face = acquisition_face(acquisition, whole)
    x, y = int(face.x), int(face.y)
    close = whole[y : y + int(face.height), x : x + int(face.width)]
    cv2.imwrite(str(tmp_path / "close.png"), close)
    cv2.imwrite(str(tmp_path / "whole.png"), whole)
    file = listed(tmp_path / "p.csv", "path_a,path_b,same", [("close.png", "whole.png", 1)])
    told = verify(read_pairs(file, tmp_path), acquisition).figures
    assert told["failure_to_acquire_count"] == 0
    assert told["at_live_gate"]["failure_to_acquire_by_hint"] == {"face.too_close": 1}
    assert told["at_similarity_min"]["fnmr"] == 0.0


def acquisition_face(acquisition, picture):
    return acquisition.networks.detector.find(picture)[0]


def test_the_enrolled_are_found_and_by_smaller_galleries_too(album, acquisition, tmp_path):
    rows = [
        ("man0.png", MAN, "enrol"),
        ("man1.png", MAN, "enrol"),
        ("wall.png", "nobody", "enrol"),
        ("man7.png", MAN, "probe_known"),
        ("wall.png", "nobody", "probe_known"),
        *((f"woman{n}.png", "", "probe_unknown") for n in range(10)),
    ]
    file = listed(tmp_path / "i.csv", "path,identity,role", rows)
    told = json.loads(json.dumps(identify(read_protocol(file, album), acquisition).figures))
    assert (told["gallery"], told["failure_to_enrol_count"]) == (1, 1)
    assert (told["known"], told["strangers"]) == (1, 10)
    assert told["fnir_at_fpir"] == {"0.01": None, "0.003": None}
    assert told["lowest_fpir"]["fnir"] == 0.0
    assert told["at_live_thresholds"] == {"known": {"right": 1}, "strangers": {"unknown": 10}}
    assert [part["gallery"] for part in told["by_gallery"]] == [1]
    assert told["live_threshold"]["similarity"] == 0.6
    assert not told["live_threshold"]["extrapolated"]


def test_a_protocol_in_which_nobody_can_be_enrolled_is_refused(album, acquisition, tmp_path):
    rows = [("wall.png", "nobody", "enrol"), ("man0.png", "", "probe_unknown")]
    file = listed(tmp_path / "i.csv", "path,identity,role", rows)
    with pytest.raises(Refused) as fault:
        identify(read_protocol(file, album), acquisition)
    assert fault.value.code == "evaluation.nobody_enrolled"


def test_drawn_attacks_are_told_from_people_and_counted_by_kind(album, acquisition, tmp_path):
    rows = []
    for person, number in itertools.product((MAN, WOMAN), range(0, 10, 3)):
        picture = cv2.imread(str(album / f"{person}{number}.png"))
        for kind, held in (("", picture), ("screen", on_a_phone(picture, plain_room(), height=0.6)),
                           ("print", on_paper(picture, plain_room(), height=0.6))):  # fmt: skip
            name = f"{person}{number}{kind}.png"
            cv2.imwrite(str(tmp_path / name), held)
            rows.append((name, "spoof" if kind else "real", kind))
    presentations = read_labels(listed(tmp_path / "l.csv", "path,label,attack", rows), tmp_path)
    told = judge_liveness(presentations, acquisition, 0.5).figures
    assert (told["threshold"], told["live"], told["attacks"]) == (0.5, 8, 16)
    assert (told["apcer"], told["bpcer"]) == (0.0, 0.0)
    assert {kind: row["attacks"] for kind, row in told["apcer_by_attack"].items()} == {
        "print": 8,
        "screen": 8,
    }
    assert told["apcer_bounds"][1] == pytest.approx(0.3694, abs=1e-3)  # None of eight is little.
    strict = judge_liveness(presentations, acquisition, 1.0).figures
    assert strict["bpcer_count"] >= told["bpcer_count"]
    assert "describe" not in strict["ms"]


def test_pictures_of_which_none_can_be_read_are_a_fault(tmp_path, album, acquisition):
    file = listed(tmp_path / "l.csv", "path,label", [("gone.png", "real"), ("empty.png", "real")])
    with pytest.raises(Refused) as fault:
        judge_liveness(read_labels(file, album), acquisition, 0.5)
    assert fault.value.code == "evaluation.nothing_readable"


@pytest.mark.parametrize(("side", "cut_share"), [(112, 0.18), (1100, 0.1)])
def test_a_face_that_fills_the_picture_is_still_the_same_person(networks, album, side, cut_share):
    detector, embedder = networks.detector, networks.embedder

    def describe(picture, face):
        return embedder.describe(embedder.align(picture, detector.steadied(picture, face)))

    once, patiently = [], []
    for path in sorted(album.glob("*man[0369].png")):
        whole = cv2.imread(str(path))
        face = detector.find(whole)[0]
        inset = cut_share * face.width
        x, y = int(face.x + inset), int(face.y + inset)
        close = whole[y : int(face.y + face.height - inset), x : int(face.x + face.width - inset)]
        size = (side, round(side * close.shape[0] / close.shape[1]))
        filled = cv2.resize(close, size, interpolation=cv2.INTER_CUBIC)
        person = describe(whole, face)
        for looks, finder in ((once, detector), (patiently, PatientDetector(detector))):
            found = finder.find(filled)
            looks.append(float(describe(filled, found[0]) @ person) if found else 0.0)
    assert len(patiently) == 8
    assert min(patiently) > 0.4
    assert np.mean(patiently) > np.mean(once) + 0.03


def test_nobody_is_found_in_a_wall_however_often_it_is_tried(networks, noise):
    assert PatientDetector(networks.detector).find(plain_room()) == []
    assert PatientDetector(networks.detector).find(noise) == []


def test_of_several_faces_the_one_in_the_middle_is_meant(networks, album):
    person = cv2.resize(cv2.imread(str(album / "man5.png")), (480, 270))
    face = networks.detector.find(person)[0]
    picture = cv2.resize(plain_room(), (1600, 400))
    for left in (0, 560):
        picture[60:330, left : left + 480] = person
    middle = PatientDetector(networks.detector).find(picture)[0]
    assert abs(middle.x - 560 - face.x) < 20


def test_steadied_landmarks_are_the_same_in_the_mirror(networks, album):
    """One look at a face and one at its mirror image differ; three looks differ less."""
    detector: Detector = networks.detector
    mirror = [1, 0, 2, 4, 3]
    plain, steadied = [], []
    for path in sorted(album.glob("*man?.png")):
        picture = cv2.GaussianBlur(cv2.imread(str(path)), (0, 0), 2.0)
        turned = np.ascontiguousarray(picture[:, ::-1])
        here, there = detector.find(picture)[0], detector.find(turned)[0]
        for looks, points in (
            (plain, (here.landmarks, there.landmarks)),
            (steadied, (detector.steadied(picture, here), detector.steadied(turned, there))),
        ):
            back = points[1][mirror] * (-1, 1) + (picture.shape[1] - 1, 0)
            looks.append(np.abs(back - points[0]).mean())
    assert len(plain) == 20
    assert np.mean(steadied) < 0.8 * np.mean(plain)


@pytest.mark.long
def test_a_look_is_timed_beside_the_bare_networks_on_the_same_frames(ours, frames):
    pictures = [pixels for _, pixels in itertools.islice(frames("single_face.mp4", every=6), 5)]
    told = json.loads(json.dumps(look_trial(ours, pictures)))
    assert (told["frame"], told["people"]) == ("640x360", 2000)
    assert told["sightings"] == told["looks"]  # Each went all the way to the comparison.
    assert set(told["bare_ms_by_network"]) == {"detection", "liveness", "recognition"}
    assert {"find", "alive", "align", "describe", "compare"} <= set(told["look_ms_by_stage"])
    assert told["look_ms"] > 0.0
    assert told["bare_ms"] > 0.0


def test_a_search_finds_whom_an_exact_search_finds():
    told = search_trial([1, 300], "0" * 64, 16, lambda *_: None)
    assert told["sizes"] == [1, 300]
    assert set(told["ms"]) == {"1", "300"}
    for figures in told["ms"].values():
        assert figures["exact_p95"] >= figures["exact_p50"] > 0.0
        assert figures["same_answer"] in (True, None)  # None where faiss is not installed.


@pytest.mark.parametrize("sizes", [[], [0], [-5], [TEMPLATES_MAX + 1], [1] * 21])
def test_a_gallery_of_no_size_is_not_searched(sizes):
    with pytest.raises(Refused) as fault:
        search_trial(sizes, "0" * 64, 16, lambda *_: None)
    assert fault.value.code == "evaluation.size_out_of_range"


def test_a_plot_is_a_picture_of_the_curve(tmp_path):
    draw(tmp_path / "one.png", Scores([0.9, 0.5], [0.1, 0.6]), "FMR", "FNMR")
    draw(tmp_path / "none.png", Scores([], []), "FMR", "FNMR")
    one, none = (cv2.imread(str(tmp_path / name)) for name in ("one.png", "none.png"))
    assert one.shape == none.shape == (900, 900, 3)
    assert (one != none).any()


def test_a_plot_that_cannot_be_written_is_said_before_any_work(tmp_path):
    with pytest.raises(Refused) as fault:
        refuse_unwritable(tmp_path / "plot.svg")
    assert fault.value.code == "evaluation.plot_not_png"
    with pytest.raises(Unavailable) as away:
        refuse_unwritable(tmp_path / "nowhere" / "plot.png")
    assert away.value.code == "evaluation.plot_not_written"
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(Unavailable):
        draw(tmp_path / "folder.png", Scores([0.9], [0.1]), "FMR", "FNMR")
