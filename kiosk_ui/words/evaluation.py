"""Measuring faces and photographs: what the technician at the command line meets."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _technical(technician: str) -> Words:
    return Words(
        resident=RESIDENT_WAITS, doctor="评测没有做完，请联系技术员。", technician=technician
    )


def _photograph(doctor: str, technician: str) -> Words:
    return Words(resident=RESIDENT_WAITS, doctor=doctor, technician=technician)


WORDS = {
    "evaluation.columns_missing": _technical("清单缺列；看 columns，按文档补齐表头。"),
    "evaluation.contradiction": _technical("清单自相矛盾；看 line 与 what。"),
    "evaluation.list_empty": _technical("清单里没有一行；换一份清单。"),
    "evaluation.list_unreadable": _technical("清单读不出来；须是 UTF-8 的 CSV，大小与行长有限。"),
    "evaluation.nobody_enrolled": _technical("清单里没有 enrol 的行，或都没有录成。"),
    "evaluation.nothing_readable": _technical("清单里的图片一张也读不出来；检查 --root。"),
    "evaluation.outside_root": _technical("清单里的路径跑到 --root 之外；改正该行。"),
    "evaluation.plot_not_png": _technical("图只能写成 .png 文件。"),
    "evaluation.plot_not_written": _technical("图写不出来；检查目录与磁盘。"),
    "evaluation.root_missing": _technical("--root 不是一个目录。"),
    "evaluation.row_wrong": _technical("清单有一行写得不对；看 line 与 column。"),
    "evaluation.size_out_of_range": _technical("--sizes 须是用逗号分开的整数，且不越界。"),
    "photograph.missing": _photograph("没有找到这张照片。", "文件不存在。"),
    "photograph.too_large": _photograph("这张照片太大，请换一张。", "字节数或像素数超过上限。"),
    "photograph.unreadable": _photograph("这张照片打不开，请换一张。", "不是图片，或文件损坏。"),
}
