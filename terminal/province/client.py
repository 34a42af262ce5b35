"""One send to the province, and its three outcomes.

Every message is whole on the disk before it leaves. Then there is an answer, a refusal
(the province said no), nothing sent (name look-up, connecting or the certificate
failed: repeating is safe), or silence: a time-out, a broken line, a status other than
200, an answer that cannot be read. Of a message that moves money, silence and
everything unclear is Uncertain: also infcode -1 (an error inside the platform, after
which a reversal is asked for) and infcode 0 beside an error text, both seen at real
platforms.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Protocol

from terminal.core.faults import Fault, Refused, Uncertain
from terminal.province.envelope import ANSWER_BYTES_MAX, Answer, Caller, envelope, read_answer
from terminal.province.line import Line
from terminal.province.post import Post
from terminal.province.signing import gateway_headers

log = logging.getLogger(__name__)

MOVES_MONEY = frozenset({"2207", "2207A", "2208", "2601"})
"""Settle, cancel, reverse: of these an unclear answer is never taken as a no."""

FILE_BYTES_MAX = 32 * 1024 * 1024
"""A packed file. A day's is some KB, a province's whole catalogue some ten MB."""

_FILE_KEPT_BYTES_MAX = 256 * 1024
"""A file up to this size is kept whole with its message, a larger one by its digest."""

_FILE = b"PK"
"""How every ZIP begins; anything else that answers 9102 is an envelope, or nonsense."""

_LINE_IS_BAD = ("province.away", "province.certificate", "province.no_answer", "province.nonsense")
"""Codes that say the province cannot be talked to; any other is an answer."""


class Journal(Protocol):
    """Where messages are written down."""

    def next_msgid(self, fixmedins_code: str, now: datetime) -> str: ...

    def sending(
        self, msgid: str, infno: str, settlement_id: str | None, request: bytes, at: datetime
    ) -> None: ...

    def heard(self, msgid: str, outcome: str, code: str, answer: bytes, at: datetime) -> None: ...


class Client:
    """Sends one message at a time and says what became of it."""

    def __init__(
        self,
        line: Line,
        journal: Journal,
        now: Callable[[], datetime],
        line_is: Callable[[str | None], None] = lambda _: None,
    ) -> None:
        """`line_is` is told after each send how the line is: None, or what is wrong.

        Raises Refused `settings.unreadable` for a file of certificates that is none.
        """
        self._line = line
        self._journal = journal
        self._now = now
        self._line_is = line_is
        self._post = Post(line.ca_file, line.connect_timeout_s)

    def close(self) -> None:
        self._post.close()

    def sends(self, infno: str) -> bool:
        """Whether this transaction may leave here at all."""
        return infno not in self._line.never

    def refuse(self, infno: str) -> None:
        """Raises Refused `settling.record_system` for a transaction that must not leave here."""
        if not self.sends(infno):
            raise Refused("settling.record_system", infno=infno)

    def send(
        self,
        infno: str,
        caller: Caller,
        payload: Mapping[str, Any],
        *,
        settlement_id: str | None = None,
        insuplc_admdvs: str = "",
        msgid: str | None = None,
        hidden: str = "",
    ) -> Answer:
        """Send one transaction and return its good answer.

        `msgid` is given when the caller has already written it down with an intent.
        `hidden` is a field's value that must not be stored: it leaves, but what is written
        down has none of it, nor the answer, which may repeat it.
        Raises Refused `settling.record_system` before anything is written, Refused
        `province.refused`, `province.not_admitted` or
        `province.request_too_long`, Unavailable `province.away` or
        `province.certificate`, Uncertain `province.no_answer`, `province.nonsense`,
        `province.contradiction` or `province.system_error`. Unavailable always means
        that no byte has left, whatever else fails on the way.
        """
        self.refuse(infno)
        now = self._now()
        msgid = msgid or self._journal.next_msgid(caller.fixmedins_code, now)
        seal = self._line.seal
        request = envelope(infno, msgid, caller, dict(payload), now, insuplc_admdvs, seal)
        written = request
        if hidden:
            told = _without(payload, hidden)
            written = envelope(infno, msgid, caller, told, now, insuplc_admdvs, seal)
        self._journal.sending(msgid, infno, settlement_id, written, now)
        body = b""
        try:
            body = self._said(infno, request, now, ANSWER_BYTES_MAX)
            answer = judged(infno, _ours(read_answer(body, seal), infno, msgid), caller.good_texts)
        except Fault as fault:
            log.info("%s: %s", infno, fault)
            self._note(msgid, type(fault).__name__.lower(), fault.code, b"" if hidden else body)
            raise
        self._note(msgid, "answered", "", b"" if hidden else body)
        return answer

    def download(self, caller: Caller, payload: Mapping[str, Any]) -> bytes:
        """9102: the packed file as it came, at most 32 MiB. Changes nothing over there.

        Raises what `send` raises; `province.nonsense` for what is neither a file nor
        the province's refusal of one, and for a file beyond the limit.
        """
        now = self._now()
        msgid = self._journal.next_msgid(caller.fixmedins_code, now)
        request = envelope("9102", msgid, caller, dict(payload), now, seal=self._line.seal)
        self._journal.sending(msgid, "9102", None, request, now)
        body = b""
        try:
            body = self._said("9102", request, now, FILE_BYTES_MAX)
            if len(body) > FILE_BYTES_MAX:
                raise Uncertain("province.nonsense", reason="too large", bytes=len(body))
            if not body.startswith(_FILE):
                judged("9102", read_answer(body, self._line.seal), caller.good_texts)
                raise Uncertain("province.nonsense", reason="no file")
        except Fault as fault:
            log.info("9102: %s", fault)
            self._note(msgid, type(fault).__name__.lower(), fault.code, _kept(body))
            raise
        self._note(msgid, "answered", "", _kept(body))
        return body

    def read(self, answer: bytes) -> Answer:
        """An answer that was kept, as it was read when it came. Raises as `send` does."""
        return read_answer(answer, self._line.seal)

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

    def _said(self, infno: str, request: bytes, now: datetime, most: int) -> bytes:
        """The body of an answer that the platform itself gave."""
        line = self._line
        address = line.address(infno)
        headers = gateway_headers(line.paasid, line.secret, int(now.timestamp()))
        headers["content-type"] = "application/json; charset=utf-8"
        reply = self._post.send(address, headers, request, line.answer_within_s(infno), most)
        if reply.status in (401, 403) and infno not in MOVES_MONEY:
            raise Refused("province.not_admitted", status=reply.status)
        if reply.status != 200:
            raise Uncertain("province.no_answer", status=reply.status)
        return reply.body


def judged(infno: str, answer: Answer, good_texts: Collection[str] = ()) -> Answer:
    """Return a good answer; raise what any other one means for this transaction.

    `good_texts` are the error texts that mean success in this region, such as 成功.
    """
    if answer.infcode == 0 and (not answer.err_msg or answer.err_msg in good_texts):
        return answer
    if infno in MOVES_MONEY and answer.infcode == 0:
        raise _saying(Uncertain("province.contradiction", infno=infno), answer)
    if infno in MOVES_MONEY and answer.infcode == -1:
        raise _saying(Uncertain("province.system_error", infno=infno), answer)
    raise _saying(Refused("province.refused", infno=infno, infcode=answer.infcode), answer)


def _without(payload: Mapping[str, Any], hidden: str) -> dict[str, Any]:
    """The nodes with this value starred out."""
    return {
        node: {name: "*" if value == hidden else value for name, value in fields.items()}
        for node, fields in payload.items()
    }


def _ours(answer: Answer, infno: str, msgid: str) -> Answer:
    """An answer that repeats another number than we sent answers somebody else."""
    if answer.infno not in ("", infno) or answer.msgid not in ("", msgid):
        raise Uncertain("province.nonsense", reason="an answer to something else")
    return answer


def _saying(fault: Fault, answer: Answer) -> Fault:
    fault.said = answer.err_msg
    return fault


def _kept(body: bytes) -> bytes:
    """What is kept of a file with its message."""
    if len(body) <= _FILE_KEPT_BYTES_MAX:
        return body
    return f"{len(body)} bytes, sha256 {hashlib.sha256(body).hexdigest()}".encode()
