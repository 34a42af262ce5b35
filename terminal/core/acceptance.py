"""The acceptance sheet: what was set up, tried and measured, and two places to sign.

Pure. The same lines go to the receipt printer and, drawn as a PDF, into the clinic's folder.
No person stands on it and no secret: whoever finds it learns nothing that a screen hides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from terminal.core.moments import minute
from terminal.core.papers import RULE, Paper, PaperLine, Style
from terminal.core.provisioning import PartView, ProvisionFacts, Step

_DIGITS_SHOWN = 16
"""Of a digest on paper: enough to compare by eye; 64 bits that nobody makes twice by chance."""

_STEPS = {
    Step.CARD: "登记卡",
    Step.KEYS: "做钥匙",
    Step.ENROL: "县里登记",
    Step.SETTINGS: "写设置",
    Step.PARTS: "试每一样",
    Step.SIGN_IN: "签到",
    Step.TRIAL_VISIT: "试结一分钱",
    Step.SHEET: "验收单",
}
_STATES = {"well": "正常", "weak": "要留意", "away": "不可用"}


def acceptance_paper(facts: ProvisionFacts, part_name: Callable[[str], str]) -> Paper:
    """The sheet, in one part. `part_name`: what people call a part."""
    lines = [
        PaperLine("装机验收单", style=Style.TITLE),
        PaperLine(facts.clinic_name, style=Style.STRONG),
        PaperLine("机构编码", facts.fixmedins_code),
        PaperLine("登记卡号", facts.card_serial),
        PaperLine("验收时间", minute(facts.at)),
        RULE,
        *_parts(facts.parts, part_name),
        RULE,
        *_trial(facts),
        RULE,
        *_versions(facts),
        RULE,
        *(PaperLine(name, _seconds(facts.seconds[step])) for step, name in _STEPS.items()
          if step in facts.seconds),
        PaperLine("一共", _seconds(sum(facts.seconds.values())), Style.STRONG),
        *_erased(facts),
        RULE,
        PaperLine("技术员：__________________"),
        PaperLine("村医：____________________"),
        PaperLine("日期：____________________"),
    ]  # fmt: skip
    return Paper((tuple(lines),))


def _parts(parts: tuple[PartView, ...], part_name: Callable[[str], str]) -> Iterator[PaperLine]:
    well = sum(part.state == "well" for part in parts)
    yield PaperLine("每一样设备", f"{well}/{len(parts)} 正常", Style.STRONG)
    for part in parts:
        told = _STATES.get(part.state, part.state)
        style = Style.PLAIN if part.state == "well" else Style.STRONG
        yield PaperLine(part_name(part.name), told, style)
        if part.code and part.state != "well":
            yield PaperLine(f"  {part.code}")
        if part.measured:
            yield PaperLine(f"  {part.measured}")


def _trial(facts: ProvisionFacts) -> Iterator[PaperLine]:
    """What became of the one fen: never told better than it is known."""
    yield PaperLine("试结一分钱", style=Style.STRONG)
    if not facts.setl_id:
        yield PaperLine("没有做", facts.trial_code)
        return
    yield PaperLine("结算号", facts.setl_id)
    if facts.cancelled_setl_id:
        yield PaperLine("已退，退费号", facts.cancelled_setl_id)
    else:
        yield PaperLine("退费还没有查清", facts.trial_code, Style.STRONG)
        yield PaperLine("机器会接着查。请县里核对。")


def _versions(facts: ProvisionFacts) -> Iterator[PaperLine]:
    yield PaperLine("程序版本", facts.version)
    for task, digest in sorted(facts.weights.items()):
        yield PaperLine(f"网络 {task}", digest[:_DIGITS_SHOWN])
    yield PaperLine("证书号", facts.certificate_serial[:_DIGITS_SHOWN])
    yield PaperLine("证书有效到", minute(facts.certificate_expires)[:10])
    yield PaperLine("机器公钥摘要", facts.device_key_digest[:_DIGITS_SHOWN])


def _erased(facts: ProvisionFacts) -> Iterator[PaperLine]:
    if facts.erasure_digest:
        yield RULE
        yield PaperLine("原来卫生室的资料已擦掉，擦除证明的摘要：", style=Style.STRONG)
        yield PaperLine(facts.erasure_digest)


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} 秒"
