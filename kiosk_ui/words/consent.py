"""What is read out before a face is kept. Every sentence is a promise of the terminal."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words
from terminal.core.consent import UNUSED_MONTHS

SENTENCES = (
    "登记人脸，只为看病时认出是您本人。",
    "终端记下一组数字，说的是您脸的样子，不留照片。",
    "这组数字加密存在本诊所这台终端里，不传到别处。",
    "什么时候不想用了，跟医生说一声，马上删掉；{months}个月没用过，也会删掉。",
    "不登记也一样看病、一样报销，报身份证号就行。",
    "想知道存了您什么，问本诊所的医生，可以打一张单子给您。",
)
"""What for, what, where, until when, what happens without it, and whom to ask. Who changes
a letter adds a version to `terminal/core/consent.py`."""


def consent_text(months: int) -> tuple[str, ...]:
    """The sentences, with the number of months after which an unused face is erased."""
    return tuple(sentence.format(months=months) for sentence in SENTENCES)


CONSENT = consent_text(UNUSED_MONTHS)
"""As it is read out where the region says nothing else."""

WORDS = {
    "consent.text": Words(
        resident="".join(CONSENT),
        doctor="请把下面的话念给居民听，居民同意了再按。" + "".join(CONSENT),
        technician="同意书全文；改动一个字就是新的一版。",
    ),
    "consent.guardian": Words(
        resident="十四岁以下的孩子，由家长替他同意。",
        doctor="不满十四岁，要家长同意。请填家长姓名。",
        technician="监护人的姓名和关系随同意一起留存。",
    ),
    "consent.guardian_relation": Words(
        resident="请告诉医生，您是孩子的什么人。",
        doctor="这位家长是孩子的什么人？",
        technician="监护人与被登记人的关系。",
    ),
    "consent.lapsed": Words(
        resident="登记人脸的说明改过了，请医生再念一次给您听。看病照常。",
        doctor="这位居民同意的是旧的说明。请先念新的同意书；看病照常，请用身份证号。",
        technician="同意的版本早于要求重新征求同意的版本；该人不参加比对。",
    ),
    "consent.not_theirs": Words(
        resident="这些只能本人来看、本人来定。请告诉医生。",
        doctor="站在这里的不是本人（或没有核对到本人），不能看，也不能删。请本人来；"
        "不满十四岁的，由凭证件登记的家长来。",
        technician="就诊未确认、由他人代办、人脸与证件不符，或是从等候中调出的就诊。",
    ),
    "consent.nothing_kept": Words(
        resident="这台终端里没有您的人脸，不用删。",
        doctor="这位居民没有登记人脸，没有可以删的。",
        technician="没有有效的同意，也没有模板。",
    ),
    "retention.clock_doubtful": Words(
        resident=RESIDENT_WAITS,
        doctor="终端的日期突然变了很多，先不删长期没用的人脸。请看屏幕上的日期对不对。",
        technician="与上次维护相隔超过三十天或时钟倒退；三十天内不按期删除，公告重新计时。",
    ),
}
