"""The county's signed files: what was refused, and what a technician does about it."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

_CALLS = "县里发来的资料有问题，没有采用，看病照常；请告诉技术员。"


def _only(technician: str) -> Words:
    return Words(resident=RESIDENT_WAITS, doctor=_CALLS, technician=technician)


WORDS = {
    "county.no_address": _only("县里的地址必须以 https:// 开头。"),
    "county.away": _only("连不上县里的文件服务器，现有的继续有效，会再问。检查网络和地址。"),
    "county.not_signed": _only("文件不是县里签的。不要使用，报告县里；检查 county.pub。"),
    "county.changed": _only("内容和签名里的摘要对不上。重新下载；再不对，报告县里。"),
    "county.wrong_form": _only("签了名，但格式不对。请县里用 county sign 重新制作。"),
    "county.too_large": _only("文件超出上限，没有采用。请县里核对。"),
    "county.packed": _only("服务器发来压缩内容，不收。请县里关掉压缩。"),
    "county.not_ours": _only("这份文件是别的诊所或别的地区的。检查地址和 U 盘。"),
    "county.replayed": _only("版本比已经收到的旧，或同号内容不同。请县里发更大的版本号。"),
    "county.not_yet": _only("文件还没生效。先看本机时间对不对。"),
    "county.expired": _only("文件已过期。请县里发新版本；先看本机时间对不对。"),
    "county.not_a_file": _only("U 盘上这个名字不是普通文件。不要使用这个 U 盘。"),
    "county.not_kept": _only("县里的文件写不进本机。检查磁盘空间和权限。"),
    "county.not_theirs": _only("县里的设置里有不归县里管的一项，整份没有采用。报告县里。"),
    "county.not_text": _only("内容不是 UTF-8 文字，没有采用。请县里核对。"),
    "county.silent": _only("好久没有县里的消息，或手里的文件已过期。查网络、地址和本机时间。"),
    "county.never": _only("从来没有收到县里的文件。检查 county_url、county.pub 和网络。"),
    "revocations.unreadable": _only("县里的撤回名单格式不对，整份没有采用。报告县里。"),
    "revocations.no_key": _only("撤回名单里有人，本机没有认人的密钥 county_people_key。向县里要。"),
    "device.revoked": Words(
        resident="这台机器县里停用了，不能结账，没有再扣钱。请问医生。",
        doctor="县里停用了这台机器：不再结算，没有再扣钱；已结的不变，已发出的会查清。先用别的办法结，请找技术员。",
        technician="县里的撤回名单里有本机。查清原因；县里发新名单去掉本机后自动恢复。",
    ),
    "county.given_up": _only("这个版本的设置试过，机器不正常，已退回。等县里发新版本。"),
}
