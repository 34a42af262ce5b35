"""One send to the province, and its three outcomes.

Every message is whole on the disk before it leaves. Then there is an answer, a refusal
(the province said no), nothing sent (name look-up or connect failed: repeating is
safe), or silence: a time-out, a broken line, a status other than 200, an answer that
cannot be read. Of a message that moves money, silence and everything unclear is
Uncertain: also infcode -1 (an error inside the platform, after which a reversal is
asked for) and infcode 0 beside an error text, both seen at real platforms.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

import httpx

from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.province.envelope import ANSWER_BYTES_MAX, Answer, Caller, envelope, read_answer
from terminal.province.signing import gateway_headers

log = logging.getLogger(__name__)

MOVES_MONEY = frozenset({"2207", "2207A", "2208", "2601"})
"""Settle, cancel, reverse: of these an unclear answer is never taken as a no."""

_LINE_IS_BAD = ("province.away", "province.no_answer", "province.nonsense")
"""Codes that say the province cannot be talked to; any other is an answer."""

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


class Journal(Protocol):
    """Where messages are written down."""

    def next_msgid(self, fixmedins_code: str, now: datetime) -> str: ...

    def sending(
        self, msgid: str, infno: str, settlement_id: str | None, request: bytes, at: datetime
    ) -> None: ...

    def heard(self, msgid: str, outcome: str, code: str, answer: bytes, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Line:
    """Where the province is, and how long it may take."""

    url: str
    by_infno: bool
    paasid: str
    secret: str
    connect_timeout_s: float
    read_timeout_s: float

    def __repr__(self) -> str:
        return f"Line({self.url!r})"


class Client:
    """Sends one message at a time and says what became of it."""

    def __init__(
        self,
        line: Line,
        journal: Journal,
        now: Callable[[], datetime],
        line_is: Callable[[str | None], None] = lambda _: None,
    ) -> None:
        """`line_is` is told after each send how the line is: None, or what is wrong."""
        self._line = line
        self._journal = journal
        self._now = now
        self._line_is = line_is
        self._http = httpx.Client(
            headers={"accept-encoding": "identity"},  # A few KB; nothing to blow up.
            timeout=httpx.Timeout(line.read_timeout_s, connect=line.connect_timeout_s),
            # An idle connection may die unnoticed; a young one is worth its handshake.
            limits=httpx.Limits(max_connections=4, keepalive_expiry=5.0),
            verify=_authorities(),
            trust_env=False,  # A proxy from the environment would see everybody's visits.
        )

    def close(self) -> None:
        self._http.close()

    def send(
        self,
        infno: str,
        caller: Caller,
        payload: Mapping[str, Any],
        *,
        settlement_id: str | None = None,
        insuplc_admdvs: str = "",
        msgid: str | None = None,
    ) -> Answer:
        """Send one transaction and return its good answer.

        `msgid` is given when the caller has already written it down with an intent.
        Raises Refused `province.refused` or `province.not_admitted`, Unavailable
        `province.away`, Uncertain `province.no_answer`, `province.nonsense`,
        `province.contradiction` or `province.system_error`. Unavailable always means
        that no byte has left, whatever else fails on the way.
        """
        now = self._now()
        msgid = msgid or self._journal.next_msgid(caller.fixmedins_code, now)
        request = envelope(infno, msgid, caller, dict(payload), now, insuplc_admdvs)
        self._journal.sending(msgid, infno, settlement_id, request, now)
        body = b""
        try:
            body = self._post(infno, request, now)
            answer = judged(infno, read_answer(body))
        except Fault as fault:
            log.info("%s: %s", infno, fault)
            self._note(msgid, type(fault).__name__.lower(), fault.code, body)
            raise
        self._note(msgid, "answered", "", body)
        return answer

    def _note(self, msgid: str, outcome: str, code: str, body: bytes) -> None:
        """Write the outcome down and tell how the line is, if that can be done.

        What was said cannot be unsaid: a full disk behind it must change neither a good
        answer nor a silence into "nothing was sent".
        """
        try:
            self._journal.heard(msgid, outcome, code, body, self._now())
            self._line_is(code if code in _LINE_IS_BAD else None)
        except Fault as fault:
            log.error("an outcome could not be written down: %s", fault)  # noqa: TRY400

    def _post(self, infno: str, request: bytes, now: datetime) -> bytes:
        line = self._line
        address = f"{line.url.rstrip('/')}/{infno}" if line.by_infno else line.url
        headers = gateway_headers(line.paasid, line.secret, int(now.timestamp()))
        headers["content-type"] = "application/json; charset=utf-8"
        try:
            with self._http.stream("POST", address, content=request, headers=headers) as response:
                body = _bounded(response, line.read_timeout_s)
        except _NEVER_SENT as error:
            raise Unavailable("province.away", reason=type(error).__name__) from None
        except httpx.HTTPError as error:
            raise Uncertain("province.no_answer", reason=type(error).__name__) from None
        if response.status_code in (401, 403) and infno not in MOVES_MONEY:
            raise Refused("province.not_admitted", status=response.status_code)
        if response.status_code != 200:
            raise Uncertain("province.no_answer", status=response.status_code)
        return body


@cache
def _authorities() -> ssl.SSLContext:
    """Whose certificates are believed; reading the list takes longer than a settlement."""
    return httpx.create_ssl_context(trust_env=False)


def judged(infno: str, answer: Answer) -> Answer:
    """Return a good answer; raise what any other one means for this transaction."""
    if answer.infcode == 0 and not answer.err_msg:
        return answer
    if infno in MOVES_MONEY and answer.infcode == 0:
        raise _saying(Uncertain("province.contradiction", infno=infno), answer)
    if infno in MOVES_MONEY and answer.infcode == -1:
        raise _saying(Uncertain("province.system_error", infno=infno), answer)
    raise _saying(Refused("province.refused", infno=infno, infcode=answer.infcode), answer)


def _saying(fault: Fault, answer: Answer) -> Fault:
    fault.said = answer.err_msg
    return fault


def _bounded(response: httpx.Response, within_s: float) -> bytes:
    """The body, read no further and no longer than any answer goes.

    httpx limits the wait for each piece; a line that drips would never end.
    """
    deadline_s = time.monotonic() + within_s
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > ANSWER_BYTES_MAX:
            break
        if time.monotonic() > deadline_s:
            raise Uncertain("province.no_answer", reason="still dripping")
    return bytes(body)
