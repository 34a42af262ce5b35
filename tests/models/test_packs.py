"""A technician's folder of weights works by its name alone, and says what it may be used for."""

from __future__ import annotations

import itertools
import json
import logging
import tomllib
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.detector import SIDE_MAX_PX
from models.gallery import Gallery
from models.manifest import read_manifest
from models.opening import open_eyes, open_networks, open_recognisers
from models.packs import Pack, Rights, pack_of, read_pack
from models.patience import PatientDetector
from models.policy import Policy
from models.recogniser import fill
from models.scrfd import ScrfdDetector
from terminal.core.calibration import DEFAULT_CALIBRATION, UNMEASURED_ARCFACE
from terminal.core.faults import Refused
from terminal.core.recognition import Hint, Portrait, Sighting, Template
from tests.models.fake_pack import (
    DETECTION,
    MAN_BOX,
    MAN_LANDMARKS,
    RECOGNITION,
    write_detector,
    write_manifest,
    write_mark_detector,
    write_pack,
    write_recogniser,
)

MAN, WOMAN = "single_face.mp4", "WolfgangLanger_Pexels.mp4"

THRESHOLDS = """
points = [[1e-2, 0.3], [1e-3, 0.4]]
similarity_min = 0.7
similarity_max = 0.8
verify_min = 0.6
look_alike_min = 0.7
same_face_min = 0.5
"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    return write_pack(tmp_path_factory.mktemp("packs") / "fake_s")


def refusal(folder: Path, ours: Pack) -> Refused:
    with pytest.raises(Refused) as fault:
        open_networks(read_pack(folder, ours))
    return fault.value


def at_the_mans_place(pixels):
    """Bring the woman's face to where the fake detector always finds one."""
    place = np.array([[0.7, 0, 25.0], [0, 0.7, 15.0]])
    return cv2.warpAffine(pixels, place, (640, 360), borderMode=cv2.BORDER_REPLICATE)


def test_frames_of_one_face_are_as_alike_as_the_packs_weights_say(ours, tmp_path, frames):
    folder = write_pack(tmp_path / "strict")
    (folder / "thresholds.toml").write_text(
        THRESHOLDS.replace("same_face_min = 0.5", "same_face_min = 0.9999"), "utf-8"
    )
    pack = read_pack(folder, ours)
    eyes = open_eyes(pack, Gallery(pack.model_digest, pack.dimension), Policy(frames=3))
    seen = [eyes.look(pixels, at_s) for at_s, pixels in frames(MAN, every=12)]
    assert set(seen) == {Hint("face.hold_still")}  # Never twice quite the same.


def test_our_own_pack_is_free_measured_and_bound_to_the_published_weights(ours, manifest):
    note = ours.describe()
    assert (note.warning, note.measured, ours.research_only) == (None, True, False)
    assert note.licence == "Apache-2.0, MIT"
    assert ours.model_digest == manifest.weights_digest("recognition")
    assert ours.calibration == DEFAULT_CALIBRATION
    assert set(ours.parts) >= {"detection", "recognition", "liveness", "landmarks", "eyes"}


def test_a_pack_found_by_its_files_names_is_for_research_and_not_measured(folder, ours):
    pack = read_pack(folder, ours)
    note = pack.describe()
    assert (note.display_name, note.measured) == ("fake_s", False)
    assert (note.warning, pack.research_only) == ("pack.research_only", True)
    assert "research" in note.licence
    assert pack.calibration == UNMEASURED_ARCFACE
    assert pack.model_digest != ours.model_digest
    assert pack.dimension == 512
    assert pack.part("liveness") == ours.part("liveness")


def test_a_whole_look_works_through_a_pack_of_insightfaces_shape(folder, ours, frames):
    pack = read_pack(folder, ours)
    gallery = Gallery(pack.model_digest, pack.dimension)
    eyes = open_eyes(pack, gallery, Policy(frames=3))
    for _, pixels in itertools.islice(frames(MAN, every=12), 3):
        described = eyes.describe(pixels)
        assert isinstance(described, Portrait)
        assert described.template.model_digest == pack.model_digest
        gallery.add("man", described.template)
    woman = at_the_mans_place(next(frames(WOMAN))[1])
    gallery.add("woman", eyes.describe(woman).template)
    sightings = [
        seen
        for seen_at_s, pixels in itertools.islice(frames(MAN, every=6), 10)
        if isinstance(seen := eyes.look(pixels, seen_at_s), Sighting)
    ]
    assert len(sightings) >= 5
    for seen in sightings:
        best, other = seen.candidates
        assert (best.person_id, other.person_id) == ("man", "woman")
        assert best.similarity > 0.8
        assert other.similarity < 0.5


