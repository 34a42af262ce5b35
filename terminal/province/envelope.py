"""The envelope around every transaction: written strictly, read tolerantly.

Numbers may come back as strings, `output` as a string of JSON, fields as null, and
fields that nobody documented may stand beside them. What cannot be read at all is
`province.nonsense`: of a message that moves money nothing is then known.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Never

from terminal.core.faults import Uncertain

ANSWER_BYTES_MAX = 4 * 1024 * 1024
"""A hundred fee lines answer with some 60 KB; beyond this it is not an answer."""

_ERR_MSG_MAX = 500
"""The interface's C200, and some; longer texts are cut before anyone sees them."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling: the same for every message of a day."""

    fixmedins_code: str
    fixmedins_name: str
    mdtrtarea_admvs: str
    recer_sys_code: str
    infver: str
    opter: str
    opter_name: str
    sign_no: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the province answered, before anyone asks whether it is good news."""

    infcode: int
    err_msg: str
    output: dict[str, Any]


def envelope(
    infno: str,
    msgid: str,
    caller: Caller,
    payload: dict[str, Any],
    now: datetime,
    insuplc_admdvs: str = "",
) -> bytes:
    """The whole request as it goes over the wire. `now` is Asia/Shanghai time."""
    return json.dumps(
        {
            "infno": infno,
            "msgid": msgid,
            "mdtrtarea_admvs": caller.mdtrtarea_admvs,
            "insuplc_admdvs": insuplc_admdvs,
            "recer_sys_code": caller.recer_sys_code,
            "dev_no": "",
            "dev_safe_info": "",
            "cainfo": "",
            "signtype": "",
            "infver": caller.infver,
            "opter_type": "2",  # A self-service terminal.
            "opter": caller.opter,
            "opter_name": caller.opter_name,
            "inf_time": f"{now:%Y-%m-%d %H:%M:%S}",
            "fixmedins_code": caller.fixmedins_code,
            "fixmedins_name": caller.fixmedins_name,
            "sign_no": caller.sign_no,
            "input": payload,
        },
        ensure_ascii=False,
    ).encode("utf-8")


def read_answer(body: bytes) -> Answer:
    """Read an answer's envelope. Raises Uncertain `province.nonsense`."""
    if len(body) > ANSWER_BYTES_MAX:
        raise Uncertain("province.nonsense", reason="too large", bytes=len(body))
    told = _object(body)
    try:
        infcode = int(str(told["infcode"]).strip())
    except (KeyError, ValueError):
        raise Uncertain("province.nonsense", reason="no infcode") from None
    output = told.get("output")
    if isinstance(output, str):
        output = _object(output) if output.strip() else {}
    if isinstance(output, list):
        output = {"": output}  # 5204 answers with a bare array.
    if output is not None and not isinstance(output, dict):
        raise Uncertain("province.nonsense", reason="output is no object")
    return Answer(infcode, str(told.get("err_msg") or "").strip()[:_ERR_MSG_MAX], output or {})


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        text = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        told = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
        # Half a character (\ud800) passes for text until somebody writes it down.
        json.dumps(told, ensure_ascii=False, default=str).encode("utf-8")
    except (ValueError, ArithmeticError, RecursionError):
        raise Uncertain("province.nonsense", reason="not JSON") from None
    if not isinstance(told, dict):
        raise Uncertain("province.nonsense", reason="not an object")
    return told


def _refuse_constant(name: str) -> Never:
    raise ValueError(name)  # NaN and Infinity are no amounts.
