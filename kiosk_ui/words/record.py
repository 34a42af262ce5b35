"""Beside the clinic's record system: what it settles, what is typed into it, what came of it."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _step(resident: str, doctor: str) -> Words:
    return Words(resident, doctor, technician="就诊状态，不是故障。")


def _doctors(doctor: str, technician: str = "就诊状态，不是故障。") -> Words:
    return Words(RESIDENT_WAITS, doctor, technician)


WORDS = {
    "step.handed_over": _step(
        "医生正在电脑上为您结算",
        "已交给基卫系统。请在基卫系统里结算；结果由本机自动查，查到就显示在这里。",
    ),
    "step.settled_there": _step(
        "结算好了，请按医生说的付钱",
        "基卫系统已经结算，金额照基卫系统的。请接下一位。",
    ),
    "busy.typing": _doctors("正在往基卫系统里输入，请不要动鼠标和键盘……"),
    "busy.asking_there": _doctors("正在向医保中心查基卫系统的结算……"),
    "waiting.handed_over": _doctors("已交基卫系统，还没查到结算"),
    "waiting.record_system": _doctors("改由基卫系统结算前同意的，本机不收费。请取回，再交基卫系统"),
    "settling.record_system": Words(
        "这里不收费，请等医生在电脑上办理",
        "本所设为由基卫系统结算，本机不结算、不收费。请把这次就诊交给基卫系统。",
        "who_settles = record_system：2201 至 2207、3505 一律不发，事实 infno 是哪一项。",
    ),
    "handed.terminal_settles": _doctors(
        "本所由本机结算，不用交给基卫系统。请照常确认金额。", "who_settles = terminal。"
    ),
    "handed.not_found_yet": _doctors(
        "医保中心还没有这次的结算。请看基卫系统里结好了没有：没结的去结，结好了的等着，本机会自动再查。",
        "5201、5203 里没有本机构、本次就诊开始以后的结算。",
    ),
    "handed.to_choose": _doctors(
        "查到了结算，但对不准是不是这一次。请看金额和时间，是哪一笔就选哪一笔。",
        "金额不同、不止一笔，或同一人还有别的就诊：不自动认。",
    ),
    "handed.not_told": _doctors(
        "这笔结算已经不在查到的里面了。请再查一次，再选。", "所选 setl_id 不在最近查到的结算里。"
    ),
    "handed.charged_here": _doctors(
        "本机以前给这次收过费，当时说没收成，现在查到其实收了。不要再在基卫系统结算。"
        "请技术员改回由本机结算，再确认一次金额，本机就认下那一笔。",
        "5203 或对账文件里有本机登记的这次就诊的结算。",
    ),
    "handed.charge_unproven": _doctors(
        "本机以前给这个人收过费，说没收成，但还不能证明没收。现在不能交给基卫系统；"
        "请先办别人，过些时候再按。",
        "5203 不能按就诊查；等对账文件（3202）。",
    ),
    "handed.of_another_visit": _doctors(
        "这笔结算已经算在另一次就诊上。请选别的一笔。", "settled_there 里该 setl_id 已有就诊。"
    ),
    "typing.away": _doctors(
        "键盘线没有接通基卫系统的电脑，一个字也没有输入。请插好线再按一次；还不行，先用手输入，并告诉技术员。",
        "typing_port 打不开，或对方电脑没有接受键盘；没有按下任何键。",
    ),
    "typing.cut": _doctors(
        "输入到一半断了。请看基卫系统里输了多少，先删干净，再按一次。",
        "键盘报告写到一半失败；见事实 done、of。",
    ),
    "typing.cannot": _doctors(
        "有一个号码键盘打不出来，没有输入。请在基卫系统里用手输入。",
        "文本里有键盘码表以外的字符。",
    ),
    "typing.nothing": _doctors(
        "账单里还没有带追溯码的药盒，没有可输入的。请先扫药盒。", "没有带追溯码的行。"
    ),
    "typing.busy": _doctors("正在输入，请等它输完。", "该就诊已有输入在进行。"),
}  # fmt: skip
