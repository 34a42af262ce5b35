"""A kind of the national catalogue fetched into a file; and which tables are kept here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from terminal import clock
from terminal.assembly.keys import open_settled_store
from terminal.assembly.parts import clinic, province_line, refuse_missing
from terminal.core.faults import Refused
from terminal.private_file import write_private
from terminal.province.client import Client
from terminal.province.downloads import Catalogues
from terminal.province.session import Session
from terminal.settings import Settings

_SEPARATORS = str.maketrans({"\t": " ", "\r": " ", "\n": " "})


def fetch_catalogue(settings: Settings, kind: str, since: str, out: Path) -> dict[str, object]:
    """Write what is newer than version `since` ("0": all) to `out`; kind, rows, file.

    Where nothing is newer, nothing is written: a good list is not replaced by an empty
    one. Messages are kept in the store's journal, so while a terminal runs here this is
    Refused `store.held`. Raises Refused `catalogue.not_written`, and what
    province.downloads.Catalogues.fetch and the parts raise.
    """
    refuse_missing(settings)
    if not out.parent.is_dir():  # Known before some ten MB are fetched for nothing.
        raise Refused("catalogue.not_written", file=out.name, reason="no such folder")
    with (
        closing(open_settled_store(settings)) as store,
        closing(Client(province_line(settings), store.journal, clock.now)) as client,
    ):
        session = Session(client, clinic(settings), store.journal, clock.now)
        rows = Catalogues(session).fetch(kind, since)
    if rows:
        _write(out, rows)
    return {"kind": kind, "rows": len(rows), "file": str(out) if rows else ""}


def kept_catalogues(settings: Settings) -> list[dict[str, object]]:
    """Kind, version, date and rows of each table of the province that is kept here.

    While a terminal runs here this is Refused `store.held`.
    """
    with closing(open_settled_store(settings)) as store:
        return [
            {
                "kind": file.kind,
                "version": file.version,
                "fetched_at": file.fetched_at.isoformat(timespec="seconds"),
                "rows": file.rows,
            }
            for file in store.catalogues.kept()
        ]


def unbind(settings: Settings, prefix: str) -> dict[str, object]:
    """Forget which drug boxes with this prefix are: a doctor bound it to a wrong one.

    What was billed stays as it is. Raises Refused `binding.unknown`, and `store.held` while
    a terminal runs here.
    """
    with closing(open_settled_store(settings)) as store:
        item_code = store.catalogues.bindings().get(prefix)
        if item_code is None:
            raise Refused("binding.unknown", prefix=prefix)
        store.catalogues.unbind(prefix)
    return {"prefix": prefix, "was": item_code}


def _write(out: Path, rows: Iterable[Sequence[str]]) -> None:
    """A row a line, columns parted by tabs; an empty column is empty."""
    text = "".join("\t".join(cell.translate(_SEPARATORS) for cell in row) + "\n" for row in rows)
    try:
        write_private(out, text.encode("utf-8"))
    except OSError as error:
        raise Refused("catalogue.not_written", file=out.name, reason=error.strerror) from None
