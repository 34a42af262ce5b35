"""What the pairing page itself says; the steps' own codes have theirs elsewhere."""

from __future__ import annotations

from kiosk_ui.words.reader import Words

_RESIDENT = "机器还在安装，请稍候。"
_DOCTOR = "机器还在安装，请让技术员接着做。"


def _only(technician: str) -> Words:
    return Words(resident=_RESIDENT, doctor=_DOCTOR, technician=technician)


WORDS = {
    "pairing.not_a_card": _only("这个码不是登记卡。扫县里发的卡上那个大方码。"),
    "pairing.too_early": _only("上一步还在做，等它做完。"),
    "pairing.other_card": _only("这不是刚才那张卡，什么也没有擦。扫原来那一张。"),
    "pairing.no_address": _only("县里的地址要从 https:// 开头，照卡上写的输。"),
    "pairing.no_code": _only("短码是 12 位字母和数字，照卡上写的输。"),
    "pairing.no_sheet": _only("验收单还没有出来，等一下再打。"),
    "pairing.closed": _only("这台机器已经装好，不再收卡。要换卫生室，先看装机手册「搬家」。"),
    "pairing.broken": _only("这一步自己出了错。再试一次；还不行，拔插头再插上。"),
}
