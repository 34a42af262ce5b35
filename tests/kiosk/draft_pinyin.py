"""Draft the readings of sentences that kiosk_ui/voice/pinyin.csv lacks, to be put right by hand.

`python -m tests.kiosk.draft_pinyin` adds a row for each, drops those that nobody speaks any
more, leaves the others as they are, and shows what it added: read every line aloud.
"""

import csv
import re
import sys
from itertools import count

from pypinyin import Style, lazy_pinyin

from kiosk_ui.voice.phrases import spoken_words
from kiosk_ui.voice.table import PINYIN, clips

READ_SO = {
    "医生": "yi1 sheng5", "告诉": "gao4 su5", "时候": "shi2 hou5", "没关系": "mei2 guan1 xi5",
    "孩子": "hai2 zi5", "样子": "yang4 zi5", "儿子": "er2 zi5", "妻子": "qi1 zi5",
    "孙子": "sun1 zi5", "爷爷": "ye2 ye5", "奶奶": "nai3 nai5", "丈夫": "zhang4 fu5",
    "爱人": "ai4 ren5", "亲戚": "qin1 qi5", "眼睛": "yan3 jing5", "舒服": "shu1 fu5",
    "认识": "ren4 shi5", "清楚": "qing1 chu5", "没有": "mei2 you3", "还": "hai2",
    "我们": "wo3 men5", "他们": "ta1 men5", "这里": "zhe4 li5", "哪里": "na2 li5",
    "那里": "na4 li5", "家里": "jia1 li5", "一会儿": "yi2 hui4 er5", "这边": "zhe4 bian5",
    "左边": "zuo3 bian5", "右边": "you4 bian5", "旁边": "pang2 bian1", "看一看": "kan4 yi5 kan4",
    "听一听": "ting1 yi5 ting1", "看看": "kan4 kan5", "点点头": "dian3 dian5 tou2",
    "眨眨": "zha3 zha5", "便宜": "pian2 yi5", "钱的事": "qian2 de5 shi4", "两个": "liang3 ge5",
    "一个": "yi2 ge5", "这个": "zhe4 ge5", "那个": "na4 ge5", "几个": "ji3 ge5",
    "记得": "ji4 de5", "觉得": "jue2 de5", "看得": "kan4 de5", "长得": "zhang3 de5",
    "等得": "deng3 de5", "站得": "zhan4 de5", "长不大": "zhang3 bu2 da4", "家长": "jia1 zhang3",
    "重新": "chong2 xin1", "重复": "chong2 fu4", "还给": "huan2 gei3", "退还": "tui4 huan2",
    "交还": "jiao1 huan2", "说一说": "shuo1 yi5 shuo1",
    "不行": "bu4 xing2", "银行": "yin2 hang2", "干部": "gan4 bu4", "先生": "xian1 sheng5",
    "为": "wei4", "只": "zhi3", "地方": "di4 fang5", "对得上": "dui4 de5 shang4",
    "东西": "dong1 xi5", "名字": "ming2 zi5", "事情": "shi4 qing5", "明白": "ming2 bai5",
    "本子": "ben3 zi5", "盒子": "he2 zi5", "帮忙": "bang1 mang2", "着": "zhe5", "了": "le5",
    "公公": "gong1 gong5", "婆婆": "po2 po5", "妈妈": "ma1 ma5", "爸爸": "ba4 ba5",
    "用不了": "yong4 bu4 liao3", "为准": "wei2 zhun3", "照片": "zhao4 pian4", "谁": "shei2",
    "答应": "da1 ying5", "商量": "shang1 liang5", "部分": "bu4 fen5", "办得": "ban4 de5",
    "一月": "yi1 yue4", "十一": "shi2 yi1", "一": "yi1",
}  # fmt: skip
"""Where the dictionary's first reading is not how it is spoken here. The longest counts."""

_BEFORE_A_FIGURE = "第十百千万零"
"""After these 一 is a figure, and keeps its first tone."""


def characters(words: str) -> str:
    """The characters of some words that are spoken: without their punctuation."""
    return re.sub(r"[^一-龥]", "", words)


def draft(words: str) -> str:
    """A first reading of some words."""
    told = characters(words)
    read = lazy_pinyin(told, style=Style.TONE3, neutral_tone_with_five=True)
    for known in sorted(READ_SO, key=len):
        at = told.find(known)
        while at >= 0:
            read[at : at + len(known)] = READ_SO[known].split()
            at = told.find(known, at + 1)
    for at, character in enumerate(told[:-1]):
        tone = read[at + 1][-1]
        if character == "不" and read[at] == "bu4" and tone == "4":
            read[at] = "bu2"
        counts = character == "一" and (at == 0 or told[at - 1] not in _BEFORE_A_FIGURE)
        if counts and read[at] == "yi1" and told[at + 1] not in "十月":
            read[at] = "yi2" if tone in "45" else "yi4"
    return " ".join(read)


def main() -> None:
    kept = {clip.words: clip for clip in clips().values()} if PINYIN.exists() else {}
    same = [kept[words] for words in spoken_words() if words in kept]
    rows = [(clip.name, clip.words, clip.pinyin) for clip in same]
    taken = {name for name, *_ in rows}
    for words, name in spoken_words().items():
        if words not in kept:
            again = (f"{name}_{n}" for n in count(2))
            free = name if name not in taken else next(it for it in again if it not in taken)
            taken.add(free)
            rows.append((free, words, draft(words)))
            sys.stdout.write(" | ".join(rows[-1]) + "\n")
    with PINYIN.open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(("clip", "words", "pinyin"))
        writer.writerows(sorted(rows))


if __name__ == "__main__":
    main()
