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

from terminal.core.faults import Refused, Uncertain
from terminal.province.signing import Seal

ANSWER_BYTES_MAX = 4 * 1024 * 1024
"""A hundred fee lines answer with some 60 KB; beyond this it is not an answer."""

INPUT_CHARS_MAX = 40_000
"""C40000 of `input`; a file's bytes (9101) go beyond it."""

_ERR_MSG_MAX = 500
"""The interface's C200, and some; longer texts are cut before anyone sees them."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling and in which manner: the same for every message of a day, but for
    the receiving system, which may depend on whom it is about."""

    fixmedins_code: str
    fixmedins_name: str
    mdtrtarea_admvs: str
    recer_sys_code: str
    infver: str
    opter: str
    opter_name: str
    sign_no: str
    input_as_text: bool = False
    good_texts: tuple[str, ...] = ()
    """err_msg beside infcode 0 that means success in this region."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the province answered, before anyone asks whether it is good news."""

    infcode: int
    err_msg: str
    output: dict[str, Any]
    infno: str = ""
    msgid: str = ""
    """What it answers, where it says so."""


def envelope(
    infno: str,
    msgid: str,
    caller: Caller,
    payload: dict[str, Any],
    now: datetime,
    insuplc_admdvs: str = "",
    seal: Seal | None = None,
) -> bytes:
    """The whole request as it goes over the wire. `now` is Asia/Shanghai time.

    Raises Refused `province.request_too_long`, or what the seal raises.
    """
    text = compact(payload)
    if infno != "9101" and len(text) > INPUT_CHARS_MAX:
        raise Refused("province.request_too_long", infno=infno, chars=len(text))
    as_text = caller.input_as_text or (seal is not None and seal.sm4_key is not None)
    plain = {
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
        "input": text if as_text else payload,
    }
    return compact(plain if seal is None else seal.put_on(plain)).encode("utf-8")


def compact(value: object) -> str:
    """JSON without the blanks: of `input` every character counts."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read_answer(body: bytes, seal: Seal | None = None) -> Answer:
    """Read an answer's envelope. Raises Uncertain `province.nonsense`."""
    if len(body) > ANSWER_BYTES_MAX:
        raise Uncertain("province.nonsense", reason="too large", bytes=len(body))
    told = _object(body)
    if seal is not None and not seal.holds(told):
        raise Uncertain("province.nonsense", reason="not signed by the province")
    try:
        infcode = int(str(told["infcode"]).strip())
    except (KeyError, ValueError):
        raise Uncertain("province.nonsense", reason="no infcode") from None
    return Answer(
        infcode,
        str(told.get("err_msg") or "").strip()[:_ERR_MSG_MAX],
        _output(told, seal),
        infno=str(told.get("infno") or ""),
        msgid=str(told.get("msgid") or ""),
    )


def _output(told: dict[str, Any], seal: Seal | None) -> dict[str, Any]:
    output = told.get("output")
    if isinstance(output, str) and output.strip():
        if seal is not None and told.get("enctype") == "SM4":
            try:
                output = seal.opened(output)
            except Refused:
                raise Uncertain("province.nonsense", reason="cannot be decrypted") from None
        output = _json(output)
    if isinstance(output, list):
        return {"": output}  # 5204 answers with a bare array.
    if output is None or output == "":
        return {}
    if not isinstance(output, dict):
        raise Uncertain("province.nonsense", reason="output is no object")
    return output


def _object(text: bytes) -> dict[str, Any]:
    told = _json(text)
    if not isinstance(told, dict):
        raise Uncertain("province.nonsense", reason="not an object")
    return told


def _json(text: str | bytes) -> Any:
    try:
        text = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        told = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
        # Half a character (\ud800) passes for text until somebody writes it down.
        json.dumps(told, ensure_ascii=False, default=str).encode("utf-8")
    except (ValueError, ArithmeticError, RecursionError):
        raise Uncertain("province.nonsense", reason="not JSON") from None
    return told


def _refuse_constant(name: str) -> Never:
    raise ValueError(name)  # NaN and Infinity are no amounts.
