"""What is read out before a face is kept. Every sentence is a promise of the terminal."""

from __future__ import annotations

from kiosk_ui.words.reader import Words

CONSENT = (
    "终端会记下您脸的一组数字，不留照片。",
    "这组数字只存在本诊所这台终端里，不传到别处。",
    "只用来在您看病时认出是您本人。",
    "什么时候不想用了，跟医生说一声，就删掉。",
    "不登记也一样看病、一样报销，报身份证号就行。",
)
"""What is kept, where, what for, until when, and what happens without it."""

WORDS = {
    "consent.text": Words(
        resident="".join(CONSENT),
        doctor="请把下面的话念给居民听，居民同意了再按。" + "".join(CONSENT),
        technician="同意书全文；改动一个字就是新的一版。",
    ),
    "consent.guardian": Words(
        resident="十四岁以下的孩子，由家长替他同意。",
        doctor="不满十四岁，要家长同意。请填家长姓名。",
        technician="监护人的姓名随同意一起留存。",
    ),
}
