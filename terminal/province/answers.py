"""The nodes that the province answers with, read tolerantly.

Numbers come as strings, fields as null, and names with additions; an amount that is
none is refused whole, for half a figure must not become money.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money
from terminal.core.shares import MutualAid, Shares

_AMOUNT_DIGITS_MAX = 20
"""N16,2 and a few zeros; a number such as 1e999999 would fill the memory as text."""


class Read(BaseModel):
    """A node that we are sent: unknown fields are passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _amount(told: object) -> Money:
    """N16,2 as text, number or null; null is nothing paid."""
    if told is None or told == "":
        return Money(0)
    if isinstance(told, bool) or not isinstance(told, str | int | Decimal):
        raise ValueError("no amount")  # noqa: TRY004 - pydantic collects ValueErrors.
    if isinstance(told, Decimal):
        if not told.is_finite() or abs(told.adjusted()) > _AMOUNT_DIGITS_MAX:
            raise ValueError("no amount")
        told = f"{told:f}"
    try:
        return Money.parse(str(told).strip())
    except Refused:
        raise ValueError("no amount") from None


def _text(told: object) -> str:
    return "" if told is None else str(told)


def _day(told: object) -> date | None:
    return date.fromisoformat(str(told)[:10].strip()) if told else None


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
    psn_no: Text = ""
    ipt_otp_no: Text = ""


class SetlInfo(Read):
    """2206, 2207, 2208, 5203: node setlinfo."""

    setl_id: Annotated[Text, StringConstraints(max_length=30)] = ""
    mdtrt_id: Text = ""
    psn_no: Text = ""
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

    def shares(self, mutual_aid: MutualAid) -> Shares:
        """These amounts, with the relative's account beside the person's own."""
        inside = mutual_aid is MutualAid.INSIDE_ACCOUNT
        return Shares(
            total=self.medfee_sumamt,
            fund=self.fund_pay_sumamt,
            own=self.psn_part_amt,
            account=self.acct_pay - (self.acct_mulaid_pay if inside else ZERO),
            mutual_aid=self.acct_mulaid_pay,
            cash=self.psn_cash_pay,
            hospital=self.hosp_part_amt,
            full_self_pay=self.fulamt_ownpay_amt,
            over_limit_price=self.overlmt_selfpay,
            advance_self_pay=self.preselfpay_amt,
            in_scope=self.inscp_scp_amt,
        )


class Found(SetlInfo):
    """5203, a row of node setlinfo: two amounts have other names than in 2207."""

    psn_part_amt: Amount = Field(validation_alias=AliasChoices("psn_part_amt", "psn_pay"))
    psn_cash_pay: Amount = Field(validation_alias=AliasChoices("psn_cash_pay", "cash_payamt"))


class Contract(Read):
    """5302, a row of node psnfixmedin."""

    fixmedins_code: Text = ""
    fixmedins_name: Text = ""
    begndate: Day = None
    enddate: Day = None


class ChronicRegistration(Read):
    """5301, a row of node feedetail."""

    opsp_dise_code: Text = ""
    opsp_dise_name: Text = ""
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
