"""What is printed: the sheet on the door and the order. A4, large, numbered, with the time
it was made.

The only user of the PDF library. It embeds the few characters it needs of the system's
Chinese font.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import FontFace

from terminal.core.faults import Unavailable
from terminal.core.money import Money
from terminal.core.money_views import Publicity, PublicityRow
from terminal.core.papers import Paper, PaperLine, Style, clean
from terminal.core.publicity import MARKS, left_out_text
from terminal.ordering import HEAD as ORDER_HEAD
from terminal.ordering import Order

FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path.home() / ".fonts/NotoSansCJK-Regular.ttc",
)
"""Where Debian's fonts-noto-cjk puts it, or somebody without root did."""
_SIMPLIFIED = 2
"""The Simplified Chinese face within the collection."""

A4, A5 = (210, 297), (148, 210)
"""Width and height in mm."""
_MARGIN_MM = 15
_TITLE_PT, _TEXT_PT, _SMALL_PT = 26, 14, 11
_WIDTHS = (20, 22, 20, 27, 22, 14)
"""Of the columns, as shares of the line."""
_ORDER_WIDTHS = (9, 38, 32, 13, 11, 32)
_HEAD = ("就诊日期", "姓名", "总费用", "基金支付", "个人负担", "备注")


class _Page(FPDF):
    """Every page with its number and the time it was made."""

    foot = ""

    def footer(self) -> None:
        self.set_y(-_MARGIN_MM)
        self.set_font("noto", size=_SMALL_PT)
        self.cell(w=0, text=f"{self.foot}　第 {self.page_no()} 页，共 {{nb}} 页", align="C")


def publicity_pdf(publicity: Publicity, fonts: Sequence[Path] = FONTS) -> bytes:
    """The sheet as PDF, in the first of these fonts that is there.

    Raises Unavailable `sheet.no_font` where none is.
    """
    title = f"{publicity.clinic_name} {publicity.day:%Y-%m-%d}"
    page = _first_page(title, publicity.made_at, fonts)
    _heading(page, publicity)
    _table(page, publicity.rows, sums=(publicity.total, publicity.fund, publicity.own))
    if publicity.since:
        _line(page, "以前就诊的变动", size=_TEXT_PT + 2, above=6)
        _table(page, publicity.since, sums=None)
    if publicity.left_out:
        _line(page, left_out_text(publicity), size=_SMALL_PT, above=4)
    _line(page, "金额单位：元。对公示有疑问，请向本卫生室或县医保局反映。", size=_SMALL_PT, above=4)
    return _bytes(page)


def order_pdf(order: Order, fonts: Sequence[Path] = FONTS) -> bytes:
    """The order for the township hospital as PDF, with a line to sign on.

    Raises Unavailable `sheet.no_font` where no font is.
    """
    page = _first_page(f"{order.clinic_name} {order.made_at:%Y-%m-%d}", order.made_at, fonts)
    _line(page, "药品要货单", size=_TITLE_PT, above=0, align="C")
    _line(page, f"要货：{order.clinic_name}", size=_TEXT_PT, above=4)
    _line(page, f"送：{order.hospital or '________________'}", size=_TEXT_PT, above=1)
    _line(page, f"日期：{_day(order.made_at.date())}", size=_TEXT_PT, above=1)
    page.ln(4)
    if order.rows:
        _order_table(page, order)
    else:
        _line(page, "目前没有缺的药。", size=_TEXT_PT, above=2)
    told = f"共 {len(order.rows)} 种，按今后 {order.days_ahead} 天慢病病人的用量，减去现存数得出。"
    _line(page, told, size=_SMALL_PT, above=4)
    _line(page, _SIGNATURES, size=_TEXT_PT, above=12)
    return _bytes(page)


def paper_pdf(
    paper: Paper,
    title: str,
    made_at: datetime,
    size_mm: tuple[int, int],
    fonts: Sequence[Path] = FONTS,
) -> bytes:
    """What the receipt printer would print, on sheets of this size, a part to a sheet.

    Raises Unavailable `sheet.no_font` where no font is.
    """
    page = _first_page(title, made_at, fonts, size_mm)
    for number, part in enumerate(paper.parts):
        if number:
            page.add_page()
        for line in part:
            _strip_line(page, line)
    return _bytes(page)


