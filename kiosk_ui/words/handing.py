"""Where the clinic's record system settles: the steps before and while it does, on both screens."""

from __future__ import annotations

from kiosk_ui.words.reader import Words

_THERE = "医生正在电脑上为您结算"
"""As step.handed_over has it (words/record.py)."""


def _step(resident: str, doctor: str) -> Words:
    return Words(resident=resident, doctor=doctor, technician="就诊状态，不是故障。")


WORDS = {
    "step.to_hand_over": _step(
        "医生正在开药", "药已记下。送到基卫系统去结算；扫完了，按「交给基卫系统」。"
    ),
    "step.not_yet_to_hand_over": _step(
        "医生正在开药", "药已记下。请看屏幕上还缺什么，办好了再交给基卫系统。"
    ),
    "step.handed_over_found": _step(
        _THERE, "查到了结算，请选是哪一笔；都不是，就在基卫系统里结好再查。"
    ),
}
