"""Each network answers as it did when it was measured, and says so when it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
from insightface.utils import face_align
from numpy.typing import NDArray
from onnx import TensorProto, helper

from models.detector import Detector, Face
from models.embedder import Embedder, align, unit
from models.folding import float_weights
from models.liveness import Liveness
from models.manifest import Entry, Preprocessing
from models.session import Session
from models.weights import verified
from terminal.core.faults import Refused

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text("utf-8"))
TOLERANCE = 1e-3


def blob(entry: Entry, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The picture cut to a network's input, as its manifest entry describes it."""
    width, height = entry.input_size or (640, 640)
    tiled = np.tile(picture, (2, 2, 1))[:height, :width].astype(np.float32)
    if entry.channels == "grey":
        tiled = tiled.mean(axis=2, keepdims=True)
    if isinstance(entry.preprocessing, Preprocessing):
        tiled = (tiled - entry.preprocessing.mean) / entry.preprocessing.std
    return np.ascontiguousarray(tiled.transpose(2, 0, 1)[None], np.float32)


def summary(answer: NDArray[np.float32]) -> list[float]:
    """A few numbers that would notice other weights, another order or another scale."""
    flat = answer.astype(np.float64)
    return [*flat[:6].tolist(), float(flat.mean()), float(flat.std()), float(flat.max())]


