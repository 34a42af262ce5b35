"""Words for the province's tables that are kept here, and for files that were no good."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

_OLD_ONE = "目录没有更新，原来的照常使用，不影响看病和结算。"


def _refused(technician: str) -> Words:
    return Words(resident=RESIDENT_WAITS, doctor=_OLD_ONE, technician=technician)


WORDS = {
    "catalogue.cut_short": _refused(
        "下载的目录不完整：行数与省平台所报（data_cnt）不同，或最后一行被截断。整份不用，过后再取。"
    ),
    "catalogue.wrong_kind": _refused(
        "下载的文件不是所要的目录：列数不对。核对 infno_prefixes 等设置，或向省平台反映。"
    ),
    "catalogue.wrong_version": _refused(
        "目录的版本不对：文件名与内容不同，或比现有的旧。整份不用；若每天如此，向省平台反映。"
    ),
    "catalogue.bad_row": _refused(
        "目录里有一行不合规：前缀不是 7 位数字、同一前缀对两种药，或代码、名称为空。整份不用。"
    ),
    "catalogue.shrunk": _refused(
        "新目录比现有的少了一半以上，很可能不完整，整份不用。确认无误后联系维护方。"
    ),
    "binding.unknown": Words(
        resident=RESIDENT_WAITS,
        doctor="本所没有对照过这个前缀，不用改。",
        technician="没有此前缀的本所对照；前缀为追溯码前 7 位，或 GS1 的 14 位 GTIN。",
    ),
}
