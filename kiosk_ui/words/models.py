"""Faces in and networks loaded: a technician's work, and how the clinic goes on without."""

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
    "enrolment.no_consent": Words(
        resident="没有您的同意，不会登记人脸。看病照常。",
        doctor="居民还没有同意，没有登记人脸。请先念同意书。",
        technician="登记缺少同意记录。",
    ),
    "enrolment.no_such_person": Words(
        resident=RESIDENT_WAITS,
        doctor="还没有这位居民的资料。请先用身份证号查一次，再登记人脸。",
        technician="登记的人不在本地资料中。",
    ),
    "enrolment.too_few": Words(
        resident="没有拍清楚，请再看一次镜头。",
        doctor="清楚的画面不够，没有登记上。请换个光线再试。",
        technician="合格画面少于下限；最多的提示见事实。",
    ),
}
