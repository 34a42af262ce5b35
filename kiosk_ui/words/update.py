"""Renewing the terminal: held for a new start, and what an update came to."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

WORDS = {
    "update.no_copy": Words(
        resident=RESIDENT_WAITS,
        doctor="终端照常工作，请联系技术员。",
        technician="store try 只用于数据目录里的副本；给出的文件不存在，或就是正在使用的数据库。",
    ),
    "update.ledger_broken": Words(
        resident=RESIDENT_WAITS,
        doctor="更新没有进行，终端照常工作；请联系技术员。",
        technician="新版本在副本上读到账本末尾不符；why 是原因。不要更新，先 ledger verify。",
    ),
    "update.rolled_back": Words(
        resident=RESIDENT_WAITS,
        doctor="昨夜的更新没有成功，已换回原来的版本，照常接诊；请告诉技术员。",
        technician="新版本不正常，已自动换回；原因看 clinic-terminal-update 的日志与 update.json。",
    ),
    "quiet.held": Words(
        resident="终端正在更新，请稍候一两分钟，再看屏幕。",
        doctor="终端正在更新，一两分钟后可以接待下一位；已经开始的就诊可以做完。",
        technician="新就诊暂停：换版本或换设置要重新启动；最多 15 分钟自行放开。",
    ),
}