_POINTS = {Style.TITLE: 20, Style.LARGE: 18, Style.STRONG: 14}


def _strip_line(page: FPDF, line: PaperLine) -> None:
    if line.style is Style.RULE:
        page.ln(2)
        page.line(page.l_margin, page.get_y(), page.w - page.r_margin, page.get_y())
        page.ln(2)
        return
    size = _POINTS.get(line.style, _TEXT_PT - 2)
    left, right = clean(line.left), clean(line.right)
    page.set_font("noto", size=size)
    height, whole = size * 0.5, page.epw
    at_right = page.get_string_width(right) + 4 if right else 0
    align = "C" if line.style is Style.TITLE else "L"
    page.multi_cell(
        w=whole - at_right, h=height, text=left, align=align, new_x="RIGHT", new_y="LAST"
    )
    page.cell(w=at_right, h=height, text=right, align="R", new_x="LMARGIN", new_y="NEXT")


_SIGNATURES = "要货人：______________　　发货人：______________　　收货人：______________"


def _first_page(
    title: str, made_at: datetime, fonts: Sequence[Path], size_mm: tuple[int, int] = A4
) -> _Page:
    page = _Page(format=size_mm)
    page.set_creation_date(made_at)
    page.set_title(title)
    page.foot = f"制表时间 {made_at:%Y-%m-%d %H:%M}"
    page.set_margins(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    page.set_auto_page_break(True, margin=_MARGIN_MM * 1.6)
    page.add_font("noto", fname=_font(fonts), collection_font_number=_SIMPLIFIED)
    page.add_page()
    return page


def _bytes(page: FPDF) -> bytes:
    written = io.BytesIO()
    page.output(written)
    return written.getvalue()


def _order_table(page: FPDF, order: Order) -> None:
    page.set_font("noto", size=_SMALL_PT)
    with page.table(
        col_widths=_ORDER_WIDTHS,
        text_align=("CENTER", "LEFT", "LEFT", "RIGHT", "CENTER", "LEFT"),
        headings_style=FontFace(emphasis="", fill_color=(232, 232, 232)),
        borders_layout="ALL",
        line_height=_SMALL_PT * 0.62,
        padding=1,
    ) as table:
        table.row(ORDER_HEAD)
        for number, row in enumerate(order.rows, start=1):
            table.row(row.cells(number))


def _font(fonts: Sequence[Path]) -> Path:
    for path in fonts:
        if path.is_file():
            return path
    raise Unavailable("sheet.no_font", looked_for=FONTS[0].name)


def _heading(page: FPDF, publicity: Publicity) -> None:
    _line(page, publicity.clinic_name, size=_TITLE_PT, above=0, align="C")
    title = f"{_day(publicity.day)}　医保基金支付公示"
    _line(page, title, size=_TEXT_PT + 4, above=1, align="C")
    page.ln(5)
    if not publicity.rows:
        _line(page, "当日没有可公示的医保结算。", size=_TEXT_PT, above=2)


def _table(
    page: FPDF, rows: Sequence[PublicityRow], sums: tuple[Money, Money, Money] | None
) -> None:
    """The rows under their head, which is repeated on each page."""
    if not rows:
        return
    page.set_font("noto", size=_TEXT_PT)
    with page.table(
        col_widths=_WIDTHS,
        text_align=("LEFT", "LEFT", "RIGHT", "RIGHT", "RIGHT", "CENTER"),
        headings_style=FontFace(emphasis="", fill_color=(232, 232, 232)),
        borders_layout="HORIZONTAL_LINES",
        line_height=_TEXT_PT * 0.62,
        padding=1,
    ) as table:
        table.row(_HEAD)
        for row in rows:
            amounts = [row.total.yuan, row.fund.yuan, row.own.yuan]
            table.row([f"{row.day:%Y-%m-%d}", row.masked_name, *amounts, MARKS[row.mark]])
        if sums is not None:
            table.row(["合计", f"{len(rows)} 人次", *(amount.yuan for amount in sums), ""])


def _line(page: FPDF, text: str, *, size: int, above: int, align: str = "L") -> None:
    page.ln(above)
    page.set_font("noto", size=size)
    page.multi_cell(w=0, h=size * 0.5, text=text, align=align, new_x="LMARGIN", new_y="NEXT")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
