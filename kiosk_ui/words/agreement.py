"""The resident's answer to an amount, and the other ways in on their own screen."""

from __future__ import annotations

from kiosk_ui.words.reader import Words

WORDS = {
    "agreement.declined": Words(
        resident="您没有同意，不会结算。请跟医生说。",
        doctor="居民没有同意这个金额，没有结算。请问清楚；居民改口了，请他按「同意」，或由您按「口头同意」。",
        technician="对同一份账单的最后一次答复是不同意。",
    ),
    "agreement.nothing": Words(
        resident="这次没有记下。不同意，请马上告诉医生。",
        doctor="现在没有要居民同意的金额，什么都没有改变。请看屏幕上的下一步。",
        technician="就诊不在等待同意的状态，或正在重新算报销。",
    ),
    "step.agreed": Words(
        resident="您同意了，请等医生办好",
        doctor="居民同意了这个金额。请确认结算。",
        technician="居民在自己的屏幕上同意，不是故障。",
    ),
    "step.declined": Words(
        resident="您没有同意，不会收您的钱",
        doctor="居民没有同意这个金额，没有结算。请问清楚再办。",
        technician="居民在自己的屏幕上不同意，不是故障。",
    ),
    "manner.tap": Words(
        resident="在屏幕上按的",
        doctor="居民在自己的屏幕上按的",
        technician="触摸屏。",
    ),
    "manner.button": Words(
        resident="用按钮按的",
        doctor="居民用按钮按的",
        technician="外接按钮。",
    ),
    "manner.spoken": Words(
        resident="亲口跟医生说的",
        doctor="口头同意，由医生按下",
        technician="口头，由医生代按。",
    ),
    "handover.to_resident": Words(
        resident="请把屏幕转给居民",
        doctor="请把屏幕转给居民",
        technician="单屏模式的交接页。",
    ),
    "handover.to_doctor": Words(
        resident="请把屏幕交还医生",
        doctor="请把屏幕交还医生",
        technician="单屏模式的交接页。",
    ),
}
