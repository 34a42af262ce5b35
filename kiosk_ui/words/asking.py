"""What a box costs, and what is mine: said to whoever holds the box or asks."""

from __future__ import annotations

from kiosk_ui.words.reader import Words

_NOT_SOLD = "只看了价钱，没有记账。"


def _price(resident: str, doctor: str, technician: str = "查价结果，不是故障。") -> Words:
    return Words(resident, doctor, technician)


WORDS = {
    "price.told": _price(
        "这盒药的价钱，请看屏幕。", f"{_NOT_SOLD}要卖，请先确认这个人，再扫一次。"
    ),
    "price.everybody": _price(
        "按签了家庭医生、今年限额没用过的居民算。", "按已签约居民、本年限额未用算。"
    ),
    "price.not_listed": _price("医保不报这种药，要自己付。", f"不在医保目录，全自费。{_NOT_SOLD}"),
    "price.public_health": _price(
        "这是免费的公共卫生项目，不收钱。", f"公共卫生项目，不记账单。{_NOT_SOLD}"
    ),
    "price.not_insured": _price(
        "您现在没有参保，或者暂停了，要自己付。", "这个人现在没有参保或已暂停，全自费。"
    ),
    "price.fund_unknown": _price("医保能付多少，没有查到。", "缺资料，不估算医保支付。"),
    "price.own_limit": _price(
        "这一份另有全年限额，按没有用完算。", "另有年度限额，省里不告知已用多少，按未用完算。"
    ),
    "price.sold": _price(
        "这一盒已经卖出了，请换一盒看。", f"这一盒已卖出或在别人的账单上。{_NOT_SOLD}"
    ),
    "price.opened": _price("这一盒已经拆开零卖，请问医生。", f"这一盒已拆零。{_NOT_SOLD}"),
    "price.returned": _price(
        "这一盒退回来过，不能再卖，请交给医生。", f"这一盒不可再售，请收好。{_NOT_SOLD}"
    ),
    "price.expired": _price("这一盒过期了，请交给医生。", f"这一盒已过效期，请下架。{_NOT_SOLD}"),
    "price.unknown_box": _price(
        "这种药，这里没有价钱，请问医生。",
        "本所目录里没有这种药，说不出价钱。",
        "追溯码前缀没有对照到目录。",
    ),
    "price.outer_pack": _price(
        "这是大包装，请扫里面的小盒。", "这是中包或大包，请扫小盒。", "包装层级大于一。"
    ),
    "asking.face_wanted": Words(
        "要看自己的资料，请先刷脸。没有刷脸，请问医生，医生可以打印给您。",
        "本人没有刷脸认出，不能在居民屏自助查询。要查，请核对本人后由您打印。",
        "自助查询只凭活体人脸，医生担保和证件号都不算。",
    ),
    "asking.not_theirs": Words(
        "这是别人的资料，不能看。要替家人查，请先办好允许查账目。",
        "来人没有替这位查账目的授权，不能自助查询。要查，请本人来，或在亲情账户里加查账目。",
        "亲情账户无查询权限、已到期，或本人已去世。",
    ),
    "asking.not_now": Words(
        "先办好这次看病，再来查。", "这次看病正在办，办好以后才能自助查询。", "就诊状态不对。"
    ),
    "asking.closed": Words(
        "已经关上了。要再看，请重新刷脸。", "居民的自助查询已关上。", "超时、离开柜台或换了人。"
    ),
}
