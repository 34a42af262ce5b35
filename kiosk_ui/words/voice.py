"""The built voice: a technician's work. Without it the screens go on in silence."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _silent(technician: str) -> Words:
    return Words(
        resident=RESIDENT_WAITS,
        doctor="屏幕暂时没有声音，看病照常。请把屏幕上的话念给居民听，并联系技术员。",
        technician=technician,
    )


WORDS = {
    "voice.no_engine": _silent("没有安装 espeak-ng，合成不了语音；请安装后再运行 voice build。"),
    "voice.not_made": _silent("语音引擎没有做出这一段；片段名见事实。"),
    "voice.not_written": _silent("语音文件写不进磁盘；检查空间与权限。"),
}
