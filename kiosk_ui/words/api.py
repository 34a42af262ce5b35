"""The local API: what a caller did wrong, and what a technician must set."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _called(technician: str) -> Words:
    """What only whoever calls can put right."""
    doctor = "基卫系统推单没有成功，没有收到。请在本机扫码办理，并告诉技术员。"
    return Words(RESIDENT_WAITS, doctor, technician)


def _set(doctor: str, technician: str) -> Words:
    """What a technician sets."""
    return Words(RESIDENT_WAITS, doctor, technician)


_NOT_LISTENING = (
    "基卫系统暂时推不进单子，会自动再试。看病结算不受影响，请在本机扫码办理，并告诉技术员。"
)
_NOT_STARTED = "终端没有启动：基卫系统接口的设置不对。请告诉技术员。"
_NOT_DONE = "接入的名单没有改。请告诉技术员。"

WORDS = {
    "api.malformed": _called(
        "请求体不是唯一含义的 JSON 对象：须为 UTF-8、无 BOM、键不重复、没有 NaN；见事实 reason。"
    ),
    "api.no_token": _called("没有有效的令牌。请求头须为 Authorization: Bearer <令牌>。"),
    "api.address_not_allowed": _called("调用方的地址不是本机，也不在 api_from 里。"),
    "api.host_not_allowed": _called("Host 须为数字地址或 localhost，不能用域名。"),
    "api.from_a_page": _called("接口只给程序用，不答网页（有 Origin 或 Sec-Fetch-Site）。"),
    "api.not_found": _called("没有这个路径，见 /api/v1/openapi.json。"),
    "api.method": _called("这个路径不用这个方法，可用的在 Allow 里。"),
    "api.number_reused": _called("这个 number 已推过另一份内容的单子。新单用新编号。"),
    "api.too_large": _called("请求体超过 64 KiB。"),
    "api.not_json": _called("Content-Type 须为 application/json，UTF-8，不压缩。"),
    "api.field": _called("字段不合规：field 说哪一个，reason 说为什么；多出的字段也不收。"),
    "api.too_often": _called("问得太勤（每分钟 120 次），请在 Retry-After 秒后再问。"),
    "api.broken": _called("终端内部出错，已记日志。用同一编号再推，不会变成两份。"),
    "api.certificate_wanted": _set(
        _NOT_STARTED, "api_listen 不是本机地址，须有 api_certificate（证书和私钥的 PEM 文件）。"
    ),
    "api.address_wrong": _set(
        _NOT_STARTED, "api_listen 须为 地址:端口，api_from 须为数字地址，不能是名字。"
    ),
    "api.certificate_unreadable": _set(
        _NOT_LISTENING, "api_certificate 读不出，或里面没有配对的证书和私钥；每 15 秒再试。"
    ),
    "api.port_in_use": _set(
        _NOT_LISTENING, "api_listen 的端口被占用，或本机还没有这个地址；每 15 秒再试。"
    ),
    "api.client_name": _set(_NOT_DONE, "名称须为 1 到 32 个小写字母、数字或 -。"),
    "api.client_taken": _set(
        _NOT_DONE, "已有同名的接入方。要换令牌，请先 client end，再 client add。"
    ),
    "api.client_unknown": _set(_NOT_DONE, "没有这个名称的接入方，或已经停用。"),
}
