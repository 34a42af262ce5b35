"""Which record systems may push bills: a technician's work, at the device's own console.

A token has 256 random bits and is shown once; what is kept is its SHA-256 digest, and whoever
asks is looked up by that, so that no comparison takes longer for a token that is nearly right.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from terminal.core.faults import Refused
from terminal.core.ledger import Deed
from terminal.store import Store
from terminal.store.api_clients import ApiClient

_TOKEN_BYTES = 32
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True)
class MadeClient:
    """Shown once; nobody can read them again."""

    token: str = field(repr=False)
    callback_secret: str = field(repr=False)


class ApiClients:
    """Who may push, and where they are told."""

    def __init__(self, store: Store, now: Callable[[], datetime], who: str = "") -> None:
        """`who` the ledger names as having changed them."""
        self._store = store
        self._now = now
        self._who = who

    def client_of(self, token: str) -> str | None:
        """Whose token this is; None: nobody's, or no longer."""
        client = self._store.api_clients.of_digest(_digest(token))
        return None if client is None else client.name

    def active(self, name: str) -> ApiClient | None:
        """This client, unless it was ended."""
        client = self._store.api_clients.client(name)
        return None if client is None or client.ended_at is not None else client

    def add(self, name: str, callback_url: str = "") -> MadeClient:
        """Make a client. An ended one gets another token and keeps its bills: under a new
        name the same bill could be pushed twice.

        Raises Refused `api.client_name`, `api.client_taken`.
        """
        if not _NAME.fullmatch(name):
            raise Refused("api.client_name")
        made = MadeClient(secrets.token_urlsafe(_TOKEN_BYTES), secrets.token_urlsafe(_TOKEN_BYTES))
        with self._store.transaction():
            if self.active(name) is not None:
                raise Refused("api.client_taken")
            client = ApiClient(name, callback_url, made.callback_secret, self._now(), None)
            self._store.api_clients.keep(client, _digest(made.token))
            self._changed("added", name)
        return made

    def end(self, name: str) -> None:
        """Its token is refused from now on. Raises Refused `api.client_unknown`."""
        with self._store.transaction():
            if self.active(name) is None:
                raise Refused("api.client_unknown")
            self._store.api_clients.end(name, self._now())
            self._changed("ended", name)

    def _changed(self, how: str, name: str) -> None:
        told = {"change": how, "api_client": name}
        self._store.ledger.add(Deed.OPERATOR_CHANGED, self._now(), told, who=self._who)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
