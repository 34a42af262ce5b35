"""What codes of an inspection are called on its pages; a code without a name shows itself."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk_ui.people_names import BASES, DOCUMENTS, SCOPES, WITNESS_REASONS
from terminal.core.agreement import Manner
from terminal.core.charge import SettlementState
from terminal.core.compliance import Kept
from terminal.core.ledger import Deed
from terminal.core.people import Identified
from terminal.core.standing import Standing
from terminal.core.status_views import KeyClass

NAMES: Mapping[str, Mapping[str, str]] = {
    "how": {
        Identified.BY_FACE: "刷脸",
        Identified.BY_RELATIVE: "亲属刷脸（亲情账户）",
        Identified.BY_ID_NUMBER: "身份证号，医生确认",
        Identified.BY_CODE: "医保码，医生确认",
        Identified.BY_BIRTH_CERTIFICATE: "出生医学证明，医生确认",
    },
    "second_factor": {"id_digits": "说出身份证后四位", "doctor": "医生担保"},
    "challenge": {"not_asked": "没有要求", "passed": "通过", "failed": "没有通过"},
    "agrees": {"yes": "一致", "no": "不一致"},
    "face": {
        "known": "认出",
        "doubted": "两人相像，另行确认",
        "unknown": "没有认出",
        "not_live": "不是真人",
        "challenge_failed": "动作没有通过",
        "agrees": "与所报的号码一致",
        "disagrees": "与所报的号码不一致",
        "stream_doubted": "画面可疑",
    },
    "standing": {
        Standing.SELF: "本人",
        Standing.FAMILY: "绑定的亲属（亲情账户）",
        Standing.BROUGHT: "本人在场，由人带来",
        Standing.CODE_SHOWN: "亲属出示本人的医保码",
        Standing.ERRAND: "受托代办一次",
        Standing.NEWBORN: "未登记的新生儿",
    },
    "basis": {**BASES},
    "scope": {**SCOPES},
    "document": DOCUMENTS,
    "reason": WITNESS_REASONS,
    "agreed": {
        "amount_confirmed": "同意结算金额",
        "ceiling_agreed": "断网时同意最高金额",
        "sold_self_paid": "同意全部自费",
    },
    "manner": {
        Manner.TAP: "居民在屏幕上点的",
        Manner.BUTTON: "居民按的按钮",
        Manner.SPOKEN: "口头同意",
    },
    "category": {
        "ordinary": "普通门诊",
        "two_diseases": "两病",
        "chronic": "慢特病",
        "self_paid": "自费",
    },
    "state": {
        SettlementState.DRAFT: "未算",
        SettlementState.ESTIMATED: "已估算",
        SettlementState.WAITING: "等网络",
        SettlementState.PRICED: "已预结算",
        SettlementState.CONFIRMED: "已同意",
        SettlementState.SETTLING: "结算中",
        SettlementState.UNCERTAIN: "结果未知",
        SettlementState.DIFFERS: "与同意的不符",
        SettlementState.SETTLED: "已结算",
        SettlementState.CANCELLING: "撤销中",
        SettlementState.CANCELLED: "已撤销",
        SettlementState.DROPPED: "已放弃",
    },
    "untraced": {
        "herbal_pieces": "中药饮片，免码",
        "herbal_granules": "中药配方颗粒，免码",
        "bought_before": "无码，赋码前购进",
        "unreadable": "码损坏，已留依据",
    },
    "lot_from": {"noted": "随这盒记下", "received": "按上一次进货", "list": "按现在的目录"},
    "sale": {
        "to_tell": "待上报",
        "asked": "已上报，未回",
        "told": "已上报",
        "refused": "上报被拒",
        "delivery_unknown": "缺进货批次，待上报",
        "taken_back": "已撤回",
        "not_taken_back": "撤回被拒",
    },
    "outcome": {
        "answered": "已答复",
        "refused": "被拒绝",
        "unavailable": "没有发出",
        "uncertain": "没有收到答复",
        "": "没有等到结果",
    },
    "infno": {
        "2201": "登记",
        "2202": "撤销登记",
        "2203": "就诊信息",
        "2204": "上传明细",
        "2205": "撤销明细",
        "2206": "预结算",
        "2001": "待遇检查",
        "5201": "查就诊",
        "3101": "事前审核",
        "3102": "事中审核",
        "2207": "结算",
        "2208": "撤销结算",
        "2601": "冲正",
        "5203": "查结算",
        "3505": "上报销售",
        "3506": "上报退货",
    },
    "deed": {
        Deed.RECOGNISED: "认出",
        Deed.NOT_RECOGNISED: "没有认出",
        Deed.CHOSEN: "选了给谁看",
        Deed.PERSON_CONFIRMED: "医生确认本人",
        Deed.PERSON_REFUSED: "医生说不是本人",
        Deed.AGREED: "居民同意",
        Deed.DECLINED: "居民不同意",
        Deed.AMOUNT_CONFIRMED: "同意金额",
        Deed.SETTLED: "已结算",
        Deed.CANCELLED: "已撤销",
        Deed.SELF_PAID: "自费",
        Deed.STOOD_IN: "记下陪同或代办",
        Deed.BOUND: "绑定",
        Deed.UNBOUND: "解除绑定",
        Deed.SIGNED_IN: "接班",
        "presented": "人到柜台",
        "ceiling_agreed": "同意最高金额",
        "cancellation_asked": "要求撤销",
        "self_paid_undone": "撤回自费",
        "closed_unbilled": "不结算",
        "handed_over": "交给基卫系统",
        "taken_back": "从基卫系统取回",
        "settled_there": "基卫系统已结算",
        "gone_there": "基卫系统已撤销",
        "choice_undone": "基卫系统结算选错，取消",
        "abandoned": "离开",
        "look_alikes": "两人相像",
        "differed": "金额不符",
        "difference_accepted": "接受差额",
        "reversed": "已冲正",
    },
}

KEPT_NAMES = {
    Kept.PEOPLE: "人员、参保、亲情绑定",
    Kept.CONSENT: "人脸同意书",
    Kept.FACES: "人脸模板与相像记录（无照片）",
    Kept.FACE_DECISIONS: "识别记录（只有分数）",
    Kept.VISITS: "就诊",
    Kept.MONEY: "结算与收费",
    Kept.MESSAGES: "与医保中心的报文",
    Kept.GOODS: "药品与追溯码",
    Kept.STAFF: "登录人员",
    Kept.LEDGER: "不可改的账",
    Kept.COUNTERS: "编号与时刻",
}
"""What each kind of thing is; nothing on the sheet names a table."""

CAMERA_CLASSES = {
    "ordinary": "普通摄像头（不是三类支付终端）",
    "network": "网络摄像头",
    "with_infrared": "带红外",
    "with_depth": "带深度",
    "recorded": "录像或照片（只供演示和培训）",
    "virtual": "虚拟摄像头（不用于刷脸）",
}

KEY_CLASSES = {
    KeyClass.STRONG: "强：芯片内，凭口令使用",
    KeyClass.MEDIUM: "中：系统封存，开机解封",
    KeyClass.WEAK: "弱：密钥文件，与数据在同一台设备",
}

KEY_SOURCES = {
    "credentials": "系统凭据",
    "secure_element": "安全芯片",
    "file": "密钥文件",
}

MEASURES = {
    "FNMR": "本人被拒（1:1）",
    "FMR": "别人被当成本人（1:1）",
    "FNIR": "登记的人没认出（1:N）",
    "APCER": "照片、屏幕被当成真人",
    "BPCER": "真人被当成照片",
}
"""ISO/IEC 19795 and 30107-3 in plain words."""

TASKS = {
    "detection": "找脸",
    "recognition": "特征",
    "liveness": "活体",
    "landmarks": "关键点",
    "eyes": "眨眼",
    "pose": "姿态",
}

SETS = {
    "london_pairs": "伦敦集：102 名成人各两张照片，同类 102 对，异类 3,102 对",
    "london_gallery": "伦敦集：库内 30 人，库外 92 人",
    "drawn_attacks": "164 帧真人、224 张画出的照片与手机",
}
"""The sets of core/measured_rates. None of them is a village."""
