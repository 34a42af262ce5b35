"""The sheet on the door as a page to print: A4, large, numbered, with the time it was made.

The only user of the PDF library. It embeds the few characters it needs of the system's
Chinese font.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import FontFace

from terminal.core.faults import Unavailable
from terminal.core.money import Money
from terminal.core.money_views import Publicity, PublicityRow
from terminal.core.publicity import MARKS, left_out_text

FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path.home() / ".fonts/NotoSansCJK-Regular.ttc",
)
"""Where Debian's fonts-noto-cjk puts it, or somebody without root did."""
_SIMPLIFIED = 2
"""The Simplified Chinese face within the collection."""

_MARGIN_MM = 15
_TITLE_PT, _TEXT_PT, _SMALL_PT = 26, 14, 11
_WIDTHS = (20, 22, 20, 27, 22, 14)
"""Of the columns, as shares of the line."""
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
    page = _Page(format="A4")
    page.set_creation_date(publicity.made_at)
    page.set_title(f"{publicity.clinic_name} {publicity.day:%Y-%m-%d}")
    page.foot = f"制表时间 {publicity.made_at:%Y-%m-%d %H:%M}"
    page.set_margins(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    page.set_auto_page_break(True, margin=_MARGIN_MM * 1.6)
    page.add_font("noto", fname=_font(fonts), collection_font_number=_SIMPLIFIED)
    page.add_page()
    _heading(page, publicity)
    _table(page, publicity.rows, sums=(publicity.total, publicity.fund, publicity.own))
    if publicity.since:
        _line(page, "以前就诊的变动", size=_TEXT_PT + 2, above=6)
        _table(page, publicity.since, sums=None)
    if publicity.left_out:
        _line(page, left_out_text(publicity), size=_SMALL_PT, above=4)
    _line(page, "金额单位：元。对公示有疑问，请向本卫生室或县医保局反映。", size=_SMALL_PT, above=4)
    written = io.BytesIO()
    page.output(written)
    return written.getvalue()


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
