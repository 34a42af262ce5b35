"""Paper: what is wrong with the printer, and which slip of the pad is which."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

_LATER = "单子过一会儿再打印，不影响结算。"


def _printer(doctor: str, technician: str) -> Words:
    return Words(
        resident=_LATER,
        doctor=f"{doctor}看病、结算照常，单子好了会自己打印。",
        technician=technician,
    )


def _pad(doctor: str, technician: str) -> Words:
    return Words(resident=RESIDENT_WAITS, doctor=doctor, technician=technician)


WORDS = {
    "printer.none": _pad(
        "这台终端没有接打印机。可以把单子下载下来，到别处打印，或请居民看屏幕。",
        "没有设打印机。有的话，接好后填设置 printer，再重启。（printer 为空）",
    ),
    "printer.away": _printer(
        "打印机没有连上：请看看电源和插头。",
        "打印机不在。查电源、数据线和设置 printer。（设备打不开、拒绝连接或写入超时）",
    ),
    "printer.paper_out": _printer(
        "打印机没有纸了：请换一卷纸。",
        "纸用完了。装一卷新纸，合上盖子；等着的单子会自己打印。（状态 2 或 4 报缺纸）",
    ),
    "printer.cover_open": _printer(
        "打印机的盖子开着：请合上。",
        "盖子开着。合上，听到咔哒一声；等着的单子会自己打印。（状态 2 报盖开）",
    ),
    "printer.jammed": _printer(
        "打印机卡住了：请打开盖子，取出卡住的纸，再合上。",
        "切刀或纸卡住了。关电源，打开盖子，取出卡住的纸，再合上、开机。（状态 3 报切刀或机械故障）",
    ),
    "printer.not_answering": _printer(
        "打印机没有反应：请关掉再打开。",
        "打印机不说自己怎么样。关掉再打开；还不行，换数据线。（问状态在时限内没有回答，或认不出）",
    ),
    "paper.nothing_settled": _pad(
        "这一次还没有结算，或已经撤销，没有单子可打。", "就诊状态不是 settled，也没有凭条号。"
    ),
    "paper.no_such_kind": _pad("没有这种单子。", "只有 receipt 和 set 两种 PDF。"),
    "paper.too_many": _pad(
        "等着打印的太多了。请先修好打印机，或到“打印”页选“都不要了”。", "待打印超过上限。"
    ),
    "pad.unknown": _pad("没有这个号的应急单。请照单子上的号再输一次。", "pad_slip 无此号。"),
    "pad.spoilt": _pad("这个号已经登记作废，不能再用。", "pad_slip.spoilt_at 已有。"),
    "pad.entered_already": _pad(
        "这个号已经录入过了。请看看是不是看错了号。", "pad_slip.visit_id 已属另一就诊。"
    ),
    "pad.visit_has_one": _pad(
        "这次看病已经录入了另一个号的应急单。一次只能对一张。", "该就诊已有 pad_slip。"
    ),
    "pad.count": _pad("一次可以打 1 到 50 张。", "print_pads 的张数超出范围。"),
}
