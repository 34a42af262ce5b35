"""What goes to the printer: receipt, insurer's set, sheet for the door, blank slips, test.

A receipt is left lying about, so its name is masked. The insurer's set is for the person's
own hands: the full name stands on it, for another insurer pays by it; of the ID number
only what is needed to compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from terminal.core.money import ZERO, Money, total
from terminal.core.money_views import Publicity
from terminal.core.papers import RULE, Paper, PaperLine, Style, lines_of
from terminal.core.people import masked_name
from terminal.core.publicity import MARKS, left_out_text
from terminal.core.receipt import Occasion, ReceiptLine
from terminal.core.shares import Shares

_FEED = PaperLine()
_PAD_DRUGS = 4


@dataclass(frozen=True, slots=True, repr=False)
class Receipted:
    """A settled visit, as its receipt tells it."""

    occasion: Occasion
    lines: tuple[ReceiptLine, ...]
    shares: Shares
    setl_ids: tuple[str, ...]
    """None: nothing was settled by insurance."""


@dataclass(frozen=True, slots=True, repr=False)
class Item:
    """A row of the itemised list."""

    code: str
    name: str
    spec: str
    quantity: str
    unit: str
    price: str
    total: Money
    drug: bool
    days: int | None


@dataclass(frozen=True, slots=True, repr=False)
class Treated:
    """What an insurer wants to know besides the receipt."""

    name: str
    masked_id: str
    gender: str
    age: int
    diagnosis_code: str
    diagnosis: str
    doctor: str
    visited_at: datetime
    items: tuple[Item, ...]


def receipt_part(told: Receipted) -> tuple[PaperLine, ...]:
    """One receipt."""
    occasion, shares = told.occasion, told.shares
    title = "医保结算单" if told.setl_ids else "自费收费单"
    head = [
        PaperLine(occasion.clinic_name, style=Style.STRONG),
        PaperLine(title, style=Style.TITLE),
        PaperLine(f"姓名 {masked_name(occasion.person_name)}"),
    ]
    if occasion.relative_name:
        head.append(PaperLine(f"代办人 {masked_name(occasion.relative_name)}"))
    head += [PaperLine(f"时间 {occasion.settled_at:%Y-%m-%d %H:%M}"), RULE]
    body = [_line(line) for line in told.lines]
    sums = [RULE, _sum("总费用", shares.total)]
    if told.setl_ids:
        sums.append(_sum("医保基金支付", shares.fund))
    else:
        sums.append(PaperLine("没有用医保"))
    sums.append(PaperLine("个人负担", _yuan(shares.own), Style.LARGE))
    ways = (
        ("  其中个人账户", shares.account),
        ("  其中家庭共济", shares.mutual_aid),
        ("  其中现金", shares.cash),
        ("机构承担", shares.hospital),
    )
    sums += [_sum(name, amount) for name, amount in ways if amount != ZERO]
    feet = [RULE, *lines_of(f"结算号 {number}" for number in told.setl_ids)]
    feet += lines_of(f"电子票据号 {number}" for number in occasion.electronic)
    feet += lines_of(f"处方号 {number}" for number in occasion.prescriptions)
    if (due := occasion.next_due) is not None:
        feet.append(PaperLine(f"下次取药 {due.month}月{due.day}日前后", style=Style.STRONG))
    feet.append(PaperLine("有疑问请问医生，或拨打 12393"))
    return (*head, *body, *sums, *feet)


def slip_part(texts: Sequence[str]) -> tuple[PaperLine, ...]:
    """The numbered slip of whoever goes home before the outcome is known."""
    clinic, title, number, *rest = texts
    return (
        PaperLine(clinic, style=Style.STRONG),
        PaperLine(title, style=Style.TITLE),
        PaperLine(number, style=Style.LARGE),
        RULE,
        *lines_of(rest),
    )


def insurers_set(told: Receipted, treated: Treated) -> Paper:
    """Receipt, itemised list, diagnosis and prescription, in one print."""
    return Paper((receipt_part(told), _itemised(told, treated), _prescribed(told, treated)))


def publicity_part(publicity: Publicity) -> tuple[PaperLine, ...]:
    """The sheet for the door on a strip of paper."""
    lines = [
        PaperLine(publicity.clinic_name, style=Style.STRONG),
        PaperLine("医保支付公示", style=Style.TITLE),
        PaperLine(_day(publicity.day)),
        RULE,
    ]
    if not publicity.rows:
        lines.append(PaperLine("当日没有可公示的医保结算。"))
    for row in (*publicity.rows, *publicity.since):
        mark = f"（{row.day.month}月{row.day.day}日 {MARKS[row.mark]}）" if row.mark else ""
        lines.append(PaperLine(f"{row.masked_name}{mark}", f"总 {row.total.yuan}"))
        lines.append(PaperLine(f"  医保 {row.fund.yuan}", f"个人 {row.own.yuan}"))
    lines += [
        RULE,
        PaperLine(f"合计 {len(publicity.rows)} 人次", publicity.total.yuan),
        _sum("医保支付", publicity.fund),
        _sum("个人负担", publicity.own),
    ]
    if publicity.left_out:
        lines.append(PaperLine(left_out_text(publicity)))
    lines.append(PaperLine(f"制表 {publicity.made_at:%Y-%m-%d %H:%M}"))
    lines.append(PaperLine("有疑问请当面问医生，或拨打 12393"))
    return tuple(lines)


def pad_part(clinic_name: str, number: int) -> tuple[PaperLine, ...]:
    """A blank slip for the day on which nothing works."""
    drugs = [
        each
        for place in range(1, _PAD_DRUGS + 1)
        for each in (
            _FEED,
            PaperLine(f"药{place} ____________ 数量 ____"),
            PaperLine("（追溯码贴这里）"),
        )
    ]
    return (
        PaperLine(clinic_name, style=Style.STRONG),
        PaperLine("停电断网应急单", style=Style.TITLE),
        PaperLine(f"第 {number:05} 号", style=Style.LARGE),
        RULE,
        *(
            each
            for text in ("日期时间", "姓名", "身份证号", "诊断", "诊疗项目")
            for each in (_FEED, PaperLine(f"{text} ______________________"))
        ),
        *drugs,
        _FEED,
        PaperLine("已收 ______ 元，不是医保结算"),
        _FEED,
        PaperLine("医生签名 __________"),
        _FEED,
        PaperLine("居民签名 __________"),
        RULE,
        PaperLine("恢复后由医生按号录入；写坏的也要登记作废。"),
    )


def sample_part(clinic_name: str, at: datetime) -> tuple[PaperLine, ...]:
    """A page that shows what this printer can do."""
    return (
        PaperLine(clinic_name, style=Style.STRONG),
        PaperLine("打印测试", style=Style.TITLE),
        PaperLine(f"{at:%Y-%m-%d %H:%M}"),
        RULE,
        PaperLine("中文 ABC abc 0123456789"),
        PaperLine("生僻字 𬱖 㛃 䶮 · 阿依古丽·买买提"),
        PaperLine("人民币", "￥1234567.89"),
        PaperLine("大字", "￥88.80", Style.LARGE),
        PaperLine("这一行很长，用来看一看换行的时候金额会不会被切断", "￥26.34"),
        PaperLine("二维码"),
        PaperLine("clinic-terminal printer test", style=Style.QR),
        RULE,
        PaperLine("横线应当正好一行，金额应当靠右对齐。"),
    )


def titled(title: str, texts: Iterable[str]) -> Paper:
    """A title and plain lines."""
    return Paper(((PaperLine(title, style=Style.TITLE), RULE, *lines_of(texts)),))


def _line(line: ReceiptLine) -> PaperLine:
    course = f"（分{line.times}次）" if line.times else ""
    named = " ".join(part for part in (line.name, line.spec) if part)
    return PaperLine(f"{named} ×{line.quantity}{line.unit}{course}", line.total.yuan)


def _itemised(told: Receipted, treated: Treated) -> tuple[PaperLine, ...]:
    lines = [*_head("门诊费用清单", told, treated)]
    for item in treated.items:
        lines.append(PaperLine(" ".join(part for part in (item.name, item.spec) if part)))
        lines.append(PaperLine(f"  {item.code}"))
        lines.append(PaperLine(f"  {item.price} × {item.quantity}{item.unit}", item.total.yuan))
    whole = total(item.total for item in treated.items)
    shares = told.shares
    lines += [RULE, _sum("合计", whole), _sum("医保基金支付", shares.fund)]
    parts = (
        ("全自费", shares.full_self_pay),
        ("超限价自付", shares.over_limit_price),
        ("先行自付", shares.advance_self_pay),
        ("符合政策范围", shares.in_scope),
    )
    lines += [_sum(name, amount) for name, amount in parts if amount != ZERO]
    lines.append(_sum("个人负担", shares.own))
    return tuple(lines)


def _prescribed(told: Receipted, treated: Treated) -> tuple[PaperLine, ...]:
    lines = [
        *_head("诊断与处方", told, treated),
        PaperLine(f"诊断 {treated.diagnosis}"),
        PaperLine(f"诊断编码 {treated.diagnosis_code}"),
        RULE,
    ]
    drugs = [item for item in treated.items if item.drug]
    for item in drugs:
        lines.append(PaperLine(" ".join(part for part in (item.name, item.spec) if part)))
        days = f"，供{item.days}天" if item.days else ""
        lines.append(PaperLine(f"  共 {item.quantity}{item.unit}{days}"))
    if not drugs:
        lines.append(PaperLine("没有开药"))
    lines += [
        RULE,
        PaperLine(f"医生 {treated.doctor}"),
        _FEED,
        PaperLine("签名盖章 ______________"),
    ]
    return tuple(lines)


def _head(title: str, told: Receipted, treated: Treated) -> tuple[PaperLine, ...]:
    return (
        PaperLine(told.occasion.clinic_name, style=Style.STRONG),
        PaperLine(title, style=Style.TITLE),
        PaperLine(f"姓名 {treated.name}  {treated.gender}  {treated.age}岁"),
        PaperLine(f"证件号 {treated.masked_id}"),
        PaperLine(f"就诊 {treated.visited_at:%Y-%m-%d %H:%M}"),
        *lines_of(f"结算号 {number}" for number in told.setl_ids),
        RULE,
    )


def _sum(name: str, amount: Money) -> PaperLine:
    return PaperLine(name, amount.yuan)


def _yuan(amount: Money) -> str:
    return f"￥{amount.yuan}"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
