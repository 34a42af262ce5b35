"""The slip: what stood on the bill, who paid what, nobody named."""

from __future__ import annotations

from datetime import date, datetime

from terminal.clock import SHANGHAI
from terminal.core.money import Money
from terminal.core.receipt import Occasion, ReceiptLine, receipt
from terminal.core.shares import Shares

YUAN = Money.parse


AT = datetime(2025, 9, 20, 9, 30, tzinfo=SHANGHAI)


def slip(relative: str = "", account: str = "0", aid: str = "0") -> tuple[str, ...]:
    own = YUAN("10.25")
    shares = Shares(
        total=YUAN("42.50"),
        fund=YUAN("32.25"),
        own=own,
        account=YUAN(account),
        mutual_aid=YUAN(aid),
        cash=own - YUAN(account) - YUAN(aid),
        hospital=YUAN("0"),
        full_self_pay=YUAN("0"),
        over_limit_price=YUAN("0"),
        advance_self_pay=YUAN("0"),
        in_scope=YUAN("42.50"),
    ).verified()
    lines = [
        ReceiptLine("头孢克肟分散片", "0.1g×10片", "1", "盒", YUAN("30")),
        ReceiptLine("葡萄糖测定", "", "1", "次", YUAN("12.5")),
    ]
    occasion = Occasion("演示村卫生室", "李小宝", relative, AT)
    return receipt(occasion, lines, shares, ["S1", "S2"])


def test_the_slip_has_every_line_and_every_share() -> None:
    assert slip() == (
        "演示村卫生室",
        "医保结算单",
        "姓名 李*宝",
        "时间 2025-09-20 09:30",
        "头孢克肟分散片 0.1g×10片 ×1盒 30.00",
        "葡萄糖测定  ×1次 12.50",
        "总费用 42.50",
        "医保基金支付 32.25",
        "个人负担 10.25",
        "  其中现金 10.25",
        "结算号 S1",
        "结算号 S2",
    )


def test_a_slip_left_lying_about_names_nobody() -> None:
    text = "\n".join(slip(relative="李秀英"))
    assert "李小宝" not in text
    assert "李秀英" not in text
    assert "代办人 李*英" in text


def test_what_accounts_paid_stands_apart_and_nothing_that_is_zero() -> None:
    lines = slip(account="6.00", aid="4.25")
    assert [line for line in lines if line.startswith("  其中")] == [
        "  其中个人账户 6.00",
        "  其中家庭共济 4.25",
    ]


def test_a_sale_without_insurance_does_not_speak_of_any() -> None:
    nothing, all_of_it = YUAN("0"), YUAN("5.27")
    shares = Shares(
        total=all_of_it,
        fund=nothing,
        own=all_of_it,
        account=nothing,
        mutual_aid=nothing,
        cash=all_of_it,
        hospital=nothing,
        full_self_pay=all_of_it,
        over_limit_price=nothing,
        advance_self_pay=nothing,
        in_scope=nothing,
    ).verified()
    pills = ReceiptLine("阿莫西林胶囊", "0.25g×50粒", "10", "粒", all_of_it)
    lines = receipt(Occasion("演示村卫生室", "李小宝", "", AT), [pills], shares, [])
    assert lines[1] == "自费收费单（没有用医保）"
    assert "阿莫西林胶囊 0.25g×50粒 ×10粒 5.27" in lines
    assert not [line for line in lines if "医保基金" in line or "医保结算" in line]


def test_the_slip_says_how_often_to_come_and_when_the_pills_run_out() -> None:
    drip = ReceiptLine("静脉输液", "", "1", "次", YUAN("10.25"), 3)
    shares = Shares(*([YUAN("10.25"), YUAN("0"), YUAN("10.25"), YUAN("0"), YUAN("0")]),
                    cash=YUAN("10.25"), hospital=YUAN("0"), full_self_pay=YUAN("0"),
                    over_limit_price=YUAN("0"), advance_self_pay=YUAN("0"),
                    in_scope=YUAN("10.25"))  # fmt: skip
    lines = receipt(
        Occasion("演示村卫生室", "李小宝", "", AT, date(2025, 10, 18)), [drip], shares, ["S1"]
    )
    assert "静脉输液  ×1次（分3次） 10.25" in lines
    assert lines[-1] == "下次取药 10月18日前后"
