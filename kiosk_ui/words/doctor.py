"""Several visits open at once, and what a scanned command means."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _doctors(doctor: str, technician: str) -> Words:
    return Words(RESIDENT_WAITS, doctor, technician)


WORDS = {
    "visit.not_aside": _doctors(
        "这位现在不能先放一边，什么都没有改变。还没认出是谁的，先认人，或按「不看了」。",
        "就诊不在可放一边的状态：已认出人、尚未同意金额。",
    ),
    "visit.busy_now": _doctors(
        "正在等医保中心回话，请等几秒再按。什么都没有改变。",
        "该就诊有查询人员、预结算、结算或改正的任务在途。",
    ),
    "visit.line_not_moved": _doctors(
        "这一行不能移给那一位，什么都没有改变。那一位要先核对本人，而且还没有同意金额。",
        "目标就诊不收行，或该行已离开柜台，或目录中已无此项。",
    ),
    "course.not_moved": _doctors(
        "这一行是疗程，不能移给别人。请去掉它，再到那一位那里重新加。",
        "该行有疗程记录。",
    ),
    "waiting.set_aside": _doctors("放在一边，药和项目都留着", "set_aside_at 有值。"),
    "scan.went_before": _doctors(
        "这一盒是换人以前扫的，已记在上一位的账上。记错了，回到那一位把它移过来。",
        "扫码到达时在前面的就诊，与处理时不同。",
    ),
    "command.person": Words(RESIDENT_WAITS, "已按扫码确认本人。", "命令码 CT-PERSON。"),
    "command.diagnosis": Words(RESIDENT_WAITS, "已按扫码选好诊断。", "命令码 CT-DIAG-。"),
    "command.aside": Words(RESIDENT_WAITS, "已放到一边。", "命令码 CT-ASIDE。"),
    "command.next": Words(RESIDENT_WAITS, "已换下一位。", "命令码 CT-NEXT。"),
    "command.give": Words(
        RESIDENT_WAITS, "已按扫码交给基卫系统。交错了，按「收回来」。", "命令码 CT-GIVE。"
    ),
    "command.amount": Words(RESIDENT_WAITS, "已按屏幕上的码确认金额。", "命令码 CT-SUM-。"),
    "command.unknown": _doctors(
        "没有这个命令，什么都没有改变。请换一张「扫码命令」。",
        "以 CT- 开头，但不在命令表中。",
    ),
    "command.nobody_here": _doctors(
        "柜台上没有居民，这个命令现在没有用。", "命令码要求柜台上有就诊。"
    ),
    "command.nobody_waits": _doctors(
        "没有放在一边的居民。这一位要放一边，请扫「放一边」。", "没有 set_aside_at 有值的就诊。"
    ),
    "command.look_first": _doctors(
        "人脸与证件不符，不能用扫码确认。请看清楚本人，再在屏幕上按。",
        "face_agrees 为否，命令码不确认本人。",
    ),
    "command.still_looking": _doctors(
        "正在比对人脸，还没有确认本人。请等比对结束再扫，或看清楚本人后在屏幕上按。",
        "1:1 比对未结束，命令码不确认本人。",
    ),
    "command.locked": _doctors(
        "医生屏锁着，扫码命令不管用。请先登录。", "没有人登录，或值班人不是医生。"
    ),
    "command.other_amount": _doctors(
        "这个码不是现在这个金额的，没有结算。请看屏幕上的金额，扫屏幕上新的码。",
        "命令码与当前就诊、版本、个人金额的摘要不符。",
    ),
}
