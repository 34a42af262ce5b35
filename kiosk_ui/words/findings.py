"""What is said while a warning stands before the bill, and of the file of rules.

The warnings' own words stand in the rule file; they are for the doctor alone.
"""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

_NOTHING_CHARGED_YET = "医生在核对用药，核对好再结算，请稍候。"

WORDS = {
    "visit.finding_open": Words(
        resident=_NOTHING_CHARGED_YET,
        doctor="还有一条提醒没有处理。请改账单，或点一个理由再继续。",
        technician="事前提醒（severity 为 warn）还没有理由；规则和行号见事实。",
    ),
    "visit.finding_blocks": Words(
        resident=_NOTHING_CHARGED_YET,
        doctor="有一行不能这样开，写理由也不行。请看红色的提醒，去掉这一行或改正过来。",
        technician="事前提醒（severity 为 block）；规则和行号见事实，规则文件可改其轻重。",
    ),
    "visit.no_such_finding": Words(
        resident=RESIDENT_WAITS,
        doctor="这条提醒已经没有了，不用写理由。请看现在的账单。",
        technician="此就诊当前没有这条规则的 warn；账单在点按前已经变了。",
    ),
    "visit.reason_too_long": Words(
        resident=RESIDENT_WAITS,
        doctor="理由太长了，请缩短到一百个字以内，病历里可以写全。",
        technician="理由超过字数上限，见事实。",
    ),
    "rules.unreadable": Words(
        resident=RESIDENT_WAITS,
        doctor="提醒规则的文件读不了，没有启用。请联系技术员。",
        technician="规则文件整份拒绝：行号、规则名和参数见事实；写法见自带的 audit_rules.toml。",
    ),
}
