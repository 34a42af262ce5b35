"""What is mine, in sentences for one slip: as on the screen, and no more than it shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from terminal.core.money import ZERO
from terminal.core.people import Insurance
from terminal.core.screen_views import LastsUntil, MineView, MyBinding, MySettlement

SLIP_TITLE = "我的医保"

_INSURANCES: dict[str, str] = {Insurance.RESIDENT: "居民医保", Insurance.EMPLOYEE: "职工医保"}
_NOT_TOLD = "没有查到"
_SETTLEMENTS_MAX = 12
"""On paper: a year of one visit a month."""


def mine_slip(mine: MineView, now: datetime) -> tuple[str, ...]:
    """The slip's lines, top to bottom. Names are masked: a slip is left lying about."""
    return tuple(_lines(mine, now))


def _lines(mine: MineView, now: datetime) -> Iterator[str]:
    yield f"姓名：{mine.masked_name}"
    yield f"打印时间：{now:%Y-%m-%d %H:%M}"
    if mine.as_of is not None:
        yield f"医保资料截至：{mine.as_of:%Y-%m-%d %H:%M}"
    if not mine.for_another:
        yield from _insurance(mine)
    yield from _limit(mine)
    yield "看病账："
    for each in mine.settlements[:_SETTLEMENTS_MAX]:
        yield from _settlement(each)
    if not mine.settlements:
        yield "  这里没有您结过的账"


def _insurance(mine: MineView) -> Iterator[str]:
    if mine.insured is None:
        yield f"参保：{_NOT_TOLD}"
    else:
        kind = _INSURANCES.get(mine.insutype, "医保")
        yield f"参保：{kind}，正常" if mine.insured else "参保：现在没有参保，或已暂停"
    yield f"今年缴费记录：{_NOT_TOLD}"
    yield f"家庭医生签约：{_contract(mine.contract)}"
    if mine.packages:
        yield f"服务包：{'、'.join(mine.packages)}"
    yield f"慢病登记：{'、'.join(mine.registrations) or '没有'}"
    for binding in mine.family:
        yield _family(binding)


def _contract(contract: str | None) -> str:
    return _NOT_TOLD if contract is None else contract or "没有签约"


def _family(mine: MyBinding) -> str:
    whom = f"{mine.relation}{mine.masked_name}" if mine.as_holder else mine.masked_name
    act = f"可以替{whom}" if mine.as_holder else f"{whom}可以替我"
    return f"亲情账户：{act}，到{_day(mine.until)}"


def _limit(mine: MineView) -> Iterator[str]:
    if mine.fund_used is None:
        yield f"今年医保已付：{_NOT_TOLD}"
        return
    yield f"今年医保已付：{mine.fund_used}"
    if mine.fund_limit is not None:
        left = max(mine.fund_limit - mine.fund_used, ZERO)
        yield f"全年限额：{mine.fund_limit}，还剩 {left}"
    if mine.lasts is not None:
        yield f"  {_lasts(mine.lasts)}"


def _lasts(lasts: LastsUntil) -> str:
    if lasts.until is None:
        return "照平常用药，今年够用"
    return f"照平常用药，还能全报 {lasts.times_full} 次，到{_day(lasts.until)}"


def _settlement(each: MySettlement) -> Iterator[str]:
    yield f"  {_day(each.day)} 总 {each.total.yuan} 医保 {each.fund.yuan} 自己 {each.own.yuan}"
    for name, quantity, amount in each.lines:
        yield f"    {name} {quantity} {amount.yuan}"


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
