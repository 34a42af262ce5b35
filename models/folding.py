"""Turns a network's packed weights into plain floats, once, when it is fetched.

The published SFace file keeps its weights as small integers with a scale for each block
and unpacks them at every run; it also lists them as graph inputs, which OpenCV refuses
and which forbids the runtime to compute them beforehand. The same numbers written as
floats give the same output (to 2e-6) in less than half the time.

The result is the same bytes on every machine: one subtraction and one multiplication of
float32 for each weight, and no name, date or library version is written into it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # none exist
from numpy.typing import NDArray
from onnx import numpy_helper
from onnx.checker import ValidationError

from terminal.core.faults import Refused


def float_weights(source: Path) -> bytes:
    """Return the network with every constant DequantizeLinear and Reshape computed.

    Raises Refused `weights.unreadable` when the file is no such network.
    """
    try:
        model = onnx.load(source)
        _fold(model.graph)
        onnx.checker.check_model(model)
    except (DecodeError, ValueError, KeyError, IndexError, ValidationError) as error:
        raise Refused("weights.unreadable", name=source.name, reason=str(error)[:200]) from error
    serialised: bytes = model.SerializeToString(deterministic=True)
    return serialised


def _fold(graph: Any) -> None:
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    folded = 0
    for node in list(graph.node):  # In order, so that what one node makes the next may use.
        if not all(name in constants for name in node.input):
            continue
        values = [constants[name] for name in node.input]
        if node.op_type == "DequantizeLinear":
            attributes = {a.name: a.i for a in node.attribute}
            made = _dequantize(*values, axis=attributes["axis"], block=attributes["block_size"])
        elif node.op_type == "Reshape":
            made = values[0].reshape([int(side) for side in values[1]])
        else:
            continue
        constants[node.output[0]] = made
        graph.initializer.append(numpy_helper.from_array(made, node.output[0]))
        graph.node.remove(node)
        folded += 1
    if not folded:
        raise ValueError("nothing to fold")
    _drop_unused(graph)


def _dequantize(
    packed: NDArray[Any],
    scale: NDArray[np.float32],
    zero_point: NDArray[Any],
    *,
    axis: int,
    block: int,
) -> NDArray[np.float32]:
    """Unpack as ONNX operator set 21 defines it: one scale for each block along an axis."""
    length = packed.shape[axis]
    scales = np.repeat(scale, block, axis).take(range(length), axis)
    zeros = np.repeat(zero_point, block, axis).take(range(length), axis)
    return (packed.astype(np.float32) - zeros.astype(np.float32)) * scales.astype(np.float32)


def _drop_unused(graph: Any) -> None:
    """Keep only what a node reads: constants are not inputs, and packed ones are done with."""
    used = {name for node in graph.node for name in node.input}
    for tensor in [t for t in graph.initializer if t.name not in used]:
        graph.initializer.remove(tensor)
    constants = {tensor.name for tensor in graph.initializer}
    for value in [v for v in graph.input if v.name in constants or v.name not in used]:
        graph.input.remove(value)
