"""The doctor's pages of the shelf: what runs short, the order, and the stock book."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import BadRequest, NotFound

from kiosk_ui import forms, goods_forms
from kiosk_ui.answers import Screen, redrawn, regions_now, tap_done, whole_page
from kiosk_ui.desk import Desk
from kiosk_ui.goods_names import MOVE_KINDS, MOVE_REASONS, TOLD
from kiosk_ui.regions import region
from terminal.core.counter import CounterView
from terminal.core.goods_views import FoundItem, ShelfView, StockMove, StockRow

MOVES_SHOWN = 12
"""The newest; the book itself keeps all."""

_ASKED_CHARACTERS_MAX = 32


def shelf_pages(desk: Desk) -> Blueprint:
    """`/doctor/shelf`, a page for each drug, and the order as a file."""
    pages = Blueprint("shelf", __name__, url_prefix="/doctor/shelf")
    _whole_shelf(pages, desk)
    _order(pages, desk)
    _one_drug(pages, desk)
    _stock_verbs(pages, desk)
    return pages


def _whole_shelf(pages: Blueprint, desk: Desk) -> None:
    screen = Screen("goods/shelf.html", "/doctor/shelf", partial(_draw_shelf, desk))

    @pages.get("")
    def page() -> ResponseReturnValue:
        asked = request.args.get("find", "").strip()[:_ASKED_CHARACTERS_MAX]
        return whole_page(screen, desk.view(), asked=asked, found=_found(desk, asked))

    redrawn(pages, desk, screen)


def _order(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/order.csv")
    def as_csv() -> ResponseReturnValue:
        # Spreadsheets of the township take text without this mark for GBK.
        return _file(b"\xef\xbb\xbf" + desk.shelf.order_csv().encode(), "text/csv", desk, "csv")

    @pages.get("/order.pdf")
    def as_pdf() -> ResponseReturnValue:
        return _file(desk.shelf.order_pdf(), "application/pdf", desk, "pdf")


def _one_drug(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/drugs/<path:item_code>")
    def drug(item_code: str) -> ResponseReturnValue:
        row = _row(desk.shelf.view(), item_code)
        return whole_page(
            _drug_screen(desk, item_code), desk.view(), row=row, move_reasons=MOVE_REASONS
        )

    @pages.get("/drugs/<path:item_code>/now")
    def drug_now(item_code: str) -> ResponseReturnValue:
        return regions_now(_drug_screen(desk, item_code), desk.view())


def _stock_verbs(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/drugs/<path:item_code>/count")
    def count(item_code: str) -> ResponseReturnValue:
        packs, expires_on = goods_forms.packs_counted("packs"), goods_forms.expiry("expires_on")
        desk.shelf.count(item_code, packs, forms.optional_text("lot"), expires_on)
        return tap_done(_drug_screen(desk, item_code), desk.view())

    @pages.post("/drugs/<path:item_code>/moved")
    def moved(item_code: str) -> ResponseReturnValue:
        kind, reason = _move()
        packs, expires_on = goods_forms.packs_moved("packs"), goods_forms.expiry("expires_on")
        lot = forms.optional_text("lot")
        desk.shelf.moved(item_code, kind, packs, lot, expires_on, reason)
        return tap_done(_drug_screen(desk, item_code), desk.view())


def _move() -> tuple[str, str]:
    """In or out, and why, as one button says it: `in:进货`."""
    kind, _, reason = forms.text("move").partition(":")
    if reason not in MOVE_REASONS.get(kind, ()):
        raise BadRequest
    return kind, reason


def _found(desk: Desk, asked: str) -> tuple[FoundItem, ...]:
    return desk.finding.find(asked, ("drug",)) if asked else ()


def _row(shelf: ShelfView, item_code: str) -> StockRow:
    for row in shelf.rows:
        if row.item_code == item_code:
            return row
    raise NotFound


def _draw_shelf(desk: Desk, view: CounterView) -> dict[str, Markup]:
    shelf = desk.shelf.view()
    short = tuple(row for row in shelf.rows if row.to_order > 0)
    rest = tuple(row for row in shelf.rows if row.to_order <= 0)
    step = "step.shelf_short" if short else "step.shelf_enough"
    return {
        "status": region("doctor", "status", view=view),
        "short": region("goods", "short", view=view, shelf=shelf, rows=short),
        "rest": region("goods", "rest", view=view, shelf=shelf, rows=rest),
        "moves": _moves(view, shelf.moves),
        "action": region("goods", "action", view=view, step=step, here="shelf"),
    }


def _drug_screen(desk: Desk, item_code: str) -> Screen:
    here = url_for("shelf.drug", item_code=item_code)
    return Screen("goods/drug.html", here, partial(_draw_drug, desk, item_code))


def _draw_drug(desk: Desk, item_code: str, view: CounterView) -> dict[str, Markup]:
    shelf = desk.shelf.view()
    row = _row(shelf, item_code)
    moves = tuple(move for move in shelf.moves if move.item_code == item_code)
    return {
        "status": region("doctor", "status", view=view),
        "stock": region("goods", "stock", view=view, shelf=shelf, row=row),
        "moves": _moves(view, moves),
        "action": region("goods", "action", view=view, step="step.shelf_drug", here="drug"),
    }


def _moves(view: CounterView, moves: tuple[StockMove, ...]) -> Markup:
    shown = moves[:MOVES_SHOWN]
    return region("goods", "moves", view=view, moves=shown, kinds=MOVE_KINDS, told=TOLD)


def _file(content: bytes, mimetype: str, desk: Desk, ending: str) -> Response:
    name = f"order-{desk.view().day}.{ending}"
    return Response(
        content,
        mimetype=mimetype,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
