"""The shelf and the courses: what was not written down, and why."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

_COURSE_STAYS = "您已经办好的结算以单据为准。请稍候，医生正在登记疗程。"


def _stock(doctor: str, technician: str) -> Words:
    return Words(RESIDENT_WAITS, doctor, technician)


def _course(doctor: str, technician: str) -> Words:
    return Words(_COURSE_STAYS, doctor, technician)


WORDS = {
    "stock.no_such_item": _stock(
        "药品目录里没有这种药，没有记。请先请技术员把它加进目录。",
        "medins_list_codg 不在本机药品目录中，见事实 item。",
    ),
    "stock.amount": _stock(
        "这个数量记不了，什么都没有记。请写 0 到 99999 的数，点数最多两位小数。",
        "盘存 inv_cnt 为 N16,2，变更 cnt 为 N16,4 且大于 0；见事实 packs。",
    ),
    "stock.kind": _stock("请选是进还是出，没有记。", "kind 只能是 in 或 out。"),
    "stock.no_reason": _stock("请选一个原因，没有记。", "进出库的原因为空。"),
    "stock.expired_already": _stock(
        "这批药的有效期已经过了，不能进货。请对一下药盒上的日期。",
        "进货的 expires_on 早于今天。",
    ),
    "stock.more_than_there": _stock(
        "出的比架上的还多，没有记。请先点数，把现存数记对，再记出库。",
        "出库数大于推算的现存数，见事实 there。",
    ),
    "stock.same_again": _stock(
        "刚刚记过一模一样的一笔，这一次没有记。真有两笔，请过十几秒再记。",
        "15 秒内同一药品、类别、数量、批号、原因的重复登记。",
    ),
    "course.times": _course("疗程的次数要在 2 到 31 之间，没有记。", "times 超出 2..31，见事实。"),
    "course.line_charged": _course(
        "这一项已经同意或结算，不能再改成疗程。请在结算前设好次数。",
        "该结算类别已过可改状态，见事实 state。",
    ),
    "course.not_found": _course(
        "没有这个疗程，或者它已经结束、撤销了。请看疗程表。",
        "course_id 不存在、已结束，或其费用行已去掉、结算已撤销。",
    ),
    "course.not_settled": _course(
        "这个疗程的结算还没有办成，先不能打勾。请等结算有了结果。",
        "所属结算不在 settled 状态。",
    ),
    "course.done": _course("这个疗程的次数已经做满了。", "已打勾次数等于 times。"),
    "course.ticked_today": _course(
        "这个疗程今天已经打过勾了，没有重复记。", "唯一索引 (course_id, day) 拒绝了第二次。"
    ),
    "course.no_reason": _course("请选一个结束的原因，疗程没有动。", "结束疗程的原因为空。"),
}
