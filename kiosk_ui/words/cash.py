"""Money over the counter: what a refused tap at the cash book means."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

WORDS = {
    "cash.outcome_unknown": Words(
        resident="正在向医保中心核实，现在不用付钱，也不会重复扣费。",
        doctor="医保结算的结果还不知道，先不要收钱也不要退钱。查清后屏幕会告诉您，居民可以先拿凭条回家。",
        technician="该就诊有结算处于 SETTLING、UNCERTAIN、DIFFERS 或 CANCELLING；没有记账。",
    ),
    "cash.not_settled": Words(
        resident="还没有结算，现在不用付钱。",
        doctor="这次就诊没有结算，什么都没有记。请先结算；网络不通时只能收押金。",
        technician="就诊状态不是 SETTLED 或 PARTLY_SETTLED；没有记账。",
    ),
    "cash.nothing_due": Words(
        resident="您的部分已经付清，不用再付。",
        doctor="这次就诊已经付清，这一下没有再记。",
        technician="应付为零；可能是重复点击。",
    ),
    "cash.too_much": Words(
        resident="金额好像输多了，请等医生再看一下。",
        doctor="金额比应收的多，没有记。请输入留在抽屉里的钱，找零不用输。",
        technician="金额超过应付、所欠或账单合计；上限见事实。",
    ),
    "cash.no_amount": Words(
        resident=RESIDENT_WAITS,
        doctor="没有输入金额，什么都没有记。请输入大于零的金额。",
        technician="金额为零或负数。",
    ),
    "cash.same_again": Words(
        resident="已经记下了，不会重复收。",
        doctor="同样的一笔刚刚已经记下，这一下没有再记。若真的又收了一笔，请稍等十几秒再输。",
        technician="同一就诊或同一人，15 秒内同样方式、同样金额；按重复点击处理。",
    ),
    "cash.way_not_taken": Words(
        resident=RESIDENT_WAITS,
        doctor="这里只记现金和收款码。医保账户和亲情账户由结算自己写明，不用输。",
        technician="way 只能是 cash 或 code。",
    ),
    "cash.let_go_is_for_cash": Words(
        resident="请付现金，或请医生帮忙。",
        doctor="已经抹了零，抹零只给付现金的，没有记。余下的请收现金。",
        technician="该就诊已有抹零，不能再记收款码。",
    ),
    "cash.nothing_to_let_go": Words(
        resident="没有要抹去的零头。",
        doctor="没有可以抹的零头，什么都没有记。用收款码付过的不抹零，请按应收的收。",
        technician="零头为零、超过设定，或已有收款码付款。",
    ),
    "cash.no_reason": Words(
        resident=RESIDENT_WAITS,
        doctor="请先写免收的原因，还没有免收。",
        technician="免收没有写原因。",
    ),
    "cash.no_deposit_now": Words(
        resident="现在不用交押金。",
        doctor="现在不能收押金，什么都没有记。只有网络不通、金额还不知道时才收押金。",
        technician="就诊状态不是 ESTIMATED、WAITING、CONFIRMED，或正在结算。",
    ),
    "cash.nothing_to_return": Words(
        resident="没有要退给您的钱。",
        doctor="没有要退的钱，什么都没有记；可能已经退过了。请看屏幕上的记录。",
        technician="应退为零；可能是重复点击。",
    ),
    "cash.nobody": Words(
        resident=RESIDENT_WAITS,
        doctor="找不到这位居民，什么都没有记。请从赊账本里再选一次。",
        technician="person_id 不存在。",
    ),
}
