"""What became of a box: opened, packed, brought back, or why it cannot be sold."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _box(doctor: str, technician: str) -> Words:
    """Boxes are the doctor's to deal with; the resident only sees that work goes on."""
    return Words(resident=RESIDENT_WAITS, doctor=doctor, technician=technician)


_DONE = "这一步做成了，不是故障。"

WORDS = {
    "box.opened": _box("已拆开，可以零卖了。", _DONE),
    "box.packed": _box("已装进上门包。", _DONE),
    "box.unpacked": _box("已从上门包放回药架。", _DONE),
    "box.taken_in": _box("已收回，这一盒再也不能卖。请另外放好。", _DONE),
    "box.unit_taken": _box("从拆开的这一盒取了一份，已记入账单。", _DONE),
    "box.maybe_sold": _box(
        "已记入账单。但网络不通，县里的名单上可能有这一盒：请看看有没有拆过、是不是旧盒，"
        "有疑问就去掉，换一盒。",
        "离线：追溯码命中县已售摘要（概率过滤，可能误报）。",
    ),
    "box.in_bag": _box(
        "这一盒在上门包里，不能在这里卖。要卖，先把它从包里放回药架。", "追溯码状态为 bag。"
    ),
    "box.opened_already": _box(
        "这一盒已经拆开零卖了，不能整盒卖。请在搜索里找到这种药，取出要的数量。",
        "追溯码状态为 opened。",
    ),
    "box.not_for_sale": _box(
        "这一盒停售了，退回来过或坏了，再也不能卖。请换一盒，把它另外放好。",
        "追溯码状态为 not_for_sale；此状态没有出路。",
    ),
    "box.not_claimed": _box(
        "这一盒没有卖过，也不在上门包里，没有什么可收回的。请看看是不是拿错了盒。",
        "追溯码没有占用记录。",
    ),
    "box.not_settled_yet": _box(
        "这一盒的账还没有结清，现在不能收回。请先等结算有了结果，再收。",
        "追溯码状态为 bill：其结算未完成或未离开柜台。",
    ),
    "box.left_out_of_correction": _box(
        "更正的账单里少了原来的一盒：它已经退回来，或又卖给了别人。请看清账单再结算。",
        "被撤销就诊的追溯码中有不能再记账的，见该就诊的明细。",
    ),
    "box.never_here": _box("这一盒在本所从来没有扫过。", "追溯码没有占用记录。"),
    "box.expired": _box(
        "这一盒已经过期，不能卖，没有记账。请换一盒，把它另外放好。", "GS1 17 的有效期已过。"
    ),
    "box.outer_pack": _box(
        "这是外面大包装的码，没有记账。请扫里面小盒上的码。", "前缀为二级或三级包装，ratio 大于 1。"
    ),
    "box.not_splittable": _box(
        "这种药不能拆开零卖。请整盒卖。", "目录里没有小单位，或一盒只有一份。"
    ),
    "box.not_opened": _box(
        "这一盒没有拆开，或已经用完。请换一盒，或先拆一盒。", "没有开着的拆零账户。"
    ),
    "box.not_enough": _box(
        "拆开的这一盒不够了，没有改。请少取一些，或再拆一盒。", "剩余数量不足，见 left。"
    ),
    "box.touched": _box(
        "这一盒已经取出过，不能当没有拆过。请按用完、过期或污染来关。", "拆零账户有过取用。"
    ),
    "box.not_exempt": _box(
        "这种药不是这一类，要扫码。真的是饮片或颗粒，请选对是哪一种。",
        "exempt 与所选的豁免原因不一致。",
    ),
    "box.no_evidence": _box(
        "没有码的药，要写批号和送货单号，还没有记账。", "无码原因缺 lot 或 delivery_note。"
    ),
    "box.no_return_reason": _box(
        "还没有选为什么退回来。请先选原因，再扫这一盒。", "收回退药缺原因。"
    ),
    "binding.nothing_held": _box(
        "那一盒已经不在等了，什么都没有改。请再扫一次。", "没有待确认的前缀。"
    ),
    "binding.other_proposed": _box(
        "屏幕上的药换了，什么都没有记。请看清楚再确认。", "确认的药与提议的药不一致。"
    ),
    "catalogue.no_such_drug": _box(
        "本所没有这种药，什么都没有改。请重新找。", "药品代码不在目录内。"
    ),
    "visit.quantity": _box(
        "这个数量不行，没有改。请看看单位，再写一次。", "数量不在允许的范围内，见 least、most。"
    ),
    "visit.days": _box(
        "这个天数不行，没有改。最少一天，最多一年。", "天数不在 1 到上限之间，见 most。"
    ),
    "visit.line_is_a_box": _box(
        "扫的是整盒，一个码就是一盒，数量不能改。要两盒，就再扫一盒。", "整盒行的数量恒为 1。"
    ),
}
