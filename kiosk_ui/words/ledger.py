"""The record of decisions: what is wrong with it, and what to do. The clinic goes on."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

_GOES_ON = "看病和结算照常。终端的操作记录核对不上，请告诉技术员，不要删除任何文件。"


def _broken(technician: str) -> Words:
    return Words(resident=RESIDENT_WAITS, doctor=_GOES_ON, technician=technician)


def _command(doctor: str, technician: str) -> Words:
    return Words(resident=RESIDENT_WAITS, doctor=doctor, technician=technician)


WORDS = {
    "ledger.edited": _broken(
        "账本中该号条目的内容与其摘要不符：有人改过。先备份数据目录，导出账本交主管部门。"
    ),
    "ledger.removed": _broken("账本缺少该号条目。先备份数据目录，导出账本交主管部门。"),
    "ledger.reordered": _broken("账本从该号起顺序被换过。先备份数据目录，导出账本交主管部门。"),
    "ledger.cut": _broken(
        "账本比已签名的末条短：数据库被换成旧副本，或末尾被删。查备份与恢复的经过，导出账本。"
    ),
    "ledger.rewritten": _broken(
        "账本自身连贯，但与该号的签名不符：有人重算过摘要。先备份数据目录，导出账本交主管部门。"
    ),
    "ledger.bad_seal": _broken("该号的签名不成立。先备份数据目录，查签名表与签名密钥。"),
    "ledger.foreign_key": _broken("该号由别的密钥签名：数据库来自别的终端，或密钥被换而未登记。"),
    "ledger.never_sealed": _broken("账本有条目却没有任何签名：签名被删，或终端从未正常启动。"),
    "ledger.head_missing": _broken(
        "账本签过名，但数据目录里的末条签名文件不见了。查谁动过该目录。"
    ),
    "ledger.head_unreadable": _broken("末条签名文件读不出来，或不是签名。查磁盘与谁动过该目录。"),
    "ledger.unreadable": _broken("导出的账本在该号之后有一行读不出来；重新导出再核对。"),
    "ledger.broken_before": _broken(
        "账本里记着以前某次启动时发现的问题，见该号条目；其余未见改动。"
    ),
    "ledger.head_not_written": _command(
        "看病和结算照常。终端的磁盘写不进去，请告诉技术员。",
        "末条签名文件写不进数据目录；检查磁盘空间与权限。",
    ),
    "ledger.not_written": _command("账本没有导出，请告诉技术员。", "文件写不进去；原因见事实。"),
    "ledger.empty": _command("还没有任何记录可以导出。", "账本是空的。"),
    "ledger.no_such_file": _command("没有找到账本文件，请告诉技术员。", "文件打不开；看 file。"),
    "ledger.reading_stopped": _command(
        "终端正在停止，核对没有做完，下次再核对。", "核对账本时终端停止；下次启动后再核对。"
    ),
    "ledger.never_enrolled": _command(
        "记录里没有这个人登记人脸的经过。", "账本中没有该人或该模板的登记条目。"
    ),
    "ledger.template_stands": _command(
        "这个人的人脸还没有删除。请先办理撤回，再出证明。", "库中仍有该人的模板；先撤回再证明。"
    ),
}