def detections(path: Path, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Every score the detector gives before any threshold, best first."""
    everything = cv2.FaceDetectorYN.create(str(path), "", (640, 480), 0.0, 1.0, 5000)
    return np.sort(everything.detect(picture)[1][:, 14])[::-1]


def test_the_detector_answers_as_it_did_when_it_was_measured(manifest, weights, noise):
    path = verified(manifest, weights, manifest.task("detection").file)
    assert summary(detections(path, noise)) == pytest.approx(GOLDEN["detection"], abs=TOLERANCE)


@pytest.mark.parametrize("task", ["recognition", "liveness", "landmarks", "eyes", "pose"])
def test_a_network_answers_as_it_did_when_it_was_measured(manifest, weights, noise, task):
    entry = manifest.task(task)
    session = Session(verified(manifest, weights, entry.file), entry)
    assert summary(session.run(blob(entry, noise))) == pytest.approx(
        GOLDEN[task], rel=TOLERANCE, abs=TOLERANCE
    )


def test_what_the_eyes_make_of_the_networks_is_as_measured(manifest, weights, noise):
    liveness, recognition = manifest.task("liveness"), manifest.task("recognition")
    alive = Liveness(weights / liveness.file, liveness)
    assert alive.answer(noise).tolist() == pytest.approx(GOLDEN["live"], abs=TOLERANCE)
    embedder = Embedder(weights / recognition.file, recognition, "0" * 64)
    vector = embedder.describe(np.stack([noise[:112, :112]] * 2))
    assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-6)
    assert vector[:8].tolist() == pytest.approx(GOLDEN["vector"], abs=TOLERANCE)


def test_nobody_is_found_in_noise(manifest, weights, noise):
    entry = manifest.task("detection")
    detector = Detector(weights / entry.file, entry)
    assert detector.find(noise) == []
    assert detector.find(np.zeros((1080, 1920, 3), np.uint8)) == []


def test_folding_changes_the_spelling_and_not_the_answer(manifest, weights, noise, tmp_path):
    entry = manifest.task("recognition")
    published = onnx.load(weights / entry.derived_from)
    read = {name for node in published.graph.node for name in node.input}
    constants = {tensor.name for tensor in published.graph.initializer}
    for value in list(published.graph.input):
        if value.name in constants or value.name not in read:
            published.graph.input.remove(value)
    onnx.save(published, tmp_path / "as_published.onnx")
    picture = blob(entry, noise)
    as_published = Session(tmp_path / "as_published.onnx", entry).run(picture)
    folded = Session(weights / entry.file, entry).run(picture)
    assert float(np.abs(folded - as_published).max()) < 1e-4


def test_the_crop_is_insightfaces(noise):
    rng = np.random.default_rng(5)
    for _ in range(20):
        turn = rng.uniform(-0.6, 0.6)
        rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        landmarks = face_align.arcface_dst @ rotation.T * rng.uniform(0.5, 2.5) + 120
        landmarks = (landmarks + rng.normal(0, 2, (5, 2))).astype(np.float32)
        with pytest.warns(FutureWarning, match="estimate"):
            theirs = face_align.norm_crop(noise, landmarks)
        difference = np.abs(align(noise, landmarks, 112).astype(int) - theirs)
        assert difference.mean() < 0.05


def test_landmarks_in_one_point_make_a_picture_and_no_traceback(noise):
    assert align(noise, np.full((5, 2), 7.0, np.float32), 112).shape == (112, 112, 3)


def embedder_of(path: Path, entry: Entry) -> Embedder:
    return Embedder(path, entry, "0" * 64)


@pytest.mark.parametrize("content", [b"", b"not a network", b"\x08\x06" * 500])
@pytest.mark.parametrize("task", ["detection", "liveness", "recognition"])
def test_a_file_that_is_no_network_is_a_named_fault(manifest, tmp_path, content, task):
    path = tmp_path / "net.onnx"
    path.write_bytes(content)
    opens = {"detection": Detector, "liveness": Liveness, "recognition": embedder_of}[task]
    with pytest.raises(Refused) as fault:
        opens(path, manifest.task(task))
    assert fault.value.code == "weights.unreadable"


def test_weights_of_another_shape_are_a_named_fault(manifest, weights):
    recognition, eyes = manifest.task("recognition"), manifest.task("eyes")
    with pytest.raises(Refused) as fault:
        Session(weights / eyes.file, recognition)
    assert fault.value.code == "weights.unreadable"
    for wrong in (
        recognition.model_copy(update={"embedding_dimension": 512}),
        recognition.model_copy(update={"preprocessing": Preprocessing(mean=127.5, std=127.5)}),
    ):
        with pytest.raises(Refused) as fault:
            Embedder(weights / wrong.file, wrong, "0" * 64)
        assert fault.value.code == "weights.unreadable"


def test_a_file_that_cannot_be_folded_is_a_named_fault(weights, manifest, tmp_path):
    (tmp_path / "junk.onnx").write_bytes(b"junk")
    for path in (tmp_path / "junk.onnx", weights / manifest.task("liveness").file):
        with pytest.raises(Refused) as fault:
            float_weights(path)
        assert fault.value.code == "weights.unreadable"


def not_a_number(path: Path) -> Path:
    """A network for a liveness input that answers NaN whatever it is shown."""
    nan = helper.make_tensor("nan", TensorProto.FLOAT, [1, 3], [float("nan")] * 3)
    picture = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, 128, 128])
    answer = helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 3])
    node = helper.make_node("Identity", ["nan"], ["output"])
    graph = helper.make_graph([node], "nan", [picture], [answer], [nan])
    opset = helper.make_opsetid("", 13)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
    return path


def test_a_score_that_is_not_a_number_is_a_named_fault_and_never_live(manifest, tmp_path):
    with pytest.raises(Refused) as fault:
        Liveness(not_a_number(tmp_path / "nan.onnx"), manifest.task("liveness"))
    assert fault.value.code == "weights.not_finite"
    for vector in (np.zeros(4, np.float32), np.full(4, np.nan, np.float32)):
        with pytest.raises(Refused) as fault:
            unit(vector, "net.onnx")
        assert fault.value.code == "weights.not_finite"


def test_a_face_at_the_edge_or_filling_the_picture_is_still_scored(manifest, weights, noise):
    entry = manifest.task("liveness")
    alive = Liveness(weights / entry.file, entry)
    points = np.zeros((5, 2), np.float32)
    for box in [(-30, -30, 90, 90), (600, 440, 90, 90), (0, 0, 640, 480), (-9, -9, 700, 600)]:
        score = alive.score(noise, Face(*map(float, box), points, 0.9))
        assert 0.0 <= score <= 1.0
