"""How the province shares a bill between fund, account and purse, and what must add up.

The identities are those of the settlement interface (2206/2207): an answer that breaks
one is never shown as a figure. Whether mutual aid (家庭共济) lies beside the account or
inside it differs by region; here it always lies beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from enum import StrEnum

from terminal.core.faults import Refused
from terminal.core.money import ZERO, Money, total


class MutualAid(StrEnum):
    """Where acct_mulaid_pay stands in the answer of this region."""

    BESIDE_ACCOUNT = "beside_account"
    INSIDE_ACCOUNT = "inside_account"


@dataclass(frozen=True, slots=True)
class Shares:
    """One settlement's amounts, by the interface's meaning."""

    total: Money
    """medfee_sumamt"""
    fund: Money
    """fund_pay_sumamt"""
    own: Money
    """psn_part_amt"""
    account: Money
    """acct_pay, without what a relative's account pays"""
    mutual_aid: Money
    """acct_mulaid_pay"""
    cash: Money
    """psn_cash_pay"""
    hospital: Money
    """hosp_part_amt"""
    full_self_pay: Money
    """fulamt_ownpay_amt"""
    over_limit_price: Money
    """overlmt_selfpay"""
    advance_self_pay: Money
    """preselfpay_amt"""
    in_scope: Money
    """inscp_scp_amt"""

    def verified(self) -> Shares:
        """Return these shares when they add up to the fen and none is negative.

        Raises Refused `province.amounts_do_not_add_up` naming the rule that fails.
        """
        parts = self.full_self_pay + self.over_limit_price + self.advance_self_pay + self.in_scope
        rules = {
            "no amount is negative": all(amount >= ZERO for amount in self._amounts()),
            "medfee_sumamt = its four parts": self.total == parts,
            "medfee_sumamt = fund + person + hospital": self.total
            == self.fund + self.own + self.hospital,
            "psn_part_amt = accounts + cash": self.own
            == self.account + self.mutual_aid + self.cash,
        }
        for rule, holds in rules.items():
            if not holds:
                raise Refused("province.amounts_do_not_add_up", rule=rule)
        return self

    def as_fen(self) -> dict[str, int]:
        """These amounts as whole fen by name, to be written down."""
        return {name: amount["fen"] for name, amount in asdict(self).items()}

    @classmethod
    def from_fen(cls, written: dict[str, int]) -> Shares:
        """Read what `as_fen` wrote."""
        return cls(**{field.name: Money(written[field.name]) for field in fields(cls)})

    def _amounts(self) -> list[Money]:
        return [getattr(self, field.name) for field in fields(self)]


def added(shares: Iterable[Shares]) -> Shares:
    """The shares of several settlements together."""
    listed = list(shares)
    return Shares(
        **{
            field.name: total(getattr(share, field.name) for share in listed)
            for field in fields(Shares)
        }
    )
