"""What the province says beforehand of a bill, and its catalogue as a file.

Advice informs the doctor and forbids nothing. It is never on the resident's screen, for a
text of the audit may name a disease; what stands here for the resident holds all the same.
"""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

_NOTHING_CHANGES = "照常看病，照常结算，金额以屏幕上的账单为准。"

WORDS = {
    "advice.not_enjoyed": Words(
        resident=_NOTHING_CHANGES,
        doctor="医保中心说，有一项待遇这次享受不到。照常看病和结算；账单已经按医保中心的算。",
        technician="2001 的 trt_enjymnt_flag 为 0，原因见 trt_chk_rslt；只作提醒，不拦结算。",
    ),
    "advice.audit": Words(
        resident=_NOTHING_CHANGES,
        doctor="医保审核的提醒，不影响结算。请看一看，怎么用药由您决定。",
        technician="3101 或 3102 查出的违规；规则、原话和 sev_deg 见事实，只作提醒。",
    ),
    "catalogue.not_written": Words(
        resident=RESIDENT_WAITS,
        doctor="下载的目录没有存下来，不影响看病和结算。请联系技术员。",
        technician="目标文件写不进去：检查文件夹、权限和磁盘；原有的文件没有改动。",
    ),
}