def test_the_detector_finds_a_face_where_it_is_whatever_the_pictures_size(folder, ours, frames):
    detector = open_networks(read_pack(folder, ours)).detector
    _, pixels = next(frames(MAN))
    for scale in (1.0, 2.0):
        size = (round(640 * scale), round(360 * scale))
        (face,) = detector.find(cv2.resize(pixels, size))
        left, top, right, bottom = (side * scale for side in MAN_BOX)
        assert (face.x, face.y) == pytest.approx((left, top), abs=0.1)
        assert (face.width, face.height) == pytest.approx((right - left, bottom - top), abs=0.1)
        assert face.landmarks == pytest.approx(np.array(MAN_LANDMARKS) * scale, abs=0.1)
        assert detector.steadied(pixels, face) is face.landmarks
    assert detector.find(np.zeros((480, 640, 3), np.uint8)) == []
    assert detector.find_within(pixels, SIDE_MAX_PX, 0.99) == []
    assert len(PatientDetector(detector).find(pixels)) == 1


@pytest.mark.parametrize(("width", "height"), [(640, 480), (640, 360), (1920, 1080), (333, 250)])
def test_a_detector_for_pictures_of_any_size_answers_in_the_pictures_own_pixels(
    ours, tmp_path, width, height
):
    folder = write_pack(tmp_path / "pack")
    write_mark_detector(folder / DETECTION)
    detector = open_networks(read_pack(folder, ours)).detector
    scale = max(width / SIDE_MAX_PX, 1.0)
    cell = 32 * scale
    picture = np.full((height, width, 3), 90, np.uint8)
    for column, row in ((5, 4), (1, 1)):
        left, top = round(column * cell), round(row * cell)
        picture[top : top + round(cell), left : left + round(cell)] = (255, 0, 255)
    found = sorted(detector.find(picture), key=lambda face: -face.x)
    assert len(found) == 2
    for face, (column, row) in zip(found, ((5, 4), (1, 1)), strict=True):
        assert (face.x, face.y) == pytest.approx(((column - 1) * cell, (row - 1) * cell), abs=2)
        assert (face.width, face.height) == pytest.approx((3 * cell, 3 * cell), rel=0.02)
        middle = np.array([column + 0.5, row + 0.5]) * cell
        assert face.landmarks == pytest.approx(np.tile(middle, (5, 1)), abs=2)
    assert detector.find_within(picture, SIDE_MAX_PX, 0.999) == []


def test_thresholds_beside_the_weights_count_as_measured(ours, tmp_path):
    folder = write_pack(tmp_path / "measured")
    (folder / "thresholds.toml").write_text(THRESHOLDS, "utf-8")
    pack = read_pack(folder, ours)
    assert pack.describe().measured
    assert pack.calibration.points == ((1e-2, 0.3), (1e-3, 0.4))
    assert pack.calibration.similarity_for(30, 0.01).similarity == 0.7


@pytest.mark.parametrize(
    "text",
    [
        "not toml [",
        "",
        THRESHOLDS + "similarity_mim = 0.5",
        THRESHOLDS.replace("0.7", "nan"),
        THRESHOLDS.replace("[1e-3, 0.4]", "[1e-3, 0.2]"),
        THRESHOLDS.replace("[1e-3, 0.4]", "[1e-1, 0.4]"),
        THRESHOLDS.replace(", [1e-3, 0.4]", ""),
        THRESHOLDS.replace("similarity_max = 0.8", "similarity_max = 0.6"),
        "#" * 70_000,
    ],
)
def test_thresholds_that_make_no_sense_are_refused_and_not_guessed(ours, tmp_path, text):
    folder = write_pack(tmp_path / "measured")
    (folder / "thresholds.toml").write_text(text, "utf-8")
    assert refusal(folder, ours).code == "pack.thresholds_unreadable"


def test_insightfaces_own_manifest_says_what_each_file_is(ours, tmp_path):
    folder = write_pack(tmp_path / "any name")
    (folder / DETECTION).rename(folder / "eyes.onnx")
    (folder / RECOGNITION).rename(folder / "mind.onnx")
    write_recogniser(folder / "w600k_other.onnx", seed=1)  # Not in the manifest: not asked.
    tasks = {"detection": {"file": "eyes.onnx"}, "recognition": {"file": "mind.onnx"}}
    write_manifest(folder, tasks=tasks)
    pack = read_pack(folder, ours)
    assert pack.display_name == "A fake pack"
    assert pack.part("recognition").path.name == "mind.onnx"
    assert pack.describe().warning == "pack.research_only"
    open_networks(pack)


