"""What an inspection asks for: evidence of a settlement, and the compliance sheet."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

WORDS = {
    "evidence.not_found": Words(
        resident=RESIDENT_WAITS,
        doctor="这台终端上没有这个结算编号。请核对编号；自费的请用本机的就诊编号。",
        technician="既不是本机的 setl_id，也不是有人的 visit_id；可能是别的机构或别的系统结算的。",
    ),
    "evidence.not_written": Words(
        resident=RESIDENT_WAITS,
        doctor="证据文件没有写成。请换一个地方再存。",
        technician="目标文件夹不存在、只读或已满；原有文件没有改动。",
    ),
    "compliance.fact_missing": Words(
        resident=RESIDENT_WAITS,
        doctor="合规表缺一项事实，没有出表，看病不受影响。请告诉技术员。",
        technician="fact 是缺的那一项；clinic_name、camera 等看设置文件（--settings），"
        "ledger.verified 先运行账本核验，table.* 是没有归类的表，"
        "listeners 是读不到内核的网络表。补齐后再出表；不出半张表。",
    ),
    "store.absent": Words(
        resident=RESIDENT_WAITS,
        doctor="这台设备上还没有数据。请联系技术员。",
        technician="数据文件夹里没有数据库；看 data_dir 是否指对了地方。没有新建任何文件。",
    ),
    "store.other_version": Words(
        resident=RESIDENT_WAITS,
        doctor="这里的数据是另一个版本的程序写的，没有读。请联系技术员。",
        technician="数据库版本与程序不同；只读打开不升级。启动一次本版本的终端，或换回写它的版本。",
    ),
}
