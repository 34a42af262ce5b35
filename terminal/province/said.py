"""What is told to the province and learnt from it, as values without its field names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from terminal.core.money import Money
from terminal.core.shares import Shares


@dataclass(frozen=True, slots=True)
class Fee:
    """One line as the province is told of it."""

    feedetl_sn: str
    med_list_codg: str
    medins_list_codg: str
    total: Money
    quantity: Decimal
    price: Decimal
    at: datetime
    untraced: str = ""
    """Why this drug comes without a trace code (core/boxes.Untraced); told in exp_content."""
    rxno: str = ""
    """Number of the other institution's prescription under which it is dispensed."""


@dataclass(frozen=True, slots=True, repr=False)
class BoxCode:
    """One box that travels with the settlement it is paid in."""

    feedetl_sn: str
    trace_code: str
    split: bool
    """Whether only a part of the box is sold."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A settlement that stands at the province. What an answer does not say is empty."""

    setl_id: str
    mdtrt_id: str
    medins_setl_id: str
    """The msgid that made it; a region may leave it empty."""
    shares: Shares
    refunded: bool
    """Cancelled or reversed: nothing is charged any more."""
    insutype: str = ""
    clr_type: str = ""
    clr_optins: str = ""
    clr_way: str = ""
    setl_time: str = ""
    institution: str = ""
    """Its name, or its code."""
    fixmedins_code: str = ""
    invono: str = ""
    """The number of its electronic receipt, once one was made out."""


@dataclass(frozen=True, slots=True)
class VisitThere:
    """A registration that the province knows of."""

    mdtrt_id: str
    begun: str
    med_type: str
    ipt_otp_no: str
    institution: str
    """Its name, or its code."""
    fixmedins_code: str = ""


@dataclass(frozen=True, slots=True)
class Treatment:
    """One fund's word on whether it would pay (2001)."""

    fund_pay_type: str
    enjoyed: bool
    reason: str
    """Why not, in the province's own words."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One warning of the bureau's audit (3101, 3102)."""

    rule_id: str
    rule: str
    said: str
    amount: Money
    severity: str


@dataclass(frozen=True, slots=True, repr=False)
class SoldBox:
    """A box that the province has as sold (3513)."""

    trace_code: str
    setl_id: str
    returned: bool
    split: bool = False
    """Whether units of it were sold (trdn_flag 1), not the whole box."""
