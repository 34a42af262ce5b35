"""The codes and null values of one province, put on at the door and taken off there.

Behind the door everybody speaks this sandbox's own codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from drivers.simulated.province.fields import Node
from drivers.simulated.province.manner import Manner
from drivers.simulated.province.wire import Json
from terminal.core.money import ZERO, Money

_NULL = {"naty", "brdy", "emp_name", "mdtrt_cert_type", "clr_way", "psn_insu_date", "cvlserv_flag"}
"""What the field tables leave optional, and recorded answers leave out."""
_NULL_WHEN_ZERO = {
    *("cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "oth_pay"),
    *("act_pay_dedc", "acct_mulaid_pay", "hosp_part_amt"),
}


def understood(
    nodes: Mapping[str, list[Node]], codes: Mapping[str, Mapping[str, str]]
) -> dict[str, list[Node]]:
    """A request's nodes with this province's codes read as the sandbox's own."""
    if not codes:
        return dict(nodes)
    own = {name: {theirs: ours for ours, theirs in pairs.items()} for name, pairs in codes.items()}
    return {node: [_read(row, own) for row in rows] for node, rows in nodes.items()}


def worded(output: Json, manner: Manner) -> Json:
    """An answer's output in this province's codes, with its nulls."""
    if not (manner.codes or manner.null_rich):
        return output  # Most provinces, and this is asked of every answer.
    match output:
        case dict():
            return {name: _value(name, each, manner) for name, each in output.items()}
        case list():
            return [worded(each, manner) for each in output]
        case _:
            return output


def _read(row: Node, own: Mapping[str, Mapping[str, str]]) -> Node:
    values = {
        name: own[name].get(value, value) if name in own else value
        for name, value in row.values.items()
    }
    inner = {name: [_read(each, own) for each in rows] for name, rows in row.inner.items()}
    return Node(values, inner)


def _value(name: str, value: Json, manner: Manner) -> Json:
    if isinstance(value, str):
        value = manner.codes.get(name, {}).get(value, value)
    if manner.null_rich and not isinstance(value, dict | list):
        zero = isinstance(value, Money | Decimal) and value in {ZERO, Decimal(0)}
        if name in _NULL or (zero and name in _NULL_WHEN_ZERO):
            return None
    return worded(value, manner)
