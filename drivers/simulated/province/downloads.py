"""The catalogues as files: 1301 drugs, 1302 herbal pieces, 1305 services, 1307 diagnoses,
and the table of trace prefixes (四码合一) under this province's own number, ZSMCJ003.

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
_DIAGNOSIS_COLUMNS = 24
"""PH: their order is this sandbox's: code in the eleventh, name in the twelfth."""
_HERBAL = "10"
"""charge_type of 中药饮片."""


def catalogue(infno: str) -> Callable[[Call], Output]:
    """The transaction that offers one kind of the catalogue, newer than what is known."""

    def offered(call: Call) -> Output:
        """13xx: where the newer rows can be fetched; none, when there are none."""
        items = call.reference.items.values()
        return _offer(call, [_line(infno, item) for item in items if _kind(item) == infno])

    return offered


def diagnoses(call: Call) -> Output:
    """1307: the diagnoses of the insurance version."""
    rows: list[list[str | None]] = []
    for number, (code, name) in enumerate(call.reference.goods.diagnoses.items(), 1):
        columns: list[str | None] = [None] * _DIAGNOSIS_COLUMNS
        columns[0], columns[6], columns[10], columns[11] = str(number), code[:3], code, name
        columns[18] = "1"  # vali_flag
        columns[-2:] = [VERSION, VERSION]
        rows.append(columns)
    return _offer(call, rows)


def prefixes(call: Call) -> Output:
    """ZSMCJ003: prefix, drug, level, smallest packs in it, version."""
    packs = sorted(call.reference.goods.packs.items())
    return _offer(
        call,
        [[prefix, pack.drug, str(pack.level), str(pack.ratio), VERSION] for prefix, pack in packs],
    )


def _offer(call: Call, rows: list[list[str | None]]) -> Output:
    """Where these rows can be fetched; nothing, for who has this version already."""
    if call.data["ver"] == VERSION:
        nothing: Output = dict.fromkeys(("file_qury_no", "filename", "dld_endtime"))
        return {**nothing, "data_cnt": 0}
    told = files.offer(call, f"{call.infno}_{VERSION}.txt", rows, asked_as=files.CATALOGUE_NAME)
    return {**told, "data_cnt": len(rows)}


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
