"""The national catalogue as files: 1301 drugs, 1302 herbal pieces, 1305 services.

How many columns each has is known, what stands in most of them is not: this sandbox
fills the code, the name and the last two, version number and name, and leaves the rest
null. A client must take what it knows by its place and bear the rest.
"""

from __future__ import annotations

from collections.abc import Callable

from drivers.simulated.province import files
from drivers.simulated.province.call import Call, Output
from drivers.simulated.province.reference import Item

VERSION = "F001_20250701"
"""PH: how versions are written was not found; a client sends the one it has."""
_COLUMNS = {"1301": 97, "1302": 33, "1305": 20}
_PLACES = {
    "1301": {0: "code", 3: "name", 7: "name"},
    "1302": {0: "code", 1: "name"},
    "1305": {0: "code", 1: "name"},
}
_HERBAL = "10"
"""charge_type of 中药饮片."""


def catalogue(infno: str) -> Callable[[Call], Output]:
    """The transaction that offers one kind of the catalogue, newer than what is known."""

    def offered(call: Call) -> Output:
        """13xx: where the newer rows can be fetched; none, when there are none."""
        if call.data["ver"] == VERSION:
            nothing: Output = dict.fromkeys(("file_qury_no", "filename", "dld_endtime"))
            return {**nothing, "data_cnt": 0}
        rows = [
            _line(infno, item) for item in call.reference.items.values() if _kind(item) == infno
        ]
        told = files.offer(call, f"{infno}_{VERSION}.txt", rows, asked_as=files.CATALOGUE_NAME)
        return {**told, "data_cnt": len(rows)}

    return offered


def _kind(item: Item) -> str:
    if item.charge_type == _HERBAL:
        return "1302"
    return "1301" if item.drug else "1305"


def _line(infno: str, item: Item) -> list[str | None]:
    columns: list[str | None] = [None] * _COLUMNS[infno]
    known = {"code": item.code, "name": item.name}
    for place, what in _PLACES[infno].items():
        columns[place] = known[what]
    columns[-2:] = [VERSION, VERSION]
    return columns
