"""What is spoken besides the sentences of kiosk_ui/words: labels of amounts, and who it is for.

Each stands on a page in the same words: whoever hears it can read it, and the other way
round. None names a person, a drug or a disease, and none ever may.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from kiosk_ui.voice.numbers import UNSAYABLE, number_words
from kiosk_ui.words import WORDS
from kiosk_ui.words.consent import SENTENCES

_RELATIONS = {
    "儿子": "son",
    "女儿": "daughter",
    "父亲": "father",
    "母亲": "mother",
    "丈夫": "husband",
    "妻子": "wife",
    "孙子": "grandson",
    "孙女": "granddaughter",
    "爷爷": "fathers_father",
    "奶奶": "fathers_mother",
    "外公": "mothers_father",
    "外婆": "mothers_mother",
    "爱人": "spouse",
    "亲戚": "relative",
    "邻居": "neighbour",
    "村干部": "village_official",
}

FAMILY_MEMBER = "家人"
"""For a relation that was typed by hand: nothing is spoken that is not in the list."""

_BILL = {
    "bill.whole": "总费用",
    "bill.fund": "医保支付",
    "bill.fund_estimated": "医保约付",
    "bill.own": "您支付",
    "bill.at_most": "您最多付",
    "bill.most": "最多付",
    "bill.estimated": "估算",
    "bill.settled_own": "结算好的，您支付",
    "bill.rest": "其余",
    "bill.rest_open": "还没有结算",
    "bill.said_before": "上次说最多付",
    "bill.sum": "一共",
    "bill.uninsured": "没有用医保",
    UNSAYABLE: "金额请看屏幕",
}

_PAY = {
    "pay.returned": "医生会退您",
    "pay.due": "请付给医生",
    "pay.still_due": "还要付给医生",
    "pay.received": "已经收了您",
    "pay.besides": "另外",
    "pay.from_account": "从医保账户支付",
    "pay.no_cash": "从医保账户支付，不用付现金",
    "pay.nothing_goodbye": "您不用付钱，请慢走",
    "pay.nothing": "您不用付钱",
    "pay.not_now": "现在不用付钱",
    "pay.on_credit": "先记在账上，以后再付",
    "pay.done": "钱的事办好了，请慢走",
    "pay.deposit": "收了您押金",
    "pay.deposit_only": "还不算付款",
}

_AGREE = {
    "agree.ask_again": "多退少补；超过这个数，会先问您",
    "agree.talk": "请跟医生说一说，一样看病",
    "agree.wait": "要不要等，请问医生",
    "agree.binding": "不同意，就告诉医生。以后也随时可以解除。",
}

_PRICE = {
    "price.box": "一盒",
    "price.fund": "医保付",
    "price.own": "自己付",
    "price.not_booked": "只是看价钱，没有记账。",
}

_MINE = {
    "mine.which": "您想看什么？",
    "mine.left": "还剩",
    "mine.used_up": "今年的已用完",
    "mine.paid_so_far": "今年医保已付",
    "mine.enough": "今年够用。",
    "mine.not_known": "今年用了多少，没有查到。看病时会再查一次。",
}

_WAIT = {
    "wait.slip": "您的凭条号",
    "wait.go_home": "可以先回家，凭这个号来问",
    "wait.told": "结果出来医生会告诉您",
    "wait.line": "网络恢复后自动结算，多退少补；超过这个数，会先问您",
    "wait.offline": "网络暂时不通。可以先看病，报销等网络恢复再办。",
}

_WAYS = {
    "way.welcome": "看病、取药，医保当场报销",
    "way.paper": "也可以把证件给医生看",
    "way.digits": "也可以按身份证号最后四位",
    "way.number": "报身份证号，一样看病、一样报销",
    "way.help": "请直接跟医生说。不刷脸、没带手机，也一样看病、一样报销。",
}

_WHO = {
    "who.self": "我自己",
    "who.for": "您给",
    "who.treated": "看病",
    "who.family": FAMILY_MEMBER,
    "date.month": "月",
    "date.day": "日",
    "date.collect": "前后来取药",
}


_READ_OUT = "consent.text"
"""Spoken sentence by sentence, with the region's own number of months."""

_MONTHS = "{months}"


def relation_words(said: str) -> str:
    """A relation as it may be spoken: itself where it is in the list, else 家人."""
    return said if said in _RELATIONS else FAMILY_MEMBER


def consent_parts() -> tuple[str, ...]:
    """The sentences of the consent in order, cut where the number of months stands."""
    return tuple(part for sentence in SENTENCES for part in sentence.split(_MONTHS))


@lru_cache(maxsize=1)
def spoken_words() -> Mapping[str, str]:
    """Everything that may be spoken, each once: its words, and a name for its clip.

    The phrases, the relations and the numbers; then the residents' sentences of
    kiosk_ui/words, named by the first code that has it. This is the closed list.
    """
    told = {words: f"who.{name}" for words, name in _RELATIONS.items()}
    for phrases in (_BILL, _PAY, _AGREE, _PRICE, _MINE, _WAIT, _WAYS, _WHO, number_words()):
        told |= {words: name for name, words in phrases.items()}
    told |= {part: f"consent.part_{n}" for n, part in enumerate(consent_parts(), 1)}
    for code, words in WORDS.items():
        if code != _READ_OUT:
            told.setdefault(words.resident, code)
    return MappingProxyType(told)
