"""Looking up an electronic prescription (D005): asked strictly, read tolerantly.

The number D005, its path and most of its field names are general knowledge, not a document
(docs/prescriptions.md): what may differ is a setting. Looking moves no money and changes
nothing over there, so whatever is not a clear answer is Unavailable: asking again is safe.
Nothing of it is journalled: the code stays with the visit alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, BeforeValidator, Field, StringConstraints, ValidationError

from terminal.core.faults import Fault, Refused, Unavailable
from terminal.core.prescriptions import Drug, Prescription, state_on
from terminal.core.record_views import RxState
from terminal.province.answers import Day, Read, Text
from terminal.province.post import Post
from terminal.province.rx_envelope import RxSeal
from terminal.province.signing import gateway_headers

log = logging.getLogger(__name__)

LOOK = "D005"
_ANSWER_BYTES_MAX = 256 * 1024
_ANSWER_WITHIN_S = 15.0
"""A doctor who waits longer scans the boxes as ordinary lines."""
_DRUGS_MAX = 50

CodeIs = Literal["rxTraceCode", "hiRxno"]


def _quantity(told: object) -> Decimal:
    if isinstance(told, bool) or not isinstance(told, str | int | Decimal):
        raise ValueError("no quantity")  # noqa: TRY004 - pydantic collects ValueErrors.
    try:
        quantity = Decimal(str(told))
    except ArithmeticError:
        raise ValueError("no quantity") from None
    if not quantity.is_finite() or not 0 < quantity <= 9999:
        raise ValueError("no quantity")
    return quantity


class _Drug(Read):
    """A row of rxDetlList."""

    med_list_codg: Annotated[Text, StringConstraints(min_length=1, max_length=50)] = Field(
        validation_alias="medListCodg"
    )
    name: Annotated[Text, StringConstraints(max_length=200)] = Field(
        "", validation_alias=AliasChoices("drugGenname", "drugProdname")
    )
    spec: Annotated[Text, StringConstraints(max_length=200)] = Field(
        "", validation_alias="drugSpec"
    )
    quantity: Annotated[Decimal, BeforeValidator(_quantity)] = Field(validation_alias="drugCnt")
    unit: Annotated[Text, StringConstraints(max_length=20)] = Field(
        "", validation_alias="drugDosunt"
    )
    usage: Annotated[Text, StringConstraints(max_length=200)] = Field(
        "", validation_alias="medcWayDscr"
    )


class _Told(Read):
    """The answer to D005."""

    hi_rxno: Annotated[Text, StringConstraints(min_length=1, max_length=30)] = Field(
        validation_alias="hiRxno"
    )
    trace_code: Text = Field("", validation_alias="rxTraceCode")
    id_number: Annotated[Text, StringConstraints(min_length=1, max_length=50)] = Field(
        validation_alias="certno"
    )
    hospital: Annotated[Text, StringConstraints(max_length=200)] = Field(
        "", validation_alias="fixmedinsName"
    )
    doctor: Annotated[Text, StringConstraints(max_length=50)] = Field(
        "", validation_alias="prscDrName"
    )
    prescribed: Day = Field(None, validation_alias="prscTime")
    valid_until: Day = Field(None, validation_alias="valiEndTime")
    diagnosis_code: Annotated[Text, StringConstraints(max_length=30)] = Field(
        "", validation_alias="maindiagCode"
    )
    diagnosis: Annotated[Text, StringConstraints(max_length=200)] = Field(
        "", validation_alias="maindiagName"
    )
    state: Annotated[Text, StringConstraints(min_length=1)] = Field(validation_alias="rxStasCodg")
    used: Text = Field("", validation_alias="rxUsedStasCodg")
    where: Annotated[Text, StringConstraints(max_length=200)] = Field(
        "", validation_alias="dspFixmedinsName"
    )
    drugs: Annotated[list[_Drug], Field(min_length=1, max_length=_DRUGS_MAX)] = Field(
        validation_alias="rxDetlList"
    )


@dataclass(frozen=True, slots=True)
class RxLine:
    """The way to the platform of prescriptions, and where regions may differ."""

    url: str
    seal: RxSeal
    paasid: str
    secret: str = field(repr=False)
    fixmedins_code: str
    paths: Mapping[str, str] = field(default_factory=dict)
    """By transaction; what is not there has its number as the last part."""
    code_is: CodeIs = "rxTraceCode"
    states: Mapping[str, str] = field(default_factory=dict)
    """rxStasCodg -> core RxState."""
    dispensed: tuple[str, ...] = ()
    """rxUsedStasCodg of what somebody has dispensed."""
    connect_timeout_s: float = 10.0
    ca_file: Path | None = None

    def address(self, infno: str) -> str:
        """Where this transaction goes. Raises Unavailable `prescription.away`."""
        whole = self.url.rstrip("/") + self.paths.get(infno, f"/{infno}")
        try:
            parts = urlsplit(whole)
            usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            usable = None
        if not usable or not whole.isascii():
            raise Unavailable("prescription.away", reason="no address")
        return whole


class Prescriptions:
    """The platform, one verb."""

    def __init__(self, line: RxLine, now: Callable[[], datetime]) -> None:
        self._line = line
        self._now = now
        self._post = Post(line.ca_file, line.connect_timeout_s)

    def close(self) -> None:
        self._post.close()

    def look(self, code: str) -> Prescription:
        """D005 for what stands on the paper, its state as of today.

        Raises Refused `prescription.refused` with the platform's words,
        `prescription.not_genuine`; Unavailable `prescription.away`,
        `prescription.unreadable`.
        """
        line = self._line
        business = {"fixmedinsCode": line.fixmedins_code, line.code_is: code}
        told = self._read(line.seal.opened(self._said(business)))
        asked = told.trace_code if line.code_is == "rxTraceCode" else told.hi_rxno
        if asked not in ("", code):
            raise Unavailable("prescription.unreadable", reason="an answer to something else")
        today = self._now().date()
        return _prescription(told, self._state(told), today)

    def _said(self, business: Mapping[str, object]) -> bytes:
        line, now = self._line, self._now()
        headers = gateway_headers(line.paasid, line.secret, int(now.timestamp()))
        headers["content-type"] = "application/json; charset=utf-8"
        body = line.seal.put_on(business, now)
        address = line.address(LOOK)
        try:
            reply = self._post.send(address, headers, body, _ANSWER_WITHIN_S, _ANSWER_BYTES_MAX)
        except Fault as fault:
            log.info("%s: %s", LOOK, fault)
            raise Unavailable("prescription.away", reason=fault.code) from None
        if reply.status != 200:
            raise Unavailable("prescription.away", status=reply.status)
        if len(reply.body) > _ANSWER_BYTES_MAX:
            raise Unavailable("prescription.unreadable", reason="too large")
        return reply.body

    def _read(self, told: Mapping[str, object]) -> _Told:
        try:
            return _Told.model_validate(told)
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise Unavailable("prescription.unreadable", field=where) from None

    def _state(self, told: _Told) -> RxState:
        """A state that nobody knows is not taken for an open one."""
        line = self._line
        try:
            state = RxState(line.states[told.state])
        except (KeyError, ValueError):
            raise Refused("prescription.unknown_state", state=told.state[:10]) from None
        if state is RxState.OPEN and told.used in line.dispensed:
            return RxState.DISPENSED
        return state


def _prescription(told: _Told, state: RxState, today: date) -> Prescription:
    return Prescription(
        hi_rxno=told.hi_rxno,
        id_number=told.id_number,
        hospital=told.hospital,
        doctor=told.doctor,
        prescribed_on=told.prescribed,
        valid_until=told.valid_until,
        diagnosis_code=told.diagnosis_code,
        diagnosis=told.diagnosis,
        state=state_on(state, told.valid_until, today),
        where=told.where,
        drugs=tuple(
            Drug(each.med_list_codg, each.name, each.spec, each.quantity, each.unit, each.usage)
            for each in told.drugs
        ),
    )