def test_a_licence_that_nobody_can_check_is_unknown_and_warned_of(ours, tmp_path):
    folder = write_pack(tmp_path / "licensed")
    write_manifest(folder)
    (folder / "MODEL.LICENSE").write_text('{"grant": "commercial"}', "utf-8")
    pack = read_pack(folder, ours)
    assert (pack.rights, pack.licence) == (Rights.UNKNOWN, "")
    assert pack.describe().warning == "pack.licence_unknown"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("detection away", "pack.no_detector"),
        ("recognition away", "pack.no_recogniser"),
        ("two detectors", "pack.two_of_a_kind"),
        ("two recognisers", "pack.two_of_a_kind"),
        ("folder away", "pack.folder_missing"),
        ("a file", "pack.folder_missing"),
        ("empty detector", "weights.unreadable"),
        ("empty recogniser", "weights.unreadable"),
        ("junk detector", "weights.unreadable"),
        ("junk recogniser", "weights.unreadable"),
        ("no landmarks", "weights.unreadable"),
        ("exchanged", "weights.unreadable"),
        ("shorter vector", "weights.unreadable"),
        ("NaN detector", "weights.not_finite"),
        ("NaN recogniser", "weights.not_finite"),
        ("manifest: no detection", "pack.no_detector"),
        ("manifest: file away", "weights.missing"),
        ("manifest: wrong digest", "weights.wrong_digest"),
        ("manifest: outside", "pack.manifest_unreadable"),
        ("manifest: no licence", "pack.manifest_unreadable"),
    ],
)
def test_a_folder_that_is_no_pack_is_a_named_fault(ours, tmp_path, change, code):
    folder = tmp_path / "pack"
    if change == "a file":
        folder.write_bytes(b"")
    elif change != "folder away":
        broken(write_pack(folder), change)
    fault = refusal(folder, ours)
    assert fault.code == code
    assert str(tmp_path) not in str(fault)


def broken(folder: Path, change: str) -> None:
    """Spoil a pack in one way."""
    detection, recognition = folder / DETECTION, folder / RECOGNITION
    files = {"detection": {"file": DETECTION}, "recognition": {"file": RECOGNITION}}
    wrong, outside = {"sha256": "0" * 64}, {"file": "../other.onnx"}

    def listed(task: str, more: dict[str, str]) -> None:
        write_manifest(folder, tasks=files | {task: files[task] | more})

    def exchange() -> None:
        detection.rename(folder / "kept")
        recognition.rename(detection)
        (folder / "kept").rename(recognition)

    def without(key: str) -> None:
        write_manifest(folder)
        told = json.loads((folder / "manifest.json").read_text("utf-8"))
        del told[key]
        (folder / "manifest.json").write_text(json.dumps(told), "utf-8")

    {
        "detection away": detection.unlink,
        "recognition away": recognition.unlink,
        "two detectors": lambda: write_detector(folder / "scrfd_10g_bnkps.onnx"),
        "two recognisers": lambda: write_recogniser(folder / "glintr100.onnx"),
        "empty detector": lambda: detection.write_bytes(b""),
        "empty recogniser": lambda: recognition.write_bytes(b""),
        "junk detector": lambda: detection.write_bytes(b"\x08\x06" * 500),
        "junk recogniser": lambda: recognition.write_bytes(b"not a network"),
        "no landmarks": lambda: write_detector(detection, outputs=6),
        "exchanged": exchange,
        "shorter vector": lambda: write_recogniser(recognition, numbers=128),
        "NaN detector": lambda: write_detector(detection, fill=float("nan")),
        "NaN recogniser": lambda: write_recogniser(recognition, times=float("nan")),
        "manifest: no detection": lambda: write_manifest(
            folder, tasks={"recognition": files["recognition"]}
        ),
        "manifest: file away": lambda: listed("detection", {"file": "det_other.onnx"}),
        "manifest: wrong digest": lambda: listed("recognition", wrong),
        "manifest: outside": lambda: listed("recognition", outside),
        "manifest: no licence": lambda: without("license"),
    }[change]()


def test_weights_exchanged_after_the_folder_was_read_are_not_opened(ours, tmp_path):
    folder = write_pack(tmp_path / "pack")
    pack = read_pack(folder, ours)
    write_recogniser(folder / RECOGNITION, seed=3)
    with pytest.raises(Refused) as fault:
        open_networks(pack)
    assert fault.value.code == "weights.wrong_digest"


