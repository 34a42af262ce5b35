"""In the field: the local door, the night's work, packages on a stick."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _technical(doctor: str, technician: str) -> Words:
    return Words(resident=RESIDENT_WAITS, doctor=doctor, technician=technician)


_STICK = "优盘上的安装包不能用，请联系技术员。终端照常工作。"

WORDS = {
    "metrics.not_opened": _technical(
        "终端照常工作。",
        "指标套接字打不开；检查设置 metrics_socket 所在目录与权限。",
    ),
    "door.not_opened": _technical(
        "终端没有完全启动，请联系技术员。",
        "数据目录里的本机套接字 door 打不开；检查目录权限与空间。",
    ),
    "door.nobody": _technical(
        "终端没有在运行，请联系技术员。",
        "没有正在运行的终端，或不是本机终端用户在问；systemctl status clinic-terminal。",
    ),
    "door.no_answer": _technical(
        "终端没有回应，请稍候再试。", "终端接了请求却没有答完；看 journalctl -u clinic-terminal。"
    ),
    "door.no_such_verb": _technical(
        "终端听不懂这个请求，请联系技术员。", "本机套接字不认识这个动作；命令与终端的版本不同。"
    ),
    "door.said_no": _technical("终端没有照办，请联系技术员。", "终端拒绝了；why 是它的代码。"),
    "nightly.not_done": _technical(
        "夜间日结还没有做完，会继续做。请在日结页查看。", "夜间日结超时，仍在后台继续；看日结页。"
    ),
    "bundle.unreadable": _technical(_STICK, "安装包目录读不出；检查 U 盘，再复制一次。"),
    "bundle.list_wrong": _technical(_STICK, "清单 LIST 不是本程序写的格式；重新制作安装包。"),
    "bundle.too_large": _technical(_STICK, "清单或文件超出上限；不是我们的安装包，不要使用。"),
    "bundle.not_signed": _technical(
        _STICK, "清单没有可信签名：被改过，或由别人签发。不要使用，报告县里。"
    ),
    "bundle.name_unsafe": _technical(_STICK, "清单里有越出目录的文件名；恶意安装包，不要使用。"),
    "bundle.not_a_file": _technical(_STICK, "有符号链接或特殊文件；恶意安装包，不要使用。"),
    "bundle.file_missing": _technical(_STICK, "清单里的文件不在 U 盘上；重新复制。"),
    "bundle.file_changed": _technical(_STICK, "文件的大小或摘要与清单不符；重新复制或报告县里。"),
    "bundle.not_listed": _technical(_STICK, "U 盘目录里有清单以外的文件；删去或重新复制。"),
    "bundle.not_kept": _technical(_STICK, "抄到本机时写不下；检查磁盘空间。"),
    "bundle.key_there": _technical(_STICK, "这个签名私钥文件已经在；不会覆盖，换一个文件名。"),
    "bundle.no_key": _technical(
        _STICK, "没有可用来验证的公钥；装机时放在 /etc/clinic-terminal/bundle.pub。"
    ),
}
