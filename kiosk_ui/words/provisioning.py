"""Enrolling at the county: the card, the certificate, the steps of provisioning, moving."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

_CALLS = "机器的登记出了问题，请联系技术员。看病先照常。"


def _only(technician: str) -> Words:
    return Words(resident=RESIDENT_WAITS, doctor=_CALLS, technician=technician)


WORDS = {
    "card.too_large": _only("卡上的内容太长，不是登记卡。请县里重新发卡。"),
    "card.not_signed": _only(
        "这张卡不是县里签的，没有采用。再扫一次；还不行，检查 county.pub，请县里重新发卡。"
    ),
    "card.wrong_form": _only("县里签了名，但卡的格式不对。请县里用 county card 重新制作。"),
    "card.clock": _only(
        "本机时钟不对（停在很早的日子）。先设好时间，再扫卡；时间不会由卡或县里的服务器来定。"
    ),
    "card.not_yet": _only("卡还没生效。先看本机时间对不对。"),
    "card.expired": _only("卡已过期。先看本机时间对不对；时间对，就请县里重新发卡。"),
    "card.used": _only("这张卡在本机用过一次了，不能再用。请县里发新卡。"),
    "card.code_wrong": _only("短码输错了。照卡上写的再输一遍，共 12 位。"),
    "card.not_read": _only("登记卡的文件读不出来。检查 U 盘和文件名。"),
    "card.no_picture": _only("登记卡的图片做不出来，文件已经写好，可以用文件。"),
    "enrol.away": _only("连不上县里，什么也没有登记。检查网络、县里的地址和证书，再试一次。"),
    "enrol.refused": _only("县里没有收这次登记。把代码告诉县里。"),
    "enrol.card_used": _only("县里说这张卡已在别的机器上用过。请县里发新卡，并查那台机器。"),
    "enrol.card_revoked": _only("县里已收回这张卡。请县里发新卡。"),
    "enrol.not_signed": _only("县里的回答签名不对，没有采用。检查 county.pub，报告县里。"),
    "enrol.wrong_form": _only("县里的回答签了名，但格式不对。报告县里。"),
    "enrol.other_request": _only("县里的回答是给另一次登记的，没有采用。再试一次。"),
    "enrol.not_theirs": _only("县里发来的设置里有一项不归登记管，整份没有采用。报告县里。"),
    "enrol.other_clinic": _only("县里发来的设置和卡上的诊所或地址对不上，没有采用。报告县里。"),
    "enrol.no_answer": _only("县里的回答在本机找不到了。请县里发新卡，重新登记。"),
    "enrol.not_kept": _only("登记的结果写不进本机。检查磁盘空间和权限，再试一次。"),
    "certificate.none": _only("本机还没有县里的证书。先登记。"),
    "certificate.wrong_form": _only("证书读不出来。请县里重新签发。"),
    "certificate.not_from_county": _only("证书不是县里的机构签发的，没有采用。报告县里。"),
    "certificate.other_key": _only("证书不是给本机这把钥匙的，没有采用。请县里重新签发。"),
    "certificate.other_clinic": _only("证书是别的诊所的，没有采用。报告县里。"),
    "certificate.not_yet": _only("证书还没生效。先看本机时间对不对。"),
    "certificate.expired": _only(
        "证书已过期，县里的文件和备份停了，看病结算不受影响。联网后会自己换；换不了，请县里发新卡。"
    ),
    "certificate.ends_soon": _only("证书三十天内到期，每晚会自己换。一直换不了，检查网络。"),
    "certificate.not_kept": _only("证书写不进本机。检查磁盘空间和权限。"),
    "provision.at_work": _only("正在装，等这一步做完。"),
    "provision.another_clinic": _only(
        "这台机器还是另一个卫生室的。要搬过来，先确认搬家，旧的会全部擦掉。"
    ),
    "provision.money_waits": _only(
        "旧卫生室还有没结清或结果不明的就诊，不能搬。先在旧卫生室联网，让它们都有结果。"
    ),
    "provision.nothing_to_move": _only("没有要搬的。先扫新卫生室的卡。"),
    "provision.no_card": _only("断过电或还没登记成，请把登记卡再扫一次。"),
    "provision.no_trial": _only("县里没有给试结算的人和项目，这一步没有做，验收单上写明。"),
    "provision.trial_unknown": _only(
        "一分钱的试结算结果不明。不会重复扣；联网后再试一次，会先问医保中心。"
    ),
    "provision.trial_stuck": _only("试结算走不下去，没有扣钱。看代码，改好后再试一次。"),
    "provision.trial_too_dear": _only("县里给的试结算项目超过一分钱，没有做。请县里改。"),
}