OURS = """
manifest_version = 2
model_id = "hand-made"
display_name = "Put here by hand"
{more}
[[file]]
task = "detection"
family = "scrfd"
file = "det_500m.onnx"
sha256 = "{detection}"
size = {detection_size}
license = "MIT"
preprocessing = "by_graph"

[[file]]
task = "recognition"
file = "w600k_mbf.onnx"
sha256 = "{recognition}"
size = {recognition_size}
license = "{licence}"
preprocessing = {{ mean = 127.5, std = 127.5 }}
input_size = [112, 112]
embedding_dimension = 512
"""


def in_our_format(folder: Path, licence: str = "MIT", more: str = "") -> Path:
    from models.archives import digest_of  # noqa: PLC0415 - beside its only use.

    write_pack(folder)
    detection, recognition = folder / DETECTION, folder / RECOGNITION
    text = OURS.format(
        detection=digest_of(detection),
        detection_size=detection.stat().st_size,
        recognition=digest_of(recognition),
        recognition_size=recognition.stat().st_size,
        licence=licence,
        more=more,
    )
    (folder / "manifest.toml").write_text(text, "utf-8")
    return folder


def test_a_folder_in_our_own_format_needs_no_published_package(ours, tmp_path):
    pack = read_pack(in_our_format(tmp_path / "own"), ours)
    assert pack.describe().warning is None
    assert isinstance(open_networks(pack).detector, ScrfdDetector)
    unknown = read_pack(in_our_format(tmp_path / "own2", licence="unknown"), ours)
    assert unknown.describe().warning == "pack.licence_unknown"
    study = read_pack(in_our_format(tmp_path / "own3", more="research_only = true"), ours)
    assert study.research_only


def test_thresholds_may_stand_in_the_manifest(ours, tmp_path):
    told = "[thresholds]" + THRESHOLDS
    folder = in_our_format(tmp_path / "own", more=told)
    assert tomllib.loads(told)["thresholds"]["verify_min"] == 0.6
    assert read_pack(folder, ours).calibration.verify_min == 0.6


def test_a_manifest_that_names_packages_leaves_no_file_without_one(tmp_path):
    folder = in_our_format(tmp_path / "own")
    published = (Path(__file__).resolve().parents[2] / "models/manifest.toml").read_text("utf-8")
    package = published[published.index("[[package]]") : published.index("[[package]]", 600)]
    path = folder / "manifest.toml"
    path.write_text(path.read_text("utf-8") + "\n" + package, "utf-8")
    with pytest.raises(Refused) as fault:
        read_manifest(path)
    assert fault.value.code == "weights.manifest_unreadable"


def test_old_weights_go_on_beside_new_ones_for_those_enrolled_with_them(folder, ours, frames):
    new, _, pixels = read_pack(folder, ours), *next(frames(MAN))
    networks = open_networks(new)
    both = open_recognisers(networks, new, [ours, new, ours], {new.model_digest, ours.model_digest})
    assert [one.model_digest for one in both] == [new.model_digest, ours.model_digest]
    assert both[0].embedder is networks.embedder

    def template(recogniser) -> Template:
        embedder = recogniser.embedder
        face = networks.detector.find(pixels)[0]
        vector = embedder.describe(embedder.align(pixels, face.landmarks))
        return Template(vector.tobytes(), recogniser.model_digest, 1.0)

    rows = [
        ("moved over", template(both[0])),
        ("moved over", template(both[1])),
        ("not yet", template(both[1])),
        ("lost", Template(b"", "0" * 64, 1.0)),
    ]
    assert fill(both, rows) == ("lost",)
    assert [len(one.gallery) for one in both] == [1, 2]
    assert both[1].calibration == DEFAULT_CALIBRATION


def test_old_weights_nobody_is_enrolled_with_are_not_opened(folder, ours):
    new = read_pack(folder, ours)
    opened = open_recognisers(open_networks(new), new, [ours], {new.model_digest})
    assert [one.model_digest for one in opened] == [new.model_digest]


def test_old_weights_that_are_away_stop_nobody_and_are_said_once(folder, ours, tmp_path, caplog):
    new, gone = read_pack(folder, ours), pack_of(read_manifest_of_ours(), tmp_path / "gone")
    with caplog.at_level(logging.WARNING):
        opened = open_recognisers(open_networks(new), new, [gone], {gone.model_digest})
    assert len(opened) == 1
    assert [record.getMessage() for record in caplog.records if "weights.missing" in record.message]
    assert len(caplog.records) == 1


def read_manifest_of_ours():
    return read_manifest(Path(__file__).resolve().parents[2] / "models" / "manifest.toml")
