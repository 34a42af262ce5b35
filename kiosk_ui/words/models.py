"""Networks loaded: a technician's work, and how the clinic goes on without."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _blind(technician: str) -> Words:
    """The eyes are shut: everyone is served by ID number meanwhile."""
    return Words(
        resident="刷脸暂时用不了，请告诉医生身份证号",
        doctor="刷脸暂时用不了。看病照常，请输入身份证号，并联系技术员。",
        technician=technician,
    )


WORDS = {
    "weights.missing": _blind("缺少模型文件；请先运行获取模型的命令。"),
    "weights.wrong_digest": _blind("文件摘要与清单不符，已删除、不使用；请重新获取。"),
    "weights.unreadable": _blind("模型文件打不开，或与清单不符。"),
    "weights.not_finite": _blind("模型输出不是有限数；请重新获取模型。"),
    "weights.not_listed": _blind("清单中没有这个文件或用途。"),
    "weights.manifest_unreadable": _blind("模型清单读不出或格式不对。"),
    "weights.archive_unreadable": _blind("下载的包打不开，或缺少所需文件。"),
    "weights.not_fetched": _blind("没有取到模型包；检查网络，或用优盘离线安装。"),
    "weights.no_pip": _blind("没有 pip，取不了模型包。"),
    "weights.no_npm": _blind("没有 npm，取不了活体模型包。"),
    "weights.not_on_stick": _blind("优盘上没有这个文件。"),
    "weights.not_written": _blind("模型写不进磁盘；检查空间与权限。"),
    "picture.unsuitable": _blind("画面的格式不合要求(应为 BGR、八位、有上限)。"),
    "template.unreadable": _blind("人脸模板长度或内容不对；请重新登记此人。"),
    "template.other_weights": _blind("人脸模板由另一版模型生成；请重新登记。"),
    "gallery.full": _blind("登记的人脸达到上限。"),
    "pack.research_only": Words(
        resident=RESIDENT_WAITS,
        doctor="刷脸用的模型包只许研究使用。看病照常，请告诉技术员换一套。",
        technician="此模型包的许可只限研究，不得用于日常看病；请换用许可允许的模型包。",
    ),
    "pack.licence_unknown": Words(
        resident=RESIDENT_WAITS,
        doctor="刷脸用的模型包没有写明许可。看病照常，请告诉技术员核对。",
        technician="此模型包没有写明许可；先向提供者问清，再用于看病。",
    ),
    "pack.folder_missing": _blind("设置中的模型包目录不存在或读不出；检查路径与权限。"),
    "pack.manifest_unreadable": _blind("模型包的清单读不出或格式不对；重新取得模型包。"),
    "pack.no_detector": _blind("模型包里没有检测网络；换完整的模型包。"),
    "pack.no_recogniser": _blind("模型包里没有特征网络；换完整的模型包。"),
    "pack.two_of_a_kind": _blind("模型包里同一种网络不止一个，分不清用哪个；只留一个。"),
    "pack.thresholds_unreadable": _blind("模型包的阈值文件读不出或超出范围；按文档改正。"),
    "calibration.unusable": _blind("模型包的标定数值不能用；看 field，按文档改正。"),
    "calibration.out_of_range": _blind("标定用到的误识率或人数超出范围；检查设置。"),
    "eyes.no_challenge": _blind("动作核验的网络不全，问不了动作；重新获取模型。"),
}
