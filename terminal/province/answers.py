"""The nodes that the province answers with, read tolerantly.

Numbers come as strings, fields as null, and names with additions; an amount that is
none is refused whole, for half a figure must not become money.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from terminal.core.faults import Refused
from terminal.core.money import Money
from terminal.core.shares import Shares


class Read(BaseModel):
    """A node that we are sent: unknown fields are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _amount(told: object) -> Money:
    """N16,2 as text, number or null; null is nothing paid."""
    if told is None or told == "":
        return Money(0)
    if isinstance(told, bool) or not isinstance(told, str | int | Decimal):
        raise ValueError("no amount")  # noqa: TRY004 - pydantic collects ValueErrors.
    try:
        return Money.parse(f"{told:f}" if isinstance(told, Decimal) else str(told).strip())
    except Refused:
        raise ValueError("no amount") from None


def _text(told: object) -> str:
    return "" if told is None else str(told)


def _day(told: object) -> object:
    return str(told)[:10] if told else None


Amount = Annotated[Money, BeforeValidator(_amount)]
Text = Annotated[str, BeforeValidator(_text)]
Day = Annotated[date | None, BeforeValidator(_day)]


class SignedIn(Read):
    """9001, node signinoutb."""

    sign_no: Annotated[Text, StringConstraints(min_length=1, max_length=30)]


class BaseInfo(Read):
    """1101, node baseinfo."""

    psn_no: Annotated[Text, StringConstraints(min_length=1, max_length=30)]
    certno: Annotated[Text, StringConstraints(min_length=1, max_length=600)]
    psn_name: Annotated[Text, StringConstraints(min_length=1, max_length=50)]
    gend: Text = ""
    brdy: Day = None


class InsuInfo(Read):
    """1101, a row of node insuinfo."""

    balc: Amount = Money(0)
    insutype: Text
    psn_type: Text = ""
    psn_insu_stas: Text = ""
    paus_insu_date: Day = None
    insuplc_admdvs: Text


class Registered(Read):
    """2201, node data."""

    mdtrt_id: Annotated[Text, StringConstraints(min_length=1, max_length=30)]


class SetlInfo(Read):
    """2206, 2207, 2208, 5203: node setlinfo."""

    setl_id: Text = ""
    mdtrt_id: Text = ""
    medfee_sumamt: Amount
    fulamt_ownpay_amt: Amount = Money(0)
    overlmt_selfpay: Amount = Money(0)
    preselfpay_amt: Amount = Money(0)
    inscp_scp_amt: Amount
    fund_pay_sumamt: Amount
    psn_part_amt: Amount
    acct_pay: Amount = Money(0)
    acct_mulaid_pay: Amount = Money(0)
    psn_cash_pay: Amount
    hosp_part_amt: Amount = Money(0)
    medins_setl_id: Text = ""
    refd_setl_flag: Text = ""

    def shares(self) -> Shares:
        return Shares(
            total=self.medfee_sumamt,
            fund=self.fund_pay_sumamt,
            own=self.psn_part_amt,
            account=self.acct_pay,
            mutual_aid=self.acct_mulaid_pay,
            cash=self.psn_cash_pay,
            hospital=self.hosp_part_amt,
            full_self_pay=self.fulamt_ownpay_amt,
            over_limit_price=self.overlmt_selfpay,
            advance_self_pay=self.preselfpay_amt,
            in_scope=self.inscp_scp_amt,
        )


def with_5203_names(node: Mapping[str, Any]) -> dict[str, Any]:
    """5203 calls two amounts by other names than 2207: psn_pay and cash_payamt."""
    renamed = dict(node)
    for theirs, ours in (("psn_pay", "psn_part_amt"), ("cash_payamt", "psn_cash_pay")):
        if ours not in renamed and theirs in renamed:
            renamed[ours] = renamed[theirs]
    return renamed


class Contract(Read):
    """5302, a row of node psnfixmedin."""

    fixmedins_code: Text = ""
    fixmedins_name: Text = ""
    begndate: Day = None
    enddate: Day = None


class ChronicRegistration(Read):
    """5301, a row of node feedetail."""

    opsp_dise_code: Text = ""
    begndate: Day = None
    enddate: Day = None


class Accumulated(Read):
    """5206, a row of node cuminfo."""

    insutype: Text = ""
    cum_type_code: Text = ""
    cum: Amount = Money(0)


class SaleVerdict(Read):
    """3505A, node result: the second of two levels of verdict."""

    retRslt: Text = ""  # noqa: N815 - the interface's spelling.
    msgRslt: Text = ""  # noqa: N815
