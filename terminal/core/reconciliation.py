"""Our day beside the province's: what is compared, and how the province answers.

Field names are those of 3201 and 3202. Pure: rows come in, differences come out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, StrEnum, auto

from terminal.core.money import ZERO, Money, total
from terminal.core.region import Region
from terminal.core.shares import MutualAid, Shares

OUTPATIENT = "11"
"""clr_type of what village clinics settle (interface section 10)."""


class Result(StrEnum):
    """stmt_rslt of either family, and of one row of the file."""

    BALANCED = "balanced"
    THEIRS_MORE = "theirs_more"
    OURS_MORE = "ours_more"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """What is cleared together: one 3201 each."""

    insutype: str
    clr_type: str
    clr_optins: str
    """setl_optins of 3201: strictly that of the settlements."""


@dataclass(frozen=True, slots=True)
class Sums:
    """A group's sums over a span of days."""

    count: int
    total: Money
    fund: Money
    account: Money
    cash: Money


@dataclass(frozen=True, slots=True)
class Reading:
    """How this region makes up the sums of 3201 and 3202 from what it paid."""

    clr_optins: str = ""
    """Of settlements for which the province named none: the place of the visit."""
    mutual_aid: MutualAid = MutualAid.BESIDE_ACCOUNT

    @classmethod
    def of(cls, region: Region, mdtrtarea_admvs: str) -> Reading:
        return cls(mdtrtarea_admvs, region.mutual_aid)

    def account(self, shares: Shares) -> Money:
        """acct_pay as the province means it."""
        inside = self.mutual_aid is MutualAid.INSIDE_ACCOUNT
        return shares.account + shares.mutual_aid if inside else shares.account


@dataclass(frozen=True, slots=True)
class OurRow:
    """One settlement, or one cancellation (below zero), as our book has it."""

    settlement_id: str
    visit_id: str
    group: Group
    setl_id: str
    mdtrt_id: str
    psn_no: str
    msgid: str
    total: Money
    fund: Money
    account: Money
    cash: Money
    refunded: bool
    """Whether this row is the cancellation of a settlement: refd_setl_flag 1."""

    def undone(self) -> OurRow:
        """The row that takes this one back: the same below zero."""
        return replace(
            self,
            total=-self.total,
            fund=-self.fund,
            account=-self.account,
            cash=-self.cash,
            refunded=True,
        )


@dataclass(frozen=True, slots=True)
class TheirRow:
    """One row of the file that 3202 gives back."""

    setl_id: str
    mdtrt_id: str
    psn_no: str
    msgid: str
    """Of the 2207 that made it: the only place where the province tells it again."""
    result: Result
    refunded: bool
    total: Money
    fund: Money
    account: Money
    memo: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What 3201 says of one group."""

    result: Result
    said: str
    """stmt_rslt_dscr, as it came."""


class Fate(Enum):
    """What became, in our book, of a charge that the province names."""

    UNKNOWN = auto()
    """Sent and not heard of; or its cancellation was."""
    STANDS = auto()
    CANCELLED = auto()
    ENDED = auto()
    """Refused, reversed or never sent: nothing is charged, as far as we know."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A charge of this terminal."""

    settlement_id: str
    visit_id: str
    fate: Fate


def groups(rows: Iterable[OurRow], *, refunds_netted: bool) -> dict[Group, Sums]:
    """Each group's sums, as 3201 is asked about them (interface section 6.1).

    Netted, a cancellation takes its amounts and its count off; otherwise it does not
    count at all, and what it undid does.
    """
    listed = [row for row in rows if refunds_netted or not row.refunded]
    return {
        group: _sums([row for row in listed if row.group == group])
        for group in sorted({row.group for row in listed})
    }


def _sums(rows: Sequence[OurRow]) -> Sums:
    return Sums(
        count=sum(-1 if row.refunded else 1 for row in rows),
        total=total(row.total for row in rows),
        fund=total(row.fund for row in rows),
        account=total(row.account for row in rows),
        cash=total(row.cash for row in rows),
    )


NOTHING = Sums(0, ZERO, ZERO, ZERO, ZERO)
"""A group in which we have nothing: the province may have something all the same."""
