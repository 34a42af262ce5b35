"""Stock as the clinics tell it: counted (3501), or moved otherwise than by a sale (3502).

A count sets what lies there of one delivery, a move adds to it or takes from it. Nothing
tells a repetition from a second move: what is told twice is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from drivers.simulated.province.book import Book
from drivers.simulated.province.call import Call, Output
from drivers.simulated.province.verdicts import NotTaken, check_drug_of, not_taken, taken
from drivers.simulated.province.wire import Json

_IN = frozenset({"101", "103", "106", "108"})
"""PH: inv_chg_type of what came in: moved here, found in a count, otherwise, at the start.
The others (moved away, missing, destroyed, otherwise) went out."""


def count(call: Call) -> Output:
    """3501: so much lies there on a day."""
    if call.data["invdate"] > call.today.isoformat():
        return not_taken("盘存日期晚于当前日期")
    if Decimal(call.data["inv_cnt"]) < 0:
        return not_taken("盘存数量不能为负")
    if call.data["expy_end"] < call.data["manu_date"]:
        return not_taken("有效期早于生产日期")
    return _keep(call, call.data["inv_cnt"])


def move(call: Call) -> Output:
    """3502: so much came in, or went."""
    amount = Decimal(call.data["cnt"])
    if amount <= 0:
        return not_taken("变更数量应大于零")
    return _keep(call, str(amount if call.data["inv_chg_type"] in _IN else -amount))


def lying(book: Book) -> Iterator[Json]:
    """What lies where, by everything that was told in its order: institution, item (its
    own code), batch, and cnt as a text like "12.0000"."""
    shelves: dict[tuple[str, str, str], Decimal] = {}
    for row in book.rows("SELECT * FROM stock_reports ORDER BY seq"):
        shelf = (row["institution"], row["item"], row["batch"])
        before = Decimal(0) if row["infno"] == "3501" else shelves.get(shelf, Decimal(0))
        shelves[shelf] = before + Decimal(row["cnt"])
    for (institution, item, batch), cnt in shelves.items():
        yield {"institution": institution, "item": item, "batch": batch, "cnt": f"{cnt:.4f}"}


def _keep(call: Call, cnt: str) -> Output:
    row = call.data
    try:
        _check(call)
    except NotTaken as reason:
        return not_taken(reason)
    call.book.write(
        "INSERT INTO stock_reports (infno, institution, item, batch, cnt, kind, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        call.infno,
        call.institution.code,
        row["fixmedins_hilist_id"],
        row["fixmedins_bchno"],
        cnt,
        row["inv_chg_type"],
        call.time,
    )
    return taken()


def _check(call: Call) -> None:
    """Raises NotTaken for a drug or box that is not what the row says."""
    row = call.data
    item = call.reference.items.get(row["med_list_codg"])
    if item is None:
        raise NotTaken("医保目录编码不存在")
    if item.own_code != row["fixmedins_hilist_id"]:
        raise NotTaken("机构目录未对照")
    for code in row.inner["drugtracinfo"]:
        check_drug_of(call, code["drug_trac_codg"], item.code)
