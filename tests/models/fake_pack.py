"""A pack in insightface's shape, made of a few lines: no weights of theirs are at hand.

The detector has SCRFD's nine answers and finds one face, always in the same place, in any
picture that is not dark. The recogniser has ArcFace's input and 512 numbers: the crop made
coarse, its mean taken off, and turned by a fixed matrix. That tells apart people whose
crops differ, and is no face recognition.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

MAN_BOX = (220.0, 75.0, 370.0, 295.0)
MAN_LANDMARKS = ((258, 160), (328, 158), (292, 203), (266, 238), (328, 236))
"""Where the man's face is in most frames of `single_face.mp4`, 640x360."""

DETECTION, RECOGNITION = "det_500m.onnx", "w600k_mbf.onnx"

_SIDE = 640
_STRIDES = (8, 16, 32)
_FLOAT = TensorProto.FLOAT
_SEED = 20260101


def write_pack(folder: Path) -> Path:
    """A whole pack by names alone, as `buffalo_s` comes."""
    folder.mkdir(parents=True, exist_ok=True)
    write_detector(folder / DETECTION)
    write_recogniser(folder / RECOGNITION)
    (folder / "genderage.onnx").write_bytes(b"not asked")
    return folder


def write_manifest(folder: Path, **changes: object) -> None:
    """insightface's manifest, version 2, beside the files."""
    told: dict[str, Any] = {
        "manifest_version": 2,
        "model_id": "fake_s",
        "display_name": "A fake pack",
        "license": "MODEL.LICENSE",
        "tasks": {"detection": {"file": DETECTION}, "recognition": {"file": RECOGNITION}},
    }
    (folder / "manifest.json").write_text(json.dumps(told | changes), "utf-8")


def write_detector(path: Path, *, outputs: int = 9, fill: float = 0.0) -> Path:
    """Nine answers, or six without landmarks; `fill` stands where there is no face."""
    nodes = [
        helper.make_node("ReduceMean", ["picture"], ["mean"], keepdims=0),
        helper.make_node("Add", ["mean", "up"], ["raised"]),
        helper.make_node("Clip", ["raised", "nought", "one"], ["score"]),
    ]
    constants = [
        constant("up", np.array(1.45, np.float32)),  # A black picture is just below 0.5.
        constant("nought", np.array(0.0, np.float32)),
        constant("one", np.array(0.95, np.float32)),
    ]
    answers = []
    for kind, width in (("score", 1), ("bbox", 4), ("kps", 10))[: outputs // 3]:
        for stride in _STRIDES:
            name = f"{kind}_{stride}"
            values = _answers(kind, width, stride, fill)
            answers.append(helper.make_tensor_value_info(name, _FLOAT, list(values.shape)))
            constants.append(constant(f"{name}_fixed", values))
            factor = "score" if kind == "score" else "unity"
            nodes.append(helper.make_node("Mul", [f"{name}_fixed", factor], [name], name=name))
    constants.append(constant("unity", np.array(1.0, np.float32)))
    picture = helper.make_tensor_value_info("picture", _FLOAT, [1, 3, _SIDE, _SIDE])
    return save(path, nodes, [picture], answers, constants)


def write_mark_detector(path: Path) -> Path:
    """Nine answers for pictures of any size, as insightface's: a face is a magenta square.

    Around the middle of each coarsest cell that is magenta: a box of 96 by 96 pixels with
    its landmarks on the middle.
    """
    nodes, answers, constants = [], [], []
    for kind, width in (("score", 1), ("bbox", 4), ("kps", 10)):
        for stride in _STRIDES:
            name = f"{kind}_{stride}"
            weights = np.zeros((2 * width, 3, 1, 1), np.float32)
            bias = np.zeros(2 * width, np.float32)
            if kind == "score" and stride == _STRIDES[-1]:
                weights[0, :, 0, 0] = np.array([1, -1, 1]) / 3  # Red and blue, and no green.
            # From the cell's corner, in strides: one back, two on; the middle is half on.
            bias[:width] = {"score": [0.0], "bbox": [1, 1, 2, 2], "kps": [0.5] * 10}[kind]
            constants += [constant(f"{name}_w", weights), constant(f"{name}_b", bias)]
            shape = numpy_helper.from_array(np.array([-1, width], np.int64), f"{name}_shape")
            constants.append(shape)
            window = {"kernel_shape": [stride, stride], "strides": [stride, stride]}
            nodes += [
                helper.make_node("AveragePool", ["picture"], [f"{name}_cells"], **window),
                helper.make_node(
                    "Conv", [f"{name}_cells", f"{name}_w", f"{name}_b"], [f"{name}_c"]
                ),
                helper.make_node("Transpose", [f"{name}_c"], [f"{name}_t"], perm=[0, 2, 3, 1]),
                helper.make_node("Reshape", [f"{name}_t", f"{name}_shape"], [name]),
            ]
            answers.append(helper.make_tensor_value_info(name, _FLOAT, [None, width]))
    picture = helper.make_tensor_value_info("picture", _FLOAT, [1, 3, None, None])
    return save(path, nodes, [picture], answers, constants)


def write_recogniser(
    path: Path, *, numbers: int = 512, seed: int = _SEED, times: float = 1.0
) -> Path:
    """The crop in 16 by 16 squares, centred, turned into so many numbers."""
    turn = np.random.default_rng(seed).standard_normal((768, numbers)).astype(np.float32)
    turn = (turn - turn.mean(axis=0)) * np.float32(times)
    nodes = [
        helper.make_node(
            "AveragePool", ["picture"], ["squares"], kernel_shape=[7, 7], strides=[7, 7]
        ),
        helper.make_node("Flatten", ["squares"], ["flat"]),
        helper.make_node("MatMul", ["flat", "turn"], ["answer"]),
    ]
    picture = helper.make_tensor_value_info("picture", _FLOAT, [1, 3, 112, 112])
    answer = helper.make_tensor_value_info("answer", _FLOAT, [1, numbers])
    return save(path, nodes, [picture], [answer], [constant("turn", turn)])


def constant(name: str, values: NDArray[np.float32]) -> onnx.TensorProto:
    return numpy_helper.from_array(values, name)


def save(
    path: Path,
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[onnx.ValueInfoProto],
    outputs: Sequence[onnx.ValueInfoProto],
    constants: Sequence[onnx.TensorProto],
) -> Path:
    graph = helper.make_graph(nodes, path.stem, inputs, outputs, constants)
    opset = helper.make_opsetid("", 13)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
    return path


def _answers(kind: str, width: int, stride: int, fill: float) -> NDArray[np.float32]:
    """What stands at each of a grid's places, two for each: the face at one of the coarsest."""
    cells = _SIDE // stride
    values = np.full((cells * cells * 2, width), fill, np.float32)
    if stride != _STRIDES[-1]:
        return values
    column, row = 9, 6
    across, down = column * stride, row * stride
    left, top, right, bottom = MAN_BOX
    face = {
        "score": [1.0],
        "bbox": [across - left, down - top, right - across, bottom - down],
        "kps": [value for x, y in MAN_LANDMARKS for value in (x - across, y - down)],
    }[kind]
    scale = 1 if kind == "score" else stride
    values[(row * cells + column) * 2] = np.array(face, np.float32) / scale
    return values
