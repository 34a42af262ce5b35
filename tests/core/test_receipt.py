"""The slip: what stood on the bill, who paid what, nobody named."""

from __future__ import annotations

from datetime import datetime

from terminal.clock import SHANGHAI
from terminal.core.money import Money
from terminal.core.receipt import ReceiptLine, receipt
from terminal.core.shares import Shares

YUAN = Money.parse


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
    at = datetime(2025, 9, 20, 9, 30, tzinfo=SHANGHAI)
    return receipt("演示村卫生室", "李小宝", relative, lines, shares, ["S1", "S2"], at)


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
