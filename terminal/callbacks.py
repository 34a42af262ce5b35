"""Calls whoever pushed a bill when its result changes, until they have heard.

Nobody has to remember to call: a thread looks which visits made a step since it last looked,
and writes what is to be told into the outbox together with how far it has looked. Only the
newest result of a bill is on its way. A call goes to the address that a technician gave for
that client, never to one that a request names, and no redirect is followed: whoever can push
a bill cannot make this terminal speak to another machine.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import random
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from terminal.board import Workplace
from terminal.core.backoff import pause_s
from terminal.core.faults import Fault, Refused, Unavailable, Uncertain
from terminal.core.pushed import as_json, worth_telling
from terminal.province.post import Post
from terminal.pushed_results import PushedResults
from terminal.store.callbacks import Callback
from terminal.store.pushed import PushedRow, StepsSeen

log = logging.getLogger(__name__)

SIGNATURE = "Clinic-Terminal-Signature"

LOOK_EVERY_S = 5.0
"""How often is looked whether something is due; a change at the counter wakes it at once."""
_FIRST_PAUSE_S = 15.0
_LONGEST_PAUSE_S = 3600.0
_TRIED_FOR = timedelta(hours=24)
"""Whoever was away for a whole day asks for the result when it is back."""
_CONNECT_S = 3.0
_ANSWER_S = 8.0
_ANSWER_BYTES_MAX = 4096
"""Nothing of an answer counts but its status."""
_AT_ONCE_MAX = 20
"""Calls of one look; the others wait for the next."""
_UNWRITTEN_MAX = 5000
"""Steps that are looked at once more after a restart: some weeks of a clinic, in milliseconds."""
_SEEN = "callbacks_seen"
_PART = "callback"


@dataclass(frozen=True, slots=True, repr=False)
class CallMe:
    """Where a client wants to be called, and the secret that signs the calls."""

    url: str
    secret: str


class Callbacks:
    """Looks, and calls."""

    def __init__(
        self,
        workplace: Workplace,
        client: Callable[[str], CallMe | None],
        allowed: Collection[str],
        report: Callable[[str, str | None], object] = lambda *_: None,
    ) -> None:
        """`client`: where the client of this name is called; None: it asks by itself.
        `allowed`: addresses besides this machine; `report` is told how the part is."""
        self._store = workplace.store
        self._board = workplace.board
        self._now = workplace.now
        self._client = client
        self._allowed = tuple(allowed)
        self._report = report
        self._results = PushedResults(workplace.store)
        self._post = Post(None, _CONNECT_S)
        self._dice = random.Random()  # noqa: S311 - spreads pauses, guards nothing.
        self._seen: StepsSeen | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="callbacks", daemon=True)
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """Let the call in hand end. What is due is written down."""
        self._stopping.set()
        if self._thread is not None:
            self._board.publish()  # Wakes it.
            self._thread.join(timeout_s)
        self._post.close()

    def attend(self) -> None:
        """Look what is to be told, and make the calls that are due. The thread's work."""
        self._look()
        away: set[str] = set()
        for callback in self._store.callbacks.due(self._now(), _AT_ONCE_MAX):
            if self._stopping.is_set():
                return
            if callback.client not in away and not self._called(callback):
                away.add(callback.client)

    def _run(self) -> None:
        seen = 0
        try:
            while not self._stopping.is_set():
                try:
                    self.attend()
                except Fault as fault:
                    log.warning("results could not be looked up: %s", fault)
                seen = self._board.wait_for_change(seen, LOOK_EVERY_S).number
        finally:
            if not self._stopping.is_set():
                self.start()

    def _look(self) -> None:
        """Put what changed into the outbox, with how far was looked: both or neither.

        Where nothing is to be told nothing is written: a disk syncs no step of a visit twice.
        """
        seen = self._seen or self._recalled()
        last = self._store.pushed.last_steps()
        refused = self._store.pushed.refused_untold(self._now() - _TRIED_FOR)
        moved = self._store.pushed.moved_since(seen) if last != seen else []
        rows = [row for row in (*moved, *refused) if self._client(row.client) is not None]
        if rows or last.visit - seen.visit > _UNWRITTEN_MAX:
            with self._store.transaction():
                for row in rows:
                    self._put(row)
                place = {"visit": last.visit, "settlement": last.settlement}
                self._store.journal.remember(_SEEN, place)
        self._seen = last

    def _put(self, row: PushedRow) -> None:
        now = self._results.of(row)
        if worth_telling(now, self._store.callbacks.told(row.client, row.number)):
            self._store.callbacks.add(row.client, row.number, as_json(now), self._now())

    def _recalled(self) -> StepsSeen:
        known = self._store.journal.recall(_SEEN)
        return StepsSeen(known.get("visit", 0), known.get("settlement", 0))

    def _called(self, callback: Callback) -> bool:
        """Whether they have heard, or need not hear any more."""
        now = self._now()
        where = self._client(callback.client)
        if where is None:  # Its token was ended meanwhile.
            self._store.callbacks.given_up(callback, now)
            self._say(None)
            return True
        if now - callback.made_at > _TRIED_FOR:
            self._store.callbacks.given_up(callback, now)
            self._say("callback.given_up")
            return True
        try:
            self._send(where, callback.body)
        except Fault as fault:
            tries, dice = callback.tries, self._dice.random()
            pause = pause_s(tries, _FIRST_PAUSE_S, _LONGEST_PAUSE_S, dice)
            self._store.callbacks.not_heard(callback, now + timedelta(seconds=pause))
            self._say(fault.code)
            return False
        self._store.callbacks.answered(callback, self._now())
        self._say(None)
        return True

    def _send(self, where: CallMe, body: str) -> None:
        """Raises Refused `callback.address`, Unavailable `callback.away`, Uncertain
        `callback.no_answer`."""
        refuse_address(where.url, self._allowed)
        at = int(self._now().timestamp())
        headers = {
            "content-type": "application/json; charset=utf-8",
            SIGNATURE: signature(where.secret, at, body),
        }
        try:
            reply = self._post.send(where.url, headers, body.encode(), _ANSWER_S, _ANSWER_BYTES_MAX)
        except Unavailable as fault:
            raise Unavailable("callback.away", reason=fault.code) from None
        except Uncertain:
            raise Uncertain("callback.no_answer") from None
        if not 200 <= reply.status < 300:
            raise Uncertain("callback.no_answer", status=reply.status)

    def _say(self, code: str | None) -> None:
        if self._report(_PART, code):
            self._board.publish()


def signature(secret: str, at: int, body: str) -> str:
    """t=<seconds since 1970>,v1=<HMAC-SHA256 of "t.body" under the secret, hexadecimal>."""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256)
    return f"t={at},v1={digest.hexdigest()}"


def refuse_address(url: str, allowed: Collection[str]) -> None:
    """Raises Refused `callback.address` unless it is http(s) to this machine, or to one of
    the allowed addresses.

    By number only, `localhost` apart: what a name means is decided elsewhere, and may
    change between this look and the call.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
        named = {ipaddress.ip_address(each) for each in allowed}
        there = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise Refused("callback.address") from None
    ours = there.is_loopback or there in named
    plain = parts.username is None and parts.password is None and not parts.fragment
    if parts.scheme not in ("http", "https") or not plain or not ours or not url.isascii():
        raise Refused("callback.address")
