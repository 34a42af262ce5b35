"""A list of photographs brought in at once: a technician's work, with a report by row."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _list(technician: str) -> Words:
    return Words(
        resident=RESIDENT_WAITS,
        doctor="照片没有导入，已经登记的人不受影响。请联系技术员。",
        technician=technician,
    )


def _row(doctor: str, technician: str) -> Words:
    return Words(resident=RESIDENT_WAITS, doctor=doctor, technician=technician)


WORDS = {
    "import.columns_missing": _list("清单缺列；看 columns，按文档补齐表头。"),
    "import.list_empty": _list("清单里没有一行；换一份清单。"),
    "import.list_unreadable": _list("清单读不出来；须是 CSV，编码 UTF-8 或 GB 18030，大小有限。"),
    "import.root_missing": _list("照片目录不是一个目录。"),
    "import.province_away": _list("省平台接连没有回应，其余的行没有问；网络恢复后再导一次。"),
    "import.consents_differ": _row(
        "同一个人的几行，同意书写得不一样，没有导入。请改成一样。", "同一人的各行同意信息不一致。"
    ),
    "import.not_one_person": _row(
        "这张照片和同一个人的另一张不像一个人，没有导入。请核对照片。",
        "与该人第一张照片的相似度低于下限。",
    ),
    "import.outside_root": _row(
        "照片的位置写得不对，没有导入。请联系技术员。", "该行的路径跑到照片目录之外；改正该行。"
    ),
    "import.too_many_photographs": _row(
        "同一个人的照片太多，没有导入。请留最清楚的几张。", "一人的照片数超过上限。"
    ),
    "import.enrolled": _row("已登记。", "该行的模板已保存。"),
    "import.would_enrol": _row("可以登记，这次没有保存。", "试运行：该行没有问题，未保存。"),
    "import.already_enrolled": _row("以前登记过，没有改动。", "该人已有当前权重的模板；未改动。"),
    "import.other_row": _row(
        "这一行没有问题，同一个人的另一行有问题，都没有导入。", "同一人的另一行有误；改好后再导。"
    ),
}
