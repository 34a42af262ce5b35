"""The terminal itself: its records, settings, models and pages."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

_ASK_ID = "刷脸暂时用不了，请告诉医生身份证号"


def _technical(doctor: str, technician: str) -> Words:
    return Words(resident=RESIDENT_WAITS, doctor=doctor, technician=technician)


WORDS = {
    "store.newer": _technical(
        "终端的软件版本太旧，请联系技术员更新。", "数据库结构版本高于本程序。"
    ),
    "store.held": _technical(
        "另一个程序正在用终端的记录，请联系技术员。", "数据库写锁被其他进程持有。"
    ),
    "settings.unknown": _technical("终端设置有误，请联系技术员。", "设置名不存在；检查拼写。"),
    "settings.wrong_value": _technical(
        "终端设置有误，请联系技术员。", "设置的值超出范围或类型不对。"
    ),
    "settings.unreadable": _technical("终端设置有误，请联系技术员。", "设置文件不是合法的 TOML。"),
    "store.away": _technical(
        "终端的记录暂时写不进去，什么都没有改变。请再按一次；若还这样，请联系技术员。",
        "数据库忙或磁盘出错；原因见事实。",
    ),
    "store.will_not_open": _technical(
        "终端的记录打不开，现在不能办理。请联系技术员，不要删除任何文件。",
        "数据库打不开；检查密钥与文件，先备份再恢复。",
    ),
    "store.damaged": _technical(
        "终端的记录有损坏，现在不能办理。请联系技术员，不要删除任何文件。",
        "数据库内容读不通；先备份文件再恢复。",
    ),
    "eyes.broken": Words(
        resident="现在不能刷脸，请把身份证号告诉医生",
        doctor="刷脸出了意外，正在自己恢复。看病照常，请输入身份证号；总是这样就联系技术员。",
        technician="认脸的线程因程序自身的错误停过，已重新开始；详见日志。",
    ),
    "desk.broken": _technical(
        "这一步出了意外，没有办完。请看屏幕上的状态再继续；若不清楚，请联系技术员。",
        "程序自身的错误，详见日志；涉及结算的按未知处理。",
    ),
    "desk.too_busy": _technical("终端正忙，没有按上，请稍等再按。", "待办事项达到上限。"),
    "settings.missing": _technical("终端设置不全，请联系技术员。", "缺少必需的设置。"),
    "policy.out_of_range": _technical("终端设置有误，请联系技术员。", "识别参数超出范围。"),
    "web.port_in_use": _technical("终端已经在运行，请不要重复打开。", "网页端口被占用。"),
    "catalogue.unreadable": _technical(
        "药品目录读不出来，请联系技术员。", "目录文件缺失、过大或格式不对。"
    ),
    "catalogue.two_owners": _technical(
        "药品目录有冲突，请联系技术员。", "同一追溯码前缀对应了两种药品。"
    ),
    "benefits.policy_unreadable": _technical(
        "报销参数读不出来，请联系技术员。", "待遇参数缺失或格式不对。"
    ),
}
