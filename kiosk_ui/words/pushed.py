"""Bills that the clinic's record system pushes: what is wrong with one, and what to do."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _wrong(doctor: str, technician: str) -> Words:
    """What only whoever pushed the bill can put right."""
    return Words(RESIDENT_WAITS, doctor, technician)


WORDS = {
    "pushed.number": _wrong(
        "推来的单子没有合规的编号，没有收。请在基卫系统里重推。",
        "number 须为 1 到 40 个字母、数字、- 或 _。",
    ),
    "pushed.no_lines": _wrong("推来的单子是空的，没有收。请在基卫系统里补好再推。", "lines 为空。"),
    "pushed.no_such_item": _wrong(
        "推来的单子里有本所目录没有的药或项目，没有收。请在基卫系统里改好再推。",
        "item_code 不在本所目录里（medins_list_codg），见事实 line。",
    ),
    "pushed.codes_count": _wrong(
        "推来的单子里药盒数和追溯码数对不上，没有收。请在基卫系统里扫齐每一盒再推。",
        "整盒药每盒一个追溯码，项目没有追溯码；见事实 line、wanted、given。",
    ),
    "pushed.not_a_code": _wrong(
        "推来的单子里有一个不是药盒追溯码，没有收。请在基卫系统里重扫那一盒再推。",
        "trace_codes 里的一个不是可收的追溯码，见事实 line 和 kind。",
    ),
    "pushed.other_item": _wrong(
        "推来的单子里有一个追溯码是别的药的，没有收。请在基卫系统里改好再推。",
        "追溯码前缀属于目录里另一种药，见事实 line、prefix。",
    ),
    "pushed.by_the_unit": _wrong(
        "推来的单子里有按瓶零卖的药，没有收。这种药请在本机扫码。",
        "该药只有外箱有码（outer_only），不能整盒推送，见事实 line。",
    ),
    "pushed.total_differs": _wrong(
        "推来的合计和本所价格算出来的不一样，没有收。请核对两边的价格，再从基卫系统重推。",
        "total 与本机目录单价合计不同，见事实 ours、theirs；单价可能改过。",
    ),
    "pushed.too_many": _wrong(
        "推来没收的单子太多了，新的暂时收不进。请先把等着的收下或不收。",
        "等医生的推送单已到 200 份（HTTP 429）。",
    ),
    "pushed.not_found": _wrong(
        "找不到这份推来的单子。请看看屏幕上现在等着的。", "该客户端没有推过这个 number。"
    ),
    "pushed.not_waiting": _wrong(
        "这份单子已经不在等了：收过、不收，或基卫系统撤回了。请看屏幕上现在的。",
        "推送单已收下、被拒或已撤回。",
    ),
    "pushed.taken_already": _wrong(
        "这份单子已经收进账单，基卫系统不能再撤回。不要的话，请在账单里去掉。",
        "推送单已在就诊里，不能撤回（DELETE）。",
    ),
    "pushed.other_person": Words(
        RESIDENT_WAITS,
        "这份单子是另一个人的，没有收。请先叫那一位来，再收。",
        "推送单的身份证号与柜台上就诊的人不同。",
    ),
    "pushed.other_diagnosis": Words(
        RESIDENT_WAITS,
        "推来的诊断和您选的不一样，没有收。请先把诊断改成一样的，或不收这份。",
        "推送单的 diagnosis 与就诊已选的诊断不同。",
    ),
    "pushed.refused": Words(
        RESIDENT_WAITS, "您没有收这份推来的单子。", "医生不收，原因见 reason。"
    ),
    "pushed.visit_ended": Words(
        RESIDENT_WAITS,
        "收下这份单子的就诊没有结算就结束了。还要结的话，请从基卫系统用新编号再推。",
        "就诊已放弃或未收费结束，该单没有结算。",
    ),
    "pushed.lines_removed": Words(
        RESIDENT_WAITS,
        "这份单子里的药和项目都从账单里去掉了，没有结算。",
        "就诊已结算，但不含该推送单的任何一项。",
    ),
    "callback.address": Words(
        RESIDENT_WAITS,
        "结果通知不了基卫系统：地址不对。看病结算不受影响，请告诉技术员。",
        "回调地址须为 http(s)，主机为本机或 api_from 里的地址，用数字写。",
    ),
    "callback.away": Words(
        RESIDENT_WAITS,
        "结果暂时通知不了基卫系统，会自动再试。看病结算不受影响。",
        "回调连不上：没有发出。按退避重试，最多 24 小时。",
    ),
    "callback.no_answer": Words(
        RESIDENT_WAITS,
        "基卫系统没有答应收到结果，会自动再试。看病结算不受影响。",
        "回调没有得到 2xx（不跟随重定向），见事实 status。按退避重试，最多 24 小时。",
    ),
    "callback.given_up": Words(
        RESIDENT_WAITS,
        "有结果一天都没能通知到基卫系统，不再试了。请在基卫系统里点查询。",
        "回调 24 小时未成，已放弃；对方可随时用 GET 取结果。",
    ),
}
