"""How nodes are read, tolerantly; what is answered about people.

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
from terminal.core.money import Money

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
    die_date: Day = None


class Relative(Read):
    """1101, a row of node familyinfo, of aidinfo without its last two.

    Not in the interface's sections: nobody's rows were found, and any of it may be away.
    """

    psn_no: Annotated[Text, StringConstraints(max_length=30)] = ""
    certno: Annotated[Text, StringConstraints(max_length=50)] = ""
    psn_name: Annotated[Text, StringConstraints(max_length=50)] = ""
    rlts_name: Annotated[Text, StringConstraints(max_length=20)] = ""
    enddate: Day = None


class InsuInfo(Read):
    """1101, a row of node insuinfo."""

    balc: Amount = Money(0)
    insutype: Text
    psn_type: Text = ""
    psn_insu_stas: Text = ""
    paus_insu_date: Day = None
    insuplc_admdvs: Text = Field(validation_alias=AliasChoices("insuplc_admdvs", "insuplc_admvs"))


class Contract(Read):
    """5302, a row of node psnfixmedin."""

    fixmedins_code: Text = ""
    fixmedins_name: Text = ""
    begndate: Day = None
    enddate: Day = None
    memo: Text = ""
    """A remark; regions that name the service packages do it here."""


class ChronicRegistration(Read):
    """5301, a row of node feedetail."""

    opsp_dise_code: Text = ""
    opsp_dise_name: Text = ""
    begndate: Day = None
    enddate: Day = None


class Practitioner(Read):
    """5102, a row of node feedetail."""

    prac_psn_code: Text = ""
    hi_dr_flag: Text = ""
    begntime: Day = None
    endtime: Day = None


class Accumulated(Read):
    """5206, a row of node cuminfo."""

    insutype: Text = ""
    cum_type_code: Text = ""
    cum: Amount = Money(0)


class TreatmentRow(Read):
    """2001, a row of node trtinfo."""

    fund_pay_type: Text = ""
    trt_enjymnt_flag: Text = ""
    trt_chk_rslt: Annotated[Text, StringConstraints(max_length=1000)] = ""


class ViolationRow(Read):
    """3101, 3102: a row of node result."""

    rule_id: Text = ""
    rule_name: Annotated[Text, StringConstraints(max_length=500)] = ""
    vola_cont: Annotated[Text, StringConstraints(max_length=2000)] = ""
    vola_amt: Amount = Money(0)
    sev_deg: Text = ""
