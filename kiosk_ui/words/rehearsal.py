"""Demonstration, rehearsal and their sandbox province: met by whoever tries them out."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words


def _demo(technician: str) -> Words:
    return Words(
        resident=RESIDENT_WAITS,
        doctor="演示没有走通，请联系技术员。",
        technician=technician,
    )


def _rehearsal(technician: str) -> Words:
    return Words(
        resident=RESIDENT_WAITS,
        doctor="演练没有走完，与诊所的账目无关，请联系技术员。",
        technician=technician,
    )


WORDS = {
    "rehearsal.unknown_fault": _rehearsal("没有这种演练故障；可用的名称见说明 docs/rehearsal.md。"),
    "rehearsal.stuck": _rehearsal("演练中的终端进程停住了；请带上种子和就诊序号报告。"),
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
    "sandbox.not_encrypted": _demo("沙箱没有启用加密连接，不能预置证书过期的故障。"),
    "sandbox.no_certificates": _demo("沙箱的证书没有生成；请确认已安装 openssl。"),
    "sandbox.elsewhere_unreadable": _demo("沙箱“别处结算”的请求读不出。"),
    "sandbox.elsewhere_refused": _demo("沙箱拒绝了这笔“别处结算”。"),
}
