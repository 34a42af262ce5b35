"""The nodes of reconciliation: 3201 and 3202 (interface section 6)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from terminal.province.messages import C6, C30, Day, Sum, Written

Count = Annotated[int, Field(ge=-(10**9), lt=10**10)]
"""N10; below zero on a day of cancellations only, where refunds are netted."""


class StatementTotal(Written):
    """3201, node data."""

    insutype: C6
    clr_type: C6
    setl_optins: C6
    stmt_begndate: Day
    stmt_enddate: Day
    medfee_sumamt: Sum
    fund_pay_sumamt: Sum
    acct_pay: Sum
    fixmedins_setl_cnt: Count


class StatementDetail(Written):
    """3202, node data."""

    setl_optins: C6
    file_qury_no: C30
    stmt_begndate: Day
    stmt_enddate: Day
    medfee_sumamt: Sum
    fund_pay_sumamt: Sum
    cash_payamt: Sum
    fixmedins_setl_cnt: Count
    clr_type: C6


class StatementDetailOfInsurance(StatementDetail):
    """3202 where the region compares one insurance at a time; no transcript has it."""

    insutype: C6
