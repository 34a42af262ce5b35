"""Settling: what stops it, what a visit waits for, and each step as it is told."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _waits(doctor: str, technician: str) -> Words:
    return Words(resident="正在办理，办好了医生会告诉您。", doctor=doctor, technician=technician)


def _told(doctor: str, technician: str) -> Words:
    return Words(resident=RESIDENT_WAITS, doctor=doctor, technician=technician)


WORDS = {
    "settlement.figures_moved": Words(
        resident="金额有变化，请等医生再确认。",
        doctor="网络恢复后金额有变化，这一笔没有结算。请看新的金额，再请居民同意。",
        technician="补结算前重新预结算，与已同意的不一致。",
    ),
    "settlement.differs_from_agreed": Words(
        resident="请稍候，医生正在核对金额。",
        doctor="医保中心算的个人金额和同意的不一样。先不要收钱，请看两个金额，照此办理或撤销。",
        technician="2207 应答的个人负担与已同意的不一致；两者都已记录。",
    ),
    "settlement.not_found": Words(
        resident=RESIDENT_WAITS,
        doctor="找不到这一笔结算。请看屏幕上的状态，并联系技术员。",
        technician="结算号不存在。",
    ),
    "settlement.not_priced": Words(
        resident=RESIDENT_WAITS,
        doctor="这一笔还没有算报销，没有结算。请再算一次报销。",
        technician="结算没有预结算结果。",
    ),
    "settlement.settled_elsewhere": Words(
        resident="请稍候，医生正在核对。",
        doctor="这位居民今天还有别的结算，这一次还没有结。请问清楚是不是同一次。",
        technician="当日 5201/5203 查到不是本终端的结算；等医生判断。",
    ),
    "settlement.not_now": Words(
        resident=RESIDENT_WAITS,
        doctor="正在核对别的就诊，这一步还没有办。请稍等一会儿再按。",
        technician="别的未完成的结算正在先查。",
    ),
    "visit.nothing_to_take_back": Words(
        resident=RESIDENT_WAITS,
        doctor="没有等着发出的结算，不用取回。请看屏幕上的状态；已经结算的，请用撤销。",
        technician="就诊不在 WAITING 或 CONFIRMED，或结算已发出。",
    ),
    "visit.slip": Words(
        resident="请记好凭条号，可以先回家。结果出来，医生会告诉您。",
        doctor="请抄一张凭条给居民。凭条不是收据，不能凭它收钱。",
        technician="结果未明的就诊的凭条号；结清或撤销后失效。",
    ),
    "waiting.line": _waits("等网络恢复后结算", "上次发送时连接失败，没有字节发出。"),
    "waiting.answer": _waits("已发出，医保中心没有回应，正在自动查清", "5203 查询、2601 冲正。"),
    "waiting.file": _waits("要等医保中心的当日对账结果", "2601 的应答不作准，等 3202 的文件。"),
    "waiting.doctor": _waits("要请您看一看，叫回来办", "金额不同、超过上限、或别处有结算。"),
    "told.confirmed": _told("居民同意了金额", "AMOUNT_CONFIRMED。"),
    "told.ceiling_agreed": _told("居民同意了估算，最多付这么多", "CEILING_AGREED，网络不通。"),
    "told.held": _told("网络恢复，医保算的没有超过，接着结算", "HELD：预结算不高于上限。"),
    "told.exceeded": _told("网络恢复，医保算的超过了，没有结算", "EXCEEDED：预结算高于上限。"),
    "told.reopened": _told("退回来重新看，没有结算", "REOPENED：取回，或被拦下。"),
    "told.sent": _told("发给医保中心结算", "2207 已发。"),
    "told.answered": _told("医保中心回应了", "2207 有应答。"),
    "told.refused": _told("医保中心没有同意，没有结成", "2207 的 infcode 不为 0。"),
    "told.silent": _told("没有等到回应，不知道结成没有", "2207 超时或应答不可用。"),
    "told.away": _told("连不上医保中心，没有发出去", "没有字节发出。"),
    "told.asked": _told("问医保中心结算过没有", "5201/5203 已发。"),
    "told.not_found": _told("医保中心说没有查到这一笔", "5203 没有查到。"),
    "told.found": _told("查到了：这一笔已经结成", "5203 查到，msgid 与金额相符。"),
    "told.reversal_sent": _told("请医保中心作废这一笔", "2601 已发。"),
    "told.reversed": _told("医保中心回应：这一笔已作废", "2601 成功。"),
    "told.reversal_refused": _told("医保中心说没有可作废的", "2601 被拒。"),
    "told.file_asked": _told("向医保中心要当日的对账结果", "3201/3202 已发。"),
    "told.file_decides_later": _told(
        "这一笔等对账结果来定，定之前不会再发", "3202 的文件作准；期限见屏幕。"
    ),
    "told.file_stands": _told("对账结果里有这一笔", "3202 的文件有此 msgid。"),
    "told.file_absent": _told("对账结果里没有这一笔，没有结成", "3202 的文件没有此 msgid。"),
    "told.file_refunded": _told("对账结果里这一笔已经退掉", "3202 的文件有退费行。"),
    "told.file_not_trusted": _told(
        "对账结果对不上号，没有采用，还在查", "3202 的文件与本机的账不能核对。"
    ),
    "told.settled": _told("结算好了", "PROVINCE_SETTLED。"),
    "told.differs": _told("结成了，但金额和同意的不一样", "PROVINCE_DIFFERED。"),
    "told.accepted": _told("医生看过，照医保中心的金额办", "DIFFERENCE_ACCEPTED。"),
    "told.restarted": _told("终端重新启动，从记录里接着办", "重启后续办。"),
    "told.cancellation_sent": _told("请医保中心撤销这次结算", "2208 已发。"),
    "told.cancelled": _told("已撤销", "PROVINCE_CANCELLED。"),
    "told.cancellation_refused": _told(
        "医保中心没有同意撤销，原来的结算还在", "CANCELLATION_REFUSED。"
    ),
}
