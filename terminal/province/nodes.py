"""Nodes out and in: what cannot be written or read becomes a fault with a name."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError

from terminal.core.faults import Refused, Uncertain
from terminal.province.answers import Read
from terminal.province.envelope import Answer
from terminal.province.messages import Written

_R = TypeVar("_R", bound=Read)
_W = TypeVar("_W", bound=Written)


def written(model: type[_W], **values: object) -> dict[str, Any]:
    """A node ready to send.

    Raises Refused `province.request_incomplete` naming the field that is missing, too
    long or of a wrong form; its value is not among the facts.
    """
    try:
        return model.model_validate(values).node()
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise Refused(
            "province.request_incomplete", node=model.__name__, field=field, rule=first["type"]
        ) from None


def read(model: type[_R], answer: Answer, node: str) -> _R:
    """The named node of an answer. Raises Uncertain `province.nonsense`."""
    return read_node(model, answer.output.get(node))


def read_node(model: type[_R], told: object) -> _R:
    """A node as it came. Raises Uncertain `province.nonsense`."""
    try:
        return model.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise Uncertain("province.nonsense", node=model.__name__, field=field) from None


def rows(answer: Answer, node: str) -> list[object]:
    """The rows of a node that is a list, one object, or not there at all."""
    told = answer.output.get(node)
    if told is None:
        return []
    return list(told) if isinstance(told, list) else [told]
