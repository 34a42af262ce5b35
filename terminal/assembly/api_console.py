"""Clients of the local API made, listed and ended at the console, with the terminal stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from terminal import clock
from terminal.assembly.asked_settings import asked_settings

if TYPE_CHECKING:
    from terminal.api_clients import ApiClients
    from terminal.settings import Settings

_WHO = "console"
"""Whoever stands at the device's own console; the ledger knows no more of them."""


class ClientConsole:
    """What the commands do."""

    def client_add(
        self, name: str, callback_url: str, settings_file: Path | None
    ) -> dict[str, str]:
        """Raises Refused `callback.address`, and what ApiClients.add raises."""
        from terminal.callbacks import refuse_address

        settings = asked_settings(settings_file)
        if callback_url:
            refuse_address(callback_url, settings.api_from)
        with _clients(settings) as clients:
            made = clients.add(name, callback_url)
        return {"token": made.token, "callback_secret": made.callback_secret}

    def client_list(self, settings_file: Path | None) -> list[dict[str, str]]:
        from terminal.assembly.reading import store_to_read

        with store_to_read(asked_settings(settings_file)) as (store, _):
            return [
                {
                    "name": each.name,
                    "callback_url": each.callback_url,
                    "made_at": each.made_at.isoformat(),
                    "ended_at": "" if each.ended_at is None else each.ended_at.isoformat(),
                }
                for each in store.api_clients.everybody()
            ]

    def client_end(self, name: str, settings_file: Path | None) -> None:
        with _clients(asked_settings(settings_file)) as clients:
            clients.end(name)


@contextmanager
def _clients(settings: Settings) -> Iterator[ApiClients]:
    """The store, open for one command. Raises Refused `store.held` while a terminal runs."""
    # Here, because help and the other commands must not load a database for this one.
    from terminal.api_clients import ApiClients
    from terminal.assembly.keys import open_settled_store

    store = open_settled_store(settings)
    try:
        yield ApiClients(store, clock.now, _WHO)
    finally:
        store.close()
