"""The national catalogues as files: 1301 drugs, 1302 herbs, 1305 services and others."""

from __future__ import annotations

from terminal.core.faults import Refused
from terminal.province import messages as m
from terminal.province.files import unpack
from terminal.province.nodes import read_node, written
from terminal.province.session import Session
from terminal.province.statement_answers import File

KINDS = frozenset(f"13{n:02}" for n in range(1, 16)) - {"1304", "1312"}
"""What comes as a file; 1304 and 1312 answer page by page (interface section 9)."""

_CATALOGUE_FILE = "plc"
"""filename by which 9102 is asked for the files of 1301 to 1319, whatever they are called."""


class Catalogues:
    """Fetches a kind of the catalogue."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def fetch(self, infno: str, version: str) -> tuple[tuple[str, ...], ...]:
        """The rows newer than a version ("0": all), in the columns of this kind.

        None where there is nothing newer. May be repeated. Raises as Session.send and
        .download do, Uncertain `province.nonsense` for a file beyond the limits, and
        Refused `province.no_such_catalogue`.
        """
        if infno not in KINDS:
            raise Refused("province.no_such_catalogue", infno=infno)
        answer = self._session.send(infno, {"data": written(m.CatalogueQuery, ver=version)})
        told = answer.output.get("fileinfo") or answer.output
        if not isinstance(told, dict) or not told.get("file_qury_no"):
            return ()
        file = read_node(File, told)
        return unpack(self._session.download(file.file_qury_no, _CATALOGUE_FILE))
