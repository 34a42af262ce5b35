"""Away from the network: estimates, ceilings, and the signed records of both."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _record(doctor: str, technician: str) -> Words:
    return Words(resident=RESIDENT_WAITS, doctor=doctor, technician=technician)


WORDS = {
    "offline.forbidden": Words(
        resident="现在没有网络，还不能结算，没有扣您的钱。请问医生怎么办。",
        doctor="本地区不允许没有网络时先看后结。请等网络恢复再结算，或按自费办。什么都没有改变。",
        technician="设置 offline_visits 为否。",
    ),
    "offline.no_rules": Words(
        resident="现在没有网络，还算不出要付多少，没有扣您的钱。请问医生怎么办。",
        doctor="终端里没有报销办法，没有网络时估不了价。请等网络恢复，并请技术员补上。",
        technician="没有设置 benefits_file，或文件里没有一张表。",
    ),
    "offline.province_is_there": Words(
        resident=RESIDENT_WAITS,
        doctor="网络是通的，不用估价。请直接算医保报销。什么都没有改变。",
        technician="省平台可用，不做估算。",
    ),
    "offline.above_ceiling": Words(
        resident="网络恢复后重新算，您要付的比答应的多。没有扣您的钱，请等医生和您商量。",
        doctor="网络恢复后重新算，个人要付的超过居民答应的上限，没有结算。请看新的金额，再请居民同意。",
        technician="补结算前 2206 的个人负担合计高于已同意的上限；两者都已记录。",
    ),
    "offline.sorted_anew": Words(
        resident="网络恢复后查到您办过慢病登记，账单要重新算。没有扣您的钱，请问医生。",
        doctor="看病时没有网络，现在才查到这位居民有慢病登记，账单要分开算。请看新的金额，再请居民同意。",
        technician="离线时没有该人的参保资料；补结算前 5301 返回了适用于账单的备案。",
    ),
    "record.not_canonical": _record(
        "这次的记录没有写成，什么都没有改变。请再按一次；若还这样，请联系技术员。",
        "记录里有小数或不合 UTF-8 的文字，不能签名。",
    ),
    "record.not_written": _record(
        "记录没有导出来，请联系技术员。", "导出目录不可写；检查磁盘与权限。"
    ),
    "record.no_such_file": _record("记录文件打不开，请联系技术员。", "文件不存在或不可读。"),
    "record.no_such_key": _record(
        "公钥不对，请联系技术员。",
        "--key 不是 SM2 公钥（128 或 130 位十六进制），也不是这样的文件。",
    ),
    "record.genuine": _record("记录是真的，没有改动过。", "签名有效。"),
    "record.changed": _record(
        "记录在签名之后被改动过，不能作数。", "内容与文件里的摘要不符：签名之后被改动。"
    ),
    "record.bad_signature": _record(
        "记录的签名不对，不能作数。", "内容与摘要相符，签名不是这把钥匙签的，或签名被换过。"
    ),
    "record.other_key": _record(
        "记录不是这家诊所的终端签的。", "签名有效，但用的是记录里自称的另一把钥匙，不是给出的公钥。"
    ),
    "record.unknown_schema": _record(
        "这种记录现在的程序不认识，请联系技术员。", "schema 不在已知之列；换用更新的程序再验。"
    ),
    "record.unreadable": _record(
        "记录文件不完整，读不出来。", "不是完整的 JSON，缺少字段，有重复的键，或有小数。"
    ),
}
