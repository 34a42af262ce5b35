"""Charges for tests of sheets and statements: invented people, one day in September."""

import dataclasses
from datetime import date

from terminal.core.charged import Charge
from terminal.core.shares import Shares

DAY = date(2025, 9, 20)
OF_AGE = date(1965, 3, 12)


def shares(total=4250, fund=3225, **parts):
    """Shares that add up; what is not fund is paid in cash unless said."""
    account, mutual_aid = parts.get("account", 0), parts.get("mutual_aid", 0)
    hospital = parts.get("hospital", 0)
    own = total - fund - hospital
    return Shares.from_fen(
        {
            "total": total, "fund": fund, "own": own, "account": account,
            "mutual_aid": mutual_aid, "cash": own - account - mutual_aid, "hospital": hospital,
            "full_self_pay": 0, "over_limit_price": 0, "advance_self_pay": 0, "in_scope": total,
        }
    ).verified()  # fmt: skip


def charge(number=1, **changes):
    """A visit of DAY, settled on DAY and standing."""
    usual = Charge(
        f"settlement-{number}",
        f"visit-{number}",
        "王建国",
        OF_AGE,
        "390",
        visited_on=DAY,
        settled_on=DAY,
        cancelled_on=None,
        shares=shares(),
    )
    return dataclasses.replace(usual, **changes)
