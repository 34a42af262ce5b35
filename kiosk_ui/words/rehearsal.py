"""The demonstration and its sandbox province: met by whoever tries the terminal out."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _demo(technician: str) -> Words:
    return Words(
        resident=RESIDENT_WAITS,
        doctor="演示没有走通，请联系技术员。",
        technician=technician,
    )


WORDS = {
    "demo.no_such_scene": _demo("没有这个演示场景。"),
    "demo.no_such_fault": _demo("没有这个演示故障。"),
    "demo.stuck": _demo("演示在这一步没有等到结果；见日志。"),
    "scenes.not_made": _demo("演示画面没有生成。"),
    "sandbox.not_started": _demo("沙箱省平台没有启动。"),
    "sandbox.away": _demo("连不上沙箱省平台。"),
    "sandbox.port_in_use": _demo("沙箱省平台的端口被占用。"),
    "sandbox.fault_unreadable": _demo("沙箱故障的请求读不出。"),
    "sandbox.fault_out_of_range": _demo("沙箱故障的次数或秒数超出范围。"),
    "sandbox.unknown_fault": _demo("沙箱没有这种故障。"),
    "sandbox.too_many_faults": _demo("沙箱预置的故障达到上限。"),
}
