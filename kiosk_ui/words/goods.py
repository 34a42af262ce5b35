"""The doctor's main page about boxes and warnings: what is asked, and what cannot be read."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _doctors(doctor: str, technician: str) -> Words:
    return Words(resident=RESIDENT_WAITS, doctor=doctor, technician=technician)


_NO_FAULT = "页面用语，不是故障。"

WORDS = {
    "finding.asks": _doctors(
        "有提醒还没有看：请在黄色的提醒下面选一个理由，或去掉那一项，再确认结算。",
        "事前提醒（warn）还没有理由，确认按钮不亮。",
    ),
    "finding.blocks": _doctors(
        "有一项不能这样开：请看红色的提醒，去掉那一项或改好，再确认结算。",
        "事前提醒（block）还在，确认按钮不亮。",
    ),
    "goods.quantity_unreadable": _doctors(
        "没有看懂是多少，什么都没有改。请只写数字，比如 10；要大于零。",
        "数量、天数或次数不是大于零的数，或该为整数的不是整数。",
    ),
    "step.self_paid": Words(
        resident="药办好了，是自费",
        doctor="自费卖好了，没有用医保。收好钱，再接下一位。",
        technician="就诊状态，不是故障。",
    ),
    "untraced.herbal_pieces": _doctors("中药饮片，不用扫码", _NO_FAULT),
    "untraced.herbal_granules": _doctors("中药颗粒，不用扫码", _NO_FAULT),
    "untraced.bought_before": _doctors("没有码：印码以前进的货", _NO_FAULT),
    "untraced.unreadable": _doctors("没有码：码坏了，扫不出也认不清", _NO_FAULT),
}
