"""The day's end: whose a difference is, what to do next, and what could not be made.

A difference between two books is the clinic's and the province's matter: a resident has
paid what the receipt says, and is told just that.
"""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

_RECEIPT_HOLDS = "您已经办好的结算以单据为准，诊所正在和医保中心核对账目。"


def _between(doctor: str, technician: str) -> Words:
    return Words(_RECEIPT_HOLDS, doctor, technician)


_DIFFERENCES = {
    "closing.only_ours": _between(
        "我们有这笔结算，医保中心的账上没有。",
        "3202 文件没有此 setl_id，而本机存有 2207 的成功应答。",
    ),
    "closing.found": _between(
        "之前结果不明的一笔，医保中心的账上有：已经扣了。系统会把它补记下来，不用再结算。",
        "3202 中的 msgid 是本机未获应答的 2207。",
    ),
    "closing.cancellation_found": _between(
        "之前结果不明的一次撤销，医保中心已经办成。系统会补记，再把钱退给居民。",
        "3202 有退费行，本机该笔为 cancelling。",
    ),
    "closing.record_system": _between(
        "这笔不是本机办的：多半是诊所的病历系统，或同一机构代码下的另一台终端办的。",
        "msgid 为本机构编码开头或为空，不在本机报文日志中。",
    ),
    "closing.undone_there": _between(
        "医保中心账上有一笔做了又撤掉，两边相抵，没有钱的出入。",
        "3202 同一 setl_id 有正负两行，本机都没有。",
    ),
    "closing.not_known_here": _between(
        "医保中心有一笔我们这里没有办成的结算。居民没有付这笔钱，基金却付了，要请医保局撤销。",
        "msgid 属本机，但本机记为已拒绝、已冲正或未成立。",
    ),
    "closing.foreign": _between(
        "医保中心把别的机构的一笔算到了我们名下。",
        "msgid 的前 12 位不是本机构编码。",
    ),
    "closing.filed_elsewhere": _between(
        "这笔两边都有，只是记在不同的日子或不同的险种下。",
        "setl_id 在本机账上，但结算日、撤销日或清算类别与 3202 不同。",
    ),
    "closing.total_differs": _between("两边都有这笔，总费用不一样。", "medfee_sumamt 不一致。"),
    "closing.fund_differs": _between("两边都有这笔，基金付的不一样。", "fund_pay_sumamt 不一致。"),
    "closing.account_differs": _between("两边都有这笔，账户付的不一样。", "acct_pay 不一致。"),
    "closing.said_to_differ": _between(
        "金额看着一样，医保中心却说这笔不一致。",
        "3202 的 stmt_rslt 为不一致，三项金额相同；见 memo。",
    ),
    "closing.refunded_there": _between(
        "医保中心的账上这笔已经撤销，不是在本机撤的。先别退钱，弄清是谁撤的。",
        "3202 有退费行，本机该笔仍为已结算。",
    ),
    "closing.refunded_here": _between(
        "我们撤销了，医保中心的账上还没有撤。",
        "本机存有 2208 的成功应答，3202 没有退费行。",
    ),
    "closing.twice": _between("医保中心的账上同一笔列了两次。", "3202 中同一 setl_id 重复。"),
    "closing.file_refused": _between(
        "账对不平，医保中心又不给明细，暂时不知道差在哪一笔。",
        "3202 或 9101、9102 被拒绝；原话见日志。",
    ),
}

_ACTIONS = {
    "action.ask_anew": _between("点“现在就查”，查清后再对一次账。", "till.ask_now，然后再次对账。"),
    "action.call_bureau": _between(
        "给医保局打电话，报结算号，请他们查。", "中心侧问题，报 setl_id 与 msgid。"
    ),
    "action.look_in_record_system": _between(
        "到病历系统里找这笔，看是不是同一次看病办了两遍；是就在那边撤销一笔。",
        "核对 HIS 的结算记录。",
    ),
    "action.look_who_cancelled": _between(
        "先问是谁撤的（病历系统、医保局）。确实撤了，再给居民退钱或重新结算。",
        "查 2208 的来源；本机状态不自动改。",
    ),
    "action.compare_days": _between(
        "看前后一天和另一个险种的对账；两天都平就不用做什么。", "比较 setl_time 与 clr_type。"
    ),
    "action.nothing": _between("不用做什么。", "仅作说明。"),
}

WORDS = {
    **_DIFFERENCES,
    **_ACTIONS,
    "closing.day_not_come": Words(
        RESIDENT_WAITS, "这一天还没有到，不能对账。", "对账日期晚于系统日期；检查时钟。"
    ),
    "closing.changed_since": Words(
        RESIDENT_WAITS,
        "上次对账以后，这一天的账又有变化（查清了一笔，或撤销了一笔）。请再对一次账。",
        "当日合计与最后一次对账的报告不同。",
    ),
    "closing.drawer_below_zero": Words(
        RESIDENT_WAITS, "抽屉里的钱不会少于零，请重新数、重新填。", "counted_fen < 0。"
    ),
    "statement.no_such_month": Words(
        RESIDENT_WAITS, "这个月还没有到，出不了月报。", "年月超出范围或晚于系统日期。"
    ),
    "sheet.no_font": Words(
        RESIDENT_WAITS,
        "这台终端缺中文字体，公示表做不成打印文件。可以先用网页打印，或存成表格。",
        "没有找到 NotoSansCJK-Regular.ttc；安装 fonts-noto-cjk。",
    ),
}
