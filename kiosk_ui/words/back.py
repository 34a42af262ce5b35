"""Looking back, and the card in huge letters: its closed sentences, and what it refuses."""

from __future__ import annotations

from kiosk_ui.words.reader import RESIDENT_WAITS, Words

WORDS = {
    "bigtext.empty": Words(
        RESIDENT_WAITS, "还没有写字，没有显示。请点一句，或者写一句。", "大字卡的文字为空。"
    ),
    "bigtext.too_long": Words(
        RESIDENT_WAITS,
        "字太多，远了看不清，没有显示。请写短一点，最多 60 个字。",
        "大字卡超过 60 个字符，见事实 length。",
    ),
}

SENTENCES = (
    "您好，请坐。",
    "哪里不舒服？请指给我看。",
    "疼不疼？疼了几天？",
    "请看摄像头。",
    "请把身份证给我看一下。",
    "要量血压，请伸手。",
    "吃药会过敏吗？",
    "请等一下，马上就好。",
    "同意请点头，不同意请摇头。",
    "药怎么吃，写在盒子上。",
    "办好了，可以回家。",
    "更不舒服，马上再来。",
)
"""Closed: what a doctor says most, in a few large characters; no drug and no disease."""
