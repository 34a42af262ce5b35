"""The nodes of a visit and its settlements as the province answers them."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated

from pydantic import AliasChoices, Field, StringConstraints

from terminal.core.money import Money
from terminal.core.region import Region
from terminal.core.shares import MutualAid, Shares
from terminal.province.answers import Amount, Read, Text


class Registered(Read):
    """2201, node data."""

    mdtrt_id: Annotated[Text, StringConstraints(min_length=1, max_length=30)]
    psn_no: Text = ""
    ipt_otp_no: Text = ""


class VisitRow(Read):
    """5201, a row of node mdtrtinfo."""

    mdtrt_id: Annotated[Text, StringConstraints(min_length=1, max_length=30)]
    psn_no: Text = ""
    begntime: Text = ""
    med_type: Text = ""
    ipt_otp_no: Text = ""
    fixmedins_code: Text = ""
    fixmedins_name: Text = ""


class SetlInfo(Read):
    """2206, 2207, 2208, 5203: node setlinfo. Some amounts have two spellings."""

    setl_id: Annotated[Text, StringConstraints(max_length=30)] = ""
    mdtrt_id: Text = ""
    psn_no: Text = ""
    insutype: Text = ""
    clr_type: Text = ""
    clr_optins: Text = ""
    clr_way: Text = ""
    setl_time: Text = ""
    fixmedins_code: Text = ""
    fixmedins_name: Text = ""
    invono: Text = ""
    medfee_sumamt: Amount
    fulamt_ownpay_amt: Amount = Money(0)
    overlmt_selfpay: Amount = Money(0)
    preselfpay_amt: Amount = Money(0)
    inscp_scp_amt: Amount
    fund_pay_sumamt: Amount
    psn_part_amt: Amount = Field(validation_alias=AliasChoices("psn_part_amt", "psn_pay"))
    acct_pay: Amount = Money(0)
    acct_mulaid_pay: Amount = Money(0)
    psn_cash_pay: Amount = Field(
        validation_alias=AliasChoices("psn_cash_pay", "cash_payamt", "pdn_cash_pay")
    )
    hosp_part_amt: Amount = Money(0)
    medins_setl_id: Text = ""
    refd_setl_flag: Text = Field(
        default="", validation_alias=AliasChoices("refd_setl_flag", "REFD_SETL_FLAG")
    )

    @property
    def refunded(self) -> bool:
        return self.refd_setl_flag in ("1", "001")

    def shares(self, region: Region) -> Shares:
        """These amounts in our meaning: fund, account and a relative's account apart.

        Where the fund includes the account, psn_part_amt was seen without it: identities
        3 and 4 of the interface's section 5.8 then hold as they stand. What was undone
        may be told below zero, and is turned round.
        """
        aid_inside = region.mutual_aid is MutualAid.INSIDE_ACCOUNT
        paid_by_account = self.acct_pay if region.account_in_fund else Money(0)
        told = Shares(
            total=self.medfee_sumamt,
            fund=self.fund_pay_sumamt - paid_by_account,
            own=self.psn_part_amt + self._left_out(paid_by_account),
            account=self.acct_pay - (self.acct_mulaid_pay if aid_inside else Money(0)),
            mutual_aid=self.acct_mulaid_pay,
            cash=self.psn_cash_pay,
            hospital=self.hosp_part_amt,
            full_self_pay=self.fulamt_ownpay_amt,
            over_limit_price=self.overlmt_selfpay,
            advance_self_pay=self.preselfpay_amt,
            in_scope=self.inscp_scp_amt,
        )
        return _turned_round(told) if self.refunded and told.total < Money(0) else told

    def _left_out(self, paid_by_account: Money) -> Money:
        """What psn_part_amt lacks because the fund's sum already has it, or nothing."""
        parts = self.fund_pay_sumamt + self.psn_part_amt + self.hosp_part_amt
        return paid_by_account if parts == self.medfee_sumamt else Money(0)


class Cancelled(Read):
    """2208, node setlinfo: whose it is. Its amounts are those of the charge below zero."""

    mdtrt_id: Text = ""
    psn_no: Text = ""


def _turned_round(shares: Shares) -> Shares:
    return Shares(**{each.name: -getattr(shares, each.name) for each in fields(Shares)})


class Verdict(Read):
    """3501, 3502, 3505(A), 3506(A), node result: the second of two levels of verdict."""

    retRslt: Text = ""  # noqa: N815 - the interface's spelling.
    msgRslt: Annotated[Text, StringConstraints(max_length=2000)] = ""  # noqa: N815


class SoldRow(Read):
    """3513, a row of node data."""

    drug_trac_codg: Text = ""
    setl_id: Text = ""
    retn_flag: Text = ""
    trdn_flag: Text = ""
