"""The pages of boxes, courses and the shelf: what they ask for, and what cannot be read."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _step(doctor: str) -> Words:
    return Words(RESIDENT_WAITS, doctor, "页面状态，不是故障。")


WORDS = {
    "step.scan_sell": _step("现在扫药就是卖药。要做别的，先按左边的按钮。"),
    "step.scan_open": _step("请扫要拆开零卖的那一盒。"),
    "step.scan_pack": _step("正在装上门包：请一盒一盒扫，装完按「不扫了」。"),
    "step.scan_unpack": _step("正在把上门包放回药架：请一盒一盒扫，放完按「不扫了」。"),
    "step.scan_take_in": _step("请扫退回来的那一盒。扫了以后，这一盒再也不能卖。"),
    "step.courses_due": _step("今天要做的排在前面。做完一位，按一下「今天做了」。"),
    "step.courses_none_due": _step("今天没有要做的疗程了。"),
    "step.shelf_short": _step("缺的排在前面。按「打印要货单」，交给镇卫生院。"),
    "step.shelf_enough": _step("慢病病人要用的药都够。"),
    "step.shelf_drug": _step("点了数，或者进了、损了，就记在这里。"),
    "stock.count_unreadable": Words(
        RESIDENT_WAITS,
        "没有看懂是多少盒，什么都没有记。请只写数字，比如 12；最多两位小数。",
        "数量不是 0 到 99999 的数，或小数超过两位（3501 inv_cnt）；进出不能为 0。",
    ),
    "stock.expiry_unreadable": Words(
        RESIDENT_WAITS,
        "没有看懂有效期，什么都没有记。请照药盒上写，比如 2027-11-30 或 2027.11；不知道就空着。",
        "有效期不是年月日或年月。",
    ),
}
