"""The answer to a settlement: the setlinfo and setldetail nodes of 2206 and 2207."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from drivers.simulated.province.call import Call, Output
from drivers.simulated.province.people import base_info
from drivers.simulated.province.policy import Priced, account_left
from drivers.simulated.province.reference import Person
from drivers.simulated.province.wire import Json
from terminal.core.benefit_policy import Pot
from terminal.core.money import ZERO, Money

POOL = {
    "310": ("310100", "职工基本医疗保险统筹基金"),
    "390": ("390100", "城乡居民基本医疗保险基金"),
}
"""insutype -> fund_pay_type of its pool, and its name."""
_ACCOUNT = ("310200", "个人账户")
_MUTUAL_AID = ("310200", "个人账户家庭共济")
_POT_WORDS = {
    Pot.REFORM: "家庭医生签约门诊保障",
    Pot.BASE: "居民普通门诊统筹",
    Pot.EMPLOYEE: "职工普通门诊统筹",
    Pot.CHRONIC: "门诊慢特病",
    Pot.TWO_DISEASES: "门诊两病",
}
_NO_FUND = ("cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "oth_pay")
"""Funds that never pay at a village clinic of this province."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One settlement, or what it would be."""

    person: Person
    visit: sqlite3.Row
    med_type: str
    priced: Priced

    def info(self, call: Call, setl_id: str | None) -> Output:
        """setlinfo; without a setl_id it is a pre-settlement, and what only a settlement
        has is null, as recorded from real provinces."""
        priced, insutype = self.priced, self.visit["insutype"]
        shares, split = priced.shares, priced.shares.split
        row = self.person.insured_as(insutype)
        pot = shares.coverage.pot
        account, fund = priced.paid.account, shares.fund
        if call.manner.mutual_aid_in_account:
            account += priced.paid.mutual_aid
        if call.manner.account_in_fund:
            fund += account
        nothing: Output = dict.fromkeys(_NO_FUND, ZERO)
        amounts: Output = {
            "medfee_sumamt": split.total,
            "fulamt_ownpay_amt": split.full_self_pay,
            "overlmt_selfpay": split.over_price_limit,
            "preselfpay_amt": split.advance,
            "inscp_scp_amt": split.in_scope,
            "act_pay_dedc": ZERO,
            "hifp_pay": shares.fund,
            # Its name says self-pay; it is the pool's ratio.
            "pool_prop_selfpay": priced.policy.ratio(pot) if pot else ZERO,
            **nothing,
            "fund_pay_sumamt": fund,
            "psn_part_amt": shares.fund + shares.person - fund,
            "acct_pay": account,
            "acct_mulaid_pay": priced.paid.mutual_aid,
            "psn_cash_pay": priced.paid.cash,
            "hosp_part_amt": ZERO,
            "balc": account_left(call, self.person, insutype) - priced.paid.account,
        }
        return {
            "mdtrt_id": self.visit["mdtrt_id"],
            "setl_id": setl_id,
            **base_info(call, self.person),
            "insutype": insutype,
            "psn_type": row.psn_type,
            "cvlserv_flag": "0",
            "setl_time": call.time if setl_id else None,
            "mdtrt_cert_type": call.data["mdtrt_cert_type"],
            "med_type": self.med_type,
            **amounts,
            "medins_setl_id": call.msgid,
            "clr_optins": call.institution.place.region if setl_id else None,
            "clr_way": "1" if setl_id else None,
            "clr_type": "11",
        }

    def details(self) -> list[Json]:
        """setldetail: a row for each fund that pays, and for each account that does."""
        shares, paid = self.priced.shares, self.priced.paid
        pool = POOL[self.visit["insutype"]]
        rows = [
            _detail(pool, shares.paid_from(pot), shares.split.in_scope, self.priced.left, words)
            for pot, words in _POT_WORDS.items()
            if shares.paid_from(pot) != ZERO
        ]
        if paid.account != ZERO:
            rows.append(_detail(_ACCOUNT, paid.account, ZERO, ZERO, ""))
        if paid.mutual_aid != ZERO:
            rows.append(_detail(_MUTUAL_AID, paid.mutual_aid, ZERO, ZERO, ""))
        return rows


def _detail(
    fund: tuple[str, str], amount: Money, in_scope: Money, limit: Money, words: str
) -> Json:
    kind, name = fund
    return {
        "fund_pay_type": kind,
        "fund_pay_type_name": name,
        "inscp_scp_amt": in_scope,
        "crt_payb_lmt_amt": limit,
        "fund_payamt": amount,
        "setl_proc_info": words or None,
    }
